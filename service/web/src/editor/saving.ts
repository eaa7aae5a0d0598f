/** Keeps the draft: on this device at once, on the server a moment later, again when the connection is back. */
import type { Answer, Draft, Trouble } from "./api";
import type { Doc } from "./model";
import { same } from "./merge";

export type SaveState =
  | { readonly kind: "untouched" | "saving" | "offline" | "conflict" }
  | { readonly kind: "saved"; readonly at: Date }
  | { readonly kind: "refused"; readonly trouble: Trouble };

/** What stays on the device as long as the server has not got it. */
export interface Kept {
  readonly revision: number;
  readonly base: Doc;
  readonly doc: Doc;
  /** What was sent last: the server may have it although no answer came. */
  readonly sent: Doc | null;
}

/** Where it stays: the browser's own store, or anything alike. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Saves {
  save(revision: number, baseVersion: number | null, document: Doc): Promise<Answer<Draft> | null>;
}

const CONFLICTS = new Set(["layout.draft_conflict", "layout.draft_gone"]);

export class Saver {
  state: SaveState = { kind: "untouched" };
  revision: number;
  /** The document as both sides knew it last. */
  base: Doc;
  trouble: Trouble | null = null;
  sent: Doc | null = null;
  readonly #saves: Saves;
  readonly #shelf: Shelf;
  readonly #key: string;
  readonly #doc: () => Doc;
  readonly #told: () => void;
  #running: Promise<void> | null = null;
  #baseVersion: number | null;

  constructor(saves: Saves, shelf: Shelf, key: string, first: Draft, doc: () => Doc, told: () => void) {
    this.#saves = saves;
    this.#shelf = shelf;
    this.#key = key;
    this.revision = first.revision;
    this.base = first.document;
    this.#baseVersion = first.base_version;
    this.#doc = doc;
    this.#told = told;
    if (first.updated_at !== null) this.state = { kind: "saved", at: new Date(first.updated_at) };
  }

  get dirty(): boolean {
    return !same(this.#doc(), this.base);
  }

  /** What an earlier visit could not save; null where there is nothing, or what is there cannot be read. */
  kept(): Kept | null {
    try {
      return JSON.parse(this.#shelf.getItem(this.#key) ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  /** Put the document where a lost connection or a closed page cannot take it; what the server has needs no copy. */
  keep(): void {
    if (!this.dirty) {
      // Back where it was saved: a copy of what was undone would be taken up at the next visit.
      if (this.#running === null && (this.state.kind === "saved" || this.state.kind === "untouched")) this.forget();
      return;
    }
    try {
      this.#shelf.setItem(this.#key, JSON.stringify(this.#now()));
    } catch {
      // A full or forbidden store is no reason to stop drawing: the server still gets it.
    }
  }

  #now(): Kept {
    return { revision: this.revision, base: this.base, doc: this.#doc(), sent: this.sent };
  }

  /** Go on from what an earlier visit kept; the server says whether somebody has saved since. */
  resume(kept: Kept): void {
    this.revision = kept.revision;
    this.base = kept.base;
    this.sent = kept.sent ?? null;
  }

  /** Whether a document of the server is one's own: its answer was lost, nobody else was there. */
  isOwn(document: Doc): boolean {
    return [this.base, this.sent, this.#doc()].some((known) => known !== null && same(known, document));
  }

  forget(): void {
    this.#shelf.removeItem(this.#key);
  }

  /** Take up what the server has now, so that the next saving goes over it. */
  rebase(draft: Draft): void {
    this.revision = draft.revision;
    this.base = draft.document;
    this.#baseVersion = draft.base_version;
    this.trouble = null;
    this.state = draft.updated_at === null ? { kind: "untouched" } : { kind: "saved", at: new Date(draft.updated_at) };
    this.keep();
    this.#told();
  }

  /** Save until the server has what is drawn; false where it has not. */
  async flush(): Promise<boolean> {
    while (this.#running !== null) await this.#running;
    if (this.state.kind === "conflict") return false;
    if (!this.dirty) {
      this.forget();
      return true;
    }
    this.#running = this.#once();
    try {
      await this.#running;
    } finally {
      this.#running = null;
    }
    return this.state.kind === "saved" && (!this.dirty || this.flush());
  }

  async #once(): Promise<void> {
    const sent = this.#doc();
    this.sent = sent;
    this.keep();
    this.#be({ kind: "saving" });
    const answer = await this.#saves.save(this.revision, this.#baseVersion, sent);
    if (answer === null) this.#be({ kind: "offline" });
    else if ("trouble" in answer) {
      this.trouble = answer.trouble;
      this.#be(CONFLICTS.has(answer.trouble.code) ? { kind: "conflict" } : { kind: "refused", trouble: answer.trouble });
    } else {
      this.revision = answer.value.revision;
      this.base = sent;
      // What was drawn meanwhile goes on from the new revision, on the device as well.
      if (this.dirty) this.keep();
      else this.forget();
      this.#be({ kind: "saved", at: new Date(answer.value.updated_at ?? Date.now()) });
    }
  }

  #be(state: SaveState): void {
    this.state = state;
    this.#told();
  }

  /** Say that somebody else's draft is in the way, found out otherwise than by saving. */
  collide(): void {
    this.#be({ kind: "conflict" });
  }
}
