"""Home zones drafted from kept pictures of a tidy window; nothing is stored, the person takes over what is right.

People are masked in kept pictures, so a place that somebody covered counts as one where nothing stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcheck_vision.errors import DeskcheckError, InferenceError, ModelFileError, SessionUnusableError
from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures.points import read_corners
from deskcheck_service.captures.service import UPLOAD, Order
from deskcheck_service.errors import BusyError, NotFoundError
from deskcheck_service.errors.layouts import ProposalDeskError, ProposalPicturesError
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.draft_documents import layout_of
from deskcheck_service.layouts.draft_schemas import DraftDocument, StillKind
from deskcheck_service.layouts.proposal_schemas import (
    LookOut,
    ProposalAsk,
    ProposalOut,
    ProposedPlaceOut,
    TidyPictureOut,
    ZoneOut,
)
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.layouts.view_columns import set_view
from deskcheck_service.schemas import Text
from deskcheck_service.services import Services
from deskcheck_service.tables import JudgementRow, View, Window

if TYPE_CHECKING:
    from deskcheck_calibration.layout import Layout, ReferenceView
    from deskcheck_calibration.propose import ProposedPlace, TidyPicture

_LISTED, _SUGGESTED = 24, 5
_NO_DESK = Text(zh="台面位置未知", en="where the desk lies is not known")
# Of these the picture is not to blame: they are told of the whole, not of one picture.
_OF_ALL = (BusyError, ModelFileError, InferenceError, SessionUnusableError)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A kept picture: its order, and where the desk lies in it where that is known beforehand."""

    order: Order
    shown: ReferenceView | None


def _window(session: Session, principal: Principal, code: str) -> Window:
    row = repository.window(session, code)
    if row is None or not principal.scope(*MAKERS).reaches(row.area.centre_id, row.area_id):
        raise NotFoundError(what=f"window {code}")
    return row


def list_tidy_pictures(session: Session, principal: Principal, code: str) -> list[TidyPictureOut]:
    """Return the window's last captures, newest first, then its reference pictures; each picture once.

    Of a picture that came in several times, the capture counts in which its desk was found.


    Raises:
        NotFoundError: there is no such window, or it is outside the person's areas.
    """
    window = _window(session, principal, code)
    judged = draft_repository.last_judgements(session, window.id, _LISTED)
    tidy = [one for one in judged if one.registration != "none" and one.suspected_count == 0]
    suggested = {one.id for one in tidy[:_SUGGESTED]}
    found = [_of_judgement(one, suggested=one.id in suggested) for one in judged]
    for view in repository.views(session, window.id):
        if view.reference_sha256 is not None:
            found.append(_of_view(view, view.reference_sha256, suggested=not tidy))
    once: dict[str, TidyPictureOut] = {}
    for one in found:
        if one.sha256 not in once or once[one.sha256].registration == "none":
            once[one.sha256] = one
    return list(once.values())


def _of_judgement(judged: JudgementRow, *, suggested: bool) -> TidyPictureOut:
    capture = judged.capture
    return TidyPictureOut(
        sha256=capture.masked_sha256,
        kind=StillKind.CAPTURE,
        view=capture.view_name,
        taken_at=judged.taken_at,
        registration=judged.registration,
        state=judged.state,
        suggested=suggested,
    )


def _of_view(view: View, sha256: str, *, suggested: bool) -> TidyPictureOut:
    return TidyPictureOut(
        sha256=sha256,
        kind=StillKind.REFERENCE,
        view=view.name,
        taken_at=None,
        registration="view",
        state=None,
        suggested=suggested,
    )


def look_at_pictures(services: Services, principal: Principal, code: str, ask: ProposalAsk) -> list[LookOut]:
    """Look at pictures one by one, so that a page can show how far it is; what was seen is remembered.

    Raises:
        as ``propose_from_pictures``; pictures without a desk are told in the answer.
    """
    _, looks = _looks(services, principal, code, ask)
    return [look for look, _ in looks]


def propose_from_pictures(services: Services, principal: Principal, code: str, ask: ProposalAsk) -> ProposalOut:
    """Draft home zones from kept pictures.

    Raises:
        NotFoundError: there is no such window or picture, or it is outside the person's areas.
        ProposalPicturesError: no picture, or too many.
        ProposalDeskError: in none of them is it known where the desk lies.
        LayoutFileError: desk, surfaces or policies of the draft are not sound.
        BusyError: too many pictures at once.
        ModelFileError, InferenceError: there is no usable model.
    """
    from deskcheck_calibration.propose import propose_layout

    base, looks = _looks(services, principal, code, ask)
    pictures = [picture for _, picture in looks if picture is not None]
    if not pictures:
        raise ProposalDeskError(window=code)
    with services.engine.turn():
        proposal = propose_layout(pictures, base)
    places = [_place(place, base) for place in proposal.places]
    return ProposalOut(pictures=[look for look, _ in looks], places=places)


def _looks(
    services: Services, principal: Principal, code: str, ask: ProposalAsk
) -> tuple[Layout, list[tuple[LookOut, TidyPicture | None]]]:
    """The draft's desk as a layout; each picture with what it is good for."""
    from deskcheck_calibration.propose import MOST_PICTURES

    wanted = list(dict.fromkeys(ask.pictures))
    if not 1 <= len(wanted) <= MOST_PICTURES:
        raise ProposalPicturesError(count=len(wanted), most=MOST_PICTURES)
    with services.database.reading() as session:
        window = _window(session, principal, code)
        base = _base(ask.document, code)
        kept = _kept(session, window, ask.document, wanted)
    return base, [_look(services, base, one) for one in kept]


