/** Keys of the review page, the blink between evidence and reference, and fetching the next picture early. */
import { isShown, isTyping } from "./dom";
import { showsNarrow } from "./overlay_choice";
import "./picture";

/** Click what the page marks with that key, if it is shown. Nothing here knows what a key does. */
function press(key: string): boolean {
  const marked = [...document.querySelectorAll<HTMLElement>(`[data-hotkey="${CSS.escape(key)}"]`)].find(isShown);
  marked?.click();
  return marked !== undefined;
}

/** Put both pictures on one spot and show the other one; Escape puts them side by side again. */
function blink(): boolean {
  const pair = document.querySelector<HTMLElement>("[data-blink]");
  if (pair === null || pair.querySelector(".picture-reference") === null) return false;
  const shown = pair.dataset["blink"] === "reference" ? "evidence" : "reference";
  pair.dataset["blink"] = shown;
  pair.querySelector("[data-blink-button]")?.setAttribute("aria-pressed", String(shown === "reference"));
  return true;
}

function sideBySide(): boolean {
  const pair = document.querySelector<HTMLElement>("[data-blink]");
  if (pair === null || !pair.dataset["blink"]) return false;
  pair.dataset["blink"] = "";
  pair.querySelector("[data-blink-button]")?.setAttribute("aria-pressed", "false");
  return true;
}

function help(): boolean {
  const dialog = document.querySelector<HTMLDialogElement>("dialog[data-help]");
  if (dialog === null) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

/** Enter and Space belong to a focused link, button or summary; elsewhere they are ours. */
function belongsToFocus(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" && event.key !== " ") return false;
  return event.target instanceof Element && event.target.closest("a, button, summary, dialog") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (isTyping(event.target) || belongsToFocus(event)) return;
  if (document.querySelector("dialog[open]") !== null && event.key !== "?") return;
  const ours: Record<string, () => boolean> = { " ": blink, "?": help, "Escape": sideBySide };
  const done = (ours[event.key] ?? (() => press(event.key.toLowerCase())))();
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("[data-blink-button]") !== null) blink();
  if (event.target.closest("[data-help-button]") !== null) help();
});

function fetchAhead(): void {
  const next = document.querySelector<HTMLElement>("[data-next-picture]")?.dataset;
  const address = showsNarrow() ? next?.["nextNarrow"] : next?.["nextPicture"];
  if (address) new Image().src = address;
}

document.addEventListener("htmx:after:swap", () => {
  fetchAhead();
  // Keyboard and screen reader go on where the new finding begins; the list keeps the current row in sight.
  document.querySelector<HTMLElement>("[data-finding-heading]")?.focus({ preventScroll: true });
  document.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
});
fetchAhead();
