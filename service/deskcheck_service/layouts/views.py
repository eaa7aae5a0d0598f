"""Reference pictures of the places that pictures are taken from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import recalibration
from deskcheck_service.captures.points import read_corners
from deskcheck_service.captures.storing import add_evidence
from deskcheck_service.errors import NoLayoutError, NotFoundError, RequestError
from deskcheck_service.layouts import repository
from deskcheck_service.layouts.present import view_out
from deskcheck_service.layouts.schemas import ViewOut
from deskcheck_service.layouts.view_columns import set_view
from deskcheck_service.services import Services
from deskcheck_service.tables import EvidenceKind, Role, View
from deskcheck_service.uploads import Upload

ViewName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f/\\]+$")]
_SAME_SHAPE = 0.01
_MAKERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def put_reference(
    services: Services, principal: Principal, code: str, name: str, upload: Upload
) -> tuple[ViewOut, bool]:
    """Keep a masked reference picture with the desk's corners, and say whether the view is new.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
        NoLayoutError: the desk's size is unknown as long as no layout is approved.
        RequestError: the corners are missing.
        PictureError: the picture cannot be used.
        CalibrationError: the corners cannot be the desk's.
    """
    from deskcheck_calibration.layout_file import load_layout
    from deskcheck_calibration.plane import DeskPlane

    from deskcheck_service.captures.judging import masked_jpeg_of

    with services.database.reading() as session:
        window = repository.window(session, code)
        if window is None or not principal.scope(*_MAKERS).reaches(window.area.centre_id, window.area_id):
            raise NotFoundError(what=f"window {code}")
        approved = repository.approved_layout(session, window.id)
    if approved is None:
        raise NoLayoutError(window=code)
    corners = read_corners(upload.fields.get("corners_px", ""))
    if corners is None:
        raise RequestError(problem="corners_px: x,y x,y x,y x,y")
    with services.engine.turn():
        picture = services.engine.decode(upload.photo)
        DeskPlane.from_corners(corners, load_layout(approved.text).desk_wh_cm, picture.image_wh, picture.focal_px)
        jpeg = masked_jpeg_of(picture.image, services.engine.detector())
    sha256 = services.evidence.put(jpeg)
    with services.database.writing() as session:
        view = repository.view(session, window.id, name)
        created = view is None
        bend = _kept_bend(view, picture.image_wh)
        if view is None:
            view = View(window_id=window.id, name=name)
            session.add(view)
        set_view(view, corners, picture.image_wh, picture.focal_px, bend)
        view.reference_sha256 = sha256
        session.flush()
        add_evidence(session, window.id, EvidenceKind.REFERENCE, (sha256, len(jpeg)))
        recalibration.still_changed(session, principal, view, approved=False)
        audit.record(session, principal, "view.put", "window", code, name)
        shown = view_out(view)
    return shown, created


def _kept_bend(view: View | None, image_wh: tuple[int, int]) -> float | None:
    """Return the bend that a view keeps with a new picture: the same camera while their shape is the same."""
    if view is None or abs(view.width_px * image_wh[1] / (view.height_px * image_wh[0]) - 1) > _SAME_SHAPE:
        return None
    return view.bend
