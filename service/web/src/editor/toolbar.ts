/** The tools: what a tap on the desk does, and taking back. */
import { find } from "../dom";
import type { DeskPointer } from "./desk_pointer";
import { aroundName, itemName, surfaceName } from "./start";
import type { Store, Tool } from "./store";
import { text } from "../texts";

export class Toolbar {
  readonly #root: HTMLElement;
  readonly #store: Store;
  readonly #zone: HTMLSelectElement;
  readonly #surface: HTMLSelectElement;
  readonly #byPoints: HTMLInputElement;
  readonly #hint: HTMLElement;
  readonly #finish: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;

  constructor(root: HTMLElement, store: Store, pointer: DeskPointer) {
    this.#root = root;
    this.#store = store;
    this.#zone = find(root, "[data-new-zone]", HTMLSelectElement);
    this.#surface = find(root, "[data-new-surface]", HTMLSelectElement);
    this.#byPoints = find(root, "[data-by-points]", HTMLInputElement);
    this.#hint = find(root, "[data-hint]", HTMLElement);
    this.#finish = find(root, "[data-finish]", HTMLButtonElement);
    this.#cancel = find(root, "[data-cancel]", HTMLButtonElement);
    this.#zone.addEventListener("change", () => this.#choose("zone"));
    this.#surface.addEventListener("change", () => this.#choose("surface"));
    this.#byPoints.addEventListener("change", () => {
      const { tool } = store;
      if (tool.kind === "zone" || tool.kind === "surface" || tool.kind === "around") store.use({ ...tool, byPoints: this.#byPoints.checked });
    });
    this.#finish.addEventListener("click", () => pointer.finish());
    this.#cancel.addEventListener("click", () => pointer.giveUp());
    find(root, "[data-relate]", HTMLButtonElement).addEventListener("click", () => store.use({ kind: "relation", first: null }));
    find(root, "[data-undo]", HTMLButtonElement).addEventListener("click", () => store.undo());
    find(root, "[data-redo]", HTMLButtonElement).addEventListener("click", () => store.redo());
  }

  #choose(kind: "zone" | "surface"): void {
    const byPoints = this.#byPoints.checked;
    const [item, surface] = [this.#zone.value, this.#surface.value];
    if (kind === "zone" && item !== "") this.#store.use({ kind, item, byPoints });
    else if (surface.startsWith("around:")) this.#store.use({ kind: "around", around: surface.slice("around:".length), byPoints });
    else if (kind === "surface" && surface !== "") this.#store.use({ kind, surface, byPoints });
    else this.#store.use({ kind: "select" });
  }

  show(): void {
    const { tool, doc } = this.#store;
    find(this.#root, "[data-undo]", HTMLButtonElement).disabled = !this.#store.canUndo;
    find(this.#root, "[data-redo]", HTMLButtonElement).disabled = !this.#store.canRedo;
    const sized = doc.layout.desk_cm !== null && doc.layout.desk_cm.every((side) => side > 0) && !this.#store.looking;
    for (const select of [this.#zone, this.#surface]) select.disabled = !sized;
    find(this.#root, "[data-relate]", HTMLButtonElement).disabled = !sized || doc.layout.zones.length < 2;
    find(this.#root, "[data-own-edge]", HTMLButtonElement).disabled = !sized;
    if (tool.kind !== "zone") this.#zone.value = "";
    if (tool.kind !== "surface" && tool.kind !== "around") this.#surface.value = "";
    const drawing = (tool.kind === "zone" || tool.kind === "surface" || tool.kind === "around") && tool.byPoints;
    this.#finish.hidden = !drawing;
    this.#cancel.hidden = tool.kind === "select";
    this.#hint.textContent = this.#words(tool, sized);
    this.#root.dataset["tool"] = tool.kind;
  }

  #words(tool: Tool, sized: boolean): string {
    if (!sized) return text("hint_size");
    if (tool.kind === "select") return text("hint_select");
    if (tool.kind === "relation") {
      return tool.first === null ? text("hint_relate_first") : text("hint_relate_second");
    }
    const name = tool.kind === "zone" ? itemName(tool.item) : tool.kind === "around" ? aroundName(tool.around) : surfaceName(tool.surface);
    return text(tool.byPoints ? "hint_points" : "hint_place", { name });
  }
}
