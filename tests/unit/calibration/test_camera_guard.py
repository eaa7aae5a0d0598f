"""What a measured shift means for judging: steady, drifted, moved, cannot tell; and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pytest
from deskcheck_calibration.camera_guard import (
    CameraLook,
    GuardHistory,
    GuardLimits,
    GuardState,
    corrected_plane,
    corrected_view,
    look_at_camera,
    persons_in,
    problems_of,
    state_of,
    suspends,
)
from deskcheck_calibration.camera_words import guard_sentence, guard_state_name
from deskcheck_calibration.findings import Reason
from deskcheck_calibration.layout import ReferenceView
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.camera_shift import CameraStill, Obstacle, Outcome, ViewShift, measure_shift
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.taxonomy import INDEX
from drawn_hall import WH, drawn_hall, turned, turning

STEADY, DRIFTED, MOVED, UNKNOWN = GuardState.STEADY, GuardState.DRIFTED, GuardState.MOVED, GuardState.CANNOT_TELL
NONE = np.zeros((0, 4))
HALL = drawn_hall(1)
STILL = CameraStill.from_picture(HALL, NONE)
VIEW = ReferenceView("camera", WH, ((150.0, 110.0), (480.0, 120.0), (540.0, 310.0), (100.0, 300.0)), 600.0)
DESK = (160.0, 70.0)


def shift(share: float, sigma: float = 0.0002, outcome: Outcome = Outcome.MEASURED, **more: object) -> ViewShift:
    return ViewShift(outcome, WH, WH, np.eye(3), share, sigma, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measured", "state"),
    [
        (shift(0.0), STEADY),
        (shift(0.0011), STEADY),
        (shift(0.0013), DRIFTED),
        (shift(0.0013, 0.0009), STEADY),  # no larger than what it may be by chance
        (shift(0.0039), DRIFTED),
        (shift(0.0041), MOVED),
        (shift(0.0041, 0.0016), UNKNOWN),
        (shift(0.2, 0.01), MOVED),
        (shift(0.0, outcome=Outcome.NOTHING_SHARED), MOVED),
        (shift(0.0, outcome=Outcome.CANNOT_TELL, obstacle=Obstacle.HIDDEN), UNKNOWN),
    ],
)
def test_a_shift_means(measured: ViewShift, state: GuardState) -> None:
    assert state_of(measured) is state
    assert problems_of(state) == ((Reason.CAMERA_MOVED,) if state is MOVED else ())


def test_limits_are_the_callers() -> None:
    assert state_of(shift(0.0041), GuardLimits(moved_from_share=0.01)) is DRIFTED


@pytest.mark.parametrize(
    ("degrees", "state"), [((0.0, 0.0, 0.0), STEADY), ((0.12, 0.0, 0.1), DRIFTED), ((0.0, 0.5, 0.0), MOVED)]
)
def test_the_desk_moves_with_a_drift_alone(degrees: tuple[float, float, float], state: GuardState) -> None:
    turn = turning(WH, *degrees)
    measured = measure_shift(turned(HALL, turn), STILL, NONE)
    assert state_of(measured) is state
    found = np.array(corrected_view(VIEW, measured).corners_px)
    corners = np.array(VIEW.corners_px)
    moved = np.column_stack([corners, np.ones(4)]) @ turn.T
    expected = moved[:, :2] / moved[:, 2:] if state is DRIFTED else corners
    np.testing.assert_allclose(found, expected, atol=0.35)


def test_the_view_and_the_picture_may_be_of_other_sizes_than_the_still() -> None:
    measured = ViewShift(Outcome.MEASURED, (1280, 720), WH, np.diag([0.5, 0.5, 1.0]))
    half = ReferenceView("v", (320, 180), tuple((x / 2, y / 2) for x, y in VIEW.corners_px), 300.0)  # type: ignore[arg-type]
    found = corrected_view(half, measured)
    assert (found.image_wh, found.focal_px) == ((1280, 720), 1200.0)
    np.testing.assert_allclose(found.corners_px, np.array(VIEW.corners_px) * 2)
    without = ReferenceView("v", WH, VIEW.corners_px)
    assert corrected_view(without, measured).focal_px is None


def test_the_corrected_plane_has_the_desk_where_it_is() -> None:
    turn = turning(WH, 0.12, 0.0, 0.1)
    measured = measure_shift(turned(HALL, turn), STILL, NONE)
    plane = corrected_plane(VIEW, DESK, measured)
    calibrated = DeskPlane.from_corners(VIEW.corners_px, DESK, WH, 600.0)
    places = np.array([[20.0, 10.0], [80.0, 35.0], [150.0, 60.0]])
    px = np.column_stack([calibrated.to_px(places), np.ones(3)]) @ turn.T
    np.testing.assert_allclose(plane.to_cm(px[:, :2] / px[:, 2:]), places, atol=0.15)


@pytest.mark.parametrize(
    ("states", "suspended"),
    [
        ([], False),
        ([MOVED], False),
        ([MOVED, STEADY, MOVED], False),
        ([MOVED, DRIFTED, MOVED], False),
        ([STEADY, MOVED, MOVED], True),
        ([MOVED, UNKNOWN, UNKNOWN, MOVED], True),
        ([UNKNOWN] * 9, False),
        ([MOVED, MOVED, STEADY], False),
    ],
)
def test_one_moved_picture_suspends_nothing(states: list[GuardState], suspended: bool) -> None:
    assert suspends(states) is suspended
    assert suspends(states, GuardLimits(looks=99)) is False


def test_a_history_counts_what_it_is_told() -> None:
    history = GuardHistory().after(MOVED).after(MOVED).after(MOVED)
    assert (history.moved_in_a_row, history.suspends(GuardLimits(looks=3)), history.after(STEADY)) == (
        3, True, GuardHistory(),
    )  # fmt: skip


@dataclass
class Finder:
    """A detector that sees persons where it was told that they are, and counts how often it looked."""

    persons: tuple[tuple[float, float, float, float], ...]
    looked: int = field(default=0)
    model: ModelIdentity = field(init=False)

    def detect(
        self, image: Uint8Array, *, min_confidence: float | None = None, tiling: Tiling = Tiling.AUTO
    ) -> Detections:
        self.looked += 1
        boxes = np.array([*self.persons, (0.0, 0.0, 9.0, 9.0)], np.float32)
        classes = np.array([INDEX["person"]] * len(self.persons) + [INDEX["cup"]], np.int64)
        return Detections(boxes, np.full(len(boxes), 0.5, np.float32), classes, (image.shape[1], image.shape[0]))


def test_people_are_looked_for_only_where_the_camera_seems_to_have_moved() -> None:
    nobody = Finder(())
    assert look_at_camera(HALL, STILL, nobody).state is STEADY
    assert nobody.looked == 0
    away = turned(HALL, turning(WH, 2.0, 0.0, 0.0))
    assert look_at_camera(away, STILL, nobody).state is MOVED
    assert nobody.looked == 1
    assert look_at_camera(away, STILL).state is MOVED
    assert persons_in(HALL, nobody).shape == (0, 4)


def test_what_only_people_seem_to_move_is_seen_again_without_them() -> None:
    crowd = Finder(((0.0, 0.0, 640.0, 355.0),))
    look = look_at_camera(drawn_hall(77), STILL, crowd)
    assert (look.state, look.shift.obstacle) == (UNKNOWN, Obstacle.HIDDEN)
    assert look_at_camera(drawn_hall(77), STILL).state is MOVED


WORDS = MappingProxyType(
    {
        CameraLook(STEADY, shift(0.0002)): ("摄像机位置未变", "the camera stands as it did"),
        CameraLook(DRIFTED, shift(0.0021, roll_deg=-0.12)): (
            "摄像机略有偏移，已校正（最大位移为画面宽度的 0.21 %，旋转 -0.1°）",
            "the camera has drifted a little, which is corrected (by 0.21 % of the picture's width, roll -0.1°)",
        ),
        CameraLook(MOVED, shift(0.0, outcome=Outcome.NOTHING_SHARED)): (
            "摄像机已移动，需重新标定（画面与基准画面没有共同之处）",
            "the camera has moved and needs calibrating again (nothing of the reference is in the picture)",
        ),
        CameraLook(UNKNOWN, shift(0.004, 0.01)): (
            "无法判断摄像机是否移动（位移测量不够准确）",
            "whether the camera has moved cannot be told (the shift is not known well enough)",
        ),
    }
)


@pytest.mark.parametrize("look", WORDS)
def test_words(look: CameraLook) -> None:
    assert (guard_sentence(look, "zh"), guard_sentence(look, "en")) == WORDS[look]


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_every_obstacle_and_state_has_words_in_both_languages(obstacle: Obstacle) -> None:
    look = CameraLook(UNKNOWN, shift(0.0, outcome=Outcome.CANNOT_TELL, obstacle=obstacle))
    assert guard_sentence(look, "zh") != guard_sentence(look, "en")
    assert all(guard_state_name(state, "zh") != guard_state_name(state, "en") for state in GuardState)
