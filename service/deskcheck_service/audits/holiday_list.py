"""Reads a year's list of holidays and make-up days: the State Council's notice as it is pasted, or plain lines. Pure.

The notice (国务院办公厅关于…年部分节假日安排的通知) says, a holiday a paragraph:
"二、春节：2月15日（…）至23日（…）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"
Plain lines say "2027-10-01~2027-10-07,休,国庆节" or "2027-10-10,班,国庆节".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from deskcheck_service.errors.audits import CalendarTextError

_LONGEST_DAYS = 31
_MOST_DAYS = 366
_MARK = r"\s*[,，;；\t]\s*"
_LINE = re.compile(
    r"^(\d{4}-\d{2}-\d{2})(?:\s*[~～]\s*(\d{4}-\d{2}-\d{2}))?" + _MARK + r"([^,，;；\t]+?)(?:" + _MARK + r"(.*))?$"
)
_WORKS = {"休": False, "放假": False, "rest": False, "off": False, "班": True, "上班": True, "work": True}
_PARAGRAPH = re.compile(r"^[一二三四五六七八九十]+、\s*([^：:]{1,20})[：:](.*)$")
_NOTES = re.compile(r"[（(][^（）()]*[）)]")
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日"
_SPAN = re.compile(_DAY + r"(?:[至—–~～-]+" + _DAY + r")?")


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day of a list."""

    on_date: date
    working: bool
    name: str


def read_list(text: str, year: int) -> list[ListedDay]:
    """Return the days that a list names, in order; a day named twice counts as its last line says.

    Args:
        text: the notice, or plain lines; empty lines and those beginning with # are left out.
        year: of dates that name none.

    Raises:
        CalendarTextError: a line cannot be read, or nothing was found.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    told = [(number, line) for number, line in lines if line and not line.startswith("#")]
    notice = any(_PARAGRAPH.match(line) for _, line in told)
    days: dict[date, ListedDay] = {}
    for number, line in told:
        # Of a notice only its numbered paragraphs speak of days; address, greeting and signature do not.
        found = _paragraph(number, line, year) if notice else _plain(number, line)
        days.update((day.on_date, day) for day in found)
    if not 0 < len(days) <= _MOST_DAYS:
        raise CalendarTextError(line=1, text=text.strip()[:60])
    return [days[key] for key in sorted(days)]


def _plain(number: int, line: str) -> Iterator[ListedDay]:
    match = _LINE.match(line)
    if match is None or match[3].lower() not in _WORKS:
        raise CalendarTextError(line=number, text=line[:60])
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
    except ValueError:
        raise CalendarTextError(line=number, text=line[:60]) from None
    yield from _days(number, line, first, last, working=_WORKS[match[3].lower()], name=(match[4] or "").strip())


def _paragraph(number: int, line: str, year: int) -> Iterator[ListedDay]:
    match = _PARAGRAPH.match(line)
    if match is None:
        return
    name = match[1].strip()
    month: str | None = None
    for clause in re.split(r"[。；;]", _NOTES.sub("", match[2])):
        # What stands before the word is what it speaks of; a clause with neither is an explanation.
        for part, working in _parts(clause):
            for span in _SPAN.finditer(part):
                month = span[2] or month
                first = _date(number, line, span[1] or year, month, span[3])
                month = span[5] or month
                last = _date(number, line, span[4] or span[1] or year, month, span[6]) if span[6] else first
                yield from _days(number, line, first, last, working=working, name=name)


def _parts(clause: str) -> Iterator[tuple[str, bool]]:
    rest = clause
    while match := re.search(r"放假|补休|调休|上班", rest):
        yield rest[: match.start()], match[0] == "上班"
        rest = rest[match.end() :]


def _date(number: int, line: str, year: str | int, month: str | None, day: str) -> date:
    try:
        return date(int(year), int(month or ""), int(day))
    except ValueError:
        raise CalendarTextError(line=number, text=line[:60]) from None


def _days(number: int, line: str, first: date, last: date, *, working: bool, name: str) -> Iterator[ListedDay]:
    if not timedelta(0) <= last - first < timedelta(days=_LONGEST_DAYS):
        raise CalendarTextError(line=number, text=line[:60])
    for offset in range((last - first).days + 1):
        yield ListedDay(first + timedelta(days=offset), working, name[:100])
