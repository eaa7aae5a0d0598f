"""Where a camera's frames come from: set, read, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from deskcheck_vision.sources.makers import with_path
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.cameras import permits
from deskcheck_service.cameras.service import MAKERS, camera_of, require_centre
from deskcheck_service.cameras.source_schemas import SourceOut, SourceSet
from deskcheck_service.cameras.sourcing import rules_of, write_login
from deskcheck_service.errors.sources import SourceUnsetError
from deskcheck_service.services import Services
from deskcheck_service.tables import Camera, utc_now
from deskcheck_service.tables.sources import CameraSource, SourceType

if TYPE_CHECKING:
    from deskcheck_service.secret_box import SecretBox

_FILES = (SourceType.FILM, SourceType.FOLDER)


def read_source(session: Session, actor: Principal | str, code: str) -> SourceOut:
    """Return where a camera's frames come from.

    Raises:
        NotFoundError: there is no such camera that the person may set up.
        SourceUnsetError: nothing says it.
    """
    found = find_source(session, actor, code)
    if found is None:
        raise SourceUnsetError(camera=code)
    return found


def find_source(session: Session, actor: Principal | str, code: str) -> SourceOut | None:
    """Return where a camera's frames come from; None where nothing says it.

    Raises:
        NotFoundError: there is no such camera that the person may set up.
    """
    camera = camera_of(session, scope_of_actor(actor, *MAKERS), code)
    row = session.get(CameraSource, camera.id)
    return _out(row) if row is not None else None


def set_source(session: Session, services: Services, actor: Principal | str, code: str, body: SourceSet) -> SourceOut:
    """Say where a camera's frames come from. Another address turns its views off until they are approved again.

    A stored log-in is kept only while host and port stay: whoever may change an address must not be able to have the
    password sent to a host of their own.

    Raises:
        NotFoundError: there is no such camera that the person sees.
        ForbiddenError: the person does not administer its centre.
        AddressError: the address may not be used.
        SecretKeysError: there is no key.
    """
    from deskcheck_vision.sources.camera import SourceKind, SourceSpec, check_spec

    camera = camera_of(session, scope_of_actor(actor), code, lock=True)
    require_centre(actor, camera.centre_id)
    address = body.address.strip()
    if body.maker is not None and body.kind not in _FILES:
        address = with_path(address, body.maker, body.channel)
    check_spec(SourceSpec(SourceKind(body.kind.value), address, code), rules_of(services.settings))
    row = session.get(CameraSource, camera.id)
    is_new = row is None
    if row is None:
        row = CameraSource(camera_id=camera.id)
    moved = is_new or (row.kind, row.address) != (body.kind, address)
    row.secret = _secret(services.secrets, camera, None if is_new else row, address, body)
    row.kind, row.address, row.changed_at = body.kind, address, utc_now()
    row.width_px, row.height_px = body.width_px, body.height_px
    if moved:
        row.set_by_id = actor.user_id if isinstance(actor, Principal) else None
        permits.end_all(session, actor, camera)
    session.add(row)
    session.flush()
    login = ", log-in set" if body.user is not None else ""
    audit.record(session, actor, "camera.source", "camera", code, f"{body.kind.value} {address}"[:480] + login)
    return _out(row)


def _secret(box: SecretBox, camera: Camera, row: CameraSource | None, address: str, body: SourceSet) -> str | None:
    if body.kind in _FILES or body.without_login:
        return None
    if body.user is not None and body.password is not None:
        return write_login(box, camera.id, body.user, body.password.get_secret_value())
    if row is None or row.secret is None:
        return None
    old, new = urlsplit(row.address), urlsplit(address)
    return row.secret if (old.scheme, old.netloc) == (new.scheme, new.netloc) else None


def clear_source(session: Session, actor: Principal | str, code: str) -> None:
    """Forget where a camera's frames come from, with its log-in; its views are off.

    Raises:
        NotFoundError: there is no such camera that the person sees.
        ForbiddenError: the person does not administer its centre.
        SourceUnsetError: there is nothing to forget.
    """
    camera = camera_of(session, scope_of_actor(actor), code, lock=True)
    require_centre(actor, camera.centre_id)
    row = session.get(CameraSource, camera.id)
    if row is None:
        raise SourceUnsetError(camera=code)
    permits.end_all(session, actor, camera)
    session.delete(row)
    session.flush()
    audit.record(session, actor, "camera.source_clear", "camera", code)


def _out(row: CameraSource) -> SourceOut:
    return SourceOut(
        kind=row.kind,
        address=row.address,
        has_login=row.secret is not None,
        width_px=row.width_px,
        height_px=row.height_px,
        changed_at=row.changed_at,
    )
