/** Between the still's pixels and desk centimetres: the homography through four corners, as the server solves it. */
import type { PointCm, PointPx } from "./model";
import { segmentsMeet, signedArea } from "./polygon";

/** Row by row, 3 x 3. */
export type Homography = readonly number[];

/** Sides of a desk, cm, as in calibration/deskcheck_calibration/plane.py. */
export const DESK_SIDE_CM = [5, 2000] as const;
/** A desk seen from less than about 7 degrees above its plane. */
const LARGEST_STRETCH = 8;

export type CornerProblem = "corners_outside" | "corners_on_line" | "corners_crossed" | "corners_order" | "desk_size";

/** Solve n equations by elimination with row exchange; null where they are singular. `rows` are n x (n + 1). */
export function solve(rows: readonly (readonly number[])[]): number[] | null {
  const m = rows.map((row) => [...row]);
  const n = m.length;
  for (let column = 0; column < n; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < n; row += 1) {
      if (Math.abs(m[row]![column]!) > Math.abs(m[pivot]![column]!)) pivot = row;
    }
    if (Math.abs(m[pivot]![column]!) < 1e-12) return null;
    [m[column], m[pivot]] = [m[pivot]!, m[column]!];
    for (let row = 0; row < n; row += 1) {
      if (row === column) continue;
      const factor = m[row]![column]! / m[column]![column]!;
      for (let at = column; at <= n; at += 1) m[row]![at]! -= factor * m[column]![at]!;
    }
  }
  return m.map((row, index) => row[n]! / row[index]!);
}

/** The homography that takes four points to four others, h33 = 1 (Hartley and Zisserman, 2nd ed., 4.1). */
export function homography(from: readonly PointCm[], to: readonly PointCm[]): Homography | null {
  const rows = from.flatMap(([x, y], index) => {
    const [u, v] = to[index] as PointCm;
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  const found = from.length === 4 ? solve(rows) : null;
  return found === null ? null : [...found, 1];
}

export function apply(h: Homography, [x, y]: PointCm): PointCm {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w];
}

export function deskCorners([width, depth]: readonly [number, number]): readonly PointCm[] {
  return [[0, 0], [width, 0], [width, depth], [0, depth]];
}

/** Desk cm -> px of the still; null where the corners are no desk. */
export function toPicture(corners: readonly PointPx[], desk: readonly [number, number]): Homography | null {
  return homography(deskCorners(desk), corners);
}

/** Px of the still -> desk cm. */
export function toDesk(corners: readonly PointPx[], desk: readonly [number, number]): Homography | null {
  return homography(corners, deskCorners(desk));
}

function triangleHeight(a: PointPx, b: PointPx, c: PointPx): number {
  const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const side = (p: PointPx, q: PointPx): number => Math.hypot(p[0] - q[0], p[1] - q[1]);
  const longest = Math.max(side(a, b), side(b, c), side(c, a));
  return longest > 0 ? area / longest : 0;
}

/** How many times one direction is stretched against the other in the middle of the desk (largest over least singular value). */
function stretch(h: Homography, [x, y]: PointCm): number {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  const [u, v] = apply(h, [x, y]);
  const [a, b] = [(h[0]! - u * h[6]!) / w, (h[1]! - u * h[7]!) / w];
  const [c, d] = [(h[3]! - v * h[6]!) / w, (h[4]! - v * h[7]!) / w];
  const [sum, det] = [a * a + b * b + c * c + d * d, Math.abs(a * d - b * c)];
  const root = Math.sqrt(Math.max(0, sum * sum - 4 * det * det));
  return Math.sqrt((sum + root) / Math.max(sum - root, 1e-18));
}

export function sizeProblem(desk: readonly [number, number] | null): CornerProblem | null {
  const [low, high] = DESK_SIDE_CM;
  return desk !== null && desk.every((side) => side >= low && side <= high) ? null : "desk_size";
}

/** Say why four points cannot be the desk's corners; null where they can. The server refuses the same ones. */
export function cornerProblem(
  corners: readonly PointPx[],
  desk: readonly [number, number] | null,
  [width, height]: readonly [number, number],
): CornerProblem | null {
  const size = sizeProblem(desk);
  if (size !== null || desk === null) return size ?? "desk_size";
  const [a, b, c, d] = corners as readonly [PointPx, PointPx, PointPx, PointPx];
  if (corners.some(([x, y]) => x < -width || x > 2 * width || y < -height || y > 2 * height)) return "corners_outside";
  const heights = [triangleHeight(a, b, c), triangleHeight(a, b, d), triangleHeight(a, c, d), triangleHeight(b, c, d)];
  const xs = corners.map((p) => p[0]);
  const ys = corners.map((p) => p[1]);
  const diagonal = Math.hypot(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  if (Math.min(...heights) < Math.max(3, 0.01 * diagonal)) return "corners_on_line";
  if (segmentsMeet(a, b, c, d) || segmentsMeet(b, c, d, a)) return "corners_crossed";
  const turns = corners.map((p, index) => {
    const [q, r] = [corners[(index + 1) % 4] as PointPx, corners[(index + 2) % 4] as PointPx];
    return (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0]);
  });
  if (!turns.every((turn) => turn > 0) || signedArea(corners) < 0) return "corners_order";
  const h = toPicture(corners, desk);
  if (h === null || stretch(h, [desk[0] / 2, desk[1] / 2]) > LARGEST_STRETCH) return "corners_order";
  return null;
}
