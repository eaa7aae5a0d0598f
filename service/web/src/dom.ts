/** Small helpers to find elements; a missing one is a mistake of ours and is thrown. */

/** Return the element that a selector names, of the type asked for. */
export function find<T extends Element>(root: ParentNode, selector: string, type: new () => T): T {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`no ${type.name} at ${selector}`);
  return element;
}

/** Whether an element is rendered at all (a closed <details> or a hidden parent hides it). */
export function isShown(element: Element): boolean {
  return element.getClientRects().length > 0;
}

/** Whether a key press belongs to what has the focus (text fields, selects) and not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
