"""What versions of a layout say of the window's last pictures: shared by the trial of a version and that of a draft.

Nothing is stored. Both versions look at the kept pictures, in which people are masked, so that they differ by what they
ask alone; what was said of the photo when it came in may differ from both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from deskcheck_calibration.findings import Finding, Judgement, State
from deskcheck_vision.errors import DeskcheckError
from sqlalchemy.orm import Session

from deskcheck_service.captures import words
from deskcheck_service.captures.points import read_corners
from deskcheck_service.captures.present import evidence_links
from deskcheck_service.captures.schemas import EvidenceLinks
from deskcheck_service.captures.service import CAMERA, Order
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.view_columns import corners_of, set_view
from deskcheck_service.schemas import Schema, Text
from deskcheck_service.services import Services
from deskcheck_service.tables import JudgementRow, View, Window

LAST, MOST = 20, 50
_TOLD = (State.SUSPECTED, State.INCONCLUSIVE)


class TrialFinding(Schema):
    """A suspicion or a doubt; ``only_here`` where the other version does not say it of this picture."""

    rule: str
    state: State
    sentence: Text
    only_here: bool


class TrialSide(Schema):
    """What one version says of a picture; ``problem`` is why it says nothing."""

    state: State | None
    findings: list[TrialFinding]
    problem: Text | None = None


class TrialRow(Schema):
    """One picture by both versions; ``present`` is None where no version counts."""

    judgement_id: int
    taken_at: datetime
    evidence: EvidenceLinks
    tried: TrialSide
    present: TrialSide | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A layout to be tried.

    Attributes:
        version_id: key of the version; 0 for a draft, which has none.
        text: its file.
        reference_view, reference_sha256: the still that becomes the reference picture of its view.
    """

    version_id: int
    text: str
    reference_view: str | None
    reference_sha256: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """One kept picture, and what it is to be judged by; ``present`` is None where no version counts."""

    judged: JudgementRow
    tried: Order
    present: Order | None


def suspected(sides: Iterable[TrialSide | None]) -> int:
    """Count the suspicions of one version."""
    return sum(one.state is State.SUSPECTED for side in sides if side is not None for one in side.findings)


def pictures_to_try(
    session: Session, window: Window, tried: Tried, against: Tried | None, last: int, skip: int = 0
) -> tuple[Picture, ...]:
    """Return the window's last pictures, newest first, with orders for both versions."""
    known = tuple(repository.views(session, window.id))
    numbered = repository.window_numbers(session, window.area.centre_id)
    views = _views(window, tried, known)
    pictures = []
    for judged in draft_repository.last_judgements(session, window.id, last, skip):
        capture = judged.capture
        order = Order(
            source=capture.source,
            window_id=window.id,
            area_id=window.area_id,
            centre_id=window.area.centre_id,
            window=repository.window_ref(window),
            layout_version_id=tried.version_id,
            layout_text=tried.text,
            views=views,
            photo_sha256=capture.masked_sha256,
            corners=None if capture.corners_key.startswith("view:") else read_corners(capture.corners_key),
            # A photo that was recognised by a view's picture was taken from elsewhere.
            view_name="" if judged.registration == "features" else capture.view_name,
            numbered=numbered,
            file_name="",
            taken_at=capture.taken_at,
        )
        present = None
        if against is not None:
            present = replace(order, layout_version_id=against.version_id, layout_text=against.text, views=known)
        pictures.append(Picture(judged, order, present))
    return tuple(pictures)


def _views(window: Window, tried: Tried, known: tuple[View, ...]) -> tuple[View, ...]:
    """Return the window's views as they would be with a version approved; nothing is added to the database."""
    from deskcheck_calibration.layout_file import load_layout

    views = {view.name: view for view in known}
    for reference in load_layout(tried.text).views:
        old = views.get(reference.name)
        kept = old.reference_sha256 if old is not None and corners_of(old) == reference.corners_px else None
        view = View(window_id=window.id, name=reference.name)
        view.reference_sha256 = tried.reference_sha256 if reference.name == tried.reference_view else kept
        set_view(view, reference.corners_px, reference.image_wh, reference.focal_px, reference.bend)
        views[reference.name] = view
    return tuple(views.values())


def trial_row(services: Services, picture: Picture) -> TrialRow:
    """Judge one kept picture by both versions.

    Raises:
        BusyError: too many pictures at once.
        ModelFileError: there is no usable model.
    """
    judged, present = picture.judged, picture.present
    first = _judgement(services, picture.tried)
    second = _judgement(services, present) if present is not None else None
    side, other = _side(first, second), _side(second, first) if second is not None else None
    flagged = [finding for one in (side, other) if one is not None for finding in one.findings]
    differs = other is not None and (side.state != other.state or any(finding.only_here for finding in flagged))
    return TrialRow(
        judgement_id=judged.id,
        taken_at=judged.taken_at,
        evidence=evidence_links(judged.capture),
        tried=side,
        present=other,
        differs=differs,
    )


def _judgement(services: Services, order: Order) -> Judgement | Text:
    """Return what a version says of a kept picture, or why it cannot."""
    from deskcheck_service.captures.judging import judge_again

    with services.engine.turn():
        try:
            return judge_again(services.engine, services.evidence, order, is_camera=order.source == CAMERA)
        except DeskcheckError as error:
            return Text(zh=error.sentence("zh"), en=error.sentence("en"))


def _side(own: Judgement | Text | None, other: Judgement | Text | None) -> TrialSide:
    if not isinstance(own, Judgement):
        return TrialSide(state=None, findings=[], problem=own)
    said = {_key(finding) for finding in other.findings} if isinstance(other, Judgement) else None
    told = sorted((one for one in own.findings if one.state in _TOLD), key=lambda one: _TOLD.index(one.state))
    findings = [
        TrialFinding(
            rule=finding.rule,
            state=finding.state,
            sentence=words.sentence(finding),
            only_here=said is not None and _key(finding) not in said,
        )
        for finding in told
    ]
    return TrialSide(state=own.state, findings=findings)


def _key(finding: Finding) -> tuple[str, State, str | None, str | None]:
    return finding.rule, finding.state, finding.item, finding.place
