"""P01's whole truth table, as docs/rounds.md has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.audits.marks import Said, day_mark, half_mark, mark_of_findings
from deskcheck_service.audits.schemas import DayMark
from deskcheck_service.tables import ReviewState

DOCS = Path(__file__).resolve().parents[3] / "docs" / "rounds.md"
WORDS = {
    "×": DayMark.FAIL,
    "suspected": DayMark.SUSPECTED,
    "not completed": DayMark.INCOMPLETE,
    "to come": DayMark.PENDING,
    "√": DayMark.OK,
}
SUSPECTED, DOUBT, UNASKED = State.SUSPECTED, State.INCONCLUSIVE, State.NOT_ASSESSED
OPEN, CONFIRMED, DISMISSED, CANNOT = (
    ReviewState.OPEN,
    ReviewState.CONFIRMED,
    ReviewState.DISMISSED,
    ReviewState.CANNOT_JUDGE,
)


def documented() -> list[tuple[DayMark, DayMark, DayMark]]:
    """The cells of the table in the documentation: morning, afternoon, day."""
    table = DOCS.read_text(encoding="utf-8").split("| morning \\ afternoon |")[1].split("\n\n")[0]
    head, _, *lines = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in table.splitlines()]
    columns = [WORDS[cell] for cell in head if cell]
    return [
        (WORDS[line[0]], column, WORDS[cell]) for line in lines for column, cell in zip(columns, line[1:], strict=True)
    ]


def test_every_cell_of_the_documented_table_holds() -> None:
    cells = documented()
    assert len({cell[:2] for cell in cells}) == 25
    for morning, afternoon, day in cells:
        assert day_mark(morning, afternoon) is day, (morning, afternoon)


@pytest.mark.parametrize("half", [DayMark.NO_WORK, DayMark.NOT_AUDITED])
def test_a_half_cannot_be_what_only_a_day_is(half: DayMark) -> None:
    with pytest.raises(ValueError, match=half.value):
        day_mark(half, DayMark.OK)


@pytest.mark.parametrize(
    ("findings", "state", "mark"),
    [
        ([], State.PASS, DayMark.OK),
        ([], State.EXEMPT, DayMark.OK),
        ([], State.NOT_ASSESSED, DayMark.INCOMPLETE),
        ([(SUSPECTED, OPEN)], SUSPECTED, DayMark.SUSPECTED),
        ([(SUSPECTED, CONFIRMED)], SUSPECTED, DayMark.FAIL),
        ([(DOUBT, CONFIRMED)], DOUBT, DayMark.FAIL),
        ([(SUSPECTED, DISMISSED)], SUSPECTED, DayMark.OK),
        ([(DOUBT, DISMISSED)], DOUBT, DayMark.OK),
        ([(SUSPECTED, CANNOT)], SUSPECTED, DayMark.INCOMPLETE),
        ([(DOUBT, OPEN)], DOUBT, DayMark.INCOMPLETE),
        ([(DOUBT, CANNOT)], DOUBT, DayMark.INCOMPLETE),
        ([(SUSPECTED, DISMISSED)], State.NOT_ASSESSED, DayMark.INCOMPLETE),
        ([(UNASKED, OPEN)], State.PASS, DayMark.OK),
        ([(State.EXEMPT, OPEN)], State.EXEMPT, DayMark.OK),
        ([(SUSPECTED, CONFIRMED), (SUSPECTED, OPEN), (DOUBT, OPEN)], SUSPECTED, DayMark.FAIL),
        ([(SUSPECTED, DISMISSED), (SUSPECTED, OPEN), (DOUBT, OPEN)], SUSPECTED, DayMark.SUSPECTED),
        ([(SUSPECTED, DISMISSED), (DOUBT, OPEN)], SUSPECTED, DayMark.INCOMPLETE),
    ],
)
def test_what_one_judgement_says(findings: list[tuple[State, ReviewState]], state: State, mark: DayMark) -> None:
    assert mark_of_findings([Said(*one) for one in findings], state) is mark


@pytest.mark.parametrize(
    ("judged", "unjudged", "owed", "expected", "mark"),
    [
        ([], False, False, False, DayMark.INCOMPLETE),
        ([], False, False, True, DayMark.PENDING),
        ([], True, False, True, DayMark.INCOMPLETE),
        ([], True, True, False, DayMark.PENDING),
        ([DayMark.OK], True, True, True, DayMark.OK),
        ([DayMark.OK, DayMark.INCOMPLETE], False, False, False, DayMark.OK),
        ([DayMark.INCOMPLETE], False, False, False, DayMark.INCOMPLETE),
        ([DayMark.INCOMPLETE], False, True, False, DayMark.PENDING),
        ([DayMark.OK, DayMark.SUSPECTED], False, False, False, DayMark.SUSPECTED),
        ([DayMark.OK, DayMark.SUSPECTED, DayMark.FAIL], True, True, True, DayMark.FAIL),
    ],
)
def test_what_a_half_came_to(judged: list[DayMark], unjudged: bool, owed: bool, expected: bool, mark: DayMark) -> None:
    assert half_mark(judged, unjudged=unjudged, owed=owed, expected=expected) is mark


def test_every_reason_of_the_documentation_has_words() -> None:
    from deskcheck_service.audits.reasons import UnjudgedReason, reason_text
    from deskcheck_service.tables.sources import TroubleKind

    named = set(re.findall(r"`([a-z_]+)`", DOCS.read_text(encoding="utf-8")))
    assert {reason.value for reason in UnjudgedReason} <= named
    for code in (*UnjudgedReason, *TroubleKind):
        text = reason_text(code.value)
        assert text is not None
        assert "(" not in text.en
    other = reason_text("film.gone")
    assert other is not None
    assert "film.gone" in other.zh
    assert reason_text(None) is None
