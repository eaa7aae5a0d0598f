"""Versions of a window's layout: drawn up by one person, approved by another, never changed afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import recalibration
from deskcheck_service.errors import (
    LayoutStateError,
    LayoutVersionError,
    LayoutWindowError,
    NotFoundError,
    OwnLayoutError,
)
from deskcheck_service.errors.desk_types import LayoutMovedOnError
from deskcheck_service.layouts import repository
from deskcheck_service.layouts.present import layout_out, layout_text
from deskcheck_service.layouts.schemas import LayoutOut, LayoutText
from deskcheck_service.layouts.view_columns import corners_of, set_view
from deskcheck_service.tables import LayoutState, LayoutVersion, Role, View, Window, utc_now

if TYPE_CHECKING:
    from deskcheck_calibration.layout import Layout

    from deskcheck_service.layouts.draft_schemas import StillRef

MAKERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def _window(session: Session, principal: Principal, code: str, *roles: Role) -> Window:
    row = repository.window(session, code)
    if row is None or not principal.scope(*roles).reaches(row.area.centre_id, row.area_id):
        raise NotFoundError(what=f"window {code}")
    return row


def _layout(session: Session, principal: Principal, layout_id: int, *roles: Role, lock: bool = False) -> LayoutVersion:
    row = repository.layout(session, layout_id, lock=lock)
    if row is None or not principal.scope(*roles).reaches(row.window.area.centre_id, row.window.area_id):
        raise NotFoundError(what=f"layout {layout_id}")
    return row


def list_layouts(session: Session, principal: Principal, code: str) -> list[LayoutOut]:
    """Return a window's layout versions, newest first.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    return [layout_out(row) for row in repository.layouts(session, _window(session, principal, code).id)]


def read_layout(session: Session, principal: Principal, layout_id: int) -> LayoutText:
    """Return a layout version with its text.

    Raises:
        NotFoundError: there is none, or it is outside the person's areas.
    """
    return layout_text(_layout(session, principal, layout_id))


def _store(session: Session, window: Window, text: str, author_id: int | None) -> LayoutVersion:
    """Add a draft, or return the version with the same meaning that is there already."""
    from deskcheck_calibration.layout_file import layout_sha256, load_layout

    layout: Layout = load_layout(text)
    if layout.window != window.code:
        raise LayoutWindowError(found=layout.window, asked=window.code)
    sha256 = layout_sha256(layout)
    known = repository.layout_version(session, window.id, layout.version)
    if known is not None and known.sha256 == sha256:
        return known
    if known is not None:
        newest = repository.newest_version(session, window.id)
        raise LayoutVersionError(window=window.code, version=layout.version, next_version=newest + 1)
    row = LayoutVersion(
        window_id=window.id,
        version=layout.version,
        text=text,
        sha256=sha256,
        taxonomy_version=layout.taxonomy_version,
        state=LayoutState.DRAFT,
        author_id=author_id,
        created_at=utc_now(),
    )
    session.add(row)
    session.flush()
    return row


def _shown(session: Session, row: LayoutVersion) -> LayoutOut:
    session.flush()
    session.expire(row)
    fresh = repository.layout(session, row.id)
    if fresh is None:
        raise NotFoundError(what=f"layout {row.id}")
    return layout_out(fresh)


def add_layout(session: Session, principal: Principal, code: str, text: str) -> LayoutOut:
    """Add a draft; the same text sent again is the same draft.

    Raises:
        LayoutFileError: the text is not a layout, with every problem by line.
        LayoutWindowError: it is for another window.
        LayoutVersionError: that version number is taken by another layout.
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    row = _store(session, _window(session, principal, code, *MAKERS), text, principal.user_id)
    audit.record(session, principal, "layout.draft", "layout", row.id, f"{code} v{row.version}")
    return _shown(session, row)


def add_version(
    session: Session, principal: Principal, window: Window, layout: Layout, still: StillRef | None
) -> LayoutOut:
    """Add a checked layout as a draft version, with the still that becomes its view's reference once approved."""
    from deskcheck_calibration.layout_file import dump_layout

    row = _store(session, window, dump_layout(layout), principal.user_id)
    if still is not None:
        row.reference_view, row.reference_sha256 = still.view, still.sha256
    audit.record(session, principal, "layout.draft", "layout", row.id, f"{window.code} v{row.version}")
    return _shown(session, row)


def add_copy(
    session: Session, author_id: int | None, window: Window, layout: Layout, source: LayoutVersion
) -> LayoutVersion:
    """Add a checked layout as a draft version that was copied from another one; see ``copies``."""
    from deskcheck_calibration.layout_file import dump_layout

    row = _store(session, window, dump_layout(layout), author_id)
    row.copied_from_id = source.id
    session.flush()
    return row


def is_own(session: Session, row: LayoutVersion, user_id: int) -> bool:
    """Tell whether a person drew a version up, also where others copied what they drew before anybody approved it."""
    while row.author_id != user_id:
        if row.copied_from_id is None:
            return False
        source = repository.layout(session, row.copied_from_id)
        if source is None or source.approver_id is not None:
            return False
        row = source
    return True


