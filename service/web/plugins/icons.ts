/** The icons the templates may use, taken from @tabler/icons at build time and inlined into the pages by name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Our name -> Tabler's name. Templates and states speak our names only. */
export const ICONS: Readonly<Record<string, string>> = {
  "pass": "circle-check",
  "suspected": "flag-3",
  "confirmed": "circle-x",
  "inconclusive": "help-circle",
  "not-assessed": "circle-minus",
  "exempt": "file-certificate",
  "solved": "star",
  "offline": "circle-dashed",
  "today": "home",
  "camera": "camera",
  "review": "list-check",
  "history": "history",
  "windows": "layout-grid",
  "layouts": "ruler-2",
  "users": "users",
  "me": "user",
  "logout": "logout",
  "language": "language",
  "search": "search",
  "upload": "upload",
  "keyboard": "keyboard",
  "undo": "arrow-back-up",
  "cannot": "eye-off",
  "confirm": "check",
  "dismiss": "x",
  "warning": "alert-triangle",
  "next": "chevron-right",
  "previous": "chevron-left",
  "map": "map",
  "photo": "photo",
  "lock": "lock",
  "broken": "plug-connected-x",
  "plus": "plus",
  "refresh": "refresh",
  "file": "file-text",
  "compare": "arrows-diff",
  "missing": "map-question",
  "filter": "filter",
  "key": "key",
  "zoom-in": "zoom-in",
  "zoom-out": "zoom-out",
  "redo": "arrow-forward-up",
  "copy": "copy",
  "turn-left": "rotate",
  "turn-right": "rotate-clockwise",
  "delete": "trash",
  "edit": "edit",
  "relate": "link",
  "stickers": "focus-2",
  "rounds": "route",
  "calendar": "calendar",
  "clock": "clock",
  "start": "player-play",
  "cctv": "device-cctv",
  "lens": "lens-convex",
};

/** Return the inner markup of every icon, name -> "<path .../>...", without the invisible frame. */
export function iconMarkup(webFolder: string): Record<string, string> {
  const folder = join(webFolder, "node_modules/@tabler/icons/icons/outline");
  const inner = (name: string): string => {
    const svg = readFileSync(join(folder, `${name}.svg`), "utf8");
    const body = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
    if (body === undefined) throw new Error(`${name}.svg has no body`);
    return body.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "").trim();
  };
  return Object.fromEntries(Object.entries(ICONS).map(([ours, tablers]) => [ours, inner(tablers)]));
}
