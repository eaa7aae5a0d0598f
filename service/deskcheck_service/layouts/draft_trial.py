"""The working draft tried on the window's last pictures, a few at a time, beside the version that counts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors import NotFoundError
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.draft_documents import layout_of
from deskcheck_service.layouts.drafts import read_drawn
from deskcheck_service.layouts.still_stickers import measured_stickers
from deskcheck_service.layouts.trial import tried_version
from deskcheck_service.layouts.trial_rows import LAST, MOST, Picture, TrialRow, Tried, pictures_to_try, trial_row
from deskcheck_service.schemas import Schema
from deskcheck_service.services import Services


class DraftTrial(Schema):
    """Which revision is tried, and on which of the last pictures: ``last`` of them after the newest ``skip``."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    last: Annotated[int, Field(ge=1, le=MOST)] = LAST
    skip: Annotated[int, Field(ge=0, le=MOST)] = 0


class DraftTrialOut(Schema):
    """The draft tried on some of the last pictures, newest first.

    ``pictures`` is how many there are to try it on, at most 50; ``against_version`` is the version that counts.
    """

    revision: int
    against_version: int | None
    pictures: int
    rows: list[TrialRow]


def try_draft(services: Services, principal: Principal, code: str, ask: DraftTrial) -> DraftTrialOut:
    """Judge some of the window's last pictures by the draft and by the version that counts; nothing is stored.

    Raises:
        LayoutFileError: the draft is not a sound layout; every problem carries the path of what it is about.
        OtherWindowError: the stickers in its still are another window's.
        DraftConflictError, DraftGoneError: another revision is there by now, or none.
        NotFoundError: there is no such window, or it is outside the person's areas.
        BusyError: too many pictures at once.
        ModelFileError: there is no usable model.
    """
    from deskcheck_calibration.layout_file import dump_layout

    with services.database.reading() as session:
        document, stickers_of = read_drawn(session, principal, code, ask.revision)
    layout_of(document, code, 1)
    layout = layout_of(document, code, 1, measured_stickers(services, stickers_of, document))
    still = document.still
    tried = Tried(
        0, dump_layout(layout), still.view if still is not None else None, still.sha256 if still is not None else None
    )
    with services.database.reading() as session:
        there, against, pictures = _read(session, code, tried, ask)
    return DraftTrialOut(
        revision=ask.revision,
        against_version=against,
        pictures=there,
        rows=[trial_row(services, one) for one in pictures],
    )


def _read(session: Session, code: str, tried: Tried, ask: DraftTrial) -> tuple[int, int | None, tuple[Picture, ...]]:
    window = repository.window(session, code)
    if window is None:
        raise NotFoundError(what=f"window {code}")
    approved = repository.approved_layout(session, window.id)
    present = tried_version(approved) if approved is not None else None
    pictures = pictures_to_try(session, window, tried, present, ask.last, ask.skip)
    there = draft_repository.count_judgements(session, window.id, MOST)
    return there, approved.version if approved is not None else None, pictures
