"""Evidence pictures that are drawn when somebody looks at them: what is to be drawn, and over which stored picture."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from deskcheck_service.tables.base import Base


class Drawing(Base):
    """An overlay picture, named by the SHA-256 of all that it is drawn from: masked picture, overlay and widths.

    ``overlay`` is what ``deskcheck_vision.overlay_file`` writes. ``shown_px`` is the width at which it is looked at,
    ``kept_px`` its most px across; None for the picture's own size.
    """

    __tablename__ = "drawing"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    masked_sha256: Mapped[str] = mapped_column(String(64))
    shown_px: Mapped[int] = mapped_column(Integer)
    kept_px: Mapped[int | None] = mapped_column(Integer)
    overlay: Mapped[bytes] = mapped_column(LargeBinary)
