"""People and their roles, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from deskcheck_service.accounts import people
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.accounts.schemas import Grant, UserChange, UserNew, UserOut
from deskcheck_service.dependencies import App
from deskcheck_service.error_responses import status_of
from deskcheck_service.layouts import service as layouts
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.form_errors import UserFormError
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import page
from deskcheck_service.pages.states import ROLE_WORDS
from deskcheck_service.schemas import Identifier, LanguageCode, Text
from deskcheck_service.services import Services
from deskcheck_service.tables import Role

router = APIRouter()
Administrator = Annotated[Principal, needs("add_user")]

FIELD_WORDS = {
    "name": mark("Name for log-in"),
    "display_name": mark("Name shown"),
    "password": mark("Password"),
    "roles": mark("Roles"),
}


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role with where it holds; ``place`` is None for everywhere."""

    word: str
    place: Text | None


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person as one line."""

    user: UserOut
    roles: tuple[RoleRow, ...]
    is_self: bool


def _rows(session: Session, principal: Principal, users: list[UserOut]) -> list[UserRow]:
    areas = {area.id: Text(zh=area.name_zh, en=area.name_en) for area in layouts.list_areas(session, principal)}
    centres = {one.id: Text(zh=one.name_zh, en=one.name_en) for one in layouts.list_centres(session, principal)}

    def place(grant: Grant) -> Text | None:
        if grant.area_id is not None:
            return areas.get(grant.area_id, Text(zh=f"#{grant.area_id}", en=f"#{grant.area_id}"))
        return centres.get(grant.centre_id) if grant.centre_id is not None else None

    return [
        UserRow(
            user,
            tuple(RoleRow(ROLE_WORDS[grant.role], place(grant)) for grant in user.roles),
            user.id == principal.user_id,
        )
        for user in users
    ]


def _render(
    request: Request,
    services: Services,
    principal: Principal,
    trouble: Trouble | None = None,
    entered: dict[str, object] | None = None,
    status: int = 200,
) -> Response:
    with services.database.reading() as session:
        rows = _rows(session, principal, people.list_users(session))
        areas = layouts.list_areas(session, principal)
    empty: dict[str, object] = {"name": "", "display_name": "", "roles": [], "area_id": ""}
    view = {
        "rows": rows,
        "areas": areas,
        "role_choices": list(ROLE_WORDS.items()),
        "entered": entered or empty,
        "trouble": trouble,
    }
    return page(request, "users.html", view, here="users", status=status)


@router.get("/users", name="page_users")
def users_page(request: Request, principal: Administrator, services: App) -> Response:
    """Show everybody and the form for a new account."""
    return _render(request, services, principal)


@router.post("/users", name="page_add_user")
def add_user(
    request: Request,
    principal: Administrator,
    services: App,
    name: Annotated[str, Form(max_length=64)] = "",
    display_name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    roles: Annotated[list[Role] | None, Form()] = None,
    area_id: Annotated[str, Form(max_length=20)] = "",
    language: Annotated[LanguageCode, Form()] = "zh",
) -> Response:
    """Add an account with the chosen roles, for one area or for everything."""
    entered: dict[str, object] = {
        "name": name,
        "display_name": display_name,
        "roles": list(roles or []),
        "area_id": area_id,
    }
    try:
        body = _new_user(name, display_name, password, roles or [], area_id, language)
        with services.database.writing() as session:
            people.add_user(session, principal, body)
    except DeskcheckError as error:
        if status_of(error) >= 500:
            raise
        return _render(request, services, principal, trouble_of(request, error), entered, status_of(error))
    return go("/users")


def _new_user(
    name: str, display_name: str, password: str, roles: list[Role], area_id: str, language: LanguageCode
) -> UserNew:
    if not roles:
        raise UserFormError(field="roles / 角色")
    place = int(area_id) if area_id.isascii() and area_id.isdigit() else None
    try:
        return UserNew(
            name=name.strip(),
            display_name=display_name.strip() or name.strip(),
            password=password,
            language=language,
            roles=[Grant(role=role, area_id=place) for role in roles],
        )
    except ValidationError as exc:
        field = str(exc.errors()[0]["loc"][0])
        raise UserFormError(field=field) from exc


@router.post("/users/{user_id}/active", name="page_switch_user")
def switch(
    request: Request, user_id: Identifier, principal: Administrator, services: App, active: Annotated[bool, Form()]
) -> Response:
    """Switch an account on or off."""
    try:
        with services.database.writing() as session:
            people.change_user(session, principal, user_id, UserChange(active=active))
    except DeskcheckError as error:
        if status_of(error) >= 500 or status_of(error) == 404:
            raise
        return _render(request, services, principal, trouble_of(request, error), None, status_of(error))
    return go("/users")
