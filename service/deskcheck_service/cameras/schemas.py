"""Shapes of cameras, their looks and tasks, and of what came of one picture."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from deskcheck_service.captures.schemas import JudgementBrief
from deskcheck_service.layouts.schemas import PointOut
from deskcheck_service.schemas import Code, Identifier, Name, Person, Schema, Text
from deskcheck_service.tables.cameras import CameraState, LookState, TaskEnd, TaskReason

Note = Annotated[str, Field(min_length=3, max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]+$")]


class CameraNew(Schema):
    """A fixed camera to be added."""

    centre_id: Identifier
    code: Code
    name_zh: Name
    name_en: Name


class CameraChange(Schema):
    """New names of a camera; what is left out stays."""

    name_zh: Name | None = None
    name_en: Name | None = None


class CameraReactivate(Schema):
    """Why a suspended camera is taken to hang as before."""

    reason: Note


class CameraViewOut(Schema):
    """A window in a camera's picture; corners in px of the view's own reference picture."""

    window_code: str
    window_name: Text
    view: str
    image_wh: tuple[int, int]
    corners_px: tuple[PointOut, PointOut, PointOut, PointOut]
    reference_sha256: str | None
    layout_version: int | None
    calibrated_at: datetime | None


class LookOut(Schema):
    """One picture of a camera held against its reference still; at /api/v1/evidence/{picture_sha256}.

    Attributes:
        suspended: whether the camera was suspended once this picture had been looked at.
        roll_deg: turn about the line of sight, clockwise positive; None where it could not be told.
        shift_share: largest displacement of any place, in shares of the picture's width; None likewise.
        scale: how much larger things are than in the still; None likewise.
        sigma_share: standard deviation of ``shift_share``; None likewise.
    """

    id: int
    taken_at: datetime
    received_at: datetime
    state: LookState
    suspended: bool
    roll_deg: float | None
    shift_share: float | None
    scale: float | None
    sigma_share: float | None
    picture_sha256: str


class TaskOut(Schema):
    """A camera that needs people: the still of before, the picture of after, and how it ended."""

    id: int
    camera_code: str
    camera_name: Text
    time_zone: str
    reason: TaskReason
    opened_at: datetime
    before_sha256: str
    after_sha256: str
    closed_at: datetime | None
    closed_by: Person | None
    how: TaskEnd | None
    note: str


class CameraOut(CameraNew):
    """A fixed camera with the windows that it shows and its last look."""

    id: int
    time_zone: str
    state: CameraState
    suspended_at: datetime | None
    watched_closely: bool
    reference_sha256: str | None
    views: list[CameraViewOut]
    last_look: LookOut | None
    open_task: TaskOut | None


class LookPage(Schema):
    """Looks of a camera, newest first; ``next`` continues."""

    items: list[LookOut]
    next: str | None


class WindowChecked(Schema):
    """What came of a camera's picture for one window; ``problem`` says why there is no judgement."""

    window_code: str
    view: str
    judgement: JudgementBrief | None
    problem: Text | None


class CameraChecked(Schema):
    """What came of one picture of a camera: the look, the camera as it is now, one judgement a window."""

    look: LookOut
    camera: CameraOut
    windows: list[WindowChecked]


class ViewChoice(Schema):
    """A view that could be linked to a camera."""

    window_code: str
    window_name: Text
    view: str


class WayOut(Schema):
    """How far the recalibration of one of a suspended camera's windows is.

    Attributes:
        done: drawn anew on a picture from after the move, and approved.
        waiting_layout_id: a version drawn since, which another person has to approve; None where there is none.
    """

    window_code: str
    window_name: Text
    view: str
    done: bool
    waiting_layout_id: int | None
