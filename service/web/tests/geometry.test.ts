import { describe, expect, it } from "vitest";
import { clampTo, clockwiseFromTopLeft, cornerProblem, cornersText, deskCorners, signedArea, toPhoto, toShown } from "../src/geometry";
import type { Corners, Point } from "../src/geometry";

const p = (x: number, y: number): Point => ({ x, y });
const TL = p(20, 10);
const TR = p(90, 14);
const BR = p(110, 80);
const BL = p(0, 70);
const DESK: Corners = [TL, TR, BR, BL];

function everyOrder<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    everyOrder([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

describe("corner order", () => {
  it("is the same for all 24 orders of tapping", () => {
    const orders = everyOrder(DESK);
    expect(orders).toHaveLength(24);
    for (const order of orders) expect(clockwiseFromTopLeft(order as unknown as Corners)).toEqual(DESK);
  });

  it("holds for a desk seen askew, up to a turn of 40 degrees either way", () => {
    for (const degrees of [-40, -20, 0, 20, 40]) {
      const turn = (degrees * Math.PI) / 180;
      const turned = [p(-60, -25), p(60, -25), p(60, 25), p(-60, 25)].map(({ x, y }) =>
        p(x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)),
      ) as unknown as Corners;
      const mixed = [turned[2], turned[0], turned[3], turned[1]] as const;
      expect(clockwiseFromTopLeft(mixed)).toEqual(turned);
    }
  });

  it("runs clockwise on the screen", () => {
    expect(signedArea(clockwiseFromTopLeft([BL, TL, BR, TR]))).toBeGreaterThan(0);
  });

  it("names the far edge the outer one from the staff side", () => {
    expect(deskCorners([BR, TL, BL, TR], "staff")).toEqual([TL, TR, BR, BL]);
  });

  it("names the near edge the outer one from the public side, left and right swapped", () => {
    expect(deskCorners([BR, TL, BL, TR], "public")).toEqual([BR, BL, TL, TR]);
  });
});

describe("corner problems", () => {
  const size = { width: 120, height: 100 };
  it.each([
    ["three points", [TL, TR, BR], "too_few"],
    ["points on one line", [p(0, 0), p(30, 30), p(60, 60), p(90, 90)], "on_a_line"],
    ["the same point twice", [TL, TL, BR, BL], "not_a_quadrilateral"],
    ["a dent", [p(10, 10), p(100, 10), p(50, 30), p(50, 90)], "not_a_quadrilateral"],
    ["a stamp-sized desk", [p(10, 10), p(18, 10), p(18, 20), p(10, 20)], "too_small"],
    ["a good desk", DESK, null],
  ])("%s", (_name, points, problem) => {
    expect(cornerProblem(points, size)).toBe(problem);
  });
});

describe("pixels", () => {
  const photo = { width: 4032, height: 3024 };
  const shown = { width: 358, height: 268.5 };

  it("go to the photo and back within a hundredth of a pixel", () => {
    for (const point of [p(0, 0), p(358, 268.5), p(12.25, 200.75)]) {
      const back = toShown(toPhoto(point, shown, photo), photo, shown);
      expect(back.x).toBeCloseTo(point.x, 2);
      expect(back.y).toBeCloseTo(point.y, 2);
    }
  });

  it("never leave the photo", () => {
    expect(toPhoto(p(-5, 999), shown, photo)).toEqual(p(0, 3024));
    expect(clampTo(p(5000, -1), photo)).toEqual(p(4032, 0));
  });

  it("are sent as whole numbers", () => {
    expect(cornersText([p(1.4, 2.6), p(3, 4), p(5.5, 6), p(7, 8)])).toBe("1,3 3,4 6,6 7,8");
  });
});
