"""A burst of a camera's frames in: one look at the camera, then one judgement for each window that it shows.

What is wrong with the camera itself is never a verdict about a window: such a burst judges nothing, and says why
(docs/adr/0027-bursts.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog
from deskcheck_calibration.errors import CalibrationError
from deskcheck_vision.frames import Frame
from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import repository
from deskcheck_service.cameras.linking import require_proportions
from deskcheck_service.cameras.measuring import Watched, read_camera, watch
from deskcheck_service.cameras.schemas import LookOut
from deskcheck_service.captures import service as captures
from deskcheck_service.captures.service import Checked, Settle
from deskcheck_service.errors import EvidenceMissingError, NoLayoutError, ServiceError, ViewUnfitError
from deskcheck_service.layouts.repository import approved_layout
from deskcheck_service.services import Services
from deskcheck_service.tables import Camera, JudgementRow, View, utc_now
from deskcheck_service.tables.cameras import LookState
from deskcheck_service.tables.sources import SourceType, TroubleKind

if TYPE_CHECKING:
    from deskcheck_vision.camera_health import BurstHealth

    from deskcheck_service.captures.guarding import Guarded

# The codes of a round that did not judge a view (``audits.reasons``); a trouble of the camera is one by its value.
_NO_LAYOUT, _SUSPENDED, _TOO_FEW_FRAMES = "no_layout", "camera_suspended", "too_few_frames"
_FUTURE_SLACK = timedelta(minutes=5)
# Sources of which what comes is of this very moment; others are films.
_LIVE = frozenset({SourceType.RTSP, SourceType.SNAPSHOT, SourceType.ONVIF})


@dataclass(frozen=True, slots=True)
class BurstChecked:
    """What came of a burst. Every view asked for is in exactly one of the three mappings, by its key.

    Attributes:
        look: at the camera; None where the frames show some other moment and nothing was stored of them.
        judged: view -> its window's judgement; ``Checked.created`` is False where the same burst had come before.
        unjudged: view -> stable code of why nothing was judged and nothing stored about its window.
        refused: view -> stable code of what ``settle`` raised: nothing of that judgement is stored.
        troubles: what is wrong with the camera itself; whoever took the burst writes it down with what is wrong with
            taking it (``health.note_troubles``).
    """

    look: LookOut | None
    judged: Mapping[int, Checked]
    unjudged: Mapping[int, str]
    refused: Mapping[int, str]
    troubles: tuple[TroubleKind, ...]


class _RefusedError(Exception):
    """Carries what ``settle`` raised past all that deals with the errors of judging."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be done."""

    actor: Principal | str
    camera: Camera
    wanted: tuple[repository.Seen, ...]
    frames: tuple[Frame, ...]
    key: bytes
    settle: Settle | None


def check_burst(
    services: Services,
    actor: Principal | str,
    camera_code: str,
    frames: Sequence[Frame],
    *,
    key: bytes,
    settle: Settle | None = None,
    view_ids: frozenset[int] | None = None,
    correlation_id: str = "",
) -> BurstChecked:
    """Look once at a camera by a burst of its frames, and judge by them each of its windows.

    Args:
        services: of the service.
        actor: in whose name; a plain name, such as "audit", for the service itself.
        camera_code: of the camera.
        frames: at least one, oldest first, of one size.
        key: bytes by which the same burst is known again: it then gets the judgements that it got before.
        settle: called for each judgement, new or known, with the session of the transaction that stores it. If
            it raises a service error, that judgement is not stored, the view is ``refused``, and the others go on.
        view_ids: the views to judge; None: all of the camera's.
        correlation_id: in every log line.

    Raises:
        NotFoundError, ForbiddenError, CameraBareError: see ``measuring.read_camera``.
        CameraPictureError: the frames have other proportions than the camera's still.
        BusyError: too many pictures at once.
        StorageFullError, DatabaseError: nothing was saved of what remained.
        ValueError: no frame, or frames of different sizes.
    """
    if not frames or len({frame.image_wh for frame in frames}) > 1:
        raise ValueError("a burst has at least one frame, and all of one size")
    bound = structlog.contextvars.bound_contextvars(correlation_id=correlation_id) if correlation_id else nullcontext()
    with bound:
        with services.database.reading() as session:
            camera, seen = read_camera(session, actor, camera_code)
            live = repository.source_kind(session, camera.id) in _LIVE
        wanted = tuple(one for one in seen if view_ids is None or one.view.id in view_ids)
        require_proportions(camera, frames[-1].image_wh)
        asked = _Asked(actor, camera, wanted, tuple(frames), key, settle)
        return _checked(services, asked, utc_now() if live else None)


