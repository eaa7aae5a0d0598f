from __future__ import annotations

from datetime import UTC, datetime

import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.captures.browse import HistoryFilter
from deskcheck_service.errors import RequestError
from deskcheck_service.pages.filters import day_after, day_start, read_filter
from deskcheck_service.pages.form_errors import DateError
from deskcheck_service.pages.review import read_queue_filter
from deskcheck_service.reviews.schemas import QueueFilter
from deskcheck_service.tables import ReviewState


def test_a_day_begins_and_ends_at_midnight_in_the_hall() -> None:
    assert day_start("2026-11-21", "Asia/Shanghai") == datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert day_after("2026-11-21", "Asia/Shanghai") == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)


def test_a_day_of_another_hall_begins_when_it_begins_there() -> None:
    assert day_start("2026-11-21", "Asia/Urumqi") == datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def test_no_day_is_no_limit() -> None:
    assert day_start("", "Asia/Shanghai") is None
    assert day_after("", "Asia/Shanghai") is None


@pytest.mark.parametrize("text", ["2026-13-01", "yesterday", "2026-11-21T09:00", "9999-12-31", "1' OR 1=1"])
def test_a_bad_day_is_named(text: str) -> None:
    with pytest.raises(DateError) as caught:
        day_after(text, "Asia/Shanghai")
    assert caught.value.facts["text"] == text


def test_empty_fields_mean_all_and_foreign_names_are_left_alone() -> None:
    asked = read_filter(
        HistoryFilter, {"state": "", "window": "A01", "finding": "7", "from": "", "to": ""}, "Asia/Shanghai"
    )
    assert asked == HistoryFilter(window="A01")


def test_the_queue_starts_with_what_is_suspected_and_open() -> None:
    asked = read_filter(QueueFilter, {"state": "", "review_state": ""}, "Asia/Shanghai")
    assert (asked.state, asked.review_state) == (State.SUSPECTED, ReviewState.OPEN)


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ({}, State.SUSPECTED),
        ({"state": "inconclusive"}, State.INCONCLUSIVE),
        ({"review_state": "confirmed"}, None),
        ({"review_state": "confirmed", "state": "suspected"}, State.SUSPECTED),
    ],
)
def test_what_has_been_decided_is_shown_whatever_the_machine_had_said(
    query: dict[str, str], state: State | None
) -> None:
    assert read_queue_filter(query, "Asia/Shanghai").state is state


@pytest.mark.parametrize(
    ("query", "field"),
    [({"state": "guilty"}, "state"), ({"window": "../etc"}, "window"), ({"area_id": "-1"}, "area_id")],
)
def test_a_value_that_the_filter_does_not_take_names_its_field(query: dict[str, str], field: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_filter(HistoryFilter, query, "Asia/Shanghai")
    assert caught.value.facts["problem"] == field
