/** Polygons in desk cm (or any unit). The server judges alike; tests/vectors/editor_geometry.json holds both to it. */
import type { PointCm, Polygon } from "./model";

/** Least area of an outline, cm2, as in calibration/deskcheck_calibration/layout_checks.py. */
export const SMALLEST_AREA_CM2 = 1;

const next = (polygon: Polygon, index: number): PointCm => polygon[(index + 1) % polygon.length] as PointCm;
const cross = (o: PointCm, a: PointCm, b: PointCm): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
export const distance = (a: PointCm, b: PointCm): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Shoelace area, cm2; positive where it runs clockwise as seen from above (y towards the staff). */
export function signedArea(polygon: Polygon): number {
  return polygon.reduce((sum, [x, y], index) => {
    const [u, v] = next(polygon, index);
    return sum + (x * v - u * y) / 2;
  }, 0);
}

/** The middle of the outline's area; of its corners where it has none. */
export function centroid(polygon: Polygon): PointCm {
  const area = signedArea(polygon);
  if (Math.abs(area) < 1e-9) {
    const count = Math.max(polygon.length, 1);
    return [polygon.reduce((sum, p) => sum + p[0], 0) / count, polygon.reduce((sum, p) => sum + p[1], 0) / count];
  }
  let [x, y] = [0, 0];
  polygon.forEach((p, index) => {
    const q = next(polygon, index);
    const part = p[0] * q[1] - q[0] * p[1];
    x += (p[0] + q[0]) * part;
    y += (p[1] + q[1]) * part;
  });
  return [x / (6 * area), y / (6 * area)];
}

/** Least and greatest x and y: left, top, right, bottom. */
export function bounds(polygon: Polygon): readonly [number, number, number, number] {
  const xs = polygon.map((p) => p[0]);
  const ys = polygon.map((p) => p[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Whether a point lies inside (even-odd rule); on the border either answer is right. */
export function contains(polygon: Polygon, [x, y]: PointCm): boolean {
  let inside = false;
  polygon.forEach((p, index) => {
    const q = next(polygon, index);
    if (p[1] > y !== q[1] > y && x < ((q[0] - p[0]) * (y - p[1])) / (q[1] - p[1]) + p[0]) inside = !inside;
  });
  return inside;
}

/** The point of a segment that is nearest to another point. */
export function nearestOnSegment(p: PointCm, a: PointCm, b: PointCm): PointCm {
  const squared = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2;
  const along = squared === 0 ? 0 : ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / squared;
  const t = Math.min(1, Math.max(0, along));
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

/** Distance from a point to an outline; an open one has no side from its last point to its first. */
export function distanceToOutline(p: PointCm, outline: Polygon, closed = true): number {
  const sides = closed ? outline.length : outline.length - 1;
  let least = Infinity;
  for (let index = 0; index < sides; index += 1) {
    least = Math.min(least, distance(p, nearestOnSegment(p, outline[index] as PointCm, next(outline, index))));
  }
  return least;
}

/** Convex hull (Andrew's monotone chain). */
export function hull(points: Polygon): Polygon {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: Polygon): PointCm[] => {
    const chain: PointCm[] = [];
    for (const p of list) {
      while (chain.length >= 2 && cross(chain.at(-2) as PointCm, chain.at(-1) as PointCm, p) <= 0) chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

function between(a: PointCm, b: PointCm, p: PointCm): boolean {
  return (
    Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1])
  );
}

/** Whether two segments have any point in common. */
export function segmentsMeet(a: PointCm, b: PointCm, c: PointCm, d: PointCm): boolean {
  const [s1, s2, s3, s4] = [cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)];
  if (((s1 > 0 && s2 < 0) || (s1 < 0 && s2 > 0)) && ((s3 > 0 && s4 < 0) || (s3 < 0 && s4 > 0))) return true;
  return (
    (s1 === 0 && between(a, b, c)) || (s2 === 0 && between(a, b, d)) || (s3 === 0 && between(c, d, a)) || (s4 === 0 && between(c, d, b))
  );
}

/** Whether an outline touches or crosses itself anywhere, or turns back on its own side. */
export function meetsItself(outline: Polygon, closed = true): boolean {
  const points = outline.filter((p, index) => {
    const before = outline[(index + outline.length - 1) % outline.length] as PointCm;
    return (index === 0 && !closed) || distance(p, before) > 0;
  });
  const sides = closed ? points.length : points.length - 1;
  for (let i = 0; i < sides; i += 1) {
    const [a, b] = [points[i] as PointCm, next(points, i)];
    for (let j = i + 1; j < sides; j += 1) {
      const [c, d] = [points[j] as PointCm, next(points, j)];
      const follows = j === i + 1;
      const closes = closed && i === 0 && j === sides - 1;
      if (follows || closes) {
        const [before, middle, after] = follows ? [a, b, d] : [c, a, b];
        const back = (middle[0] - before[0]) * (after[0] - middle[0]) + (middle[1] - before[1]) * (after[1] - middle[1]) < 0;
        if (cross(before, middle, after) === 0 && back) return true;
      } else if (segmentsMeet(a, b, c, d)) return true;
    }
  }
  return false;
}

export type PolygonProblem = "polygon_crossed" | "polygon_area";

/** Say what is wrong with a closed outline; null where nothing is. */
export function polygonProblem(polygon: Polygon): PolygonProblem | null {
  const spread = Math.abs(signedArea(hull(polygon)));
  if (spread < SMALLEST_AREA_CM2) return "polygon_area";
  if (Math.abs(signedArea(polygon)) < SMALLEST_AREA_CM2 || meetsItself(polygon)) return "polygon_crossed";
  return null;
}

/** Turn an outline about its middle, degrees, clockwise as seen from above. */
export function rotated(polygon: Polygon, angleDeg: number, about: PointCm = centroid(polygon)): Polygon {
  const [cos, sin] = [Math.cos((angleDeg * Math.PI) / 180), Math.sin((angleDeg * Math.PI) / 180)];
  return polygon.map(([x, y]) => {
    const [u, v] = [x - about[0], y - about[1]];
    return [about[0] + u * cos - v * sin, about[1] + u * sin + v * cos];
  });
}

export function translated(polygon: Polygon, by: PointCm): Polygon {
  return polygon.map(([x, y]) => [x + by[0], y + by[1]]);
}

/** Whole millimetres, which is what people can measure and what the file keeps. */
export function inMillimetres(polygon: Polygon): Polygon {
  return polygon.map(([x, y]) => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
}

export function rectangle(left: number, top: number, right: number, bottom: number): Polygon {
  return [[left, top], [right, top], [right, bottom], [left, bottom]];
}
