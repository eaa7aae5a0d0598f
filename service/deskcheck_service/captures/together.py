"""Other views of a window that speak for what one view does not show: their last pictures, judged as one with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from deskcheck_calibration.compare import common_parameters
from deskcheck_calibration.judging import MOST_APART_S, SeenView
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.scene import SourceKind
from deskcheck_calibration.visibility import meant_shares
from deskcheck_vision.errors import PictureError
from deskcheck_vision.frames import Frame

from deskcheck_service.captures.finding_desk import find_desk
from deskcheck_service.captures.guarding import SeenOnce
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.errors import EvidenceMissingError, OtherWindowError
from deskcheck_service.evidence import EvidenceStore

if TYPE_CHECKING:
    from deskcheck_service.captures.service import Companion, Order


def shows_a_part(layout: Layout, calibrated: DeskPlane | None) -> bool:
    """Whether a view by its place leaves rules about some part of the desk unassessed."""
    if calibrated is None:
        return False
    return min(meant_shares(layout, calibrated).values()) < common_parameters(layout)["visible_share"]


def seen_with(
    engine: JudgeEngine,
    evidence: EvidenceStore,
    order: Order,
    layout: Layout,
    frame: Frame,
    source_kind: SourceKind,
    detector: SeenOnce,
) -> Iterator[tuple[Companion, SeenView]]:
    """Yield what other views showed of the window shortly before a frame, where their desk can still be told.

    A kept picture that is gone, or whose camera has moved since, leaves its part of the desk unassessed.

    Raises:
        CalibrationError: a view's corners cannot be the desk's.
        InferenceError: the model failed to run.
    """
    for one in order.companions:
        if not 0 <= (frame.captured_at - one.taken_at).total_seconds() <= MOST_APART_S:
            continue
        try:
            picture = engine.decode(evidence.get(one.masked_sha256), order.window.time_zone)
            then = Frame(picture.image, one.taken_at, frame.source)
            detector.remember_people(then.image, one.people_xyxy)
            as_then = replace(order, view_name=one.view_name, corners=None)
            found = find_desk(engine, evidence, as_then, layout, then, source_kind, None, detector, None)
        except (EvidenceMissingError, OtherWindowError, PictureError) as error:
            structlog.get_logger().warning("view_left_out", view=one.view_name, reason=error.code)
            continue
        if found.plane is not None and found.view is not None:
            yield one, SeenView([then], found.plane, calibrated=found.calibrated(layout))
