"""Photos in: decoded, judged, masked, then kept; judgement and evidence out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from deskcheck_calibration.grace import NOTHING_LINGERS, GraceState
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, scope_of_actor
from deskcheck_service.captures import lingering, present, repository, storing
from deskcheck_service.captures.points import Corners, corners_key, parse_points, read_corners
from deskcheck_service.captures.schemas import HistoryPage, JudgementBrief, JudgementOut
from deskcheck_service.db import is_unique_clash
from deskcheck_service.errors import NoLayoutError, NotFoundError, RequestError
from deskcheck_service.layouts import repository as places
from deskcheck_service.paging import mark, read_mark
from deskcheck_service.services import Services
from deskcheck_service.tables import JudgementRow, Role, View, utc_now
from deskcheck_service.tables.drawings import Drawing
from deskcheck_service.uploads import Upload
from deskcheck_service.watching.telling import told_judgement

if TYPE_CHECKING:
    from deskcheck_vision.detector import Detector
    from deskcheck_vision.frames import Frame

    from deskcheck_service.captures.guarding import Guarded
    from deskcheck_service.captures.judging import JudgedPhoto

# Told of a judgement in the transaction that stores it; what it raises undoes that transaction.
Settle = Callable[[Session, View, JudgementRow], None]
UPLOAD, CAMERA = "upload", "camera"
UPLOADERS = (Role.INSPECTOR, Role.SUPERVISOR)
_CLOCK_TOLERANCE = timedelta(minutes=5)
_COMPANIONS_OF = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """The judgement of a photo.

    Attributes:
        judgement: in full.
        created: False where the same photo had come before.
    """

    judgement: JudgementOut
    created: bool


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """An evidence picture.

    Attributes:
        content: its bytes.
        media_type: such as "image/jpeg".
    """

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Companion:
    """The last picture of another view of a window.

    Attributes:
        judgement_id: of the judgement that it got.
        view_name: of the view.
        masked_sha256: of the picture, people masked.
        people_xyxy: where they were masked, px.
        taken_at: when it was taken.
    """

    judgement_id: int
    view_name: str
    masked_sha256: str
    people_xyxy: tuple[tuple[float, float, float, float], ...]
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be judged, read from the database before the work begins.

    Attributes:
        source: where the picture comes from, "upload" or "camera".
        window_id, area_id, centre_id, window: the window.
        layout_version_id: the approved layout's key.
        layout_text: its file.
        views: the window's own views.
        photo_sha256: of the bytes as sent.
        corners: as tapped on this photo; None where they were not.
        view_name: as chosen by the person; empty where it was not.
        numbered: codes of the centre's windows by the number on their position stickers.
        file_name: of the photo on the sender's side.
        taken_at: as told by the sender; None where it was not.
        suspended_view_ids: views whose camera is suspended.
        companions: the last pictures of the window's other views.
        grace: what earlier looks by cameras left within its time of grace.
    """

    source: str
    window_id: int
    area_id: int
    centre_id: int
    window: places.WindowRef
    layout_version_id: int
    layout_text: str
    views: tuple[View, ...]
    photo_sha256: str
    corners: Corners | None
    view_name: str
    numbered: Mapping[int, str]
    file_name: str
    taken_at: datetime | None
    suspended_view_ids: frozenset[int] = frozenset()
    companions: tuple[Companion, ...] = ()
    grace: GraceState = NOTHING_LINGERS

    @property
    def key(self) -> str:
        """The corners, by which the same photo with other corners is another order."""
        return corners_key(self.corners) or (f"view:{self.view_name}" if self.view_name else "")


