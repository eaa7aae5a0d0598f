"""``deskcheck schedule`` and ``calendar``: when rounds are due, and on which days a centre works."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deskcheck_service.cli.files import read_bytes
from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.rounds import WORDS, CentreCode, centre_of
from deskcheck_service.cli.service_access import ACTOR, ValueUnfitError, fitted, opened_database
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from deskcheck_service.audits.schemas import ScheduleOut

schedule_app = typer.Typer(name="schedule", help="巡检计划 / when rounds are due.", no_args_is_help=True)
calendar_app = typer.Typer(name="calendar", help="工作日历 / days that a centre works.", no_args_is_help=True)

_MAX_LIST_BYTES = 100_000
_SCHEDULE_HEADINGS = ("no", "centre", "name", "kind", "time", "state")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueUnfitError(name=option, reason=f"{text}; 2026-11-21?") from None


@schedule_app.command("list")
def list_schedules(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """列出巡检计划 / list the schedules."""
    from deskcheck_service.audits import schedules

    terminal = terminal_of(context)
    with opened_database() as database, database.reading() as session:
        found = schedules.list_schedules(session, ACTOR)
    if as_json:
        terminal.json({"schedules": [one.model_dump(mode="json") for one in found]})
        return 0
    chinese = terminal.language == "zh"
    headings = (
        ["号", "中心", "名称", "类型", "时间", "状态"] if chinese else ["no", "centre", "name", "kind", "time", "state"]
    )
    terminal.table("", list(headings), [_schedule_line(one, 0 if chinese else 1) for one in found])
    return 0


def _schedule_line(one: ScheduleOut, language: int) -> tuple[str, ...]:
    half = f", {WORDS[one.counts_as.value][language]}" if one.counts_as else ""
    times = f"{one.begins:%H:%M}-{one.ends:%H:%M}" + (f" x {one.times_a_day}" if one.times_a_day > 1 else "")
    name = (one.name_zh, one.name_en)[language]
    state = (("启用", "on") if one.enabled else ("停用", "off"))[language]
    return str(one.id), one.centre_code, name, WORDS[one.kind.value][language] + half, times, state


@schedule_app.command("add")
def add_schedule(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="名称 / name of the schedule.")],
    centre: CentreCode,
    begins: Annotated[str, typer.Option("--from", metavar="HH:MM", help="开始时间（当地）/ begins, local time.")],
    ends: Annotated[str, typer.Option("--to", metavar="HH:MM", help="结束时间（当地）/ ends, local time.")],
    kind: Annotated[Literal["round", "closing", "spot"], typer.Option("--kind", help="类型 / kind.")] = "round",
    counts_as: Annotated[
        Literal["morning", "afternoon"] | None,
        typer.Option("--counts-as", help="计入当日结果 / half of the day's mark."),
    ] = None,
    area: Annotated[str | None, typer.Option("--area", help="只巡检一个区域 / code of one area alone.")] = None,
    times: Annotated[int, typer.Option("--times", min=1, max=12, help="每天次数 / times a day.")] = 1,
    percent: Annotated[float, typer.Option("--percent", min=1, max=100, help="抽查比例 / percent of the views.")] = 100,
    every_day: Annotated[bool, typer.Option("--every-day", help="休息日也执行 / on days without work too.")] = False,
    last_first: Annotated[bool, typer.Option("--last-first", help="从最后一个柜面起 / last counter first.")] = False,
    frames: Annotated[int, typer.Option("--frames", min=1, max=20, help="每台画面数 / frames a camera.")] = 5,
    span: Annotated[float, typer.Option("--span", min=0, max=600, help="画面时长（秒）/ seconds of a burst.")] = 60,
    name_en: Annotated[str | None, typer.Option("--name-en", help="英文名称 / English name; default: NAME.")] = None,
    lang: Lang = None,
) -> int:
    """添加巡检计划 / add a schedule."""
    from deskcheck_service.audits import schedules
    from deskcheck_service.audits.schemas import ScheduleNew
    from deskcheck_service.errors import NotFoundError
    from deskcheck_service.layouts.repository import area_by_code

    terminal = terminal_of(context)
    with opened_database() as database, database.writing() as session:
        found = centre_of(session, centre)
        place = area_by_code(session, found.id, area) if area else None
        if area and place is None:
            raise NotFoundError(what=f"area {area}")
        body = fitted(
            ScheduleNew, centre_id=found.id, area_id=place.id if place else None, name_zh=name, name_en=name_en or name,
            kind=kind, counts_as=counts_as, begins=begins, ends=ends, times_a_day=times, share=percent / 100,
            working_days_only=not every_day, last_first=last_first, burst_frames=frames, burst_span_s=span,
        )  # fmt: skip
        made = schedules.add_schedule(session, ACTOR, body)
    terminal.say(f"已添加计划 {made.id}。", f"Added schedule {made.id}.")
    return 0


@schedule_app.command("preset")
def preset(context: typer.Context, centre: CentreCode, lang: Lang = None) -> int:
    """添加常用计划：上下午巡检、下班检查、随机抽查 / add the usual schedules that a centre does not have yet."""
    from deskcheck_service.audits import schedules

    terminal = terminal_of(context)
    with opened_database() as database, database.writing() as session:
        made = schedules.add_usual(session, ACTOR, centre_of(session, centre).id)
    for one in made:
        terminal.line(" ".join(_schedule_line(one, 0 if terminal.language == "zh" else 1)))
    if not made:
        terminal.say("常用计划都已有。", "The usual schedules are all there.")
    return 0


@schedule_app.command("off")
def switch_off(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NO", min=1, help="计划号 / number of the schedule.")],
    lang: Lang = None,
) -> int:
    """停用巡检计划 / switch a schedule off; its rounds stay."""
    from deskcheck_service.audits import schedules
    from deskcheck_service.audits.schemas import ScheduleChange

    terminal = terminal_of(context)
    look_back_days = read_settings().audit_look_back_days
    with opened_database() as database, database.writing() as session:
        now = schedules.read_schedule(session, ACTOR, number)
        body = ScheduleChange(**{**now.model_dump(include=set(ScheduleChange.model_fields)), "enabled": False})
        schedules.change_schedule(session, ACTOR, number, body, look_back_days)
    terminal.say(f"计划 {number} 已停用。", f"Schedule {number} is off.")
    return 0


@calendar_app.command("list")
def list_days(
    context: typer.Context,
    centre: CentreCode,
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="月份 / month.")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """列出一个月的日历与当日计划 / list a month's days and what is due on them."""
    from deskcheck_service.audits import own_days
    from deskcheck_service.tables import utc_now

    terminal = terminal_of(context)
    first = _day(f"{month}-01", "--month") if month else utc_now().date().replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with opened_database() as database, database.reading() as session:
        found = own_days.read_calendar(session, ACTOR, centre_of(session, centre).id, first, last)
    if as_json:
        terminal.json(found.model_dump(mode="json"))
        return 0
    language = 0 if terminal.language == "zh" else 1
    for day in found.days:
        due = ", ".join((one.name.zh, one.name.en)[language] for one in day.due) or "-"
        name = (day.name.zh, day.name.en)[language]
        terminal.line(f"{day.on_date}  {WORDS[day.kind.value][language]}{f' ({name})' if name else ''}: {due}")
    for year in found.unknown_years:
        terminal.say(
            f"尚不知道 {year} 年的节假日：周一至周五均按上班计。",
            f"The holidays of {year} are not known: all weekdays count as worked.",
        )
    return 0


