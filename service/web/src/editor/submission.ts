/** Where the draft stands, and its way to the other pair of eyes. */
import { find } from "../dom";
import { api, type Trouble } from "./api";
import type { Ref } from "./model";
import { wordsOf } from "./panels";
import { serverProblems, type Problem } from "./problems";
import type { Saver, SaveState } from "./saving";
import { showPart } from "./folds";
import { aroundName, el, itemName, start, surfaceName } from "./start";
import { sentence } from "./stills";
import type { Store } from "./store";
import { text } from "../texts";

function clock(at: Date): string {
  return at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

function stateWords(state: SaveState): string {
  if (state.kind === "saved") return text("state_saved", { at: clock(state.at) });
  if (state.kind === "refused") return sentence(state.trouble);
  return text(`state_${state.kind}`);
}

export class Submission {
  readonly #store: Store;
  readonly #saver: Saver;
  readonly #state: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #list: HTMLElement;
  readonly #trouble: HTMLElement;
  readonly #moved: HTMLElement;
  readonly #root: HTMLElement;
  /** Problems are told at once where they are; their list appears when somebody tries to submit. */
  #asked = false;

  constructor(root: HTMLElement, store: Store, saver: Saver) {
    this.#root = root;
    this.#store = store;
    this.#saver = saver;
    this.#state = find(root, "[data-save-state]", HTMLElement);
    this.#button = find(root, "[data-submit]", HTMLButtonElement);
    this.#list = find(root, "[data-problem-list]", HTMLElement);
    this.#trouble = find(root, "[data-trouble]", HTMLElement);
    this.#moved = find(root, "[data-moved-on]", HTMLElement);
    this.#button.addEventListener("click", () => void this.#submit());
    find(root, "[data-discard]", HTMLButtonElement).addEventListener("click", () => void this.#discard());
  }

  show(baseVersion: number | null, approvedVersion: number | null): void {
    const { state } = this.#saver;
    const words = stateWords(state);
    if (this.#state.textContent !== words) this.#state.textContent = words;
    this.#state.dataset["state"] = state.kind;
    this.#button.disabled = this.#store.looking;
    const problems = this.#asked ? this.#store.problems() : [];
    this.#list.hidden = problems.length === 0;
    find(this.#list, "ul", HTMLElement).replaceChildren(...problems.map((one) => this.#row(one)));
    if (this.#asked && problems.length === 0) this.#asked = false;
    const passed = baseVersion !== approvedVersion && approvedVersion !== null;
    this.#moved.hidden = !passed;
    this.#moved.textContent = passed ? text("moved_on", { n: approvedVersion }) : "";
  }

  #row(problem: Problem): HTMLElement {
    const [section = "", id = ""] = problem.where.split(/:(.*)/s);
    const name = section === "zones" ? itemName(this.#store.doc.layout.zones.find((one) => one.id === id)?.item ?? id)
      : section === "surfaces" ? surfaceName(this.#store.doc.layout.surfaces.find((one) => one.id === id)?.kind ?? id)
        : section === "around" ? aroundName(this.#store.doc.layout.around.find((one) => one.id === id)?.kind ?? id)
          : text(`place_${section}`);
    const words = `${name}: ${wordsOf(problem)}`;
    return el("li", {}, [el("button", { type: "button", class: "plain-button editor-goto" }, [words], { click: () => this.#go(section, id) })]);
  }

  /** Lead to the thing that is wrong. */
  #go(section: string, id: string): void {
    const box = (name: string): HTMLElement => find(this.#root, `[data-part="${name}"]`, HTMLElement);
    if (section === "zones" || section === "surfaces" || section === "around" || section === "edge") {
      this.#store.select({ section, id } as Ref);
      box("desk").scrollIntoView({ block: "start" });
    } else if (section === "desk") find(this.#root, "[data-desk-width]", HTMLInputElement).focus();
    else if (section === "corners") box("picture").scrollIntoView({ block: "start" });
    else if (section === "hours") showPart(box("hours"));
    else showPart(box("rules"));
  }

  /** Save what is drawn; the revision that the server has then, or null with the reason said. */
  async saved(): Promise<number | null> {
    this.#say("");
    const saved = await this.#saver.flush();
    if (saved && this.#saver.revision > 0) return this.#saver.revision;
    if (this.#saver.state.kind !== "conflict") this.#say(text(saved ? "submit_unchanged" : "submit_unsaved"));
    return null;
  }

  /** Say what the server has against the draft, at the things it is about. */
  refused(trouble: Trouble): void {
    if (trouble.facts.problems !== undefined) {
      this.#asked = true;
      this.#store.toldByServer(serverProblems(this.#store.doc, trouble.facts.problems, start.language));
    } else if (trouble.code.startsWith("layout.draft_")) this.#saver.collide();
    else this.#say(sentence(trouble));
  }

  /** Whether nothing is known to be wrong; else the problems are listed and the first one has the focus. */
  sound(): boolean {
    this.#asked = true;
    this.#store.tell();
    if (this.#store.problems().length === 0) return true;
    find(this.#list, "button", HTMLButtonElement).focus();
    return false;
  }

  #say(words: string): void {
    this.#trouble.hidden = words === "";
    this.#trouble.textContent = words;
    if (words !== "") this.#trouble.focus();
  }

  async #submit(): Promise<void> {
    this.#say("");
    if (!this.sound()) return;
    this.#button.disabled = true;
    const revision = await this.saved();
    const answer = revision === null ? null : await api.submit(revision);
    this.#button.disabled = false;
    if (answer === null) {
      if (revision !== null) this.#say(text("submit_unsaved"));
    } else if ("value" in answer) {
      this.#saver.forget();
      window.location.assign(`/layouts/${answer.value.id}`);
    } else this.refused(answer.trouble);
  }

  async #discard(): Promise<void> {
    const answer = this.#saver.revision > 0 ? await api.discard(this.#saver.revision) : { value: null };
    if (answer === null) this.#say(text("submit_unsaved"));
    else if ("trouble" in answer) this.#saver.collide();
    else {
      this.#saver.forget();
      window.location.reload();
    }
  }
}
