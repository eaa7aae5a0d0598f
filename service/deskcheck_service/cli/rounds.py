"""``deskcheck round``: rounds listed, shown, started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.service_access import ACTOR, opened_database, require_existing
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from deskcheck_service.audits.schemas import RoundOut
    from deskcheck_service.tables import Centre

app = typer.Typer(name="round", help="巡检 / rounds of the cameras.", no_args_is_help=True)

CentreCode = Annotated[str, typer.Option("--centre", help="中心编号 / code of the centre.")]
CountsAs = Annotated[
    Literal["morning", "afternoon"] | None, typer.Option("--counts-as", help="计入当日结果 / half of the day's mark.")
]
_ROUND_HEADINGS = ("no", "day", "name", "state", "seen", "why")
WORDS = {
    "round": ("例行巡检", "round"),
    "closing": ("下班检查", "closing check"),
    "spot": ("随机抽查", "spot check"),
    "morning": ("上午", "morning"),
    "afternoon": ("下午", "afternoon"),
    "running": ("进行中", "running"),
    "complete": ("已完成", "complete"),
    "partial": ("部分完成", "partial"),
    "missed": ("未执行", "missed"),
    "owed": ("待巡检", "still to come"),
    "judged": ("已判定", "judged"),
    "unjudged": ("未看到", "not seen"),
    "weekday": ("工作日", "working day"),
    "weekend": ("周末", "weekend"),
    "holiday": ("法定节假日", "public holiday"),
    "make_up": ("调休上班", "make-up working day"),
    "own_work": ("本中心上班", "works, as the centre says"),
    "own_rest": ("本中心休息", "rests, as the centre says"),
}


def centre_of(session: Session, code: str) -> Centre:
    """Return the centre of that code.

    Raises:
        NotFoundError: there is none.
    """
    from deskcheck_service.errors import NotFoundError
    from deskcheck_service.layouts.repository import centre_by_code

    found = centre_by_code(session, code)
    if found is None:
        raise NotFoundError(what=f"centre {code}")
    return found


def _round_line(one: RoundOut, language: int) -> tuple[str, ...]:
    name = (one.name.zh, one.name.en)[language] if one.name else ("临时巡检", "started by hand")[language]
    why = (one.reason_words.zh, one.reason_words.en)[language] if one.reason_words else ""
    seen = f"{one.judged_count}/{one.owed_count}"
    return str(one.id), str(one.on_date), name, WORDS[one.state.value][language], seen, why


@app.command("list")
def list_rounds(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="条数 / how many.")] = 20,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """列出巡检，新的在前 / list the rounds, newest first."""
    from deskcheck_service.audits import reading

    terminal = terminal_of(context)
    with opened_database() as database, database.reading() as session:
        found = reading.list_rounds(session, ACTOR, limit=limit).items
    if as_json:
        terminal.json({"rounds": [one.model_dump(mode="json") for one in found]})
        return 0
    chinese = terminal.language == "zh"
    headings = (
        ["号", "日期", "名称", "状态", "已看", "说明"] if chinese else ["no", "day", "name", "state", "seen", "why"]
    )
    terminal.table("", list(headings), [_round_line(one, 0 if chinese else 1) for one in found])
    return 0


@app.command("show")
def show_round(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NO", min=1, help="巡检号 / number of the round.")],
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """显示一次巡检的每个窗口 / show a round with everything that it owes."""
    from deskcheck_service.audits import reading

    terminal = terminal_of(context)
    with opened_database() as database, database.reading() as session:
        found = reading.read_round(session, ACTOR, number)
    if as_json:
        terminal.json(found.model_dump(mode="json"))
        return 0
    language = 0 if terminal.language == "zh" else 1
    terminal.line("  ".join(_round_line(found, language)))
    for view in found.views:
        text = view.reason_words or view.last_reason
        why = f" ({(text.zh, text.en)[language]})" if text else ""
        terminal.line(f"{view.position:>4}  {view.window_code}  {WORDS[view.state.value][language]}{why}")
    return 0


@app.command("start")
def start_round(
    context: typer.Context,
    centre: CentreCode,
    area: Annotated[str | None, typer.Option("--area", help="只巡检一个区域 / code of one area alone.")] = None,
    counts_as: Annotated[
        Literal["morning", "afternoon"] | None,
        typer.Option("--counts-as", help="计入当日结果 / half of the day's mark."),
    ] = None,
    minutes: Annotated[int, typer.Option("--minutes", min=5, max=240, help="时长 / minutes it may take.")] = 30,
    lang: Lang = None,
) -> int:
    """立即开始一次巡检，由服务执行 / start a round now; the running service makes it."""
    from deskcheck_service.audits import rounds
    from deskcheck_service.errors import NotFoundError
    from deskcheck_service.layouts.repository import area_by_code
    from deskcheck_service.services import build_services
    from deskcheck_service.tables.audits import DayHalf

    terminal = terminal_of(context)
    settings = read_settings()
    require_existing(settings)
    services = build_services(settings)
    try:
        with services.database.reading() as session:
            found = centre_of(session, centre)
            place = area_by_code(session, found.id, area) if area else None
        if area and place is None:
            raise NotFoundError(what=f"area {area}")
        half = DayHalf(counts_as) if counts_as else None
        opened = rounds.start_now(
            services, ACTOR, found.id, area_id=place.id if place else None, counts_as=half, minutes=minutes
        )
    finally:
        services.close()
    count = len(opened.visit_ids)
    terminal.say(f"巡检 {opened.round_id}：{count} 台摄像机。", f"Round {opened.round_id}: {count} cameras.")
    return 0
