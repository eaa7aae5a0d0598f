"""The position stickers of a still: whose they are, and the desk that they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskcheck_calibration.layout import DeskCorner

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors import EvidenceMissingError, NotFoundError, OtherWindowError
from deskcheck_service.layouts import draft_repository, repository
from deskcheck_service.layouts.draft_schemas import DraftDocument
from deskcheck_service.layouts.schemas import PointOut
from deskcheck_service.layouts.versions import MAKERS
from deskcheck_service.schemas import Schema
from deskcheck_service.services import Services

if TYPE_CHECKING:
    from deskcheck_vision.lens import Lens
    from deskcheck_vision.markers import DeskTags, Tag
    from sqlalchemy.orm import Session

# A sticker that lies where it lay is measured alike from another place to about a millimetre; a moved one is not.
_SAME_PLACE_CM = 1.0


class SeenSticker(Schema):
    """A sticker of the window in a still; corners of its black square in px, clockwise from the tag's own top left."""

    corner: DeskCorner
    tag_px: list[PointOut]


class StickerProposal(Schema):
    """The desk that the stickers tell.

    ``size_within_cm`` and ``corners_within_px`` say by how much it may be off (about 95 %) as far as reading goes.
    ``measured``: size and corners were read from four stickers that lie flush in the desk's corners; else both the
    size and the places of the stickers were known from the approved layout.
    """

    corners_px: list[PointOut]
    size_cm: tuple[float, float]
    size_within_cm: tuple[float, float]
    corners_within_px: float
    measured: bool


class StillStickers(Schema):
    """What a still's stickers say: another window's code where they are not this one's, else the desk."""

    other_window: str | None
    tag_cm: float
    seen: list[SeenSticker]
    proposal: StickerProposal | None


@dataclass(frozen=True, slots=True)
class StickerAsk:
    """Read from the database before a picture is looked at.

    Attributes:
        window_id, code: the window.
        numbered: codes of the centre's windows by the number on their stickers.
    """

    window_id: int
    code: str
    numbered: Mapping[int, str]


def sticker_ask(session: Session, window_id: int, code: str, centre_id: int) -> StickerAsk:
    """Return what has to be known of a window before its stickers are looked for."""
    return StickerAsk(window_id, code, repository.window_numbers(session, centre_id))


def read_stickers(
    services: Services, principal: Principal, code: str, sha256: str, bend: float | None = None
) -> StillStickers:
    """Return whose stickers a still shows and the desk that they tell; ``bend`` is what its lens does.

    Raises:
        NotFoundError: there is no such window or still, or it is outside the person's areas.
        EvidenceMissingError: the picture is gone.
        BusyError: too many pictures at once.
    """
    from deskcheck_vision.sticker_sheet import TAG_CM

    with services.database.reading() as session:
        row = repository.window(session, code)
        if row is None or not principal.scope(*MAKERS).reaches(row.area.centre_id, row.area_id):
            raise NotFoundError(what=f"window {code}")
        if not draft_repository.has_evidence(session, row.id, sha256):
            raise NotFoundError(what=f"still {sha256[:12]}")
        ask = sticker_ask(session, row.id, code, row.area.centre_id)
        approved = repository.approved_layout(session, row.id)
        text = approved.text if approved is not None else None
    own, other, image_wh = _shown(services, ask, sha256)
    if own is None:
        return StillStickers(other_window=other, tag_cm=TAG_CM, seen=[], proposal=None)
    return StillStickers(
        other_window=None,
        tag_cm=TAG_CM,
        seen=[
            SeenSticker(corner=tuple(DeskCorner)[corner], tag_px=[(float(x), float(y)) for x, y in tag.corners_px])
            for corner, tag in own.tags.items()
        ],
        proposal=_proposal(own, text, image_wh, bend),
    )


def _proposal(own: DeskTags, text: str | None, image_wh: tuple[int, int], bend: float | None) -> StickerProposal | None:
    from deskcheck_calibration.layout_file import load_layout
    from deskcheck_calibration.sticker_proposal import propose_desk

    layout = load_layout(text) if text is not None else None
    found = propose_desk(own, layout, image_wh, lens=_lens(bend, image_wh))
    if found is None:
        return None
    return StickerProposal(
        corners_px=list(found.corners_px),
        size_cm=found.size_cm,
        size_within_cm=found.size_within_cm,
        corners_within_px=found.corners_within_px,
        measured=found.measured,
    )


def _lens(bend: float | None, image_wh: tuple[int, int]) -> Lens | None:
    from deskcheck_vision.lens import Lens

    return Lens(bend, image_wh) if bend is not None else None


def _shown(services: Services, ask: StickerAsk, sha256: str) -> tuple[DeskTags | None, str | None, tuple[int, int]]:
    """Return the window's own stickers, another window's code, and the size of the picture."""
    from deskcheck_service.captures.shown_window import shown_window

    def find() -> tuple[tuple[Tag, ...], tuple[int, int]]:
        from deskcheck_vision.markers import find_tags

        with services.engine.turn():
            picture = services.engine.decode(services.evidence.get(sha256))
            return find_tags(picture.image), picture.image_wh

    tags, image_wh = services.engine.tags.get(sha256, find)
    return *shown_window(tags, ask.window_id, ask.numbered), image_wh


def measured_stickers(services: Services, ask: StickerAsk, document: DraftDocument) -> list[dict[str, Any]] | None:
    """Measure the stickers of a draft's still on its desk, as the values that a layout file holds.

    Those that are not seen in it keep their places, as long as the seen ones lie where they lay.

    Args:
        services: of the service.
        ask: the window.
        document: a draft whose corners and size are sound.

    Returns:
        The values, or None where the still shows no two of the window's own stickers or is gone.

    Raises:
        OtherWindowError: the still shows another window's stickers.
        BusyError: too many pictures at once.
    """
    from deskcheck_calibration.plane import DeskPlane
    from deskcheck_calibration.stickers import measure_stickers

    still = document.still
    if still is None:
        return None
    try:
        own, other, _ = _shown(services, ask, still.sha256)
    except EvidenceMissingError:
        return None
    if other is not None:
        raise OtherWindowError(window=ask.code, shown=other)
    if own is None:
        return None
    width, depth = document.layout["desk_cm"]
    lens = _lens(still.bend, still.image_wh)
    plane = DeskPlane.from_corners(document.corners_px, (width, depth), still.image_wh, still.focal_px, lens=lens)
    found = measure_stickers(own, plane).stickers
    seen = {sticker.corner.value: [list(point) for point in sticker.tag_cm] for sticker in found}
    return [{"corner": corner, "tag_cm": tag} for corner, tag in _with_unseen(seen, document.layout).items()]


def _with_unseen(seen: dict[str, list[list[float]]], layout: dict[str, Any]) -> dict[str, list[list[float]]]:
    before = layout.get("stickers")
    known = {one["corner"]: one["tag_cm"] for one in before} if isinstance(before, list) else {}
    for corner, tag in seen.items():
        for (x, y), (was_x, was_y) in zip(tag, known.get(corner, tag), strict=True):
            if abs(x - was_x) > _SAME_PLACE_CM or abs(y - was_y) > _SAME_PLACE_CM:
                return seen
    return {**known, **seen}
