"""``deskcheck serve``: the pages and the API."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.errors import PortInUseError
from deskcheck_service.cli.options import Lang
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from deskcheck_service.settings import Settings

Host = Annotated[str, typer.Option("--host", help="监听地址 / address to listen on; 0.0.0.0 for every network.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="端口 / port; 0 takes a free one.")]


def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    forwarded_allow_ips: Annotated[
        str, typer.Option("--forwarded-allow-ips", help="可信反向代理地址 / addresses of proxies to be believed.")
    ] = "127.0.0.1",
    lang: Lang = None,
) -> int:
    """启动网页与接口，Ctrl-C 结束 / serve the pages and the API until Ctrl-C."""
    from deskcheck_service.cli.service_access import opened_database

    terminal, settings = terminal_of(context), read_settings()
    with opened_database(settings):
        pass  # an absent or outdated database is told here, in one line, rather than by every page
    listening = listen(host, port)
    address = f"http://{_shown(host)}:{listening.getsockname()[1]}"
    terminal.note(f"页面：{address}/ （Ctrl-C 结束）", f"pages: {address}/ (Ctrl-C ends)")
    run_server(settings, listening, forwarded_allow_ips)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; the port is then really ours.

    Raises:
        PortInUseError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as exc:
        listening.close()
        raise PortInUseError(host=host, port=port, reason=exc.strerror or exc) from exc
    return listening


def run_server(settings: Settings, listening: socket.socket, forwarded_allow_ips: str = "127.0.0.1") -> None:
    """Serve on a socket until the process is told to end.

    Args:
        settings: of the service.
        listening: socket from ``listen``.
        forwarded_allow_ips: addresses whose X-Forwarded-* headers are believed.
    """
    import uvicorn

    from deskcheck_service.app import create_app

    config = uvicorn.Config(
        create_app(settings),
        log_config=None,  # the service has its own log lines
        access_log=False,
        forwarded_allow_ips=forwarded_allow_ips,
        timeout_graceful_shutdown=10,
    )
    try:
        # uvicorn hands Ctrl-C on after it has shut down in order: that is how serving ends, not a fault.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104  shown, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
