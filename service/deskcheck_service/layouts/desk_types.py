"""Desk types of a centre: what they are called, how large they are, which windows have them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors import ExistsError, ForbiddenError, NotFoundError
from deskcheck_service.errors.desk_types import DeskTypeCentreError, DeskTypeResizeError, DeskTypeUsedError
from deskcheck_service.layouts import desk_type_repository, repository
from deskcheck_service.layouts.desk_type_schemas import DeskTypeChange, DeskTypeNew, DeskTypeOut
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.tables import DeskType, Role, Window


def list_desk_types(session: Session, principal: Principal, centre_id: int | None = None) -> list[DeskTypeOut]:
    """Return the types of the centres of which the person draws any layouts, or of one of them."""
    seen = {row.id for row in repository.centres(session, principal.scope(*MAKERS))}
    rows = desk_type_repository.desk_types(session, seen if centre_id is None else seen & {centre_id})
    used = desk_type_repository.users(session, [row.id for row in rows])
    return [_shown(row, used[row.id]) for row in rows]


def desk_type_shown(session: Session, desk_type_id: int) -> DeskTypeOut | None:
    """Return a type; None where there is none."""
    row = desk_type_repository.desk_type(session, desk_type_id)
    return _shown(row, desk_type_repository.users(session, [row.id])[row.id]) if row is not None else None


def _shown(row: DeskType, windows: list[str]) -> DeskTypeOut:
    return DeskTypeOut(
        id=row.id,
        centre_id=row.centre_id,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        width_cm=row.width_cm,
        depth_cm=row.depth_cm,
        windows=windows,
    )


def _require_centre(session: Session, principal: Principal, centre_id: int) -> None:
    """Refuse who may not change what the whole centre shares.

    Raises:
        NotFoundError: there is no such centre, or the person sees nothing of it.
        ForbiddenError: their roles reach some of its areas only.
    """
    row = repository.centre(session, centre_id)
    if row is None or row.id not in {one.id for one in repository.centres(session, principal.scope())}:
        raise NotFoundError(what=f"centre {centre_id}")
    scope = principal.scope(*MAKERS)
    if not (scope.everything or centre_id in scope.centre_ids):
        raise ForbiddenError(needed=f"{Role.SUPERVISOR.value} / {Role.ADMINISTRATOR.value}")


def _found(session: Session, principal: Principal, desk_type_id: int) -> DeskType:
    row = desk_type_repository.desk_type(session, desk_type_id, lock=True)
    if row is None:
        raise NotFoundError(what=f"desk type {desk_type_id}")
    _require_centre(session, principal, row.centre_id)
    return row


def add_desk_type(session: Session, principal: Principal, body: DeskTypeNew) -> DeskTypeOut:
    """Add a type to a centre.

    Raises:
        NotFoundError: there is no such centre, or the person sees nothing of it.
        ForbiddenError: their roles reach some of its areas only.
        ExistsError: the centre has a type of that code.
    """
    _require_centre(session, principal, body.centre_id)
    if desk_type_repository.by_code(session, body.centre_id, body.code) is not None:
        raise ExistsError(what=body.code)
    row = DeskType(**body.model_dump())
    session.add(row)
    session.flush()
    audit.record(session, principal, "desk_type.add", "desk_type", row.code, _size(row.width_cm, row.depth_cm))
    return _shown(row, [])


def _size(width_cm: float, depth_cm: float) -> str:
    return f"{width_cm:g} x {depth_cm:g} cm"


def change_desk_type(session: Session, principal: Principal, desk_type_id: int, body: DeskTypeChange) -> DeskTypeOut:
    """Change a type. Layouts never change with it: each holds the size that it was drawn for.

    Raises:
        NotFoundError, ForbiddenError, ExistsError: as ``add_desk_type``.
        DeskTypeResizeError: windows have it, its size would change, and that is not confirmed.
    """
    row = _found(session, principal, desk_type_id)
    same_code = desk_type_repository.by_code(session, row.centre_id, body.code)
    if same_code is not None and same_code.id != row.id:
        raise ExistsError(what=body.code)
    windows = desk_type_repository.users(session, [row.id])[row.id]
    before, after = (row.width_cm, row.depth_cm), (body.width_cm, body.depth_cm)
    if before != after and windows and not body.confirmed:
        raise DeskTypeResizeError(code=row.code, windows=", ".join(windows))
    detail = _size(*after) if before == after else f"{_size(*before)} -> {_size(*after)}"
    audit.record(session, principal, "desk_type.change", "desk_type", row.code, f"{body.code}, {detail}")
    row.code, row.name_zh, row.name_en = body.code, body.name_zh, body.name_en
    row.width_cm, row.depth_cm = after
    session.flush()
    return _shown(row, windows)


def remove_desk_type(session: Session, principal: Principal, desk_type_id: int) -> None:
    """Delete a type that no window has.

    Raises:
        NotFoundError, ForbiddenError: as ``add_desk_type``.
        DeskTypeUsedError: windows have it.
    """
    row = _found(session, principal, desk_type_id)
    code = row.code
    if not desk_type_repository.remove_unused(session, desk_type_id):
        windows = desk_type_repository.users(session, [desk_type_id])[desk_type_id]
        raise DeskTypeUsedError(code=code, windows=", ".join(windows))
    audit.record(session, principal, "desk_type.remove", "desk_type", code)


def set_desk_type(session: Session, principal: Principal, codes: Sequence[str], desk_type_id: int | None) -> None:
    """Give windows a type, or take theirs away with None; all of them or none.

    Raises:
        NotFoundError: there is no such window or type, or it is outside the person's areas.
        DeskTypeCentreError: the type is another centre's.
    """
    kind = desk_type_repository.desk_type(session, desk_type_id, lock=True) if desk_type_id is not None else None
    if desk_type_id is not None and kind is None:
        raise NotFoundError(what=f"desk type {desk_type_id}")
    for code in dict.fromkeys(codes):
        window = _window(session, principal, code)
        if kind is not None and kind.centre_id != window.area.centre_id:
            raise DeskTypeCentreError(code=kind.code, window=code)
        if window.desk_type_id != desk_type_id:
            window.desk_type_id = desk_type_id
            audit.record(session, principal, "window.desk_type", "window", code, kind.code if kind else "-")
    session.flush()


def _window(session: Session, principal: Principal, code: str) -> Window:
    row = repository.window(session, code)
    if row is None or not principal.scope(*MAKERS).reaches(row.area.centre_id, row.area_id):
        raise NotFoundError(what=f"window {code}")
    return row
