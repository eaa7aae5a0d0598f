"""Fittings of a counter stand where they may."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_datasets.synthetic.camera import Camera, desk_corners_world
from deskcheck_datasets.synthetic.fittings import clutter, glass_screen, lamps, low_cabinet, queue_screen
from deskcheck_datasets.synthetic.items.base import Draw

DESK = (170.0, 72.0)
ABOVE = Camera((85, -320, 260), (85, -36, 0), 0.0, 900.0, (960, 540), "ceiling")


@pytest.mark.parametrize("seed", range(30))
def test_lamps_never_hide_the_desk(seed: int) -> None:
    corners = ABOVE.project(desk_corners_world(DESK))
    low, high = corners.min(axis=0), corners.max(axis=0)
    for part in lamps(Draw(seed), DESK, 200.0, [ABOVE]):
        middle = ABOVE.project(part.mesh.vertices.mean(axis=0)[None])[0]
        assert np.isnan(middle).any() or not ((middle > low) & (middle < high)).all()
        assert part.material.glow > 1


@pytest.mark.parametrize(("side", "left"), [(-1, True), (1, False)])
def test_the_low_cabinet_stands_beside_the_desk_and_lower(side: int, left: bool) -> None:
    for seed in range(8):
        parts, (x0, y0, x1, y1), top_cm = low_cabinet(Draw(seed), DESK, side)
        assert (x1 < 0) if left else (x0 > DESK[0])
        assert y1 > y0 >= 0
        assert -30 < top_cm < 0
        assert max(float(p.mesh.vertices[:, 2].max()) for p in parts) == pytest.approx(top_cm, abs=0.05)


def test_clutter_lies_flat_within_the_desk() -> None:
    for seed in range(20):
        for part in clutter(Draw(seed), DESK):
            low, high = part.mesh.vertices.min(axis=0), part.mesh.vertices.max(axis=0)
            assert -2 < low[0] < high[0] < DESK[0] + 2
            assert high[2] < 2.5


def test_the_pane_is_clear_and_the_screen_glows() -> None:
    assert sum(part.material.clear for part in glass_screen(Draw(1), DESK)) == 1
    assert any(part.material.glow > 0 for part in queue_screen(Draw(2), (80.0, 40.0, 100.0), 0.0))
