"""The application, built from settings; importing this module reads no setting and opens nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from deskcheck_service import catalogue
from deskcheck_service.accounts import routes as accounts
from deskcheck_service.accounts.rights import PUBLIC, ROUTES
from deskcheck_service.audits import embedded
from deskcheck_service.audits import routes as audits
from deskcheck_service.cameras import routes as cameras
from deskcheck_service.cameras import source_routes as camera_sources
from deskcheck_service.captures import routes as captures
from deskcheck_service.dependencies import guard
from deskcheck_service.error_responses import fault_response, install_error_handlers
from deskcheck_service.layouts import draft_routes as layout_editor
from deskcheck_service.layouts import like_routes
from deskcheck_service.layouts import routes as layouts
from deskcheck_service.logs import configure_logging
from deskcheck_service.middleware import RequestContext
from deskcheck_service.outbox import routes as outbox
from deskcheck_service.problems import routes as problems
from deskcheck_service.reviews import routes as reviews
from deskcheck_service.schemas import ErrorBody
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.watching import api as watching
from deskcheck_service.watching import routes as machines

API = "/api/v1"
_ROUTERS = (
    accounts.router,
    # Before the layouts' own: /layouts/waiting is no layout's number.
    like_routes.router,
    layouts.router,
    layout_editor.router,
    captures.router,
    cameras.router,
    audits.router,
    camera_sources.router,
    reviews.router,
    problems.router,
    outbox.router,
    watching.router,
    catalogue.router,
)
_DESCRIPTION = (
    "Checks the counters of service halls against their approved layout. Browsers log in by cookie and repeat the "
    "CSRF token in X-CSRF-Token on unsafe requests; programs send an API token as bearer."
)


def _errors(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Describe errors that all routes share. FastAPI builds a field for each model of each route, which is most of the
    time that the application takes to start: one names the model, the others point to its description.
    """
    schema = {"schema": {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}}
    described: dict[str, object] = {"content": {"application/json": schema}}
    first, *others = statuses
    return {first: {"model": ErrorBody}, **dict.fromkeys(others, described)}


def _api_router() -> APIRouter:
    router = APIRouter(
        prefix=API,
        dependencies=[Depends(guard)],
        responses=_errors(401, 403, 404, 409, 413, 415, 422, 429, 500, 503, 507),
    )
    for part in _ROUTERS:
        router.include_router(part)
    return router


def _check_rights() -> None:
    """Refuse to start with a route that the rights table does not know, or a row without its route."""
    names = {route.name for part in _ROUTERS for route in part.routes if isinstance(route, APIRoute)}
    unknown, idle = names - set(ROUTES) - PUBLIC, set(ROUTES) - names
    if unknown or idle:
        raise RuntimeError(f"rights table and routes differ: no rights for {unknown}, no route for {idle}")


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """Return the application.

    Args:
        settings: what is configured.
        services: built from the settings where None.
    """
    configure_logging(settings)
    _check_rights()
    held = services or build_services(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with embedded.running(held):
            yield
        held.close()

    app = FastAPI(
        title="deskcheck",
        description=_DESCRIPTION,
        version="1",
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # its page loads scripts from another host
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.services = held
    install_error_handlers(app)
    app.include_router(_api_router())
    machines.install(app, held)
    if importlib.util.find_spec("deskcheck_service.pages") is not None:
        import_module("deskcheck_service.pages").install_pages(app)
    app.add_middleware(RequestContext, on_fault=fault_response)
    return app
