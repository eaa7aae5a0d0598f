"""An item on the desk, in centimetres, with what is not known about it."""

from __future__ import annotations

from dataclasses import dataclass

from deskcheck_calibration.layout import PointCm, PolygonCm

# Upper triangle xx, xy, yy of a 2 x 2 covariance in cm2.
Covariance = tuple[float, float, float]
NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """One detection placed on the desk by its contact footprint.

    Attributes:
        index: index of its detection.
        item: taxonomy class id.
        confidence: the detector's, in [0, 1].
        xyxy: box in px of the original picture.
        footprint_cm: contact footprint, convex, in desk cm.
        plan_cm: outline of its body seen from above, wider than the footprint where it overhangs, convex.
        centre_cm: centre of the footprint.
        uncertainty_cm: radius around ``centre_cm`` that holds the true centre with ~95 %.
        centre_covariance_cm2: covariance of the centre.
        outline_covariance_cm2: covariance of each footprint corner.
        size_cm: fitted width, depth and height.
        height_cm: height of the surface it stands on.
        surface: id of the raised surface it stands on, None on the desk itself.
        near_surface: that surface, or the likeliest raised one that it was found NOT to stand on.
        raised_share: (low, best, high) share of its footprint on ``near_surface``, taken at that height.
        scale_px_per_cm: picture scale where it stands.
        is_hidden: its lower edge is behind another item, so that its place is a guess.
        support: share of the burst's frames that showed its place in which it was seen.
        is_cut: its box ends at the picture's edge, so that it may go on beyond.
        picture: which of the views that are judged together its box is in; 0 where there is one.
        may_be_two: seen by two views at places that may be one thing's or two things'.
        is_disputed: two views tell it differently, its place or its class.
        shown_frames: how many frames of the burst showed its place; 0 of a single picture.
        is_fleeting: seen in one frame only or in too few of them to be sure that it stands there.
    """

    index: int
    item: str
    confidence: float
    xyxy: tuple[float, float, float, float]
    footprint_cm: PolygonCm
    plan_cm: PolygonCm
    centre_cm: PointCm
    uncertainty_cm: float
    centre_covariance_cm2: Covariance
    outline_covariance_cm2: tuple[Covariance, ...]
    size_cm: tuple[float, float, float]
    height_cm: float
    surface: str | None
    near_surface: str | None
    raised_share: tuple[float, float, float]
    scale_px_per_cm: float
    is_hidden: bool
    support: float = 1.0
    is_cut: bool = False
    picture: int = 0
    may_be_two: bool = False
    is_disputed: bool = False
    shown_frames: int = 0
    is_fleeting: bool = False

    def corner_uncertainty_cm(self, corner: int, direction: PointCm) -> float:
        """Return the ~95 % half width of a footprint corner along a direction (any length) in cm."""
        return along(self.outline_covariance_cm2[corner], direction, self.uncertainty_cm)

    def centre_uncertainty_cm(self, direction: PointCm) -> float:
        """Return the ~95 % half width of the centre along a direction (any length) in cm."""
        return along(self.centre_covariance_cm2, direction, self.uncertainty_cm)


def along(covariance: Covariance, direction: PointCm, otherwise: float) -> float:
    """Return the ~95 % half width of a distribution along a direction; ``otherwise`` where there is none."""
    x, y = direction
    length2 = x * x + y * y
    if length2 == 0:
        return otherwise
    xx, xy, yy = covariance
    return float(NORMAL_95 * max((xx * x * x + 2 * xy * x * y + yy * y * y) / length2, 0.0) ** 0.5)
