"""A picture of a camera held against the camera's stills, stored masked, and written down as one look."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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

    from deskcheck_service.cameras.scenes import SeenScenes
    from deskcheck_service.captures.guarding import Guarded, SeenOnce


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was seen in a burst, before anything is written about it.

    Attributes:
        shift: of the last frame against the camera's still; None where that file is lost.
        of_stills: of each frame against the still of each view, by SHA-256.
        masked_sha256, masked_bytes: the last frame with people masked, stored.
        detector: has seen the frames.
        scenes: the frames beside what is known; None where everything is looked at.
    """

    shift: ViewShift | None
    of_stills: tuple[Mapping[str, ViewShift | None], ...]
    masked_sha256: str
    masked_bytes: int
    detector: SeenOnce
    scenes: SeenScenes | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A look that is stored.

    Attributes:
        look: the look.
        created: False where the same picture had come before.
        guarded: view -> of each frame, whether the camera still hangs where it hung.
        detector: has seen the frames.
        scenes: the frames beside what is known; None where everything is looked at.
        shifts: of the last frame, by still.
    """

    look: LookOut
    created: bool
    guarded: dict[int, tuple[Guarded, ...]]
    detector: SeenOnce
    scenes: SeenScenes | None
    shifts: Mapping[str, ViewShift | None]


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
    services: Services,
    actor: Principal | str,
    camera: Camera,
    views: Sequence[View],
    frames: Sequence[Frame],
    key: bytes,
    *,
    spare: bool = False,
) -> Watched:
    """Look at a camera once: measure, store its last frame masked, write the look down with what follows from it.

    Args:
        services: of the service.
        actor: in whose name.
        camera: the camera.
        views: of it, that will be judged.
        frames: at least one, oldest first.
        key: bytes by which the same frames are known again.
        spare: let the model look only at what is not known from an earlier burst.

    Raises:
        BusyError: too many pictures at once.
        StorageFullError, DatabaseError: nothing was saved.
    """
    from deskcheck_service.captures.guarding import guarded_by

    measured = _measure(services, camera, views, frames, spare=spare)
    photo_sha256 = hashlib.sha256(key).hexdigest()
    with services.database.writing() as session:
        look, created, suspended = _record(session, actor, camera.id, frames[-1], photo_sha256, measured)
        shown = look_out(look)
    moved = suspended or shown.state is LookState.MOVED
    guarded: dict[int, tuple[Guarded, ...]] = {}
    for view in views:
        still = view.reference_sha256 or camera.reference_sha256 or ""
        made = {id(shifts): guarded_by(shifts.get(still), suspended=moved) for shifts in measured.of_stills}
        guarded[view.id] = tuple(made[id(shifts)] for shifts in measured.of_stills)
    return Watched(shown, created, guarded, measured.detector, measured.scenes, measured.of_stills[-1])


def _measure(
    services: Services, camera: Camera, views: Sequence[View], frames: Sequence[Frame], *, spare: bool
) -> _Measured:
    """Hold frames against the stills and store the last one masked; the detector runs once a frame.

    Raises:
        BusyError: too many pictures at once.
        StorageFullError: there is no room.
    """
    from deskcheck_service.cameras.scenes import see
    from deskcheck_service.captures.guarding import SeenOnce
    from deskcheck_service.captures.judging import masked_jpeg_of

    stills = {view.reference_sha256 or "" for view in views} | {camera.reference_sha256 or ""}
    with services.engine.turn():
        detector = SeenOnce(services.engine.detector())
        view_ids = [view.id for view in views]
        scenes = see(services, camera.id, frames, detector, view_ids) if spare else None
        of_stills = _of_stills(services, sorted(stills - {""}), frames, detector, scenes)
        jpeg = masked_jpeg_of(frames[-1].image, detector)
    shift = of_stills[-1].get(camera.reference_sha256 or "")
    return _Measured(shift, of_stills, services.evidence.put(jpeg), len(jpeg), detector, scenes)


def _of_stills(
    services: Services,
    stills: Sequence[str],
    frames: Sequence[Frame],
    detector: SeenOnce,
    scenes: SeenScenes | None,
) -> tuple[Mapping[str, ViewShift | None], ...]:
    """Return of each frame how far the camera had turned since each still; frames that lie alike share one answer."""
    from deskcheck_service.captures.guarding import shift_against

    def against(frame: Frame) -> Mapping[str, ViewShift | None]:
        engine, evidence = services.engine, services.evidence
        return {one: shift_against(engine, evidence, one, frame.image, detector) for one in stills}

    known = scenes.shifts(stills) if scenes is not None else None
    last = known if known is not None else against(frames[-1])
    if scenes is None:
        return (*(against(frame) for frame in frames[:-1]), last)
    earlier = (
        last if scenes.is_where_the_last_is(number) else against(frame) for number, frame in enumerate(frames[:-1])
    )
    return (*earlier, last)


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
    shift = measured.of_stills[-1].get(still)
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
