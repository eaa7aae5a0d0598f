/** What part of a picture is shown: magnified at a point, dragged, pinched, never beyond its edges. No DOM here. */
import type { Point } from "./geometry";

/** How many times the picture is magnified, and which point of it lies in the frame's left-top corner (0 to 1). */
export interface View {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export const WHOLE: View = { scale: 1, left: 0, top: 0 };
export const LARGEST = 8;

/** Width in CSS px from which on an overlay with letters for a wide page is read. */
const WIDE_FROM_PX = 640;

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function kept(scale: number, left: number, top: number): View {
  const most = 1 - 1 / scale;
  return { scale, left: within(left, 0, most), top: within(top, 0, most) };
}

/** Magnify so that the point of the picture under `at` (shares of the frame, 0 to 1) stays where it is. */
export function zoomAt(view: View, at: Point, factor: number): View {
  const scale = within(view.scale * factor, 1, LARGEST);
  return kept(scale, view.left + at.x / view.scale - at.x / scale, view.top + at.y / view.scale - at.y / scale);
}

/** Move the picture with the finger: `by` in shares of the frame, to the right and down. */
export function drag(view: View, by: Point): View {
  return kept(view.scale, view.left - by.x / view.scale, view.top - by.y / view.scale);
}

function middle([a, b]: readonly [Point, Point]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance([a, b]: readonly [Point, Point], aspect: number): number {
  return Math.hypot((a.x - b.x) * aspect, a.y - b.y);
}

/**
 * Follow two fingers: what lay between them stays between them, and the picture grows as they part.
 *
 * `aspect` is the frame's width over its height, since shares of the two sides are not the same length.
 */
export function pinch(view: View, from: readonly [Point, Point], to: readonly [Point, Point], aspect: number): View {
  const was = middle(from);
  const is = middle(to);
  const factor = distance(to, aspect) / Math.max(distance(from, aspect), 1e-3);
  return drag(zoomAt(view, was, factor), { x: is.x - was.x, y: is.y - was.y });
}

/** Return the CSS transform, about the left-top corner, that shows a view. */
export function transformOf(view: View): string {
  return `scale(${view.scale}) translate(${-100 * view.left}%, ${-100 * view.top}%)`;
}

/** Whether the letters for narrow screens are the right ones: letters grow with the magnification. */
export function wantsNarrow(shownWidth: number, scale: number): boolean {
  return shownWidth * scale < WIDE_FROM_PX;
}
