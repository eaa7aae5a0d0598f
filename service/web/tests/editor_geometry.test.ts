import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PointCm, PointPx, Polygon } from "../src/editor/model";
import { apply, cornerProblem, toDesk, toPicture } from "../src/editor/plane";
import { contains, polygonProblem, rotated, signedArea } from "../src/editor/polygon";
import { nearDesk, onGround } from "../src/editor/problems";
import { stickerSideCm, wrongScale } from "../src/editor/sticker_scale";

/** The browser's half of the vectors that tests/unit/calibration/test_editor_vectors.py holds the server to. */
interface Vectors {
  homographies: { name: string; corners_px: PointPx[]; desk_cm: [number, number]; points_cm: PointCm[]; points_px: PointPx[] }[];
  corner_problems: { name: string; corners_px: PointPx[]; desk_cm: [number, number]; image_wh: [number, number]; problem: string | null }[];
  polygons: { name: string; polygon_cm: Polygon; problem: string | null; area_cm2: number }[];
  ground: { name: string; desk_cm: [number, number]; surfaces_cm: Polygon[]; zone_cm: Polygon; outside: boolean }[];
  rotations: { name: string; polygon_cm: Polygon; angle_deg: number; turned_cm: Polygon }[];
  around: { name: string; desk_cm: [number, number]; polygon_cm: Polygon; problem: string | null }[];
  sticker_scale: { name: string; corners_px: PointPx[]; desk_cm: [number, number]; tags_px: PointPx[][]; side_cm: number; share: number | null }[];
  inside: { polygon_cm: Polygon; point_cm: PointCm; inside: boolean }[];
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/editor_geometry.json", import.meta.url), "utf8"),
) as Vectors;

function expectClose(found: PointCm, wanted: PointCm): void {
  expect(found[0]).toBeCloseTo(wanted[0], 3);
  expect(found[1]).toBeCloseTo(wanted[1], 3);
}

describe("the editor's geometry and the server's", () => {
  it.each(vectors.homographies)("agree on the homography: $name", (one) => {
    const [there, back] = [toPicture(one.corners_px, one.desk_cm), toDesk(one.corners_px, one.desk_cm)];
    one.points_cm.forEach((cm, index) => {
      expectClose(apply(there!, cm), one.points_px[index]!);
      expectClose(apply(back!, one.points_px[index]!), cm);
    });
  });

  it.each(vectors.corner_problems)("agree on corners: $name", (one) => {
    expect(cornerProblem(one.corners_px, one.desk_cm, one.image_wh)).toBe(one.problem);
  });

  it.each(vectors.polygons)("agree on the polygon: $name", (one) => {
    expect(polygonProblem(one.polygon_cm)).toBe(one.problem);
    expect(Math.abs(signedArea(one.polygon_cm))).toBeCloseTo(one.area_cm2, 5);
  });

  it.each(vectors.ground)("agree on what lies off the desk: $name", (one) => {
    expect(onGround(one.zone_cm, one.desk_cm, one.surfaces_cm)).toBe(!one.outside);
  });

  it("agree on points inside", () => {
    for (const one of vectors.inside) expect(contains(one.polygon_cm, one.point_cm)).toBe(one.inside);
  });

  it.each(vectors.rotations)("agree on an outline that is turned: $name", (one) => {
    rotated(one.polygon_cm, one.angle_deg).forEach((point, index) => expectClose(point, one.turned_cm[index]!));
  });

  it.each(vectors.around)("agree on sight line and seats: $name", (one) => {
    const far = nearDesk(one.polygon_cm, one.desk_cm) ? null : "far_off";
    expect(polygonProblem(one.polygon_cm) ?? far).toBe(one.problem);
  });

  it.each(vectors.sticker_scale)("agree on the scale of stickers: $name", (one) => {
    const side = stickerSideCm(one.corners_px, one.desk_cm, one.tags_px);
    expect(side).toBeCloseTo(one.side_cm, 3);
    expect(wrongScale(side!, 4)).toBe(one.share);
  });

  it("turns an outline about its middle without changing its size", () => {
    const square: Polygon = [[10, 10], [30, 10], [30, 20], [10, 20]];
    const turned = rotated(square, 90);
    expect(signedArea(turned)).toBeCloseTo(200, 9);
    expectClose(turned[0]!, [25, 5]);
  });
});
