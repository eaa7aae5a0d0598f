"""What is drawn over a picture, in px of that picture and in the reader's own words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from deskcheck_vision.detections import Float64Array, read_only
from deskcheck_vision.privacy import PrivacyMask
from deskcheck_vision.strokes import OverlayState


def _points(points_px: ArrayLike, least: int) -> Float64Array:
    """Return read-only (N, 2) px.

    Raises:
        ValueError: another shape, fewer points than needed, or a point that is not finite.
    """
    points = np.asarray(points_px, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < least or not np.isfinite(points).all():
        raise ValueError(f"expected at least {least} finite points of shape (N, 2), got {points.shape}")
    return read_only(points)


@dataclass(frozen=True, slots=True, eq=False)
class OverlayZone:
    """An area with a name.

    Attributes:
        polygon_px: (N, 2) float64, N >= 3.
        name: written into it.
        state: its colour and line.
    """

    polygon_px: Float64Array
    name: str
    state: OverlayState = OverlayState.INFO

    def __post_init__(self) -> None:
        object.__setattr__(self, "polygon_px", _points(self.polygon_px, 3))


@dataclass(frozen=True, slots=True)
class OverlayItem:
    """A thing with its box and what is to be said of it.

    Attributes:
        xyxy: left, top, right, bottom in px.
        label: a few words; where room is short, what stands in brackets is left out.
        state: its colour, line and icon.
        name: the thing's name, all that is said where room is shorter still; the label's first word where empty.
    """

    xyxy: tuple[float, float, float, float]
    label: str
    state: OverlayState
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class OverlayRuler:
    """A scale along an edge of the desk.

    Attributes:
        points_px: (N, 2) float64, one per tick, in order along the edge, N >= 2.
        labels: one per tick, empty for a short tick without a number.
    """

    points_px: Float64Array
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "points_px", _points(self.points_px, 2))
        if len(self.labels) != len(self.points_px):
            raise ValueError(f"expected {len(self.points_px)} labels, got {len(self.labels)}")


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What is drawn over one picture.

    Attributes:
        zones: areas, in drawing order.
        items: things.
        ruler: scale along the outer edge, None for none.
        desk_outline_px: (N, 2) outline of the desk, (0, 2) for none.
        mask: where people were made unrecognisable, None where nobody was looked for.
        mask_label: said at each masked place, such as "人员已遮挡".
    """

    zones: tuple[OverlayZone, ...] = ()
    items: tuple[OverlayItem, ...] = ()
    ruler: OverlayRuler | None = None
    desk_outline_px: Float64Array = field(default_factory=lambda: np.zeros((0, 2)))
    mask: PrivacyMask | None = None
    mask_label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "desk_outline_px", _points(self.desk_outline_px, 0))

    def scaled(self, factor: float) -> Self:
        """Return the same for a picture that is ``factor`` times as large."""
        return replace(
            self,
            zones=tuple(replace(zone, polygon_px=zone.polygon_px * factor) for zone in self.zones),
            items=tuple(replace(item, xyxy=_scaled_box(item.xyxy, factor)) for item in self.items),
            ruler=None if self.ruler is None else replace(self.ruler, points_px=self.ruler.points_px * factor),
            desk_outline_px=self.desk_outline_px * factor,
            mask=None if self.mask is None else PrivacyMask(np.round(self.mask.xyxy * factor).astype(np.int64)),
        )


def _scaled_box(xyxy: tuple[float, float, float, float], factor: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = xyxy
    return (left * factor, top * factor, right * factor, bottom * factor)
