import { describe, expect, it } from "vitest";
import { burntShare, greyOf, hintsFor, lookSize, meanBrightness, sharpness } from "../src/quality";
import type { Grey } from "../src/quality";

function picture(width: number, height: number, at: (x: number, y: number) => number): Grey {
  const pixels = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) pixels[y * width + x] = at(x, y);
  return { width, height, pixels };
}

const checks = (low: number, high: number): Grey =>
  picture(64, 48, (x, y) => ((Math.floor(x / 6) + Math.floor(y / 6)) % 2 === 0 ? low : high));

describe("brightness", () => {
  it("weighs the colours as the eye does", () => {
    expect(greyOf(new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255]), 2, 1).pixels).toEqual(
      new Uint8ClampedArray([76, 150]),
    );
  });
  it("is the mean", () => expect(meanBrightness(checks(100, 200))).toBeCloseTo(150, -1));
  it("of an empty picture is nought", () => expect(meanBrightness(picture(0, 0, () => 0))).toBe(0));
});

describe("sharpness", () => {
  it("is nought for a flat picture and for one too small to have edges", () => {
    expect(sharpness(picture(20, 20, () => 130))).toBe(0);
    expect(sharpness(picture(2, 2, () => 130))).toBe(0);
  });
  it("falls when edges are smeared", () => {
    const smeared = picture(64, 48, (x) => 100 + 80 * Math.sin(x / 8));
    expect(sharpness(smeared)).toBeLessThan(sharpness(checks(60, 200)) / 50);
  });
});

describe("hints", () => {
  it("are none for a sharp, well lit picture", () => expect(hintsFor(checks(60, 200))).toEqual([]));
  it("tell a dark one", () => expect(hintsFor(checks(0, 60))).toEqual(["dark"]));
  it("tell a blurred one", () =>
    expect(hintsFor(picture(64, 48, (x) => 100 + 80 * Math.sin(x / 8)))).toEqual(["blurred"]));
  it("tell glare", () => {
    const glare = picture(64, 48, (x, y) => (x < 20 ? 255 : (x + y) % 7 === 0 ? 60 : 140));
    expect(burntShare(glare)).toBeGreaterThan(0.3);
    expect(hintsFor(glare)).toEqual(["glare"]);
  });
});

describe("look size", () => {
  it.each([
    [4032, 3024, 640, 480],
    [3024, 4032, 480, 640],
    [320, 200, 320, 200],
  ])("%i x %i -> %i x %i", (width, height, lookWidth, lookHeight) => {
    expect(lookSize(width, height)).toEqual({ width: lookWidth, height: lookHeight });
  });
});
