/** A drawing that is zoomed and moved: wheel, two fingers, buttons; what one finger or the mouse does is the drawing's own. */
import Konva from "konva/lib/Core.js";
import { find } from "../dom";
import { fit, pan, toWorld, zoomAt, type Rect, type Viewport } from "./viewport";

type At = readonly [number, number];

export interface Pointer {
  readonly screen: At;
  readonly world: At;
  readonly touch: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** What the drawing does with one pointer. `down` says whether it takes the pointer; otherwise the drawing is moved. */
export interface Gestures {
  wants(pointer: Pointer): boolean;
  down(pointer: Pointer): boolean;
  move(pointer: Pointer): void;
  up(pointer: Pointer): void;
  cancel(): void;
}

const STEP = 1.5;
const KEYS: Readonly<Record<string, string>> = { "+": "in", "=": "in", "-": "out", "0": "whole" };

export class Pane {
  readonly stage: Konva.Stage;
  readonly layer: Konva.Layer;
  viewport: Viewport = { scale: 1, x: 0, y: 0 };
  #whole: Viewport = this.viewport;
  #world: Rect = { left: 0, top: 0, right: 1, bottom: 1 };
  readonly #box: HTMLElement;
  readonly #gestures: Gestures;
  readonly #draw: () => void;
  readonly #fingers = new Map<number, At>();
  #taken = false;

  /** `root` holds the stage, marked data-stage, and buttons marked data-zoom-step; `margin` px stay free around the whole. */
  constructor(root: HTMLElement, private readonly margin: number, gestures: Gestures, draw: () => void) {
    this.#box = find(root, "[data-stage]", HTMLElement);
    this.#gestures = gestures;
    this.#draw = draw;
    this.stage = new Konva.Stage({ container: find(this.#box, "[data-canvas]", HTMLDivElement), width: 1, height: 1, listening: false });
    this.layer = new Konva.Layer({ listening: false });
    this.stage.add(this.layer);
    new ResizeObserver(() => this.#resize()).observe(this.#box);
    const box = this.#box;
    box.addEventListener("pointerdown", (event) => this.#down(event));
    box.addEventListener("pointermove", (event) => this.#move(event));
    box.addEventListener("pointerup", (event) => this.#up(event));
    box.addEventListener("pointercancel", (event) => this.#cancel(event));
    box.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    box.addEventListener("touchstart", (event) => this.#touch(event), { passive: false });
    box.addEventListener("keydown", (event) => this.#key(event));
    for (const button of root.querySelectorAll<HTMLElement>("[data-zoom-step]")) {
      button.addEventListener("click", () => this.#step(button.dataset["zoomStep"] ?? ""));
    }
  }

  /** Say what there is to draw; the whole of it is shown when that changes. */
  setWorld(world: Rect): void {
    const old = this.#world;
    if (old.left === world.left && old.top === world.top && old.right === world.right && old.bottom === world.bottom) return;
    this.#world = world;
    this.#resize();
  }

  get zoomed(): boolean {
    return this.viewport.scale > this.#whole.scale * 1.001;
  }

  #resize(): void {
    const [width, height] = [this.#box.clientWidth, this.#box.clientHeight];
    if (width < 2 || height < 2) return;
    this.stage.size({ width, height });
    this.#whole = fit(this.#world, width, height, this.margin);
    this.#show(this.#whole);
  }

  #show(viewport: Viewport): void {
    this.viewport = viewport;
    this.#box.classList.toggle("zoomed", this.zoomed);
    this.#draw();
  }

  #step(what: string): void {
    const middle: At = [this.stage.width() / 2, this.stage.height() / 2];
    const factor = what === "in" ? STEP : what === "out" ? 1 / STEP : 0;
    this.#show(factor === 0 ? this.#whole : zoomAt(this.viewport, this.#whole, middle, factor));
  }

  #key(event: KeyboardEvent): void {
    const what = KEYS[event.key];
    if (what === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#step(what);
  }

  #at(event: MouseEvent | Touch): At {
    const box = this.#box.getBoundingClientRect();
    return [event.clientX - box.left - this.#box.clientLeft, event.clientY - box.top - this.#box.clientTop];
  }

  #pointer(screen: At, event: { pointerType?: string; altKey?: boolean; shiftKey?: boolean }): Pointer {
    const world = toWorld(this.viewport, screen);
    return { screen, world, touch: event.pointerType === "touch", alt: event.altKey ?? false, shift: event.shiftKey ?? false };
  }

  #down(event: PointerEvent): void {
    if (event.button > 0) return;
    const at = this.#at(event);
    this.#fingers.set(event.pointerId, at);
    if (this.#fingers.size === 2) {
      this.#gestures.cancel();
      this.#taken = false;
    } else if (this.#fingers.size === 1) this.#taken = this.#gestures.down(this.#pointer(at, event));
    if (this.#taken || this.zoomed) this.#box.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const [before, now] = [this.#fingers.get(event.pointerId), this.#at(event)];
    if (before === undefined) return;
    this.#fingers.set(event.pointerId, now);
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other !== undefined) {
      const [was, is] = [before, now].map((at) => Math.hypot(at[0] - other[0], at[1] - other[1])) as [number, number];
      const middle: At = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
      const grown = zoomAt(this.viewport, this.#whole, middle, is / Math.max(was, 1));
      this.#show(this.#moved(grown, [(now[0] - before[0]) / 2, (now[1] - before[1]) / 2]));
    } else if (this.#taken) this.#gestures.move(this.#pointer(now, event));
    else this.#show(this.#moved(this.viewport, [now[0] - before[0], now[1] - before[1]]));
  }

  #moved(viewport: Viewport, by: At): Viewport {
    return viewport.scale > this.#whole.scale * 1.001 ? pan(viewport, by) : viewport;
  }

  #up(event: PointerEvent): void {
    const here = this.#fingers.delete(event.pointerId);
    if (here && this.#taken) this.#gestures.up(this.#pointer(this.#at(event), event));
    this.#taken = false;
  }

  #cancel(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    if (this.#taken) this.#gestures.cancel();
    this.#taken = false;
  }

  #wheel(event: WheelEvent): void {
    // A whole drawing that cannot shrink lets the page scroll; a magnified one does not.
    if (!event.ctrlKey && !this.zoomed && event.deltaY > 0) return;
    event.preventDefault();
    const turns = Math.max(-2, Math.min(2, event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 100 : event.deltaY / 3));
    this.#show(zoomAt(this.viewport, this.#whole, this.#at(event), STEP ** -turns));
  }

  /** A finger on something that it can move, or on a magnified drawing, does not scroll the page. */
  #touch(event: TouchEvent): void {
    const touch = event.touches[0];
    if (touch === undefined || !event.cancelable) return;
    const pointer = this.#pointer(this.#at(touch), { pointerType: "touch" });
    if (event.touches.length > 1 || this.zoomed || this.#gestures.wants(pointer)) event.preventDefault();
  }
}
