"""Desk types: what the centre's desks are called and measure, and which windows have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.errors.desk_types import DeskTypeResizeError
from deskcheck_service.layouts import desk_types, service
from deskcheck_service.layouts.desk_type_schemas import DeskTypeChange, DeskTypeNew, DeskTypeOut
from deskcheck_service.layouts.schemas import CentreOut
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.form_errors import DeskTypeFormError, NoWindowChosenError
from deskcheck_service.pages.render import page
from deskcheck_service.pages.today import AreaTiles, by_area
from deskcheck_service.schemas import Code, Identifier
from deskcheck_service.services import Services

router = APIRouter()
Maker = Annotated[Principal, needs("add_desk_type")]
Typed = Annotated[str, Form(max_length=200)]
PAGE = "/layouts/desk-types"
_EMPTY = {"code": "", "name_zh": "", "name_en": "", "width_cm": "", "depth_cm": ""}


@dataclass(frozen=True, slots=True)
class TypeForm:
    """What stands in a form.

    Attributes:
        entered: field -> text, as it was typed.
        trouble: what is wrong with it.
        asks: windows have the type, and its size would change: the form asks to confirm.
    """

    entered: dict[str, str]
    trouble: Trouble | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type as one line, with its form; ``changeable``: the person may change what the centre shares."""

    kind: DeskTypeOut
    form: TypeForm
    changeable: bool


@dataclass(frozen=True, slots=True)
class CentreTypes:
    """A centre with its types and windows."""

    centre: CentreOut
    rows: list[TypeRow]
    areas: list[AreaTiles]
    form: TypeForm
    changeable: bool


def _entered(kind: DeskTypeOut) -> dict[str, str]:
    return {
        "code": kind.code,
        "name_zh": kind.name_zh,
        "name_en": kind.name_en,
        "width_cm": f"{kind.width_cm:g}",
        "depth_cm": f"{kind.depth_cm:g}",
    }


def _centres(
    session: Session, principal: Principal, of_type: dict[int, TypeForm], of_centre: dict[int, TypeForm]
) -> list[CentreTypes]:
    kinds = desk_types.list_desk_types(session, principal)
    windows = service.list_windows(session, principal)
    reached = principal.scope(*MAKERS)
    shown = []
    for centre in service.list_centres(session, principal):
        changeable = reached.everything or centre.id in reached.centre_ids
        rows = [
            TypeRow(kind, of_type.get(kind.id, TypeForm(_entered(kind))), changeable)
            for kind in kinds
            if kind.centre_id == centre.id
        ]
        here = [one for one in windows if one.centre_id == centre.id and reached.reaches(centre.id, one.area_id)]
        form = of_centre.get(centre.id, TypeForm(_EMPTY))
        shown.append(CentreTypes(centre, rows, by_area(here), form, changeable))
    return shown


def _render(
    request: Request,
    services: Services,
    principal: Principal,
    *,
    of_type: dict[int, TypeForm] | None = None,
    of_centre: dict[int, TypeForm] | None = None,
    trouble: Trouble | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        centres = _centres(session, principal, of_type or {}, of_centre or {})
    names = {row.kind.id: row.kind for centre in centres for row in centre.rows}
    view = {"centres": centres, "kinds": names, "trouble": trouble}
    return page(request, "desk_types.html", view, here="layouts", status=status)


@router.get(PAGE, name="page_desk_types")
def desk_types_page(request: Request, principal: Maker, services: App) -> Response:
    """Show the types of one's centres, and the windows with theirs."""
    return _render(request, services, principal)


def _fitted(values: dict[str, str], **more: object) -> DeskTypeNew | DeskTypeChange:
    schema = DeskTypeNew if "centre_id" in more else DeskTypeChange
    typed = {name: value.strip() for name, value in values.items()}
    try:
        return schema.model_validate({**typed, "name_en": typed["name_en"] or typed["name_zh"], **more})
    except ValidationError as exc:
        raise DeskTypeFormError(field=str(exc.errors()[0]["loc"][0])) from exc


def _serious(error: DeskcheckError) -> bool:
    return status_of(error) >= 500 or status_of(error) in {401, 403, 404}


@router.post(PAGE, name="page_add_desk_type")
def add(
    request: Request,
    principal: Maker,
    services: App,
    centre_id: Annotated[Identifier, Form()],
    code: Typed = "",
    name_zh: Typed = "",
    name_en: Typed = "",
    width_cm: Typed = "",
    depth_cm: Typed = "",
) -> Response:
    """Add a type to a centre."""
    values = {"code": code, "name_zh": name_zh, "name_en": name_en, "width_cm": width_cm, "depth_cm": depth_cm}
    try:
        body = _fitted(values, centre_id=centre_id)
        assert isinstance(body, DeskTypeNew)
        with services.database.writing() as session:
            desk_types.add_desk_type(session, principal, body)
    except DeskcheckError as error:
        if _serious(error):
            raise
        form = {centre_id: TypeForm(values, trouble_of(request, error))}
        return _render(request, services, principal, of_centre=form, status=status_of(error))
    return go(PAGE)


@router.post(PAGE + "/windows", name="page_set_desk_types")
def set_types(
    request: Request,
    principal: Maker,
    services: App,
    desk_type_id: Annotated[str, Form(max_length=20)] = "",
    windows: Annotated[list[Code] | None, Form()] = None,
) -> Response:
    """Give the ticked windows a type, or take theirs away."""
    try:
        if not windows:
            raise NoWindowChosenError
        with services.database.writing() as session:
            desk_types.set_desk_type(session, principal, windows, _key(desk_type_id))
    except DeskcheckError as error:
        if _serious(error):
            raise
        return _render(request, services, principal, trouble=trouble_of(request, error), status=status_of(error))
    return go(PAGE)


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


@router.post(PAGE + "/{desk_type_id}", name="page_change_desk_type")
def change(
    request: Request,
    desk_type_id: Identifier,
    principal: Maker,
    services: App,
    code: Typed = "",
    name_zh: Typed = "",
    name_en: Typed = "",
    width_cm: Typed = "",
    depth_cm: Typed = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Change a type; where windows have it and its size changes, the form asks first."""
    values = {"code": code, "name_zh": name_zh, "name_en": name_en, "width_cm": width_cm, "depth_cm": depth_cm}
    try:
        body = _fitted(values, confirmed=confirmed)
        assert isinstance(body, DeskTypeChange)
        with services.database.writing() as session:
            desk_types.change_desk_type(session, principal, desk_type_id, body)
    except DeskcheckError as error:
        if _serious(error):
            raise
        form = TypeForm(values, trouble_of(request, error), isinstance(error, DeskTypeResizeError))
        return _render(request, services, principal, of_type={desk_type_id: form}, status=status_of(error))
    return go(PAGE)


@router.post(PAGE + "/{desk_type_id}/delete", name="page_remove_desk_type")
def remove(request: Request, desk_type_id: Identifier, principal: Maker, services: App) -> Response:
    """Delete a type that no window has."""
    try:
        with services.database.writing() as session:
            desk_types.remove_desk_type(session, principal, desk_type_id)
    except DeskcheckError as error:
        if _serious(error):
            raise
        return _render(request, services, principal, trouble=trouble_of(request, error), status=status_of(error))
    return go(PAGE)


@router.post("/windows/{code}/desk-type", name="page_window_desk_type")
def window_type(
    code: Code, principal: Maker, services: App, desk_type_id: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Set one window's type from its layouts' page."""
    with services.database.writing() as session:
        desk_types.set_desk_type(session, principal, [code], _key(desk_type_id))
    return go(f"/windows/{code}/layouts")
