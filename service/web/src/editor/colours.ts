/** Colours of the drawings; those of the pages' desk map. None speaks alone: dashes, marks and words say the same. */
export const COLOUR = {
  ground: "#eef2f5",
  desk: "#ffffff",
  line: "#1c2733",
  surface: "#51606f",
  zone: "#0b5cad",
  zoneFill: "rgba(11, 92, 173, 0.20)",
  chosen: "#8a4b00",
  chosenFill: "rgba(255, 170, 0, 0.28)",
  wrong: "#b3261e",
  wrongFill: "rgba(179, 38, 30, 0.22)",
  edge: "#6a34c4",
  relation: "#0d6b74",
  around: "#0d6b74",
  aroundFill: "rgba(13, 107, 116, 0.12)",
  ring: "rgba(11, 92, 173, 0.16)",
  halo: "rgba(255, 255, 255, 0.92)",
} as const;

/** The page's own letters, so that Chinese names are found where the page finds them. */
export const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "deskcheck SC", sans-serif';
