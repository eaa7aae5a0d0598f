"""A picture of a camera in: held against the camera's still once, then one judgement for each window that it shows."""

from __future__ import annotations

from dataclasses import dataclass

from deskcheck_calibration.errors import CalibrationError
from deskcheck_vision.frames import Frame
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.cameras import repository
from deskcheck_service.cameras.bursts import BurstChecked, check_burst
from deskcheck_service.cameras.linking import require_proportions
from deskcheck_service.cameras.measuring import Watched, read_camera, watch
from deskcheck_service.cameras.present import cameras_out
from deskcheck_service.cameras.schemas import CameraChecked, WindowChecked
from deskcheck_service.captures import service as captures
from deskcheck_service.captures.service import UPLOADERS, Checked, read_taken_at
from deskcheck_service.errors import NoLayoutError, NotFoundError, ViewUnfitError
from deskcheck_service.layouts import repository as places
from deskcheck_service.schemas import Text
from deskcheck_service.services import Services
from deskcheck_service.tables import Camera, View, Window, utc_now
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.uploads import Upload

__all__ = ["BurstChecked", "CameraCheck", "check_burst", "check_camera", "check_frame"]

_SUFFIXES = ("", *(f"-{number}" for number in range(2, 100)))
_NO_LAYOUT = Text(zh="窗口还没有批准的布局，未判定。", en="The window has no approved layout yet; it was not judged.")


@dataclass(frozen=True, slots=True)
class CameraCheck:
    """What came of a picture; ``created`` is False where the same picture had come before."""

    checked: CameraChecked
    created: bool


def check_camera(services: Services, actor: Principal | str, code: str, upload: Upload) -> CameraCheck:
    """Look at a picture of a camera, and judge by it each of the camera's windows that has an approved layout.

    Raises:
        NotFoundError: there is no such camera that the person sees.
        ForbiddenError: it shows windows outside the areas that the person checks.
        CameraBareError: it shows no window yet.
        RequestError: the time cannot be read.
        PictureError: the picture cannot be used.
        CameraPictureError: it has other proportions than the camera's still.
        BusyError: too many pictures at once.
        StorageFullError, DatabaseError: nothing was saved of what remained.
    """
    from deskcheck_service.captures.finding_desk import captured_at

    told = read_taken_at(upload.fields.get("taken_at", ""))
    with services.database.reading() as session:
        camera, seen = read_camera(session, actor, code)
    with services.engine.turn():
        picture = services.engine.decode(upload.photo, camera.centre.time_zone)
    require_proportions(camera, picture.image_wh)
    frame = Frame(picture.image, captured_at(told, picture), "camera")
    key = upload.photo + (told.isoformat().encode() if told is not None else b"")
    watched = watch(services, actor, camera, [one.view for one in seen], [frame], key)
    windows = [_judged(services, actor, one, frame, key, watched) for one in seen]
    with services.database.reading() as session:
        scope = scope_of_actor(actor)
        row = repository.camera(session, scope, code)
        if row is None:
            raise NotFoundError(what=f"camera {code}")
        shown = cameras_out(session, scope, [row])[0]
    return CameraCheck(CameraChecked(look=watched.look, camera=shown, windows=windows), watched.created)


def _judged(
    services: Services, actor: Principal | str, seen: repository.Seen, frame: Frame, key: bytes, watched: Watched
) -> WindowChecked:
    view, code = seen.view, seen.view.window.code
    if seen.layout_version is None:
        return WindowChecked(window_code=code, view=view.name, judgement=None, problem=_NO_LAYOUT)
    guarded = watched.guarded[view.id]
    try:
        checked = captures.check_frames(services, actor, code, [frame], view.name, key, guarded, watched.detector)
    except (CalibrationError, NoLayoutError, ViewUnfitError) as error:
        # What is wrong with one window's layout keeps the others from nothing.
        problem = Text(zh=error.sentence("zh"), en=error.sentence("en"))
        return WindowChecked(window_code=code, view=view.name, judgement=None, problem=problem)
    return WindowChecked(window_code=code, view=view.name, judgement=captures.brief_of(checked), problem=None)


def check_frame(services: Services, actor: Principal | str, code: str, frame: Frame, view: str) -> Checked:
    """Judge a frame of a window's fixed camera, known by the window's view, and keep judgement and masked evidence.

    A view with a reference picture that is no camera's yet becomes one: what a frame comes from is fixed.

    Args:
        services: of the service.
        actor: in whose name.
        code: of the window.
        frame: the frame; the same pixels of the same moment are the same frame.
        view: name of the window's view that is this camera's.

    Raises:
        NotFoundError, NoLayoutError, RequestError, ViewUnfitError, BusyError, StorageFullError, DatabaseError: see
            ``captures.service.check_frames``.
    """
    from deskcheck_service.captures.guarding import UNGUARDED

    key = frame.image.tobytes() + frame.captured_at.isoformat().encode()
    read_taken_at(frame.captured_at.isoformat())
    found = _camera_of(services, actor, code, view, frame)
    if found is None:
        return captures.check_frames(services, actor, code, [frame], view, key, [UNGUARDED])
    camera, seen = found
    watched = watch(services, actor, camera, [seen], [frame], key)
    return captures.check_frames(services, actor, code, [frame], view, key, watched.guarded[seen.id], watched.detector)


def _camera_of(
    services: Services, actor: Principal | str, code: str, name: str, frame: Frame
) -> tuple[Camera, View] | None:
    """Return the camera of a window's view, made where there is none; None where nothing can be guarded or judged."""
    with services.database.reading() as session:
        window = places.window(session, code)
        if window is None or not scope_of_actor(actor, *UPLOADERS).reaches(window.area.centre_id, window.area_id):
            raise NotFoundError(what=f"window {code}")
        view = places.view(session, window.id, name)
        judged = places.approved_layout(session, window.id) is not None
    if view is None or view.reference_sha256 is None or not judged:
        return None
    width, height = frame.image_wh
    if abs(view.width_px * height / (view.height_px * width) - 1) > 0.01:
        raise ViewUnfitError(view=name, width_px=width, height_px=height)
    with services.database.writing() as session:
        seen = repository.locked_view(session, view.id)
        if seen is None:
            return None
        if seen.camera_id is None:
            made = _new_camera(window, seen, _free_code(session, seen))
            session.add(made)
            session.flush()
            seen.camera_id = made.id
            session.flush()
            audit.record(session, actor, "camera.add", "camera", made.code, f"{code}/{name}")
        camera = repository.camera_by_key(session, seen.camera_id)
    return (camera, seen) if camera is not None else None


def _free_code(session: Session, view: View) -> str:
    """Return a code for a view's own camera; people may have given the first one to another camera."""
    wanted = (f"cam-{view.id}{suffix}" for suffix in _SUFFIXES)
    return next(code for code in wanted if repository.camera_by_code(session, code) is None)


def _new_camera(window: Window, view: View, code: str) -> Camera:
    return Camera(
        centre_id=window.area.centre_id,
        code=code,
        name_zh=f"{window.name_zh} {view.name}"[:200],
        name_en=f"{window.name_en} {view.name}"[:200],
        state=CameraState.ACTIVE,
        watched_closely=False,
        created_at=utc_now(),
        reference_sha256=view.reference_sha256,
        reference_width_px=view.width_px,
        reference_height_px=view.height_px,
    )
