/** A quick look at a photo before it is sent. Advice only: the server's own gate decides. */

export interface Grey {
  readonly width: number;
  readonly height: number;
  /** One byte of brightness per pixel, row by row. */
  readonly pixels: Uint8ClampedArray;
}

export type Hint = "dark" | "blurred" | "glare";

/** The picture is looked at with this many pixels along its longer side, so that the figures mean the same on every phone. */
export const LOOK_PX = 640;

const DARK_BELOW = 45;
const BLURRED_BELOW = 22;
const GLARE_LEVEL = 250;
const GLARE_SHARE = 0.18;

/** Turn RGBA bytes into brightness (ITU-R BT.601 weights). */
export function greyOf(rgba: Uint8ClampedArray, width: number, height: number): Grey {
  const pixels = new Uint8ClampedArray(width * height);
  for (let index = 0; index < pixels.length; index += 1) {
    const at = index * 4;
    pixels[index] = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
  }
  return { width, height, pixels };
}

/** Mean brightness, 0..255. */
export function meanBrightness(grey: Grey): number {
  let sum = 0;
  for (const value of grey.pixels) sum += value;
  return grey.pixels.length === 0 ? 0 : sum / grey.pixels.length;
}

/** Variance of the Laplacian: small when no edge is sharp (Pech-Pacheco et al., 2000). */
export function sharpness(grey: Grey): number {
  const { width, height, pixels } = grey;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const around = (pixels[at - 1] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at - width] ?? 0) + (pixels[at + width] ?? 0);
      const value = around - 4 * (pixels[at] ?? 0);
      sum += value;
      squares += value * value;
      count += 1;
    }
  }
  if (count === 0) return 0;
  const mean = sum / count;
  return squares / count - mean * mean;
}

/** Share of burnt-out pixels, 0..1. */
export function burntShare(grey: Grey): number {
  let burnt = 0;
  for (const value of grey.pixels) if (value >= GLARE_LEVEL) burnt += 1;
  return grey.pixels.length === 0 ? 0 : burnt / grey.pixels.length;
}

/** What a person should know before sending; the most hindering first, empty when nothing stands out. */
export function hintsFor(grey: Grey): Hint[] {
  const hints: Hint[] = [];
  if (meanBrightness(grey) < DARK_BELOW) hints.push("dark");
  if (sharpness(grey) < BLURRED_BELOW) hints.push("blurred");
  if (burntShare(grey) > GLARE_SHARE) hints.push("glare");
  return hints;
}

/** Size to draw a picture at for the look. */
export function lookSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LOOK_PX / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
