"""Overlay pictures: written down as what is drawn, and drawn over the masked picture when somebody looks at one.

Drawing and encoding four pictures takes as long as judging one, and hardly anybody looks at those of a round's passes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.overlay import Overlay, draw_overlay
from deskcheck_vision.overlay_file import dump_overlay, load_overlay
from sqlalchemy.orm import Session

from deskcheck_service.db import insert_into
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.tables.drawings import Drawing

# CSS px at which the two drawings of an overlay are looked at, and how wide the narrow one is kept: a phone held
# upright with three px to each CSS px, and the half of a desktop page. The pages choose by what is shown.
NARROW_SHOWN_PX, NARROW_KEPT_PX = 360, 1170
WIDE_SHOWN_PX = 720


@dataclass(frozen=True, slots=True)
class OverlayNames:
    """Names and sizes of what is kept of one overlay, drawn for two widths: letters fit one of them only."""

    wide: tuple[str, int]
    narrow: tuple[str, int]


def keep_overlay(session: Session, masked_sha256: str, overlay: Overlay) -> OverlayNames:
    """Write down an overlay of a stored picture, in the transaction of its capture, and return what it is called."""
    content = dump_overlay(overlay)
    wide = _keep(session, masked_sha256, content, WIDE_SHOWN_PX, None)
    narrow = _keep(session, masked_sha256, content, NARROW_SHOWN_PX, NARROW_KEPT_PX)
    return OverlayNames((wide, len(content)), (narrow, len(content)))


def _keep(session: Session, masked_sha256: str, content: bytes, shown_px: int, kept_px: int | None) -> str:
    # No JPEG begins with a word: the name can never be that of a stored picture.
    named = f"overlay {masked_sha256} {shown_px} {kept_px} ".encode() + content
    sha256 = hashlib.sha256(named).hexdigest()
    row = {
        "sha256": sha256,
        "masked_sha256": masked_sha256,
        "shown_px": shown_px,
        "kept_px": kept_px,
        "overlay": content,
    }
    session.execute(insert_into(session, Drawing).values(row).on_conflict_do_nothing())
    return sha256


def drawn(engine: JudgeEngine, evidence: EvidenceStore, drawing: Drawing) -> bytes:
    """Return the picture of a drawing, JPEG; those looked at last are kept for a while.

    Raises:
        EvidenceMissingError: the picture below it is gone or damaged.
    """

    def draw() -> bytes:
        image = engine.decode(evidence.get(drawing.masked_sha256)).image
        overlay, shown_px = load_overlay(drawing.overlay), drawing.shown_px
        return encode_jpeg(draw_overlay(image, overlay, display_width_px=shown_px, most_width_px=drawing.kept_px))

    return engine.drawings.get(drawing.sha256, draw)