def _checked(services: Services, asked: _Asked, now: datetime | None) -> BurstChecked:
    from deskcheck_vision.camera_health import Ailment

    from deskcheck_service.cameras.scenes import remember

    health = _health(services, asked, now)
    ailment = health.ailment
    if ailment in (Ailment.FROZEN, Ailment.CLOCK_WRONG):
        return _unjudged(asked, None, (TroubleKind(ailment.value),), ailment.value)
    # Frames in which nothing is to be seen are still the evidence of that.
    used = tuple(asked.frames[number] for number in health.sound) or asked.frames
    views = [one.view for one in asked.wanted]
    watched = watch(services, asked.actor, asked.camera, views, used, asked.key, spare=ailment is None)
    if ailment is not None:
        counts = ailment is not Ailment.DARK or _is_open(services, asked)
        return _unjudged(asked, watched.look, (TroubleKind(ailment.value),) if counts else (), ailment.value)
    if _is_last_picture(services, asked.camera.id, watched.look):
        return _unjudged(asked, watched.look, (TroubleKind.FROZEN,), Ailment.FROZEN.value)
    if len(used) < min(2, len(asked.frames)):
        # One frame says nothing of what stays; the round tries again.
        return _unjudged(asked, watched.look, (), _TOO_FEW_FRAMES)
    checked = _each_window(services, replace(asked, frames=used), watched)
    if watched.scenes is not None:
        judgements = {view_id: one.judgement.id for view_id, one in checked.judged.items()}
        remember(services.engine, asked.camera.id, watched.scenes, watched.shifts, judgements)
    return checked


def _health(services: Services, asked: _Asked, now: datetime | None) -> BurstHealth:
    from deskcheck_vision.camera_health import burst_health, flat_share

    sha256 = asked.camera.reference_sha256 or ""

    def of_still() -> float:
        return flat_share(services.engine.decode(services.evidence.get(sha256)).image)

    try:
        still = services.engine.flat_shares.get(sha256, of_still)
    except EvidenceMissingError:
        still = None
    present = utc_now()
    is_of_tomorrow = asked.frames[-1].captured_at > present + _FUTURE_SLACK  # no film is
    return burst_health(asked.frames, still, present if is_of_tomorrow else now)


def _unjudged(asked: _Asked, look: LookOut | None, troubles: tuple[TroubleKind, ...], reason: str) -> BurstChecked:
    why = MappingProxyType({one.view.id: reason for one in asked.wanted})
    return BurstChecked(look, MappingProxyType({}), why, MappingProxyType({}), troubles)


def _is_open(services: Services, asked: _Asked) -> bool:
    """Whether any of the windows is open: with the hall closed and its lights off, a dark picture is no trouble."""
    from deskcheck_calibration.working_hours import is_open

    from deskcheck_service.captures.finding_desk import parsed_layout

    with services.database.reading() as session:
        found = [approved_layout(session, one.view.window_id) for one in asked.wanted]
        texts = [row.text for row in found if row is not None]
    at = asked.frames[-1].captured_at
    return not texts or any(is_open(parsed_layout(text).hours, at) for text in texts)


def _is_last_picture(services: Services, camera_id: int, look: LookOut) -> bool:
    """Whether a picture is, byte for byte, the one of the look before: the noise of a live sensor never repeats."""
    with services.database.reading() as session:
        before = repository.look_before(session, camera_id, look.id)
    return before is not None and before.picture_sha256 == look.picture_sha256 and before.taken_at != look.taken_at


def _each_window(services: Services, asked: _Asked, watched: Watched) -> BurstChecked:
    judged: dict[int, Checked] = {}
    unjudged: dict[int, str] = {}
    refused: dict[int, str] = {}
    turned = watched.look.state is LookState.MOVED
    for one in asked.wanted:
        view, guarded = one.view, watched.guarded[one.view.id]
        if one.layout_version is None:
            unjudged[view.id] = _NO_LAYOUT
        elif guarded[-1].moved:
            suspended = watched.look.suspended and not turned
            unjudged[view.id] = _SUSPENDED if suspended else TroubleKind.TURNED.value
        else:
            try:
                judged[view.id] = _judged(services, asked, view, guarded, watched)
            except (CalibrationError, NoLayoutError, ViewUnfitError) as error:
                # What is wrong with one window's layout keeps the others from nothing.
                unjudged[view.id] = error.code
            except _RefusedError as error:
                refused[view.id] = error.code
    troubles = (TroubleKind.TURNED,) if turned else ()
    return BurstChecked(
        watched.look, MappingProxyType(judged), MappingProxyType(unjudged), MappingProxyType(refused), troubles
    )


def _judged(services: Services, asked: _Asked, view: View, guarded: tuple[Guarded, ...], watched: Watched) -> Checked:
    looked_id = watched.scenes.looked_id(view.id) if watched.scenes is not None else None
    return captures.check_frames(
        services, asked.actor, view.window.code, asked.frames, view.name, asked.key, guarded, watched.detector,
        _told(asked.settle), looked_id,
    )  # fmt: skip


def _told(settle: Settle | None) -> Settle | None:
    if settle is None:
        return None

    def tell(session: Session, view: View, judgement: JudgementRow) -> None:
        try:
            settle(session, view, judgement)
        except ServiceError as error:
            raise _RefusedError(error.code) from error

    return tell
