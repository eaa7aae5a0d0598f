/** What a person can do to a document: pure functions from one document to the next. */
import {
  edgeOf,
  newId,
  outlineOf,
  type Around,
  type Doc,
  type Hours,
  type LayoutValues,
  type PointCm,
  type PointPx,
  type Policy,
  type Polygon,
  type Ref,
  type Relation,
  type StillRef,
  type Surface,
  type Zone,
} from "./model";
import { bounds, centroid, inMillimetres, rectangle, rotated, translated } from "./polygon";

const COPY_STEP_CM = 5;

function withLayout(doc: Doc, change: Partial<LayoutValues>): Doc {
  return { ...doc, layout: { ...doc.layout, ...change } };
}

/** Put an outline in place of another; millimetres are kept, less is not. */
export function setOutline(doc: Doc, ref: Ref, outline: Polygon): Doc {
  const polygon = inMillimetres(outline);
  if (ref.section === "edge") return withLayout(doc, { outer_edge_cm: polygon });
  const replaced = <T extends Surface | Zone | Around>(list: readonly T[]): readonly T[] =>
    list.map((one) => (one.id === ref.id ? { ...one, polygon_cm: polygon } : one));
  if (ref.section === "around") return withLayout(doc, { around: replaced(doc.layout.around) });
  return ref.section === "zones"
    ? withLayout(doc, { zones: replaced(doc.layout.zones) })
    : withLayout(doc, { surfaces: replaced(doc.layout.surfaces) });
}

export function move(doc: Doc, ref: Ref, by: PointCm): Doc {
  return setOutline(doc, ref, translated(outlineOf(doc, ref), by));
}

export function rotate(doc: Doc, ref: Ref, angleDeg: number): Doc {
  return setOutline(doc, ref, rotated(outlineOf(doc, ref), angleDeg));
}

export function setPoint(doc: Doc, ref: Ref, index: number, point: PointCm): Doc {
  return setOutline(doc, ref, outlineOf(doc, ref).map((old, at) => (at === index ? point : old)));
}

/** Add a point after the one named. */
export function addPoint(doc: Doc, ref: Ref, after: number, point: PointCm): Doc {
  const outline = outlineOf(doc, ref);
  return setOutline(doc, ref, [...outline.slice(0, after + 1), point, ...outline.slice(after + 1)]);
}

/** Take a point away, as long as an outline is left: three points, two for the edge. */
export function deletePoint(doc: Doc, ref: Ref, index: number): Doc {
  const outline = outlineOf(doc, ref);
  const least = ref.section === "edge" ? 2 : 3;
  return outline.length <= least ? doc : setOutline(doc, ref, outline.filter((_point, at) => at !== index));
}

/** Delete a thing; policies that spoke of a deleted surface go with it. */
export function remove(doc: Doc, ref: Ref): Doc {
  if (ref.section === "edge") {
    const { outer_edge_cm: _edge, ...rest } = doc.layout;
    return { ...doc, layout: rest as LayoutValues };
  }
  if (ref.section === "zones") return withLayout(doc, { zones: doc.layout.zones.filter((zone) => zone.id !== ref.id) });
  if (ref.section === "around") return withLayout(doc, { around: doc.layout.around.filter((one) => one.id !== ref.id) });
  return withLayout(doc, {
    surfaces: doc.layout.surfaces.filter((surface) => surface.id !== ref.id),
    policies: doc.layout.policies.filter((policy) => policy.surface !== ref.id),
  });
}

export interface Made {
  readonly doc: Doc;
  readonly ref: Ref;
}

export function addZone(doc: Doc, item: string, outline: Polygon): Made {
  const id = newId(doc, item);
  const zone: Zone = {
    id, item, polygon_cm: inMillimetres(outline), min_count: 0, max_count: 1, tolerance_cm: null, valid: "always", returns: false,
  };
  return { doc: withLayout(doc, { zones: [...doc.layout.zones, zone] }), ref: { section: "zones", id } };
}

export function addSurface(doc: Doc, kind: string, outline: Polygon): Made {
  const id = newId(doc, kind);
  const surface: Surface = { id, kind, height_cm: 0, polygon_cm: inMillimetres(outline) };
  return { doc: withLayout(doc, { surfaces: [...doc.layout.surfaces, surface] }), ref: { section: "surfaces", id } };
}

export function addAround(doc: Doc, kind: string, outline: Polygon): Made {
  const id = newId(doc, kind);
  const around = [...doc.layout.around, { id, kind, polygon_cm: inMillimetres(outline) }];
  return { doc: withLayout(doc, { around }), ref: { section: "around", id } };
}

