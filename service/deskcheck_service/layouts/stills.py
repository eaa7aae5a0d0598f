"""Stills to draw a layout on: reference pictures, recent captures, uploads; people masked before anything is stored."""

from __future__ import annotations

from pathlib import PurePath

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures.points import parse_points
from deskcheck_service.captures.storing import add_evidence
from deskcheck_service.errors import NotFoundError, OtherWindowError
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.draft_schemas import StillKind, StillOut
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.layouts.view_columns import corners_of
from deskcheck_service.services import Services
from deskcheck_service.tables import Capture, EvidenceKind, View, Window
from deskcheck_service.uploads import Upload

_MOST_CAPTURES = 8
_NAMELESS = "still"


def _window(session: Session, principal: Principal, code: str) -> Window:
    row = repository.window(session, code)
    if row is None or not principal.scope(*MAKERS).reaches(row.area.centre_id, row.area_id):
        raise NotFoundError(what=f"window {code}")
    return row


def list_stills(session: Session, principal: Principal, code: str) -> list[StillOut]:
    """Return the window's reference pictures, then its last captures, newest first; each picture once.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    window = _window(session, principal, code)
    views = repository.views(session, window.id)
    found = [_of_view(view, view.reference_sha256) for view in views if view.reference_sha256 is not None]
    by_name = {view.name: view for view in views}
    for capture in draft_repository.recent_captures(session, window.id, _MOST_CAPTURES):
        found.append(_of_capture(capture, by_name.get(capture.view_name)))
    once = {still.sha256: still for still in reversed(found)}
    return list(reversed(once.values()))


def _of_view(view: View, sha256: str) -> StillOut:
    return StillOut(
        sha256=sha256,
        image_wh=(view.width_px, view.height_px),
        focal_px=view.focal_px,
        bend=view.bend,
        view=view.name,
        kind=StillKind.REFERENCE,
        taken_at=None,
        corners_px=list(corners_of(view)),
    )


def _of_capture(capture: Capture, view: View | None) -> StillOut:
    size = (capture.width_px, capture.height_px)
    # A camera's frame is known by its view instead of by corners.
    tapped = [] if capture.corners_key.startswith("view:") else parse_points(capture.corners_key) or []
    same = view is not None and (view.width_px, view.height_px) == size
    known = list(corners_of(view)) if view is not None and same else []
    return StillOut(
        sha256=capture.masked_sha256,
        image_wh=size,
        focal_px=view.focal_px if view is not None and same else None,
        bend=view.bend if view is not None and same else None,
        view=capture.view_name or _NAMELESS,
        kind=StillKind.CAPTURE,
        taken_at=capture.taken_at,
        corners_px=tapped if len(tapped) == 4 else known,
    )


def add_still(services: Services, principal: Principal, code: str, upload: Upload) -> StillOut:
    """Keep an uploaded picture with people masked.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
        PictureError: the picture cannot be used.
        OtherWindowError: the stickers in it are another window's; nothing is kept.
        ModelFileError, InferenceError: there is no usable model to find people with.
    """
    from deskcheck_vision.markers import find_tags

    from deskcheck_service.captures.judging import masked_jpeg_of
    from deskcheck_service.captures.shown_window import shown_window

    with services.database.reading() as session:
        window = _window(session, principal, code)
        numbered = repository.window_numbers(session, window.area.centre_id)
    with services.engine.turn():
        picture = services.engine.decode(upload.photo)
        _, other = shown_window(find_tags(picture.image), window.id, numbered)
        if other is not None:
            raise OtherWindowError(window=code, shown=other)
        jpeg = masked_jpeg_of(picture.image, services.engine.detector())
    sha256 = services.evidence.put(jpeg)
    with services.database.writing() as session:
        add_evidence(session, window.id, EvidenceKind.REFERENCE, (sha256, len(jpeg)))
        audit.record(session, principal, "still.add", "window", code, sha256)
    return StillOut(
        sha256=sha256,
        image_wh=picture.image_wh,
        focal_px=picture.focal_px,
        view=_view_name(upload.file_name),
        kind=StillKind.UPLOAD,
        taken_at=None,
        corners_px=[],
    )


def _view_name(file_name: str) -> str:
    """Return a name for the place of the camera: photos from a phone carry one, and are found by it again."""
    name = "".join(char for char in PurePath(file_name).name if char.isprintable() and char not in "/\\").strip()
    return name[:200] or _NAMELESS
