/** The properties of the chosen thing, and what can be done with it. */
import { copy, deletePoint, move, remove, rotate, setAround, setClearance, setOutline, setPoint, setSurface, setZone } from "./commands";
import { keyOf, outlineOf, surfaceOf, zoneOf, type Ref, type When, type Zone } from "./model";
import { classSelect, fill, problemList } from "./panels";
import { bounds } from "./polygon";
import { toleranceOf } from "./room";
import { aroundName, el, icon, itemName, option, start, surfaceName } from "./start";
import type { Store } from "./store";
import { STEP_DEG } from "./turning";
import { text } from "../texts";

const VALID: readonly When[] = ["always", "open", "closed"];

function labelled(label: string, input: HTMLElement): HTMLElement {
  return el("label", { class: "editor-field" }, [el("span", {}, [label]), input]);
}

function numberField(
  key: string, label: string, value: number | null, limits: { min: number; max: number; step: number; placeholder?: string }, then: (value: number | null) => void,
): HTMLElement {
  const shown = value === null ? "" : String(Math.round(value * 10) / 10);
  const input = el("input", { class: "form-control", type: "number", inputmode: "decimal", "data-key": key, value: shown, ...limits }, [], {
    change: () => {
      const typed = input.value === "" ? null : input.valueAsNumber;
      if (typed === null || (input.checkValidity() && Number.isFinite(typed))) then(typed);
      else input.reportValidity();
    },
  });
  return labelled(label, input);
}

function action(key: string, name: string, label: string, then: () => void, extra = "", word = label): HTMLElement {
  const shape = { type: "button", class: `btn btn-outline-primary ${extra}`, "data-key": key, "data-do": key, title: label, "aria-label": label };
  return el("button", shape, [icon(name), el("span", { class: "tool-word" }, [word])], { click: then });
}

function zoneFields(store: Store, zone: Zone): HTMLElement[] {
  const change = (part: Partial<Zone>): void => store.change(setZone(store.doc, zone.id, part));
  const count = { min: 0, max: 100, step: 1 };
  const valid = el("select", { class: "form-select", "data-key": "valid" },
    VALID.map((one) => option(one, text(`valid_${one}`), one === (zone.valid ?? "always"))),
    { change: () => change({ valid: valid.value as When }) });
  return [
    labelled(text("item"), classSelect(zone.item, "item", text("item"), (item) => change({ item }))),
    numberField("min", text("min_count"), zone.min_count ?? 0, count, (value) => change({ min_count: value ?? 0 })),
    numberField("max", text("max_count"), zone.max_count ?? 1, count, (value) => change({ max_count: value ?? 1 })),
    numberField("tolerance", text("tolerance"), zone.tolerance_cm ?? null, { min: 0.1, max: 100, step: 0.1, placeholder: text("usual_cm", { cm: toleranceOf(store.doc.layout) }) }, (value) => change({ tolerance_cm: value })),
    labelled(text("valid"), valid),
  ];
}

function returnsField(store: Store, zone: Zone): HTMLElement {
  const box = el("input", { class: "form-check-input m-0", type: "checkbox", "data-key": "returns", checked: zone.returns ?? false }, [],
    { change: () => store.change(setZone(store.doc, zone.id, { returns: box.checked })) });
  return el("label", { class: "choice editor-field-wide" }, [box, text("returns")]);
}

function surfaceFields(store: Store, id: string): HTMLElement[] {
  const surface = surfaceOf(store.doc, id);
  if (surface === undefined) return [];
  const kind = el("select", { class: "form-select", "data-key": "kind" },
    Object.entries(start.surfaces).map(([one, name]) => option(one, name, one === surface.kind)),
    { change: () => store.change(setSurface(store.doc, id, { kind: kind.value })) });
  return [
    labelled(text("surface_kind"), kind),
    numberField("height", text("height"), surface.height_cm ?? 0, { min: -100, max: 200, step: 0.5 }, (value) =>
      store.change(setSurface(store.doc, id, { height_cm: value ?? 0 }))),
  ];
}

function edgeFields(store: Store): HTMLElement[] {
  const clearance = store.doc.layout.edge_clearance_cm ?? null;
  return [numberField("clearance", text("clearance"), clearance, { min: 0.1, max: 200, step: 0.1 }, (value) =>
    store.change(setClearance(store.doc, value)))];
}