def read_taken_at(text: str) -> datetime | None:
    """Return the time that a form tells; None for an empty field.

    Raises:
        RequestError: it is no time with a zone, or lies in the future.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as exc:
        raise RequestError(problem="taken_at: 2026-11-21T09:30:00+08:00") from exc
    if moment.tzinfo is None or not 2000 <= moment.year < 2200:
        raise RequestError(problem="taken_at: 2026-11-21T09:30:00+08:00")
    if moment > utc_now() + _CLOCK_TOLERANCE:
        raise RequestError(problem="taken_at lies in the future / 拍摄时间晚于现在")
    return moment


def _order(session: Session, actor: Principal | str, code: str, upload: Upload, source: str) -> Order:
    """Read what a photo is to be judged by.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
        NoLayoutError: the window has no approved layout.
        RequestError: a field of the form cannot be read.
    """
    window = places.window(session, code)
    if window is None or not scope_of_actor(actor, *UPLOADERS).reaches(window.area.centre_id, window.area_id):
        raise NotFoundError(what=f"window {code}")
    approved = places.approved_layout(session, window.id)
    if approved is None:
        raise NoLayoutError(window=code)
    views, view_name = tuple(places.views(session, window.id)), upload.fields.get("view", "").strip()[:200]
    taken_at = read_taken_at(upload.fields.get("taken_at", ""))
    return Order(
        source=source,
        window_id=window.id,
        area_id=window.area_id,
        centre_id=window.area.centre_id,
        window=places.window_ref(window),
        layout_version_id=approved.id,
        layout_text=approved.text,
        views=views,
        photo_sha256=hashlib.sha256(upload.photo).hexdigest(),
        corners=read_corners(upload.fields.get("corners_px", "")),
        view_name=view_name,
        numbered=places.window_numbers(session, window.area.centre_id),
        file_name=upload.file_name,
        taken_at=taken_at,
        suspended_view_ids=repository.suspended_view_ids(session, window.id),
        grace=lingering.grace_of(session, window.id) if source == CAMERA else NOTHING_LINGERS,
        companions=_companions(session, window.id, approved.id, source, views, view_name, taken_at),
    )


def _companions(
    session: Session,
    window_id: int,
    layout_version_id: int,
    source: str,
    views: Sequence[View],
    view_name: str,
    taken_at: datetime | None,
) -> tuple[Companion, ...]:
    """Return the last pictures of a window's views, but for the one that the picture is said to be of."""
    names = {view.name for view in views} - {view_name}
    if len(views) < 2 or not names:
        return ()
    # What was taken too long before is left out when the picture's own time is known; this only bounds the query.
    since = (taken_at or utc_now()) - _COMPANIONS_OF
    rows = repository.latest_of_views(session, window_id, layout_version_id, source, names, since)
    return tuple(_companion(row) for row in rows if row.capture.masked_px is not None)


def _companion(row: JudgementRow) -> Companion:
    capture = row.capture
    points = parse_points(capture.masked_px) or []
    people = tuple((*low, *high) for low, high in zip(points[::2], points[1::2], strict=True))
    return Companion(row.id, capture.view_name, capture.masked_sha256, people, row.taken_at)


def _known(session: Session, order: Order) -> JudgementOut | None:
    row = repository.judgement_of_photo(
        session, order.window_id, order.layout_version_id, order.photo_sha256, order.key
    )
    return _full(session, row, order.window) if row is not None else None


def _full(session: Session, row: JudgementRow, window: places.WindowRef) -> JudgementOut:
    findings = repository.findings_of(session, row.id)
    since = lingering.since_of(session, (finding.id for finding in findings))
    return present.judgement_out(
        row,
        window,
        findings,
        repository.passes_of(session, row.id),
        repository.items_of(session, row.id),
        repository.together_with(session, row.id),
        repository.correlation_of(session, row.id),
        present.Earlier(repository.looked_at(session, row.id), since),
    )


def check_photo(services: Services, principal: Principal, code: str, upload: Upload) -> Checked:
    """Judge a photo of a window and keep judgement and masked evidence, or return what it got before.

    Raises:
        NotFoundError, NoLayoutError, RequestError: see ``_order``.
        PictureError: the photo cannot be used.
        CalibrationError: the corners cannot be the desk's.
        OtherWindowError: the stickers in it are another window's.
        BusyError: too many photos at once.
        StorageFullError, DatabaseError: nothing was saved.
    """
    from deskcheck_service.captures.judging import judge_photo

    return _check(
        services, principal, code, upload, UPLOAD,
        lambda order: judge_photo(services.engine, services.evidence, order, upload.photo),
    )  # fmt: skip


def check_frames(
    services: Services,
    actor: Principal | str,
    code: str,
    frames: Sequence[Frame],
    view: str,
    key: bytes,
    guarded: Sequence[Guarded],
    detector: Detector | None = None,
    settle: Settle | None = None,
    looked_id: int | None = None,
) -> Checked:
    """Judge frames of a window's fixed camera as one and keep judgement and masked evidence, as of a photo.

    ``cameras.watching`` holds them against the camera's reference still first, and then comes here.

    Args:
        services: of the service.
        actor: in whose name.
        code: of the window.
        frames: at least one, oldest first.
        view: name of the window's view that is this camera's.
        key: bytes by which the same frames are known again.
        guarded: of each frame, whether the camera still hangs where it hung.
        detector: one that has seen these frames already.
        settle: called with the judgement, new or known, in the transaction that stores it.
        looked_id: the judgement whose detections the detector uses again, since nothing has changed.

    Raises:
        NotFoundError, NoLayoutError, RequestError: see ``_order``.
        ViewUnfitError: the view's pictures have other proportions.
        BusyError: too many pictures at once.
        StorageFullError, DatabaseError: nothing was saved.
        ServiceError: raised by ``settle``; nothing was saved.
    """
    from deskcheck_service.captures.judging import judge_frames

    last = frames[-1]
    upload = Upload(key, last.source, {"view": view, "taken_at": last.captured_at.isoformat()})
    return _check(
        services, actor, code, upload, CAMERA,
        lambda order: replace(
            judge_frames(
                services.engine, services.evidence, order, frames, guarded, detector or services.engine.detector()
            ),
            looked_id=looked_id,
        ),
        settle,
    )  # fmt: skip


