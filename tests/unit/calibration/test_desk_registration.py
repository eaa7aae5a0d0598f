"""A desk recognised by its approved picture: from elsewhere, and everything that must be refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deskcheck_calibration.desk_reference import DeskReference, merged
from deskcheck_calibration.desk_registration import register_matches, register_photo
from deskcheck_calibration.desk_surface import DeskSurface
from deskcheck_calibration.errors import DeskNotRecognisedError, DeskReferenceError
from deskcheck_calibration.registration_limits import GOOD, Refusal
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.registration import Matches
from printed_desk import CORNERS_CM, DESK, plane_of, printed_desk, reference_of, worst_error_cm
from sticker_desk import PX_PER_CM, Camera, camera, desk_texture, seen

APPROVED = camera(DESK, 50.0, 0.0, 190.0)
ELSEWHERE = camera(DESK, 38.0, 22.0, 190.0)


@pytest.fixture(scope="module")
def reference() -> DeskReference:
    return reference_of(seen(printed_desk(3), APPROVED, 1), APPROVED)


@pytest.fixture(scope="module")
def sides_only(reference: DeskReference) -> DeskReference:
    """The same desk, of whose board nothing was to be seen."""
    return without_board(reference)


def without_board(reference: DeskReference) -> DeskReference:
    surface = reference.surface
    hidden = DeskSurface(surface.grain, np.zeros_like(surface.usable), surface.px_per_cm)
    return DeskReference(reference.features, hidden, reference.desk_wh_cm)


@pytest.fixture(scope="module")
def photo() -> Uint8Array:
    return seen(printed_desk(3), ELSEWHERE, 2)


@pytest.mark.parametrize(
    ("elevation", "azimuth", "knows_focal"), [(38.0, 22.0, True), (62.0, -35.0, False), (40.0, 180.0, True)]
)
def test_a_desk_is_recognised_from_elsewhere(
    reference: DeskReference, elevation: float, azimuth: float, knows_focal: bool
) -> None:
    by = camera(DESK, elevation, azimuth, 195.0)
    found = register_photo(seen(printed_desk(3), by, 2), reference, by.focal_px if knows_focal else None)
    assert found.refusal is None
    assert found.plane is not None
    assert worst_error_cm(found.plane, by) < 0.3
    assert found.plane.residual_cm < 0.2
    assert found.evidence.sides == 4
    assert found.evidence.missing == 0


@pytest.mark.parametrize(
    ("elevation", "azimuth", "knows_focal"), [(38.0, 22.0, True), (62.0, -35.0, False), (40.0, 180.0, True)]
)
def test_it_is_recognised_by_its_sides_where_nothing_is_known_of_its_board(
    sides_only: DeskReference, elevation: float, azimuth: float, knows_focal: bool
) -> None:
    by = camera(DESK, elevation, azimuth, 195.0)
    found = register_photo(seen(printed_desk(3), by, 2), sides_only, by.focal_px if knows_focal else None)
    assert found.plane is not None
    assert worst_error_cm(found.plane, by) < 0.3
    assert found.evidence.pieces == 0
    assert found.evidence.agreeing > 100


def test_the_board_tells_its_desk_where_only_one_side_is_in_the_picture(reference: DeskReference) -> None:
    near = camera(DESK, 50.0, 0.0, 70.0)
    found = register_photo(seen(printed_desk(3), near, 2), reference, near.focal_px)
    assert found.plane is not None
    assert found.evidence.sides < 3
    assert found.evidence.pieces_agreeing > 0.9 * found.evidence.pieces > 12
    assert worst_error_cm(found.plane, near) < 0.5


def test_its_board_pushed_below_its_own_sides_is_refused(reference: DeskReference) -> None:
    """A cloth with everything on it, pushed by 8 cm: features and grain agree with each other perfectly."""
    pushed = register_photo(seen(look_alike("shifted a little"), ELSEWHERE, 2), reference, ELSEWHERE.focal_px)
    assert pushed.plane is None
    assert pushed.evidence.pieces_agreeing > 20


def test_it_is_recognised_in_other_light_and_with_things_in_the_way(reference: DeskReference) -> None:
    texture = printed_desk(3)
    for left, top, grey in ((20, 15, 30), (95, 35, 200)):
        texture[top * PX_PER_CM : (top + 25) * PX_PER_CM, left * PX_PER_CM : (left + 30) * PX_PER_CM] = grey
    darker = (seen(texture, ELSEWHERE, 2) * 0.6).astype(np.uint8)
    found = register_photo(darker, reference)
    assert found.plane is not None
    assert worst_error_cm(found.plane, ELSEWHERE) < 0.5


def look_alike(kind: str) -> Uint8Array:
    if kind == "other prints":
        return printed_desk(4)
    if kind == "no prints":
        return desk_texture(3, DESK, ())
    # The same prints, all of them elsewhere on a desk of the same model: they agree with each other perfectly.
    return np.roll(printed_desk(3), {"shifted": 30, "shifted a little": 8}[kind] * PX_PER_CM, axis=1)


@pytest.mark.parametrize(
    ("kind", "refusals"),
    [
        ("other prints", {Refusal.FEW_MATCHES}),
        ("no prints", {Refusal.FEW_MATCHES}),
        ("shifted", {Refusal.SIDES_UNSEEN, Refusal.SIDES_DISAGREE, Refusal.SIDES_AMBIGUOUS}),
        ("shifted a little", {Refusal.SIDES_UNSEEN, Refusal.SIDES_DISAGREE, Refusal.SIDES_AMBIGUOUS}),
    ],
)
def test_a_desk_that_looks_alike_is_refused(reference: DeskReference, kind: str, refusals: set[Refusal]) -> None:
    found = register_photo(seen(look_alike(kind), ELSEWHERE, 2), reference, ELSEWHERE.focal_px)
    assert found.plane is None
    assert found.refusal in refusals


@pytest.mark.parametrize(
    ("low_cm", "high_cm"), [((5.0, 33.0), (145.0, 37.0)), ((60.0, 25.0), (75.0, 40.0))], ids=["a line", "a spot"]
)
def test_features_along_one_line_or_on_one_spot_are_no_desk(
    sides_only: DeskReference, photo: Uint8Array, low_cm: tuple[float, float], high_cm: tuple[float, float]
) -> None:
    points_cm = np.random.default_rng(8).uniform(low_cm, high_cm, (60, 2))
    found = register_matches(photo, matches(ELSEWHERE.px(points_cm), points_cm), sides_only, ELSEWHERE.focal_px)
    assert found.refusal is Refusal.ONE_SPOT
    assert found.evidence.agreeing >= GOOD.least_matches


def test_a_photo_that_shows_one_side_alone_is_refused(sides_only: DeskReference) -> None:
    near = camera(DESK, 50.0, 0.0, 70.0)
    found = register_photo(seen(printed_desk(3), near, 2), sides_only, near.focal_px)
    assert found.refusal is Refusal.SIDES_UNSEEN
    assert found.evidence.agreeing > 50


def test_a_mirrored_photo_is_refused(reference: DeskReference, photo: Uint8Array) -> None:
    assert register_photo(np.ascontiguousarray(photo[:, ::-1]), reference).plane is None


def matches(points_px: Float64Array, points_cm: Float64Array) -> Matches:
    """Clear matches of one turn and size, all of them flat."""
    count = len(points_cm)
    flat = np.column_stack([points_cm, np.zeros(count)])
    return Matches(points_px, flat, np.zeros(count), np.full(count, 3.0), np.full(count, 0.5))


def places(count: int = 60, seed: int = 5) -> Float64Array:
    return np.random.default_rng(seed).uniform([5, 5], [145, 65], (count, 2))


def test_mirrored_matches_are_refused(sides_only: DeskReference, photo: Uint8Array) -> None:
    points_cm = places()
    mirrored = ELSEWHERE.px(points_cm) * [-1, 1] + [ELSEWHERE.image_wh[0], 0]
    found = register_matches(photo, matches(mirrored, points_cm), sides_only)
    assert found.refusal is Refusal.FEW_MATCHES


def test_too_few_matches_are_refused(sides_only: DeskReference, photo: Uint8Array) -> None:
    points_cm = places(GOOD.least_matches - 1)
    found = register_matches(photo, matches(ELSEWHERE.px(points_cm), points_cm), sides_only)
    assert found.refusal is Refusal.FEW_MATCHES
    assert found.evidence.matches == GOOD.least_matches - 1


def test_matches_on_a_line_alone_never_make_a_desk(sides_only: DeskReference, photo: Uint8Array) -> None:
    points_cm = np.column_stack([np.linspace(10, 140, 40), np.full(40, 35.0)])
    assert register_matches(photo, matches(ELSEWHERE.px(points_cm), points_cm), sides_only).plane is None


def test_perfect_matches_without_any_side_in_the_picture_prove_nothing(sides_only: DeskReference) -> None:
    points_cm = places()
    plain = np.full((ELSEWHERE.image_wh[1], ELSEWHERE.image_wh[0], 3), 90, np.uint8)
    found = register_matches(plain, matches(ELSEWHERE.px(points_cm), points_cm), sides_only)
    assert found.refusal is Refusal.SIDES_UNSEEN


def test_things_that_were_moved_are_outvoted(sides_only: DeskReference, photo: Uint8Array) -> None:
    points_cm = places(80)
    points_px = ELSEWHERE.px(points_cm)
    points_px[:30] = ELSEWHERE.px(points_cm[:30] + np.array([14.0, 6.0]))  # one large mat was pushed
    found = register_matches(photo, matches(points_px, points_cm), sides_only, ELSEWHERE.focal_px)
    assert found.plane is not None
    assert worst_error_cm(found.plane, ELSEWHERE) < 0.3


def test_where_most_things_were_moved_together_the_sides_contradict(
    sides_only: DeskReference, photo: Uint8Array
) -> None:
    points_cm = places(80)
    found = register_matches(
        photo, matches(ELSEWHERE.px(points_cm + np.array([14.0, 6.0])), points_cm), sides_only, ELSEWHERE.focal_px
    )
    assert found.plane is None or worst_error_cm(found.plane, ELSEWHERE) < 1.0


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("least_matches", 10_000, Refusal.FEW_MATCHES),
        ("least_share", 1.01, Refusal.FEW_MATCHES),
        ("least_spread", 2.0, Refusal.ONE_SPOT),
        ("least_sides", 5, Refusal.SIDES_UNSEEN),
        ("least_lead", 1e9, Refusal.SIDES_AMBIGUOUS),
        ("largest_miss_cm", 0.0, Refusal.SIDES_DISAGREE),
        ("largest_pull_cm", 0.0, Refusal.SIDES_DISAGREE),
        ("largest_sigma_cm", 0.0, Refusal.UNCERTAIN),
    ],
)
def test_every_limit_refuses_by_its_own_name(
    sides_only: DeskReference, photo: Uint8Array, name: str, value: float, refusal: Refusal
) -> None:
    assert register_photo(photo, sides_only, limits=GOOD).refusal is None
    assert register_photo(photo, sides_only, limits=replace(GOOD, **{name: value})).refusal is refusal


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_is_told_in_both_languages(refusal: Refusal) -> None:
    error = DeskNotRecognisedError.because(refusal)
    assert error.code == "registration.not_recognised"
    assert error.sentence("zh") != error.sentence("en")
    assert error.next_step("zh")
    assert error.facts["reason"] == refusal


def test_a_reference_is_kept_as_bytes(reference: DeskReference, photo: Uint8Array) -> None:
    again = DeskReference.from_bytes(reference.to_bytes())
    assert again.desk_wh_cm == reference.desk_wh_cm
    assert np.array_equal(again.features.descriptors, reference.features.descriptors)
    assert np.allclose(again.features.points_cm, reference.features.points_cm, atol=1e-4)
    assert register_photo(photo, again).plane is not None


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_damaged_reference_is_told(content: bytes) -> None:
    with pytest.raises(DeskReferenceError) as caught:
        DeskReference.from_bytes(content)
    assert caught.value.code == "calibration.desk_reference"


def test_people_are_left_out() -> None:
    image, by = seen(printed_desk(3), APPROVED, 1), APPROVED
    box = (0.0, 0.0, by.image_wh[0] / 2, float(by.image_wh[1]))
    whole = reference_of(image, by)
    half = reference_of(image, by, [("person", 0.9, box)])
    assert len(half.features.points_cm) < len(whole.features.points_cm)
    assert half.features.points_cm[:, 0].min() > DESK[0] * 0.45
    assert half.surface.usable[:, : half.surface.usable.shape[1] // 3].max() == 0


def test_several_pictures_of_a_desk_make_one_reference(reference: DeskReference, photo: Uint8Array) -> None:
    left_side = camera(DESK, 42.0, -30.0, 195.0)
    both = merged([reference, reference_of(seen(printed_desk(3), left_side, 4), left_side)])
    assert len(both.features.points_cm) > len(reference.features.points_cm)
    assert register_photo(photo, both).plane is not None
    with pytest.raises(ValueError, match="one desk"):
        merged([])
    other = DeskReference(reference.features, reference.surface, (100.0, 60.0))
    with pytest.raises(ValueError, match="one desk"):
        merged([reference, other])


def test_nothing_is_written_to(reference: DeskReference, photo: Uint8Array) -> None:
    photo.flags.writeable = False
    before = photo.copy()
    register_photo(photo, reference)
    assert np.array_equal(photo, before)


def test_the_drawn_corners_are_where_the_camera_has_them() -> None:
    assert np.allclose(plane_of(APPROVED).to_cm(APPROVED.px(CORNERS_CM)), CORNERS_CM, atol=1e-6)
    assert isinstance(APPROVED, Camera)
