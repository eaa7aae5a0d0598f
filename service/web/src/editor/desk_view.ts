/** The desk from above, to scale: the still laid flat, surfaces, zones, the edge, and handles of what is chosen. */
import { Arc } from "konva/lib/shapes/Arc.js";
import { Arrow } from "konva/lib/shapes/Arrow.js";
import { Circle } from "konva/lib/shapes/Circle.js";
import { Image as Picture } from "konva/lib/shapes/Image.js";
import { Label, Tag } from "konva/lib/shapes/Label.js";
import { Line } from "konva/lib/shapes/Line.js";
import { Text } from "konva/lib/shapes/Text.js";
import { COLOUR, FONT } from "./colours";
import { EDGE, edgeOf, keyOf, outlineOf, sameRef, zoneOf, type Around, type Polygon, type Ref, type Zone } from "./model";
import type { Pane } from "./pane";
import { bounds, centroid } from "./polygon";
import { roomAround, toleranceOf } from "./room";
import { aroundName, itemName, surfaceName } from "./start";
import type { Store } from "./store";
import { turnHandle } from "./turning";
import { toScreen, type Rect } from "./viewport";

const BESIDE_CM = 12;

/** What has to be in sight: the desk and whatever lies beside it; sight line and seats whole while they are drawn. */
export function worldOf(store: Store): Rect {
  const { desk_cm: desk, surfaces } = store.doc.layout;
  const [width, depth] = desk !== null && desk.every((side) => side > 0) ? desk : [160, 70];
  const all = [[0, 0, width, depth] as const, ...surfaces.map((one) => bounds(one.polygon_cm)), ...roomAround(store, width, depth)];
  return {
    left: Math.min(...all.map((one) => one[0])) - BESIDE_CM,
    top: Math.min(...all.map((one) => one[1])) - BESIDE_CM,
    right: Math.max(...all.map((one) => one[2])) + BESIDE_CM,
    bottom: Math.max(...all.map((one) => one[3])) + BESIDE_CM,
  };
}

/** The picture laid flat, with the part of the desk plane that it shows. */
export interface Flat {
  readonly canvas: HTMLCanvasElement;
  readonly area: Rect;
}

export class DeskView {
  readonly #store: Store;
  readonly #pane: Pane;
  flat: Flat | null = null;
  /** An outline that is being drawn: points so far, and where the pointer is. */
  sketch: Polygon = [];

  constructor(store: Store, pane: Pane) {
    this.#store = store;
    this.#pane = pane;
  }

