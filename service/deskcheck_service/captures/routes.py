"""Routes of photos, judgements and evidence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from deskcheck_service.captures import browse, service
from deskcheck_service.captures.schemas import HistoryPage, JudgementOut
from deskcheck_service.dependencies import App, CurrentUser, Reading
from deskcheck_service.schemas import Code, Identifier, Sha256
from deskcheck_service.uploads import Upload, photo_form, read_upload

router = APIRouter(tags=["captures"])


@router.post(
    "/windows/{code}/captures",
    status_code=201,
    openapi_extra=photo_form(),
    responses={200: {"model": JudgementOut, "description": "The same photo had come before."}},
)
def check_photo(
    code: Code,
    upload: Annotated[Upload, Depends(read_upload)],
    principal: CurrentUser,
    services: App,
    response: Response,
) -> JudgementOut:
    """Judge a photo of a window; the same photo again gets the same judgement, with 200 in place of 201."""
    checked = service.check_photo(services, principal, code, upload)
    response.status_code = 201 if checked.created else 200
    return checked.judgement


@router.get("/windows/{code}/captures")
def window_history(
    code: Code,
    principal: CurrentUser,
    session: Reading,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> HistoryPage:
    """List a window's judgements, newest first."""
    return service.window_history(session, principal, code, after, limit)


@router.get("/judgements")
def list_judgements(
    asked: Annotated[browse.HistoryFilter, Query()], principal: CurrentUser, session: Reading
) -> HistoryPage:
    """List judgements of all windows, newest first, by state, window, area and time."""
    return browse.list_judgements(session, principal, asked)


@router.get("/judgements/{judgement_id}")
def read_judgement(judgement_id: Identifier, principal: CurrentUser, session: Reading) -> JudgementOut:
    """Read a judgement in full."""
    return service.read_judgement(session, principal, judgement_id)


@router.get(
    "/evidence/{sha256}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}, 304: {"description": "The browser's copy is still right."}},
)
def read_evidence(sha256: Sha256, request: Request, principal: CurrentUser, services: App) -> Response:
    """Fetch a masked evidence picture; each view is logged."""
    file = service.read_evidence(services, principal, sha256)
    # "no-cache": the browser keeps its copy but asks each time, so that rights are checked and views logged.
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-cache"}
    if f'"{sha256}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
