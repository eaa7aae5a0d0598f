"""The marks of a centre's day (P01), per window and per rule at a window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from deskcheck_calibration.findings import State
from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.audits import repository
from deskcheck_service.audits import round_repository as rows
from deskcheck_service.audits import schedule_repository as plans
from deskcheck_service.audits.calendar import Day
from deskcheck_service.audits.making import timetable_of
from deskcheck_service.audits.marks import Said, day_mark, half_mark, mark_of_findings
from deskcheck_service.audits.own_days import calendar_of
from deskcheck_service.audits.reasons import reason_text
from deskcheck_service.audits.schemas import DayMark, DayMarks, RuleMark, WindowMarks
from deskcheck_service.audits.timetable import due_on
from deskcheck_service.errors import NotFoundError
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Centre, Window, utc_now
from deskcheck_service.tables.audits import DayHalf, OwedState, RoundState


@dataclass(slots=True)
class _Half:
    """What one half of the day brought at one window."""

    looks: list[rows.LookRow] = field(default_factory=list)

    def unjudged(self) -> list[rows.LookRow]:
        return [look for look in self.looks if look.state is OwedState.UNJUDGED]

    def owes(self) -> bool:
        return any(look.state is OwedState.OWED and look.round_state is RoundState.RUNNING for look in self.looks)

    def judgements(self) -> list[rows.LookRow]:
        return [look for look in self.looks if look.state is OwedState.JUDGED]


@dataclass(frozen=True, slots=True)
class _Expected:
    """Where a half's round is planned for the day, and whether it is still to come: by area, None the whole centre."""

    planned: frozenset[int | None]
    to_come: frozenset[int | None]


class _Day:
    """Everything that the marks of one day are made of, read once."""

    def __init__(self, session: Session, scope: Scope, centre: Centre, on_date: date, now: datetime) -> None:
        self.day: Day = calendar_of(session, centre.id, on_date, on_date).day(on_date)
        self.looks: dict[tuple[int, DayHalf], _Half] = defaultdict(_Half)
        for look in rows.looks_of_day(session, scope, centre.id, on_date):
            self.looks[look.window_id, look.half].looks.append(look)
        self.said: dict[int, dict[str, list[Said]]] = defaultdict(lambda: defaultdict(list))
        self.items: dict[tuple[int, str], set[str]] = defaultdict(set)
        for judgement, rule, state, review, item in rows.findings_of_day(session, centre.id, on_date):
            self.said[judgement][rule].append(Said(state, review))
            if item:
                self.items[judgement, rule].add(item)
        self.passed = {(row[0], row[1]) for row in rows.passes_of_day(session, centre.id, on_date)}
        self.auditable = {one.stop.window_id for one in repository.auditable(session, centre.id)}
        self.expected = _expected(session, centre, on_date, now)

    def half(self, window: Window, half: DayHalf) -> DayMark:
        """Return the mark of one half at a window."""
        found = self.looks[window.id, half]
        judged = [self._judged(look) for look in found.judgements()]
        to_come = self.expected[half].to_come
        expected = window.id in self.auditable and (None in to_come or window.area_id in to_come)
        return half_mark(judged, unjudged=bool(found.unjudged()), owed=found.owes(), expected=expected)

    def _judged(self, look: rows.LookRow) -> DayMark:
        said = self.said[look.judgement_id or 0]
        return mark_of_findings([one for findings in said.values() for one in findings], look.judgement_state)

    def concerned(self, window: Window) -> bool:
        """Tell whether anything was owed at a window that day, or a round that counts was planned for it."""
        if any(self.looks[window.id, half].looks for half in DayHalf):
            return True
        planned = frozenset[int | None]().union(*(one.planned for one in self.expected.values()))
        return window.id in self.auditable and (None in planned or window.area_id in planned)

    def rules(self, window: Window) -> list[RuleMark]:
        """Return the marks of the rules that were judged at a window."""
        keys = {look.judgement_id or 0 for half in DayHalf for look in self.looks[window.id, half].judgements()}
        named = {rule for key in keys for rule in self.said[key]} | {rule for key, rule in self.passed if key in keys}
        return [self._rule(window, rule) for rule in sorted(named)]

    def _assessed(self, judgement: int, rule: str) -> bool:
        """Tell whether a judgement says anything of a rule but that it was not assessed."""
        said = self.said[judgement][rule]
        return (judgement, rule) in self.passed or any(one.state is not State.NOT_ASSESSED for one in said)

    def _rule(self, window: Window, rule: str) -> RuleMark:
        halves, seen = [], list[DayMark]()
        items: set[str] = set()
        for half in DayHalf:
            found = self.looks[window.id, half]
            judged = []
            for look in found.judgements():
                key = look.judgement_id or 0
                items |= self.items[key, rule]
                if self._assessed(key, rule):
                    judged.append(mark_of_findings(self.said[key][rule]))
            seen.extend(judged)
            to_come = self.half(window, half) is DayMark.PENDING
            halves.append(half_mark(judged, unjudged=bool(found.unjudged()), owed=found.owes(), expected=to_come))
        # Not assessed wherever it was asked: not applicable, which is no want.
        return RuleMark(rule=rule, mark=day_mark(*halves) if seen else DayMark.NOT_AUDITED, items=sorted(items))


