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
    watch_port: Annotated[
        int | None,
        typer.Option(
            "--watch-port", min=0, max=65535, help="监控端口 / port for /metrics, /healthz, /readyz; else none."
        ),
    ] = None,
    watch_host: Annotated[
        str, typer.Option("--watch-host", help="监控地址 / address of that port; 0.0.0.0 for every network.")
    ] = "127.0.0.1",
    lang: Lang = None,
) -> int:
    """从 PostgreSQL 队列领取摄像机并巡检，Ctrl-C 结束 / make the visits that the queue hands out until Ctrl-C."""
    from deskcheck_service.audits.worker import AuditWorker
    from deskcheck_service.cli.serve import listen
    from deskcheck_service.logs import configure_logging
    from deskcheck_service.watching.beside import watched

    terminal, settings = terminal_of(context), read_settings()
    configure_logging(settings)
    with opened_services(settings) as services:
        working = AuditWorker(services, name)
        terminal.note(f"巡检程序 {working.engine.name}（Ctrl-C 结束）", f"worker {working.engine.name} (Ctrl-C ends)")
        with watched(services, listen(watch_host, watch_port) if watch_port is not None else None):
            working.run()
    return 0
