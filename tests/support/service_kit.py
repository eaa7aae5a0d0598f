"""A small hall for the service's tests, its people, and a layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from deskcheck_calibration.layout import HomeZone, Layout, Policy, PolicyKind, ReferenceView, Surface, SurfaceKind
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_service.accounts.repository import user_by_name
from deskcheck_service.accounts.secrets import hash_password, new_token, token_sha256
from deskcheck_service.dependencies import SESSION_COOKIE
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.services import Services
from deskcheck_service.tables import Role, User, UserRole, UserSession, utc_now
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

PASSWORD = "correct horse battery"
CORNERS = ((500.0, 400.0), (1420.0, 400.0), (1720.0, 900.0), (200.0, 900.0))
CORNERS_TEXT = " ".join(f"{x},{y}" for x, y in CORNERS)


@dataclass(frozen=True, slots=True)
class Hall:
    """Keys of what ``make_hall`` made.

    Attributes:
        centre_id: the one centre.
        area_ids: its areas A and B with windows A01 and B01.
        users: log-in name -> key. Everywhere: inspector, supervisor, second (a supervisor), administrator, nobody
            (no role). In area B alone: inspector_b, supervisor_b.
    """

    centre_id: int
    area_ids: dict[str, int]
    users: dict[str, int]


def layout(window: str, version: int = 1) -> Layout:
    """A desk of 180 x 75 cm where a cup has its place and a drink is forbidden."""
    desk = ((0.0, 0.0), (180.0, 0.0), (180.0, 75.0), (0.0, 75.0))
    return Layout(
        window=window,
        version=version,
        desk_wh_cm=(180.0, 75.0),
        taxonomy_version="1",
        surfaces=(Surface("counter", SurfaceKind.MAIN_COUNTER, desk),),
        zones=(HomeZone("cup_place", "cup", ((10, 40), (40, 40), (40, 70), (10, 70))),),
        policies=(
            Policy("cup", PolicyKind.ZONE),
            Policy("beverage_container", PolicyKind.FORBIDDEN, "counter"),
        ),
        views=(ReferenceView("counter.jpg", (1920, 1080), CORNERS),),
    )


def layout_yaml(window: str, version: int = 1) -> str:
    return dump_layout(layout(window, version))


def make_hall(services: Services) -> Hall:
    with services.database.writing() as session:
        centre = places.add_centre(session, "test", CentreNew(code="C1", name_zh="政务中心", name_en="Centre"))
        area_ids: dict[str, int] = {}
        for position, code in enumerate(("A", "B")):
            new = AreaNew(
                centre_id=centre.id, code=code, name_zh=f"{code}区", name_en=f"Area {code}", position=position
            )
            area_ids[code] = places.add_area(session, "test", new).id
            window = WindowNew(
                area_id=area_ids[code], code=f"{code}01", name_zh=f"{code}01窗口", name_en=f"Window {code}01"
            )
            places.add_window(session, "test", window)
        in_b = area_ids["B"]
        wanted = {
            "inspector": [UserRole(role=Role.INSPECTOR)],
            "supervisor": [UserRole(role=Role.SUPERVISOR)],
            "second": [UserRole(role=Role.SUPERVISOR)],
            "administrator": [UserRole(role=Role.ADMINISTRATOR)],
            "nobody": list[UserRole](),
            "inspector_b": [UserRole(role=Role.INSPECTOR, area_id=in_b)],
            "supervisor_b": [UserRole(role=Role.SUPERVISOR, area_id=in_b)],
        }
        users = {name: _add_user(session, name, grants) for name, grants in wanted.items()}
    return Hall(centre.id, area_ids, users)


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def _add_user(session: Session, name: str, grants: list[UserRole]) -> int:
    """Add a person; argon2 is slow on purpose, so all share one hash of the one password."""
    user = User(
        name=name,
        display_name=name.title(),
        password_hash=_password_hash(),
        active=True,
        created_at=utc_now(),
        roles=grants,
    )
    session.add(user)
    session.flush()
    return user.id


def open_session(services: Services, name: str) -> tuple[str, str]:
    """Put a session into the database as log-in would, and return its cookie and its CSRF token.

    argon2 is slow on purpose, and log-in has its own tests.
    """
    cookie, csrf = new_token(), new_token()
    now = utc_now()
    with services.database.writing() as session:
        user = user_by_name(session, name)
        assert user is not None
        session.add(
            UserSession(
                user_id=user.id,
                token_sha256=token_sha256(cookie),
                csrf_token=csrf,
                created_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )
    return cookie, csrf


def logged_in(app: FastAPI, name: str) -> TestClient:
    """A browser of that person, sending the CSRF token with everything."""
    cookie, csrf = open_session(app.state.services, name)
    client = TestClient(app, raise_server_exceptions=False)
    client.cookies.set(SESSION_COOKIE, cookie)
    client.headers["X-CSRF-Token"] = csrf
    return client


def approve(services: Services, *windows: str) -> None:
    """Give windows an approved layout, as the command line does."""
    with services.database.writing() as session:
        for window in windows:
            places.import_layout(session, "test", layout_yaml(window))