def _expected(session: Session, centre: Centre, on_date: date, now: datetime) -> dict[DayHalf, _Expected]:
    calendar = calendar_of(session, centre.id, on_date, on_date)
    zone = ZoneInfo(centre.time_zone)
    planned: dict[DayHalf, set[int | None]] = {half: set() for half in DayHalf}
    to_come: dict[DayHalf, set[int | None]] = {half: set() for half in DayHalf}
    for row, _ in plans.schedules(session, Scope(everything=True), centre.id):
        if row.counts_as is None or not row.enabled:
            continue
        for due in due_on(timetable_of(row), on_date, calendar, zone):
            if due.due_until > row.since:
                planned[row.counts_as].add(row.area_id)
            if due.due_until > max(now, row.since):
                to_come[row.counts_as].add(row.area_id)
    return {half: _Expected(frozenset(planned[half]), frozenset(to_come[half])) for half in DayHalf}


def marks(
    session: Session, actor: Principal | str, centre_id: int, on_date: date, now: datetime | None = None
) -> DayMarks:
    """Return the day's marks of a centre's windows that the person sees, in route order.

    Args:
        session: a reading session.
        actor: who asks.
        centre_id: the centre.
        on_date: local day.
        now: present time; the clock's where None.

    Raises:
        NotFoundError: there is no such centre that the person sees any part of.
    """
    scope = scope_of_actor(actor)
    centre = plans.centre(session, scope, centre_id)
    if centre is None:
        raise NotFoundError(what=f"centre {centre_id}")
    found = _Day(session, scope, centre, on_date, now or utc_now())
    return DayMarks(
        centre_id=centre.id,
        centre_name=Text(zh=centre.name_zh, en=centre.name_en),
        on_date=on_date,
        working=found.day.working,
        windows=[_window(found, window) for window in rows.windows_of(session, scope, centre_id)],
    )


def _window(found: _Day, window: Window) -> WindowMarks:
    morning, afternoon = (found.half(window, half) for half in (DayHalf.MORNING, DayHalf.AFTERNOON))
    day = day_mark(morning, afternoon)
    if not found.concerned(window):
        # Nothing was to be looked at: a day off, or a window that no camera audits.
        day = DayMark.NOT_AUDITED if found.day.working else DayMark.NO_WORK
        morning = afternoon = day
    return WindowMarks(
        window_code=window.code,
        window_name=Text(zh=window.name_zh, en=window.name_en),
        area_id=window.area_id,
        area_name=Text(zh=window.area.name_zh, en=window.area.name_en),
        morning=morning,
        afternoon=afternoon,
        day=day,
        reasons=_reasons(look.reason for half in DayHalf for look in found.looks[window.id, half].unjudged()),
        rules=found.rules(window),
    )


def _reasons(codes: Iterable[str | None]) -> list[Text]:
    return [text for code in sorted({code for code in codes if code}) if (text := reason_text(code)) is not None]
