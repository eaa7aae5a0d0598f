/** How large the stickers' squares are on the desk as it is calibrated; the server measures alike (stickers.py). */
import type { PointCm, PointPx } from "./model";
import { apply, toDesk } from "./plane";
import { distance } from "./polygon";

/** A sheet that a printer fitted to the page comes out at 92 to 97 %. */
const TOLERANCE = 0.03;

/** Median side of the squares in cm; null where the corners give no desk or there are no squares. */
export function stickerSideCm(
  corners: readonly PointPx[], desk: readonly [number, number], tags: readonly (readonly PointPx[])[],
): number | null {
  const h = toDesk(corners, desk);
  if (h === null || tags.length === 0) return null;
  const sides = tags.flatMap((tag) => {
    const square = tag.map((point) => apply(h, point as PointCm));
    return square.map((point, index) => distance(point, square[(index + 1) % square.length]!));
  }).sort((a, b) => a - b);
  const middle = sides.length / 2;
  return sides.length % 2 === 1 ? sides[Math.floor(middle)]! : (sides[middle - 1]! + sides[middle]!) / 2;
}

/** The size that the squares have against the printed one, in per cent; null where it is right. */
export function wrongScale(sideCm: number, printedCm: number): number | null {
  const share = sideCm / printedCm;
  return Math.abs(share - 1) > TOLERANCE ? Math.round(share * 100) : null;
}