def _check(
    services: Services,
    actor: Principal | str,
    code: str,
    upload: Upload,
    source: str,
    judge: Callable[[Order], JudgedPhoto],
    settle: Settle | None = None,
) -> Checked:
    """Judge a picture that is not known yet, and keep it.

    The work on pixels is done outside any transaction; evidence is written before the one transaction that
    speaks of it, so that no row ever names a file that is not there.
    """
    from deskcheck_service.watching.stages import Stage, timed

    with services.database.reading() as session:
        order = _order(session, actor, code, upload, source)
        before = _known(session, order)
    if before is not None:
        return _settled(services, order, before, settle)
    with services.engine.turn():
        judged = judge(order)
    files = storing.put_evidence(services.evidence, judged)
    try:
        with timed(Stage.STORE), services.database.writing() as session:
            judgement_id = storing.save(session, actor, order, judged, files, services.settings.clean_looks)
            _settle(session, order, judgement_id, settle)
    except IntegrityError as exc:
        if not is_unique_clash(exc):
            raise
        # The same photo was being judged at the same time and came first: its judgement is the judgement.
        with services.database.reading() as session:
            before = _known(session, order)
        if before is None:
            raise
        return _settled(services, order, before, settle)
    with services.database.reading() as session:
        kept = read_judgement(session, actor, judgement_id)
    told_judgement(kept)
    return Checked(kept, created=True)


def _settled(services: Services, order: Order, before: JudgementOut, settle: Settle | None) -> Checked:
    """Settle what asks for a picture that was judged before."""
    if settle is not None:
        with services.database.writing() as session:
            _settle(session, order, before.id, settle)
    return Checked(before, created=False)


def _settle(session: Session, order: Order, judgement_id: int, settle: Settle | None) -> None:
    view = next((one for one in order.views if one.name == order.view_name), None)
    row = session.get(JudgementRow, judgement_id)
    if settle is not None and view is not None and row is not None:
        settle(session, view, row)


def brief_of(checked: Checked) -> JudgementBrief:
    """Return a judgement as one line of a history."""
    return JudgementBrief(**{name: getattr(checked.judgement, name) for name in JudgementBrief.model_fields})


def read_judgement(session: Session, actor: Principal | str, judgement_id: int) -> JudgementOut:
    """Return a judgement in full.

    Raises:
        NotFoundError: there is none, or it is outside the person's areas.
    """
    found = repository.judgement(session, scope_of_actor(actor), judgement_id)
    if found is None:
        raise NotFoundError(what=f"judgement {judgement_id}")
    return _full(session, *found)


def window_history(
    session: Session, principal: Principal, code: str, after: str | None = None, limit: int = 20
) -> HistoryPage:
    """Return a window's judgements, newest first.

    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
        CursorError: ``after`` is not a page mark.
    """
    window = places.window(session, code)
    if window is None or not principal.scope().reaches(window.area.centre_id, window.area_id):
        raise NotFoundError(what=f"window {code}")
    rows = repository.history(session, window.id, read_mark(after) if after is not None else None, limit + 1)
    shown = rows[:limit]
    return HistoryPage(
        items=[present.judgement_brief(row, places.window_ref(window)) for row in shown],
        next=mark(shown[-1].taken_at, shown[-1].id) if len(rows) > limit else None,
    )


def _drawn(services: Services, drawing: Drawing) -> bytes:
    from deskcheck_service.captures.drawings import drawn

    return drawn(services.engine, services.evidence, drawing)


def read_evidence(services: Services, principal: Principal, sha256: str) -> EvidenceFile:
    """Return an evidence picture; the view is logged, as the law asks.

    Raises:
        NotFoundError: there is none, or it is of a window outside the person's areas.
        EvidenceMissingError: the row is there but the file, or the one that it is drawn over, is gone or damaged.
    """
    with services.database.reading() as session:
        row = repository.evidence(session, principal.scope(), sha256)
        if row is None:
            raise NotFoundError(what=f"evidence {sha256}")
        drawing = repository.drawing(session, sha256)
    content = services.evidence.get(sha256) if drawing is None else _drawn(services, drawing)
    with services.database.writing() as session:
        audit.record(session, principal, "evidence.read", "evidence", sha256, row.kind.value)
    return EvidenceFile(content, row.media_type)