def restore_version(session: Session, principal: Principal, layout_id: int) -> LayoutOut:
    """Make a new draft version of an old version's content; four eyes hold for it as for any other.

    Raises:
        LayoutFileError: the old text is no sound layout for this program any more.
        NotFoundError: there is none, or it is outside the person's areas.
    """
    from deskcheck_calibration.layout_file import dump_layout, load_layout

    old = _layout(session, principal, layout_id, *MAKERS)
    layout = replace(load_layout(old.text), version=repository.newest_version(session, old.window_id) + 1)
    row = _store(session, old.window, dump_layout(layout), principal.user_id)
    row.reference_view, row.reference_sha256 = old.reference_view, old.reference_sha256
    note = f"{old.window.code} v{row.version} = v{old.version}"
    audit.record(session, principal, "layout.restore", "layout", row.id, note)
    return _shown(session, row)


def _approve(session: Session, row: LayoutVersion, actor: Principal | str) -> None:
    now = utc_now()
    repository.retire_approved(session, row.window_id, now)
    row.state = LayoutState.APPROVED
    row.approver_id = actor.user_id if isinstance(actor, Principal) else None
    row.decided_at = now
    session.flush()
    if row.copied_from_id is None:  # a copy brings no views: those of its window stay as they are
        _take_views(session, row, actor)


def _take_views(session: Session, row: LayoutVersion, actor: Principal | str) -> None:
    """Make the reference views that came with the layout file views of the window.

    A view of that name keeps its reference picture only as long as the file says the same corners; the still that the
    version was drawn on becomes the reference picture of its own view.
    """
    from deskcheck_calibration.layout_file import load_layout

    for reference in load_layout(row.text).views:
        view = repository.view(session, row.window_id, reference.name)
        if view is None:
            view = View(window_id=row.window_id, name=reference.name, reference_sha256=None)
            session.add(view)
        elif corners_of(view) != reference.corners_px:
            view.reference_sha256 = None
        set_view(view, reference.corners_px, reference.image_wh, reference.focal_px, reference.bend)
        if reference.name == row.reference_view and row.reference_sha256 is not None:
            view.reference_sha256, view.calibrated_at = row.reference_sha256, row.decided_at
            session.flush()
            recalibration.still_changed(session, actor, view, approved=True)
    session.flush()


def approve_layout(session: Session, principal: Principal, layout_id: int, *counted: int | None) -> LayoutOut:
    """Approve a draft; the window's approved version, if any, retires in the same transaction.

    Args:
        session: the transaction.
        principal: who approves.
        layout_id: the draft.
        counted: where given, the version (None for none) that counted when its changes were shown to the person.

    Raises:
        OwnLayoutError: the person drew it up.
        LayoutStateError: it is not a draft any more.
        LayoutMovedOnError: another version counts by now.
        NotFoundError: there is none, or it is outside the person's areas.
    """
    row = _layout(session, principal, layout_id, *MAKERS, lock=True)
    if row.state is not LayoutState.DRAFT:
        raise LayoutStateError(state=row.state.value)
    if is_own(session, row, principal.user_id):
        raise OwnLayoutError
    if counted:
        present = repository.approved_layout(session, row.window_id)
        if (present.id if present is not None else None) != counted[0]:
            raise LayoutMovedOnError(window=row.window.code)
    _approve(session, row, principal)
    audit.record(session, principal, "layout.approve", "layout", row.id, f"{row.window.code} v{row.version}")
    return _shown(session, row)


def retire_layout(session: Session, principal: Principal, layout_id: int) -> LayoutOut:
    """Retire a draft or the approved version; photos of the window are refused until another is approved.

    Raises:
        LayoutStateError: it is retired already.
        NotFoundError: there is none, or it is outside the person's areas.
    """
    row = _layout(session, principal, layout_id, *MAKERS, lock=True)
    if row.state is LayoutState.RETIRED:
        raise LayoutStateError(state=row.state.value)
    row.state = LayoutState.RETIRED
    row.decided_at = utc_now()
    audit.record(session, principal, "layout.retire", "layout", row.id, f"{row.window.code} v{row.version}")
    return _shown(session, row)


def import_layout(session: Session, actor: str, text: str, *, approve: bool = True) -> LayoutOut:
    """Store and approve a layout from the machine's own command line; the audit log says who did.

    This is how an installation with a single person starts; over the API nobody approves their own. Without
    ``approve`` it stays a draft that anybody with the right may approve.

    Raises:
        LayoutFileError, LayoutWindowError, LayoutVersionError: as ``add_layout``.
        NotFoundError: there is no window of that code.
        LayoutStateError: that very version was retired before.
    """
    from deskcheck_calibration.layout_file import load_layout

    code = load_layout(text).window
    window = repository.window(session, code)
    if window is None:
        raise NotFoundError(what=f"window {code}")
    row = _store(session, window, text, None)
    if row.state is LayoutState.RETIRED:
        raise LayoutStateError(state=row.state.value)
    if row.state is LayoutState.DRAFT and not approve:
        audit.record(session, actor, "layout.draft", "layout", row.id, f"{code} v{row.version}")
    elif row.state is LayoutState.DRAFT:
        _approve(session, row, actor)
        audit.record(session, actor, "layout.import", "layout", row.id, f"{code} v{row.version}")
    return _shown(session, row)
