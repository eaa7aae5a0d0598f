from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from deskcheck_service.cli.errors import (
    CornersUnreadableError,
    DeskSizeUnreadableError,
    SpanUnreadableError,
    TimeUnreadableError,
)
from deskcheck_service.cli.parsing import parse_corners, parse_desk_size, parse_span, parse_time
from hypothesis import given
from hypothesis import strategies as st

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 5.5), (0.0, 5.0))


@pytest.mark.parametrize(
    "text", ["0,0 10,0 10,5.5 0,5", "  0,0   10,0\t10,5.5 0,5 ", "0,0;10,0;10,5.5;0,5", "0,0; 10,0; 10,5.5; 0,5"]
)
def test_four_points_are_read_however_they_are_parted(text: str) -> None:
    assert parse_corners(text) == SQUARE


@pytest.mark.parametrize(
    "text", ["", "0,0 10,0 10,5", "0,0 10,0 10,5 0,5 1,1", "0 10 10 0", "a,b c,d e,f g,h", "0,0 10,0 10,nan 0,5"]
)
def test_what_is_no_four_points_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(CornersUnreadableError) as caught:
        parse_corners(text)
    assert caught.value.facts["text"] == text
    assert "outer left" in caught.value.next_step("en")


@pytest.mark.parametrize(
    ("text", "size"), [("160x70", (160, 70)), ("29.7X21", (29.7, 21)), ("160×70 cm", (160, 70)), ("2*3", (2, 3))]
)
def test_desk_size(text: str, size: tuple[float, float]) -> None:
    assert parse_desk_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "160", "160x", "x70", "160x70x3", "0x70", "-160x70", "infx70", "nanx70", "9999x70"]
)
def test_what_is_no_desk_size_is_refused(text: str) -> None:
    with pytest.raises(DeskSizeUnreadableError):
        parse_desk_size(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T10:30+08:00", datetime(2026, 11, 20, 2, 30, tzinfo=UTC)),
        ("2026-11-20T10:30", datetime(2026, 11, 20, 2, 30, tzinfo=UTC)),  # the centre's own clock
        ("2026-11-20T02:30Z", datetime(2026, 11, 20, 2, 30, tzinfo=UTC)),
    ],
)
def test_times_become_utc(text: str, moment: datetime) -> None:
    read = parse_time(text, "Asia/Shanghai")
    assert read == moment
    assert read.tzinfo is UTC


def test_no_time_means_now() -> None:
    assert abs(parse_time(None, "Asia/Shanghai") - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01", "10:30", "0001-01-01T00:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(TimeUnreadableError):
        parse_time(text, "Asia/Shanghai")


@given(st.text(max_size=60) | st.from_regex(r"[-0-9., ;xX×+eEinfa:TZ]{0,40}"))
def test_whatever_is_typed_is_read_or_refused_by_name(text: str) -> None:
    for parse, refusal in (
        (parse_corners, CornersUnreadableError),
        (parse_desk_size, DeskSizeUnreadableError),
        (lambda typed: parse_time(typed, "Asia/Shanghai"), TimeUnreadableError),
    ):
        with contextlib.suppress(refusal):
            parse(text)


@given(st.lists(st.tuples(st.integers(-5000, 5000), st.floats(-5000, 5000)), min_size=4, max_size=4))
def test_points_come_back_as_they_were_written(points: list[tuple[int, float]]) -> None:
    assert parse_corners(" ".join(f"{x},{y!r}" for x, y in points)) == tuple(points)


@pytest.mark.parametrize(
    ("text", "span_s"),
    [("10s", 10), ("10", 10), (" 2 min ", 120), ("2m", 120), ("0.5s", 0.5), ("1.5h", 5400), ("24h", 86_400), ("3S", 3)],
)
def test_a_span_is_read_in_seconds(text: str, span_s: float) -> None:
    assert parse_span(text) == span_s


@pytest.mark.parametrize("text", ["", "soon", "0s", "0.05", "-3s", "25h", "10 s s", "1e3", "nan", "１０s0", "10x"])
def test_what_is_no_span_is_said(text: str) -> None:
    with pytest.raises(SpanUnreadableError, match="length of time"):
        parse_span(text)
