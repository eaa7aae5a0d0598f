"""Figures and readiness of a process that serves no pages, such as a worker, on a port of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from deskcheck_service.services import Services

_ENDS_WITHIN_S = 5.0


@contextmanager
def watched(services: Services, listening: socket.socket | None) -> Iterator[None]:
    """Answer /metrics, /healthz and /readyz from a thread while the block runs.

    Args:
        services: of the process.
        listening: a socket that listens; None for no answers.
    """
    if listening is None:
        yield
        return
    import uvicorn
    from fastapi import FastAPI

    from deskcheck_service.watching import routes

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.services = services
    routes.install(app, services)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="watched", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_ENDS_WITHIN_S)
        listening.close()
