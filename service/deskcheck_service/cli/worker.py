"""``deskcheck worker``: a process that makes visits for a service on PostgreSQL."""

from __future__ import annotations

from typing import Annotated

import typer

from deskcheck_service.cli.options import Lang
from deskcheck_service.cli.service_access import opened_services
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of


def worker(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Option("--name", help="名称，不得重复 / its name, which no other has; default: host and process."),
    ] = None,
    lang: Lang = None,
) -> int:
    """从 PostgreSQL 队列领取摄像机并巡检，Ctrl-C 结束 / make the visits that the queue hands out until Ctrl-C."""
    from deskcheck_service.audits.worker import AuditWorker
    from deskcheck_service.logs import configure_logging

    terminal, settings = terminal_of(context), read_settings()
    configure_logging(settings)
    with opened_services(settings) as services:
        working = AuditWorker(services, name)
        terminal.note(f"巡检程序 {working.engine.name}（Ctrl-C 结束）", f"worker {working.engine.name} (Ctrl-C ends)")
        working.run()
    return 0
