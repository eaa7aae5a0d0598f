"""The demonstration's film, judged from its true boxes moment by moment: what it breaks is found and nothing else.

This holds film, record, layout and hall file together with the rules; how well the model sees is measured elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_calibration.findings import Judgement, State
from deskcheck_calibration.judging import judge, plane_from_view
from deskcheck_calibration.layout_file import load_layout
from deskcheck_calibration.scene import SourceKind
from deskcheck_datasets.synthetic.clip_record import Clip, read_clip
from deskcheck_datasets.synthetic.truth import Truth
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import ModelIdentity, Tiling
from deskcheck_vision.quality import is_frozen
from deskcheck_vision.sources.film import VideoFileSource
from deskcheck_vision.taxonomy import BY_ID

HALL = Path(__file__).resolve().parents[4] / "service" / "deskcheck_service" / "demo" / "hall"
WINDOW: dict[str, Any] = next(
    window for window in json.loads((HALL / "hall.json").read_text(encoding="utf-8"))["windows"] if window.get("clips")
)
ENTRY: dict[str, Any] = WINDOW["clips"][0]
LEAST_VISIBILITY = 0.15


class TrueBoxes:
    """A detector that reports the boxes known from the making of a moment."""

    model = ModelIdentity("truth", "0" * 64, frozenset(BY_ID), session="truth")

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        seen = [i for i in self._truth.items if i.box_xyxy is not None and i.visibility >= LEAST_VISIBILITY]
        rows = [(item.class_id, 0.95, item.box_xyxy) for item in seen if item.box_xyxy is not None]
        return Detections.from_rows(rows, self._truth.image_wh)


@pytest.fixture(scope="module")
def clip() -> Clip:
    return read_clip((HALL / ENTRY["file"]).with_suffix(".json"))


@pytest.fixture(scope="module")
def film() -> Iterator[VideoFileSource]:
    with VideoFileSource(HALL / ENTRY["file"], every_s=ENTRY["every_s"]) as source:
        yield source


def test_the_film_is_the_recorded_one_small_and_of_its_own_seeds(clip: Clip, film: VideoFileSource) -> None:
    content = (HALL / ENTRY["file"]).read_bytes()
    assert sha256(content).hexdigest() == clip.sha256
    assert len(content) <= 1_500_000
    assert 8_000_000 <= clip.seed < 8_100_000
    assert film.duration_s == clip.duration_s >= 60
    assert film.recorded_at == datetime.fromisoformat(clip.started_at) == datetime.fromisoformat(ENTRY["started_at"])
    assert len(clip.states) >= 6


def test_the_halls_file_says_what_the_record_says(clip: Clip) -> None:
    assert (WINDOW["code"], ENTRY["view"]) == (clip.window, clip.view)
    assert len(ENTRY["states"]) == len(clip.states)
    for entry, state in zip(ENTRY["states"], clip.states, strict=True):
        assert (entry["from_s"], entry["to_s"]) == (state.from_s, state.to_s)
        for kind, violations in (("planted", state.planted()), ("covered", state.covered())):
            assert [(one["rule"], one["item"]) for one in entry[kind]] == [(v.rule, v.item) for v in violations]


def _judged(clip: Clip, film: VideoFileSource, time_s: float) -> Judgement:
    layout = load_layout(HALL / WINDOW["layout"])
    frame = film.frame_at(time_s)
    assert frame.stream_time_s == time_s  # the film keeps a whole picture at each moment that is judged
    assert frame.captured_at - datetime.fromisoformat(clip.started_at) == timedelta(seconds=time_s)
    view = next(view for view in layout.views if view.name == ENTRY["view"])
    plane = plane_from_view(view, layout.desk_wh_cm, frame.image_wh)
    detector: Any = TrueBoxes(clip.at(time_s).truth)
    return judge([frame], layout, plane, detector, source_kind=SourceKind.CAMERA).judgement


@pytest.mark.parametrize("time_s", np.arange(0.0, 72.0, 10.0).tolist())
def test_true_boxes_give_exactly_what_each_moment_shows(clip: Clip, film: VideoFileSource, time_s: float) -> None:
    state = clip.at(time_s)
    judgement = _judged(clip, film, time_s)
    suspected = {(f.rule, f.item) for f in judgement.findings if f.state is State.SUSPECTED}
    planted, covered = ({(v.rule, v.item) for v in found} for found in (state.planted(), state.covered()))
    assert planted <= suspected <= planted | covered
    doubtful = [f for f in judgement.findings if f.state is State.INCONCLUSIVE]
    assert bool(doubtful) == (state.covered_share > 0)  # what somebody hides cannot be judged; all else can


def test_what_somebody_covers_is_not_seen_rather_than_absent(clip: Clip, film: VideoFileSource) -> None:
    """At 30 s somebody stands before mouse and cup: nobody may say that the mouse, which is required, is missing."""
    hidden = {item.class_id for item in clip.at(30).truth.items if item.visibility < LEAST_VISIBILITY}
    assert {"mouse", "cup"} <= hidden
    about_mouse = [f for f in _judged(clip, film, 30.0).findings if f.rule == "V05" and f.item == "mouse"]
    assert [finding.state for finding in about_mouse] == [State.INCONCLUSIVE]


def test_the_camera_is_alive_and_shows_what_the_record_says(clip: Clip, film: VideoFileSource) -> None:
    first, later = film.frame_at(0.0).image, film.frame_at(2.0).image
    assert not is_frozen(first, later)  # nothing moves, but each frame has noise of its own
    with_bag = film.frame_at(20.0).image
    (bag,) = (item for item in clip.at(20).truth.items if item.class_id == "bag")
    assert bag.box_xyxy is not None
    x1, y1, x2, y2 = (round(side) for side in bag.box_xyxy)
    change = cv2.absdiff(first, with_bag).mean(axis=2)
    assert change[y1:y2, x1:x2].mean() > 40
    outside = np.ones(change.shape, np.bool_)
    outside[max(y1 - 40, 0) : y2 + 40, max(x1 - 40, 0) : x2 + 40] = False
    assert change[outside].mean() < 6
