/** The list of what is drawn, relations and policies, each with its problems beside it. */
import { addPolicy, removePolicy, removeRelation, setPolicy, setRelation } from "./commands";
import { EDGE, keyOf, sameRef, type Policy, type PolicyKind, type Ref, type Side } from "./model";
import type { Problem } from "./problems";
import { aroundName, el, icon, itemName, option, relationName, start, surfaceName } from "./start";
import type { Store } from "./store";
import { text } from "../texts";

const KINDS: readonly PolicyKind[] = ["required", "allowed", "zone", "forbidden", "ignored"];
const SIDES: readonly Side[] = ["left", "right", "either"];

/** Return the words for a problem. */
export function wordsOf(problem: Problem): string {
  return problem.message ?? text(`problem_${problem.code}`);
}

/** Return the problems of one place as a small list; null where there are none. */
export function problemList(problems: readonly Problem[], where: string): HTMLElement | null {
  const here = problems.filter((one) => one.where === where);
  if (here.length === 0) return null;
  return el("ul", { class: "field-error editor-problems" }, here.map((one) => el("li", {}, [wordsOf(one)])));
}

/** Put new contents into an element; what had the focus keeps it, known by its data-key. */
export function fill(box: HTMLElement, children: readonly Node[]): void {
  const key = box.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["key"] : undefined;
  box.replaceChildren(...children);
  if (key !== undefined) box.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function row(store: Store, ref: Ref, name: string, note: string, problems: readonly Problem[]): HTMLElement {
  const chosen = sameRef(ref, store.selection);
  const wrong = problemList(problems, keyOf(ref));
  const button = el(
    "button",
    { type: "button", class: "editor-row", "aria-pressed": chosen ? "true" : "false", "data-key": keyOf(ref), "data-thing": keyOf(ref) },
    [
      el("span", { class: `editor-swatch swatch-${ref.section}`, "aria-hidden": true }),
      el("span", { class: "editor-row-name" }, [name]),
      el("span", { class: "muted num" }, [note]),
      wrong === null ? null : icon("warning"),
    ],
    { click: () => store.select(ref) },
  );
  return el("li", {}, [button, ...(wrong === null ? [] : [wrong])]);
}

/** Show zones, surfaces and the edge. */
export function showThings(store: Store, box: HTMLElement): void {
  const problems = store.problems();
  const { zones, surfaces, outer_edge_cm: edge } = store.doc.layout;
  const rows = [
    ...zones.map((zone) => {
      const note = `${zone.min_count ?? 0}-${zone.max_count ?? 1}`;
      return row(store, { section: "zones", id: zone.id }, itemName(zone.item), note, problems);
    }),
    ...surfaces.map((one) => row(store, { section: "surfaces", id: one.id }, surfaceName(one.kind), "", problems)),
    ...store.doc.layout.around.map((one) => row(store, { section: "around", id: one.id }, aroundName(one.kind), "", problems)),
    ...(edge === undefined || edge.length === 0 ? [] : [row(store, EDGE, text("edge"), "", problems)]),
  ];
  fill(box, rows.length > 0 ? rows : [el("li", { class: "muted" }, [text("nothing_drawn")])]);
}

function field(label: string, input: HTMLElement): HTMLElement {
  return el("label", { class: "editor-field" }, [el("span", {}, [label]), input]);
}

function remover(label: string, key: string, then: () => void): HTMLElement {
  const shape = { type: "button", class: "plain-button", "aria-label": label, title: label, "data-key": key };
  return el("button", shape, [icon("dismiss")], { click: then });
}

/** Show what has to stand beside what. */
export function showRelations(store: Store, box: HTMLElement): void {
  const problems = store.problems();
  const rows = store.doc.layout.relations.map((relation) => {
    const side = el("select", { class: "form-select", "data-key": `side:${relation.id}`, "aria-label": text("side") },
      SIDES.map((one) => option(one, text(`side_${one}`), one === (relation.side ?? "either"))),
      { change: () => store.change(setRelation(store.doc, relation.id, { side: side.value as Side })) });
    const gap = el("input", {
      class: "form-control", type: "number", min: 0.5, max: 500, step: 0.5, inputmode: "decimal", "data-key": `gap:${relation.id}`,
      value: relation.max_gap_cm ?? "", placeholder: text("default_value"), "aria-label": text("max_gap"),
    }, [], {
      change: () => store.change(setRelation(store.doc, relation.id, { max_gap_cm: gap.value === "" ? null : gap.valueAsNumber })),
    });
    const away = remover(text("delete_relation", { name: relationName(relation) }), `del:${relation.id}`, () =>
      store.change(removeRelation(store.doc, relation.id)));
    const name = el("div", { class: "editor-rule-name" }, [el("span", {}, [relationName(relation)]), away]);
    const fields = el("div", { class: "editor-rule-fields" }, [field(text("side"), side), field(text("max_gap"), gap)]);
    return el("li", {}, [name, fields, problemList(problems, `relations:${relation.id}`)]);
  });
  fill(box, rows.length > 0 ? rows : [el("li", { class: "muted" }, [text("no_relations")])]);
}

/** Show what was decided for classes of items. */
export function showPolicies(store: Store, box: HTMLElement): void {
  const problems = store.problems();
  const rows = store.doc.layout.policies.map((policy, index) => {
    const change = (part: Partial<Policy>): void => store.change(setPolicy(store.doc, index, part));
    const item = classSelect(policy.item, `item:${index}`, text("item"), (id) => change({ item: id }));
    const kind = el("select", { class: "form-select", "data-key": `kind:${index}`, "aria-label": text("decision") },
      KINDS.map((one) => option(one, text(`policy_${one}`), one === policy.kind)),
      { change: () => change({ kind: kind.value as PolicyKind }) });
    const places = [option("", text("everywhere"), !policy.surface),
      ...store.doc.layout.surfaces.map((one) => option(one.id, surfaceName(one.kind), one.id === policy.surface))];
    const where = el("select", { class: "form-select", "data-key": `where:${index}`, "aria-label": text("where") }, places,
      { change: () => change({ surface: where.value === "" ? null : where.value }) });
    const away = remover(text("delete_policy", { name: itemName(policy.item) }), `delp:${index}`, () =>
      store.change(removePolicy(store.doc, index)));
    return el("li", {}, [el("div", { class: "editor-rule-fields" }, [item, kind, where, away]), problemList(problems, `policies:${index}`)]);
  });
  fill(box, rows.length > 0 ? rows : [el("li", { class: "muted" }, [text("no_policies")])]);
}

/** Add a policy for the first class that has none. */
export function newPolicy(store: Store): void {
  const taken = new Set(store.doc.layout.policies.filter((one) => !one.surface).map((one) => one.item));
  const free = start.classes.find((one) => !taken.has(one.id));
  if (free !== undefined) store.change(addPolicy(store.doc, { item: free.id, kind: "forbidden", surface: null, max_count: null }));
}

/** Return a list to choose a class of items from. */
export function classSelect(chosen: string, key: string, label: string, then: (id: string) => void): HTMLSelectElement {
  const known = start.classes.some((one) => one.id === chosen);
  const options = start.classes.map((one) => option(one.id, one.name, one.id === chosen));
  const select = el("select", { class: "form-select", "data-key": key, "aria-label": label },
    known ? options : [option(chosen, chosen, true), ...options], { change: () => then(select.value) });
  return select;
}
