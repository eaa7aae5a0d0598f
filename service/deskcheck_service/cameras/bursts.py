"""A burst of a camera's frames in: one look at the camera, then one judgement for each window that it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
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
from deskcheck_service.captures.service import Checked, read_taken_at
from deskcheck_service.errors import NoLayoutError, ServiceError, ViewUnfitError
from deskcheck_service.services import Services
from deskcheck_service.tables import JudgementRow, View
from deskcheck_service.tables.sources import TroubleKind

if TYPE_CHECKING:
    from deskcheck_service.captures.service import Settle

_NO_LAYOUT = "no_layout"


@dataclass(frozen=True, slots=True)
class BurstChecked:
    """What came of a burst. Every view asked for is in exactly one of the three mappings, by its key.

    Attributes:
        look: at the camera.
        judged: view -> its window's judgement; ``Checked.created`` is False where the same burst had come before.
        unjudged: view -> stable code of why nothing was judged and nothing stored about its window.
        refused: view -> stable code of what ``settle`` raised: nothing of that judgement is stored.
        troubles: what is wrong with the camera itself; ``health.note_troubles`` writes it down.
    """

    look: LookOut
    judged: Mapping[int, Checked]
    unjudged: Mapping[int, str]
    refused: Mapping[int, str]
    troubles: tuple[TroubleKind, ...]


class _RefusedError(Exception):
    """Carries what ``settle`` raised past all that deals with the errors of judging."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
        RequestError: no frame, frames of different sizes, or a time in the future.
        CameraPictureError: they have other proportions than the camera's still.
        BusyError: too many pictures at once.
        StorageFullError, DatabaseError: nothing was saved of what remained.
    """
    bound = structlog.contextvars.bound_contextvars(correlation_id=correlation_id) if correlation_id else nullcontext()
    with bound:
        with services.database.reading() as session:
            camera, seen = read_camera(session, actor, camera_code)
        wanted = [one for one in seen if view_ids is None or one.view.id in view_ids]
        require_proportions(camera, frames[-1].image_wh)
        read_taken_at(frames[-1].captured_at.isoformat())
        watched = watch(services, actor, camera, [one.view for one in wanted], frames[-1], key)
        return _each_window(services, actor, wanted, frames, key, watched, settle)


def _each_window(
    services: Services,
    actor: Principal | str,
    wanted: Sequence[repository.Seen],
    frames: Sequence[Frame],
    key: bytes,
    watched: Watched,
    settle: Settle | None,
) -> BurstChecked:
    judged: dict[int, Checked] = {}
    unjudged: dict[int, str] = {}
    refused: dict[int, str] = {}
    for one in wanted:
        view = one.view
        if one.layout_version is None:
            unjudged[view.id] = _NO_LAYOUT
            continue
        guarded = [watched.guarded[view.id]] * len(frames)
        try:
            judged[view.id] = captures.check_frames(
                services, actor, view.window.code, frames, view.name, key, guarded, watched.detector, _asked(settle)
            )
        except (CalibrationError, NoLayoutError, ViewUnfitError) as error:
            # What is wrong with one window's layout keeps the others from nothing.
            unjudged[view.id] = error.code
        except _RefusedError as error:
            refused[view.id] = error.code
    return BurstChecked(
        watched.look, MappingProxyType(judged), MappingProxyType(unjudged), MappingProxyType(refused), ()
    )


def _asked(settle: Settle | None) -> Callable[[Session, View, JudgementRow], None] | None:
    if settle is None:
        return None

    def ask(session: Session, view: View, judgement: JudgementRow) -> None:
        try:
            settle(session, view, judgement)
        except ServiceError as error:
            raise _RefusedError(error.code) from error

    return ask
