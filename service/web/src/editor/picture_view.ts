/** The still with the desk's four corners: tapped in order, moved under a loupe, snapped to edges; zones drawn into it. */
import { Circle } from "konva/lib/shapes/Circle.js";
import { Image as Picture } from "konva/lib/shapes/Image.js";
import { Line } from "konva/lib/shapes/Line.js";
import { Text } from "konva/lib/shapes/Text.js";
import { COLOUR, FONT } from "./colours";
import { setCorners } from "./commands";
import type { Doc, PointPx, Polygon } from "./model";
import type { Gestures, Pane, Pointer } from "./pane";
import { kept } from "./partial";
import { outlineThrough, shownBy } from "./lens";
import { cornerProblem } from "./plane";
import type { StillImage } from "./still_image";
import type { Store } from "./store";
import { toScreen } from "./viewport";

const NEAR_PX = { mouse: 14, touch: 26 };
/** How far a tap may lie from the corner it means, px of the screen. */
const SNAP_PX = { mouse: 9, touch: 16 };
const LOUPE_PX = 128;
const LOUPE_ZOOM = 4;

export class PictureView implements Gestures {
  readonly #store: Store;
  readonly #pane: () => Pane;
  readonly #loupe: HTMLCanvasElement;
  readonly #snaps: () => boolean;
  readonly #beyond: () => boolean;
  still: StillImage | null = null;
  #held: { readonly index: number; readonly by: PointPx } | null = null;
  /** The document before the pointer came down. */
  #before: Doc | null = null;

  constructor(store: Store, pane: () => Pane, loupe: HTMLCanvasElement, snaps: () => boolean, beyond: () => boolean) {
    this.#store = store;
    this.#pane = pane;
    this.#loupe = loupe;
    this.#snaps = snaps;
    this.#beyond = beyond;
    loupe.width = LOUPE_PX;
    loupe.height = LOUPE_PX;
  }

  /** Whether a corner is being moved right now. */
  get holding(): boolean {
    return this.#held !== null;
  }