def _base(document: DraftDocument, code: str) -> Layout:
    """The draft without what is to be drafted anew, and without its picture: those may be unfinished."""
    values = {**document.layout, "zones": [], "relations": [], "views": []}
    return layout_of(DraftDocument(layout=values, corners_px=[]), code, 1)


def _kept(session: Session, window: Window, document: DraftDocument, wanted: Sequence[str]) -> list[_Kept]:
    views = _views(session, window, document)
    found_last = sorted(
        draft_repository.judgements_of(session, window.id, [*wanted]), key=lambda one: one.registration != "none"
    )
    judged = {one.capture.masked_sha256: one for one in found_last}
    numbered = repository.window_numbers(session, window.area.centre_id)
    found = []
    for sha256 in wanted:
        if sha256 not in judged and not draft_repository.has_evidence(session, window.id, sha256):
            raise NotFoundError(what=f"picture {sha256[:12]}")
        order = _order(window, sha256, judged.get(sha256), views, numbered)
        found.append(_Kept(order, _shown(sha256, views)))
    return found


def _views(session: Session, window: Window, document: DraftDocument) -> tuple[View, ...]:
    """The window's views and, before them, the draft's own picture with the corners tapped on it."""
    views = {view.name: view for view in repository.views(session, window.id)}
    still, corners = document.still, document.corners_px
    if still is not None and len(corners) == 4 and draft_repository.has_evidence(session, window.id, still.sha256):
        own = View(window_id=window.id, name=still.view, reference_sha256=still.sha256)
        set_view(own, (corners[0], corners[1], corners[2], corners[3]), still.image_wh, still.focal_px, still.bend)
        views = {still.view: own, **{name: view for name, view in views.items() if name != still.view}}
    return tuple(views.values())


def _order(
    window: Window, sha256: str, judged: JudgementRow | None, views: tuple[View, ...], numbered: dict[int, str]
) -> Order:
    capture = judged.capture if judged is not None else None
    key = capture.corners_key if capture is not None else ""
    by_view = judged is not None and judged.registration == "view"
    return Order(
        source=capture.source if capture is not None else UPLOAD,
        window_id=window.id,
        area_id=window.area.id,
        centre_id=window.area.centre_id,
        window=repository.window_ref(window),
        layout_version_id=capture.layout_version_id if capture is not None else 0,
        layout_text="",
        views=views,
        photo_sha256=sha256,
        corners=None if key.startswith("view:") else read_corners(key),
        view_name=capture.view_name if capture is not None and by_view else "",
        numbered=numbered,
        file_name="",
        taken_at=capture.taken_at if capture is not None else None,
    )


def _shown(sha256: str, views: Sequence[View]) -> ReferenceView | None:
    from deskcheck_service.captures.recognising import reference_view

    return next((reference_view(view) for view in views if view.reference_sha256 == sha256), None)


def _look(services: Services, base: Layout, kept: _Kept) -> tuple[LookOut, TidyPicture | None]:
    sha256 = kept.order.photo_sha256
    try:
        picture, how = _seen(services, base, kept)
    except _OF_ALL:
        raise
    except DeskcheckError as error:
        problem = Text(zh=error.sentence("zh"), en=error.sentence("en"))
        return LookOut(sha256=sha256, registration="none", things=0, problem=problem), None
    if picture is None:
        return LookOut(sha256=sha256, registration="none", things=0, problem=_NO_DESK), None
    return LookOut(sha256=sha256, registration=how, things=len(picture.detections), problem=None), picture


def _seen(services: Services, base: Layout, kept: _Kept) -> tuple[TidyPicture | None, str]:
    """Find desk and things in a picture; None where the desk is not known."""
    from deskcheck_calibration.judging import DETECT_FROM, plane_from_view
    from deskcheck_calibration.propose import TidyPicture

    from deskcheck_service.captures.finding_desk import find_desk_again

    engine, sha256 = services.engine, kept.order.photo_sha256
    with engine.turn():
        picture = engine.decode(services.evidence.get(sha256), kept.order.window.time_zone)
        if kept.shown is not None:
            plane, how = plane_from_view(kept.shown, base.desk_wh_cm, picture.image_wh), "view"
        else:
            found, how = find_desk_again(engine, services.evidence, kept.order, base, picture)
            if found is None:
                return None, how
            plane = found
        detector = engine.detector()
        key = (sha256, detector.model.sha256, detector.model.session)
        detections = engine.looks.get(key, lambda: detector.detect(picture.image, min_confidence=DETECT_FROM))
    return TidyPicture(detections, plane), how


def _place(place: ProposedPlace, base: Layout) -> ProposedPlaceOut:
    from deskcheck_calibration.proposal_words import no_zone_text
    from deskcheck_calibration.propose import usual_tolerance_cm

    zone, why = place.zone, place.no_zone
    tolerance_cm = zone.tolerance_cm if zone is not None else None
    return ProposedPlaceOut(
        item=place.item,
        centre_cm=(round(place.centre_cm[0], 1), round(place.centre_cm[1], 1)),
        uncertainty_cm=round(place.uncertainty_cm, 1),
        seen=place.seen,
        looked=place.looked,
        spread_cm=round(place.spread_cm, 1),
        tolerance_cm=usual_tolerance_cm(base) if tolerance_cm is None else tolerance_cm,
        zone=None
        if zone is None
        else ZoneOut(
            id=zone.id,
            item=zone.item,
            polygon_cm=list(zone.polygon_cm),
            min_count=zone.min_count,
            max_count=zone.max_count,
            tolerance_cm=zone.tolerance_cm,
            valid=zone.valid.value,
            returns=zone.returns,
        ),
        no_zone=why.value if why is not None else None,
        reason=None if why is None else Text(zh=no_zone_text(why, "zh"), en=no_zone_text(why, "en")),
    )
