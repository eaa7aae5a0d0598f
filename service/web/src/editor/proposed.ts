/** Drafted zones and the zones that are there already: pure functions, tested without a page. */
import { newId, type Doc, type Zone } from "./model";
import { bounds, centroid, distance } from "./polygon";
import type { Words } from "./words";

export interface Place {
  readonly item: string;
  readonly centre_cm: readonly [number, number];
  readonly uncertainty_cm: number;
  readonly seen: number;
  readonly looked: number;
  readonly spread_cm: number;
  readonly tolerance_cm: number;
  readonly zone: Zone | null;
  readonly no_zone: string | null;
  readonly reason: Words | null;
}

/** A drafted zone, and the zone of the same class that stands in its place already. */
export interface Pick {
  readonly zone: Zone;
  readonly replaces: string | null;
}

/** As far apart two pictures' things of one class may lie and still be in one place (calibration/.../propose.py). */
const SAME_PLACE_CM = 9;

function isSamePlace(one: Zone, other: Zone): boolean {
  if (one.item !== other.item) return false;
  if (distance(centroid(one.polygon_cm), centroid(other.polygon_cm)) <= SAME_PLACE_CM) return true;
  const [a, b] = [bounds(one.polygon_cm), bounds(other.polygon_cm)];
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** Say of each drafted zone which present one it would stand on, nearest first; each present one is taken once. */
export function picksOf(doc: Doc, drafted: readonly Zone[]): Pick[] {
  const pairs = drafted.flatMap((zone, index) => doc.layout.zones
    .filter((there) => isSamePlace(zone, there))
    .map((there) => ({ index, id: there.id, apart: distance(centroid(zone.polygon_cm), centroid(there.polygon_cm)) })));
  pairs.sort((one, other) => one.apart - other.apart);
  const found = new Map<number, string>();
  for (const { index, id } of pairs) {
    if (!found.has(index) && ![...found.values()].includes(id)) found.set(index, id);
  }
  return drafted.map((zone, index) => ({ zone, replaces: found.get(index) ?? null }));
}

/** Put chosen zones into a document. One that replaces another keeps its name, its hours and how many may be there. */
export function takeOver(doc: Doc, picks: readonly Pick[]): Doc {
  let taken = doc;
  for (const { zone, replaces } of picks) {
    const { polygon_cm, min_count, tolerance_cm } = zone;
    const zones = replaces !== null
      ? taken.layout.zones.map((one) => (one.id === replaces ? { ...one, polygon_cm, min_count: Math.min(min_count ?? 0, one.max_count ?? 1), tolerance_cm: tolerance_cm ?? null } : one))
      : [...taken.layout.zones, { ...zone, id: newId(taken, zone.id) }];
    taken = { ...taken, layout: { ...taken.layout, zones } };
  }
  return taken;
}
