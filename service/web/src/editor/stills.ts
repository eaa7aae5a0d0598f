/** The pictures to draw on: reference pictures and recent captures to choose from, and one's own photo. */
import { find } from "../dom";
import { api, type Still, type Trouble } from "./api";
import { setStill, setView } from "./commands";
import { el, start } from "./start";
import type { StickerReader } from "./stickers";
import type { Store } from "./store";
import { text } from "../texts";

export class StillChooser {
  readonly #store: Store;
  readonly #list: HTMLElement;
  readonly #note: HTMLElement;
  readonly #view: HTMLInputElement;
  readonly #choice: HTMLDetailsElement;
  #stills: Still[] = [];
  readonly #others = new Map<string, string | null>();

  constructor(root: HTMLElement, store: Store, private readonly stickers: StickerReader) {
    this.#store = store;
    this.#list = find(root, "[data-stills]", HTMLElement);
    this.#note = find(root, "[data-still-note]", HTMLElement);
    this.#view = find(root, "[data-view]", HTMLInputElement);
    this.#choice = find(root, "[data-still-choice]", HTMLDetailsElement);
    const file = find(root, "input[type=file]", HTMLInputElement);
    file.addEventListener("change", () => {
      const photo = file.files?.[0];
      file.value = "";
      if (photo !== undefined) void this.#upload(photo);
    });
    this.#view.addEventListener("change", () => {
      const name = this.#view.value.trim();
      if (name !== "") store.change(setView(store.doc, name));
    });
    this.#choice.open = store.doc.still === null;
    void this.#load();
  }

  async #load(): Promise<void> {
    const answer = await api.stills();
    if (answer !== null && "value" in answer) this.#stills = answer.value;
    this.show();
    this.#choice.addEventListener("toggle", () => this.#choice.open && void this.#whose());
    if (this.#choice.open) void this.#whose();
  }

  /** Look, one after the other, whether a picture shows another window's stickers. */
  async #whose(): Promise<void> {
    for (const { sha256 } of this.#stills) {
      if (this.#others.has(sha256)) continue;
      const other = (await this.stickers.of(sha256))?.other_window ?? null;
      this.#others.set(sha256, other);
      if (other !== null) this.show();
    }
  }

  async #upload(photo: File): Promise<void> {
    this.#say(text("still_sending"));
    const answer = await api.upload(photo);
    if (answer === null) this.#say(text("still_lost"), true);
    else if ("trouble" in answer) this.#say(sentence(answer.trouble), true);
    else {
      this.#say("");
      this.#stills = [answer.value, ...this.#stills.filter((one) => one.sha256 !== answer.value.sha256)];
      this.#take(answer.value);
    }
  }

  #say(words: string, bad = false): void {
    this.#note.textContent = words;
    this.#note.classList.toggle("field-error", bad);
    this.#note.hidden = words === "";
  }

  #take({ sha256, image_wh, focal_px, bend, view, corners_px }: Still): void {
    this.#choice.open = false;
    this.#store.corner = null;
    this.#store.change(setStill(this.#store.doc, { sha256, image_wh, focal_px, bend: bend ?? null, view }, corners_px));
  }

  /** Show the choice, and the name of the place that the chosen picture stands for. */
  show(): void {
    const chosen = this.#store.doc.still;
    this.#list.replaceChildren(
      ...this.#stills.map((still) => {
        const name = text(`still_${still.kind}`, { name: still.view, at: still.taken_at?.slice(0, 10) ?? "" });
        const picture = el("img", { src: `/api/v1/evidence/${still.sha256}`, alt: "", loading: "lazy" });
        const shape = { type: "button", class: "editor-still", "aria-pressed": still.sha256 === chosen?.sha256 ? "true" : "false" };
        const other = this.#others.get(still.sha256) ?? null;
        const whose = other === null ? null : el("strong", { class: "field-error" }, [text("still_other", { window: other })]);
        return el("li", {}, [el("button", shape, [picture, el("span", {}, [name]), whose], { click: () => this.#take(still) })]);
      }),
    );
    if (document.activeElement !== this.#view) this.#view.value = chosen?.view ?? "";
    this.#view.disabled = chosen === null || this.#store.looking;
  }
}

export function sentence(trouble: Trouble): string {
  return `${trouble.message}${start.language === "zh" ? "" : " "}${trouble.next_step}`;
}
