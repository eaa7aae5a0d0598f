"""A picture of a camera held against the camera's stills, stored masked, and written down as one look."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcheck_vision.frames import Frame
from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.cameras import recalibration, repository
from deskcheck_service.cameras.present import look_out
from deskcheck_service.cameras.schemas import LookOut
from deskcheck_service.captures.service import UPLOADERS
from deskcheck_service.captures.storing import add_evidence
from deskcheck_service.errors import EvidenceMissingError, ForbiddenError, NotFoundError
from deskcheck_service.errors.cameras import CameraBareError
from deskcheck_service.services import Services
from deskcheck_service.tables import Camera, CameraLook, EvidenceKind, View, utc_now
from deskcheck_service.tables.cameras import CameraState, LookState

if TYPE_CHECKING:
    from deskcheck_vision.camera_shift import ViewShift

    from deskcheck_service.captures.guarding import Guarded, SeenOnce


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was seen in one picture, before anything is written about it.

    Attributes:
        shift: against the camera's still; None where that file is lost.
        of_stills: against the still of each view, by SHA-256.
        masked_sha256, masked_bytes: the picture with people masked, stored.
        detector: has seen the picture.
    """

    shift: ViewShift | None
    of_stills: dict[str, ViewShift | None]
    masked_sha256: str
    masked_bytes: int
    detector: SeenOnce


@dataclass(frozen=True, slots=True)
class Watched:
    """A look that is stored."""

    look: LookOut
    created: bool
    guarded: dict[int, Guarded]
    detector: SeenOnce


def read_camera(session: Session, actor: Principal | str, code: str) -> tuple[Camera, list[repository.Seen]]:
    """Return a camera whose pictures a person may check, with the windows that it shows.

    Raises:
        NotFoundError: there is no such camera that the person sees.
        ForbiddenError: it shows windows outside the areas that the person checks.
        CameraBareError: it shows no window yet.
    """
    scope = scope_of_actor(actor, *UPLOADERS)
    camera = repository.camera(session, scope, code)
    if camera is None:
        raise NotFoundError(what=f"camera {code}")
    seen = repository.views(session, [camera.id])[camera.id]
    for one in seen:
        if not scope.reaches(one.view.window.area.centre_id, one.view.window.area_id):
            raise ForbiddenError(needed=" / ".join(role.value for role in UPLOADERS))
    if not seen or camera.reference_sha256 is None:
        raise CameraBareError(camera=code)
    return camera, seen


def watch(
    services: Services, actor: Principal | str, camera: Camera, views: Sequence[View], frame: Frame, key: bytes
) -> Watched:
    """Look at a picture once: measure, store it masked, and write the look down with what follows from it.

    Raises:
        BusyError: too many pictures at once.
        StorageFullError, DatabaseError: nothing was saved.
    """
    from deskcheck_service.captures.guarding import guarded_by

    measured = _measure(services, camera, views, frame)
    photo_sha256 = hashlib.sha256(key).hexdigest()
    with services.database.writing() as session:
        look, created, suspended = _record(session, actor, camera.id, frame, photo_sha256, measured)
        shown = look_out(look)
    own = measured.shift
    guarded = {}
    for view in views:
        shift = measured.of_stills.get(view.reference_sha256, own) if view.reference_sha256 is not None else own
        guarded[view.id] = guarded_by(shift, suspended=suspended or shown.state is LookState.MOVED)
    return Watched(shown, created, guarded, measured.detector)


def _measure(services: Services, camera: Camera, views: Sequence[View], frame: Frame) -> _Measured:
    """Hold a picture against the stills and store it masked; the detector runs once.

    Raises:
        BusyError: too many pictures at once.
        StorageFullError: there is no room.
    """
    from deskcheck_service.captures.guarding import SeenOnce, shift_against
    from deskcheck_service.captures.judging import masked_jpeg_of

    engine, evidence = services.engine, services.evidence
    stills = {view.reference_sha256 for view in views if view.reference_sha256 is not None}
    with engine.turn():
        detector = SeenOnce(engine.detector())
        wanted = stills | {camera.reference_sha256 or ""} - {""}
        of_stills = {one: shift_against(engine, evidence, one, frame.image, detector) for one in sorted(wanted)}
        jpeg = masked_jpeg_of(frame.image, detector)
    shift = of_stills.get(camera.reference_sha256 or "")
    return _Measured(shift, of_stills, evidence.put(jpeg), len(jpeg), detector)


def _record(
    session: Session, actor: Principal | str, camera_id: int, frame: Frame, photo_sha256: str, measured: _Measured
) -> tuple[CameraLook, bool, bool]:
    """Store a look and what follows from it; return it, whether it is new, and whether the camera is suspended."""
    from deskcheck_calibration.camera_guard import GuardState, state_of

    camera = repository.camera_by_key(session, camera_id)
    if camera is None or camera.reference_sha256 is None:
        raise EvidenceMissingError(sha256="-")
    still = camera.reference_sha256
    known = repository.look_of_photo(session, camera.id, still, photo_sha256)
    if known is not None:
        return known, False, camera.state is CameraState.SUSPENDED
    shift = measured.of_stills.get(still)
    state = LookState(state_of(shift).value) if shift is not None else LookState.CANNOT_TELL
    told = shift if shift is not None and state_of(shift) is not GuardState.CANNOT_TELL else None
    is_measured = told is not None and told.matches > 0
    look = CameraLook(
        camera_id=camera.id,
        taken_at=frame.captured_at,
        received_at=utc_now(),
        state=state,
        suspended=camera.state is CameraState.SUSPENDED,
        roll_deg=told.roll_deg if told is not None and is_measured else None,
        shift_share=told.share if told is not None and is_measured else None,
        scale=told.scale if told is not None and is_measured else None,
        sigma_share=told.sigma_share if told is not None and is_measured else None,
        photo_sha256=photo_sha256,
        reference_sha256=still,
        picture_sha256=measured.masked_sha256,
    )
    session.add(look)
    session.flush()
    for seen in repository.views(session, [camera.id])[camera.id]:
        file = (measured.masked_sha256, measured.masked_bytes)
        add_evidence(session, seen.view.window_id, EvidenceKind.PHOTO, file)
    recalibration.weigh(session, actor, camera, look)
    session.flush()
    return look, True, camera.state is CameraState.SUSPENDED
