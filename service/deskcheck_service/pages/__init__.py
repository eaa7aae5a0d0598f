"""The pages: server-rendered, Chinese first, each calling the same service functions as its JSON route."""

from __future__ import annotations

from fastapi import FastAPI

__all__ = ["install_pages"]


def install_pages(app: FastAPI) -> None:
    """Add the pages, their static files and the look of their errors to the application.

    Args:
        app: the application; ``app.state.services`` is read at request time.
    """
    from deskcheck_service.pages import install

    install.install(app)
