"""Shapes of centres, areas, windows, views and layout versions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from deskcheck_calibration.findings import State
from pydantic import Field

from deskcheck_service.schemas import Code, Identifier, Name, Person, Schema, Text
from deskcheck_service.tables import DEFAULT_TIME_ZONE, LayoutState

Position = Annotated[int, Field(ge=0, le=1_000_000)]
PointOut = tuple[float, float]


class CentreNew(Schema):
    """A service hall to be added."""

    code: Code
    name_zh: Name
    name_en: Name
    time_zone: Annotated[str, Field(max_length=64)] = DEFAULT_TIME_ZONE


class CentreOut(CentreNew):
    """A service hall."""

    id: int


class AreaNew(Schema):
    """A responsibility area to be added."""

    centre_id: Identifier
    code: Code
    name_zh: Name
    name_en: Name
    responsible: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""
    position: Position = 0


class AreaOut(AreaNew):
    """A responsibility area."""

    id: int


class WindowNew(Schema):
    """A counter to be added."""

    area_id: Identifier
    code: Code
    name_zh: Name
    name_en: Name
    responsible: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""
    position: Position = 0


class LastJudgement(Schema):
    """The latest judgement of a window in brief."""

    id: int
    state: State
    taken_at: datetime
    suspected_count: int
    inconclusive_count: int


class WindowOut(WindowNew):
    """A counter with what the tiles show; ``camera_moved`` while a fixed camera that shows it is suspended."""

    id: int
    area_name: Text
    centre_id: int
    time_zone: str
    layout_version: int | None
    last: LastJudgement | None
    desk_type_id: int | None = None
    camera_moved: bool = False


class LayoutNew(Schema):
    """A layout file, YAML or JSON, as text."""

    text: Annotated[str, Field(min_length=1, max_length=262_144)]


class LayoutRef(Schema):
    """A version of a layout as others name it."""

    id: int
    window_code: str
    version: int


class LayoutOut(Schema):
    """A version of a layout, without its text; ``copied_from`` is the version whose content it took over."""

    id: int
    window_code: str
    time_zone: str
    version: int
    sha256: str
    state: LayoutState
    author: Person | None
    created_at: datetime
    approver: Person | None
    decided_at: datetime | None
    copied_from: LayoutRef | None = None


class LayoutText(LayoutOut):
    """A version of a layout with the file's text."""

    text: str


class ViewOut(Schema):
    """A place pictures are taken from; without ``camera_code`` a usual place of a phone."""

    name: str
    image_wh: tuple[int, int]
    corners_px: tuple[PointOut, PointOut, PointOut, PointOut]
    focal_px: float | None
    bend: float | None
    reference_sha256: str | None
    camera_code: str | None = None


class PlacedItemOut(Schema):
    """Where an item stood; footprint in desk cm."""

    item: str
    item_name: Text
    confidence: float
    xyxy: tuple[float, float, float, float]
    footprint_cm: list[PointOut] | None
    uncertainty_cm: float | None


class WindowDetail(Schema):
    """All of the window page: its approved layout, its views, what stood where last."""

    window: WindowOut
    layout: LayoutText | None
    views: list[ViewOut]
    last_items: list[PlacedItemOut]
    open_findings: int
