/** Views that see a part of the desk: corners beyond the picture, and how much of the desk the picture shows. */
import { bent, straightened } from "./lens";
import type { PointPx } from "./model";
import { apply, cornerProblem, toPicture } from "./plane";
import type { Rect } from "./viewport";

/** Points a side that the desk is counted by, as in calibration/deskcheck_calibration/visibility.py. */
const GRID = 9;
/** Room around the picture for corners beyond it, in its own sizes. */
const ROOM = 0.5;

/** What the drawing shows: the picture, with room around it where the desk goes on beyond. */
export function pictureWorld([width, height]: readonly [number, number], beyond: boolean): Rect {
  const [x, y] = beyond ? [ROOM * width, ROOM * height] : [0, 0];
  return { left: 0 - x, top: 0 - y, right: width + x, bottom: height + y };
}

/** A corner where it may lie: in the picture, or at most one picture's size beyond it, as `cornerProblem` allows. */
export function kept([x, y]: PointPx, [width, height]: readonly [number, number], beyond: boolean): PointPx {
  const [left, top] = beyond ? [-width, -height] : [0, 0];
  return [Math.min(Math.max(x, left), width - left), Math.min(Math.max(y, top), height - top)];
}

/** Whether a corner lies beyond the picture. */
export function liesBeyond(corners: readonly PointPx[], [width, height]: readonly [number, number]): boolean {
  return corners.some(([x, y]) => x < 0 || y < 0 || x > width || y > height);
}

/** Share of the desk that lies in the picture, 0 to 1; null where the corners are no desk's. */
export function deskShare(
  corners: readonly PointPx[],
  desk: readonly [number, number] | null,
  size: readonly [number, number],
  bend: number | null = null,
): number | null {
  if (corners.length < 4 || desk === null || cornerProblem(corners, desk, size) !== null) return null;
  const straight = bend === null ? corners : corners.map((corner) => straightened(corner, bend, size));
  const h = toPicture(straight, desk);
  if (h === null) return null;
  let inside = 0;
  for (let at = 0; at < GRID * GRID; at += 1) {
    const [column, row] = [at % GRID, Math.floor(at / GRID)];
    const ideal = apply(h, [((column + 0.5) / GRID) * desk[0], ((row + 0.5) / GRID) * desk[1]]);
    const [x, y] = bend === null ? ideal : bent(ideal, bend, size);
    if (x >= 0 && y >= 0 && x < size[0] && y < size[1]) inside += 1;
  }
  return inside / (GRID * GRID);
}
