/** Which part of a drawing a canvas shows: screen = world * scale + offset, CSS px. No DOM here. */

export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const MOST_ZOOM = 12;

/** Show a whole rectangle, in the middle, with a margin in px. */
export function fit(world: Rect, width: number, height: number, margin: number): Viewport {
  const [w, h] = [Math.max(world.right - world.left, 1e-6), Math.max(world.bottom - world.top, 1e-6)];
  const scale = Math.max(1e-6, Math.min((width - 2 * margin) / w, (height - 2 * margin) / h));
  return {
    scale,
    x: (width - scale * w) / 2 - scale * world.left,
    y: (height - scale * h) / 2 - scale * world.top,
  };
}

export function toScreen(view: Viewport, [x, y]: readonly [number, number]): readonly [number, number] {
  return [x * view.scale + view.x, y * view.scale + view.y];
}

export function toWorld(view: Viewport, [x, y]: readonly [number, number]): readonly [number, number] {
  return [(x - view.x) / view.scale, (y - view.y) / view.scale];
}

/** Magnify about a point of the screen, between the whole drawing and twelve times it. */
export function zoomAt(view: Viewport, whole: Viewport, [x, y]: readonly [number, number], factor: number): Viewport {
  const scale = Math.min(Math.max(view.scale * factor, whole.scale), whole.scale * MOST_ZOOM);
  if (scale <= whole.scale * 1.0001) return whole;
  const kept = scale / view.scale;
  return { scale, x: x - (x - view.x) * kept, y: y - (y - view.y) * kept };
}

export function pan(view: Viewport, by: readonly [number, number]): Viewport {
  return { ...view, x: view.x + by[0], y: view.y + by[1] };
}