@calendar_app.command("set")
def set_day(
    context: typer.Context,
    day: Annotated[str, typer.Argument(metavar="DAY", help="日期 / day, such as 2026-11-21.")],
    what: Annotated[Literal["work", "rest", "public"], typer.Argument(help="上班、休息或按公共日历 / what holds.")],
    centre: CentreCode,
    name: Annotated[str, typer.Option("--name", help="名称 / name of the day.")] = "",
    lang: Lang = None,
) -> int:
    """设定本中心某日上班或休息 / say whether a centre works on a day."""
    from deskcheck_service.audits import own_days
    from deskcheck_service.audits.schemas import DaySet

    terminal = terminal_of(context)
    on_date = _day(day, "DAY")
    with opened_database() as database, database.writing() as session:
        found = centre_of(session, centre)
        if what == "public":
            own_days.clear_day(session, ACTOR, found.id, on_date)
        else:
            own_days.set_day(session, ACTOR, found.id, on_date, fitted(DaySet, working=what == "work", name=name))
    terminal.say(f"{day}：已设定。", f"{day}: set.")
    return 0


@calendar_app.command("import")
def import_days(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="通知原文或逐行列表 / the notice or plain lines.")],
    year: Annotated[int, typer.Option("--year", min=2000, max=2199, help="年份 / year of the list.")],
    centre: CentreCode,
    lang: Lang = None,
) -> int:
    """导入全年放假安排 / take over a year's list of holidays and make-up days."""
    from deskcheck_service.audits import own_days
    from deskcheck_service.audits.schemas import CalendarText

    terminal = terminal_of(context)
    text = read_bytes(file, _MAX_LIST_BYTES).decode("utf-8-sig", errors="replace").strip()
    with opened_database() as database, database.writing() as session:
        body = fitted(CalendarText, year=year, text=text)
        told = own_days.import_list(session, ACTOR, centre_of(session, centre).id, body)
    terminal.say(
        f"已导入：{told.rest_days} 天休息，{told.work_days} 天调休上班。",
        f"Taken over: {told.rest_days} days of rest, {told.work_days} make-up days.",
    )
    return 0
