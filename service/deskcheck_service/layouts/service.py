"""Centres, areas and windows: what people see, and what administrators add."""

from __future__ import annotations

import zoneinfo

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope
from deskcheck_service.captures.present import placed_out
from deskcheck_service.errors import ExistsError, ForbiddenError, NotFoundError, RequestError
from deskcheck_service.layouts import repository
from deskcheck_service.layouts.present import area_out, centre_out, layout_text, view_out, window_out
from deskcheck_service.layouts.schemas import (
    AreaNew,
    AreaOut,
    CentreNew,
    CentreOut,
    WindowDetail,
    WindowNew,
    WindowOut,
)
from deskcheck_service.layouts.versions import (
    add_layout,
    approve_layout,
    import_layout,
    list_layouts,
    read_layout,
    retire_layout,
)
from deskcheck_service.reviews.repository import open_findings
from deskcheck_service.tables import Area, Centre, Role, Window

__all__ = [
    "add_area",
    "add_centre",
    "add_layout",
    "add_window",
    "approve_layout",
    "import_layout",
    "list_areas",
    "list_centres",
    "list_layouts",
    "list_windows",
    "read_layout",
    "retire_layout",
    "set_time_zone",
    "window_detail",
]

_OPEN_LIMIT = 1000


def list_centres(session: Session, principal: Principal) -> list[CentreOut]:
    """Return the centres that the person sees any part of."""
    return [centre_out(row) for row in repository.centres(session, principal.scope())]


def list_areas(session: Session, principal: Principal) -> list[AreaOut]:
    """Return the areas that the person sees, in route order."""
    return [area_out(row) for row in repository.areas(session, principal.scope())]


def list_windows(session: Session, principal: Principal, area_id: int | None = None) -> list[WindowOut]:
    """Return the windows that the person sees, in route order."""
    return [window_out(row) for row in repository.windows(session, principal.scope(), area_id)]


def window_detail(session: Session, principal: Principal, code: str) -> WindowDetail:
    """Return all of a window's page.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    row = repository.window_row(session, principal.scope(), code)
    if row is None:
        raise NotFoundError(what=f"window {code}")
    approved = repository.approved_layout(session, row.window.id)
    items = repository.last_items(session, row.last.id) if row.last is not None else []
    codes = repository.camera_codes(session, row.window.id)
    return WindowDetail(
        window=window_out(row),
        layout=layout_text(approved) if approved is not None else None,
        views=[view_out(view, codes.get(view.camera_id or 0)) for view in repository.views(session, row.window.id)],
        last_items=[placed_out(item) for item in items],
        open_findings=open_findings(session, row.window.id, _OPEN_LIMIT),
    )


def _administers(actor: Principal | str) -> Scope:
    return actor.scope(Role.ADMINISTRATOR) if isinstance(actor, Principal) else Scope(everything=True)


def _refuse(*, unless: bool) -> None:
    if not unless:
        raise ForbiddenError(needed=Role.ADMINISTRATOR.value)


def _check_time_zone(name: str) -> None:
    # The names that are there, and not ZoneInfo(name), which would open any file that a name leads to.
    if name not in zoneinfo.available_timezones():
        raise RequestError(problem=f"time_zone: {name[:64]}; Asia/Shanghai?")


def set_time_zone(session: Session, actor: Principal | str, code: str, time_zone: str) -> CentreOut:
    """Set the zone in which a centre's times are shown and its days begin; stored times stay what they are.

    Raises:
        NotFoundError: there is no such centre.
        RequestError: the time zone is unknown.
        ForbiddenError: the person does not administer that centre.
    """
    row = repository.centre_by_code(session, code)
    if row is None:
        raise NotFoundError(what=f"centre {code}")
    scope = _administers(actor)
    _refuse(unless=scope.everything or row.id in scope.centre_ids)
    _check_time_zone(time_zone)
    audit.record(session, actor, "centre.time_zone", "centre", row.code, f"{row.time_zone} -> {time_zone}")
    row.time_zone = time_zone
    session.flush()
    return centre_out(row)


def add_centre(session: Session, actor: Principal | str, body: CentreNew) -> CentreOut:
    """Add a centre; only for administrators of everything.

    Raises:
        ExistsError: the code is taken.
        RequestError: the time zone is unknown.
        ForbiddenError: the person administers some centres or areas only.
    """
    _refuse(unless=_administers(actor).everything)
    _check_time_zone(body.time_zone)
    if repository.centre_by_code(session, body.code) is not None:
        raise ExistsError(what=f"centre {body.code}")
    row = Centre(**body.model_dump())
    session.add(row)
    session.flush()
    audit.record(session, actor, "centre.add", "centre", row.code)
    return centre_out(row)


def add_area(session: Session, actor: Principal | str, body: AreaNew) -> AreaOut:
    """Add an area to a centre.

    Raises:
        NotFoundError: there is no such centre.
        ExistsError: the code is taken in that centre.
        ForbiddenError: the person does not administer that centre.
    """
    centre = repository.centre(session, body.centre_id)
    if centre is None:
        raise NotFoundError(what=f"centre {body.centre_id}")
    scope = _administers(actor)
    _refuse(unless=scope.everything or centre.id in scope.centre_ids)
    if repository.area_by_code(session, centre.id, body.code) is not None:
        raise ExistsError(what=f"area {body.code}")
    row = Area(**body.model_dump())
    session.add(row)
    session.flush()
    audit.record(session, actor, "area.add", "area", f"{centre.code}/{row.code}")
    return area_out(row)


def add_window(session: Session, actor: Principal | str, body: WindowNew) -> WindowOut:
    """Add a window to an area.

    Raises:
        NotFoundError: there is no such area.
        ExistsError: the code is taken in this installation.
        ForbiddenError: the person does not administer that area.
    """
    area = repository.area(session, body.area_id)
    if area is None:
        raise NotFoundError(what=f"area {body.area_id}")
    _refuse(unless=_administers(actor).reaches(area.centre_id, area.id))
    if repository.window(session, body.code) is not None:
        raise ExistsError(what=f"window {body.code}")
    row = Window(**body.model_dump())
    row.area = area
    session.add(row)
    session.flush()
    audit.record(session, actor, "window.add", "window", row.code)
    return window_out(repository.WindowRow(row, None, None))
