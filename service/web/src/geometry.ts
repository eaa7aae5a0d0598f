/** Points on a picture: their order around a desk and their way between the preview and the photo. No DOM here. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which side of the counter the photographer stands on. */
export type Side = "staff" | "public";

export type Corners = readonly [Point, Point, Point, Point];

/** Why four points are no desk; the words for people are in the page. */
export type CornerProblem = "too_few" | "on_a_line" | "not_a_quadrilateral" | "too_small";

/** Smallest share of the picture that a desk may take: below it a millimetre is less than a pixel. */
const SMALLEST_SHARE = 0.01;

/** Map a point of the shown preview to pixels of the photo, clipped to it. */
export function toPhoto(shown: Point, shownSize: Size, photoSize: Size): Point {
  return clampTo(
    { x: (shown.x * photoSize.width) / shownSize.width, y: (shown.y * photoSize.height) / shownSize.height },
    photoSize,
  );
}

/** Map a point of the photo to the shown preview. */
export function toShown(photo: Point, photoSize: Size, shownSize: Size): Point {
  return { x: (photo.x * shownSize.width) / photoSize.width, y: (photo.y * shownSize.height) / photoSize.height };
}

/** Keep a point inside the picture. */
export function clampTo(point: Point, size: Size): Point {
  return {
    x: Math.min(Math.max(point.x, 0), size.width),
    y: Math.min(Math.max(point.y, 0), size.height),
  };
}

/** Signed area by the shoelace formula; positive when the points run clockwise on a screen (y down). */
export function signedArea(points: readonly Point[]): number {
  let doubled = 0;
  points.forEach((point, index) => {
    const next = points[(index + 1) % points.length] as Point;
    doubled += point.x * next.y - next.x * point.y;
  });
  return doubled / 2;
}

/** Put four points in the order top-left, top-right, bottom-right, bottom-left as they lie on the screen. */
export function clockwiseFromTopLeft(points: Corners): Corners {
  const centre = {
    x: points.reduce((sum, point) => sum + point.x, 0) / 4,
    y: points.reduce((sum, point) => sum + point.y, 0) / 4,
  };
  const around = [...points].sort(
    (a, b) => Math.atan2(a.y - centre.y, a.x - centre.x) - Math.atan2(b.y - centre.y, b.x - centre.x),
  );
  // Walking clockwise, the top side is the one that leads most nearly to the right. Its first point is the top-left corner.
  let first = 0;
  let straightest = -Infinity;
  around.forEach((point, index) => {
    const next = around[(index + 1) % 4] as Point;
    const rightward = (next.x - point.x) / (Math.hypot(next.x - point.x, next.y - point.y) || 1);
    if (rightward > straightest) {
      straightest = rightward;
      first = index;
    }
  });
  return [0, 1, 2, 3].map((step) => around[(first + step) % 4]) as unknown as Corners;
}

/**
 * Order tapped corners the way the desk plane wants them: outer-left, outer-right, inner-right, inner-left, named from
 * the staff side. From the staff side the outer edge is the far one (top of the picture); from the public side it is
 * the near one and left and right change places.
 */
export function deskCorners(points: Corners, side: Side): Corners {
  const [topLeft, topRight, bottomRight, bottomLeft] = clockwiseFromTopLeft(points);
  return side === "staff"
    ? [topLeft, topRight, bottomRight, bottomLeft]
    : [bottomRight, bottomLeft, topLeft, topRight];
}

/** Say why points cannot be a desk's corners; null when they can. */
export function cornerProblem(points: readonly Point[], photoSize: Size): CornerProblem | null {
  if (points.length !== 4) return "too_few";
  const ordered = clockwiseFromTopLeft(points as unknown as Corners);
  const whole = photoSize.width * photoSize.height;
  const area = Math.abs(signedArea(ordered));
  const turns = ordered.map((point, index) => {
    const next = ordered[(index + 1) % 4] as Point;
    const after = ordered[(index + 2) % 4] as Point;
    return (next.x - point.x) * (after.y - next.y) - (next.y - point.y) * (after.x - next.x);
  });
  if (area < whole * 1e-4) return "on_a_line";
  if (turns.some((turn) => turn <= whole * 1e-5)) return "not_a_quadrilateral";
  return area < whole * SMALLEST_SHARE ? "too_small" : null;
}

/** Write corners the way the form sends them: whole pixels, "x,y x,y x,y x,y". */
export function cornersText(corners: readonly Point[]): string {
  return corners.map((point) => `${Math.round(point.x)},${Math.round(point.y)}`).join(" ");
}
