"""The one place where errors become answers: which status, which shape, in whose language."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import structlog
from deskcheck_calibration.errors import CalibrationError, UnknownPresetError
from deskcheck_calibration.layout_text import LayoutFileError
from deskcheck_vision.errors import (
    DeskcheckError,
    FontMissingError,
    InferenceError,
    ModelFileError,
    PictureError,
    SessionUnusableError,
    TooManyBytesError,
    UnknownClassError,
    UnknownPictureFormatError,
)
from deskcheck_vision.sources.address_errors import AddressError
from deskcheck_vision.sources.camera_errors import ReaderMissingError, SourceError
from deskcheck_vision.sources.errors import FilmError, FilmReaderMissingError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException

from deskcheck_service import errors
from deskcheck_service.db import is_unique_clash
from deskcheck_service.dependencies import language_of
from deskcheck_service.errors import audits, cameras, desk_types, outbox, secrets, sources, watching, workers
from deskcheck_service.errors.layouts import ProposalError
from deskcheck_service.schemas import ErrorBody, ErrorDetail

# The nearest class of an error's ancestry decides.
_STATUS: dict[type[DeskcheckError], int] = {
    DeskcheckError: 500,
    PictureError: 422,
    TooManyBytesError: 413,
    UnknownPictureFormatError: 415,
    SourceError: 502,
    AddressError: 422,
    ReaderMissingError: 503,
    FilmError: 422,
    FilmReaderMissingError: 503,
    CalibrationError: 422,
    UnknownPresetError: 404,
    LayoutFileError: 422,
    UnknownClassError: 422,
    ModelFileError: 503,
    FontMissingError: 503,
    InferenceError: 500,
    SessionUnusableError: 503,
    errors.ServiceError: 500,
    errors.NotLoggedInError: 401,
    errors.LogInError: 401,
    errors.LogInHeldError: 429,
    errors.CsrfError: 403,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ExistsError: 409,
    errors.RequestError: 422,
    errors.TooLargeError: 413,
    errors.NoLayoutError: 409,
    errors.LayoutStateError: 409,
    errors.LayoutWindowError: 422,
    errors.LayoutVersionError: 409,
    errors.OwnLayoutError: 403,
    errors.DraftConflictError: 409,
    errors.DraftGoneError: 409,
    errors.DraftShapeError: 422,
    ProposalError: 422,
    desk_types.LikeWindowsError: 409,
    desk_types.DeskTypeCentreError: 422,
    desk_types.SameWindowError: 422,
    cameras.CameraBareError: 409,
    cameras.CameraInUseError: 409,
    cameras.CameraActiveError: 409,
    cameras.CameraPictureError: 422,
    cameras.ViewBareError: 409,
    cameras.ViewTakenError: 409,
    sources.SourceUnsetError: 409,
    sources.ViewOffError: 409,
    sources.PermitOwnError: 403,
    sources.PermitExistsError: 409,
    sources.PermitAbsentError: 409,
    secrets.SecretError: 503,
    workers.AlreadySettledError: 409,
    workers.CamerasBusyError: 503,
    workers.QueueNeedsPostgresqlError: 503,
    workers.QueueAbsentError: 503,
    audits.RoundRunningError: 409,
    audits.NothingOwedError: 409,
    audits.ScheduleConflictError: 409,
    outbox.TargetUrlError: 422,
    outbox.TargetAddressError: 422,
    outbox.ReplayError: 422,
    outbox.EventIdError: 422,
    errors.ReviewConflictError: 409,
    errors.NotReviewableError: 409,
    errors.UndoError: 409,
    errors.LastAdministratorError: 409,
    errors.BusyError: 503,
    errors.EvidenceMissingError: 404,
    errors.StorageFullError: 507,
    watching.FiguresClosedError: 401,
    watching.CheckSlowError: 503,
    watching.CheckFailedError: 503,
    watching.EvidenceUnwritableError: 503,
    errors.DatabaseError: 503,
}


class _MethodError(errors.ServiceError):
    """The address exists, the method does not."""

    code = "request.method"
    zh = "此地址不支持该操作。"
    en = "This address does not support that method."
    next_zh = "请查看接口说明 /api/v1/openapi.json。"
    next_en = "See the description at /api/v1/openapi.json."


class _InternalError(errors.ServiceError):
    """A fault of the program; its text never goes to the caller."""

    code = "service.failed"
    zh = "程序内部出错，本次内容没有保存。"
    en = "The program failed; nothing of this request was saved."
    next_zh = "请把请求编号 {request_id} 告诉管理员。"
    next_en = "Tell an administrator the request id {request_id}."


STATUS: Mapping[type[DeskcheckError], int] = {**_STATUS, _MethodError: 405}


def status_of(error: DeskcheckError) -> int:
    """Return the HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _plain(value: object) -> object:
    """Return a fact as JSON can carry it."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value)


def _facts(error: DeskcheckError) -> dict[str, object]:
    facts: dict[str, object] = {name: _plain(value) for name, value in error.facts.items()}
    if isinstance(error, LayoutFileError):
        facts["problems"] = [asdict(problem) for problem in error.problems]
    return facts


def detail_of(request: Request, error: DeskcheckError) -> ErrorDetail:
    """Return the shape of an error in the caller's language."""
    language = "en" if language_of(request) == "en" else "zh"
    return ErrorDetail(
        code=error.code,
        message=error.sentence("en" if language == "en" else "zh"),
        message_zh=error.sentence("zh"),
        message_en=error.sentence("en"),
        next_step=error.next_step("en" if language == "en" else "zh"),
        facts=_facts(error),
        request_id=getattr(request.state, "request_id", ""),
    )


