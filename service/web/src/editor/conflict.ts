/** Somebody else saved the same draft: look at theirs, take theirs, or merge both. */
import { find } from "../dom";
import { api, type Draft } from "./api";
import { merge, type Choice, type Conflict } from "./merge";
import type { Doc } from "./model";
import { readDoc } from "./model";
import type { Saver } from "./saving";
import { aroundName, el, itemName, surfaceName } from "./start";
import type { Store } from "./store";
import { text } from "../texts";

interface Sides {
  readonly base: Doc;
  readonly mine: Doc;
  readonly theirs: Draft;
}

function clock(iso: string | null): string {
  return iso === null ? "" : new Date(iso).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** Name what both changed, as people know it. */
function nameOf(key: string, value: unknown): string {
  const [section = "", id = ""] = key.split(/:(.*)/s);
  const entry = (value ?? {}) as { item?: string; kind?: string };
  if (section === "zones" || section === "relations") return itemName(entry.item ?? id);
  if (section === "policies") return `${itemName(id.split("@")[0] ?? "")} (${text("policies")})`;
  if (section === "surfaces") return surfaceName(entry.kind ?? id);
  if (section === "around") return aroundName(entry.kind ?? id);
  if (section === "hours") return text("place_hours");
  if (section === "views") return id;
  return section === "picture" ? text("picture") : section === "desk_cm" ? text("desk_size") : text("other_values");
}

export class ConflictDialog {
  readonly #dialog = find(document, "[data-conflict]", HTMLDialogElement);
  readonly #banner = find(document, "[data-looking]", HTMLElement);
  readonly #store: Store;
  readonly #saver: Saver;
  readonly #choices = new Map<string, Choice>();
  #sides: Sides | null = null;
  #asking = false;

  constructor(store: Store, saver: Saver) {
    this.#store = store;
    this.#saver = saver;
    const on = (name: string, then: () => void): void =>
      find(this.#dialog, `[data-${name}]`, HTMLButtonElement).addEventListener("click", then);
    on("look", () => this.#look());
    on("take", () => this.#take());
    on("merge", () => this.#merge());
    find(this.#banner, "button", HTMLButtonElement).addEventListener("click", () => this.#back());
    // Without an answer nothing can be saved, so the question stays.
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  /** Ask about the present draft of the server and one's own, both begun from `base`. */
  async open(base: Doc, mine: Doc): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const answer = await api.read();
    this.#asking = false;
    if (answer === null || "trouble" in answer) return;
    const theirs = { ...answer.value, document: readDoc(answer.value.document) };
    if (theirs.revision > 0 && this.#saver.isOwn(theirs.document)) {
      this.#saver.rebase(theirs);
      void this.#saver.flush();
      return;
    }
    this.#sides = { base, mine, theirs };
    this.#choices.clear();
    this.#show();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  get isOpen(): boolean {
    return this.#dialog.open || this.#store.looking;
  }

  #show(): void {
    if (this.#sides === null) return;
    const { base, mine, theirs } = this.#sides;
    const who = theirs.author?.display_name ?? "";
    const gone = theirs.revision === 0;
    const sentence = gone ? text("conflict_gone") : text("conflict_saved", { who, at: clock(theirs.updated_at) });
    find(this.#dialog, "[data-conflict-text]", HTMLElement).textContent = sentence;
    const { conflicts } = merge(base, mine, theirs.document, this.#choices);
    const list = find(this.#dialog, "[data-conflicts]", HTMLElement);
    list.replaceChildren(...conflicts.map((one) => this.#question(one)));
    find(this.#dialog, "[data-conflict-note]", HTMLElement).textContent =
      conflicts.length === 0 ? text("merge_clean") : text("merge_asks", { n: conflicts.length });
    find(this.#dialog, "[data-merge]", HTMLButtonElement).disabled = conflicts.some((one) => !this.#choices.has(one.key));
  }

  #question(one: Conflict): HTMLElement {
    const choice = (which: Choice, value: unknown): HTMLElement => {
      const label = text(value === undefined ? `${which}_deleted` : which);
      const input = el("input", {
        type: "radio", name: `conflict-${one.key}`, class: "form-check-input m-0", checked: this.#choices.get(one.key) === which,
      }, [], {
        change: () => {
          this.#choices.set(one.key, which);
          this.#show();
        },
      });
      return el("label", { class: "choice" }, [input, label]);
    };
    const legend = el("legend", {}, [nameOf(one.key, one.mine ?? one.theirs)]);
    return el("fieldset", { class: "choice-row" }, [legend, choice("mine", one.mine), choice("theirs", one.theirs)]);
  }

  #look(): void {
    if (this.#sides === null) return;
    this.#dialog.close();
    this.#banner.hidden = false;
    this.#store.look(this.#sides.theirs.document);
  }

  #back(): void {
    this.#banner.hidden = true;
    this.#store.look(null);
    this.#dialog.showModal();
  }

  #take(): void {
    if (this.#sides === null) return;
    const { theirs } = this.#sides;
    this.#dialog.close();
    // First the revision, then the document: while the old one counts, every change would ask again.
    this.#saver.rebase(theirs);
    this.#store.replace(theirs.document);
    this.#saver.forget();
  }

  #merge(): void {
    if (this.#sides === null) return;
    const { base, mine, theirs } = this.#sides;
    this.#dialog.close();
    this.#saver.rebase(theirs);
    this.#store.replace(merge(base, mine, theirs.document, this.#choices).doc);
    void this.#saver.flush();
  }
}
