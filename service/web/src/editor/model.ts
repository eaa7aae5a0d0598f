/** What is being drawn up: the keys of a layout file, the still, and the corners tapped on it. Values, never changed in place. */

export type PointCm = readonly [number, number];
export type PointPx = readonly [number, number];
export type Polygon = readonly PointCm[];
export type When = "always" | "open" | "closed";
export type Side = "left" | "right" | "either";
export type PolicyKind = "required" | "allowed" | "zone" | "forbidden" | "ignored";

export interface Surface {
  readonly id: string;
  readonly kind: string;
  readonly height_cm?: number;
  readonly polygon_cm: Polygon;
}

export interface Zone {
  readonly id: string;
  readonly item: string;
  readonly polygon_cm: Polygon;
  readonly min_count?: number;
  readonly max_count?: number;
  readonly tolerance_cm?: number | null;
  readonly valid?: When;
  readonly returns?: boolean;
}

/** Sight line or seats: a part of the desk's plane that may reach beyond the desk. */
export interface Around {
  readonly id: string;
  readonly kind: string;
  readonly polygon_cm: Polygon;
}

export interface Hours {
  readonly open: readonly (readonly [string, string])[];
  readonly weekdays: readonly string[];
  readonly time_zone?: string;
}

export interface Relation {
  readonly id: string;
  readonly item: string;
  readonly anchor: string;
  readonly max_gap_cm?: number | null;
  readonly side?: Side;
}

export interface Policy {
  readonly item: string;
  readonly kind: PolicyKind;
  readonly surface?: string | null;
  readonly max_count?: number | null;
}

export interface LayoutValues {
  readonly desk_cm: readonly [number, number] | null;
  readonly outer_edge_cm?: Polygon;
  readonly edge_clearance_cm?: number | null;
  readonly surfaces: readonly Surface[];
  readonly zones: readonly Zone[];
  readonly relations: readonly Relation[];
  readonly policies: readonly Policy[];
  readonly around: readonly Around[];
  /** As far as somebody said them; the usual ones hold for the rest. */
  readonly hours?: Partial<Hours>;
  readonly [key: string]: unknown;
}

export interface StillRef {
  readonly sha256: string;
  readonly image_wh: readonly [number, number];
  readonly focal_px: number | null;
  /** How its lens bends it (lens.ts); none for a straight one. */
  readonly bend?: number | null;
  readonly view: string;
}

export interface Doc {
  readonly layout: LayoutValues;
  readonly still: StillRef | null;
  readonly corners_px: readonly PointPx[];
}

/** Something with an outline on the desk. The outer edge has no id of its own. */
export interface Ref {
  readonly section: "surfaces" | "zones" | "around" | "edge";
  readonly id: string;
}

export const EDGE: Ref = { section: "edge", id: "" };

export function keyOf(ref: Ref): string {
  return ref.section === "edge" ? "edge" : `${ref.section}:${ref.id}`;
}

export function sameRef(a: Ref | null, b: Ref | null): boolean {
  return a === b || (a !== null && b !== null && keyOf(a) === keyOf(b));
}

/** The outer edge as drawn, else the desk's own: the line y = 0. */
export function edgeOf(layout: LayoutValues): Polygon {
  const drawn = layout.outer_edge_cm;
  if (drawn !== undefined && drawn.length >= 2) return drawn;
  return layout.desk_cm === null ? [] : [[0, 0], [layout.desk_cm[0], 0]];
}

/** The outline of a thing; empty where there is no such thing any more. */
export function outlineOf(doc: Doc, ref: Ref): Polygon {
  if (ref.section === "edge") return doc.layout.outer_edge_cm ?? [];
  const list: readonly (Surface | Zone | Around)[] = doc.layout[ref.section];
  return list.find((one) => one.id === ref.id)?.polygon_cm ?? [];
}

export function zoneOf(doc: Doc, id: string): Zone | undefined {
  return doc.layout.zones.find((zone) => zone.id === id);
}

export function surfaceOf(doc: Doc, id: string): Surface | undefined {
  return doc.layout.surfaces.find((surface) => surface.id === id);
}

/** Ids are unique over surfaces, zones and relations: "cup", then "cup-2". */
export function newId(doc: Doc, wish: string): string {
  const { surfaces, zones, relations, around } = doc.layout;
  const taken = new Set([...surfaces, ...zones, ...relations, ...around].map((one) => one.id));
  if (!taken.has(wish)) return wish;
  let number = 2;
  while (taken.has(`${wish}-${number}`)) number += 1;
  return `${wish}-${number}`;
}

/** Read a document of the server, with empty lists where a hand-written draft left them out. */
export function readDoc(value: Doc): Doc {
  const layout = value.layout as Partial<LayoutValues>;
  return {
    still: value.still,
    corners_px: value.corners_px,
    layout: {
      ...layout,
      desk_cm: layout.desk_cm ?? null,
      surfaces: layout.surfaces ?? [],
      zones: layout.zones ?? [],
      relations: layout.relations ?? [],
      policies: layout.policies ?? [],
      around: layout.around ?? [],
    },
  };
}
