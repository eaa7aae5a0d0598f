"""The forms of a camera's page about its source and permits."""

from __future__ import annotations

from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from deskcheck_vision.sources.address_errors import SecretInAddressError
from deskcheck_vision.sources.camera_errors import SourceError
from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import permitting, source_setting
from deskcheck_service.cameras.source_schemas import PermitNew, SourceSet
from deskcheck_service.cameras.trying import try_source
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.pages.access import go, needs, trouble_of
from deskcheck_service.pages.cameras import one_camera
from deskcheck_service.pages.form_errors import PermitFormError, SourceFormError
from deskcheck_service.schemas import Code
from deskcheck_service.services import Services

router = APIRouter()
_HERE = "#source"


def _again(
    request: Request,
    services: Services,
    principal: Principal,
    code: str,
    error: DeskcheckError,
    entered: dict[str, str] | None = None,
) -> Response:
    """Show the page with what went wrong beside the form; a camera that does not answer is no fault of the program."""
    status = status_of(error)
    if status in {401, 404} or (status >= 500 and not isinstance(error, SourceError)):
        raise error
    if entered is not None and isinstance(error, SecretInAddressError):
        entered = {**entered, "address": ""}  # it holds a password
    trouble = trouble_of(request, error)
    return one_camera(
        request, services, principal, code, panel_trouble=trouble, entered=entered, status=min(status, 422)
    )


@router.post("/cameras/{code}/source", name="page_set_source")
def set_source(
    request: Request,
    code: Code,
    principal: Annotated[Principal, needs("set_source")],
    services: App,
    kind: Annotated[str, Form(max_length=20)] = "",
    address: Annotated[str, Form(max_length=600)] = "",
    user: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=300)] = "",
    login: Annotated[str, Form(max_length=20)] = "",
    maker: Annotated[str, Form(max_length=40)] = "",
    channel: Annotated[str, Form(max_length=10)] = "1",
    width: Annotated[str, Form(max_length=10)] = "",
    height: Annotated[str, Form(max_length=10)] = "",
    clear: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Say where the camera's pictures come from, or forget it."""
    entered = {
        "kind": kind, "address": address, "user": user, "maker": maker, "channel": channel, "width": width,
        "height": height, "purpose": "", "legal_basis": "",
    }  # fmt: skip
    try:
        if clear:
            with services.database.writing() as session:
                source_setting.clear_source(session, principal, code)
            return go(f"/cameras/{code}{_HERE}")
        body = _source(entered, password, login)
        with services.database.writing() as session:
            source_setting.set_source(session, services, principal, code, body)
    except DeskcheckError as error:
        return _again(request, services, principal, code, error, entered)
    return go(f"/cameras/{code}{_HERE}")


def _source(entered: dict[str, str], password: str, login: str) -> SourceSet:
    user = entered["user"].strip()
    try:
        return SourceSet.model_validate(
            {
                "kind": entered["kind"],
                "address": entered["address"].strip(),
                "user": user or None,
                "password": password if user else None,
                "without_login": login == "forget",
                "maker": entered["maker"] or None,
                "channel": entered["channel"] or "1",
                "width_px": entered["width"] or None,
                "height_px": entered["height"] or None,
            }
        )
    except ValidationError as exc:
        # Without the cause: its text repeats what was typed, a password among it.
        place = exc.errors(include_input=False, include_context=False)[0]["loc"]
        field = str(place[0]) if place else "width_px / height_px"
    raise SourceFormError(field=field)


@router.post("/cameras/{code}/source/try", name="page_try_source")
def try_camera(
    request: Request, code: Code, principal: Annotated[Principal, needs("try_source")], services: App
) -> Response:
    """Take a picture, and show it with what was negotiated."""
    try:
        tried = try_source(services, principal, code)
    except DeskcheckError as error:
        return _again(request, services, principal, code, error)
    return one_camera(request, services, principal, code, tried=tried)


@router.post("/cameras/{code}/permits", name="page_permit_views")
def permit(
    request: Request,
    code: Code,
    principal: Annotated[Principal, needs("grant_permits")],
    services: App,
    purpose: Annotated[str, Form(max_length=1000)] = "",
    legal_basis: Annotated[str, Form(max_length=1000)] = "",
    revoke: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Turn the views that are off on, or one off."""
    entered = {"purpose": purpose, "legal_basis": legal_basis}
    try:
        with services.database.writing() as session:
            if revoke:
                permitting.revoke(session, principal, code, revoke)
            else:
                permitting.grant(session, principal, code, _permit(entered))
    except DeskcheckError as error:
        return _again(request, services, principal, code, error, entered)
    return go(f"/cameras/{code}{_HERE}")


def _permit(entered: dict[str, str]) -> PermitNew:
    try:
        return PermitNew(purpose=entered["purpose"].strip(), legal_basis=entered["legal_basis"].strip())
    except ValidationError as exc:
        raise PermitFormError from exc
