"""Frames of a camera: its address checked, its password decrypted, the source opened, read and closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.cameras import permits
from deskcheck_service.errors import NotFoundError
from deskcheck_service.errors.secrets import SecretUnreadableError
from deskcheck_service.errors.sources import SourceUnsetError, ViewOffError
from deskcheck_service.secret_box import SecretBox
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Camera
from deskcheck_service.tables.sources import CameraSource

if TYPE_CHECKING:
    from deskcheck_vision.frames import Frame
    from deskcheck_vision.sources.addresses import AddressRules
    from deskcheck_vision.sources.base import FrameSource, Login, SourceLimits, TlsRules
    from deskcheck_vision.sources.camera import SourceSpec


def take_burst(
    services: Services, camera_id: int, *, frames: int, span_s: float, deadline_s: float
) -> tuple[Frame, ...]:
    """Take frames of a camera, spread evenly over a while; no transaction is open meanwhile.

    Args:
        services: of the service.
        camera_id: key of the camera.
        frames: how many are wanted; a camera that sends whole pictures more rarely gives fewer.
        span_s: seconds from the first to the last.
        deadline_s: seconds after which what has come must do.

    Returns:
        At least one frame, oldest first.

    Raises:
        NotFoundError: there is no such camera.
        SourceUnsetError: nothing says where its frames come from.
        ViewOffError: none of its views may be audited.
        SecretError: its password cannot be decrypted.
        SourceError: it gives no frames; ``trouble`` says what the camera has.
    """
    from deskcheck_vision.sources.burst import collect_burst

    from deskcheck_service.watching.stages import Stage, timed

    with services.database.reading() as session:
        spec = spec_of(session, services.secrets, camera_id)
        if not permits.any_permitted(session, camera_id):
            raise ViewOffError(camera=spec.name)
    with timed(Stage.COLLECT), opened(services.settings, spec, span_s) as source:
        return collect_burst(source, frames, span_s, deadline_s)


@contextmanager
def opened(settings: Settings, spec: SourceSpec, span_s: float = 60.0) -> Iterator[FrameSource]:
    """Open a source by the rules of the settings, and close it in the end.

    Raises:
        SourceError: it may not or cannot be opened.
    """
    from deskcheck_vision.sources.camera import open_source

    limits, tls = limits_of(settings)
    source = open_source(spec, rules_of(settings), span_s=span_s, limits=limits, tls=tls)
    try:
        yield source
    finally:
        source.close()


def spec_of(session: Session, box: SecretBox, camera_id: int) -> SourceSpec:
    """Return where a camera's frames come from, with its password decrypted.

    Raises:
        NotFoundError: there is no such camera.
        SourceUnsetError: nothing says where its frames come from.
        SecretError: its password cannot be decrypted.
    """
    from deskcheck_vision.sources.camera import SourceKind, SourceSpec

    camera = session.scalar(select(Camera).where(Camera.id == camera_id).options(joinedload(Camera.centre)))
    if camera is None:
        raise NotFoundError(what=f"camera {camera_id}")
    row = session.get(CameraSource, camera_id)
    if row is None:
        raise SourceUnsetError(camera=camera.code)
    return SourceSpec(
        kind=SourceKind(row.kind.value),
        address=row.address,
        name=camera.code,
        login=read_login(box, row),
        size_wh=(row.width_px, row.height_px) if row.width_px and row.height_px else None,
        zone=ZoneInfo(camera.centre.time_zone),
    )


def write_login(box: SecretBox, camera_id: int, user: str, password: str) -> str:
    """Return user and password encrypted, for that camera and no other.

    Raises:
        SecretKeysError: there is no key.
    """
    return box.encrypt(json.dumps({"camera": camera_id, "user": user, "password": password}))


def read_login(box: SecretBox, row: CameraSource) -> Login | None:
    """Return a camera's user and password; None where none are stored.

    Raises:
        SecretError: they cannot be decrypted, or are another camera's.
    """
    from deskcheck_vision.sources.base import Login

    if row.secret is None:
        return None
    told = json.loads(box.decrypt(row.secret))
    if told.get("camera") != row.camera_id:
        raise SecretUnreadableError
    return Login(str(told["user"]), str(told["password"]))


def rules_of(settings: Settings) -> AddressRules:
    """Return what addresses may be."""
    from deskcheck_vision.sources.addresses import AddressRules, parse_networks, parse_ports

    networks, ports = parse_networks(settings.camera_networks), parse_ports(settings.camera_ports)
    return AddressRules(networks, ports, settings.media_folder)


def limits_of(settings: Settings) -> tuple[SourceLimits, TlsRules]:
    """Return how long and how much is waited for, and how far certificates are checked."""
    from deskcheck_vision.sources.base import SourceLimits, TlsRules

    limits = SourceLimits(
        connect_s=settings.camera_connect_s,
        first_frame_s=settings.camera_first_frame_s,
        stall_s=settings.camera_stall_s,
        max_bytes=settings.max_photo_bytes,
        max_pixels=settings.max_photo_pixels,
    )
    return limits, TlsRules(settings.camera_tls_verify, settings.camera_ca_file)
