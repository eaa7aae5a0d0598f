"""Corners in form fields, page marks: what people and programs send as text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from deskcheck_service.captures.points import corners_key, format_points, parse_points, read_corners
from deskcheck_service.errors import CursorError, RequestError
from deskcheck_service.paging import mark, read_mark
from hypothesis import given
from hypothesis import strategies as st

_PX = st.floats(-9999, 9999, allow_nan=False)


def test_corners_are_read_in_order() -> None:
    corners = read_corners(" 1,2  3.5,4 5,6e1 7,8 ")
    assert corners == ((1.0, 2.0), (3.5, 4.0), (5.0, 60.0), (7.0, 8.0))
    assert corners_key(corners) == "1.0,2.0 3.5,4.0 5.0,60.0 7.0,8.0"


@pytest.mark.parametrize("text", ["", "   "])
def test_no_corners(text: str) -> None:
    assert read_corners(text) is None
    assert corners_key(None) == ""


@pytest.mark.parametrize(
    "text",
    ["1,2", "1,2 3,4 5,6", "1,2 3,4 5,6 7,8 9,10", "1 2 3 4", "a,b c,d e,f g,h", "nan,0 1,1 2,2 3,3",
     "inf,0 1,1 2,2 3,3", "1e9,0 1,1 2,2 3,3", "1,2,3 4,5 6,7 8,9"],
)  # fmt: skip
def test_what_are_no_corners(text: str) -> None:
    with pytest.raises(RequestError, match="corners_px"):
        read_corners(text)


@given(st.lists(st.tuples(_PX, _PX), min_size=1, max_size=12))
def test_points_survive_their_text(points: list[tuple[float, float]]) -> None:
    read = parse_points(format_points(points))
    assert read is not None
    assert len(read) == len(points)
    assert all(
        abs(a - b) <= 0.0051 for one, other in zip(read, points, strict=True) for a, b in zip(one, other, strict=True)
    )


def test_no_points() -> None:
    assert parse_points(None) is None
    assert parse_points("") == []


@given(st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1)), st.integers(0, 2**63 - 1))  # noqa: DTZ001 - made aware below
def test_page_marks_survive_their_text(moment: datetime, key: int) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert read_mark(mark(aware, key)) == (aware, key)


@given(st.text(max_size=40))
def test_any_text_is_a_mark_or_refused(text: str) -> None:
    try:
        moment, key = read_mark(text)
    except CursorError:
        return
    assert moment.tzinfo is UTC
    assert 0 <= key < 2**63
