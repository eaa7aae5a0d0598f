"""A layout version tried on the window's last pictures: what it would have flagged, beside the version that counts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors import NotFoundError
from deskcheck_service.layouts import repository
from deskcheck_service.layouts.present import layout_out
from deskcheck_service.layouts.schemas import LayoutOut
from deskcheck_service.layouts.trial_rows import (
    LAST,
    Picture,
    TrialRow,
    Tried,
    pictures_to_try,
    suspected,
    trial_row,
)
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.schemas import Schema
from deskcheck_service.services import Services
from deskcheck_service.tables import LayoutVersion


class TrialOut(Schema):
    """A version tried on the last pictures, newest first, against the one that counts."""

    layout: LayoutOut
    against: LayoutOut | None
    rows: list[TrialRow]
    suspected: int
    suspected_present: int
    differing: int


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is read before the work begins."""

    tried: LayoutOut
    present: LayoutOut | None
    pictures: tuple[Picture, ...]


def try_layout(services: Services, principal: Principal, layout_id: int, last: int = LAST) -> TrialOut:
    """Judge the window's last pictures by a version and by the one that counts.

    Args:
        services: of the service.
        principal: who asks.
        layout_id: the version.
        last: how many pictures at most.

    Raises:
        NotFoundError: there is none, or it is outside the person's areas.
        BusyError: too many pictures at once.
        ModelFileError: there is no usable model.
    """
    with services.database.reading() as session:
        trial = _read(session, principal, layout_id, last)
    rows = [trial_row(services, one) for one in trial.pictures]
    return TrialOut(
        layout=trial.tried,
        against=trial.present,
        rows=rows,
        suspected=suspected(row.tried for row in rows),
        suspected_present=suspected(row.present for row in rows),
        differing=sum(row.differs for row in rows),
    )


def tried_version(row: LayoutVersion) -> Tried:
    """Return a stored version as something to be tried."""
    return Tried(row.id, row.text, row.reference_view, row.reference_sha256)


def _read(session: Session, principal: Principal, layout_id: int, last: int) -> _Trial:
    row = repository.layout(session, layout_id)
    if row is None or not principal.scope(*MAKERS).reaches(row.window.area.centre_id, row.window.area_id):
        raise NotFoundError(what=f"layout {layout_id}")
    approved = repository.approved_layout(session, row.window_id)
    against = approved if approved is not None and approved.id != row.id else None
    present = tried_version(against) if against is not None else None
    pictures = pictures_to_try(session, row.window, tried_version(row), present, last)
    return _Trial(layout_out(row), layout_out(against) if against is not None else None, pictures)
