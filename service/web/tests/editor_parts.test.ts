import { describe, expect, it } from "vitest";
import { addAround, copy, move, remove, rotate, setHours } from "../src/editor/commands";
import { clockOf, hoursProblems, USUAL_HOURS, withDay, withNewSpan, withoutSpan, withSpan } from "../src/editor/hours_checks";
import { merge } from "../src/editor/merge";
import { newId, outlineOf, readDoc, type Doc } from "../src/editor/model";
import { placeOf, problemsOf } from "../src/editor/problems";
import { stickerSideCm } from "../src/editor/sticker_scale";
import { angleBetween, turnHandle, turnedBy } from "../src/editor/turning";

const empty = readDoc({ layout: {}, still: null, corners_px: [] } as unknown as Doc);
const desk: Doc = { ...empty, layout: { ...empty.layout, desk_cm: [160, 70] } };

describe("opening hours", () => {
  it.each([["9", "09:00"], ["930", "09:30"], ["9.30", "09:30"], ["09：30", "09:30"], [" 17:05 ", "17:05"], ["1730", "17:30"], ["", ""], ["noon", "noon"]])(
    "understands %j as %j", (typed, clock) => expect(clockOf(typed)).toBe(clock),
  );

  it("tells what is wrong at the span where it is wrong", () => {
    const codes = (open: [string, string][]): string[] => hoursProblems({ open, weekdays: [] }).map((one) => `${one.where} ${one.code}`);
    expect(codes([["09:00", "12:00"], ["12:00", "17:00"]])).toEqual([]);
    expect(codes([["09:00", "12:00"], ["11:00", "17:00"]])).toEqual(["hours:1 hours_overlap"]);
    expect(codes([["13:00", "17:00"], ["09:00", "12:00"]])).toEqual(["hours:1 hours_overlap"]);
    expect(codes([["12:00", "12:00"]])).toEqual(["hours:0 hours_order"]);
    expect(codes([["", "12:00"], ["24:00", "25:00"]])).toEqual(["hours:0 hours_open_end", "hours:1 hours_open_end"]);
    expect(codes([["09:00", "17:00"], ["10:00", "11:00"], ["12:00", "13:00"]])).toEqual(["hours:1 hours_overlap", "hours:2 hours_overlap"]);
    expect(hoursProblems(undefined)).toEqual([]);
  });

  it("adds spans after the last one, also late in the day, and keeps the order of days", () => {
    expect(withNewSpan(USUAL_HOURS).open.at(-1)).toEqual(["18:00", "19:00"]);
    expect(withNewSpan({ open: [["09:00", "23:30"]], weekdays: [] }).open.at(-1)).toEqual(["22:59", "23:59"]);
    expect(withNewSpan({ open: [], weekdays: [] }).open).toEqual([["09:00", "10:00"]]);
    expect(withSpan(USUAL_HOURS, 1, { to: "18:00" }).open).toEqual([["09:00", "12:00"], ["13:30", "18:00"]]);
    expect(withoutSpan(USUAL_HOURS, 0).open).toEqual([["13:30", "17:00"]]);
    expect(withDay(withDay(USUAL_HOURS, "sun", true), "mon", false).weekdays).toEqual(["tue", "wed", "thu", "fri", "sun"]);
  });

  it("belongs to the layout, and its problems to the panel", () => {
    const doc = setHours(desk, { open: [["12:00", "09:00"]], weekdays: ["mon"], time_zone: "Asia/Shanghai" });
    expect(problemsOf(doc).filter((one) => one.where.startsWith("hours"))).toEqual([{ where: "hours:0", code: "hours_order" }]);
    expect(placeOf(doc, "hours.open[0]")).toBe("hours");
  });
});

describe("sight line and seats", () => {
  const { doc, ref } = addAround(desk, "sight_line", [[0, -100], [160, -100], [160, 0], [0, 0]]);

  it("are drawn beyond the desk, moved, turned, copied and deleted as zones are", () => {
    expect(problemsOf(doc).filter((one) => one.where.startsWith("around"))).toEqual([]);
    expect(outlineOf(move(doc, ref, [0, -10]), ref)[0]).toEqual([0, -110]);
    expect(outlineOf(rotate(doc, ref, 90), ref)[0]).toEqual([130, -130]);
    const made = copy(doc, ref)!;
    expect(made.ref.id).toBe("sight_line-2");
    expect(remove(made.doc, ref).layout.around.map((one) => one.id)).toEqual(["sight_line-2"]);
    expect(newId(doc, "sight_line")).toBe("sight_line-2");
    expect(placeOf(doc, "around[0].polygon_cm")).toBe("around:sight_line");
  });

  it("are merged by their ids, and an old draft without any is read", () => {
    const mine = move(doc, ref, [5, 0]);
    const theirs = addAround(doc, "staff_seat", [[0, 80], [50, 80], [50, 120]]).doc;
    const merged = merge(doc, mine, theirs);
    expect(merged.conflicts).toEqual([]);
    expect(merged.doc.layout.around.map((one) => one.id).sort()).toEqual(["sight_line", "staff_seat"]);
    expect(outlineOf(merged.doc, ref)[0]).toEqual([5, -100]);
    expect(empty.layout.around).toEqual([]);
  });
});

describe("turning by its handle", () => {
  const viewport = { scale: 2, x: 0, y: 100 };

  it("stands above the outline, or below where the drawing ends", () => {
    expect(turnHandle([[10, 10], [30, 10], [30, 20], [10, 20]], viewport).at).toEqual([40, 90]);
    expect(turnHandle([[10, -40], [30, -40], [30, 20], [10, 20]], viewport).at).toEqual([40, 170]);
  });

  it("follows the pointer round the middle, across the seam as well, in steps with Shift", () => {
    expect(angleBetween([0, 0], [0, -10], [10, 0], false)).toBe(90);
    expect(angleBetween([0, 0], [-10, -1], [-10, 1], false)).toBe(-11);
    expect(angleBetween([0, 0], [0, -10], [2.2, -10], true)).toBe(15);
    const zone = addAround(desk, "staff_seat", [[10, 10], [30, 10], [30, 20], [10, 20]]);
    expect(outlineOf(turnedBy(zone.doc, zone.ref, [20, 5], [30, 15], false), zone.ref)[0]).toEqual([25, 5]);
  });
});

it("has no scale of stickers without a desk or without stickers", () => {
  expect(stickerSideCm([[0, 0], [1, 0], [2, 0], [3, 0]], [160, 70], [[[0, 0], [1, 0], [1, 1], [0, 1]]])).toBeNull();
  expect(stickerSideCm([[0, 0], [100, 0], [100, 50], [0, 50]], [160, 70], [])).toBeNull();
});
