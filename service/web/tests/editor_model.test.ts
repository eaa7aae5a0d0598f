import { describe, expect, it } from "vitest";
import {
  addPoint, addRelation, addZone, copy, deletePoint, move, remove, rotate, setCorners, setDesk, setPoint, setPolicy, addPolicy,
} from "../src/editor/commands";
import { History } from "../src/editor/history";
import { merge, same } from "../src/editor/merge";
import { newId, outlineOf, readDoc, zoneOf, type Doc } from "../src/editor/model";
import { placeOf, problemsOf, serverProblems } from "../src/editor/problems";
import { rectangle } from "../src/editor/polygon";

const EMPTY: Doc = readDoc({ layout: { desk_cm: null, surfaces: [], zones: [], relations: [], policies: [], around: [] }, still: null, corners_px: [] });
const SIZED = setDesk(EMPTY, [160, 70]);
const CUP = addZone(SIZED, "cup", rectangle(10, 10, 30, 30));

describe("commands", () => {
  it("give a sized desk its counter, which follows the size", () => {
    expect(SIZED.layout.surfaces.map((one) => one.kind)).toEqual(["main_counter"]);
    expect(setDesk(SIZED, [180, 75]).layout.surfaces[0]?.polygon_cm).toEqual(rectangle(0, 0, 180, 75));
  });

  it("never change the document they are given", () => {
    const before = JSON.stringify(CUP.doc);
    move(CUP.doc, CUP.ref, [5, 5]);
    rotate(CUP.doc, CUP.ref, 30);
    remove(CUP.doc, CUP.ref);
    expect(JSON.stringify(CUP.doc)).toBe(before);
  });

  it("move, reshape and turn an outline in whole millimetres", () => {
    expect(outlineOf(move(CUP.doc, CUP.ref, [0.14, -1]), CUP.ref)[0]).toEqual([10.1, 9]);
    expect(outlineOf(setPoint(CUP.doc, CUP.ref, 1, [33.333, 12]), CUP.ref)[1]).toEqual([33.3, 12]);
    const five = addPoint(CUP.doc, CUP.ref, 3, [5, 20]);
    expect(outlineOf(five, CUP.ref)).toHaveLength(5);
    expect(outlineOf(deletePoint(five, CUP.ref, 4), CUP.ref)).toEqual(outlineOf(CUP.doc, CUP.ref));
    expect(outlineOf(rotate(CUP.doc, CUP.ref, 45), CUP.ref)[0]).toEqual([20, 5.9]);
  });

  it("keep three points of an outline", () => {
    const three = deletePoint(CUP.doc, CUP.ref, 0);
    expect(deletePoint(three, CUP.ref, 0)).toBe(three);
  });

  it("copy with an id of its own and the same properties", () => {
    const made = copy(CUP.doc, CUP.ref);
    expect(made?.ref.id).toBe("cup-2");
    expect(zoneOf(made!.doc, "cup-2")?.polygon_cm[0]).toEqual([15, 15]);
    expect(newId(made!.doc, "cup")).toBe("cup-3");
  });

  it("relate two things on the side where they are drawn, and not a thing with its like", () => {
    const two = addZone(CUP.doc, "monitor", rectangle(60, 10, 110, 40));
    const related = addRelation(two.doc, "cup", "monitor").layout.relations;
    expect(related).toEqual([{ id: "cup-beside-monitor", item: "cup", anchor: "monitor", max_gap_cm: null, side: "left" }]);
    expect(addRelation(two.doc, "cup", "cup")).toBe(two.doc);
  });

  it("take a surface's policies away with it", () => {
    const id = SIZED.layout.surfaces[0]!.id;
    const ruled = addPolicy(SIZED, { item: "cup", kind: "forbidden", surface: id });
    expect(setPolicy(ruled, 0, { kind: "allowed" }).layout.policies[0]?.kind).toBe("allowed");
    expect(remove(ruled, { section: "surfaces", id }).layout.policies).toEqual([]);
  });
});

