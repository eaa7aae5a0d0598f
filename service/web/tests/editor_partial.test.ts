import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PointPx } from "../src/editor/model";
import { deskShare, kept, liesBeyond, pictureWorld } from "../src/editor/partial";

/** The browser's half of the vectors that tests/unit/calibration/test_partial_views.py holds the server to. */
const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/desk_share.json", import.meta.url), "utf8")) as {
  name: string;
  corners_px: PointPx[];
  desk_cm: [number, number];
  image_wh: [number, number];
  share: number;
  bend: number | null;
}[];

describe("a view of a part of the desk", () => {
  it.each(vectors)("shows as much of it as the server says: $name", (one) => {
    expect(deskShare(one.corners_px, one.desk_cm, one.image_wh, one.bend)).toBeCloseTo(one.share, 10);
    expect(liesBeyond(one.corners_px, one.image_wh)).toBe(one.share < 1);
  });

  it("says nothing of corners that are no desk's", () => {
    const one = vectors[0]!;
    expect(deskShare(one.corners_px.slice(0, 3), one.desk_cm, one.image_wh)).toBeNull();
    expect(deskShare(one.corners_px, null, one.image_wh)).toBeNull();
    expect(deskShare([...one.corners_px].reverse(), one.desk_cm, one.image_wh)).toBeNull();
  });

  it("has room for corners only where the desk goes on beyond the picture", () => {
    expect(pictureWorld([1000, 600], false)).toEqual({ left: 0, top: 0, right: 1000, bottom: 600 });
    expect(pictureWorld([1000, 600], true)).toEqual({ left: -500, top: -300, right: 1500, bottom: 900 });
    expect(kept([-50, 700], [1000, 600], false)).toEqual([0, 600]);
    expect(kept([-50, 700], [1000, 600], true)).toEqual([-50, 700]);
    expect(kept([-5000, 9000], [1000, 600], true)).toEqual([-1000, 1200]);
  });
});
