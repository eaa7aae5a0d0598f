"""Several pictures of one window through the one way: detected each by itself, put together, compared once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from deskcheck_calibration.errors import ViewsApartError
from deskcheck_calibration.findings import Finding, Judgement, Reason, State
from deskcheck_calibration.judging import Judged, SeenView, judge, judge_views
from deskcheck_calibration.layout import HomeZone, Layout, Relation
from deskcheck_calibration.picture import overlay_values
from deskcheck_calibration.plane import DeskPlane
from deskcheck_vision.detections import Detections
from deskcheck_vision.frames import Frame

from tests.benchmarks.calibration.projected import box_of, camera, footprint, project
from tests.unit.calibration.conftest import OPEN_TIME, make_layout, rect
from tests.unit.calibration.test_judging import SHARP, KnownDetector

WH = (1280, 960)
DESK = (180.0, 70.0)
CUP_HOME = HomeZone("cup-home", "cup", rect(20, 40, 14, 14), 1)
PHONE_HOME = HomeZone("phone-home", "telephone", rect(140, 40, 24, 22), 1)
LAYOUT = make_layout(
    zones=(CUP_HOME, PHONE_HOME), relations=(Relation("beside", "document_camera", "monitor", max_gap_cm=20.0),)
)
SIZES = {"cup": (8, 8, 12), "telephone": (20, 18, 10), "bag": (30, 15, 25), "monitor": (54, 20, 45),
         "document_camera": (20, 12, 38), "keyboard": (44, 14, 3)}  # fmt: skip
Thing = tuple[str, float, float]
TIDY: tuple[Thing, ...] = (("cup", 27, 47), ("telephone", 152, 51))


def turned(x_cm: float, focal_px: float = 1500.0) -> np.ndarray:
    """The (3, 4) projection of a camera over the desk that looks at x_cm along it; it moves along with its aim."""
    return camera(48, 0, 210, focal_px, WH, (2 * x_cm, DESK[1]))


LEFT, RIGHT, WHOLE = turned(50.0), turned(130.0), camera(48, 0, 260, 1000, WH, DESK)


def plane_of(projection: np.ndarray) -> DeskPlane:
    corners = project(projection, np.array([[0, 0], [DESK[0], 0], [DESK[0], DESK[1]], [0, DESK[1]]]))
    return DeskPlane.from_corners([(float(x), float(y)) for x, y in corners], DESK, WH)


def seen(projection: np.ndarray, things: Sequence[Thing], confidence: float = 0.9) -> Detections:
    """What a perfect detector sees of things: boxes clipped to the picture, and nothing of what lies beyond."""
    rows = []
    for name, x, y in things:
        size = np.array(SIZES[name], float)
        box = box_of(projection, footprint((x, y), size, 0.0, is_round=name == "cup"), size[2])
        clipped = np.clip(box, 0, [*WH, *WH])
        if (clipped[2:] - clipped[:2] > 0.2 * (box[2:] - box[:2])).all():
            rows.append((name, confidence, tuple(float(side) for side in clipped)))
    return Detections.from_rows(rows, WH)


def view(projection: np.ndarray, seconds: float = 0.0, image: np.ndarray = SHARP) -> SeenView:
    frame = Frame(image, OPEN_TIME + timedelta(seconds=seconds), "test")
    return SeenView([frame], plane_of(projection), calibrated=plane_of(projection))


def together(things: Sequence[Thing], *projections: np.ndarray, layout: Layout = LAYOUT) -> Judgement:
    detector = KnownDetector(*(seen(one, things) for one in projections))
    return judge_views([view(one) for one in projections], layout, detector).judgement


def alone(things: Sequence[Thing], projection: np.ndarray, layout: Layout = LAYOUT) -> Judged:
    one = view(projection)
    return judge(one.frames, layout, one.plane, KnownDetector(seen(projection, things)), calibrated=one.calibrated)


def essence(judgement: Judgement) -> list[tuple[object, ...]]:
    return sorted(
        ((f.rule, f.state, f.item, f.place, f.reason, f.measured and round(f.measured, 6)) for f in judgement.findings),
        key=repr,
    )


def of(judgement: Judgement, rule: str, item: str | None) -> list[Finding]:
    return [finding for finding in judgement.findings if (finding.rule, finding.item) == (rule, item)]


def test_one_view_is_judged_as_ever() -> None:
    for things in (TIDY, (*TIDY, ("bag", 90, 30))):
        assert essence(together(things, WHOLE)) == essence(alone(things, WHOLE).judgement)
        assert essence(together(things, LEFT)) == essence(alone(things, LEFT).judgement)


def test_two_halves_of_a_tidy_desk_pass_as_neither_does() -> None:
    assert alone(TIDY, LEFT).judgement.state is State.NOT_ASSESSED
    assert alone(TIDY, RIGHT).judgement.state is State.NOT_ASSESSED
    assert together(TIDY, LEFT, RIGHT).state is State.PASS
    assert essence(together(TIDY, LEFT, RIGHT)) == essence(together(TIDY, RIGHT, LEFT))


def test_a_half_knows_its_own_places_and_says_so_of_the_others() -> None:
    left = alone((("cup", 27, 47),), LEFT).judgement
    assert [f.state for f in of(left, "V05", "cup")] == [State.PASS]
    assert [(f.state, f.reason) for f in of(left, "V05", "telephone")] == [(State.NOT_ASSESSED, Reason.OUTSIDE_VIEW)]
    assert not [f for f in left.findings if f.state is State.SUSPECTED]


def test_what_stands_in_the_other_half_is_not_missing_and_what_stands_nowhere_is() -> None:
    moved = (("cup", 150, 20), ("telephone", 152, 51))
    (finding,) = of(alone(moved, LEFT).judgement, "V05", "cup")
    assert (finding.state, finding.reason) == (State.INCONCLUSIVE, Reason.MAY_BE_OUTSIDE_VIEW)
    both = together(moved, LEFT, RIGHT)
    assert [f.state for f in of(both, "V05", "cup")] == [State.PASS]
    assert [f.state for f in of(both, "V04", "cup")] == [State.SUSPECTED]
    gone = together((("telephone", 152, 51),), LEFT, RIGHT)
    assert [f.state for f in of(gone, "V05", "cup")] == [State.SUSPECTED]


def test_a_thing_that_both_see_counts_once_and_two_count_twice() -> None:
    layout = make_layout()
    middle = (("cup", 90, 45),)
    assert len(seen(LEFT, middle)) == len(seen(RIGHT, middle)) == 1
    assert [f.state for f in of(together(middle, LEFT, RIGHT, layout=layout), "V06", "cup")] == [State.PASS]
    two = (("cup", 84, 45), ("cup", 96, 45))
    assert [f.state for f in of(together(two, LEFT, RIGHT, layout=layout), "V06", "cup")] == [State.SUSPECTED]
    apart = (("cup", 30, 45), ("cup", 150, 45))
    assert [f.state for f in of(together(apart, LEFT, RIGHT, layout=layout), "V06", "cup")] == [State.SUSPECTED]
    assert [f.state for f in of(alone(apart, LEFT, layout).judgement, "V06", "cup")] == [State.NOT_ASSESSED]


def test_a_finding_names_the_picture_of_its_box_and_each_picture_shows_its_own() -> None:
    things = (*TIDY, ("bag", 150, 20))
    detector = KnownDetector(seen(LEFT, things), seen(RIGHT, things))
    judged = judge_views([view(LEFT), view(RIGHT)], LAYOUT, detector)
    (bag,) = of(judged.judgement, "V01", "bag")
    assert (bag.state, bag.picture) == (State.SUSPECTED, 1)
    left, right = judged.views
    assert [f.xyxy for f in of(left.judgement, "V01", "bag")] == [None]
    assert [f.xyxy for f in of(right.judgement, "V01", "bag")] == [bag.xyxy]
    assert len(overlay_values(right, LAYOUT).items) == 2
    assert [item.item for item in judged.placed if item.item == "bag"] == ["bag"]
    assert left.judgement.state is right.judgement.state is judged.judgement.state


def test_a_relation_over_two_views() -> None:
    things = (*TIDY, ("monitor", 75, 20), ("document_camera", 118, 20))
    assert [f.state for f in of(together(things, LEFT, RIGHT), "V08", "document_camera")] == [State.PASS]


@pytest.mark.parametrize(
    ("image", "reason"), [(np.full((960, 1280, 3), 128, np.uint8), Reason.BLURRED), (SHARP // 20, Reason.DARK)]
)
def test_a_view_whose_picture_is_bad_leaves_its_part_in_doubt(image: np.ndarray, reason: Reason) -> None:
    detector = KnownDetector(seen(LEFT, TIDY), seen(RIGHT, TIDY))
    found = judge_views([view(LEFT), view(RIGHT, image=image)], LAYOUT, detector).judgement
    assert [f.state for f in of(found, "V05", "cup")] == [State.PASS]
    assert [(f.state, f.reason) for f in of(found, "V05", "telephone")] == [(State.INCONCLUSIVE, reason)]
    assert found.state is State.INCONCLUSIVE
    # Where the bad picture shows what a good one shows as well, it is not needed.
    detector = KnownDetector(seen(WHOLE, TIDY), seen(RIGHT, TIDY))
    assert judge_views([view(WHOLE), view(RIGHT, image=image)], LAYOUT, detector).judgement.state is State.PASS


def test_a_view_whose_desk_is_not_found_leaves_its_part_in_doubt() -> None:
    lost = replace(view(RIGHT), plane=None)
    found = judge_views([view(LEFT), lost], LAYOUT, KnownDetector(seen(LEFT, TIDY), seen(RIGHT, TIDY))).judgement
    (phone,) = of(found, "V05", "telephone")
    assert (phone.state, phone.reason) == (State.INCONCLUSIVE, Reason.NOT_REGISTERED)
    # Of a photo without a view nobody knows what it was meant to show: everything.
    lost = replace(lost, calibrated=None)
    found = judge_views([view(LEFT), lost], LAYOUT, KnownDetector(seen(LEFT, TIDY), seen(RIGHT, TIDY))).judgement
    assert [f.state for f in of(found, "V05", "telephone")] == [State.INCONCLUSIVE]


def test_where_no_view_can_be_used_nothing_is_judged() -> None:
    lost = replace(view(RIGHT), plane=None)
    moved = replace(view(LEFT), problems=(Reason.CAMERA_MOVED,))
    found = judge_views([lost, moved], LAYOUT, KnownDetector(seen(LEFT, TIDY))).judgement
    other = judge_views([moved, lost], LAYOUT, KnownDetector(seen(LEFT, TIDY))).judgement
    assert found.state is State.INCONCLUSIVE
    assert {f.reason for f in found.findings if f.state is State.INCONCLUSIVE} == {Reason.CAMERA_MOVED}
    assert essence(found) == essence(other)


def test_a_desk_that_is_known_too_roughly_counts_for_nothing() -> None:
    rough = replace(view(RIGHT), plane=replace(plane_of(RIGHT), residual_cm=2.5))
    found = judge_views([view(LEFT), rough], LAYOUT, KnownDetector(seen(LEFT, TIDY), seen(RIGHT, TIDY))).judgement
    (phone,) = of(found, "V05", "telephone")
    assert (phone.state, phone.reason) == (State.INCONCLUSIVE, Reason.REGISTRATION_RESIDUAL)


def test_pictures_of_different_times_are_not_judged_as_one() -> None:
    detector = KnownDetector(seen(LEFT, TIDY), seen(RIGHT, TIDY))
    assert judge_views([view(LEFT), view(RIGHT, seconds=600)], LAYOUT, detector).judgement.captured_at == (
        OPEN_TIME + timedelta(seconds=600)
    )
    with pytest.raises(ViewsApartError) as caught:
        judge_views([view(LEFT), view(RIGHT, seconds=660)], LAYOUT, detector)
    assert "11" in caught.value.sentence("en")
    assert caught.value.sentence("zh")


def test_no_view_no_frame_or_too_many_views_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one view"):
        judge_views([], LAYOUT, KnownDetector())
    with pytest.raises(ValueError, match="at least one frame"):
        judge_views([replace(view(LEFT), frames=[])], LAYOUT, KnownDetector())
    with pytest.raises(ValueError, match="1 to 8 views"):
        judge_views([view(LEFT)] * 9, LAYOUT, KnownDetector(seen(LEFT, TIDY)))


def test_hours_and_grace_can_be_told() -> None:
    detector = KnownDetector(seen(WHOLE, TIDY))
    judged = judge_views([view(WHOLE)], LAYOUT, detector, open_now=False, observed_s=30.0)
    assert judged.judgement.state is State.PASS
