/** What a mouse or finger does on the desk: choose, move, reshape, place, draw point by point, pick two. */
import { addAround, addPoint, addRelation, addSurface, addZone, deletePoint, setOutline, setPoint } from "./commands";
import type { DeskView } from "./desk_view";
import { outlineOf, type Doc, type PointCm, type Polygon, type Ref } from "./model";
import type { Gestures, Pane, Pointer } from "./pane";
import { bounds, contains, distance, distanceToOutline, rectangle, signedArea, translated } from "./polygon";
import { itemSize } from "./start";
import type { Store } from "./store";
import { turnHandle, turnedBy } from "./turning";
import { toScreen } from "./viewport";

/** How near a pointer has to come to a handle, px. */
const NEAR_PX = { mouse: 10, touch: 22 };
const TAP_PX = 6;
/** A zone drawn by one tap is this much larger than its item on each side, so that it may stand a little askew. */
const ROOM_CM = 3;
const SURFACE_CM: readonly [number, number] = [50, 30];

const AROUND_CM: readonly [number, number] = [120, 60];

type Handle = { readonly kind: "point" | "side" | "turn"; readonly index: number };

interface Drag {
  readonly from: Pointer;
  readonly doc: Doc;
  readonly ref: Ref | null;
  readonly point: number | null;
  readonly turns?: boolean;
  moved: boolean;
}

/** With Shift only along the axis that was moved along most. */
function onAxis([x, y]: PointCm, shift: boolean): PointCm {
  if (!shift) return [x, y];
  return Math.abs(x) >= Math.abs(y) ? [x, 0] : [0, y];
}

export class DeskPointer implements Gestures {
  readonly #store: Store;
  readonly #view: () => DeskView;
  readonly #pane: () => Pane;
  #drag: Drag | null = null;
  #points: PointCm[] = [];
  /** How things stood before the pointer came down. */
  #before: { readonly doc: Doc; readonly ref: Ref | null; readonly point: number | null } | null = null;

  constructor(store: Store, view: () => DeskView, pane: () => Pane) {
    this.#store = store;
    this.#view = view;
    this.#pane = pane;
  }

  /** Whether something is held: what the drawing shows stays still meanwhile. */
  get busy(): boolean {
    return this.#before !== null;
  }

  wants(pointer: Pointer): boolean {
    return this.#store.tool.kind !== "select" || this.#handleAt(pointer) !== null || this.#thingAt(pointer) !== null;
  }

  down(pointer: Pointer): boolean {
    const { tool, doc, selection } = this.#store;
    this.#before = { doc, ref: selection, point: this.#store.point };
    if (tool.kind !== "select") {
      this.#drag = { from: pointer, doc, ref: null, point: null, moved: false };
      return true;
    }
    const handle = this.#handleAt(pointer);
    if (handle !== null && selection !== null) return this.#takeHandle(pointer, selection, handle);
    const ref = this.#thingAt(pointer);
    this.#store.select(ref);
    if (ref === null) {
      this.#before = null;
      this.#store.tell();
      return false;
    }
    this.#drag = { from: pointer, doc, ref, point: null, moved: false };
    return true;
  }

