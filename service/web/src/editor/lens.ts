/**
 * How a still's lens bends it, as vision/deskcheck_vision/lens.py has it: what an ideal pinhole shows at radius r from the
 * middle, in halves of the diagonal, appears at r (1 + bend r^2); beyond the picture's corners the model goes on straight.
 */
import type { PointCm, PointPx, Polygon, StillRef } from "./model";
import { apply, toPicture } from "./plane";

type Size = readonly [number, number];

const ROUNDS = 20;
/** Sides are drawn through places this far apart where the lens bends them. */
const STEPS = 16;

/** The ideal radius of what appears in a corner of the picture. */
function edgeOf(bend: number): number {
  let radius = 1;
  for (let round = 0; round < ROUNDS; round += 1) radius -= (radius * (1 + bend * radius ** 2) - 1) / (1 + 3 * bend * radius ** 2);
  return radius;
}

function moved([x, y]: PointPx, [width, height]: Size, radiusOf: (radius: number) => number): PointPx {
  const half = Math.hypot(width, height) / 2;
  const [dx, dy] = [(x - width / 2) / half, (y - height / 2) / half];
  const radius = Math.hypot(dx, dy);
  const scale = radius < 1e-12 ? 1 : radiusOf(radius) / radius;
  return [dx * scale * half + width / 2, dy * scale * half + height / 2];
}

/** Where the lens shows a point of the ideal picture. */
export function bent(point: PointPx, bend: number, size: Size): PointPx {
  const edge = edges.get(bend) ?? remembered(bend);
  return moved(point, size, (radius) => {
    const inside = Math.min(radius, edge);
    return inside * (1 + bend * inside ** 2) + (radius - inside) * (1 + 3 * bend * edge ** 2);
  });
}

/** Where an ideal pinhole would show a point of the picture. */
export function straightened(point: PointPx, bend: number, size: Size): PointPx {
  const edge = edges.get(bend) ?? remembered(bend);
  return moved(point, size, (shown) => {
    const inside = Math.min(shown, 1);
    let radius = inside;
    for (let round = 0; round < ROUNDS; round += 1) radius -= (radius * (1 + bend * radius ** 2) - inside) / (1 + 3 * bend * radius ** 2);
    return radius + (shown - inside) / (1 + 3 * bend * edge ** 2);
  });
}

const edges = new Map<number, number>();

function remembered(bend: number): number {
  const edge = edgeOf(bend);
  edges.set(bend, edge);
  return edge;
}

const bendOf = (still: StillRef | null): number | null => still?.bend ?? null;

/** The corners as an ideal pinhole would show them. */
export function straightCorners(corners: readonly PointPx[], still: StillRef | null): readonly PointPx[] {
  const bend = bendOf(still);
  return bend === null || still === null ? corners : corners.map((corner) => straightened(corner, bend, still.image_wh));
}

/** The way of an outline on the desk into the picture; null where the corners are no desk. */
export function shownBy(corners: readonly PointPx[], desk: Size, still: StillRef | null): ((outline: Polygon) => PointPx[]) | null {
  const h = toPicture(straightCorners(corners, still), desk);
  const bend = bendOf(still);
  if (h === null) return null;
  if (bend === null || still === null) return (outline) => outline.map((point) => apply(h, point));
  return (outline) => between(outline, true).map((point) => bent(apply(h, point), bend, still.image_wh));
}

/** The line through tapped corners, bowed as the lens bows straight sides. */
export function outlineThrough(corners: readonly PointPx[], still: StillRef | null): readonly PointPx[] {
  const bend = bendOf(still);
  if (bend === null || still === null) return corners;
  const straight = corners.map((corner) => straightened(corner, bend, still.image_wh));
  return between(straight, corners.length === 4).map((point) => bent(point, bend, still.image_wh));
}

function between(points: readonly PointCm[], closed: boolean): PointCm[] {
  const places = points.flatMap(([x, y], index): PointCm[] => {
    const next = points[(index + 1) % points.length];
    if (next === undefined || (!closed && index === points.length - 1)) return [[x, y]];
    return Array.from({ length: STEPS }, (_, step) => [x + ((next[0] - x) * step) / STEPS, y + ((next[1] - y) * step) / STEPS]);
  });
  return places;
}