/** Where the outline lies and how large it is, or where its chosen point lies; typed as well as dragged. */
function placeFields(store: Store, ref: Ref): HTMLElement[] {
  const outline = outlineOf(store.doc, ref);
  const far = { min: -5000, max: 5000, step: 0.1 };
  const point = store.point === null ? undefined : outline[store.point];
  if (store.point !== null && point !== undefined) {
    const index = store.point;
    const put = (x: number, y: number): void => store.change(setPoint(store.doc, ref, index, [x, y]));
    return [
      numberField("px", text("point_x", { n: index + 1 }), point[0], far, (x) => put(x ?? point[0], point[1])),
      numberField("py", text("point_y", { n: index + 1 }), point[1], far, (y) => put(point[0], y ?? point[1])),
    ];
  }
  const [left, top, right, bottom] = bounds(outline);
  const stretch = (width: number, depth: number): void => {
    const [sx, sy] = [width / Math.max(right - left, 0.1), depth / Math.max(bottom - top, 0.1)];
    store.change(setOutline(store.doc, ref, outline.map(([x, y]) => [left + (x - left) * sx, top + (y - top) * sy])));
  };
  const size = { min: 0.5, max: 2000, step: 0.1 };
  return [
    numberField("x", text("left_cm"), left, far, (x) => store.change(move(store.doc, ref, [(x ?? left) - left, 0]))),
    numberField("y", text("top_cm"), top, far, (y) => store.change(move(store.doc, ref, [0, (y ?? top) - top]))),
    ...(ref.section === "edge" ? [] : [
      numberField("w", text("width_cm"), right - left, size, (width) => stretch(width ?? right - left, bottom - top)),
      numberField("d", text("depth_cm"), bottom - top, size, (depth) => stretch(right - left, depth ?? bottom - top)),
    ]),
  ];
}

/** Copy what is chosen, and choose the copy. */
export function duplicate(store: Store): void {
  const made = store.selection === null || store.looking ? null : copy(store.doc, store.selection);
  if (made === null) return;
  store.change(made.doc);
  store.select(made.ref);
}

export function turn(store: Store, angleDeg: number, key: string | null = null): void {
  const ref = store.selection;
  if (ref !== null && ref.section !== "edge") store.change(rotate(store.doc, ref, angleDeg), key);
}

/** Show what can be done with the chosen thing, under the drawing, where the thumb is. */
export function showActions(store: Store, box: HTMLElement): void {
  const ref = store.selection;
  if (ref === null || store.looking) {
    fill(box, []);
    return;
  }
  const outline = outlineOf(store.doc, ref);
  const least = ref.section === "edge" ? 2 : 3;
  const index = store.point;
  const pointAway = index !== null && outline.length > least
    ? [action("delete-point", "dismiss", text("delete_point", { n: index + 1 }), () => store.change(deletePoint(store.doc, ref, index)), "keep-word")]
    : [];
  const whole = ref.section === "edge" ? [] : [
    action("copy", "copy", text("copy"), () => duplicate(store)),
    action("turn-left", "turn-left", text("turn_left", { deg: STEP_DEG }), () => turn(store, -STEP_DEG), "", `${STEP_DEG}°`),
    action("turn-right", "turn-right", text("turn_right", { deg: STEP_DEG }), () => turn(store, STEP_DEG), "", `${STEP_DEG}°`),
  ];
  const away = action("delete", "delete", text("delete"), () => store.change(remove(store.doc, ref)), "editor-delete");
  fill(box, [...whole, away, ...pointAway]);
}

function aroundFields(store: Store, id: string): HTMLElement[] {
  const chosen = store.doc.layout.around.find((one) => one.id === id)?.kind;
  const kind = el("select", { class: "form-select", "data-key": "kind" },
    Object.entries(start.around).map(([one, name]) => option(one, name, one === chosen)),
    { change: () => store.change(setAround(store.doc, id, kind.value)) });
  return [labelled(text("around_kind"), kind)];
}

function nameOf(store: Store, ref: Ref): string {
  if (ref.section === "edge") return text("edge");
  if (ref.section === "around") return aroundName(store.doc.layout.around.find((one) => one.id === ref.id)?.kind ?? "");
  if (ref.section === "zones") return itemName(zoneOf(store.doc, ref.id)?.item ?? "");
  return surfaceName(surfaceOf(store.doc, ref.id)?.kind ?? "");
}

/** Show the chosen thing; without one, what to do. */
export function showProperties(store: Store, box: HTMLElement): void {
  const ref = store.selection;
  if (ref === null) {
    fill(box, [el("p", { class: "muted mb-0" }, [text("choose_one")])]);
    return;
  }
  const zone = ref.section === "zones" ? zoneOf(store.doc, ref.id) : undefined;
  const own = zone !== undefined ? zoneFields(store, zone)
    : ref.section === "surfaces" ? surfaceFields(store, ref.id)
      : ref.section === "around" ? aroundFields(store, ref.id) : edgeFields(store);
  const wrong = problemList(store.problems(), keyOf(ref));
  fill(box, [
    el("h3", { class: "editor-chosen" }, [nameOf(store, ref), el("span", { class: "muted" }, [ref.id])]),
    ...(wrong === null ? [] : [wrong]),
    el("div", { class: "editor-fields" }, [...own, ...placeFields(store, ref), ...(zone === undefined ? [] : [returnsField(store, zone)])]),
  ]);
}
