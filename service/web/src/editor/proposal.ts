/** Home zones drafted from pictures of the window in order: pictures are chosen, looked at, and what is right is taken over. */
import { find } from "../dom";
import { api, type TidyPicture } from "./api";
import type { Doc } from "./model";
import { fill } from "./panels";
import { picksOf, takeOver, type Pick, type Place } from "./proposed";
import { el, itemName, start } from "./start";
import { sentence } from "./stills";
import type { Store } from "./store";
import { text } from "../texts";

const MOST = 20;

export class ProposalPanel {
  readonly #store: Store;
  readonly #box: HTMLElement;
  readonly #go: HTMLButtonElement;
  readonly #take: HTMLButtonElement;
  readonly #bar: HTMLProgressElement;
  /** Times as the window's centre has them: 2026-11-21 09:30. */
  readonly #clock: Intl.DateTimeFormat;
  #pictures: readonly TidyPicture[] = [];
  readonly #chosen = new Set<string>();
  /** Why a picture could not be used, as the server told. */
  readonly #useless = new Map<string, string>();
  #places: readonly Place[] | null = null;
  /** What the person decided of a drafted zone, by its id; the rest follows what is there. */
  readonly #decided = new Map<string, boolean>();
  /** Counts on with each run: what an older one still brings is dropped. */
  #run = 0;
  #running = false;