describe("undo", () => {
  it("takes back and does again, and a run of like changes is one", () => {
    const history = new History("a");
    history.commit("b", "drag");
    history.commit("c", "drag");
    history.commit("d");
    expect(history.undo() && history.now).toBe("c");
    expect(history.undo() && history.now).toBe("a");
    expect(history.undo()).toBe(false);
    expect(history.redo() && history.now).toBe("c");
    history.commit("e", "drag");
    expect(history.canRedo).toBe(false);
    expect(history.undo() && history.now).toBe("c");
  });
});

describe("problems", () => {
  const still = { sha256: "a".repeat(64), image_wh: [1280, 960] as const, focal_px: null, view: "x" };

  it("are told at what they are about", () => {
    const bow = addZone(CUP.doc, "mouse", [[40, 10], [60, 30], [60, 10], [40, 30]]).doc;
    const off = addZone(bow, "telephone", rectangle(150, 10, 190, 30)).doc;
    const crossed = setCorners({ ...off, still }, [[1030, 250], [250, 250], [1200, 820], [80, 820]]);
    expect(problemsOf(crossed)).toEqual([
      { where: "corners", code: "corners_crossed" },
      { where: "zones:mouse", code: "polygon_crossed" },
      { where: "zones:telephone", code: "outside_desk" },
    ]);
  });

  it("begin with the size and the corners", () => {
    expect(problemsOf(EMPTY)).toEqual([{ where: "desk", code: "desk_unknown" }]);
    expect(problemsOf(setDesk(EMPTY, [0, 70]))[0]).toEqual({ where: "desk", code: "desk_size" });
    expect(problemsOf({ ...SIZED, still })).toEqual([{ where: "corners", code: "corners_too_few" }]);
    expect(problemsOf(CUP.doc)).toEqual([]);
  });

  it("of the server find their thing by its place in the file", () => {
    expect(placeOf(CUP.doc, "zones[0].polygon_cm")).toBe("zones:cup");
    expect(placeOf(CUP.doc, "views[3].corners_px")).toBe("corners");
    expect(placeOf(CUP.doc, "zones")).toBe("zones");
    const told = serverProblems(CUP.doc, [{ path: "desk_cm[0]", code: "layout.range", zh: "太小", en: "too small" }], "en");
    expect(told).toEqual([{ where: "desk", code: "layout.range", message: "too small" }]);
  });
});

describe("merging", () => {
  const base = addZone(CUP.doc, "mouse", rectangle(40, 10, 60, 30)).doc;
  const cup = { section: "zones", id: "cup" } as const;
  const mouse = { section: "zones", id: "mouse" } as const;

  it("takes both sides where they changed different things", () => {
    const mine = move(base, cup, [5, 0]);
    const theirs = addZone(remove(base, mouse), "monitor", rectangle(60, 5, 100, 30)).doc;
    const { doc, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(doc.layout.zones.map((zone) => zone.id)).toEqual(["cup", "monitor"]);
    expect(zoneOf(doc, "cup")?.polygon_cm[0]).toEqual([15, 10]);
  });

  it("asks where both changed the same thing", () => {
    const [mine, theirs] = [move(base, cup, [5, 0]), remove(base, cup)];
    const asked = merge(base, mine, theirs);
    expect(asked.conflicts.map((one) => [one.key, one.theirs])).toEqual([["zones:cup", undefined]]);
    expect(zoneOf(asked.doc, "cup")).toBeUndefined();
    const chosen = merge(base, mine, theirs, new Map([["zones:cup", "mine"]]));
    expect(zoneOf(chosen.doc, "cup")?.polygon_cm[0]).toEqual([15, 10]);
  });

  it("treats picture and corners as one and the desk's size as another", () => {
    const mine = setDesk(base, [170, 70]);
    const theirs = setCorners(base, [[1, 2], [3, 4], [5, 6], [7, 8]]);
    const { doc, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect([doc.layout.desk_cm, doc.corners_px.length]).toEqual([[170, 70], 4]);
  });

  it("knows equal values whatever the order of their keys", () => {
    expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: null })).toBe(false);
    expect(same([1], { 0: 1 })).toBe(false);
  });
});
