"""What counts as a clean look: a table of what a judgement says about the place of a deviation."""

from __future__ import annotations

import pytest
from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_service.problems.looks import Deviation, is_clean

PASS, SUSPECTED, DOUBT, SILENT = State.PASS, State.SUSPECTED, State.INCONCLUSIVE, State.NOT_ASSESSED
DRINK = Deviation("V01", "beverage_container", "counter")
CUP = Deviation("V04", "cup", "cup_place")
MISSING = Deviation("V05", "monitor", "monitor_place")
SPOT = Deviation("V02", "", "at 60,30")
NEAR_EDGE = Deviation("V03", "pen", "")
DESK_SEEN = Finding("V06", PASS, "cup", None, 0.0, 2.0, "count")
NO_SUCH = Finding("V04", SILENT, "cup", "cup_place", reason=Reason.NOT_APPLICABLE)


def told(rule: str, state: State, item: str | None, place: str | None, reason: Reason | None = None) -> Finding:
    return Finding(rule, state, item, place, reason=reason)


AT_HOME = told("V04", PASS, "cup", "cup_place")

CASES = [
    ("the surface passes", DRINK, [told("V01", PASS, None, "counter")], True),
    ("another surface passes", DRINK, [told("V01", PASS, None, "riser")], False),
    ("nothing is said", DRINK, [], False),
    ("another rule passes", DRINK, [told("V13", PASS, None, "counter")], False),
    ("the surface is covered", DRINK, [told("V01", DOUBT, None, "counter", Reason.COVERED_BY_PERSON)], False),
    ("the whole picture is bad", DRINK, [told("V01", DOUBT, None, None, Reason.DARK)], False),
    ("the thing itself is in doubt", DRINK, [told("V01", DOUBT, DRINK.item, "counter"), DESK_SEEN], False),
    (
        "the model is silent about it",
        DRINK,
        [told("V01", SILENT, DRINK.item, "counter", Reason.CLASS_UNTRAINED), told("V01", PASS, None, "counter")],
        False,
    ),
    ("another thing stands there, desk seen", DRINK, [told("V01", SUSPECTED, "bag", "counter"), DESK_SEEN], True),
    ("another thing stands there, desk unseen", DRINK, [told("V01", SUSPECTED, "bag", "counter")], False),
    ("the cup is at home", CUP, [AT_HOME], True),
    ("one at home, one not sure", CUP, [AT_HOME, told("V04", DOUBT, "cup", "cup_place")], False),
    ("no cup there, desk seen", CUP, [NO_SUCH, DESK_SEEN], True),
    ("no cup there, desk not seen", CUP, [NO_SUCH], False),
    ("no cup there, one in doubt elsewhere", CUP, [NO_SUCH, told("V04", DOUBT, "cup", "other"), DESK_SEEN], False),
    ("no cup there, all others at home", CUP, [NO_SUCH, told("V04", PASS, "cup", "other"), DESK_SEEN], True),
    ("the zone is outside", CUP, [told("V04", SILENT, "cup", CUP.place, Reason.OUTSIDE_VIEW), DESK_SEEN], False),
    ("it is there again", MISSING, [told("V05", PASS, "monitor", "monitor_place")], True),
    ("another is there", MISSING, [told("V05", PASS, "keyboard", "keyboard_place")], False),
    ("its place is hidden", MISSING, [told("V05", DOUBT, "monitor", "monitor_place", Reason.FOOTPRINT_HIDDEN)], False),
    ("nothing unlisted", SPOT, [told("V02", PASS, None, None)], True),
    ("others unlisted elsewhere, desk seen", SPOT, [told("V02", SUSPECTED, None, None), DESK_SEEN], True),
    ("others unlisted elsewhere, desk unseen", SPOT, [told("V02", SUSPECTED, None, None)], False),
    ("nothing was compared", SPOT, [told("V02", SILENT, None, None, Reason.TOO_LITTLE_COMPARED), DESK_SEEN], False),
    ("all keep clear of the edge", NEAR_EDGE, [told("V03", PASS, None, None)], True),
    ("another is too near", NEAR_EDGE, [told("V03", SUSPECTED, "cup", None), DESK_SEEN], True),
    ("the edge is covered", NEAR_EDGE, [told("V03", DOUBT, None, None, Reason.COVERED_BY_PERSON)], False),
]  # fmt: skip


@pytest.mark.parametrize(("deviation", "findings", "clean"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_clean_look(deviation: Deviation, findings: list[Finding], *, clean: bool) -> None:
    assert is_clean(findings, deviation) is clean


def test_of_a_thing_that_several_looks_saw_silence_says_that_it_is_gone() -> None:
    silent = told("V01", SILENT, DRINK.item, "counter", Reason.CLASS_OFTEN_MISSED)
    seen = told("V01", PASS, None, "counter")
    assert is_clean([silent, seen], DRINK, well_known=True)
    assert not is_clean([silent, seen], DRINK)
    assert not is_clean([silent], DRINK, well_known=True)
    covered = told("V01", DOUBT, None, "counter", Reason.COVERED_BY_PERSON)
    assert not is_clean([silent, covered], DRINK, well_known=True)
    too_small = told("V01", SILENT, DRINK.item, "counter", Reason.SCALE_TOO_SMALL)
    assert not is_clean([too_small, seen], DRINK, well_known=True)


def test_place_that_is_gone_from_a_newer_layout_is_clean_where_the_desk_was_seen() -> None:
    others = [told("V04", PASS, "cup", "new_place"), DESK_SEEN]
    assert is_clean(others, CUP, layout_changed=True)
    assert not is_clean(others, CUP)
    assert not is_clean(others[:1], CUP, layout_changed=True)
    assert not is_clean([DESK_SEEN], CUP, layout_changed=True)