  constructor(root: HTMLElement, store: Store, timeZone: string) {
    this.#store = store;
    this.#clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
    this.#box = find(root, "[data-proposal]", HTMLDetailsElement);
    this.#go = find(this.#box, "[data-propose]", HTMLButtonElement);
    this.#take = find(this.#box, "[data-take-over]", HTMLButtonElement);
    this.#bar = find(this.#box, "progress", HTMLProgressElement);
    this.#go.addEventListener("click", () => void (this.#running ? this.#stop() : this.#draft()));
    this.#take.addEventListener("click", () => this.#takeOver());
    const files = find(this.#box, "input[type=file]", HTMLInputElement);
    files.addEventListener("change", () => {
      const photos = [...(files.files ?? [])];
      files.value = "";
      void this.#upload(photos);
    });
    let loaded = false;
    this.#box.addEventListener("toggle", () => {
      if (!loaded) void this.#load();
      loaded = true;
    });
  }

  async #load(): Promise<void> {
    const answer = await api.pictures();
    if (answer === null || "trouble" in answer) {
      this.#say(answer === null ? text("still_lost") : sentence(answer.trouble), true);
      return;
    }
    this.#pictures = answer.value;
    for (const one of answer.value) if (one.suggested) this.#chosen.add(one.sha256);
    const own = this.#store.doc.still;
    if (own !== null && !this.#pictures.some((one) => one.sha256 === own.sha256)) {
      this.#pictures = [ofUpload(own.sha256, own.view), ...this.#pictures];
    }
    if (this.#chosen.size === 0 && own !== null) this.#chosen.add(own.sha256);
    this.show();
  }

  async #upload(photos: readonly File[]): Promise<void> {
    for (const [index, photo] of photos.entries()) {
      this.#say(text("propose_sending", { n: index + 1, of: photos.length }));
      const answer = await api.upload(photo);
      if (answer === null || "trouble" in answer) {
        this.#say(answer === null ? text("still_lost") : sentence(answer.trouble), true);
        return;
      }
      const { sha256, view } = answer.value;
      this.#pictures = [ofUpload(sha256, view), ...this.#pictures.filter((one) => one.sha256 !== sha256)];
      this.#chosen.add(sha256);
      this.show();
    }
    this.#say("");
  }

  #stop(): void {
    this.#run += 1;
    this.#running = false;
    this.#say(text("propose_stopped"));
    this.show();
  }

  /** Look at the chosen pictures one by one, then ask for the zones; the person may draw on meanwhile. */
  async #draft(): Promise<void> {
    const run = (this.#run += 1);
    const document = this.#store.own;
    const wanted = this.#usable(document).map((one) => one.sha256);
    this.#running = true;
    this.#places = null;
    this.#decided.clear();
    let usable = 0;
    for (const [index, sha256] of wanted.entries()) {
      this.#bar.max = wanted.length + 1;
      this.#bar.value = index;
      this.#say(text("propose_looking", { n: index + 1, of: wanted.length }));
      this.show();
      const answer = await api.looks([sha256], document);
      if (run !== this.#run) return;
      if (answer === null || "trouble" in answer) return this.#fail(answer === null ? text("propose_lost") : sentence(answer.trouble));
      const problem = answer.value[0]?.problem ?? null;
      if (problem === null) usable += 1;
      else this.#useless.set(sha256, problem[start.language]);
    }
    const answer = await api.propose(wanted, document);
    if (run !== this.#run) return;
    if (answer === null || "trouble" in answer) return this.#fail(answer === null ? text("propose_lost") : sentence(answer.trouble));
    this.#running = false;
    this.#places = answer.value.places;
    const zones = answer.value.places.filter((one) => one.zone !== null).length;
    this.#say(text("propose_done", { zones, n: usable }));
    this.show();
  }

  #fail(words: string): void {
    this.#running = false;
    this.#say(words, true);
    this.show();
  }

  #say(words: string, bad = false): void {
    const note = find(this.#box, "[data-proposal-note]", HTMLElement);
    note.textContent = words;
    note.classList.toggle("field-error", bad);
    note.hidden = words === "";
  }

  /** The chosen pictures whose desk is known or may be found. */
  #usable(doc: Doc): TidyPicture[] {
    return this.#pictures.filter((one) => this.#chosen.has(one.sha256) && this.#whyNot(one, doc) === null);
  }

  #whyNot(picture: TidyPicture, doc: Doc): string | null {
    if (doc.still?.sha256 === picture.sha256 && doc.corners_px.length === 4) return null;
    return this.#useless.get(picture.sha256) ?? (picture.registration === "none" ? text("propose_no_desk") : null);
  }

  #picks(): Pick[] {
    const drafted = (this.#places ?? []).flatMap((one) => (one.zone === null ? [] : [one.zone]));
    return picksOf(this.#store.doc, drafted);
  }

  #isTaken(pick: Pick): boolean {
    return this.#decided.get(pick.zone.id) ?? pick.replaces === null;
  }

  #takeOver(): void {
    const taken = this.#picks().filter((one) => this.#isTaken(one));
    this.#store.pause();
    this.#places = null;
    this.#say(text("propose_taken", { n: taken.length }));
    this.#store.change(takeOver(this.#store.doc, taken));
    this.#store.pause();
    find(this.#box, "summary", HTMLElement).focus();
  }

  /** Show pictures, and what was drafted from them, beside what is drawn now. */
  show(): void {
    const { doc, looking } = this.#store;
    const usable = this.#usable(doc).length;
    const ready = doc.layout.desk_cm !== null && usable > 0 && usable <= MOST;
    this.#go.disabled = looking || (!this.#running && !ready);
    this.#go.textContent = this.#running ? text("propose_stop") : text("propose_go", { n: usable });
    this.#bar.hidden = !this.#running;
    const hint = find(this.#box, "[data-proposal-hint]", HTMLElement);
    hint.textContent = doc.layout.desk_cm === null ? text("propose_size") : usable > MOST ? text("propose_many", { n: MOST }) : text("propose_hint");
    fill(find(this.#box, "[data-proposal-pictures]", HTMLElement), this.#pictures.map((one) => this.#picture(one, doc)));
    const result = find(this.#box, "[data-proposal-result]", HTMLElement);
    result.hidden = this.#places === null;
    const picks = this.#picks();
    const taken = picks.filter((one) => this.#isTaken(one)).length;
    this.#take.disabled = looking || taken === 0;
    this.#take.textContent = text("propose_take", { n: taken });
    const places = this.#places ?? [];
    fill(find(result, "[data-proposal-zones]", HTMLElement), picks.map((one) => this.#row(one, places)));
    const without = places.filter((one) => one.zone === null);
    find(result, "[data-proposal-none]", HTMLElement).hidden = without.length === 0;
    find(result, "[data-proposal-none-title]", HTMLElement).textContent = text("propose_none", { n: without.length });
    fill(find(result, "[data-proposal-without]", HTMLElement), without.map((one) => el("li", {}, [
      el("strong", {}, [itemName(one.item)]), " ", text("propose_why", { where: placeWords(one), reason: one.reason?.[start.language] ?? "" }),
    ])));
  }

  #picture(picture: TidyPicture, doc: Doc): HTMLElement {
    const why = this.#whyNot(picture, doc);
    const tick = el("input", {
      class: "form-check-input m-0", type: "checkbox", "data-key": `tidy:${picture.sha256}`, disabled: why !== null || this.#running,
      checked: why === null && this.#chosen.has(picture.sha256),
    }, [], {
      change: () => {
        if (tick.checked) this.#chosen.add(picture.sha256);
        else this.#chosen.delete(picture.sha256);
        this.show();
      },
    });
    const name = text(`still_${picture.kind}`, { name: picture.view, at: picture.taken_at === null ? "" : this.#clock.format(new Date(picture.taken_at)) });
    const found = why ?? text(`desk_by_${picture.kind === "upload" && doc.still?.sha256 === picture.sha256 ? "corners" : picture.registration}`);
    const said = picture.state === null ? "" : text(`said_${picture.state}`);
    const image = el("img", { src: `/api/v1/evidence/${picture.sha256}`, alt: "", loading: "lazy" });
    const words = el("span", {}, [name, el("small", { class: why === null ? "muted" : "field-error" }, [[found, said].filter((one) => one !== "").join(" · ")])]);
    return el("li", {}, [el("label", { class: `editor-still tidy-picture${why === null ? "" : " is-useless"}` }, [image, tick, words])]);
  }

  #row(pick: Pick, places: readonly Place[]): HTMLElement {
    const { zone, replaces } = pick;
    const place = places.find((one) => one.zone?.id === zone.id);
    const tick = el("input", {
      class: "form-check-input m-0", type: "checkbox", checked: this.#isTaken(pick), "data-key": `take:${zone.id}`, "data-take": zone.id,
    }, [], { change: () => { this.#decided.set(zone.id, tick.checked); this.show(); } });
    const kind = text((zone.min_count ?? 0) > 0 ? "policy_required" : "policy_allowed");
    const words = place === undefined ? ""
      : text("propose_row", { where: placeWords(place), cm: place.uncertainty_cm, tolerance: place.tolerance_cm });
    return el("li", {}, [el("label", { class: "editor-row proposal-row" }, [
      tick,
      el("span", { class: "editor-row-name" }, [
        el("strong", {}, [itemName(zone.item)]), ` ${kind} `,
        el("small", { class: "muted" }, [words]),
        replaces === null ? null : el("small", { class: "proposal-replaces" }, [text("propose_replaces")]),
      ]),
    ])]);
  }
}

function placeWords(place: Place): string {
  const [x, y] = place.centre_cm;
  return text("propose_place", { x: Math.round(x), y: Math.round(y), seen: place.seen, looked: place.looked });
}

function ofUpload(sha256: string, view: string): TidyPicture {
  return { sha256, kind: "upload", view, taken_at: null, registration: "sought", state: null, suggested: false };
}
