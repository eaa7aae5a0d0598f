import { describe, expect, it } from "vitest";
import { apply, toPicture } from "../src/editor/plane";
import { rectify, scaled, type Pixels } from "../src/editor/rectify";
import { greyOf, snapToCorner } from "../src/editor/snap";
import { fit, pan, toScreen, toWorld, zoomAt } from "../src/editor/viewport";

/** A picture painted by a function of the place, each pixel the mean of 4 x 4 samples. */
function painted(width: number, height: number, paint: (x: number, y: number) => number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < width * height; at += 1) {
    let sum = 0;
    for (let part = 0; part < 16; part += 1) {
      sum += paint((at % width) + ((part % 4) + 0.5) / 4, Math.floor(at / width) + (Math.floor(part / 4) + 0.5) / 4);
    }
    data.set([sum / 16, sum / 16, sum / 16, 255], 4 * at);
  }
  return { data, width, height };
}

describe("snapping", () => {
  const corner = [50.3, 41.7] as const;
  // A desk's corner of 100 degrees, turned: two edges meet in `corner`.
  const desk = painted(100, 90, (x, y) => {
    const [u, v] = [x - corner[0], y - corner[1]];
    return 0.97 * u + 0.26 * v > 0 && -0.34 * u + 0.94 * v > 0 ? 200 : 60;
  });

  it.each([[0, 0], [5, 3], [-6, 4], [3, -7]])("finds the corner from %i, %i px beside it", (dx, dy) => {
    const found = snapToCorner(greyOf(desk), 100, 90, [corner[0] + dx, corner[1] + dy], 12);
    expect(Math.hypot(found![0] - corner[0], found![1] - corner[1])).toBeLessThan(0.7);
  });

  it("answers nothing on a plain ground, along one edge, or at the picture's rim", () => {
    const plain = greyOf(painted(60, 60, () => 120));
    const edge = greyOf(painted(60, 60, (x) => (x > 30 ? 200 : 50)));
    expect(snapToCorner(plain, 60, 60, [30, 30], 12)).toBeNull();
    expect(snapToCorner(edge, 60, 60, [30, 30], 12)).toBeNull();
    expect(snapToCorner(plain, 60, 60, [0, 0], 12)).toBeNull();
  });
});

describe("the desk from above", () => {
  it("shows each place of the desk where the still has it", () => {
    const desk = [100, 50] as const;
    const h = toPicture([[40, 30], [160, 40], [190, 110], [10, 100]], desk)!;
    const spot = apply(h, [70, 20]);
    const still = painted(200, 120, (x, y) => (Math.hypot(x - spot[0], y - spot[1]) < 6 ? 255 : 0));
    const seen = rectify(still, h, { left: 0, top: 0, right: 100, bottom: 50 }, 2);
    expect([seen.width, seen.height]).toEqual([200, 100]);
    const [sumX, sumY, sum] = [...greyOf(seen)].reduce(
      ([x, y, w], value, at) => [x + value * (at % 200), y + value * Math.floor(at / 200), w + value],
      [0, 0, 0],
    ) as [number, number, number];
    expect(sumX / sum / 2).toBeCloseTo(70, -0.3);
    expect(sumY / sum / 2).toBeCloseTo(20, -0.3);
    expect(apply(scaled(h, 0.5), [70, 20])[0]).toBeCloseTo(spot[0] / 2, 6);
  });

  it("leaves open what the still does not show", () => {
    const h = toPicture([[10, 10], [50, 10], [50, 30], [10, 30]], [40, 20])!;
    const seen = rectify(painted(60, 40, () => 90), h, { left: -40, top: 0, right: 40, bottom: 20 }, 1);
    expect(seen.data[3]).toBe(0);
    expect(seen.data[4 * 79 + 3]).toBe(255);
  });
});

describe("the part that is shown", () => {
  const whole = fit({ left: 0, top: 0, right: 200, bottom: 100 }, 420, 320, 10);

  it("fits the whole into the canvas", () => {
    expect(whole.scale).toBe(2);
    expect(toScreen(whole, [100, 50])).toEqual([210, 160]);
  });

  it("keeps the point under the pointer while zooming, and goes no farther out than the whole", () => {
    const near = zoomAt(whole, whole, [100, 100], 3);
    const [before, after] = [toWorld(whole, [100, 100]), toWorld(near, [100, 100])];
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
    expect(zoomAt(near, whole, [0, 0], 0.01)).toEqual(whole);
    expect(zoomAt(near, whole, [0, 0], 1e9).scale).toBe(24);
    expect(pan(whole, [5, -5]).x).toBe(whole.x + 5);
  });
});
