/** What is wrong with a document, told at the thing it is wrong with. The server has the last word. */
import { hoursProblems } from "./hours_checks";
import { edgeOf, keyOf, type Doc, type PointCm, type Polygon } from "./model";
import { cornerProblem, sizeProblem } from "./plane";
import { contains, distance, distanceToOutline, meetsItself, polygonProblem } from "./polygon";

/**
 * One problem. `where` is "desk", "corners", "edge", or section and id, such as "zones:cup"; `code` names a text of the
 * page, and `message`, where the server told it, the words themselves.
 */
export interface Problem {
  readonly where: string;
  readonly code: string;
  readonly message?: string;
}

/** How far outlines may reach beyond what they belong on, as in layout_checks.py. */
const SLACK_CM = 1;
const BESIDE_DESK_CM = 150;
const AROUND_DESK_CM = 400;
const ON_THE_DESK = new Set(["main_counter", "office_desk"]);
const SAMPLE_CM = 0.5;

function withinDesk(polygon: Polygon, desk: readonly [number, number], slack: number): boolean {
  return polygon.every(([x, y]) => x >= -slack && y >= -slack && x <= desk[0] + slack && y <= desk[1] + slack);
}

function* along(polygon: Polygon): Generator<PointCm> {
  for (const [index, a] of polygon.entries()) {
    const b = polygon[(index + 1) % polygon.length] as PointCm;
    const steps = Math.max(1, Math.ceil(distance(a, b) / SAMPLE_CM));
    for (let step = 0; step < steps; step += 1) {
      yield [a[0] + ((b[0] - a[0]) * step) / steps, a[1] + ((b[1] - a[1]) * step) / steps];
    }
  }
}

/** Whether a zone lies on the desk or one of its surfaces, as far as its outline tells. */
export function onGround(polygon: Polygon, desk: readonly [number, number], surfaces: readonly Polygon[]): boolean {
  if (withinDesk(polygon, desk, SLACK_CM)) return true;
  const covered = (p: PointCm): boolean =>
    withinDesk([p], desk, SLACK_CM) || surfaces.some((one) => contains(one, p) || distanceToOutline(p, one) <= SLACK_CM);
  for (const p of along(polygon)) if (!covered(p)) return false;
  return true;
}

function shapes(doc: Doc): Problem[] {
  const { desk_cm: desk, surfaces, zones } = doc.layout;
  const sized = sizeProblem(desk) === null ? desk : null;
  const found: Problem[] = [];
  const sound: Polygon[] = [];
  for (const surface of surfaces) {
    const where = keyOf({ section: "surfaces", id: surface.id });
    const wrong = polygonProblem(surface.polygon_cm);
    if (wrong !== null) {
      found.push({ where, code: wrong });
      continue;
    }
    sound.push(surface.polygon_cm);
    const beside = ON_THE_DESK.has(surface.kind) ? SLACK_CM : BESIDE_DESK_CM;
    if (sized !== null && !withinDesk(surface.polygon_cm, sized, beside)) found.push({ where, code: "outside_desk" });
  }
  for (const zone of zones) {
    const where = keyOf({ section: "zones", id: zone.id });
    const wrong = polygonProblem(zone.polygon_cm);
    if (wrong !== null) found.push({ where, code: wrong });
    else if (sized !== null && !onGround(zone.polygon_cm, sized, sound)) found.push({ where, code: "outside_desk" });
    const [low, high] = [zone.min_count ?? 0, zone.max_count ?? 1];
    if (low > high || high === 0) found.push({ where, code: "counts" });
  }
  return found;
}

/** Whether a sight line or seat lies no farther from the desk than the server lets it. */
export function nearDesk(polygon: Polygon, desk: readonly [number, number]): boolean {
  return withinDesk(polygon, desk, AROUND_DESK_CM);
}

function around(doc: Doc): Problem[] {
  const { desk_cm: desk } = doc.layout;
  return doc.layout.around.flatMap((one) => {
    const where = keyOf({ section: "around", id: one.id });
    const wrong = polygonProblem(one.polygon_cm);
    if (wrong !== null) return [{ where, code: wrong }];
    return desk !== null && sizeProblem(desk) === null && !nearDesk(one.polygon_cm, desk) ? [{ where, code: "far_off" }] : [];
  });
}

function corners(doc: Doc): Problem[] {
  const desk = doc.layout.desk_cm;
  if (sizeProblem(desk) !== null) return [{ where: "desk", code: desk === null ? "desk_unknown" : "desk_size" }];
  if (doc.still === null) return [];
  if (doc.corners_px.length < 4) return [{ where: "corners", code: "corners_too_few" }];
  const wrong = cornerProblem(doc.corners_px, desk, doc.still.image_wh);
  return wrong === null ? [] : [{ where: wrong === "desk_size" ? "desk" : "corners", code: wrong }];
}

function edge(doc: Doc): Problem[] {
  const drawn = doc.layout.outer_edge_cm;
  if (drawn === undefined || drawn.length === 0) return [];
  const length = drawn.reduce((sum, p, index) => sum + (index === 0 ? 0 : distance(drawn[index - 1] as PointCm, p)), 0);
  return length < 1 || meetsItself(edgeOf(doc.layout), false) ? [{ where: "edge", code: "outer_edge" }] : [];
}

function lists(doc: Doc): Problem[] {
  const found: Problem[] = [];
  const known = new Set(doc.layout.surfaces.map((surface) => surface.id));
  const seen = new Set<string>();
  doc.layout.policies.forEach((policy, index) => {
    const key = `${policy.item}@${policy.surface ?? ""}`;
    if (seen.has(key)) found.push({ where: `policies:${index}`, code: "duplicate_policy" });
    if (policy.surface && !known.has(policy.surface)) found.push({ where: `policies:${index}`, code: "unknown_surface" });
    seen.add(key);
  });
  for (const relation of doc.layout.relations) {
    if (relation.item === relation.anchor) found.push({ where: `relations:${relation.id}`, code: "same_class" });
  }
  return found;
}

/** Return everything that is known to be wrong before the server is asked. */
export function problemsOf(doc: Doc): Problem[] {
  return [...corners(doc), ...shapes(doc), ...around(doc), ...edge(doc), ...lists(doc), ...hoursProblems(doc.layout.hours)];
}

export interface ServerProblem {
  readonly path: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** Say which thing of the document a problem of the server is about. */
export function placeOf(doc: Doc, path: string): string {
  const step = /^(\w+)(?:\[(\d+)\])?/.exec(path);
  const [section, index] = [step?.[1] ?? "", Number(step?.[2] ?? "-1")];
  if (section === "surfaces" || section === "zones" || section === "relations" || section === "around") {
    const id = doc.layout[section][index]?.id;
    return id === undefined ? section : `${section}:${id}`;
  }
  if (section === "policies") return `policies:${index}`;
  if (section === "views" || section === "stickers") return "corners";
  if (section === "hours") return "hours";
  if (section === "desk_cm") return "desk";
  if (section === "outer_edge_cm" || section === "edge_clearance_cm") return "edge";
  return "layout";
}

export function serverProblems(doc: Doc, problems: readonly ServerProblem[], language: string): Problem[] {
  return problems.map((one) => ({ where: placeOf(doc, one.path), code: one.code, message: language === "zh" ? one.zh : one.en }));
}
