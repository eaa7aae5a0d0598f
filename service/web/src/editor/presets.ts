/**
 * A preset of policies on a draft: what it adds, changes and takes away, and what waits. Pure; the server does the same
 * on a layout file (presets/applying.py), and both agree on tests/vectors/presets.json.
 */
import { newId, type Doc, type Policy, type PolicyKind, type Relation, type Side, type Surface, type Zone } from "./model";
import { centroid, contains } from "./polygon";
import type { Words } from "./words";

export interface PresetPolicy {
  readonly item: string;
  readonly kind: PolicyKind;
  /** Kind of surface; null for everywhere. */
  readonly surface: string | null;
  readonly max_count: number | null;
}

export interface PresetDecision {
  readonly source: string;
  readonly words: Words;
  readonly policies: readonly PresetPolicy[];
  readonly relations: readonly { readonly item: string; readonly anchor: string; readonly side: Side }[];
  readonly surfaces: readonly string[];
}

export interface Preset {
  readonly id: string;
  readonly name: Words;
  readonly document: Words;
  readonly decisions: readonly PresetDecision[];
  readonly left_open: readonly { readonly source: string; readonly words: Words }[];
}

/** What becomes of one decision: `before` where the draft says something else now. */
export interface Step {
  readonly source: string;
  readonly kind: "added" | "changed" | "kept";
  readonly policy: Policy;
  readonly before: Policy | null;
}

export interface Applied {
  readonly doc: Doc;
  readonly steps: readonly Step[];
  readonly removed: readonly Policy[];
  readonly relations: readonly Relation[];
  /** Decisions about a kind of surface that is not drawn. */
  readonly waiting: readonly { readonly source: string; readonly surface: string }[];
  /** Home zones of things that the preset forbids there: a zone is the more particular word. */
  readonly against: readonly Zone[];
}

const keyOf = (item: string, surface: string | null | undefined): string => `${item}@${surface ?? ""}`;

function same(a: Policy, b: Policy): boolean {
  return a.kind === b.kind && (a.max_count ?? null) === (b.max_count ?? null);
}

export function applyPreset(doc: Doc, preset: Preset): Applied {
  const { surfaces, policies, zones } = doc.layout;
  const present = new Map(policies.map((one) => [keyOf(one.item, one.surface), one]));
  const steps: Step[] = [];
  const waiting = new Map<string, { source: string; surface: string }>();
  for (const { source, policies: wanted, surfaces: kinds } of preset.decisions) {
    const lacks = (kind: string): void => void waiting.set(`${source} ${kind}`, { source, surface: kind });
    for (const one of wanted) {
      const places = one.surface === null ? [null] : surfaces.filter((surface) => surface.kind === one.surface).map((surface) => surface.id);
      if (one.surface !== null && places.length === 0) lacks(one.surface);
      for (const place of places) steps.push(step(source, one, place, present.get(keyOf(one.item, place)) ?? null));
    }
    for (const kind of kinds) if (!surfaces.some((surface) => surface.kind === kind)) lacks(kind);
  }
  const merged = new Map(steps.map((one) => [keyOf(one.policy.item, one.policy.surface), one.policy]));
  // Said of the whole desk, a decision takes the place of the draft's own ones for single surfaces, which would win.
  const whole = new Set(preset.decisions.flatMap((one) => one.policies.filter((policy) => policy.surface === null).map((policy) => policy.item)));
  const removed = [...present].filter(([key, one]) => !merged.has(key) && whole.has(one.item)).map(([, one]) => one);
  const kept = [...present].filter(([, one]) => !removed.includes(one)).map(([key, one]) => merged.get(key) ?? one);
  const fresh = [...merged].filter(([key]) => !present.has(key)).map(([, one]) => one);
  const relations = relationsOf(doc, preset);
  const layout = { ...doc.layout, policies: [...kept, ...fresh], relations: [...doc.layout.relations, ...relations] };
  return {
    doc: { ...doc, layout }, steps, removed, relations, waiting: [...waiting.values()],
    against: zones.filter((zone) => isAgainst(zone, surfaces, preset)),
  };
}

function step(source: string, one: PresetPolicy, surface: string | null, before: Policy | null): Step {
  const policy: Policy = { item: one.item, kind: one.kind, surface, max_count: one.max_count ?? before?.max_count ?? null };
  if (before === null) return { source, kind: "added", policy, before };
  return same(before, policy) ? { source, kind: "kept", policy: before, before } : { source, kind: "changed", policy, before };
}

function relationsOf(doc: Doc, preset: Preset): Relation[] {
  const known = new Set(doc.layout.relations.map((one) => `${one.item} ${one.anchor}`));
  let grown = doc;
  const made: Relation[] = [];
  for (const { item, anchor, side } of preset.decisions.flatMap((one) => one.relations)) {
    if (known.has(`${item} ${anchor}`)) continue;
    const relation: Relation = { id: newId(grown, `${item}-beside-${anchor}`), item, anchor, max_gap_cm: null, side };
    grown = { ...grown, layout: { ...grown.layout, relations: [...grown.layout.relations, relation] } };
    made.push(relation);
  }
  return made;
}

function isAgainst(zone: Zone, surfaces: readonly Surface[], preset: Preset): boolean {
  const middle = centroid(zone.polygon_cm);
  const under = new Set(surfaces.filter((one) => contains(one.polygon_cm, middle)).map((one) => one.kind));
  const about = preset.decisions.flatMap((one) => one.policies.filter((policy) => policy.item === zone.item));
  const particular = about.filter((one) => one.surface !== null && under.has(one.surface));
  const here = particular.length > 0 ? particular : about.filter((one) => one.surface === null);
  return here.length > 0 && here.every((one) => one.kind === "forbidden");
}
