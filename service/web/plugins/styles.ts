/** Tabler's styles and ours, cut down to what the templates and scripts use. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PurgeCSS } from "purgecss";
import type { Plugin } from "vite";
import { chineseFaces } from "./chinese.ts";

const MODULE = "virtual:deskcheck.css";

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

/** Make `import "virtual:deskcheck.css"` give the purged sheet; its name in the build follows its content. */
export function purgedStyles(webFolder: string, templatesFolder: string): Plugin {
  const tabler = join(webFolder, "node_modules/@tabler/core/dist/css/tabler.css");
  const ours = (): string[] => filesUnder(join(webFolder, "src"), ".css");
  const sources = (): string[] => [...filesUnder(templatesFolder, ".html"), ...filesUnder(join(webFolder, "src"), ".ts")];
  return {
    name: "deskcheck-purged-styles",
    resolveId: (id) => (id === MODULE ? join(webFolder, "src/deskcheck.virtual.css") : null),
    async load(id) {
      if (!id.endsWith("deskcheck.virtual.css")) return null;
      for (const file of [...ours(), ...sources()]) this.addWatchFile(file);
      const results = await new PurgeCSS().purge({
        content: sources(),
        css: [{ raw: [tabler, ...ours()].map((file) => readFileSync(file, "utf8")).join("\n") }],
        variables: true,
        keyframes: true,
        fontFace: true,
        // State classes are put together from the state's name.
        safelist: { standard: [/^state-/, /^edge-/, /^change-/, /^swatch-/], greedy: [] },
        defaultExtractor: (text) => text.match(/[\w-/:]+(?<!:)/g) ?? [],
      });
      return `${results[0]?.css ?? ""}\n${chineseFaces(webFolder)}`;
    },
  };
}
