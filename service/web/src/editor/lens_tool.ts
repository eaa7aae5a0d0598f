/** One button that straightens the lens: the server measures the still, the draft keeps what it found. */
import { find } from "../dom";
import { text } from "../texts";
import { api } from "./api";
import { cornerProblem } from "./plane";
import { sentence } from "./stills";
import type { Store } from "./store";

export class LensTool {
  readonly #store: Store;
  readonly #button: HTMLButtonElement;
  readonly #note: HTMLElement;
  #busy = false;
  /** What the note speaks of: it goes when another picture or other corners are taken. */
  #about = "";

  constructor(root: HTMLElement, store: Store) {
    this.#store = store;
    this.#button = find(root, "[data-lens]", HTMLButtonElement);
    this.#note = find(root, "[data-lens-note]", HTMLElement);
    this.#button.addEventListener("click", () => void this.#press());
    store.listen(() => this.show());
    this.show();
  }

  show(): void {
    const { doc, looking } = this.#store;
    const { desk_cm: desk } = doc.layout;
    const ready = doc.still !== null && desk !== null && doc.corners_px.length === 4 && cornerProblem(doc.corners_px, desk, doc.still.image_wh) === null;
    const straight = (doc.still?.bend ?? null) !== null;
    this.#button.disabled = this.#busy || looking || (!straight && !ready);
    this.#button.setAttribute("aria-pressed", String(straight));
    if (this.#about !== this.#key()) this.#say("");
  }

  #key(): string {
    const { still, corners_px } = this.#store.doc;
    return JSON.stringify([still?.sha256, still?.bend ?? null, corners_px]);
  }

  #say(words: string, bad = false): void {
    this.#about = this.#key();
    this.#note.textContent = words;
    this.#note.classList.toggle("field-error", bad);
    this.#note.hidden = words === "";
  }

  #set(bend: number | null): void {
    const { doc } = this.#store;
    if (doc.still !== null) this.#store.change({ ...doc, still: { ...doc.still, bend } });
  }

  async #press(): Promise<void> {
    const { still, corners_px, layout } = this.#store.doc;
    if (still === null) return;
    if ((still.bend ?? null) !== null) {
      this.#set(null);
      this.#say(text("lens_off"));
      return;
    }
    if (layout.desk_cm === null) return;
    this.#busy = true;
    this.#say(text("lens_measuring"));
    this.show();
    const asked = this.#key();
    const answer = await api.lens(still.sha256, corners_px, layout.desk_cm);
    this.#busy = false;
    // Corners that were moved in the meantime would be straightened by what others said.
    if (this.#key() === asked) {
      if (answer === null) this.#say(text("lens_lost"), true);
      else if ("trouble" in answer) this.#say(sentence(answer.trouble), true);
      else if (answer.value.helps) {
        this.#set(answer.value.bend);
        this.#say(text("lens_on", { cm: answer.value.shift_cm.toFixed(1) }));
      } else this.#say(text("lens_straight"));
    }
    this.show();
  }
}