  draw(): void {
    const { layer } = this.#pane;
    const { doc, selection } = this.#store;
    layer.destroyChildren();
    this.#ground();
    for (const one of doc.layout.around) this.#around(one, sameRef({ section: "around", id: one.id }, selection));
    const wrong = new Set(this.#store.problems().map((one) => one.where));
    for (const surface of doc.layout.surfaces) {
      const ref: Ref = { section: "surfaces", id: surface.id };
      if (!sameRef(ref, selection)) this.#surface(ref, surface.kind, wrong.has(keyOf(ref)));
    }
    this.#edge(wrong.has("edge"));
    for (const zone of doc.layout.zones) {
      const ref: Ref = { section: "zones", id: zone.id };
      if (!sameRef(ref, selection)) this.#zone(ref, wrong.has(keyOf(ref)));
    }
    this.#relations();
    if (selection !== null) this.#chosen(selection, wrong.has(keyOf(selection)));
    for (const zone of doc.layout.zones) this.#name(zone.polygon_cm, itemName(zone.item), wrong.has(`zones:${zone.id}`));
    if (selection !== null) this.#handles(selection, wrong.has(keyOf(selection)));
    this.#turnHandle();
    if (this.sketch.length > 0) this.#line(this.sketch, COLOUR.chosen, { closed: false, dash: [6, 4], width: 2 });
    layer.batchDraw();
  }

  #screen(points: Polygon): number[] {
    return points.flatMap((point) => [...toScreen(this.#pane.viewport, point)]);
  }

  #line(points: Polygon, stroke: string, { closed = true, dash = [] as number[], width = 1.5, fill = "" } = {}): void {
    const drawn = { points: this.#screen(points), closed, listening: false };
    // A light line under the dark one: readable on whatever the photo shows.
    this.#pane.layer.add(new Line({ ...drawn, stroke: COLOUR.halo, strokeWidth: width + 2 }));
    this.#pane.layer.add(new Line({ ...drawn, stroke, strokeWidth: width, dash, ...(fill === "" ? {} : { fill }) }));
  }

  #ground(): void {
    const { layer, viewport } = this.#pane;
    const desk = this.#store.doc.layout.desk_cm;
    if (this.flat !== null) {
      const [x, y] = toScreen(viewport, [this.flat.area.left, this.flat.area.top]);
      const [right, bottom] = toScreen(viewport, [this.flat.area.right, this.flat.area.bottom]);
      layer.add(new Picture({ image: this.flat.canvas, x, y, width: right - x, height: bottom - y, listening: false }));
    }
    if (desk === null || !desk.every((side) => side > 0)) return;
    const whole: Polygon = [[0, 0], [desk[0], 0], [desk[0], desk[1]], [0, desk[1]]];
    this.#line(whole, COLOUR.line, { width: 2, ...(this.flat === null ? { fill: COLOUR.desk } : {}) });
  }

  #surface(ref: Ref, kind: string, wrong: boolean): void {
    const outline = outlineOf(this.#store.doc, ref);
    this.#line(outline, wrong ? COLOUR.wrong : COLOUR.surface, { dash: wrong ? [3, 3] : [8, 5] });
    const desk = this.#store.doc.layout.desk_cm;
    const [left, top, right, bottom] = bounds(outline);
    const whole = desk !== null && left === 0 && top === 0 && right === desk[0] && bottom === desk[1];
    if (!whole) this.#text(surfaceName(kind), toScreen(this.#pane.viewport, [left, bottom]), COLOUR.surface, true);
  }

  #around({ id, kind, polygon_cm: outline }: Around, chosen: boolean): void {
    const wrong = this.#store.problems().some((one) => one.where === `around:${id}`);
    const stroke = wrong ? COLOUR.wrong : COLOUR.around;
    if (!chosen) this.#line(outline, stroke, { dash: [2, 4], fill: COLOUR.aroundFill });
    const [left, , , bottom] = bounds(outline);
    const [x, y] = toScreen(this.#pane.viewport, [left, bottom]);
    const seen: readonly [number, number] = [Math.max(x, 2), Math.min(y, this.#pane.stage.height() - 2)];
    this.#text(wrong ? `! ${aroundName(kind)}` : aroundName(kind), seen, stroke, true);
  }

  /** How far an item may stand from its zone: half of a stroke that is twice as wide lies outside the outline. */
  #ring(zone: Zone): void {
    const room = zone.tolerance_cm ?? toleranceOf(this.#store.doc.layout);
    const width = 2 * room * this.#pane.viewport.scale;
    const drawn = { points: this.#screen(zone.polygon_cm), closed: true, lineJoin: "round" as const, listening: false };
    this.#pane.layer.add(new Line({ ...drawn, stroke: COLOUR.ring, strokeWidth: width }));
  }

  #turnHandle(): void {
    const outline = this.#store.selection === null || this.#store.looking ? [] : outlineOf(this.#store.doc, this.#store.selection);
    if (this.#store.selection?.section === "edge" || outline.length < 3) return;
    const { stem: [fromX, fromY], at: [x, y] } = turnHandle(outline, this.#pane.viewport);
    const { layer } = this.#pane;
    layer.add(new Line({ points: [fromX, fromY, x, y], stroke: COLOUR.halo, strokeWidth: 4, listening: false }));
    layer.add(new Line({ points: [fromX, fromY, x, y], stroke: COLOUR.chosen, strokeWidth: 1.5, listening: false }));
    layer.add(new Circle({ x, y, radius: 9, fill: "#fff", stroke: COLOUR.chosen, strokeWidth: 2, listening: false }));
    layer.add(new Arc({ x, y, innerRadius: 4, outerRadius: 5, angle: 270, rotation: -60, fill: COLOUR.chosen, listening: false }));
  }

  #edge(wrong: boolean): void {
    if (sameRef(this.#store.selection, EDGE)) return;
    const edge = edgeOf(this.#store.doc.layout);
    if (edge.length >= 2) this.#line(edge, wrong ? COLOUR.wrong : COLOUR.edge, { closed: false, width: 3 });
  }

  #zone(ref: Ref, wrong: boolean): void {
    const outline = outlineOf(this.#store.doc, ref);
    const zone = zoneOf(this.#store.doc, ref.id);
    if (zone?.tolerance_cm != null && !wrong) this.#ring(zone);
    if (wrong) this.#line(outline, COLOUR.wrong, { fill: COLOUR.wrongFill, dash: [3, 3], width: 2 });
    else this.#line(outline, COLOUR.zone, { fill: COLOUR.zoneFill });
  }

  #name(outline: Polygon, name: string, wrong: boolean): void {
    const [left, top] = bounds(outline);
    this.#text(wrong ? `! ${name}` : name, toScreen(this.#pane.viewport, [left, top]), wrong ? COLOUR.wrong : COLOUR.zone, false);
  }

  #text(words: string, [x, y]: readonly [number, number], fill: string, above: boolean): void {
    const text = new Text({ text: words, fill, fontSize: 13, fontFamily: FONT, padding: 2 });
    // A name at the rim of the drawing grows inwards.
    const inside = Math.min(x + 2, this.#pane.stage.width() - text.width() - 2);
    const label = new Label({ x: inside, y: above ? y - 20 : y + 2, listening: false });
    label.add(new Tag({ fill: COLOUR.halo, cornerRadius: 3 }));
    label.add(text);
    this.#pane.layer.add(label);
  }

  #relations(): void {
    const { zones, relations } = this.#store.doc.layout;
    for (const relation of relations) {
      const [item, anchor] = [relation.item, relation.anchor].map((id) => zones.find((zone) => zone.item === id));
      if (item === undefined || anchor === undefined) continue;
      const points = this.#screen([centroid(item.polygon_cm), centroid(anchor.polygon_cm)]);
      const drawn = { points, pointerLength: 8, pointerWidth: 8, listening: false };
      this.#pane.layer.add(new Arrow({ ...drawn, stroke: COLOUR.halo, fill: COLOUR.halo, strokeWidth: 4 }));
      this.#pane.layer.add(new Arrow({ ...drawn, stroke: COLOUR.relation, fill: COLOUR.relation, strokeWidth: 2, dash: [5, 4] }));
    }
  }

  #chosen(ref: Ref, wrong: boolean): void {
    const outline = outlineOf(this.#store.doc, ref);
    const closed = ref.section !== "edge";
    const zone = ref.section === "zones" ? zoneOf(this.#store.doc, ref.id) : undefined;
    if (zone !== undefined && !wrong) this.#ring(zone);
    const stroke = wrong ? COLOUR.wrong : COLOUR.chosen;
    const fill = closed ? (wrong ? COLOUR.wrongFill : COLOUR.chosenFill) : "";
    this.#line(outline, stroke, { closed, width: 2.5, fill, dash: wrong ? [3, 3] : [] });
  }

  #handles(ref: Ref, wrong: boolean): void {
    const { layer, viewport } = this.#pane;
    const outline = outlineOf(this.#store.doc, ref);
    const stroke = wrong ? COLOUR.wrong : COLOUR.chosen;
    const sides = ref.section === "edge" ? outline.length - 1 : outline.length;
    for (let index = 0; index < sides; index += 1) {
      const [a, b] = [outline[index]!, outline[(index + 1) % outline.length]!];
      const [x, y] = toScreen(viewport, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
      layer.add(new Circle({ x, y, radius: 4, fill: COLOUR.halo, stroke, strokeWidth: 1.5, listening: false }));
    }
    outline.forEach((point, index) => {
      const [x, y] = toScreen(viewport, point);
      const taken = index === this.#store.point;
      layer.add(new Circle({ x, y, radius: taken ? 9 : 7, fill: taken ? stroke : "#fff", stroke, strokeWidth: 2.5, listening: false }));
    });
  }
}
