/** The corner nearest to a tap: where the edges around it meet, to a part of a pixel. */
import type { Pixels } from "./rectify";

/** How clearly two directions must show: the lesser gradient energy against the greater one. */
const LEAST_CORNERNESS = 0.04;
const LEAST_ENERGY = 40;
const ROUNDS = 8;

/** Brightness of a picture, row by row, 0 to 255. */
export function greyOf({ data, width, height }: Pixels): Float32Array {
  const grey = new Float32Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = 0.299 * data[4 * at]! + 0.587 * data[4 * at + 1]! + 0.114 * data[4 * at + 2]!;
  }
  return grey;
}

/**
 * Return the point where the edges around `near` meet best, or null where no corner shows within `reach` px.
 *
 * Every pixel's gradient says on which line the corner lies; the point nearest to all these lines is it (Foerstner and
 * Guelch, 1987), looked for again around each answer until it stays.
 */
export function snapToCorner(
  grey: Float32Array,
  width: number,
  height: number,
  near: readonly [number, number],
  reach: number,
): readonly [number, number] | null {
  let [x, y] = near;
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = meetingPoint(grey, width, height, [x, y], reach);
    if (found === null || Math.hypot(found[0] - near[0], found[1] - near[1]) > reach) return null;
    const moved = Math.hypot(found[0] - x, found[1] - y);
    [x, y] = found;
    if (moved < 0.02) break;
  }
  return [x, y];
}

function meetingPoint(
  grey: Float32Array,
  width: number,
  height: number,
  [cx, cy]: readonly [number, number],
  reach: number,
): readonly [number, number] | null {
  const radius = Math.ceil(reach);
  let [xx, xy, yy, bx, by, total] = [0, 0, 0, 0, 0, 0];
  const [left, right] = [Math.max(1, Math.floor(cx) - radius), Math.min(width - 2, Math.floor(cx) + radius)];
  const [top, bottom] = [Math.max(1, Math.floor(cy) - radius), Math.min(height - 2, Math.floor(cy) + radius)];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const at = row * width + column;
      const gx = (grey[at + 1]! - grey[at - 1]!) / 2;
      const gy = (grey[at + width]! - grey[at - width]!) / 2;
      // Middle of the pixel, measured from where the corner is looked for.
      const [px, py] = [column + 0.5 - cx, row + 0.5 - cy];
      const weight = Math.exp((-2 * (px * px + py * py)) / (reach * reach));
      xx += weight * gx * gx;
      xy += weight * gx * gy;
      yy += weight * gy * gy;
      bx += weight * (gx * gx * px + gx * gy * py);
      by += weight * (gx * gy * px + gy * gy * py);
      total += weight;
    }
  }
  const determinant = xx * yy - xy * xy;
  const trace = xx + yy;
  const least = trace / 2 - Math.sqrt(Math.max(0, (trace * trace) / 4 - determinant));
  if (total === 0 || trace / total < LEAST_ENERGY || least < LEAST_CORNERNESS * (trace - least)) return null;
  return [cx + (yy * bx - xy * by) / determinant, cy + (xx * by - xy * bx) / determinant];
}
