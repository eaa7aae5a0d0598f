"""Turning views of a camera on and off: purpose, legal basis and approver are recorded, and stay on record."""

from __future__ import annotations

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope, scope_of_actor
from deskcheck_service.cameras import permits, repository
from deskcheck_service.cameras.repository import Seen
from deskcheck_service.cameras.service import MAKERS, camera_of
from deskcheck_service.cameras.source_schemas import PermitNew, PermitOut, ViewPermitOut
from deskcheck_service.errors import ForbiddenError, NotFoundError
from deskcheck_service.errors.sources import PermitAbsentError, PermitExistsError, PermitOwnError, SourceUnsetError
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Camera, utc_now
from deskcheck_service.tables.sources import CameraSource, ViewPermit


def list_permits(session: Session, actor: Principal | str, code: str) -> list[ViewPermitOut]:
    """Return the views of a camera in the person's areas, each with its permit or without: then it is off.

    Raises:
        NotFoundError: there is no such camera that the person sees.
    """
    scope = scope_of_actor(actor)
    camera = camera_of(session, scope, code)
    seen = [one for one in repository.views(session, [camera.id])[camera.id] if _reaches(scope, one)]
    found = permits.open_permits(session, [one.view.id for one in seen])
    return [_out(one, found.get(one.view.id)) for one in seen]


def grant(
    session: Session, actor: Principal | str, code: str, body: PermitNew, approved_by: str = ""
) -> list[ViewPermitOut]:
    """Turn views of a camera on, in the name of who asks.

    Args:
        session: a writing one.
        actor: supervisor or administrator of the views' areas, and not who set the camera's address.
        code: of the camera.
        body: purpose and legal basis, and which windows' views.
        approved_by: whose approval it is, where the command line records it.

    Raises:
        NotFoundError: there is no such camera that the person may set up, or it does not show a window.
        ForbiddenError: a view lies outside the person's areas.
        SourceUnsetError: nothing says where the camera's frames come from.
        PermitOwnError: the person set that themselves.
        PermitExistsError: a named view, or every one, is on already.
    """
    camera = camera_of(session, scope_of_actor(actor, *MAKERS), code, lock=True)
    source = session.get(CameraSource, camera.id)
    if source is None:
        raise SourceUnsetError(camera=code)
    if isinstance(actor, Principal) and source.set_by_id == actor.user_id:
        raise PermitOwnError(camera=code)
    for seen in _wanted(session, actor, camera, body.windows):
        session.add(
            ViewPermit(
                view_id=seen.view.id,
                purpose=body.purpose,
                legal_basis=body.legal_basis,
                approved_by_id=actor.user_id if isinstance(actor, Principal) else None,
                approved_by=(actor.display_name if isinstance(actor, Principal) else approved_by or actor)[:64],
                approved_at=utc_now(),
            )
        )
        what = f"{seen.view.window.code}/{seen.view.name}: {body.purpose}; {body.legal_basis}"
        audit.record(session, actor, "camera.permit", "camera", code, what)
    session.flush()
    return list_permits(session, actor, code)


def _wanted(session: Session, actor: Principal | str, camera: Camera, windows: list[str] | None) -> list[Seen]:
    """Return the views that are to be turned on; where none is named, those of the person's areas that are off."""
    scope = scope_of_actor(actor, *MAKERS)
    shown = {one.view.window.code: one for one in repository.views(session, [camera.id])[camera.id]}
    found = permits.open_permits(session, [one.view.id for one in shown.values()])
    if windows is None:
        chosen = [one for one in shown.values() if one.view.id not in found and _reaches(scope, one)]
        if not chosen:
            raise PermitExistsError(view=" / ".join(one.view.name for one in shown.values()) or "-")
        return chosen
    chosen = []
    for code in dict.fromkeys(windows):
        if code not in shown:
            raise NotFoundError(what=f"window {code}")
        if shown[code].view.id in found:
            raise PermitExistsError(view=shown[code].view.name)
        if not _reaches(scope, shown[code]):
            raise ForbiddenError(needed=" / ".join(role.value for role in MAKERS))
        chosen.append(shown[code])
    return chosen


def revoke(session: Session, actor: Principal | str, code: str, window: str) -> list[ViewPermitOut]:
    """Turn a view off at once; who set the address may do that too.

    Raises:
        NotFoundError: there is no such camera that the person may set up, or it does not show the window.
        ForbiddenError: the view lies outside the person's areas.
        PermitAbsentError: it is off already.
    """
    scope = scope_of_actor(actor, *MAKERS)
    camera = camera_of(session, scope, code, lock=True)
    seen = [one for one in repository.views(session, [camera.id])[camera.id] if one.view.window.code == window]
    if not seen:
        raise NotFoundError(what=f"window {window}")
    if not _reaches(scope, seen[0]):
        raise ForbiddenError(needed=" / ".join(role.value for role in MAKERS))
    if permits.end(session, actor, code, [seen[0].view.id]) == 0:
        raise PermitAbsentError(view=seen[0].view.name)
    return list_permits(session, actor, code)


def _reaches(scope: Scope, seen: Seen) -> bool:
    return scope.reaches(seen.view.window.area.centre_id, seen.view.window.area_id)


def _out(seen: Seen, row: ViewPermit | None) -> ViewPermitOut:
    window = seen.view.window
    permit = None
    if row is not None:
        permit = PermitOut(
            purpose=row.purpose, legal_basis=row.legal_basis, approved_by=row.approved_by, approved_at=row.approved_at
        )
    name = Text(zh=window.name_zh, en=window.name_en)
    return ViewPermitOut(window_code=window.code, window_name=name, view=seen.view.name, permit=permit)