/** Copy a zone or surface a little to the side. */
export function copy(doc: Doc, ref: Ref): Made | null {
  const outline = translated(outlineOf(doc, ref), [COPY_STEP_CM, COPY_STEP_CM]);
  if (ref.section === "zones") {
    const zone = doc.layout.zones.find((one) => one.id === ref.id);
    if (zone === undefined) return null;
    const made = addZone(doc, zone.item, outline);
    return { ...made, doc: setZone(made.doc, made.ref.id, { ...zone, id: made.ref.id, polygon_cm: inMillimetres(outline) }) };
  }
  if (ref.section === "around") {
    const kind = doc.layout.around.find((one) => one.id === ref.id)?.kind;
    return kind === undefined ? null : addAround(doc, kind, outline);
  }
  const surface = doc.layout.surfaces.find((one) => one.id === ref.id);
  if (ref.section === "edge" || surface === undefined) return null;
  const made = addSurface(doc, surface.kind, outline);
  return { ...made, doc: setSurface(made.doc, made.ref.id, { height_cm: surface.height_cm ?? 0 }) };
}

export function setZone(doc: Doc, id: string, change: Partial<Zone>): Doc {
  return withLayout(doc, { zones: doc.layout.zones.map((zone) => (zone.id === id ? { ...zone, ...change } : zone)) });
}

export function setSurface(doc: Doc, id: string, change: Partial<Surface>): Doc {
  const surfaces = doc.layout.surfaces.map((surface) => (surface.id === id ? { ...surface, ...change } : surface));
  return withLayout(doc, { surfaces });
}

export function setAround(doc: Doc, id: string, kind: string): Doc {
  return withLayout(doc, { around: doc.layout.around.map((one) => (one.id === id ? { ...one, kind } : one)) });
}

/** Draw an edge of its own, to be reshaped, where the desk's own line was taken until now. */
export function ownEdge(doc: Doc): Doc {
  return doc.layout.desk_cm === null ? doc : withLayout(doc, { outer_edge_cm: edgeOf(doc.layout) });
}

export function setHours(doc: Doc, hours: Hours): Doc {
  return withLayout(doc, { hours });
}

export function setClearance(doc: Doc, cm: number | null): Doc {
  return withLayout(doc, { edge_clearance_cm: cm });
}

const isWhole = (surface: Surface, [width, depth]: readonly [number, number]): boolean => {
  const [left, top, right, bottom] = bounds(surface.polygon_cm);
  return surface.polygon_cm.length === 4 && left === 0 && top === 0 && right === width && bottom === depth;
};

/** Set the desk's real size. The surface that is the whole desk follows it; a desk without any gets one. */
export function setDesk(doc: Doc, desk: readonly [number, number] | null): Doc {
  const was = doc.layout.desk_cm;
  const sized = withLayout(doc, { desk_cm: desk });
  if (desk === null || !desk.every((side) => side > 0)) return sized;
  const whole = rectangle(0, 0, desk[0], desk[1]);
  if (doc.layout.surfaces.length === 0) return addSurface(sized, "main_counter", whole).doc;
  const follow = (surface: Surface): Surface => (was !== null && isWhole(surface, was) ? { ...surface, polygon_cm: whole } : surface);
  return withLayout(sized, { surfaces: doc.layout.surfaces.map(follow) });
}

/** Take another still; corners tapped on the one before mean nothing on it. */
export function setStill(doc: Doc, still: StillRef, corners: readonly PointPx[]): Doc {
  return { ...doc, still, corners_px: corners };
}

export function setView(doc: Doc, view: string): Doc {
  return doc.still === null ? doc : { ...doc, still: { ...doc.still, view } };
}

export function setCorners(doc: Doc, corners: readonly PointPx[]): Doc {
  return { ...doc, corners_px: corners.map(([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]) };
}

/** Demand that one zone's item stands beside another's, on the side where it is drawn. */
export function addRelation(doc: Doc, zoneId: string, anchorId: string): Doc {
  const [zone, anchor] = [zoneId, anchorId].map((id) => doc.layout.zones.find((one) => one.id === id));
  if (zone === undefined || anchor === undefined || zone.item === anchor.item) return doc;
  const side = centroid(zone.polygon_cm)[0] < centroid(anchor.polygon_cm)[0] ? "left" : "right";
  const id = newId(doc, `${zone.item}-beside-${anchor.item}`);
  const relation: Relation = { id, item: zone.item, anchor: anchor.item, max_gap_cm: null, side };
  return withLayout(doc, { relations: [...doc.layout.relations, relation] });
}

export function setRelation(doc: Doc, id: string, change: Partial<Relation>): Doc {
  return withLayout(doc, { relations: doc.layout.relations.map((one) => (one.id === id ? { ...one, ...change } : one)) });
}

export function removeRelation(doc: Doc, id: string): Doc {
  return withLayout(doc, { relations: doc.layout.relations.filter((one) => one.id !== id) });
}

export function addPolicy(doc: Doc, policy: Policy): Doc {
  return withLayout(doc, { policies: [...doc.layout.policies, policy] });
}

export function setPolicy(doc: Doc, index: number, change: Partial<Policy>): Doc {
  return withLayout(doc, { policies: doc.layout.policies.map((one, at) => (at === index ? { ...one, ...change } : one)) });
}

export function removePolicy(doc: Doc, index: number): Doc {
  return withLayout(doc, { policies: doc.layout.policies.filter((_one, at) => at !== index) });
}
