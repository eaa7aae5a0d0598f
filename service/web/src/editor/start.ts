/** What the page brings with it: names in the person's language, addresses, and small helpers for elements. */
import { find } from "../dom";
import type { Relation } from "./model";
import { text } from "../texts";

export interface ItemClass {
  readonly id: string;
  readonly name: string;
  /** Usual width and depth, cm. */
  readonly size_cm: readonly [number, number];
}

export interface DeskType {
  readonly id: number;
  readonly name: string;
  readonly size_cm: readonly [number, number];
}

export interface Start {
  readonly window: string;
  readonly user: number;
  readonly csrf: string;
  readonly language: "zh" | "en";
  readonly classes: readonly ItemClass[];
  readonly surfaces: Readonly<Record<string, string>>;
  readonly desk_types: readonly DeskType[];
  readonly desk_type_id: number | null;
  /** Sight line and seats by their kind. */
  readonly around: Readonly<Record<string, string>>;
  /** How far an item may stand from its zone where neither zone nor layout says it, cm (V04). */
  readonly tolerance_cm: number;
  /** How many of the last pictures a draft is tried on. */
  readonly trial_pictures: number;
}

export const start = JSON.parse(find(document, "#editor-start", HTMLScriptElement).textContent) as Start;
const CLASSES = new Map(start.classes.map((one) => [one.id, one]));

export function itemName(id: string): string {
  return CLASSES.get(id)?.name ?? id;
}

export function itemSize(id: string): readonly [number, number] {
  return CLASSES.get(id)?.size_cm ?? [20, 20];
}

export function surfaceName(kind: string): string {
  return start.surfaces[kind] ?? kind;
}

export function aroundName(kind: string): string {
  return start.around[kind] ?? kind;
}

export function relationName(relation: Relation): string {
  const side = text(`side_${relation.side ?? "either"}`);
  return text("relation_name", { item: itemName(relation.item), anchor: itemName(relation.anchor), side });
}

type Child = Node | string | null;

/** Make an element. Attributes that are false or null are left out; `on` names events. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | boolean | null>> = {},
  children: readonly Child[] = [],
  on: Readonly<Record<string, (event: Event) => void>> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  for (const [name, then] of Object.entries(on)) made.addEventListener(name, then);
  return made;
}

export function option(value: string, label: string, chosen: boolean): HTMLOptionElement {
  return new Option(label, value, false, chosen);
}

/** Copy an icon that the page carries in a template. */
export function icon(name: string): Node {
  const template = find(document, `#icon-${name}`, HTMLTemplateElement);
  return template.content.cloneNode(true);
}
