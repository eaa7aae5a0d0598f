/** A sentence of the server in both languages; the page shows its own. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}
