"""How the lens of a still bends it, measured on the still itself, and whether straightening it pays."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors import NotFoundError
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.draft_schemas import Bend, Pixel
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.schemas import Schema
from deskcheck_service.services import Services

if TYPE_CHECKING:
    from deskcheck_calibration.layout import Layout
    from deskcheck_calibration.lens_fit import LensEstimate
    from deskcheck_vision.detections import Uint8Array

Side = Annotated[float, Field(ge=5, le=2000)]
# Less than that is lost in how exactly corners are tapped.
_WORTH_CM = 0.2


class LensAsk(Schema):
    """The desk in the still: outer left, outer right, inner right, inner left corner in px, width and depth in cm."""

    corners_px: Annotated[list[tuple[Pixel, Pixel]], Field(min_length=4, max_length=4)]
    desk_cm: tuple[Side, Side]


class LensSource(StrEnum):
    """What a lens was measured on."""

    SIDES = "sides"
    STICKERS = "stickers"


class LensOut(Schema):
    """What a still tells of its lens.

    ``bend`` with its standard deviation ``sigma`` (docs/lens.md); ``shift_cm`` is how far straightening moves places on
    the desk at most; ``helps`` says whether that is beyond doubt and worth it.
    """

    bend: Bend
    sigma: float
    shift_cm: float
    helps: bool
    source: LensSource


def measure_lens(services: Services, principal: Principal, code: str, sha256: str, ask: LensAsk) -> LensOut:
    """Measure the lens of a still by the desk's straight sides, or by the window's stickers where they tell it better.

    Raises:
        NotFoundError: there is no such window or still, or it is outside the person's areas.
        EvidenceMissingError: the still's file is gone.
        LensUnclearError: the still does not tell it.
        CalibrationError: the corners cannot be the desk's.
    """
    from deskcheck_calibration.errors import LensUnclearError
    from deskcheck_calibration.lens_fit import lens_from_edges, likelier, shift_cm
    from deskcheck_calibration.plane import DeskPlane, check_corners
    from deskcheck_vision.lens import Lens

    from deskcheck_service.captures.finding_desk import parsed_layout

    with services.database.reading() as session:
        window = repository.window(session, code)
        if window is None or not principal.scope(*MAKERS).reaches(window.area.centre_id, window.area_id):
            raise NotFoundError(what=f"window {code}")
        if not draft_repository.has_evidence(session, window.id, sha256):
            raise NotFoundError(what=f"still {sha256[:12]}")
        approved = repository.approved_layout(session, window.id)
    layout = parsed_layout(approved.text) if approved is not None else None
    with services.engine.turn():
        image = services.engine.decode(services.evidence.get(sha256)).image
        image_wh = (image.shape[1], image.shape[0])
        check_corners(ask.corners_px, ask.desk_cm, image_wh)
        by_sides = lens_from_edges(image, ask.corners_px)
        by_stickers = _by_stickers(image, window.id, layout) if layout is not None and layout.stickers else None
    found = likelier(by_sides, by_stickers)
    if found is None:
        raise LensUnclearError()
    bend = round(found.bend, 5)
    moved_cm = shift_cm(DeskPlane.from_corners(ask.corners_px, ask.desk_cm, image_wh, lens=Lens(bend, image_wh)))
    return LensOut(
        bend=bend,
        sigma=round(found.sigma, 5),
        shift_cm=round(moved_cm, 2),
        helps=found.is_clear and moved_cm >= _WORTH_CM,
        source=LensSource.SIDES if found is by_sides else LensSource.STICKERS,
    )


def _by_stickers(image: Uint8Array, window_id: int, layout: Layout) -> LensEstimate | None:
    import numpy as np
    from deskcheck_calibration.lens_fit import lens_from_stickers
    from deskcheck_calibration.stickers import CORNERS
    from deskcheck_vision.markers import find_tags, read_desks

    own = next((desk for desk in read_desks(find_tags(image)) if desk.number == window_id), None)
    if own is None:
        return None
    known = {CORNERS.index(one.corner): np.array(one.tag_cm, np.float64) for one in layout.stickers}
    seen = {corner: tag.corners_px for corner, tag in own.tags.items()}
    return lens_from_stickers(seen, known, (image.shape[1], image.shape[0]))