  wants(pointer: Pointer): boolean {
    if (this.#store.looking || this.still === null) return false;
    return this.#store.doc.corners_px.length < 4 || this.#cornerAt(pointer) !== null;
  }

  down(pointer: Pointer): boolean {
    const { doc, looking } = this.#store;
    if (looking || this.still === null) return false;
    const near = this.#cornerAt(pointer);
    const index = near ?? doc.corners_px.length;
    if (index >= 4) {
      this.#store.selectCorner(null);
      return false;
    }
    this.#store.pause();
    this.#before = doc;
    if (near === null) this.#store.change(setCorners(doc, [...doc.corners_px, this.#kept(pointer.world)]), "corner");
    // The corner keeps its distance to the finger, so that touching it does not make it jump.
    const corner = this.#store.doc.corners_px[index]!;
    this.#held = { index, by: [corner[0] - pointer.world[0], corner[1] - pointer.world[1]] };
    this.#store.corner = index;
    this.#store.tell();
    this.showLoupe(corner);
    return true;
  }

  move(pointer: Pointer): void {
    if (this.#held === null) return;
    this.#put(this.#held.index, [pointer.world[0] + this.#held.by[0], pointer.world[1] + this.#held.by[1]]);
  }

  up(pointer: Pointer): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null && this.#snaps()) {
      const corner = this.#store.doc.corners_px[held.index]!;
      // With room around it the picture is half as large, and the finger no more certain of it.
      const screen = (pointer.touch ? SNAP_PX.touch : SNAP_PX.mouse) / (this.#beyond() ? 2 : 1);
      const reach = screen / this.#pane().viewport.scale;
      const found = this.still?.snap(corner, reach) ?? null;
      if (found !== null) this.#put(held.index, found);
    }
    this.#store.pause();
    this.hideLoupe();
    this.#store.tell();
  }

  cancel(): void {
    if (this.#held !== null && this.#store.doc !== this.#before) this.#store.undo();
    this.#held = null;
    this.hideLoupe();
  }

  /** Move the chosen corner by whole px of the still. */
  nudge(dx: number, dy: number): void {
    const { corner, doc } = this.#store;
    const at = corner === null ? undefined : doc.corners_px[corner];
    if (corner === null || at === undefined) return;
    this.#put(corner, [at[0] + dx, at[1] + dy]);
    this.showLoupe(this.#store.doc.corners_px[corner]!);
  }

  #kept(point: PointPx): PointPx {
    return kept(point, this.#store.doc.still?.image_wh ?? [1, 1], this.#beyond());
  }

  #put(index: number, point: PointPx): void {
    const { doc } = this.#store;
    const put = this.#kept(point);
    this.#store.change(setCorners(doc, doc.corners_px.map((old, at) => (at === index ? put : old))), "corner");
    if (this.#held !== null) this.showLoupe(put);
  }

  #cornerAt(pointer: Pointer): number | null {
    const { viewport } = this.#pane();
    const reach = pointer.touch ? NEAR_PX.touch : NEAR_PX.mouse;
    const near = this.#store.doc.corners_px
      .map((corner, index) => {
        const [x, y] = toScreen(viewport, corner);
        return { index, away: Math.hypot(pointer.screen[0] - x, pointer.screen[1] - y) };
      })
      .filter((one) => one.away <= reach)
      .sort((a, b) => a.away - b.away)[0];
    return near?.index ?? null;
  }

  draw(): void {
    const { layer, viewport } = this.#pane();
    layer.destroyChildren();
    const { doc } = this.#store;
    if (this.still !== null && doc.still !== null) {
      const [x, y] = toScreen(viewport, [0, 0]);
      const [width, height] = doc.still.image_wh;
      layer.add(new Picture({ image: this.still.image, x, y, width: width * viewport.scale, height: height * viewport.scale }));
    }
    this.#drawn();
    const corners = doc.corners_px;
    if (corners.length > 1) this.#line(outlineThrough(corners, doc.still), COLOUR.halo, COLOUR.zone, corners.length === 4, 2);
    corners.forEach((corner, index) => this.#handle(corner, index));
    layer.batchDraw();
  }

  /** What is drawn on the desk, laid into the picture: the eye sees at once whether the size is right. */
  #drawn(): void {
    const { doc } = this.#store;
    const { desk_cm: desk, zones } = doc.layout;
    const size = doc.still?.image_wh;
    if (desk === null || size === undefined || doc.corners_px.length < 4) return;
    if (cornerProblem(doc.corners_px, desk, size) !== null) return;
    const shown = shownBy(doc.corners_px, desk, doc.still);
    if (shown === null) return;
    for (const zone of zones) {
      const chosen = this.#store.selection?.section === "zones" && this.#store.selection.id === zone.id;
      this.#line(shown(zone.polygon_cm), COLOUR.halo, chosen ? COLOUR.chosen : COLOUR.zone, true, 1.5);
    }
  }

  #line(points: Polygon, halo: string, stroke: string, closed: boolean, width: number): void {
    const flat = points.flatMap((point) => [...toScreen(this.#pane().viewport, point)]);
    this.#pane().layer.add(new Line({ points: flat, closed, stroke: halo, strokeWidth: width + 2 }));
    this.#pane().layer.add(new Line({ points: flat, closed, stroke, strokeWidth: width }));
  }

  #handle(corner: PointPx, index: number): void {
    const [x, y] = toScreen(this.#pane().viewport, corner);
    const chosen = index === this.#store.corner;
    const stroke = chosen ? COLOUR.chosen : COLOUR.zone;
    const { layer } = this.#pane();
    layer.add(new Circle({ x, y, radius: 11, stroke: "#fff", strokeWidth: 4 }));
    layer.add(new Circle({ x, y, radius: 11, stroke, strokeWidth: chosen ? 3 : 2 }));
    layer.add(new Circle({ x, y, radius: 2, fill: stroke }));
    const name = { text: String(index + 1), x: x + 12, y: y - 26, fontSize: 18, fontStyle: "bold", fontFamily: FONT };
    layer.add(new Text({ ...name, stroke: "#fff", strokeWidth: 4 }));
    layer.add(new Text({ ...name, fill: stroke }));
  }

  /** Show the still around a point, magnified, in the half of the drawing where the finger is not. */
  showLoupe([x, y]: PointPx): void {
    const context = this.#loupe.getContext("2d");
    if (context === null || this.still === null) return;
    const span = LOUPE_PX / (this.#pane().viewport.scale * LOUPE_ZOOM);
    context.fillStyle = "#10161d";
    context.fillRect(0, 0, LOUPE_PX, LOUPE_PX);
    context.drawImage(this.still.image, x - span / 2, y - span / 2, span, span, 0, 0, LOUPE_PX, LOUPE_PX);
    for (const [colour, width] of [["#fff", 3], [COLOUR.wrong, 1]] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      for (const [a, b] of [[0, LOUPE_PX / 2 - 8], [LOUPE_PX / 2 + 8, LOUPE_PX]] as const) {
        context.moveTo(a, LOUPE_PX / 2);
        context.lineTo(b, LOUPE_PX / 2);
        context.moveTo(LOUPE_PX / 2, a);
        context.lineTo(LOUPE_PX / 2, b);
      }
      context.stroke();
    }
    this.#loupe.classList.toggle("corner-loupe-right", toScreen(this.#pane().viewport, [x, y])[0] < this.#pane().stage.width() / 2);
    this.#loupe.hidden = false;
  }

  hideLoupe(): void {
    this.#loupe.hidden = true;
  }
}