def _headers(error: DeskcheckError, status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.LogInHeldError):
        headers["Retry-After"] = str(error.facts["retry_after_s"])
    elif status == 503:
        headers["Retry-After"] = "2"
    return headers


def error_response(request: Request, error: DeskcheckError, extra: Mapping[str, str] | None = None) -> Response:
    """Return the answer to a request that failed: JSON under /api, a page elsewhere where pages are installed."""
    status = status_of(error)
    detail = detail_of(request, error)
    render: Any = getattr(request.app.state, "render_error_page", None)
    response: Response
    if render is not None and not request.url.path.startswith("/api/"):
        response = render(request, detail, status)
    else:
        response = JSONResponse(ErrorBody(error=detail).model_dump(mode="json"), status_code=status)
    response.headers.update({**_headers(error, status), **(extra or {})})
    return response


def _on_deskcheck_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, DeskcheckError)
    if status_of(exc) >= 500:
        structlog.get_logger().error("request failed", code=exc.code, exc_info=exc)
    return error_response(request, exc)


def _on_integrity_error(request: Request, exc: Exception) -> Response:
    """Two people added the same thing at once; every service has looked before, so this is the rare second."""
    assert isinstance(exc, IntegrityError)
    if is_unique_clash(exc):
        return error_response(request, errors.ExistsError(what=request.url.path.rsplit("/", 1)[-1]))
    return fault_response(request, exc)


def _on_http_exception(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    if isinstance(exc.__cause__, DeskcheckError):  # FastAPI wraps what reading the body raised
        return error_response(request, exc.__cause__)
    if exc.status_code == 404:
        return error_response(request, errors.NotFoundError(what=request.url.path))
    if exc.status_code == 405:
        return error_response(request, _MethodError(), exc.headers)
    return error_response(request, errors.RequestError(problem=str(exc.detail)))


def _on_validation_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    problems = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in exc.errors()[:5]]
    error = errors.RequestError(problem="; ".join(problems) or "unreadable")
    return error_response(request, error)


def fault_response(request: Request, exc: Exception) -> Response:
    """Return the answer to an exception that nothing foresaw; its text goes to the log and never to the caller."""
    if isinstance(exc, OSError) and exc.errno in {errno.ENOSPC, errno.EDQUOT}:
        return error_response(request, errors.StorageFullError())
    structlog.get_logger().error("request failed", code=_InternalError.code, exc_info=exc)
    return error_response(request, _InternalError(request_id=getattr(request.state, "request_id", "")))


def install_error_handlers(app: FastAPI) -> None:
    """Give every foreseen error the one shape; ``fault_response`` is for the others."""
    app.add_exception_handler(DeskcheckError, _on_deskcheck_error)
    app.add_exception_handler(IntegrityError, _on_integrity_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
