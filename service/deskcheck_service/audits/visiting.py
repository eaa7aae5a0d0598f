"""One visit: a burst of frames from a camera, a judgement for each view that its round owes, and what is undone."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog
from deskcheck_vision.errors import DeskcheckError
from sqlalchemy.orm import Session

from deskcheck_service.audits import visit_repository as visits
from deskcheck_service.audits.holds import Holds
from deskcheck_service.audits.reasons import UnjudgedReason
from deskcheck_service.audits.visit_repository import Visit
from deskcheck_service.cameras.health import note_troubles
from deskcheck_service.correlation import correlated
from deskcheck_service.engine import behind_photos
from deskcheck_service.errors.cameras import CameraBareError
from deskcheck_service.errors.sources import SourceUnsetError, ViewOffError
from deskcheck_service.errors.workers import AlreadySettledError
from deskcheck_service.schemas import Text
from deskcheck_service.services import Services
from deskcheck_service.tables import JudgementRow, View, utc_now
from deskcheck_service.tables.audits import VisitState
from deskcheck_service.tables.sources import TroubleKind
from deskcheck_service.watching.telling import told_visit

if TYPE_CHECKING:
    from deskcheck_vision.frames import Frame

    from deskcheck_service.cameras.bursts import BurstChecked

ACTOR = "audit"
# Beyond the burst's own span: finding the camera, its first frame, and a recorder that is slow.
_BEYOND_SPAN_S = 20.0
# A burst that could not even begin before the round ends is none.
_LEAST_S = 1.0
_MOST_RETRY_S = 600.0
# Cameras lock out who tries a wrong password again and again; what people have to set does not set itself.
_NOT_AGAIN = frozenset(
    {TroubleKind.LOGIN_REFUSED.value, SourceUnsetError.code, ViewOffError.code, CameraBareError.code}
)


# What a later burst may show otherwise: the camera's pictures are judged again while the round's time lasts.
_PASSING = frozenset(
    {
        *(kind.value for kind in (TroubleKind.FROZEN, TroubleKind.DARK, TroubleKind.BLURRED, TroubleKind.COVERED)),
        "too_few_frames",
    }
)


class VisitOutcome(StrEnum):
    """What came of a visit."""

    DONE = "done"
    LATER = "later"
    FAILED = "failed"
    NOT_OURS = "not_ours"
    RELEASED = "released"


def make_visit(services: Services, visit_id: int, holds: Holds) -> VisitOutcome:
    """Make a visit whose turn has come: hold it, take its burst, judge what it owes, and write down what it could not.

    Whatever goes wrong ends in the visit's row; where even that fails, the hold runs out and another takes over.

    Args:
        services: of the service.
        visit_id: which.
        holds: of this process.

    Raises:
        DatabaseError: the database could not be told what came of it.
    """
    if not holds.take(visit_id):
        return VisitOutcome.NOT_OURS
    try:
        return _made(services, visit_id, holds)
    finally:
        # Where the database could not be told, the hold must run out: nobody works at the visit any more.
        holds.forget(visit_id)


def _made(services: Services, visit_id: int, holds: Holds) -> VisitOutcome:
    with services.database.reading() as session:
        visit = visits.visit(session, visit_id)
    if visit is None:
        return VisitOutcome.NOT_OURS
    with correlated(visit.correlation_id, camera=visit.camera_code, visit=visit_id):
        try:
            outcome = _looked(services, visit, holds)
        except DeskcheckError as error:
            structlog.get_logger().warning("visit_failed", code=error.code, tries=visit.tries)
            outcome = _put_off(services, visit, holds, getattr(error, "trouble", error.code))
        except Exception:
            structlog.get_logger().exception("visit_fault", tries=visit.tries)
            outcome = _put_off(services, visit, holds, UnjudgedReason.FAULT)
        told_visit(outcome.value, tries=visit.tries, worker=holds.worker)
    return outcome


def _looked(services: Services, visit: Visit, holds: Holds) -> VisitOutcome:
    """Take the burst and judge it.

    Raises:
        SourceError: the camera gave no burst.
        DeskcheckError: it could not be judged.
    """
    from deskcheck_service.cameras.bursts import check_burst
    from deskcheck_service.cameras.sourcing import take_burst

    with services.database.reading() as session:
        owed = visits.owed_view_ids(session, visit.visit_id)
    left_s = (visit.due_until - utc_now()).total_seconds()
    if owed and left_s < _LEAST_S:
        return _put_off(services, visit, holds, visit.reason or UnjudgedReason.TIME_OVER)
    if owed:
        span_s = max(0.0, min(visit.burst_span_s, left_s - _LEAST_S))
        with _trouble_noted(services, visit):
            frames: Sequence[Frame] = take_burst(
                services, visit.camera_id, frames=visit.burst_frames, span_s=span_s,
                deadline_s=min(span_s + _BEYOND_SPAN_S, left_s),
            )  # fmt: skip
        if not holds.begin_judging(visit.visit_id):
            return VisitOutcome.RELEASED
        key = f"{visit.correlation_id} {visit.tries} {frames[0].captured_at} {frames[-1].captured_at}".encode()
        settle = functools.partial(_settle, visit.visit_id)
        with behind_photos(wait_s=max(left_s, services.settings.judgement_wait_s)):
            checked = check_burst(
                services, ACTOR, visit.camera_code, frames, key=key, settle=settle, view_ids=frozenset(owed),
                correlation_id=visit.correlation_id,
            )  # fmt: skip
        return _looked_through(services, visit, holds, checked)
    return _ended(services, visit, holds, {})


@contextmanager
def _trouble_noted(services: Services, visit: Visit) -> Iterator[None]:
    """Write down what keeps a camera from answering, as trouble of the camera."""
    from deskcheck_vision.sources.camera_errors import SourceError

    try:
        yield
    except SourceError as error:
        kind = TroubleKind(error.trouble)
        told = {kind: Text(zh=error.sentence("zh"), en=error.sentence("en"))}
        with services.database.writing() as session:
            note_troubles(session, visit.camera_id, (kind,), utc_now(), told)
        raise


def _settle(visit_id: int, session: Session, view: View, judgement: JudgementRow) -> None:
    """Settle a view in the transaction that stores its judgement.

    Raises:
        AlreadySettledError: the round does not owe it (any more).
    """
    if not visits.settle_judged(session, visit_id, view.id, judgement.id, utc_now()):
        raise AlreadySettledError


def _looked_through(services: Services, visit: Visit, holds: Holds, checked: BurstChecked) -> VisitOutcome:
    """Write down how the camera is, and end the visit, unless another burst may show what this one did not."""
    with services.database.writing() as session:
        note_troubles(session, visit.camera_id, checked.troubles, utc_now())
    passing = {view_id: code for view_id, code in checked.unjudged.items() if code in _PASSING}
    if passing:
        lasting = {view_id: code for view_id, code in checked.unjudged.items() if view_id not in passing}
        with services.database.writing() as session:
            _settle_each(session, visit, lasting, utc_now())
        return _put_off(services, visit, holds, next(iter(passing.values())))
    return _ended(services, visit, holds, checked.unjudged)


def _settle_each(session: Session, visit: Visit, unjudged: Mapping[int, str], now: datetime) -> None:
    for view_id, code in unjudged.items():
        visits.settle_unjudged(session, visit.visit_id, [view_id], code, now)


def _ended(services: Services, visit: Visit, holds: Holds, unjudged: Mapping[int, str]) -> VisitOutcome:
    """End a visit; what its burst could not judge is not judged, and why."""
    now = utc_now()
    with services.database.writing() as session:
        _settle_each(session, visit, unjudged, now)
        visits.settle_unjudged(session, visit.visit_id, None, UnjudgedReason.NOT_JUDGED, now)
        visits.end(session, visit.visit_id, holds.worker, VisitState.DONE, None, now)
    return VisitOutcome.DONE


def _put_off(services: Services, visit: Visit, holds: Holds, reason: str) -> VisitOutcome:
    """Have a visit tried again while its round's time lasts; otherwise end it, and what it owes with the reason."""
    now = utc_now()
    again_at = now + retry_after(services.settings.audit_retry_s, visit.tries, visit.visit_id)
    worth_it = reason not in _NOT_AGAIN and again_at + timedelta(seconds=_LEAST_S) < visit.due_until
    with services.database.writing() as session:
        if worth_it:
            visits.put_off(session, visit.visit_id, holds.worker, reason, again_at)
        else:
            fail(session, visit.visit_id, holds.worker, reason, now)
    return VisitOutcome.LATER if worth_it else VisitOutcome.FAILED


def fail(session: Session, visit_id: int, worker: str, reason: str, now: datetime) -> None:
    """End a held visit; what it still owes is not judged, and why."""
    if visits.end(session, visit_id, worker, VisitState.FAILED, reason, now):
        visits.settle_unjudged(session, visit_id, None, reason, now)


def retry_after(first_s: float, tries: int, visit_id: int) -> timedelta:
    """Return how long to wait after a failed try: twice as long each time, spread so that not all come at once.

    Args:
        first_s: after the first try.
        tries: so far, at least 1.
        visit_id: spreads.
    """
    spread = 1 + 0.2 * ((visit_id * 7) % 10) / 10
    return timedelta(seconds=min(first_s * 2 ** min(tries - 1, 20), _MOST_RETRY_S) * spread)
