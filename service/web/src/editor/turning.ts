/** The handle that turns an outline: above its middle, on a stem, in px of the drawing. */
import { rotate } from "./commands";
import { outlineOf, type Doc, type PointCm, type Polygon, type Ref } from "./model";
import { bounds, centroid } from "./polygon";
import { toScreen, type Viewport } from "./viewport";

type At = readonly [number, number];

const STEM_PX = 30;
/** Room that the handle needs at the rim of the drawing. */
const RIM_PX = 14;
/** With Shift, and by keys and buttons, an outline turns by steps of this. */
export const STEP_DEG = 15;

/** Where the handle is: above the outline, or below it where the drawing ends above. */
export function turnHandle(outline: Polygon, viewport: Viewport): { readonly stem: At; readonly at: At } {
  const [left, top, right, bottom] = bounds(outline);
  const [x, above] = toScreen(viewport, [(left + right) / 2, top]);
  const [, below] = toScreen(viewport, [0, bottom]);
  return above - STEM_PX >= RIM_PX ? { stem: [x, above], at: [x, above - STEM_PX] } : { stem: [x, below], at: [x, below + STEM_PX] };
}

/** By how many degrees, clockwise as seen from above, a pointer went round a middle; whole degrees, or steps with Shift. */
export function angleBetween(middle: PointCm, from: PointCm, to: PointCm, steps: boolean): number {
  const angle = (point: PointCm): number => (Math.atan2(point[1] - middle[1], point[0] - middle[0]) * 180) / Math.PI;
  const turned = ((angle(to) - angle(from) + 540) % 360) - 180;
  return steps ? Math.round(turned / STEP_DEG) * STEP_DEG : Math.round(turned);
}

/** Turn a thing as the pointer went from one place to another. */
export function turnedBy(doc: Doc, ref: Ref, from: PointCm, to: PointCm, steps: boolean): Doc {
  return rotate(doc, ref, angleBetween(centroid(outlineOf(doc, ref)), from, to, steps));
}
