import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { iconMarkup } from "./plugins/icons.ts";
import { purgedStyles } from "./plugins/styles.ts";

const web = dirname(fileURLToPath(import.meta.url));
const service = resolve(web, "../deskcheck_service");

function icons(): Plugin {
  return {
    name: "deskcheck-icons",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(iconMarkup(web)) });
    },
  };
}

export default defineConfig({
  base: "/static/",
  publicDir: false,
  plugins: [purgedStyles(web, resolve(service, "pages/templates")), icons()],
  build: {
    outDir: resolve(service, "static"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    // Hall phones are not new: no syntax younger than these.
    target: ["chrome90", "safari15", "firefox91"],
    // A data: URL for a font or picture would only blur the budget.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        app: resolve(web, "src/app.ts"),
        upload: resolve(web, "src/upload.ts"),
        review: resolve(web, "src/review.ts"),
        picture: resolve(web, "src/picture.ts"),
        editor: resolve(web, "src/editor.ts"),
      },
    },
  },
});