  #takeHandle(pointer: Pointer, ref: Ref, { kind, index }: Handle): boolean {
    const { doc } = this.#store;
    if (kind === "point" && pointer.alt) {
      this.#store.change(deletePoint(doc, ref, index));
      return true;
    }
    this.#store.pause();
    if (kind === "turn") {
      this.#store.select(ref);
      this.#drag = { from: pointer, doc, ref, point: null, turns: true, moved: false };
      return true;
    }
    const point = kind === "point" ? index : index + 1;
    const base = kind === "point" ? doc : addPoint(doc, ref, index, pointer.world);
    if (kind === "side") this.#store.change(base, `reshape${ref.id}`);
    this.#store.select(ref, point);
    this.#drag = { from: pointer, doc: base, ref, point, moved: false };
    return true;
  }

  move(pointer: Pointer): void {
    const drag = this.#drag;
    if (drag === null || this.#store.looking) return;
    const travelled = Math.hypot(pointer.screen[0] - drag.from.screen[0], pointer.screen[1] - drag.from.screen[1]);
    if (!drag.moved && travelled < TAP_PX) return;
    if (!drag.moved && drag.ref !== null && drag.point === null) this.#store.pause();
    drag.moved = true;
    const by = onAxis([pointer.world[0] - drag.from.world[0], pointer.world[1] - drag.from.world[1]], pointer.shift);
    if (drag.ref === null) this.#sketchRectangle(drag.from.world, pointer.world);
    else if (drag.turns) this.#store.change(turnedBy(drag.doc, drag.ref, drag.from.world, pointer.world, pointer.shift), `turn${drag.ref.id}`);
    else if (drag.point === null) {
      this.#store.change(setOutline(drag.doc, drag.ref, translated(outlineOf(drag.doc, drag.ref), by)), `move${drag.ref.id}`);
    } else {
      const was = outlineOf(drag.doc, drag.ref)[drag.point]!;
      this.#store.change(setPoint(drag.doc, drag.ref, drag.point, [was[0] + by[0], was[1] + by[1]]), `reshape${drag.ref.id}`);
    }
  }

  #sketchRectangle(a: PointCm, b: PointCm): void {
    const { tool } = this.#store;
    if (tool.kind === "relation" || (tool.kind !== "select" && tool.byPoints)) return;
    this.#view().sketch = [...rectangle(a[0], a[1], b[0], b[1]), a];
    this.#view().draw();
  }

  up(pointer: Pointer): void {
    const drag = this.#drag;
    this.#drag = null;
    this.#before = null;
    this.#store.pause();
    if (drag === null || drag.ref !== null) {
      this.#store.tell();
      return;
    }
    const { tool } = this.#store;
    if (tool.kind === "relation") this.#pick(pointer);
    else if (tool.kind !== "select" && tool.byPoints) this.#addToSketch(pointer);
    else if (drag.moved) {
      const [a, b] = [drag.from.world, pointer.world];
      this.#place(rectangle(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])));
    } else this.#place(this.#usual(pointer.world));
  }

  cancel(): void {
    const before = this.#before;
    this.#drag = null;
    this.#before = null;
    // Points that were tapped stay: one may magnify in the middle of an outline.
    this.#view().sketch = [...this.#points];
    this.#view().draw();
    if (before === null) return;
    // What one finger did until the second came is one step, since it went under one key.
    if (this.#store.doc !== before.doc) this.#store.undo();
    this.#store.select(before.ref, before.point);
  }

  /** The outline that one tap draws: the usual size of the thing, in the middle of the tap. */
  #usual([x, y]: PointCm): Polygon {
    const { tool } = this.#store;
    const [w, d] = tool.kind === "zone" ? itemSize(tool.item).map((side) => side + 2 * ROOM_CM) : tool.kind === "around" ? AROUND_CM : SURFACE_CM;
    return rectangle(x - w! / 2, y - d! / 2, x + w! / 2, y + d! / 2);
  }

  #place(outline: Polygon): void {
    const { tool, doc } = this.#store;
    this.#clearSketch();
    if (tool.kind === "select" || tool.kind === "relation") return;
    const made = tool.kind === "zone" ? addZone(doc, tool.item, outline)
      : tool.kind === "around" ? addAround(doc, tool.around, outline) : addSurface(doc, tool.surface, outline);
    this.#store.use({ kind: "select" });
    this.#store.change(made.doc);
    this.#store.select(made.ref);
  }

  /** A tap adds a point; one on the first point, or the Enter key, ends the outline. */
  #addToSketch(pointer: Pointer): void {
    const first = this.#points[0];
    if (first !== undefined && this.#points.length >= 3 && this.#near(pointer, first)) {
      this.finish();
      return;
    }
    this.#points.push(pointer.world);
    this.#view().sketch = [...this.#points];
    this.#view().draw();
  }

  /** End an outline that is drawn point by point. */
  finish(): boolean {
    const points = this.#points;
    if (points.length < 3) return false;
    this.#points = [];
    this.#place(points);
    return true;
  }

  /** Give up what is being drawn. */
  giveUp(): void {
    this.#drag = null;
    this.#clearSketch();
    this.#store.use({ kind: "select" });
  }

  #clearSketch(): void {
    this.#points = [];
    this.#view().sketch = [];
    this.#view().draw();
  }

  #pick(pointer: Pointer): void {
    const { tool, doc } = this.#store;
    const hit = this.#thingAt(pointer);
    if (tool.kind !== "relation" || hit?.section !== "zones") return;
    if (tool.first === null) this.#store.use({ kind: "relation", first: hit.id });
    else if (tool.first !== hit.id) {
      this.#store.use({ kind: "select" });
      this.#store.change(addRelation(doc, tool.first, hit.id));
    }
  }

  #near(pointer: Pointer, point: PointCm, reach = pointer.touch ? NEAR_PX.touch : NEAR_PX.mouse): boolean {
    const [x, y] = toScreen(this.#pane().viewport, point);
    return Math.hypot(pointer.screen[0] - x, pointer.screen[1] - y) <= reach;
  }

  /** The handle of the chosen outline under a pointer: the nearest point, else the middle of a side. */
  #handleAt(pointer: Pointer): Handle | null {
    const { selection, doc } = this.#store;
    if (selection === null || this.#store.looking) return null;
    const outline = outlineOf(doc, selection);
    if (selection.section !== "edge" && this.#atTurn(pointer, outline)) return { kind: "turn", index: 0 };
    const reach = this.#reach(pointer, outline);
    const near = outline
      .map((point, index) => ({ index, away: distance(point, pointer.world), hit: this.#near(pointer, point, reach) }))
      .filter((one) => one.hit)
      .sort((a, b) => a.away - b.away)[0];
    if (near !== undefined) return { kind: "point", index: near.index };
    const sides = selection.section === "edge" ? outline.length - 1 : outline.length;
    for (let index = 0; index < sides; index += 1) {
      const [a, b] = [outline[index]!, outline[(index + 1) % outline.length]!];
      const short = distance(a, b) * this.#pane().viewport.scale < (pointer.touch ? 88 : 40);
      if (!short && this.#near(pointer, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], reach)) return { kind: "side", index };
    }
    return null;
  }

  #atTurn(pointer: Pointer, outline: Polygon): boolean {
    const { at: [x, y] } = turnHandle(outline, this.#pane().viewport);
    return Math.hypot(pointer.screen[0] - x, pointer.screen[1] - y) <= (pointer.touch ? NEAR_PX.touch : NEAR_PX.mouse + 2);
  }

  /** How near a handle has to be, px: inside a small outline less, so that a finger in its middle moves the whole. */
  #reach(pointer: Pointer, outline: Polygon): number {
    const reach = pointer.touch ? NEAR_PX.touch : NEAR_PX.mouse;
    if (!contains(outline, pointer.world)) return reach;
    const [left, top, right, bottom] = bounds(outline);
    return Math.min(reach, (Math.min(right - left, bottom - top) * this.#pane().viewport.scale) / 4);
  }

  /** The thing under a pointer: the chosen one first, then the smallest zone, then surfaces that are not the whole desk. */
  #thingAt({ world, touch }: Pointer): Ref | null {
    const { doc, selection } = this.#store;
    const slack = (touch ? 14 : 4) / this.#pane().viewport.scale;
    const hit = (outline: Polygon): boolean => contains(outline, world) || distanceToOutline(world, outline) <= slack;
    if (selection !== null && selection.section !== "edge" && hit(outlineOf(doc, selection))) return selection;
    const size = (one: { polygon_cm: Polygon }): number => Math.abs(signedArea(one.polygon_cm));
    const smallest = <T extends { id: string; polygon_cm: Polygon }>(list: readonly T[]): T | undefined =>
      list.filter((one) => hit(one.polygon_cm)).sort((a, b) => size(a) - size(b))[0];
    const zone = smallest(doc.layout.zones);
    if (zone !== undefined) return { section: "zones", id: zone.id };
    const edge = doc.layout.outer_edge_cm;
    if (edge !== undefined && distanceToOutline(world, edge, false) <= slack) return { section: "edge", id: "" };
    const area = doc.layout.desk_cm === null ? Infinity : doc.layout.desk_cm[0] * doc.layout.desk_cm[1];
    const surface = smallest(doc.layout.surfaces.filter((one) => size(one) < 0.9 * area));
    if (surface !== undefined) return { section: "surfaces", id: surface.id };
    // A sight line may lie over the whole desk: inside the desk it is taken by its outline alone.
    const [width, depth] = doc.layout.desk_cm ?? [0, 0];
    const onDesk = world[0] >= 0 && world[1] >= 0 && world[0] <= width && world[1] <= depth;
    const seat = smallest(doc.layout.around.filter((one) => !onDesk || distanceToOutline(world, one.polygon_cm) <= slack));
    return seat === undefined ? null : { section: "around", id: seat.id };
  }
}
