/** Undo and redo over values that are never changed in place. */

const MOST = 200;

/** What was, what is, what was taken back. Changes under one key become one step: a drag, a held arrow key, typing. */
export class History<T> {
  #past: T[] = [];
  #future: T[] = [];
  #key: string | null = null;
  now: T;

  constructor(first: T) {
    this.now = first;
  }

  /** Make a change. With the same `key` as the change before it, both are undone together. */
  commit(value: T, key: string | null = null): void {
    if (value === this.now) return;
    if (key === null || key !== this.#key) {
      this.#past.push(this.now);
      if (this.#past.length > MOST) this.#past.shift();
    }
    this.#key = key;
    this.#future = [];
    this.now = value;
  }

  /** End the run of changes that count as one. */
  pause(): void {
    this.#key = null;
  }

  undo(): boolean {
    const before = this.#past.pop();
    if (before === undefined) return false;
    this.#future.push(this.now);
    this.now = before;
    this.#key = null;
    return true;
  }

  redo(): boolean {
    const after = this.#future.pop();
    if (after === undefined) return false;
    this.#past.push(this.now);
    this.now = after;
    this.#key = null;
    return true;
  }

  /** Take another value as the beginning, with nothing to undo. */
  reset(value: T): void {
    this.#past = [];
    this.#future = [];
    this.#key = null;
    this.now = value;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }
}
