"""Planned windows seen by two cameras, each of which sees about two thirds of the desk: judged alone and together.

Truth of the cameras' pictures is known without light. docs/adr/0020-partial-views.md has the figures of 60 windows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from deskcheck_calibration.findings import Judgement, Reason, State
from deskcheck_calibration.judging import SeenView, judge_views
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.scene import WHOLE_DESK, SourceKind
from deskcheck_calibration.visibility import meant_shares
from deskcheck_datasets.synthetic.recipes import VERDICT_SEEDS
from deskcheck_datasets.synthetic.truth import Truth
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.frames import Frame
from deskcheck_vision.taxonomy import BY_ID

pytest.importorskip("mitsuba", reason="the extra [synth] (mitsuba) is not installed")

from deskcheck_datasets.synthetic.hall import layout_of
from deskcheck_datasets.synthetic.verdicts import seen_plan, truth_without_light

# Two with a phone and one of a ceiling camera; none of the 60 that the record speaks of.
START, COUNT = 50_700, 3
LONGER_LENS = 1.6
LEAST_VISIBILITY = 0.15
Windows = list[tuple[Truth, list[Truth], Layout]]


class TrueBoxes:
    """A detector that reports the boxes known from the making of each picture in turn."""

    model = ModelIdentity("truth", "0" * 64, frozenset(BY_ID))

    def __init__(self, truths: list[Truth]) -> None:
        self._truths = iter(truths)

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        truth = next(self._truths)
        seen = [i for i in truth.items if i.box_xyxy is not None and i.visibility >= LEAST_VISIBILITY]
        rows = [(item.class_id, 0.95, item.box_xyxy) for item in seen if item.box_xyxy is not None]
        return Detections.from_rows(rows, truth.image_wh)


@pytest.fixture(scope="module")
def windows() -> Windows:
    """The truth of each window's whole view, that of its two turned views, and the layout."""
    made: Windows = []
    for seed in VERDICT_SEEDS[START : START + COUNT]:
        planned, scene, truth = seen_plan(seed)
        width, depth = scene.desk_wh_cm
        cameras = [
            replace(
                scene.camera,
                target_cm=(share * width, -depth / 2, 0.0),
                focal_px=LONGER_LENS * scene.camera.focal_px,
            )
            for share in (0.25, 0.75)
        ]
        halves = [truth_without_light(planned, replace(scene, camera=one), "half.png") for one in cameras]
        made.append((truth, halves, layout_of(planned.window, truth)))
    return made


def plane_of(truth: Truth) -> DeskPlane:
    corners = [(float(x), float(y)) for x, y in truth.desk_corners_px]
    return DeskPlane.from_corners(corners, truth.desk_wh_cm, truth.image_wh)


def judged(truths: list[Truth], layout: Layout) -> Judgement:
    views = []
    for truth in truths:
        width, height = truth.image_wh
        noise = np.random.default_rng(1).integers(60, 190, (height // 8, width // 8, 3)).astype(np.uint8)
        image = np.kron(noise, np.ones((8, 8, 1), np.uint8))
        taken_at = datetime.fromisoformat(truths[0].captured_at).astimezone(UTC)
        views.append(SeenView([Frame(image, taken_at, "view")], plane_of(truth), calibrated=plane_of(truth)))
    camera = truths[0].camera_kind == "ceiling"
    kind = SourceKind.CAMERA if camera else SourceKind.PHOTO
    return judge_views(views, layout, TrueBoxes(truths), source_kind=kind, observed_s=3600.0).judgement


def suspected(judgement: Judgement) -> set[tuple[str, str]]:
    return {(f.rule, str(f.item)) for f in judgement.findings if f.state is State.SUSPECTED}


def test_two_halves_find_what_the_whole_view_finds(windows: Windows) -> None:
    for truth, halves, layout in windows:
        shares = [meant_shares(layout, plane_of(half))[WHOLE_DESK] for half in halves]
        assert all(0.45 < share < 0.79 for share in shares), shares
        planted = {(violation.rule, violation.item) for violation in truth.violations}
        whole, both = (judged(truths, layout) for truths in ([truth], halves))
        assert suspected(whole) & planted <= suspected(both) <= planted
        assert not [f for f in both.findings if f.reason is Reason.OUTSIDE_VIEW]


def test_a_half_suspects_nothing_that_is_not_so_and_passes_no_window(windows: Windows) -> None:
    for truth, halves, layout in windows:
        planted = {(violation.rule, violation.item) for violation in truth.violations}
        for half in halves:
            alone = judged([half], layout)
            assert suspected(alone) <= planted
            assert alone.state is not State.PASS
            assert [f for f in alone.findings if f.reason is Reason.OUTSIDE_VIEW]
