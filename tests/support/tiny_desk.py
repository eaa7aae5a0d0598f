"""A desk that the tiny model of ``conftest`` sees: red is a cup, green a bottle, blue a person; and its layout."""

from __future__ import annotations

import numpy as np
from deskcheck_calibration.layout import HomeZone, Layout, Policy, PolicyKind, ReferenceView, Surface, SurfaceKind
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.taxonomy import TAXONOMY_VERSION

SIDE_PX, SIDE_CM = 1024, 64.0
DESK = ((0.0, 0.0), (SIDE_CM, 0.0), (SIDE_CM, SIDE_CM), (0.0, SIDE_CM))
CORNERS_PX = ((2.0, 2.0), (1022.0, 2.0), (1022.0, 1022.0), (2.0, 1022.0))
CORNERS = " ".join(f"{x:g},{y:g}" for x, y in CORNERS_PX)


def tiny_photo(red: int = 230, green: int = 230, blue: int = 0) -> bytes:
    """A sharp picture whose colours are the tiny model's confidences: cup (red), bottle (green), person (blue)."""
    image = np.random.default_rng(2).integers(90, 130, (SIDE_PX, SIDE_PX, 3)).astype(np.uint8)
    for (top, left), channel, value in (((0, 0), 2, red), ((0, 512), 1, green), ((512, 0), 0, blue)):
        image[top + 128 : top + 384, left + 128 : left + 384, channel] = value
    image[::32] = 20
    image[:, ::32] = 20
    return encode_jpeg(image, 95)


def tiny_layout(*policies: Policy, window: str = "A03", view: str = "a03", zones: tuple[HomeZone, ...] = ()) -> str:
    """The whole picture is a desk of 64 x 64 cm; what is not allowed follows the taxonomy."""
    return dump_layout(
        Layout(
            window=window,
            version=4,
            desk_wh_cm=(SIDE_CM, SIDE_CM),
            taxonomy_version=TAXONOMY_VERSION,
            surfaces=(Surface("counter", SurfaceKind.MAIN_COUNTER, DESK),),
            zones=zones,
            policies=policies,
            views=(ReferenceView(view, (SIDE_PX, SIDE_PX), CORNERS_PX),),
        )
    )


ALLOWED = (Policy("cup", PolicyKind.ALLOWED), Policy("beverage_container", PolicyKind.ALLOWED))
