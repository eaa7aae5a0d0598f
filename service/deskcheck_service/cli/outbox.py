"""``deskcheck outbox``: outside systems that are told what happens, and what was sent to them."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.parsing import parse_time
from deskcheck_service.cli.service_access import ACTOR, fitted, opened_database, require_existing
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from datetime import datetime

    from deskcheck_service.cli.terminal import Terminal
    from deskcheck_service.outbox.schemas import Missing, TargetOut

app = typer.Typer(name="outbox", help="外部系统消息 / messages to outside systems.", no_args_is_help=True)
targets_app = typer.Typer(name="target", help="外部系统 / outside systems.", no_args_is_help=True)
app.add_typer(targets_app)

Name = Annotated[str, typer.Argument(metavar="NAME", help="外部系统名称 / name of the outside system.")]
_EXIT_MISSING = 1


@targets_app.command("add")
def add(
    context: typer.Context,
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="接收地址 / where it listens, http or https.")],
    centre: Annotated[str, typer.Option("--centre", help="中心编号 / code of its centre.")],
    secret_stdin: Annotated[
        bool,
        typer.Option(
            "--secret-stdin", help="从标准输入读取签名密钥 / read its signing secret (whsec_...); default: a new one."
        ),
    ] = False,
    lang: Lang = None,
) -> int:
    """添加外部系统并显示签名密钥 / add an outside system; its signing secret is shown this one time."""
    from deskcheck_service.errors import NotFoundError
    from deskcheck_service.layouts.repository import centre_by_code
    from deskcheck_service.outbox import targets
    from deskcheck_service.outbox.schemas import TargetNew
    from deskcheck_service.secret_box import SecretBox

    terminal, settings = terminal_of(context), read_settings()
    secret = sys.stdin.readline().strip() if secret_stdin else None
    with opened_database(settings) as database, database.writing() as session:
        found = centre_by_code(session, centre)
        if found is None:
            raise NotFoundError(what=f"centre {centre}")
        body = fitted(TargetNew, centre_id=found.id, name=name, url=url, secret=secret)
        made = targets.add_target(session, ACTOR, SecretBox(settings), body)
    if secret is None:
        terminal.line(made.secret)
        terminal.note("请立即保存以上签名密钥，它不会再显示。", "Keep this signing secret now; it is not shown again.")
    else:
        terminal.say(f"已添加 {name}。", f"{name} is added.")
    return 0


@targets_app.command("list")
def list_all(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """列出外部系统 / list the outside systems."""
    return _show(context, as_json=as_json)


@targets_app.command("off")
def off(context: typer.Context, name: Name, lang: Lang = None) -> int:
    """停止通知 / switch an outside system off: it is told nothing."""
    return _switch(context, name, enabled=False)


@targets_app.command("on")
def on(context: typer.Context, name: Name, lang: Lang = None) -> int:
    """恢复通知 / switch an outside system on again; what it missed comes by replay --since."""
    return _switch(context, name, enabled=True)


def _switch(context: typer.Context, name: str, *, enabled: bool) -> int:
    from deskcheck_service.outbox import targets
    from deskcheck_service.outbox.schemas import TargetChange

    with opened_database() as database, database.writing() as session:
        targets.switch_target(session, ACTOR, name, TargetChange(enabled=enabled))
    terminal_of(context).say(
        f"{name} 已{'启用' if enabled else '停用'}。", f"{name} is switched {'on' if enabled else 'off'}."
    )
    return 0


@app.command("status")
def status(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """各外部系统的等待与失败数 / what waits for each outside system and what it never accepted."""
    return _show(context, as_json=as_json)


def _show(context: typer.Context, *, as_json: bool) -> int:
    from deskcheck_service.outbox import targets

    terminal = terminal_of(context)
    with opened_database() as database, database.reading() as session:
        found = targets.list_targets(session, ACTOR)
    if as_json:
        terminal.json({"targets": [one.model_dump(mode="json") for one in found]})
        return 0
    chinese = terminal.language == "zh"
    headings = (
        ["名称", "中心", "状态", "等待", "失败", "最近送达", "最近错误"]
        if chinese
        else ["name", "centre", "state", "waiting", "dead", "last accepted", "last error"]
    )
    terminal.table("", headings, [_line(one, chinese=chinese) for one in found])
    return 0


def _line(one: TargetOut, *, chinese: bool) -> tuple[str, ...]:
    state = ("启用" if one.enabled else "停用") if chinese else ("on" if one.enabled else "off")
    last = one.last_success_at.isoformat(timespec="seconds") if one.last_success_at is not None else "-"
    return one.name, one.centre, state, str(one.waiting), str(one.dead), last, one.last_error or "-"


@app.command("deliver")
def deliver(
    context: typer.Context,
    limit_s: Annotated[
        float, typer.Option("--limit", min=0.0, max=3600.0, help="最长秒数 / seconds after which no batch is begun.")
    ] = 20.0,
    lang: Lang = None,
) -> int:
    """立即发送到期消息 / send what is due now; the running service does so by itself."""
    from deskcheck_service.outbox.delivering import deliver_due
    from deskcheck_service.services import build_services
    from deskcheck_service.tables import utc_now

    settings = read_settings()
    require_existing(settings)
    services = build_services(settings)
    try:
        count = deliver_due(services, utc_now(), limit_s)
    finally:
        services.close()
    terminal_of(context).say(f"已送达 {count} 条。", f"{count} accepted.")
    return 0


@app.command("replay")
def replay(
    context: typer.Context,
    name: Name,
    event: Annotated[str | None, typer.Option("--event", help="消息编号 / one message, such as evt_123.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="全部失败消息 / all dead messages.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="此时间之后的消息 / all since a time, ISO 8601.")
    ] = None,
    lang: Lang = None,
) -> int:
    """重新发送消息 / send messages again: one, all dead ones, or all since a time."""
    from deskcheck_service.outbox import targets
    from deskcheck_service.outbox.schemas import Replay
    from deskcheck_service.tables import utc_now

    asked = fitted(Replay, event=event, dead=dead, since=_moment(since))
    with opened_database() as database, database.writing() as session:
        count = targets.replay(session, ACTOR, name, asked, utc_now())
    terminal_of(context).say(f"{count} 条消息等待重新发送。", f"{count} messages wait to be sent again.")
    return 0


def _moment(text: str | None) -> datetime | None:
    from deskcheck_service.tables import DEFAULT_TIME_ZONE

    return parse_time(text, DEFAULT_TIME_ZONE) if text is not None else None


@app.command("reconcile")
def reconcile(
    context: typer.Context,
    name: Name,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="起始时间 / first moment, ISO 8601.")],
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="截止时间 / first moment after; default: now.")
    ] = None,
    have: Annotated[
        Path | None,
        typer.Option(
            "--have", metavar="FILE", help="对方已有的消息编号，每行一个 / ids that the other side holds, one a line."
        ),
    ] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="补发缺少的消息 / send it what it lacks; needs --have.")
    ] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """与外部系统对账 / counts and digests by window and day, or what the other side lacks (exit 1 if anything)."""
    from deskcheck_service.cli.files import read_bytes
    from deskcheck_service.outbox import reconciling
    from deskcheck_service.tables import utc_now

    terminal, now = terminal_of(context), utc_now()
    span = (_moment(start) or now, _moment(end) or now + timedelta(seconds=1))
    if have is None:
        with opened_database() as database, database.reading() as session:
            told = reconciling.reconcile(session, ACTOR, name, *span)
        if as_json:
            terminal.json(told.model_dump(mode="json"))
            return 0
        chinese = terminal.language == "zh"
        headings = ["日期", "窗口", "条数", "摘要"] if chinese else ["day", "window", "count", "digest"]
        rows = [(str(row.day), row.window, str(row.count), row.digest) for row in told.rows]
        terminal.table("", headings, rows)
        terminal.line(f"{told.count} {told.digest}")  # whole, to be compared: a table breaks it where it is narrow
        return 0
    held = read_bytes(have, 100_000_000).decode("utf-8", "replace").split()
    with opened_database() as database, database.writing() as session:
        found = reconciling.missing(session, ACTOR, name, span, held, now if resend else None)
    return _tell_missing(terminal, found, as_json=as_json)


def _tell_missing(terminal: Terminal, found: Missing, *, as_json: bool) -> int:
    if as_json:
        terminal.json(found.model_dump(mode="json"))
        return _EXIT_MISSING if found.missing else 0
    for one in found.missing:
        terminal.line(one)
    terminal.note(
        f"对方缺少 {len(found.missing)} 条，多出 {len(found.unknown)} 条；等待补发 {found.resent} 条。",
        f"{len(found.missing)} missing, {len(found.unknown)} unknown; {found.resent} wait to be sent.",
    )
    return _EXIT_MISSING if found.missing else 0
