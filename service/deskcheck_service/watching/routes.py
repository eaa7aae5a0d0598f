"""What machines ask: figures, whether the process lives, whether it can work. Outside /api, as those who ask expect."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from deskcheck_service.dependencies import client_address, get_services
from deskcheck_service.errors.watching import FiguresClosedError
from deskcheck_service.services import Services
from deskcheck_service.watching.readiness import Readiness, ReadyOut

router = APIRouter(include_in_schema=False)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/healthz", name="healthz")
async def healthz() -> dict[str, str]:
    """Say that the process lives; it asks nothing and nobody."""
    return {"status": "ok"}


@router.get("/readyz", name="readyz", response_model=ReadyOut)
async def readyz(request: Request, response: Response) -> ReadyOut:
    """Say whether the process can work, with 503 and what is missing where it cannot."""
    readiness: Readiness = request.app.state.readiness
    found = await run_in_threadpool(readiness.look)
    response.status_code = 200 if found.ready else 503
    response.headers["Cache-Control"] = "no-store"
    return found


@router.get("/metrics", name="metrics")
def metrics(request: Request) -> Response:
    """Return the figures for Prometheus; 401 with the reason, and never the log-in page, to others."""
    from deskcheck_service.watching.metrics import CONTENT_TYPE, exposition, is_allowed

    secret = get_services(request).settings.metrics_token
    token = secret.get_secret_value() if secret is not None else None
    forwarded = any(name in request.headers for name in _FORWARDED)
    authorization = request.headers.get("authorization", "")
    if not is_allowed(token, authorization, client_address(request), forwarded=forwarded):
        closed = FiguresClosedError()
        told = f"{closed.code}: {closed.sentence('en')} {closed.next_step('en')}\n"
        return PlainTextResponse(told, 401, {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})
    return Response(exposition(request.app.state.figures), media_type=CONTENT_TYPE)


def install(app: FastAPI, services: Services) -> None:
    """Add these routes; figures and readiness keep what they found with the application."""
    from deskcheck_service.watching.metrics import registry_of

    app.state.figures = registry_of(services)
    app.state.readiness = Readiness(services)
    app.include_router(router)
