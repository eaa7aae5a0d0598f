/** Four corners of a desk, tapped on a picture: touch, mouse and keyboard, with a loupe while a finger covers the spot. */
import { find } from "./dom";
import { clampTo, clockwiseFromTopLeft, toPhoto, type Corners, type Point, type Size } from "./geometry";
import { text } from "./texts";

const LOUPE_PX = 128;
const LOUPE_ZOOM = 3;
/** Where the keyboard puts the four corners to start from, as shares of the picture. */
const STARTING: readonly (readonly [number, number])[] = [[0.2, 0.3], [0.8, 0.3], [0.9, 0.8], [0.1, 0.8]];
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The corner editor of the upload page. `points` are pixels of the photo. */
export class CornerEditor {
  points: Point[] = [];
  readonly #stage: HTMLElement;
  readonly #image: HTMLImageElement;
  readonly #outline: SVGPolygonElement;
  readonly #loupe: HTMLCanvasElement;
  readonly #status: HTMLElement;
  readonly #handles: HTMLButtonElement[] = [];
  readonly #onChange: () => void;

  constructor(root: HTMLElement, onChange: () => void) {
    this.#stage = find(root, "[data-corner-stage]", HTMLElement);
    this.#image = find(root, "img", HTMLImageElement);
    this.#outline = find(root, "polygon", SVGPolygonElement);
    this.#loupe = find(root, "canvas", HTMLCanvasElement);
    this.#status = find(root, "[data-corner-status]", HTMLElement);
    this.#onChange = onChange;
    this.#loupe.width = LOUPE_PX;
    this.#loupe.height = LOUPE_PX;
    this.#stage.addEventListener("click", (event) => this.#tap(event));
    find(root, "[data-corner-clear]", HTMLButtonElement).addEventListener("click", () => this.clear());
    find(root, "[data-corner-start]", HTMLButtonElement).addEventListener("click", () => this.#startWithKeyboard());
  }

  /** Size of the photo in px, as the browser shows it (orientation applied). */
  get photoSize(): Size {
    return { width: this.#image.naturalWidth, height: this.#image.naturalHeight };
  }

  /** Forget all corners. */
  clear(): void {
    this.points = [];
    this.#render();
  }

  #tap(event: MouseEvent): void {
    const onHandle = event.target instanceof Element && event.target.closest("button") !== null;
    const asked = this.#stage.closest(".is-tapping") !== null;
    if (onHandle || !asked || this.points.length >= 4 || this.photoSize.width === 0) return;
    this.points.push(this.#photoPoint(event));
    this.#render();
  }

  #startWithKeyboard(): void {
    const { width, height } = this.photoSize;
    this.points = STARTING.map(([x, y]) => ({ x: x * width, y: y * height }));
    this.#render();
    this.#handles[0]?.focus();
  }

  #photoPoint(event: MouseEvent): Point {
    const box = this.#image.getBoundingClientRect();
    return toPhoto({ x: event.clientX - box.left, y: event.clientY - box.top }, box, this.photoSize);
  }

  #move(index: number, point: Point): void {
    this.points[index] = clampTo(point, this.photoSize);
    this.#render();
  }

  #render(): void {
    const { width, height } = this.photoSize;
    while (this.#handles.length > this.points.length) this.#handles.pop()?.remove();
    while (this.#handles.length < this.points.length) this.#addHandle();
    this.points.forEach((point, index) => {
      const handle = this.#handles[index] as HTMLButtonElement;
      handle.style.left = `${(point.x / width) * 100}%`;
      handle.style.top = `${(point.y / height) * 100}%`;
      handle.setAttribute("aria-label", text("corner_label", { n: index + 1, x: Math.round(point.x), y: Math.round(point.y) }));
    });
    this.#outline.ownerSVGElement?.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const outline = this.points.length === 4 ? clockwiseFromTopLeft(this.points as unknown as Corners) : this.points;
    this.#outline.setAttribute("points", outline.map((point) => `${point.x},${point.y}`).join(" "));
    this.#status.textContent =
      this.points.length === 4 ? text("corners_done") : text("corners_left", { n: this.points.length });
    this.#onChange();
  }

  #addHandle(): void {
    const index = this.#handles.length;
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "corner-handle";
    handle.addEventListener("pointerdown", (event) => this.#startDrag(event, handle, index));
    handle.addEventListener("keydown", (event) => this.#nudge(event, index));
    this.#stage.append(handle);
    this.#handles.push(handle);
  }

  #nudge(event: KeyboardEvent, index: number): void {
    const step = STEPS[event.key];
    const point = this.points[index];
    if (step === undefined || point === undefined) return;
    event.preventDefault();
    const stride = event.shiftKey ? 1 : Math.max(1, this.photoSize.width / 200);
    this.#move(index, { x: point.x + step[0] * stride, y: point.y + step[1] * stride });
    this.#showLoupe(this.points[index] as Point);
    handleBlur(event.currentTarget as HTMLElement, () => this.#hideLoupe());
  }

  #startDrag(event: PointerEvent, handle: HTMLButtonElement, index: number): void {
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const start = this.#photoPoint(event);
    const from = this.points[index] as Point;
    // The corner keeps its distance to the finger, so that touching a handle does not make it jump.
    const drag = (moved: PointerEvent): void => {
      const now = this.#photoPoint(moved);
      this.#move(index, { x: from.x + now.x - start.x, y: from.y + now.y - start.y });
      this.#showLoupe(this.points[index] as Point);
    };
    const stop = (): void => {
      handle.removeEventListener("pointermove", drag);
      this.#hideLoupe();
    };
    handle.addEventListener("pointermove", drag);
    handle.addEventListener("pointerup", stop, { once: true });
    handle.addEventListener("pointercancel", stop, { once: true });
    this.#showLoupe(from);
  }

  #showLoupe(point: Point): void {
    const context = this.#loupe.getContext("2d");
    if (context === null) return;
    const shownScale = this.#image.getBoundingClientRect().width / this.photoSize.width;
    const span = LOUPE_PX / (shownScale * LOUPE_ZOOM);
    context.fillStyle = "#000";
    context.fillRect(0, 0, LOUPE_PX, LOUPE_PX);
    context.drawImage(this.#image, point.x - span / 2, point.y - span / 2, span, span, 0, 0, LOUPE_PX, LOUPE_PX);
    context.strokeStyle = "#fff";
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(LOUPE_PX / 2, 0);
    context.lineTo(LOUPE_PX / 2, LOUPE_PX);
    context.moveTo(0, LOUPE_PX / 2);
    context.lineTo(LOUPE_PX, LOUPE_PX / 2);
    context.stroke();
    // In the half of the picture where the finger is not.
    this.#loupe.classList.toggle("corner-loupe-right", point.x < this.photoSize.width / 2);
    this.#loupe.hidden = false;
  }

  #hideLoupe(): void {
    this.#loupe.hidden = true;
  }
}

function handleBlur(element: HTMLElement, then: () => void): void {
  element.addEventListener("blur", then, { once: true });
}
