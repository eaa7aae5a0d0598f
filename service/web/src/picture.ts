/** Evidence pictures: magnified at the pointer, by pinching or by keys; pictures side by side move together. */
import { isTyping } from "./dom";
import type { Point } from "./geometry";
import { chooseOverlay } from "./overlay_choice";
import { drag, pinch, transformOf, WHOLE, zoomAt, type View } from "./zoom_view";

const STEP = 1.5;
const NUDGE = 0.15;
const CENTRE: Point = { x: 0.5, y: 0.5 };
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: NUDGE, y: 0 },
  ArrowRight: { x: -NUDGE, y: 0 },
  ArrowUp: { x: 0, y: NUDGE },
  ArrowDown: { x: 0, y: -NUDGE },
};
/** A finger that moved less than this many CSS px has tapped. */
const TAP_PX = 6;

const views = new WeakMap<Element, View>();
const fingers = new Map<number, Point>();
let travelled = 0;

const viewOf = (group: Element): View => views.get(group) ?? WHOLE;
const groupOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-zoom-group]") : null;
const stageOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-zoom]") : null;
const onlyGroup = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-zoom-group]");

function show(group: HTMLElement, view: View): void {
  views.set(group, view);
  group.classList.toggle("zoomed", view.scale > 1);
  for (const image of group.querySelectorAll<HTMLImageElement>("[data-zoom] img")) {
    image.style.transform = view.scale > 1 ? transformOf(view) : "";
    chooseOverlay(image, view.scale);
  }
  const percent = group.querySelector("[data-zoom-percent]");
  if (percent) percent.textContent = `${Math.round(100 * view.scale)} %`;
}

function shareOf(stage: HTMLElement, x: number, y: number): Point {
  const frame = stage.getBoundingClientRect();
  return { x: (x - frame.left) / frame.width, y: (y - frame.top) / frame.height };
}

/** Do what a button or key asks; false where there is no picture to do it with. */
function act(group: HTMLElement | null, what: string): boolean {
  if (group === null) return false;
  const view = viewOf(group);
  if (what === "in") show(group, zoomAt(view, CENTRE, STEP));
  else if (what === "out") show(group, zoomAt(view, CENTRE, 1 / STEP));
  else show(group, WHOLE);
  return true;
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") !== null) return;
  const group = groupOf(event.target) ?? onlyGroup();
  if (group === null) return;
  const keys: Readonly<Record<string, string>> = { "+": "in", "=": "in", "-": "out", "0": "whole" };
  const what = keys[event.key];
  const by = ARROWS[event.key];
  const zoomed = viewOf(group).scale > 1;
  if (what !== undefined) act(group, what);
  else if (zoomed && event.key === "Escape") act(group, "whole");
  // A list that is being scrolled by the same keys keeps them.
  else if (zoomed && by !== undefined && !(event.target as Element).closest("[tabindex='0']")) {
    show(group, drag(viewOf(group), by));
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onWheel(event: WheelEvent): void {
  const [group, stage] = [groupOf(event.target), stageOf(event.target)];
  if (group === null || stage === null) return;
  const view = viewOf(group);
  // A whole picture that cannot shrink lets the page scroll.
  if (event.deltaY >= 0 && view.scale <= 1) return;
  event.preventDefault();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 100 : event.deltaY / 3;
  show(group, zoomAt(view, shareOf(stage, event.clientX, event.clientY), STEP ** -Math.max(-2, Math.min(2, lines))));
}

function onDown(event: PointerEvent): void {
  const stage = stageOf(event.target);
  if (stage === null || groupOf(stage) === null || event.button !== 0) return;
  if (fingers.size === 0) travelled = 0;
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
}

function onMove(event: PointerEvent): void {
  const before = fingers.get(event.pointerId);
  const [group, stage] = [groupOf(event.target), stageOf(event.target)];
  if (before === undefined || group === null || stage === null) return;
  const now = { x: event.clientX, y: event.clientY };
  travelled += Math.hypot(now.x - before.x, now.y - before.y);
  const view = viewOf(group);
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  const [from, to] = [shareOf(stage, before.x, before.y), shareOf(stage, now.x, now.y)];
  if (other !== undefined) {
    const fixed = shareOf(stage, other.x, other.y);
    show(group, pinch(view, [from, fixed], [to, fixed], stage.clientWidth / stage.clientHeight));
  } else if (view.scale > 1) {
    show(group, drag(view, { x: to.x - from.x, y: to.y - from.y }));
    // Only now: a captured pointer would take the click from the link of a picture that is merely tapped.
    if (travelled > TAP_PX) stage.setPointerCapture(event.pointerId);
  }
  fingers.set(event.pointerId, now);
}

function onUp(event: PointerEvent): void {
  fingers.delete(event.pointerId);
}

/** A tap on the whole picture opens it; moving a magnified one does not. */
function onClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest<HTMLElement>("[data-zoom-by]");
  if (button !== null) act(groupOf(button), button.dataset["zoomBy"] ?? "");
  const [group, stage] = [groupOf(event.target), stageOf(event.target)];
  const byKey = event.detail === 0;
  if (group !== null && stage !== null && !byKey && (viewOf(group).scale > 1 || travelled > TAP_PX)) event.preventDefault();
}

/** Two fingers are ours: the browser would magnify or scroll the page. */
function onTouchMove(event: TouchEvent): void {
  const group = groupOf(event.target);
  if (group === null || stageOf(event.target) === null) return;
  if ((event.touches.length > 1 || viewOf(group).scale > 1) && event.cancelable) event.preventDefault();
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const group = groupOf(target);
    if (target instanceof HTMLImageElement) chooseOverlay(target, group ? viewOf(group).scale : 1);
  }
});

/** Take up the pictures of the page; again after a part of it was exchanged, which shows another thing, whole. */
export function takeUpPictures(): void {
  for (const group of document.querySelectorAll<HTMLElement>("[data-zoom-group]")) show(group, WHOLE);
  for (const image of document.querySelectorAll<HTMLImageElement>("picture img")) sizes.observe(image);
}

// Before the page's own keys: a magnified picture takes Escape first.
document.addEventListener("keydown", onKey, { capture: true });
document.addEventListener("wheel", onWheel, { passive: false });
document.addEventListener("pointerdown", onDown);
document.addEventListener("pointermove", onMove);
document.addEventListener("pointerup", onUp);
document.addEventListener("pointercancel", onUp);
document.addEventListener("touchmove", onTouchMove, { passive: false });
document.addEventListener("click", onClick);
document.addEventListener("dragstart", (event) => {
  if (stageOf(event.target) !== null) event.preventDefault();
});
document.addEventListener("load", (event) => {
  if (event.target instanceof HTMLImageElement) {
    const group = groupOf(event.target);
    if (group !== null) chooseOverlay(event.target, viewOf(group).scale);
  }
}, { capture: true });
document.addEventListener("htmx:after:swap", takeUpPictures);
takeUpPictures();
