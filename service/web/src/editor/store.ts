/** What the page shows and edits at one moment; everything that changes it goes through here, and tells whoever listens. */
import { History } from "./history";
import { outlineOf, sameRef, type Doc, type Ref } from "./model";
import { problemsOf, type Problem } from "./problems";

/** What a tap on the desk does. */
export type Tool =
  | { readonly kind: "select" }
  | { readonly kind: "zone"; readonly item: string; readonly byPoints: boolean }
  | { readonly kind: "surface"; readonly surface: string; readonly byPoints: boolean }
  | { readonly kind: "around"; readonly around: string; readonly byPoints: boolean }
  | { readonly kind: "relation"; readonly first: string | null };

const SELECT: Tool = { kind: "select" };

export class Store {
  readonly #history: History<Doc>;
  readonly #listeners: (() => void)[] = [];
  #told: readonly Problem[] = [];
  /** Problems that do not come from the document: what its picture shows. */
  #seen: readonly Problem[] = [];
  #checked: { readonly doc: Doc; readonly problems: readonly Problem[] } | null = null;
  /** Somebody else's draft that is looked at; nothing can be changed meanwhile. */
  #shown: Doc | null = null;
  selection: Ref | null = null;
  /** The chosen point of the chosen outline. */
  point: number | null = null;
  /** The chosen corner of the desk in the picture. */
  corner: number | null = null;
  tool: Tool = SELECT;

  constructor(first: Doc) {
    this.#history = new History(first);
  }

  get doc(): Doc {
    return this.#shown ?? this.#history.now;
  }

  /** One's own document, whatever is looked at. */
  get own(): Doc {
    return this.#history.now;
  }

  get looking(): boolean {
    return this.#shown !== null;
  }

  get canUndo(): boolean {
    return this.#history.canUndo && !this.looking;
  }

  get canRedo(): boolean {
    return this.#history.canRedo && !this.looking;
  }

  listen(then: () => void): void {
    this.#listeners.push(then);
  }

  tell(): void {
    for (const then of this.#listeners) then();
  }

  /** Problems seen here and those that the server told, the latter until the next change. */
  problems(): readonly Problem[] {
    // Asked for by every part of the page at every change, and long outlines take a while.
    if (this.#checked?.doc !== this.doc) this.#checked = { doc: this.doc, problems: problemsOf(this.doc) };
    const own = [...this.#checked.problems, ...this.#seen];
    const places = new Set(own.map((one) => one.where));
    return [...own, ...this.#told.filter((one) => !places.has(one.where))];
  }

  change(doc: Doc, key: string | null = null): void {
    if (this.looking) return;
    this.#history.commit(doc, key);
    this.#told = [];
    this.#keepSelection();
    this.tell();
  }

  /** The next change is a step of its own. */
  pause(): void {
    this.#history.pause();
  }

  undo(): void {
    if (this.canUndo && this.#history.undo()) this.#after();
  }

  redo(): void {
    if (this.canRedo && this.#history.redo()) this.#after();
  }

  #after(): void {
    this.#told = [];
    this.#keepSelection();
    this.tell();
  }

  #keepSelection(): void {
    if (this.selection !== null && outlineOf(this.doc, this.selection).length === 0) this.selection = null;
    const outline = this.selection === null ? [] : outlineOf(this.doc, this.selection);
    if (this.point !== null && this.point >= outline.length) this.point = null;
    if (this.corner !== null && this.corner >= this.doc.corners_px.length) this.corner = null;
  }

  /** Take a whole other document, with nothing to undo: theirs, or what was merged. */
  replace(doc: Doc): void {
    this.#shown = null;
    this.#history.reset(doc);
    this.#after();
  }

  look(doc: Doc | null): void {
    this.#shown = doc;
    this.selection = null;
    this.tool = SELECT;
    this.#after();
  }

  select(ref: Ref | null, point: number | null = null): void {
    if (sameRef(ref, this.selection) && point === this.point) return;
    this.selection = ref;
    this.point = point;
    this.pause();
    this.tell();
  }

  selectCorner(index: number | null): void {
    this.corner = index;
    this.pause();
    this.tell();
  }

  use(tool: Tool): void {
    this.tool = this.looking ? SELECT : tool;
    if (tool.kind !== "select") {
      this.selection = null;
      this.point = null;
    }
    this.tell();
  }

  seenInPicture(problems: readonly Problem[]): void {
    this.#seen = problems;
    this.tell();
  }

  toldByServer(problems: readonly Problem[]): void {
    this.#told = problems;
    this.tell();
  }
}
