"""Times of grace over several looks: what stays is known for how long, what is gone or back is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.grace import NOTHING_LINGERS, GraceState, Look
from deskcheck_calibration.placed_item import PlacedItem

from tests.unit.calibration.conftest import make_item

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)
BRIDGE = {"V07": 7200.0, "V01": 7200.0}
CUP = make_item("cup", 60, 20)


def away(item: PlacedItem = CUP, state: State = State.INCONCLUSIVE, reason: Reason | None = Reason.WITHIN_GRACE) -> Any:
    return Finding("V07", state, item.item, "cup home", reason=reason, xyxy=item.xyxy)


def look(minute: float, *findings: Finding, items: tuple[PlacedItem, ...] = (), empty: tuple[int, ...] = ()) -> Look:
    at = TEN + timedelta(minutes=minute)
    return Look(at - timedelta(minutes=1), at, findings, items, empty, BRIDGE)


def seconds(state: GraceState, minute: float, item: PlacedItem = CUP) -> float:
    return state.seconds("V07", item, "cup home", TEN + timedelta(minutes=minute), 7200.0)


FIRST = NOTHING_LINGERS.after(look(0, away(), items=(CUP,)))


def test_a_thing_still_there_half_an_hour_later_has_been_there_since_the_first_look() -> None:
    assert seconds(NOTHING_LINGERS, 0) == 0
    assert seconds(FIRST, 30) == 31 * 60  # the first burst took a minute
    suspected = away(state=State.SUSPECTED, reason=None)
    later = FIRST.after(look(30, suspected, items=(CUP,)))
    assert [(thing.since, thing.last_seen) for thing in later.things] == [
        (TEN - timedelta(minutes=1), TEN + timedelta(minutes=30))
    ]
    assert seconds(later, 60) == 61 * 60


@pytest.mark.parametrize(
    ("second", "stays"),
    [
        (look(30), True),  # its place is not seen
        (look(30, empty=(0,)), False),  # seen, and empty
        (look(30, empty=(0,), items=(make_item("cup", 61, 20, confidence=0.4),)), True),  # something like it is there
        (look(30, empty=(0,), items=(make_item("cup", 90, 20),)), False),  # moved elsewhere: used in between
        (look(30, Finding("V07", State.PASS, "cup", "cup home", xyxy=(0, 0, 1, 1))), False),  # back
        (look(30, Finding("V07", State.PASS, "cup", "other", xyxy=(0, 0, 1, 1))), True),
        (look(121), False),  # nobody looked for too long
        (look(-5, empty=(0,)), True),  # an older look says nothing
    ],
)
def test_what_is_gone_back_or_forgotten_begins_anew(second: Look, stays: bool) -> None:
    assert bool(FIRST.after(second).things) is stays


def test_what_stands_elsewhere_is_another_thing() -> None:
    assert seconds(FIRST, 30, make_item("cup", 90, 20)) == 0
    assert seconds(FIRST, 30, make_item("tissue", 60, 20)) == 0
    assert seconds(FIRST, 121) == 0
    other = make_item("cup", 90, 20)
    both = FIRST.after(look(30, away(other), items=(CUP, other)))
    assert len(both.things) == 2


def test_rules_without_grace_and_doubts_leave_nothing() -> None:
    doubt = away(reason=Reason.LOW_CONFIDENCE)
    elsewhere = Finding("V04", State.SUSPECTED, "cup", "cup home", xyxy=CUP.xyxy)
    assert NOTHING_LINGERS.after(look(0, doubt, elsewhere, items=(CUP,))) == NOTHING_LINGERS
