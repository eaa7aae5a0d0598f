"""Shapes of desk types."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from deskcheck_service.schemas import Code, Identifier, Name, Schema

# As a layout's own size: the same limits as ``desk_cm`` of a layout file.
SideCm = Annotated[float, Field(ge=5, le=2000, allow_inf_nan=False)]


class DeskTypeValues(Schema):
    """What a person says of a desk type; width is along the outer edge."""

    code: Code
    name_zh: Name
    name_en: Name
    width_cm: SideCm
    depth_cm: SideCm


class DeskTypeNew(DeskTypeValues):
    """A desk type to be added to a centre."""

    centre_id: Identifier


class DeskTypeChange(DeskTypeValues):
    """New values of a desk type; another size than that of windows' desks has to be ``confirmed``."""

    confirmed: bool = False


class DeskTypeOut(DeskTypeNew):
    """A desk type, and the windows that have it, in route order."""

    id: int
    windows: list[str]


class DeskTypeChoice(Schema):
    """The type of one window; None for none."""

    desk_type_id: Identifier | None


class WindowCodes(Schema):
    """Windows by their codes."""

    windows: Annotated[list[Code], Field(min_length=1, max_length=500)]
