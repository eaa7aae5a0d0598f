"""What holds for any burst: the order of its middle frames, covered frames, and what passes by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from deskcheck_calibration.burst import FrameItems, Fused, fuse_frames
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules.parameters import COMMON, defaults
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.calibration.conftest import make_item

LIMITS = defaults(COMMON)
NOBODY = np.zeros((0, 4))
EVERYTHING = np.array([[-1e4, -1e4, 1e4, 1e4]])

things = st.builds(
    make_item,
    st.sampled_from(("cup", "bag", "pen_holder")),
    st.integers(0, 40).map(lambda x: 5.0 * x),
    st.integers(0, 12).map(lambda y: 5.0 * y),
    confidence=st.floats(0.36, 0.99),
)  # fmt: skip


@st.composite
def frames(draw: st.DrawFn, least: int = 2, most: int = 6) -> list[FrameItems]:
    """Frames in which some of a few things are seen, each with an index of its own."""
    known = draw(st.lists(things, max_size=5))
    shown = []
    for _ in range(draw(st.integers(least, most))):
        seen = [item for item in known if draw(st.booleans())]
        shown.append(FrameItems(tuple(replace(item, index=number) for number, item in enumerate(seen)), NOBODY))
    return shown


def told(fused: Fused) -> list[tuple[object, ...]]:
    """What a rule can see of what was fused, whatever its numbers."""
    return sorted(
        (item.item, item.centre_cm, item.confidence, item.support, item.shown_frames, item.is_fleeting, kind)
        for kind, items in (("there", fused.items), ("passing", fused.passing))
        for item in items
    )


@given(frames(least=1, most=1))
def test_a_photo_is_a_burst_of_one(burst: list[FrameItems]) -> None:
    assert fuse_frames(burst, LIMITS) == Fused(burst[0].items, (), burst[0].touched)


@settings(max_examples=60)
@given(frames(), st.randoms())
def test_the_order_of_the_frames_before_the_last_changes_nothing(burst: list[FrameItems], shuffled: object) -> None:
    middle = burst[:-1]
    shuffled.shuffle(middle)  # type: ignore[attr-defined]
    assert told(fuse_frames([*middle, burst[-1]], LIMITS)) == told(fuse_frames(burst, LIMITS))


@settings(max_examples=60)
@given(frames(), st.integers(0, 5))
def test_a_frame_in_which_everything_is_covered_changes_nothing(burst: list[FrameItems], place: int) -> None:
    covered = FrameItems((), EVERYTHING)
    at = min(place, len(burst) - 1)
    assert told(fuse_frames([*burst[:at], covered, *burst[at:]], LIMITS)) == told(fuse_frames(burst, LIMITS))


@settings(max_examples=60)
@given(frames(), things, st.integers(0, 5))
def test_what_one_frame_shows_never_counts_as_standing_there(
    burst: list[FrameItems], passer: PlacedItem, place: int
) -> None:
    stranger = replace(passer, item="personal_ornament", index=90)
    at = min(place, len(burst) - 1)
    shown = replace(burst[at], items=(*burst[at].items, stranger))
    fused = fuse_frames([*burst[:at], shown, *burst[at + 1 :]], LIMITS)
    assert all(item.is_fleeting for item in fused.items if item.item == stranger.item)


@settings(max_examples=60)
@given(frames())
def test_support_is_a_share_and_no_two_things_share_a_number(burst: list[FrameItems]) -> None:
    fused = fuse_frames(burst, LIMITS)
    assert all(0 < item.support <= 1 and item.shown_frames <= len(burst) for item in (*fused.items, *fused.passing))
    assert len({item.index for item in fused.items}) == len(fused.items)
    assert all(not item.is_fleeting for item in fused.items if item.support == 1 and item.shown_frames > 1)
