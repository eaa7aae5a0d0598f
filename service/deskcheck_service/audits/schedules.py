"""Schedules: added, changed under an optimistic lock, put in order, made from presets; all in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.audits import repository, rounds
from deskcheck_service.audits import schedule_repository as rows
from deskcheck_service.audits.calendar import WorkCalendar
from deskcheck_service.audits.making import open_round
from deskcheck_service.audits.schemas import RouteChange, ScheduleBody, ScheduleChange, ScheduleNew, ScheduleOut
from deskcheck_service.audits.timetable import new_secret
from deskcheck_service.errors import ForbiddenError, NotFoundError
from deskcheck_service.errors.audits import ScheduleConflictError, ScheduleUnfitError
from deskcheck_service.layouts import repository as places
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Area, utc_now
from deskcheck_service.tables.audits import AuditSchedule, DayHalf, ScheduleKind

# P02's windows of time, after the morning's and the afternoon's peak [P].
MORNING = (time(10, 0), time(11, 30))
AFTERNOON = (time(15, 0), time(16, 30))
# V14 to V17 hold from a quarter of an hour after closing.
AFTER_CLOSING_MIN = 15
CLOSING_SPAN_MIN = 60
# Of centres none of whose layouts is approved yet [P].
OPENING_HOURS = (time(9, 0), time(17, 0))
SPOT_SHARE = 0.2
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why what a schedule says cannot be, and the field that it stands in."""

    field: str
    zh: str
    en: str


def problem_of(body: ScheduleBody) -> Problem | None:
    """Return what is wrong with a schedule; None where it can be."""
    length_s = 60 * (_minutes(body.ends) - _minutes(body.begins))
    if length_s <= 0:
        return Problem("ends", "结束时间应晚于开始时间", "it ends before it begins")
    # Frames over the whole span and as long again for connecting, reading and judging.
    if length_s / body.times_a_day < max(300.0, 2 * body.burst_span_s):
        return Problem(
            "ends", "时间段太短，每次至少 5 分钟", "the time is too short: five minutes at least for each round"
        )
    if body.counts_as is not None and body.kind is not ScheduleKind.ROUND:
        return Problem("counts_as", "只有例行巡检计入当日结果", "only rounds count for the day's mark")
    if body.share < 1 and body.kind is not ScheduleKind.SPOT:
        return Problem("share", "只有随机抽查按比例抽取", "only spot checks draw a share")
    return None


def _minutes(at: time) -> int:
    return 60 * at.hour + at.minute


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _require_fit(session: Session, body: ScheduleBody, centre_id: int) -> None:
    problem = problem_of(body)
    if problem is not None:
        raise ScheduleUnfitError(field=problem.field, problem_zh=problem.zh, problem_en=problem.en)
    if body.area_id is not None:
        area = places.area(session, body.area_id)
        if area is None or area.centre_id != centre_id:
            raise NotFoundError(what=f"area {body.area_id}")


def schedule_out(row: AuditSchedule, area: Area | None, own_order: list[str]) -> ScheduleOut:
    """Return a schedule as people see it; its secret stays."""
    values = {name: getattr(row, name) for name in ScheduleNew.model_fields}
    return ScheduleOut(
        **values,
        id=row.id,
        version=row.version,
        centre_code=row.centre.code,
        time_zone=row.centre.time_zone,
        area_name=Text(zh=area.name_zh, en=area.name_en) if area is not None else None,
        since=row.since,
        own_order=own_order,
    )


def list_schedules(session: Session, actor: Principal | str, centre_id: int | None = None) -> list[ScheduleOut]:
    """Return the schedules of the centres that the person sees, as the day goes."""
    found = rows.schedules(session, scope_of_actor(actor), centre_id)
    orders = rows.own_orders(session, (row.id for row, _ in found))
    return [schedule_out(row, area, orders.get(row.id, [])) for row, area in found]


