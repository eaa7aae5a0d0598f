"""A layout version tried on the window's last pictures: what it would have flagged, beside the version that counts.

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

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures import words
from deskcheck_service.captures.points import read_corners
from deskcheck_service.captures.present import evidence_links
from deskcheck_service.captures.schemas import EvidenceLinks
from deskcheck_service.captures.service import CAMERA, Order
from deskcheck_service.errors import NotFoundError
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.present import layout_out
from deskcheck_service.layouts.schemas import LayoutOut
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.layouts.view_columns import corners_of, set_view
from deskcheck_service.schemas import Schema, Text
from deskcheck_service.services import Services
from deskcheck_service.tables import JudgementRow, LayoutVersion, View

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
    pictures: tuple[tuple[JudgementRow, Order, Order | None], ...]


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
    rows = [_row(services, *one) for one in trial.pictures]
    return TrialOut(
        layout=trial.tried,
        against=trial.present,
        rows=rows,
        suspected=_suspected(row.tried for row in rows),
        suspected_present=_suspected(row.present for row in rows if row.present is not None),
        differing=sum(row.differs for row in rows),
    )


def _suspected(sides: Iterable[TrialSide]) -> int:
    return sum(finding.state is State.SUSPECTED for side in sides for finding in side.findings)


def _read(session: Session, principal: Principal, layout_id: int, last: int) -> _Trial:
    row = repository.layout(session, layout_id)
    if row is None or not principal.scope(*MAKERS).reaches(row.window.area.centre_id, row.window.area_id):
        raise NotFoundError(what=f"layout {layout_id}")
    approved = repository.approved_layout(session, row.window_id)
    against = approved if approved is not None and approved.id != row.id else None
    known = tuple(repository.views(session, row.window_id))
    numbered = repository.window_numbers(session, row.window.area.centre_id)
    pictures = []
    for judged in draft_repository.last_judgements(session, row.window_id, last):
        capture = judged.capture
        order = Order(
            source=capture.source,
            window_id=row.window_id,
            area_id=row.window.area_id,
            centre_id=row.window.area.centre_id,
            window=repository.window_ref(row.window),
            layout_version_id=row.id,
            layout_text=row.text,
            views=_views(row, known),
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
            present = replace(order, layout_version_id=against.id, layout_text=against.text, views=known)
        pictures.append((judged, order, present))
    shown = layout_out(against) if against is not None else None
    return _Trial(layout_out(row), shown, tuple(pictures))


def _views(row: LayoutVersion, known: tuple[View, ...]) -> tuple[View, ...]:
    """Return the window's views as they would be with a version approved; nothing is added to the database."""
    from deskcheck_calibration.layout_file import load_layout

    views = {view.name: view for view in known}
    for reference in load_layout(row.text).views:
        old = views.get(reference.name)
        kept = old.reference_sha256 if old is not None and corners_of(old) == reference.corners_px else None
        view = View(window_id=row.window_id, name=reference.name)
        view.reference_sha256 = row.reference_sha256 if reference.name == row.reference_view else kept
        set_view(view, reference.corners_px, reference.image_wh, reference.focal_px, reference.bend)
        views[reference.name] = view
    return tuple(views.values())


def _row(services: Services, judged: JudgementRow, tried: Order, present: Order | None) -> TrialRow:
    first = _judgement(services, tried)
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
