"""The day's mark of a window (P01). Pure: what the rounds saw and what people decided go in, a mark comes out.

Both rounds of a day must be there and be clean. A violation that people confirmed in either is an × and stays one. The
machine only suspects: until people decided, the mark says "suspected", and no more. What was not looked at, or could
not be judged, is not completed, and never a pass. docs/rounds.md has the whole table.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from deskcheck_calibration.findings import State

from deskcheck_service.audits.schemas import DayMark
from deskcheck_service.tables import ReviewState

# Whatever stands further left in either half is the day's mark; a pass needs two.
_ORDER = (DayMark.FAIL, DayMark.SUSPECTED, DayMark.INCOMPLETE, DayMark.PENDING, DayMark.OK)


@dataclass(frozen=True, slots=True)
class Said:
    """One finding: what the machine said, and what people made of it."""

    state: State
    review: ReviewState


def day_mark(morning: DayMark, afternoon: DayMark) -> DayMark:
    """Return the day's mark of its two halves.

    Raises:
        ValueError: a half is marked as only a whole day can be.
    """
    for half in (morning, afternoon):
        if half not in _ORDER:
            raise ValueError(f"no half of a day is {half}")
    return _ORDER[min(_ORDER.index(morning), _ORDER.index(afternoon))]


def mark_of_findings(findings: Collection[Said], state: State | None = None) -> DayMark:
    """Return what one judgement says of a window, or of one rule of it.

    Args:
        findings: everything that was not a pass.
        state: of the whole judgement; None where one rule is asked about.
    """
    if any(one.review is ReviewState.CONFIRMED for one in findings):
        return DayMark.FAIL
    open_suspected = Said(State.SUSPECTED, ReviewState.OPEN)
    if open_suspected in findings:
        return DayMark.SUSPECTED
    doubtful = {State.SUSPECTED, State.INCONCLUSIVE}
    if any(one.state in doubtful and one.review is not ReviewState.DISMISSED for one in findings):
        return DayMark.INCOMPLETE
    # A part of the desk that no picture shows: nobody has looked at it.
    return DayMark.INCOMPLETE if state is State.NOT_ASSESSED else DayMark.OK


def half_mark(judged: Collection[DayMark], *, unjudged: bool, owed: bool, expected: bool) -> DayMark:
    """Return what one half of the day came to at a window.

    Args:
        judged: what each judgement said; of several views or rounds.
        unjudged: a view was owed and not judged.
        owed: a view is still owed by a round that runs.
        expected: nothing was looked at so far, and the half's round is still to come.

    One clean look at the whole window is enough, but takes no violation and no suspicion away.
    """
    for strong in (DayMark.FAIL, DayMark.SUSPECTED, DayMark.OK):
        if strong in judged:
            return strong
    if owed or (expected and not judged and not unjudged):
        return DayMark.PENDING
    return DayMark.INCOMPLETE
