/** Position stickers in the still: whose they are, corners and size read from them, and whether they were printed to scale. */
import { find } from "../dom";
import { api, type StillStickers } from "./api";
import { setCorners, setDesk } from "./commands";
import { straightCorners } from "./lens";
import type { Doc } from "./model";
import { cornerProblem, sizeProblem } from "./plane";
import { el, icon } from "./start";
import { stickerSideCm, wrongScale } from "./sticker_scale";
import type { Store } from "./store";
import { text } from "../texts";

const keyOf = (sha256: string, bend: number | null): string => `${sha256}:${bend ?? ""}`;
const number = (value: number): string => String(Math.round(value * 10) / 10);

export class StickerReader {
  readonly #store: Store;
  readonly #box: HTMLElement;
  readonly #known = new Map<string, StillStickers | null>();
  readonly #asked = new Map<string, Promise<StillStickers | null>>();
  #shown: unknown[] = [];
  #told = "";

  constructor(root: HTMLElement, store: Store) {
    this.#store = store;
    this.#box = find(root, "[data-stickers]", HTMLElement);
  }

  /** What a still's stickers say; null where nobody could be asked. Each still, and each bend of its lens, is asked for once. */
  async of(sha256: string, bend: number | null = null): Promise<StillStickers | null> {
    const key = keyOf(sha256, bend);
    const running = this.#asked.get(key) ?? this.#ask(sha256, bend);
    this.#asked.set(key, running);
    return running;
  }

  async #ask(sha256: string, bend: number | null): Promise<StillStickers | null> {
    const answer = await api.stickers(sha256, bend);
    const found = answer !== null && "value" in answer ? answer.value : null;
    this.#known.set(keyOf(sha256, bend), found);
    // Without a connection it is asked again at the next visit of the still.
    if (answer === null) this.#asked.delete(keyOf(sha256, bend));
    return found;
  }

  /** Follow the document's still and show what its stickers say of the desk as it is now. */
  show(): void {
    const { doc } = this.#store;
    const bend = doc.still?.bend ?? null;
    const still = doc.still === null ? "" : keyOf(doc.still.sha256, bend);
    if (doc.still !== null && !this.#known.has(still)) {
      this.#known.set(still, null);
      void this.of(doc.still.sha256, bend).then(() => this.show());
    }
    const stickers = this.#known.get(still) ?? null;
    const other = stickers?.other_window ?? "";
    if (other !== this.#told) {
      this.#told = other;
      const message = text("sticker_other", { window: other });
      this.#store.seenInPicture(other === "" ? [] : [{ where: "corners", code: "other_window", message }]);
    }
    const key = [stickers, doc.corners_px, doc.layout.desk_cm, this.#store.looking];
    if (key.every((one, index) => one === this.#shown[index])) return;
    this.#shown = key;
    this.#box.replaceChildren(...this.#parts(stickers, doc));
  }

  #parts(stickers: StillStickers | null, doc: Doc): HTMLElement[] {
    if (stickers === null || stickers.seen.length === 0) return [];
    const { proposal } = stickers;
    const count = stickers.seen.length;
    if (proposal === null) return [el("p", { class: "muted mb-0" }, [text("stickers_few", { n: count })])];
    const size = proposal.size_cm.map((side, index) => this.#side(side, proposal.size_within_cm[index]!)).join(" × ");
    const read = el("button", { type: "button", class: "btn btn-primary", "data-read-stickers": "", disabled: this.#store.looking },
      [icon("stickers"), text("stickers_read")], { click: () => this.#take(proposal) });
    const words = text(proposal.measured ? "stickers_size" : "stickers_known", { n: count, size });
    const done = this.#taken(doc, proposal);
    return [
      el("p", { class: "mb-0" }, [words]),
      ...(done ? [] : [read]),
      ...(done && proposal.measured ? [el("p", { class: "muted mb-0" }, [text("stickers_ruler")])] : []),
      ...this.#scale(stickers, doc),
    ];
  }

  #side(side: number, within: number): string {
    return within === 0 ? `${number(side)} cm` : `${number(side)} ± ${number(within)} cm`;
  }

  #taken(doc: Doc, { corners_px: corners, size_cm: size }: NonNullable<StillStickers["proposal"]>): boolean {
    const desk = doc.layout.desk_cm;
    return desk !== null && desk[0] === size[0] && desk[1] === size[1] && doc.corners_px.length === 4
      && corners.every(([x, y], index) => Math.hypot(x - doc.corners_px[index]![0], y - doc.corners_px[index]![1]) < 0.11);
  }

  /** Corners and size in one step, so that one undo takes both back. */
  #take({ corners_px: corners, size_cm: size }: NonNullable<StillStickers["proposal"]>): void {
    this.#store.corner = null;
    this.#store.change(setDesk(setCorners(this.#store.doc, corners), size));
  }

  #scale(stickers: StillStickers, doc: Doc): HTMLElement[] {
    const desk = doc.layout.desk_cm;
    if (desk === null || sizeProblem(desk) !== null || doc.still === null || doc.corners_px.length < 4) return [];
    if (cornerProblem(doc.corners_px, desk, doc.still.image_wh) !== null) return [];
    const tags = stickers.seen.map((one) => straightCorners(one.tag_px, doc.still));
    const side = stickerSideCm(straightCorners(doc.corners_px, doc.still), desk, tags);
    const share = side === null ? null : wrongScale(side, stickers.tag_cm);
    return share === null ? [] : [el("p", { class: "notice mb-0", role: "status", "data-wrong-scale": "" }, [text("stickers_scale", { share })])];
  }
}
