"""``deskcheck audit``: scheduled rounds over the cameras, made and looked after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.service_access import opened_services
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from deskcheck_service.audits.status import AuditStatus

app = typer.Typer(name="audit", help="定时巡检 / scheduled rounds over the cameras.", no_args_is_help=True)

_EXIT_WRONG = 1


@app.command("status")
def status(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """巡检状态；有异常时返回 1 / how the audit is doing; exit code 1 where something is wrong."""
    from deskcheck_service.audits.status import status as status_of
    from deskcheck_service.tables import utc_now

    terminal, settings = terminal_of(context), read_settings()
    with opened_services(settings) as services, services.database.reading() as session:
        found = status_of(session, utc_now(), is_off=settings.audit == "off")
    if as_json:
        terminal.json(_document(found))
    else:
        _tell(terminal, found)
    return _EXIT_WRONG if found.wrong else 0


def _document(found: AuditStatus) -> dict[str, object]:
    from pydantic import TypeAdapter

    from deskcheck_service.audits.status import AuditStatus

    document: dict[str, object] = TypeAdapter(AuditStatus).dump_python(found, mode="json")
    return document


def _tell(terminal: Terminal, found: AuditStatus) -> None:
    zh = terminal.language == "zh"
    title = "巡检程序" if zh else "workers"
    columns = ("名称", "状态", "在做", "已完成") if zh else ("name", "state", "at work", "done")
    told = {
        "here": "工作中" if zh else "working",
        "silent": "没有声息" if zh else "silent",
        "ended": "已结束" if zh else "ended",
    }
    rows = [
        (
            one.name,
            told["ended" if one.ended_at else "silent" if one.is_silent else "here"],
            str(one.at_work),
            str(one.visits_done),
        )
        for one in found.workers
    ]
    terminal.table(title, columns, rows)
    of_rounds = (
        ("轮次", "中心", "状态", "应巡", "已判", "未判", "未到")
        if zh
        else ("round", "centre", "state", "owed", "judged", "not judged", "left")
    )
    terminal.table(
        "24 小时内的巡检" if zh else "rounds of the last day",
        of_rounds,
        [
            (str(one.round_id), one.centre, one.state.value, *map(str, (one.owed, one.judged, one.unjudged, one.left)))
            for one in found.rounds
        ],
    )  # fmt: skip
    waits = "-" if found.oldest_waiting_s is None else f"{found.oldest_waiting_s:.0f} s"
    terminal.say(
        f"等待中的摄像机：{found.waiting}（最久 {waits}）", f"cameras waiting: {found.waiting} (longest {waits})"
    )
    terminal.say(
        f"待送达通知：{found.outbox_waiting}，放弃：{found.outbox_dead}",
        f"deliveries waiting: {found.outbox_waiting}, given up: {found.outbox_dead}",
    )
    for one in found.troubles:
        terminal.line(f"{one.camera}: {one.kind}, {one.since.isoformat(timespec='minutes')}, x{one.seen_count}")
    for text in found.wrong:
        terminal.line(f"! {text.zh if zh else text.en}")


@app.command("run")
def run(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="做完到期的就结束 / end when everything that is due has been done.")
    ] = False,
    lang: Lang = None,
) -> int:
    """在前台进行巡检，Ctrl-C 结束 / make rounds in the foreground until Ctrl-C."""
    from deskcheck_service.audits import embedded
    from deskcheck_service.logs import configure_logging

    terminal, settings = terminal_of(context), read_settings()
    configure_logging(settings)
    with opened_services(settings) as services:
        made = embedded.run_once(services) if once else embedded.run_until_told(services)
    counted = {outcome.value: number for outcome, number in sorted(made.items())}
    terminal.say(f"巡检结束：{counted}", f"Rounds made: {counted}")
    return 0


@app.command("sweep")
def sweep(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """开启和结束到期的轮次，补排遗漏的摄像机 / open and close what is due; queue what is waiting without a job."""
    from deskcheck_service.audits import queue, ticks

    terminal, settings = terminal_of(context), read_settings()
    with opened_services(settings) as services:
        opened = ticks.open_rounds(services)
        closed = ticks.close_rounds(services)
        queued = queue.sweep(services) if queue.is_used(services) else 0
    counts = {"visits_opened": opened, "rounds_closed": closed, "visits_waiting": queued}
    if as_json:
        terminal.json(counts)
    else:
        terminal.say(
            f"新增 {opened} 台摄像机待巡检，结束 {closed} 轮，队列中等待 {queued}。",
            f"{opened} visits opened, {closed} rounds closed, {queued} visits waiting in the queue.",
        )
    return 0
