"""Shapes of the layout editor: the working draft of a window and the stills it can be drawn on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from deskcheck_vision.lens_limits import LARGEST_BEND, SMALLEST_BEND
from pydantic import Field

from deskcheck_service.layouts.schemas import PointOut
from deskcheck_service.layouts.views import ViewName
from deskcheck_service.schemas import Person, Schema, Sha256

PixelCount = Annotated[int, Field(ge=16, le=100_000)]
Pixel = Annotated[float, Field(ge=-1e6, le=1e6)]
Bend = Annotated[float, Field(ge=SMALLEST_BEND, le=LARGEST_BEND)]
Version = Annotated[int, Field(ge=1, le=1_000_000)]
# One less than what the column holds, since saving counts on.
Revision = Annotated[int, Field(ge=0, le=2**31 - 2)]


class StillKind(StrEnum):
    """Where a still comes from."""

    REFERENCE = "reference"
    CAPTURE = "capture"
    UPLOAD = "upload"


class StillRef(Schema):
    """The masked picture a draft is drawn on, and the view it stands for; ``bend`` is what its lens does."""

    sha256: Sha256
    image_wh: tuple[PixelCount, PixelCount]
    focal_px: Annotated[float, Field(ge=1, le=1e6)] | None = None
    bend: Bend | None = None
    view: ViewName


class StillOut(StillRef):
    """A still to choose; ``corners_px`` are those known for it, none or four."""

    kind: StillKind
    taken_at: datetime | None
    corners_px: list[PointOut]


class DraftDocument(Schema):
    """What is being drawn up. ``layout`` has the keys of a layout file and may be unfinished or wrong.

    ``corners_px`` are outer left, outer right, inner right, inner left of the desk in px of the still, as far as given.
    """

    layout: dict[str, Any]
    still: StillRef | None = None
    corners_px: Annotated[list[tuple[Pixel, Pixel]], Field(max_length=4, default_factory=list)]


class DraftPut(Schema):
    """A draft to be saved over the revision that was read; 0 where there was none."""

    revision: Revision
    base_version: Version | None = None
    document: DraftDocument


class DraftOut(Schema):
    """The working draft of a window; revision 0 is what a new one starts from.

    ``base_version`` is the version it was begun from, ``approved_version`` the one that counts now.
    """

    window_code: str
    time_zone: str
    revision: int
    base_version: int | None
    approved_version: int | None
    document: DraftDocument
    author: Person | None
    updated_at: datetime | None


class DraftSubmit(Schema):
    """The revision to be submitted as a layout version."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
