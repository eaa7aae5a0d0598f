import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bent, outlineThrough, shownBy, straightCorners, straightened } from "../src/editor/lens";
import type { PointCm, PointPx, StillRef } from "../src/editor/model";
import { toPicture } from "../src/editor/plane";
import { rectify, type Pixels } from "../src/editor/rectify";

/** The browser's half of the vectors that tests/unit/calibration/test_lens_vectors.py holds the server to. */
interface Vectors {
  lenses: { bend: number; image_wh: [number, number]; points_px: PointPx[]; bent_px: PointPx[]; straightened_px: PointPx[] }[];
  planes: { corners_px: PointPx[]; desk_cm: [number, number]; image_wh: [number, number]; bend: number; points_cm: PointCm[]; points_px: PointPx[] }[];
}
const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/editor_lens.json", import.meta.url), "utf8")) as Vectors;

const stillOf = (image_wh: [number, number], bend: number | null): StillRef => ({ sha256: "", image_wh, focal_px: null, bend, view: "v" });

function expectClose(found: PointPx, wanted: PointPx): void {
  expect(found[0]).toBeCloseTo(wanted[0], 3);
  expect(found[1]).toBeCloseTo(wanted[1], 3);
}

describe("the editor's lens and the server's", () => {
  it.each(vectors.lenses)("agree for bend $bend", (one) => {
    one.points_px.forEach((point, index) => {
      expectClose(bent(point, one.bend, one.image_wh), one.bent_px[index]!);
      expectClose(straightened(point, one.bend, one.image_wh), one.straightened_px[index]!);
      expectClose(straightened(bent(point, one.bend, one.image_wh), one.bend, one.image_wh), point);
    });
  });

  it.each(vectors.planes)("agree on the desk behind a lens", (one) => {
    const shown = shownBy(one.corners_px, one.desk_cm, stillOf(one.image_wh, one.bend))!;
    one.points_cm.forEach((cm, index) => expectClose(shown([cm, cm, cm])[0]!, one.points_px[index]!));
  });
});

describe("a still that is not bent", () => {
  const corners: PointPx[] = [[250, 250], [1030, 250], [1200, 820], [80, 820]];

  it("is drawn as it was", () => {
    for (const bend of [null, undefined]) {
      const still = { ...stillOf([1280, 960], null), ...(bend === undefined ? {} : { bend }) };
      expect(outlineThrough(corners, still)).toBe(corners);
      expect(straightCorners(corners, still)).toBe(corners);
      expect(shownBy(corners, [160, 75], still)!([[0, 0], [160, 0], [160, 75]])).toHaveLength(3);
    }
  });

  it("is no desk where the corners are none", () => {
    expect(shownBy([[0, 0], [0, 0], [0, 0], [0, 0]], [160, 75], stillOf([1280, 960], -0.05))).toBeNull();
  });
});

describe("a bent still", () => {
  const [bend, size] = [-0.1, [320, 240] as [number, number]];
  const ideal: PointPx[] = [[20, 20], [300, 25], [290, 215], [25, 220]];

  it("bows the outline through its corners, and leaves it open while corners are missing", () => {
    const corners = ideal.map((point) => bent(point, bend, size));
    const outline = outlineThrough(corners, stillOf(size, bend));
    expect(outline).toHaveLength(64);
    const middle = outline[8]!;
    const chord = (corners[0]![1] + corners[1]![1]) / 2;
    expect(chord - middle[1]).toBeGreaterThan(2);
    expect(outlineThrough(corners.slice(0, 3), stillOf(size, bend))).toHaveLength(33);
  });

  it("is laid flat with straight sides", () => {
    // A desk that is dark beyond a straight line near its outer edge, seen through the lens.
    const h = toPicture(ideal, [80, 60])!;
    const [a, b] = shownBy(ideal, [80, 60], stillOf(size, null))!([[0, 8], [80, 8], [40, 60]]) as [PointPx, PointPx];
    const back = (point: PointPx): number => {
      const [x, y] = straightened(point, bend, size);
      return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
    };
    const data = new Uint8ClampedArray(size[0] * size[1] * 4);
    for (let at = 0; at < size[0] * size[1]; at += 1) {
      const value = back([(at % size[0]) + 0.5, Math.floor(at / size[0]) + 0.5]) > 0 ? 30 : 220;
      data.set([value, value, value, 255], 4 * at);
    }
    const seen: Pixels = { data, width: size[0], height: size[1] };
    const rowOf = (flat: Pixels, column: number): number => {
      let row = 0;
      while (row < flat.height - 1 && flat.data[(row * flat.width + column) * 4]! > 120) row += 1;
      return row;
    };
    const area = { left: 0, top: 0, right: 80, bottom: 60 };
    const straight = rectify(seen, h, area, 3, bend);
    const tapped = ideal.map((point) => bent(point, bend, size));
    const bowed = rectify(seen, toPicture(tapped, [80, 60])!, area, 3);
    const rows = [10, 60, 120, 180, 230].map((column) => rowOf(straight, column));
    const before = [10, 60, 120, 180, 230].map((column) => rowOf(bowed, column));
    expect(Math.max(...rows) - Math.min(...rows)).toBeLessThanOrEqual(1);
    expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(1);
  });
});
