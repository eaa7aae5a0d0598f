/** The window's desk type: choosing one fills the size, and is remembered for the window at once. */
import { find } from "../dom";
import { api } from "./api";
import { setDesk } from "./commands";
import type { Doc } from "./model";
import { start, type DeskType } from "./start";
import type { Store } from "./store";
import { text } from "../texts";

/** Two tapes do not measure the same; as on the server (copies.py). */
const SAME_CM = 1;

/** What a new draft begins with: a window of a known type has that type's size until somebody types another. */
export function sizedByType(doc: Doc): Doc {
  const kind = start.desk_types.find((one) => one.id === start.desk_type_id);
  return kind === undefined || doc.layout.desk_cm !== null ? doc : setDesk(doc, kind.size_cm);
}

export class DeskTypeChoice {
  readonly #select: HTMLSelectElement;
  readonly #note: HTMLElement;
  readonly #store: Store;
  #lost = false;

  constructor(root: HTMLElement, store: Store) {
    this.#store = store;
    this.#select = find(root, "[data-desk-type]", HTMLSelectElement);
    this.#note = find(root, "[data-desk-type-note]", HTMLElement);
    this.#select.addEventListener("change", () => void this.#choose());
  }

  #kind(): DeskType | undefined {
    return start.desk_types.find((one) => String(one.id) === this.#select.value);
  }

  async #choose(): Promise<void> {
    const kind = this.#kind();
    if (kind !== undefined) {
      this.#store.pause();
      this.#store.change(setDesk(this.#store.doc, kind.size_cm));
      this.#store.pause();
    }
    const answer = await api.deskType(kind?.id ?? null);
    this.#lost = answer === null || "trouble" in answer;
    this.show();
  }

  /** Tell where the typed size is not the type's; nobody is kept from it. */
  show(): void {
    this.#select.disabled = this.#store.looking;
    const kind = this.#kind();
    const size = this.#store.doc.layout.desk_cm;
    const other = kind !== undefined && size !== null && size.every((side) => side > 0)
      && size.some((side, index) => Math.abs(side - (kind.size_cm[index] as number)) > SAME_CM);
    const words = this.#lost ? text("desk_type_lost")
      : other ? text("desk_type_differs", { name: kind.name, width: kind.size_cm[0], depth: kind.size_cm[1] }) : "";
    this.#note.hidden = words === "";
    if (this.#note.textContent !== words) this.#note.textContent = words;
  }
}
