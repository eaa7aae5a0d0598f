"""A region that the approved reference does not explain, as a thing that stands somewhere: for times of grace."""

from __future__ import annotations

from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.scene import Region

# Things of no class.
NO_CLASS = ""


def thing_of(region: Region) -> PlacedItem:
    """Return a region as a thing of no class, whose place is known to half the side of a square of its area."""
    xs, ys = [x for x, _ in region.polygon_cm], [y for _, y in region.polygon_cm]
    count = len(region.polygon_cm)
    return PlacedItem(
        index=-1,
        item=NO_CLASS,
        confidence=1.0,
        xyxy=region.xyxy,
        footprint_cm=region.polygon_cm,
        plan_cm=region.polygon_cm,
        centre_cm=(sum(xs) / count, sum(ys) / count),
        uncertainty_cm=region.area_cm2**0.5 / 2,
        centre_covariance_cm2=(0.0, 0.0, 0.0),
        outline_covariance_cm2=((0.0, 0.0, 0.0),) * count,
        size_cm=(max(xs) - min(xs), max(ys) - min(ys), 0.0),
        height_cm=0.0,
        surface=None,
        near_surface=None,
        raised_share=(0.0, 0.0, 0.0),
        scale_px_per_cm=0.0,
        is_hidden=False,
        picture=region.picture,
    )
