"""An overlay written down is the overlay that was written down, and draws the same picture."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from deskcheck_vision.overlay import Overlay, OverlayItem, OverlayRuler, OverlayState, OverlayZone, draw_overlay
from deskcheck_vision.overlay_file import dump_overlay, load_overlay
from deskcheck_vision.privacy import PrivacyMask

WHOLE = Overlay(
    zones=(OverlayZone(np.array([[10, 10], [200, 12.25], [190, 90]]), "水杯定位", OverlayState.PASS),),
    items=(
        OverlayItem((30.5, 20.25, 80.0, 70.75), "水杯（偏移 4.2 cm）", OverlayState.SUSPECTED, "水杯"),
        OverlayItem((120.0, 30.0, 180.0, 80.0), "keyboard", OverlayState.INFO),
    ),
    ruler=OverlayRuler(np.array([[5.0, 110.0], [150.0, 112.0], [300.0, 114.0]]), ("0", "", "100")),
    desk_outline_px=np.array([[5.0, 5.0], [315.0, 5.0], [315.0, 115.0], [5.0, 115.0]]),
    mask=PrivacyMask(np.array([[220, 10, 260, 90]])),
    mask_label="人员已遮挡",
)
ALONE = Overlay(zones=(OverlayZone(np.array([[0, 0], [9, 0], [9, 9]]), ""),), mask=PrivacyMask(np.zeros((0, 4))))


@pytest.mark.parametrize("overlay", [WHOLE, ALONE, Overlay()], ids=["whole", "alone", "empty"])
def test_it_draws_the_same_picture(overlay: Overlay) -> None:
    image = np.full((120, 320, 3), 180, np.uint8)
    again = load_overlay(dump_overlay(overlay))
    np.testing.assert_array_equal(draw_overlay(image, again), draw_overlay(image, overlay))
    assert dump_overlay(again) == dump_overlay(overlay)
    assert (again.mask is None) == (overlay.mask is None)


def test_it_takes_a_few_hundred_bytes_and_differs_with_what_is_drawn() -> None:
    assert len(dump_overlay(WHOLE)) < 500
    assert dump_overlay(WHOLE) != dump_overlay(Overlay(zones=WHOLE.zones))


@pytest.mark.parametrize("content", [b"", b"no zlib", zlib.compress(b"{}"), zlib.compress(b"[1]")])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not an overlay"):
        load_overlay(content)
