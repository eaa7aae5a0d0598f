from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from deskcheck_calibration.camera_guard import DEFAULT_LIMITS
from deskcheck_service.cameras.schemas import LookOut
from deskcheck_service.pages.drift_plot import HEIGHT, drift_plot
from deskcheck_service.tables.cameras import LookState

START = datetime(2026, 11, 20, 1, tzinfo=UTC)


def look(number: int, state: LookState, share: float | None = None, roll: float | None = None) -> LookOut:
    return LookOut(
        id=number,
        taken_at=START + timedelta(hours=number),
        received_at=START,
        state=state,
        suspended=False,
        roll_deg=roll,
        shift_share=share,
        scale=None if share is None else 1.0,
        sigma_share=None if share is None else 1e-5,
        picture_sha256="a" * 64,
    )


def test_no_look_is_no_plot() -> None:
    assert drift_plot([], (4, 3), "Asia/Shanghai") is None


def test_looks_are_drawn_in_order_of_time_against_both_limits() -> None:
    looks = [
        look(3, LookState.MOVED, 0.02, 1.9),
        look(2, LookState.CANNOT_TELL),
        look(1, LookState.DRIFTED, 0.002, -0.2),
        look(0, LookState.STEADY, 0.0, 0.0),
    ]
    plot = drift_plot(looks, (4, 3), "Asia/Shanghai")
    assert plot is not None
    shift, roll = plot.panels
    assert [spot.state for spot in shift.spots] == ["steady", "drifted", "cannot_tell", "moved"]
    assert [spot.x for spot in shift.spots] == sorted(spot.x for spot in shift.spots)
    assert [limit.text for limit in shift.limits] == ["0.12", "0.40"]
    drifted, moved = shift.limits
    # Half way to the limit of moved: above the one of drifted, below the other.
    assert moved.y < shift.spots[1].y < drifted.y < shift.zero_y
    # What is far beyond is held at the edge and said to be beyond; what was not measured is in no line.
    assert shift.spots[3].beyond
    assert shift.spots[3].y == min(spot.y for spot in shift.spots) >= 0
    assert len(shift.line.split()) == 3
    assert roll.spots[1].y > roll.zero_y > roll.spots[3].y
    assert all(0 <= spot.y <= HEIGHT for panel in plot.panels for spot in panel.spots)
    assert [tick.text for tick in plot.ticks] == ["2026-11-20 09:00", "2026-11-20 12:00"]


def test_the_limit_of_roll_is_what_moves_a_corner_to_the_limit() -> None:
    plot = drift_plot([look(0, LookState.STEADY, 0.0, 0.0)], (1600, 1200), "Asia/Shanghai")
    assert plot is not None
    corner_share = math.radians(float(plot.panels[1].limits[1].text)) * math.hypot(1.0, 0.75) / 2
    assert corner_share == pytest.approx(DEFAULT_LIMITS.moved_from_share, rel=0.02)


def test_a_camera_that_shows_nothing_of_its_still_is_drawn_beyond() -> None:
    plot = drift_plot([look(0, LookState.MOVED)], (4, 3), "Asia/Shanghai")
    assert plot is not None
    (spot,) = plot.panels[0].spots
    assert spot.beyond
    assert spot.y < plot.panels[0].limits[1].y
