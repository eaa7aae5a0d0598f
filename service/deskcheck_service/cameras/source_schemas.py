"""Shapes of cameras' sources and permits, and of what a try of a source found."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from deskcheck_vision.sources.makers import Maker
from pydantic import Field, SecretStr, model_validator

from deskcheck_service.cameras.schemas import Note
from deskcheck_service.schemas import Code, Schema, Text
from deskcheck_service.tables.sources import SourceType

_Side = Annotated[int, Field(ge=64, le=8192)]


class SourceSet(Schema):
    """Where a camera's frames come from.

    Attributes:
        address: a URL without user and password, or a path below the media folder.
        user, password: both, to be stored encrypted; left out, what is stored stays while host and port do.
        without_login: forget what is stored.
        maker, channel: whose path is put behind an address that has none.
        width_px, height_px: size that snapshots are asked for, where the camera can be told.
    """

    kind: SourceType
    address: Annotated[str, Field(min_length=1, max_length=500)]
    user: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f:\"]+$")] | None = None
    password: Annotated[SecretStr, Field(max_length=200)] | None = None
    without_login: bool = False
    maker: Maker | None = None
    channel: Annotated[int, Field(ge=1, le=999)] = 1
    width_px: _Side | None = None
    height_px: _Side | None = None

    @model_validator(mode="after")
    def _pairs(self) -> SourceSet:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if (self.width_px is None) != (self.height_px is None):
            raise ValueError("width and height belong together")
        return self


class SourceOut(Schema):
    """Where a camera's frames come from; user and password are never shown, only that they are there."""

    kind: SourceType
    address: str
    has_login: bool
    width_px: int | None
    height_px: int | None
    changed_at: datetime


class PermitNew(Schema):
    """What views of a camera may be audited for; ``windows`` left out are all that it shows and that are off."""

    windows: Annotated[list[Code], Field(min_length=1, max_length=100)] | None = None
    purpose: Note
    legal_basis: Note


class PermitOut(Schema):
    """One permit of one view."""

    purpose: str
    legal_basis: str
    approved_by: str
    approved_at: datetime


class ViewPermitOut(Schema):
    """A view of a camera with its permit; None: it is off."""

    window_code: str
    window_name: Text
    view: str
    permit: PermitOut | None


class SourceTried(Schema):
    """What a try of a source found; the picture is a JPEG with people masked, base64, and is stored nowhere.

    Attributes:
        transport: such as "RTSP over TCP".
        auth: "digest", "basic" or "none".
        frame_rate: frames a second that the stream says it has.
        keyframe_interval_s: longest time between two whole pictures that were seen.
        first_frame_s: from opening to the first whole picture.
        clock_offset_s: how far the camera's clock is ahead of the server's.
        taken_at: when the picture was taken or came in.
        warnings: what a round would hold against the camera.
    """

    transport: str
    auth: str
    content_type: str | None
    codec: str | None
    width_px: int
    height_px: int
    frame_rate: float | None
    keyframe_interval_s: float | None
    first_frame_s: float | None
    clock_offset_s: float | None
    server: str | None
    taken_at: datetime
    warnings: list[Text]
    picture: str
