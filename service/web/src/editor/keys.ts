/** The keyboard: undo anywhere; on the drawings arrows move what is chosen, Delete deletes, Escape lets go. */
import { isTyping } from "../dom";
import { deletePoint, move, remove, setPoint } from "./commands";
import type { DeskPointer } from "./desk_pointer";
import { outlineOf } from "./model";
import { duplicate, turn } from "./properties";
import { STEP_DEG } from "./turning";
import type { PictureView } from "./picture_view";
import type { Store } from "./store";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** One press moves by a millimetre; with Shift a corner by ten px and a thing by a centimetre. */
const NUDGE_CM = 0.1;
const FAR = 10;

/** Clockwise as seen from above: steps with R, single degrees with the brackets. */
const TURNS: Readonly<Record<string, number>> = { r: STEP_DEG, R: -STEP_DEG, "]": 1, "[": -1 };

/** Undo and redo, wherever the focus is but in a field that has its own. */
export function historyKeys(store: Store): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) store.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) store.redo();
    else return;
    event.preventDefault();
  });
}

export function pictureKeys(box: HTMLElement, store: Store, view: PictureView): void {
  box.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key >= "1" && event.key <= "4" && store.doc.corners_px.length >= Number(event.key)) store.selectCorner(Number(event.key) - 1);
    else if (step !== undefined && store.corner !== null) {
      const by = event.shiftKey ? FAR : 1;
      view.nudge(step[0] * by, step[1] * by);
    } else if (event.key === "Escape") view.hideLoupe();
    else return;
    event.preventDefault();
  });
  box.addEventListener("focusout", () => view.hideLoupe());
}

export function deskKeys(box: HTMLElement, store: Store, pointer: DeskPointer): void {
  box.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    const ref = store.selection;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "d") {
      // The browser's own meaning is a bookmark, which nobody wants here.
      event.preventDefault();
      duplicate(store);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      if (!pointer.finish()) return;
    } else if (event.key === "Escape") {
      pointer.giveUp();
      store.select(null);
    } else if (ref === null || store.looking) return;
    else if (step !== undefined) {
      const by = NUDGE_CM * (event.shiftKey ? FAR : 1);
      const at = store.point === null ? undefined : outlineOf(store.doc, ref)[store.point];
      const moved = at === undefined || store.point === null
        ? move(store.doc, ref, [step[0] * by, step[1] * by])
        : setPoint(store.doc, ref, store.point, [at[0] + step[0] * by, at[1] + step[1] * by]);
      store.change(moved, `nudge${ref.id}`);
    } else if (TURNS[event.key] !== undefined) turn(store, TURNS[event.key]!, `turn${ref.id}`);
    else if (event.key === "Delete" || event.key === "Backspace") {
      store.change(store.point === null ? remove(store.doc, ref) : deletePoint(store.doc, ref, store.point));
    } else return;
    event.preventDefault();
  });
}
