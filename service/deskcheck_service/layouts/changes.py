"""What a layout version changes against another one of its window."""

from __future__ import annotations

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors import NotFoundError
from deskcheck_service.layouts import repository
from deskcheck_service.layouts.present import layout_out
from deskcheck_service.layouts.schemas import LayoutOut, PointOut
from deskcheck_service.schemas import Schema, Text
from deskcheck_service.tables import LayoutState, LayoutVersion


class LayoutChangeOut(Schema):
    """One difference; outlines in desk cm, empty where there is nothing to draw."""

    kind: str
    section: str
    id: str
    text: Text
    before_cm: list[PointOut]
    after_cm: list[PointOut]


class LayoutChanges(Schema):
    """What a version changes; ``against`` is None where no version was approved before it."""

    against: LayoutOut | None
    changes: list[LayoutChangeOut]


def layout_changes_of(
    session: Session, principal: Principal, layout_id: int, against_id: int | None = None
) -> LayoutChanges:
    """Return what a version changes against the one approved before it, or against the one named.

    Raises:
        NotFoundError: one of them does not exist, is of another window or outside the person's areas.
    """
    from deskcheck_calibration.layout_diff import layout_changes
    from deskcheck_calibration.layout_file import load_layout

    row = repository.layout(session, layout_id)
    if row is None or not principal.scope().reaches(row.window.area.centre_id, row.window.area_id):
        raise NotFoundError(what=f"layout {layout_id}")
    other = _before(session, row) if against_id is None else repository.layout(session, against_id)
    if against_id is not None and (other is None or other.window_id != row.window_id):
        raise NotFoundError(what=f"layout {against_id}")
    if other is None:
        return LayoutChanges(against=None, changes=[])
    found = [
        LayoutChangeOut(
            kind=change.kind.value,
            section=change.section,
            id=change.id,
            text=Text(zh=change.zh, en=change.en),
            before_cm=list(change.before_cm),
            after_cm=list(change.after_cm),
        )
        for change in layout_changes(load_layout(other.text), load_layout(row.text))
    ]
    return LayoutChanges(against=layout_out(other), changes=found)


def _before(session: Session, row: LayoutVersion) -> LayoutVersion | None:
    """Return what counted before a version: for a draft, what counts now."""
    if row.state is LayoutState.DRAFT:
        return repository.approved_layout(session, row.window_id)
    older = [one for one in repository.layouts(session, row.window_id) if one.version < row.version]
    # A retired version without approver was a draft, unless the command line brought it.
    counted = (
        one
        for one in older
        if one.state is LayoutState.APPROVED
        or (one.state is LayoutState.RETIRED and (one.approver is not None or one.author is None))
    )
    return next(counted, None)
