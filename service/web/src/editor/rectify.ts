/** A picture seen from above: each pixel of the desk looked up where the still shows it. */
import { bent } from "./lens";
import type { Rect } from "./viewport";
import type { Homography } from "./plane";

export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/**
 * Return the rectangle `area` (desk cm) as the still shows it, `pxPerCm` px to the cm, nearest of four by weight.
 *
 * @param toPx desk cm -> straightened px of `source`, which may be a smaller copy of the still. What it does not show is
 * transparent.
 * @param bend how the still's lens bends it.
 */
export function rectify(source: Pixels, toPx: Homography, area: Rect, pxPerCm: number, bend: number | null = null): Pixels {
  const width = Math.max(1, Math.round((area.right - area.left) * pxPerCm));
  const height = Math.max(1, Math.round((area.bottom - area.top) * pxPerCm));
  const data = new Uint8ClampedArray(width * height * 4);
  const [a, b, c, d, e, f, g, h, i] = toPx as [number, number, number, number, number, number, number, number, number];
  const { width: sourceWidth, height: sourceHeight, data: from } = source;
  for (let row = 0; row < height; row += 1) {
    const y = area.top + (row + 0.5) / pxPerCm;
    for (let column = 0; column < width; column += 1) {
      const x = area.left + (column + 0.5) / pxPerCm;
      const w = g * x + h * y + i;
      const straight = [(a * x + b * y + c) / w, (d * x + e * y + f) / w] as const;
      const [seenX, seenY] = bend === null ? straight : bent(straight, bend, [sourceWidth, sourceHeight]);
      const u = seenX - 0.5;
      const v = seenY - 0.5;
      if (!(w > 0 && u >= 0 && v >= 0 && u < sourceWidth - 1 && v < sourceHeight - 1)) continue;
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [fx, fy] = [u - left, v - top];
      const at = (top * sourceWidth + left) * 4;
      const below = at + sourceWidth * 4;
      const to = (row * width + column) * 4;
      for (let channel = 0; channel < 3; channel += 1) {
        const upper = from[at + channel]! * (1 - fx) + from[at + 4 + channel]! * fx;
        const lower = from[below + channel]! * (1 - fx) + from[below + 4 + channel]! * fx;
        data[to + channel] = upper * (1 - fy) + lower * fy;
      }
      data[to + 3] = 255;
    }
  }
  return { data, width, height };
}

/** The homography for a copy of the still that is `factor` times as large. */
export function scaled(toPx: Homography, factor: number): Homography {
  return toPx.map((value, index) => (index < 6 ? value * factor : value));
}
