/** Words of the page for scripts: the page carries them, in the person's language, in one JSON block. */

let words: Readonly<Record<string, string>> | null = null;

/** Return the word of that name with its {fields} filled; an unknown name is a mistake of ours and is thrown. */
export function text(name: string, fields: Readonly<Record<string, string | number>> = {}): string {
  words ??= JSON.parse(document.getElementById("texts")?.textContent ?? "{}") as Record<string, string>;
  const template = words[name];
  if (template === undefined) throw new Error(`the page carries no text named ${name}`);
  return template.replace(/\{(\w+)\}/g, (_whole, field: string) => String(fields[field] ?? ""));
}
