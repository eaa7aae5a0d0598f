"""``deskcheck calibrate --points``: a desk by points whose place on it was measured, where not all corners are seen."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from deskcheck_service.cli.errors import PointsUnreadableError, PointsUnusableError

if TYPE_CHECKING:
    from pathlib import Path

    from deskcheck_service.cli.parsing import Corners

KnownPoints = Annotated[
    str | None,
    typer.Option(
        "--points",
        metavar='"x,y=X,Y ..."',
        help="四个以上已知点：像素=厘米 / four points or more, px = desk cm, where corners lie outside the photo.",
    ),
]
_FEWEST = 4
# As a person taps them on a photo at its own size.
_SIGMA_PX = 2.0


def parse_points(text: str) -> tuple[tuple[float, float, float, float], ...]:
    """Read points as (x px, y px, X cm, Y cm).

    Args:
        text: such as "120,80=0,0 900,95=60,0 880,700=60,70 40,680=0,70", separated by spaces or semicolons.

    Raises:
        PointsUnreadableError: fewer than four, or one that is not two times two finite numbers.
    """
    found = []
    for part in re.split(r"[\s;]+", text.strip()):
        sides = [side.split(",") for side in part.split("=")]
        if [len(side) for side in sides] != [2, 2]:
            raise PointsUnreadableError(text=text)
        try:
            x, y, x_cm, y_cm = (float(number) for side in sides for number in side)
        except ValueError:
            raise PointsUnreadableError(text=text) from None
        found.append((x, y, x_cm, y_cm))
    if len(found) < _FEWEST or not all(math.isfinite(number) for point in found for number in point):
        raise PointsUnreadableError(text=text)
    return tuple(found)


def corners_by_points(
    photo: Path, text: str, size_wh_cm: tuple[float, float], image_wh: tuple[int, int], focal_px: float | None
) -> Corners:
    """Return where the desk's corners lie, in the photo or beyond, by known points.

    Raises:
        PointsUnreadableError: see ``parse_points``.
        PointsUnusableError: they do not tell where the desk lies.
        CalibrationError: the desk's size or the focal length is absurd.
    """
    from deskcheck_calibration.plane import DeskPlane

    points = np.array(parse_points(text))
    width, depth = size_wh_cm
    plane = DeskPlane.from_points(points[:, :2], points[:, 2:], size_wh_cm, image_wh, focal_px, _SIGMA_PX)
    if plane is None:
        raise PointsUnusableError(path=photo)
    corners = plane.to_px(np.array([[0.0, 0.0], [width, 0.0], [width, depth], [0.0, depth]]))
    first, second, third, fourth = ((round(float(x), 1), round(float(y), 1)) for x, y in corners)
    return first, second, third, fourth
