import { describe, expect, it } from "vitest";
import type { Point } from "../src/geometry";
import { drag, LARGEST, pinch, transformOf, wantsNarrow, WHOLE, zoomAt, type View } from "../src/zoom_view";

const p = (x: number, y: number): Point => ({ x, y });
const shownAt = (view: View, at: Point): Point => p(view.left + at.x / view.scale, view.top + at.y / view.scale);

/** Pseudo-random numbers from 0 to 1, the same in every run. */
function* numbers(seed = 7): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

describe("zooming", () => {
  it("keeps the point under the pointer where it is", () => {
    const at = p(0.3, 0.8);
    const view = zoomAt(zoomAt(WHOLE, at, 2), at, 1.7);
    expect(view.scale).toBeCloseTo(3.4);
    expect(shownAt(view, at).x).toBeCloseTo(0.3);
    expect(shownAt(view, at).y).toBeCloseTo(0.8);
  });

  it("ends at the whole picture and at the largest scale", () => {
    expect(zoomAt(WHOLE, p(0.2, 0.2), 0.5)).toEqual(WHOLE);
    const near = zoomAt(WHOLE, p(0.9, 0.1), 1000);
    expect(near.scale).toBe(LARGEST);
    expect(zoomAt(near, p(0.1, 0.1), 1 / 1000)).toEqual(WHOLE);
  });

  it("never shows anything beyond the picture, whatever is done to it", () => {
    const random = numbers();
    const next = (): number => random.next().value;
    let view = WHOLE;
    for (let step = 0; step < 500; step += 1) {
      const at = p(next(), next());
      view = step % 2 ? zoomAt(view, at, 0.4 + 2 * next()) : drag(view, p(2 * next() - 1, 2 * next() - 1));
      expect(view.scale).toBeGreaterThanOrEqual(1);
      expect(view.scale).toBeLessThanOrEqual(LARGEST);
      for (const side of [view.left, view.top]) {
        expect(side).toBeGreaterThanOrEqual(0);
        expect(side + 1 / view.scale).toBeLessThanOrEqual(1 + 1e-12);
      }
    }
  });
});

describe("dragging", () => {
  it("moves the picture with the finger", () => {
    const view = zoomAt(WHOLE, p(0.5, 0.5), 4);
    const grabbed = shownAt(view, p(0.5, 0.5));
    const moved = shownAt(drag(view, p(0.2, -0.1)), p(0.7, 0.4));
    expect(moved.x).toBeCloseTo(grabbed.x);
    expect(moved.y).toBeCloseTo(grabbed.y);
  });

  it("does not move a whole picture", () => expect(drag(WHOLE, p(0.4, 0.4))).toEqual(WHOLE));
});

describe("pinching", () => {
  it("keeps what lies between the fingers between them, and grows by as much as they part", () => {
    const from = [p(0.4, 0.5), p(0.6, 0.5)] as const;
    const to = [p(0.25, 0.45), p(0.75, 0.45)] as const;
    const view = pinch(zoomAt(WHOLE, p(0.5, 0.5), 2), from, to, 1.5);
    expect(view.scale).toBeCloseTo(5);
    expect(shownAt(view, p(0.5, 0.45)).x).toBeCloseTo(0.5);
    expect(shownAt(view, p(0.5, 0.45)).y).toBeCloseTo(0.5);
  });

  it("measures in px, not in shares, when the frame is wide", () => {
    const from = [p(0.4, 0.4), p(0.4, 0.6)] as const;
    const to = [p(0.3, 0.5), p(0.5, 0.5)] as const; // turned by a right angle: as far apart where the frame is square
    expect(pinch(WHOLE, from, to, 1).scale).toBeCloseTo(1);
    expect(pinch(WHOLE, from, to, 2).scale).toBeCloseTo(2);
  });

  it("survives fingers on one spot", () => {
    const spot = [p(0.5, 0.5), p(0.5, 0.5)] as const;
    expect(Number.isFinite(pinch(WHOLE, spot, [p(0.4, 0.5), p(0.6, 0.5)], 1).scale)).toBe(true);
  });
});

it("writes the transform about the left-top corner", () => {
  expect(transformOf({ scale: 2, left: 0.25, top: 0.5 })).toBe("scale(2) translate(-25%, -50%)");
});

it("takes the letters that are read at the width and the magnification shown", () => {
  expect(wantsNarrow(366, 1)).toBe(true);
  expect(wantsNarrow(440, 1)).toBe(true);
  expect(wantsNarrow(737, 1)).toBe(false);
  expect(wantsNarrow(366, 2)).toBe(false);
});
