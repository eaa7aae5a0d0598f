from __future__ import annotations

from datetime import UTC, datetime

import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.captures.schemas import FindingOut
from deskcheck_service.pages.i18n import translate
from deskcheck_service.pages.states import DISMISS_WORDS, REVIEW_WORDS, ROLE_WORDS, STATES, finding_state, machine_state
from deskcheck_service.schemas import Text
from deskcheck_service.tables import DismissReason, ReviewState, Role


def finding(state: State, review_state: ReviewState) -> FindingOut:
    words = Text(zh="水杯", en="cup")
    return FindingOut(
        id=1, judgement_id=1, window_code="A01",
        time_zone="Asia/Shanghai", taken_at=datetime(2026, 11, 21, tzinfo=UTC), rule="V04",
        rule_title=words, state=state, sentence=words, item=None, item_name=None, place=None, measured=None, limit=None,
        unit="", uncertainty=None, reason=None, reason_text=None, confidence=None, xyxy=None, footprint_cm=None,
        review_state=review_state, version=1,
    )  # fmt: skip


def test_there_are_eight_states_each_with_its_own_icon_and_word() -> None:
    assert len(STATES) == 8
    assert len({state.icon for state in STATES.values()}) == 8
    for language in ("zh", "en"):
        assert len({translate(state.word, language) for state in STATES.values()}) == 8


@pytest.mark.parametrize("state", State)
def test_every_state_of_the_machine_has_a_look(state: State) -> None:
    assert machine_state(state).code == state.value


@pytest.mark.parametrize(
    ("state", "review_state", "looks"),
    [
        (State.SUSPECTED, ReviewState.OPEN, "suspected"),
        (State.SUSPECTED, ReviewState.CONFIRMED, "confirmed"),
        (State.SUSPECTED, ReviewState.DISMISSED, "pass"),
        (State.SUSPECTED, ReviewState.CANNOT_JUDGE, "inconclusive"),
        (State.INCONCLUSIVE, ReviewState.OPEN, "inconclusive"),
        (State.INCONCLUSIVE, ReviewState.CONFIRMED, "confirmed"),
    ],
)
def test_a_persons_decision_comes_first(state: State, review_state: ReviewState, looks: str) -> None:
    assert finding_state(finding(state, review_state)).code == looks


def test_a_machine_alone_never_shows_a_violation() -> None:
    shown = {finding_state(finding(state, ReviewState.OPEN)).code for state in State}
    assert "confirmed" not in shown


def test_every_reason_role_and_decision_has_a_word() -> None:
    assert list(DISMISS_WORDS) == list(DismissReason)
    assert set(ROLE_WORDS) == set(Role)
    assert set(REVIEW_WORDS) == set(ReviewState)