def read_schedule(session: Session, actor: Principal | str, schedule_id: int) -> ScheduleOut:
    """Return a schedule.

    Raises:
        NotFoundError: there is none that the person sees.
    """
    row = _schedule(session, actor, schedule_id)
    area = places.area(session, row.area_id) if row.area_id is not None else None
    return schedule_out(row, area, rows.own_orders(session, [row.id]).get(row.id, []))


def _schedule(session: Session, actor: Principal | str, schedule_id: int) -> AuditSchedule:
    row = rows.schedule(session, scope_of_actor(actor), schedule_id)
    if row is None:
        raise NotFoundError(what=f"schedule {schedule_id}")
    return row


def add_schedule(session: Session, actor: Principal | str, body: ScheduleNew) -> ScheduleOut:
    """Add a schedule; it owes nothing for the time before.

    Raises:
        NotFoundError: there is no such centre or area.
        ForbiddenError: the person may not say when that centre, or that area, is audited.
        ScheduleUnfitError: it contradicts itself.
    """
    centre = places.centre(session, body.centre_id)
    if centre is None:
        raise NotFoundError(what=f"centre {body.centre_id}")
    rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), centre.id, body.area_id)
    _require_fit(session, body, centre.id)
    row = AuditSchedule(**body.model_dump(), since=utc_now(), draw_secret=new_secret())
    session.add(row)
    session.flush()
    audit.record(session, actor, "schedule.add", "schedule", row.id, _told(body))
    return read_schedule(session, actor, row.id)


def _told(body: ScheduleBody) -> str:
    """Return what a schedule says for the audit log."""
    place = f" area {body.area_id}" if body.area_id is not None else ""
    half = f" as {body.counts_as}" if body.counts_as else ""
    days = "working days" if body.working_days_only else "all days"
    state = "" if body.enabled else ", off"
    return (
        f"{body.name_zh}: {body.kind}{half}{place} {body.begins:%H:%M}-{body.ends:%H:%M} x {body.times_a_day}, {days}, "
        f"share {body.share:g}, {body.burst_frames} frames over {body.burst_span_s:g} s{state}"
    )


def change_schedule(
    session: Session, actor: Principal | str, schedule_id: int, body: ScheduleChange, look_back_days: int
) -> ScheduleOut:
    """Change a schedule by the version that was read. What was due until now is settled by what it said until now.

    Raises:
        NotFoundError: there is no such schedule that the person sees, or no such area.
        ForbiddenError: the person may not say when that centre, or that area, is audited.
        ScheduleConflictError: somebody changed it since.
        ScheduleUnfitError: it contradicts itself.
    """
    row = _held(session, actor, schedule_id, body.version)
    rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), row.centre_id, body.area_id)
    _require_fit(session, body, row.centre_id)
    now = utc_now()
    if row.enabled:
        _settle(session, row, now, look_back_days)
    values = body.model_dump(exclude={"version"})
    timing = ("kind", "begins", "ends", "working_days_only", "times_a_day", "enabled")
    if any(getattr(row, name) != values[name] for name in timing):
        row.since = now
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    audit.record(session, actor, "schedule.change", "schedule", row.id, _told(body))
    return read_schedule(session, actor, schedule_id)


def _held(session: Session, actor: Principal | str, schedule_id: int, version: int) -> AuditSchedule:
    """Return a schedule to be changed, its version counted up; nobody else changes it or makes its rounds meanwhile."""
    seen = _schedule(session, actor, schedule_id)
    rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), seen.centre_id, seen.area_id)
    if not rows.take_version(session, schedule_id, version):
        raise ScheduleConflictError(schedule=schedule_id)
    held = repository.locked_schedule(session, schedule_id)
    if held is None:
        raise NotFoundError(what=f"schedule {schedule_id}")
    return held


