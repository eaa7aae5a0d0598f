"""Approving many versions at once: each on its own, in a transaction of its own, told by window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deskcheck_vision.errors import DeskcheckError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.db import Database, is_unique_clash
from deskcheck_service.errors.desk_types import LayoutMovedOnError
from deskcheck_service.layouts import copy_repository, repository
from deskcheck_service.layouts.changes import layout_changes_of
from deskcheck_service.layouts.copy_schemas import ApprovalResult, WaitingLayout
from deskcheck_service.layouts.present import layout_out
from deskcheck_service.layouts.schemas import LayoutRef
from deskcheck_service.layouts.versions import MAKERS, approve_layout, is_own, read_layout
from deskcheck_service.schemas import Text

# What one page shows; more wait for the next look.
MOST_WAITING = 100


def count_waiting(session: Session, principal: Principal) -> int:
    """Return how many versions ``list_waiting`` tells, without reading them."""
    return len(copy_repository.waiting_ids(session, principal.scope(*MAKERS), MOST_WAITING))


def list_waiting(session: Session, principal: Principal) -> list[WaitingLayout]:
    """Return the draft versions of the windows whose layouts the person approves, in route order, ``MOST_WAITING`` at
    most, each with what it changes against the version that counts now.
    """
    keys = copy_repository.waiting_ids(session, principal.scope(*MAKERS), MOST_WAITING)
    return [one for key in keys if (one := _waiting(session, principal, key)) is not None]


def _waiting(session: Session, principal: Principal, layout_id: int) -> WaitingLayout | None:
    row = repository.layout(session, layout_id)
    if row is None:
        return None
    changed = layout_changes_of(session, principal, layout_id)
    against = changed.against
    return WaitingLayout(
        layout=layout_out(row),
        window_name=Text(zh=row.window.name_zh, en=row.window.name_en),
        area_name=Text(zh=row.window.area.name_zh, en=row.window.area.name_en),
        own=is_own(session, row, principal.user_id),
        against=LayoutRef(id=against.id, window_code=against.window_code, version=against.version)
        if against is not None
        else None,
        changes=[change.text for change in changed.changes],
    )


def approve_layouts(
    database: Database, principal: Principal, ids: Sequence[int], against: Mapping[int, int | None]
) -> list[ApprovalResult]:
    """Approve versions one by one and say of each what came of it.

    Args:
        database: where the layouts are.
        principal: who approves; never their own.
        ids: keys of draft versions, each taken once.
        against: version -> the one that counted when its changes were shown (None for none); where another one
            counts by now, the version is refused.
    """
    return [_approved(database, principal, key, against) for key in dict.fromkeys(ids)]


def _approved(
    database: Database, principal: Principal, layout_id: int, against: Mapping[int, int | None]
) -> ApprovalResult:
    code: str | None = None
    try:
        with database.reading() as session:
            code = read_layout(session, principal, layout_id).window_code
        with database.writing() as session:
            layout = approve_layout(
                session, principal, layout_id, *([against[layout_id]] if layout_id in against else [])
            )
        return ApprovalResult(id=layout_id, approved=True, layout=layout, window_code=code)
    except IntegrityError as exc:
        if not is_unique_clash(exc):
            raise
        return _refused(layout_id, code, LayoutMovedOnError(window=code))
    except DeskcheckError as error:
        return _refused(layout_id, code, error)


def _refused(layout_id: int, window: str | None, error: DeskcheckError) -> ApprovalResult:
    return ApprovalResult(
        id=layout_id,
        approved=False,
        window_code=window,
        code=error.code,
        reason=Text(zh=error.sentence("zh"), en=error.sentence("en")),
        next_step=Text(zh=error.next_step("zh"), en=error.next_step("en")),
    )
