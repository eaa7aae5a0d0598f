/** How much room the drawing needs beside the desk, and an item beside its zone. */
import type { LayoutValues } from "./model";
import { bounds } from "./polygon";
import { start } from "./start";
import type { Store } from "./store";

type Bounds = readonly [number, number, number, number];

/** What is shown beyond the desk of a sight line or seat that nobody draws at, and least while somebody does, cm. */
const CUT_CM = 30;
const FREE_CM = 100;

/** What sight line and seats add to the drawing: left, top, right, bottom in cm. */
export function roomAround({ doc, tool, selection }: Store, width: number, depth: number): Bounds[] {
  const all = doc.layout.around.map((one) => bounds(one.polygon_cm));
  const free: Bounds = [-FREE_CM, -FREE_CM, width + FREE_CM, depth + FREE_CM];
  if (tool.kind === "around" || selection?.section === "around") return [...all, free];
  const cut = ([left, top, right, bottom]: Bounds): Bounds => [
    Math.max(left, -CUT_CM), Math.max(top, -CUT_CM), Math.min(right, width + CUT_CM), Math.min(bottom, depth + CUT_CM),
  ];
  return all.map(cut).filter(([left, top, right, bottom]) => left < right && top < bottom);
}

/** How far an item may stand from its zone where the zone itself does not say it, cm: the layout's own value of V04 or the usual one. */
export function toleranceOf(layout: LayoutValues): number {
  const own = (layout["parameters"] as { readonly V04?: { readonly shift_photo_cm?: number } } | undefined)?.V04?.shift_photo_cm;
  return own ?? start.tolerance_cm;
}
