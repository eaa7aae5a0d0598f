import { describe, expect, it } from "vitest";
import { addZone, setDesk, setZone } from "../src/editor/commands";
import { readDoc, type Doc, type Zone } from "../src/editor/model";
import { rectangle } from "../src/editor/polygon";
import { picksOf, takeOver } from "../src/editor/proposed";

const EMPTY: Doc = readDoc({ layout: { desk_cm: null, surfaces: [], zones: [], relations: [], policies: [], around: [] }, still: null, corners_px: [] });
const SIZED = setDesk(EMPTY, [160, 70]);

function drafted(id: string, item: string, left: number, side = 20): Zone {
  return { id, item, polygon_cm: rectangle(left, 10, left + side, 30), min_count: 1, max_count: 1, tolerance_cm: 6, valid: "always", returns: false };
}

describe("drafted zones", () => {
  const cup = addZone(SIZED, "cup", rectangle(10, 10, 30, 30));

  it("stand on a present zone of their class that is near or overlaps, and on no other", () => {
    expect(picksOf(cup.doc, [drafted("cup", "cup", 16)])[0]?.replaces).toBe("cup");
    expect(picksOf(cup.doc, [drafted("cup", "cup", 60)])[0]?.replaces).toBeNull();
    expect(picksOf(cup.doc, [drafted("mouse", "mouse", 10)])[0]?.replaces).toBeNull();
    const long = addZone(SIZED, "cup", rectangle(10, 10, 90, 30)).doc;
    expect(picksOf(long, [drafted("cup", "cup", 75)])[0]?.replaces).toBe("cup");
  });

  it("take a present zone once, the nearest first", () => {
    const picks = picksOf(cup.doc, [drafted("cup-1", "cup", 17), drafted("cup-2", "cup", 12)]);
    expect(picks.map((one) => one.replaces)).toEqual([null, "cup"]);
  });

  it("replace outline, least count and tolerance, and keep name, hours and most count", () => {
    const kept = setZone(cup.doc, "cup", { valid: "open", max_count: 3, returns: true });
    const doc = takeOver(kept, picksOf(kept, [drafted("cup", "cup", 12)]));
    expect(doc.layout.zones).toEqual([{
      ...kept.layout.zones[0], polygon_cm: rectangle(12, 10, 32, 30), min_count: 1, tolerance_cm: 6,
    }]);
    const none = setZone(cup.doc, "cup", { max_count: 0 });
    expect(takeOver(none, picksOf(none, [drafted("cup", "cup", 12)])).layout.zones[0]?.min_count).toBe(0);
  });

  it("get a name of their own where theirs is taken, and leave the document they came to as it was", () => {
    const before = JSON.stringify(cup.doc);
    const doc = takeOver(cup.doc, [{ zone: drafted("cup", "cup", 60), replaces: null }, { zone: drafted("mouse", "mouse", 90), replaces: null }]);
    expect(doc.layout.zones.map((one) => one.id)).toEqual(["cup", "cup-2", "mouse"]);
    expect(JSON.stringify(cup.doc)).toBe(before);
    expect(takeOver(cup.doc, [])).toBe(cup.doc);
  });
});
