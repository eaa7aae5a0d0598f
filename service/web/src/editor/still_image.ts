/** The still as pixels: shown, magnified, snapped on, laid flat. */
import { straightCorners } from "./lens";
import type { StillRef } from "./model";
import { cornerProblem, toPicture } from "./plane";
import { rectify, scaled, type Pixels } from "./rectify";
import { greyOf, snapToCorner } from "./snap";
import type { Doc, PointPx } from "./model";
import type { Flat } from "./desk_view";
import type { Rect } from "./viewport";

/** Wide enough to see a pen on a desk laid flat, small enough to be computed while a corner is dragged. */
const COPY_PX = 1600;
const FLAT_PX = 1000;
const MOST_PX_PER_CM = 8;
const SNAP_MARGIN_PX = 24;

export class StillImage {
  readonly image: HTMLImageElement;
  readonly #copy: Pixels;
  readonly #factor: number;

  private constructor(image: HTMLImageElement, copy: Pixels, factor: number) {
    this.image = image;
    this.#copy = copy;
    this.#factor = factor;
  }

  /** Load a still from the evidence store. */
  static async load(still: StillRef): Promise<StillImage> {
    const image = new Image();
    image.src = `/api/v1/evidence/${still.sha256}`;
    await image.decode();
    const factor = Math.min(1, COPY_PX / image.naturalWidth);
    const copy = pixels(image, 0, 0, image.naturalWidth, image.naturalHeight, factor);
    return new StillImage(image, copy, factor);
  }

  /** The clear corner nearest to a tap, px of the still; null where there is none within reach. */
  snap([x, y]: PointPx, reach: number): PointPx | null {
    const around = Math.ceil(reach) + SNAP_MARGIN_PX;
    const [left, top] = [Math.max(0, Math.floor(x) - around), Math.max(0, Math.floor(y) - around)];
    const right = Math.min(this.image.naturalWidth, Math.ceil(x) + around);
    const bottom = Math.min(this.image.naturalHeight, Math.ceil(y) + around);
    if (right - left < 3 || bottom - top < 3) return null;
    const patch = pixels(this.image, left, top, right - left, bottom - top, 1);
    const found = snapToCorner(greyOf(patch), patch.width, patch.height, [x - left, y - top], reach);
    return found === null ? null : [found[0] + left, found[1] + top];
  }

  /** The desk plane as the still shows it, from above; null while size or corners are not good enough. */
  flat(doc: Doc, area: Rect): Flat | null {
    const desk = doc.layout.desk_cm;
    if (desk === null || doc.still === null || doc.corners_px.length < 4) return null;
    if (cornerProblem(doc.corners_px, desk, doc.still.image_wh) !== null) return null;
    const bend = doc.still.bend ?? null;
    const h = toPicture(straightCorners(doc.corners_px, doc.still), desk);
    if (h === null) return null;
    const longest = Math.max(area.right - area.left, area.bottom - area.top);
    const pxPerCm = Math.min(MOST_PX_PER_CM, FLAT_PX / longest);
    const seen = rectify(this.#copy, scaled(h, this.#factor), area, pxPerCm, bend);
    const canvas = document.createElement("canvas");
    canvas.width = seen.width;
    canvas.height = seen.height;
    const target = canvas.getContext("2d");
    if (target === null) return null;
    const shown = target.createImageData(seen.width, seen.height);
    shown.data.set(seen.data);
    target.putImageData(shown, 0, 0);
    return { canvas, area };
  }
}

function pixels(image: HTMLImageElement, left: number, top: number, width: number, height: number, factor: number): Pixels {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * factor));
  canvas.height = Math.max(1, Math.round(height * factor));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no 2d canvas");
  context.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
