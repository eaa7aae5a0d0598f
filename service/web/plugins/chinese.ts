/** Chinese glyphs for machines that have none: a web font in small parts, of which a browser loads what it lacks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = "node_modules/@fontsource/noto-sans-sc";
const FAMILY = "deskcheck SC";

/** Return the @font-face rules of the Chinese parts, with addresses as seen from the folder src. */
export function chineseFaces(webFolder: string): string {
  const rules = readFileSync(join(webFolder, PACKAGE, "400.css"), "utf8").match(/@font-face \{[^}]*\}/g) ?? [];
  return rules
    .filter((rule) => /noto-sans-sc-\d+-400-normal\.woff2/.test(rule))
    .map((rule) =>
      rule
        .replace(/font-family: [^;]*;/, `font-family: "${FAMILY}";`)
        .replace(/src: url\(\.\/([^)]*\.woff2)\)[^;]*;/, `src: url("../${PACKAGE}/$1") format("woff2");`),
    )
    .join("\n");
}