def _settle(session: Session, row: AuditSchedule, now: datetime, look_back_days: int) -> None:
    first = now.date() - timedelta(days=look_back_days + 1)
    own = repository.own_days(session, [row.centre_id], first, now.date() + timedelta(days=1))[row.centre_id]
    for due in rounds.due_until(row, WorkCalendar(own), now, look_back_days):
        open_round(session, row, due, now)


def change_route(session: Session, actor: Principal | str, schedule_id: int, body: RouteChange) -> ScheduleOut:
    """Give a schedule its own order of windows; an empty one takes it away.

    Raises:
        NotFoundError: there is no such schedule, or a window is not the centre's.
        ForbiddenError: the person may not say when that centre, or that area, is audited.
        ScheduleConflictError: somebody changed it since.
    """
    row = _held(session, actor, schedule_id, body.version)
    codes = list(dict.fromkeys(body.windows))
    keys = rows.window_keys(session, row.centre_id, codes)
    unknown = [code for code in codes if code not in keys]
    if unknown:
        raise NotFoundError(what=f"window {unknown[0]}")
    rows.set_order(session, row.id, [keys[code] for code in codes])
    session.flush()
    audit.record(session, actor, "schedule.route", "schedule", row.id, " ".join(codes))
    return read_schedule(session, actor, schedule_id)


def opening_hours(session: Session, centre_id: int) -> tuple[time, time]:
    """Return when the first of a centre's windows opens and the last one closes, by their approved layouts."""
    from deskcheck_calibration.layout_file import load_layout

    spans = [span for text in rows.approved_texts(session, centre_id) for span in load_layout(text).hours.open]
    if not spans:
        return OPENING_HOURS
    return min(begin for begin, _ in spans), max(end for _, end in spans)


def usual(opens: time, closes: time) -> list[dict[str, object]]:
    """Return the usual schedules of a centre with these hours: two rounds, a closing check, spot checks."""
    after = min(_minutes(closes) + AFTER_CLOSING_MIN, _minutes(_LAST_MINUTE) - CLOSING_SPAN_MIN)
    closing = (_clock(after), _clock(after + CLOSING_SPAN_MIN))
    return [
        _usual("上午巡检", "Morning round", ScheduleKind.ROUND, MORNING, counts_as=DayHalf.MORNING),
        _usual("下午巡检", "Afternoon round", ScheduleKind.ROUND, AFTERNOON, counts_as=DayHalf.AFTERNOON),
        _usual("下班检查", "Closing check", ScheduleKind.CLOSING, closing),
        _usual("随机抽查", "Spot check", ScheduleKind.SPOT, (opens, closes), times_a_day=2, share=SPOT_SHARE),
    ]


def _usual(zh: str, en: str, kind: ScheduleKind, span: tuple[time, time], **more: object) -> dict[str, object]:
    return {"name_zh": zh, "name_en": en, "kind": kind, "begins": span[0], "ends": span[1], **more}


def add_usual(session: Session, actor: Principal | str, centre_id: int) -> list[ScheduleOut]:
    """Add the usual schedules that a centre does not have yet; its closing time is that of its layouts.

    Raises:
        NotFoundError: there is no such centre.
        ForbiddenError: the person may not say when that centre is audited.
    """
    if places.centre(session, centre_id) is None:
        raise NotFoundError(what=f"centre {centre_id}")
    rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), centre_id, None)
    there = {(one.kind, one.counts_as) for one in list_schedules(session, "usual", centre_id) if one.area_id is None}
    wanted = (
        ScheduleNew.model_validate({**one, "centre_id": centre_id}) for one in usual(*opening_hours(session, centre_id))
    )
    return [add_schedule(session, actor, one) for one in wanted if (one.kind, one.counts_as) not in there]


def may_change(actor: Principal | str, centre_id: int, area_id: int | None = None) -> bool:
    """Tell whether somebody may say when a centre, or one of its areas, is audited."""
    try:
        rounds.require_place(scope_of_actor(actor, *rounds.STARTERS), centre_id, area_id)
    except ForbiddenError:
        return False
    return True
