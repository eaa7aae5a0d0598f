"""The working draft of a window: read, saved over the revision that was read, discarded, submitted."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures.present import person
from deskcheck_service.captures.repository import suspended_view_ids
from deskcheck_service.errors import DraftConflictError, DraftGoneError, NotFoundError
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.draft_documents import document_of, document_text, layout_of
from deskcheck_service.layouts.draft_schemas import DraftDocument, DraftOut, DraftPut, StillRef
from deskcheck_service.layouts.schemas import LayoutOut
from deskcheck_service.layouts.still_stickers import StickerAsk, measured_stickers, sticker_ask
from deskcheck_service.layouts.versions import MAKERS, add_version
from deskcheck_service.layouts.view_columns import corners_of
from deskcheck_service.services import Services
from deskcheck_service.tables import LayoutDraft, LayoutVersion, View, Window, utc_now

_RECENT = 20


def _window(session: Session, principal: Principal, code: str) -> Window:
    row = repository.window(session, code)
    if row is None or not principal.scope(*MAKERS).reaches(row.area.centre_id, row.area_id):
        raise NotFoundError(what=f"window {code}")
    return row


def read_draft(session: Session, principal: Principal, code: str) -> DraftOut:
    """Return the window's draft, or what a new one starts from, as revision 0.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    window = _window(session, principal, code)
    approved = repository.approved_layout(session, window.id)
    row = draft_repository.draft(session, window.id)
    return _shown(window, approved, row) if row is not None else _start(session, window, approved)


def _shown(window: Window, approved: LayoutVersion | None, row: LayoutDraft) -> DraftOut:
    return DraftOut(
        window_code=window.code,
        time_zone=window.area.centre.time_zone,
        revision=row.revision,
        base_version=row.base_version,
        approved_version=approved.version if approved is not None else None,
        document=DraftDocument.model_validate(json.loads(row.document)),
        author=person(row.author),
        updated_at=row.updated_at,
    )


def _start(session: Session, window: Window, approved: LayoutVersion | None) -> DraftOut:
    from deskcheck_calibration.layout_file import load_layout

    still, corners = _known_still(session, window)
    layout = load_layout(approved.text) if approved is not None else None
    version = approved.version if approved is not None else None
    return DraftOut(
        window_code=window.code,
        time_zone=window.area.centre.time_zone,
        revision=0,
        base_version=version,
        approved_version=version,
        document=document_of(layout, still, corners, window.area.centre.time_zone),
        author=None,
        updated_at=None,
    )


def _known_still(session: Session, window: Window) -> tuple[StillRef | None, list[tuple[float, float]]]:
    """Return the picture to begin on with the corners known for it: of a camera that has moved, what it shows now."""
    moved = suspended_view_ids(session, window.id)
    views = [view for view in repository.views(session, window.id) if view.reference_sha256 is not None]
    for view in sorted(views, key=lambda one: one.id not in moved):
        size = (view.width_px, view.height_px)
        sha256 = (_shown_now(session, view) if view.id in moved else None) or view.reference_sha256 or ""
        still = StillRef(sha256=sha256, image_wh=size, focal_px=view.focal_px, bend=view.bend, view=view.name)
        return still, list(corners_of(view))
    return None, []


def _shown_now(session: Session, view: View) -> str | None:
    size = (view.width_px, view.height_px)
    captures = draft_repository.recent_captures(session, view.window_id, _RECENT)
    same = (one for one in captures if one.view_name == view.name and (one.width_px, one.height_px) == size)
    newest = next(same, None)
    return newest.masked_sha256 if newest is not None else None


def save_draft(session: Session, principal: Principal, code: str, put: DraftPut) -> DraftOut:
    """Save over the revision that was read.

    Raises:
        DraftConflictError: somebody saved in the meantime.
        DraftGoneError: the draft was submitted or discarded in the meantime.
        DraftShapeError: the document cannot be kept.
        NotFoundError: there is no such window or still, or it is outside the person's areas.
    """
    window = _window(session, principal, code)
    still = put.document.still
    if still is not None and not draft_repository.has_evidence(session, window.id, still.sha256):
        raise NotFoundError(what=f"still {still.sha256[:12]}")
    row = LayoutDraft(
        window_id=window.id,
        document=document_text(put.document),
        revision=put.revision + 1,
        base_version=put.base_version,
        author_id=principal.user_id,
        updated_at=utc_now(),
    )
    if not draft_repository.save(session, row, over=put.revision):
        raise _conflict(session, window)
    if put.revision == 0:
        # One entry a draft: it is saved every other second, and what is submitted is logged again.
        audit.record(session, principal, "layout.edit", "window", code)
    session.flush()
    return read_draft(session, principal, code)


def _conflict(session: Session, window: Window) -> DraftConflictError | DraftGoneError:
    theirs = draft_repository.draft(session, window.id)
    if theirs is None:
        return DraftGoneError(window=window.code)
    local = theirs.updated_at.astimezone(ZoneInfo(window.area.centre.time_zone))
    return DraftConflictError(
        saved_by=theirs.author.display_name,
        saved_at=local.strftime("%Y-%m-%d %H:%M"),
        saved_at_utc=theirs.updated_at.isoformat(),
        revision=theirs.revision,
    )


def discard_draft(session: Session, principal: Principal, code: str, revision: int) -> None:
    """Throw the draft away, if it is still the one that was looked at.

    Raises:
        DraftConflictError, DraftGoneError: see ``save_draft``.
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    window = _window(session, principal, code)
    if not draft_repository.remove(session, window.id, revision):
        raise _conflict(session, window)
    audit.record(session, principal, "layout.discard", "window", code)


def submit_draft(services: Services, principal: Principal, code: str, revision: int) -> LayoutOut:
    """Turn the draft into a layout version, the next one of the window, for another person to approve.

    Position stickers that its still shows are measured into it, so that later photos are placed by them.

    Raises:
        LayoutFileError: it is not a sound layout; every problem carries the path of what it is about.
        OtherWindowError: the stickers in its still are another window's.
        DraftConflictError, DraftGoneError: see ``save_draft``.
        NotFoundError: there is no such window, or it is outside the person's areas.
        BusyError: too many pictures at once.
    """
    with services.database.reading() as session:
        document, ask = read_drawn(session, principal, code, revision)
    # Looked at before the writing begins: a picture takes longer than others should wait.
    layout_of(document, code, 1)
    stickers = measured_stickers(services, ask, document)
    with services.database.writing() as session:
        window = _window(session, principal, code)
        layout = layout_of(document, code, repository.newest_version(session, window.id) + 1, stickers)
        if not draft_repository.remove(session, window.id, revision):
            raise _conflict(session, window)
        return add_version(session, principal, window, layout, document.still)


def read_drawn(session: Session, principal: Principal, code: str, revision: int) -> tuple[DraftDocument, StickerAsk]:
    """Return the document of one revision, and what its stickers are looked for by.

    Raises:
        DraftConflictError, DraftGoneError: another revision is there by now, or none.
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    window = _window(session, principal, code)
    row = draft_repository.draft(session, window.id)
    if row is None or row.revision != revision:
        raise _conflict(session, window)
    ask = sticker_ask(session, window.id, code, window.area.centre_id)
    return DraftDocument.model_validate(json.loads(row.document)), ask
