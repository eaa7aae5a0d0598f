import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readDoc, type Doc, type PolicyKind } from "../src/editor/model";
import { applyPreset, type Preset } from "../src/editor/presets";

/** The browser's half of the vectors that tests/unit/calibration/test_presets.py holds the server to. */
interface Case {
  readonly name: string;
  readonly preset: string;
  readonly layout: Doc["layout"];
  readonly expected: Readonly<Record<string, unknown>>;
}
const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/presets.json", import.meta.url), "utf8")) as {
  readonly presets: readonly Preset[];
  readonly cases: readonly Case[];
};
const presetOf = (id: string): Preset => vectors.presets.find((one) => one.id === id) as Preset;
const docOf = (layout: Doc["layout"]): Doc => readDoc({ layout, still: null, corners_px: [] });

describe("a preset", () => {
  it.each(vectors.cases)("does to a draft what it does to a layout file: $name", (one) => {
    const { doc, steps, removed, relations: _made, waiting, against } = applyPreset(docOf(one.layout), presetOf(one.preset));
    expect({
      policies: doc.layout.policies.map((p) => [p.item, p.kind, p.surface ?? null, p.max_count ?? null]),
      relations: doc.layout.relations.map((r) => [r.id, r.item, r.anchor, r.side ?? "either"]),
      added: steps.filter((step) => step.kind === "added").length,
      changed: steps.filter((step) => step.kind === "changed").map((step) => [step.policy.item, step.policy.surface ?? null]),
      removed: removed.map((p) => [p.item, p.surface ?? null]),
      waiting: waiting.map((w) => [w.source, w.surface]),
      against: against.map((zone) => zone.id),
    }).toEqual(one.expected);
  });

  it("changes nothing where it was applied, and nothing of the draft it was given", () => {
    const own = docOf(vectors.cases[3]!.layout);
    const before = JSON.stringify(own);
    for (const preset of vectors.presets) {
      const once = applyPreset(own, preset).doc;
      const again = applyPreset(once, preset);
      expect(again.steps.every((step) => step.kind === "kept")).toBe(true);
      expect([again.removed, again.relations]).toEqual([[], []]);
      expect(again.doc.layout.policies).toEqual(once.layout.policies);
    }
    expect(JSON.stringify(own)).toBe(before);
  });

  it("takes another kind of decision for a change, and a missing count for none", () => {
    const policies = [{ item: "cup", kind: "allowed" as PolicyKind }];
    const { steps } = applyPreset(docOf({ ...docOf(vectors.cases[0]!.layout).layout, policies }), presetOf("liaozhong"));
    expect(steps).toEqual([
      {
        source: "published", kind: "changed", before: policies[0],
        policy: { item: "cup", kind: "forbidden", surface: null, max_count: null },
      },
    ]);
  });
});
