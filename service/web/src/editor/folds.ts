/** Parts of the page that fold away: open where there is room, closed on a phone, opened when something in them is meant. */

/** The width from which two columns stand side by side, as in app.css. */
const WIDE = "(min-width: 900px)";

export function openFolds(root: HTMLElement): void {
  if (!window.matchMedia(WIDE).matches) return;
  for (const fold of root.querySelectorAll<HTMLDetailsElement>("details[data-fold]")) fold.open = true;
}

/** Lead to a part, opening it. */
export function showPart(part: HTMLElement): void {
  const fold = part instanceof HTMLDetailsElement ? part : part.querySelector<HTMLDetailsElement>("details[data-fold]");
  if (fold !== null) fold.open = true;
  part.scrollIntoView({ block: "start" });
}

/** Say how many entries a folded part has; a first one opens it, so that what was just made is seen. */
export function countFold(fold: HTMLDetailsElement, count: number): void {
  const note = fold.querySelector("[data-count]");
  const before = Number(note?.textContent || "0");
  if (note !== null) note.textContent = count === 0 ? "" : String(count);
  if (count > before && fold.dataset["counted"] !== undefined) fold.open = true;
  fold.dataset["counted"] = "yes";
}
