"""The working calendar, lists of holidays, spans of time, draws and routes; all pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from deskcheck_service.audits.calendar import DayKind, OwnDay, WorkCalendar, known_years, moment, public_day, span
from deskcheck_service.audits.holiday_list import read_list
from deskcheck_service.audits.routing import Stop, route
from deskcheck_service.audits.timetable import Timetable, drawn_views, due_on
from deskcheck_service.errors.audits import CalendarTextError
from deskcheck_service.tables.audits import ScheduleKind
from hypothesis import given
from hypothesis import strategies as st

# The notice of the State Council for 2026, as it was published.
NOTICE = """各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
    经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
    二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
    三、清明节：4月4日（周六）至6日（周一）放假，共3天。
    四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
    五、端午节：6月19日（周五）至21日（周日）放假，共3天。
    六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
    七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
国务院办公厅
2025年11月4日"""

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ["Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Australia/Lord_Howe", "Europe/London", "America/Havana"]
YEAR = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]


def test_the_notice_says_what_the_public_calendar_says() -> None:
    own = WorkCalendar({day.on_date: OwnDay(day.working, day.name) for day in read_list(NOTICE, 2026)})
    public = {day for day in YEAR if public_day(day).kind in (DayKind.HOLIDAY, DayKind.MAKE_UP)}
    assert set(own.own) == public
    assert len(public) == 39
    assert [day for day in YEAR if own.day(day).working != public_day(day).working] == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2027-10-01~2027-10-02,休,国庆节\n# 调休\n2027-10-09,班", ["2027-10-01 休", "2027-10-02 休", "2027-10-09 班"]),
        ("2027-01-01, rest, New Year's Day", ["2027-01-01 休"]),
        ("一、元旦：2026年12月31日至2027年1月1日放假。", ["2026-12-31 休", "2027-01-01 休"]),
        ("五、清明节：4月5日放假，共1天。", ["2027-04-05 休"]),
        ("2027-01-01,休\n2027-01-01,班", ["2027-01-01 班"]),
    ],
)
def test_lists_are_read(text: str, days: list[str]) -> None:
    assert [f"{day.on_date} {'班' if day.working else '休'}" for day in read_list(text, 2027)] == days


@pytest.mark.parametrize(
    "text",
    ["", "国庆节放假", "2027-13-01,休", "2027-01-01,maybe", "2027-10-07~2027-10-01,休", "一、元旦：13月1日放假。"],
)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(CalendarTextError):
        read_list(text, 2027)


def test_a_year_that_nobody_knows_has_plain_weekdays_and_says_so() -> None:
    unknown = max(known_years()) + 1
    calendar = WorkCalendar()
    assert not calendar.knows(unknown)
    assert calendar.knows(2026)
    assert calendar.day(date(unknown, 10, 1)).working == (date(unknown, 10, 1).weekday() < 5)
    told = {date(unknown, 1, 1): OwnDay(False), date(unknown, 10, 1): OwnDay(False)}
    assert WorkCalendar(told).knows(unknown)
    assert not WorkCalendar({**told, date(unknown, 10, 1): OwnDay(True)}).knows(unknown)


def test_a_centres_own_days_come_first() -> None:
    holiday = date(2026, 10, 1)
    assert public_day(holiday).name_zh == "国庆节"
    assert WorkCalendar({holiday: OwnDay(True, "值班")}).day(holiday).kind is DayKind.OWN_WORK
    assert not WorkCalendar({date(2026, 11, 18): OwnDay(False)}).day(date(2026, 11, 18)).working


@pytest.mark.parametrize(
    ("day", "at", "last", "utc"),
    [
        (date(2026, 11, 18), time(10), False, "2026-11-18 02:00"),
        # New York: 02:00 to 03:00 is skipped on 8 March, 01:00 to 02:00 comes twice on 1 November.
        (date(2026, 3, 8), time(2, 30), False, "2026-03-08 07:00"),
        (date(2026, 3, 8), time(3, 0), False, "2026-03-08 07:00"),
        (date(2026, 11, 1), time(1, 30), False, "2026-11-01 05:30"),
        (date(2026, 11, 1), time(1, 30), True, "2026-11-01 06:30"),
    ],
)
def test_local_times_are_moments(day: date, at: time, last: bool, utc: str) -> None:
    zone = SHANGHAI if day.day == 18 else ZoneInfo("America/New_York")
    assert moment(day, at, zone, last=last) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


_TIMES = st.integers(0, 24 * 60 - 1)


@given(st.sampled_from(ZONES), st.dates(date(2020, 1, 1), date(2035, 12, 31)), _TIMES, _TIMES, st.integers(1, 12))
def test_spans_are_never_empty_begin_on_their_day_and_do_not_overlap(
    name: str, day: date, one: int, two: int, times: int
) -> None:
    zone = ZoneInfo(name)
    first, last = sorted((one, two))
    begins, ends = (time(minutes // 60, minutes % 60) for minutes in (first, max(last, first + 1) % (24 * 60)))
    if begins >= ends:
        begins, ends = time(0), time(1)
    start, end = span(day, begins, ends, zone)
    assert start < end
    assert start.astimezone(zone).date() == day
    assert start.utcoffset() == timedelta(0)
    for kind in ScheduleKind:
        due = due_on(Timetable(1, kind, begins, ends, False, times, "secret"), day, WorkCalendar(), zone)
        assert [one.number for one in due] == list(range(1, times + 1))
        assert all(one.due_from < one.due_until <= one.late_until for one in due)
        assert all(start <= one.due_from and one.due_until <= end for one in due)
        assert all(before.due_until <= after.due_from for before, after in pairwise(due))


def test_days_without_work_are_left_out_unless_the_schedule_takes_them() -> None:
    taking = Timetable(1, ScheduleKind.ROUND, time(10), time(11), working_days_only=False)
    leaving = Timetable(1, ScheduleKind.ROUND, time(10), time(11))
    holiday, make_up = date(2026, 10, 1), date(2026, 10, 10)
    assert due_on(leaving, holiday, WorkCalendar(), SHANGHAI) == ()
    assert len(due_on(taking, holiday, WorkCalendar(), SHANGHAI)) == 1
    assert len(due_on(leaving, make_up, WorkCalendar(), SHANGHAI)) == 1


def test_draws_repeat_by_their_seed_and_follow_no_pattern() -> None:
    spot = Timetable(7, ScheduleKind.SPOT, time(9), time(17), False, 2, "secret")
    days = [due for day in YEAR for due in due_on(spot, day, WorkCalendar(), SHANGHAI)]
    assert days == [due for day in YEAR for due in due_on(spot, day, WorkCalendar(), SHANGHAI)]
    minutes = {due.due_from.astimezone(SHANGHAI).time() for due in days}
    assert len(minutes) > 250
    other = [
        due
        for day in YEAR
        for due in due_on(
            Timetable(7, ScheduleKind.SPOT, time(9), time(17), False, 2, "x"), day, WorkCalendar(), SHANGHAI
        )
    ]
    assert sum(one == two for one, two in zip(days, other, strict=True)) == 0


@given(st.sets(st.integers(1, 10**6), min_size=1, max_size=60), st.floats(0.01, 1.0), st.text("0123456789abcdef"))
def test_a_draw_takes_its_share_and_leaves_the_others_in_place(keys: set[int], share: float, seed: str) -> None:
    drawn = drawn_views(seed, keys, share)
    assert drawn <= keys
    assert max(1, share * len(keys) - 1e-6) <= len(drawn) < share * len(keys) + 1
    # One view less: whatever was drawn of the others would still be drawn with the same number.
    left = keys - {max(keys)}
    if left:
        kept = drawn - {max(keys)}
        assert kept <= drawn_views(seed, left, min(1.0, (len(drawn) + 0.5) / len(left)))


def test_every_view_is_drawn_about_equally_often() -> None:
    counts = dict.fromkeys(range(1, 11), 0)
    for number in range(2000):
        for key in drawn_views(f"seed-{number}", counts, 0.3):
            counts[key] += 1
    assert all(500 < count < 700 for count in counts.values())


STOPS = [
    Stop(1, (0, "A"), (1, "A01")),
    Stop(2, (0, "A"), (2, "A02")),
    Stop(3, (0, "A"), (2, "A03")),
    Stop(4, (1, "B"), (1, "B01")),
    Stop(5, (1, "B"), (2, "B02")),
]


@pytest.mark.parametrize(
    ("own", "last_first", "order"),
    [
        ({}, False, [1, 2, 3, 4, 5]),
        ({}, True, [3, 2, 1, 5, 4]),
        ({5: 1, 2: 2}, False, [5, 2, 1, 3, 4]),
        ({5: 1, 99: 2}, True, [5, 3, 2, 1, 4]),
    ],
)
def test_routes(own: dict[int, int], last_first: bool, order: list[int]) -> None:
    found = route([*STOPS, STOPS[0]], own, last_first=last_first)
    assert sorted(found, key=lambda window: found[window]) == order
    assert sorted(found.values()) == [1, 2, 3, 4, 5]


def test_nothing_has_no_route_and_draws_nothing() -> None:
    assert route([], {}) == {}
    assert drawn_views("seed", [], 0.5) == frozenset()
