/** Two people changed the same draft: what only one of them changed is taken, what both changed is asked. */
import type { Doc, LayoutValues } from "./model";

type Entry = Record<string, unknown>;
export type Choice = "mine" | "theirs";

/** Both changed it, and differently. A value of undefined was deleted. */
export interface Conflict {
  readonly key: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export interface Merged {
  readonly doc: Doc;
  readonly conflicts: readonly Conflict[];
}

/** How the entries of a list are told apart. */
const LISTS: Readonly<Record<string, (entry: Entry) => string>> = {
  surfaces: (entry) => String(entry["id"]),
  zones: (entry) => String(entry["id"]),
  relations: (entry) => String(entry["id"]),
  around: (entry) => String(entry["id"]),
  policies: (entry) => `${String(entry["item"])}@${String(entry["surface"] ?? "")}`,
  views: (entry) => String(entry["name"]),
};

/** Whether two values mean the same; the order of keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same((a as Entry)[key], (b as Entry)[key]));
}

class Merger {
  readonly conflicts: Conflict[] = [];
  readonly #choices: ReadonlyMap<string, Choice>;

  constructor(choices: ReadonlyMap<string, Choice>) {
    this.#choices = choices;
  }

  one(key: string, base: unknown, mine: unknown, theirs: unknown): unknown {
    if (same(mine, theirs) || same(theirs, base)) return mine;
    if (same(mine, base)) return theirs;
    this.conflicts.push({ key, mine, theirs });
    return this.#choices.get(key) === "mine" ? mine : theirs;
  }

  list(name: string, keyOf: (entry: Entry) => string, base: unknown, mine: unknown, theirs: unknown): Entry[] {
    const [b, m, t] = [base, mine, theirs].map((value) => {
      const entries = Array.isArray(value) ? (value as Entry[]) : [];
      return new Map(entries.map((entry) => [keyOf(entry), entry]));
    }) as [Map<string, Entry>, Map<string, Entry>, Map<string, Entry>];
    const keys = new Set([...t.keys(), ...m.keys()]);
    return [...keys]
      .map((key) => this.one(`${name}:${key}`, b.get(key), m.get(key), t.get(key)) as Entry | undefined)
      .filter((entry) => entry !== undefined);
  }
}

/**
 * Merge two documents that both come from `base`. Conflicts are decided by `choices`, else for theirs, and listed
 * either way. The still and its corners belong together and are one thing.
 */
export function merge(base: Doc, mine: Doc, theirs: Doc, choices: ReadonlyMap<string, Choice> = new Map()): Merged {
  const merger = new Merger(choices);
  const picture = (doc: Doc): unknown => ({ still: doc.still, corners_px: doc.corners_px });
  const taken = merger.one("picture", picture(base), picture(mine), picture(theirs)) as Pick<Doc, "still" | "corners_px">;
  const layout: Record<string, unknown> = {};
  const keys = new Set([...Object.keys(theirs.layout), ...Object.keys(mine.layout)]);
  for (const key of keys) {
    const three = [base.layout[key], mine.layout[key], theirs.layout[key]] as const;
    const keyOf = LISTS[key];
    const value = keyOf === undefined ? merger.one(key, ...three) : merger.list(key, keyOf, ...three);
    if (value !== undefined) layout[key] = value;
  }
  return { doc: { ...taken, layout: layout as LayoutValues }, conflicts: merger.conflicts };
}
