"""Shapes of drafting home zones from pictures of a tidy window."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from deskcheck_calibration.findings import State
from pydantic import Field

from deskcheck_service.layouts.draft_schemas import DraftDocument, StillKind
from deskcheck_service.schemas import Schema, Sha256, Text


class TidyPictureOut(Schema):
    """A picture to draft from.

    ``registration`` says how its desk was found ("none": it was not), ``state`` what was said of it, None for
    reference pictures. ``suggested`` marks the last ones that show the window in order.
    """

    sha256: Sha256
    kind: StillKind
    view: str
    taken_at: datetime | None
    registration: str
    state: State | None
    suggested: bool


class ProposalAsk(Schema):
    """The pictures to draft from, and the draft as it stands: its desk, surfaces and policies count."""

    pictures: Annotated[list[Sha256], Field(max_length=200)]
    document: DraftDocument


class LookOut(Schema):
    """What a picture is good for: how its desk was found and how many things are seen, or why it cannot be used."""

    sha256: Sha256
    registration: str
    things: int
    problem: Text | None


class ZoneOut(Schema):
    """A home zone with the keys of a layout file."""

    id: str
    item: str
    polygon_cm: list[tuple[float, float]]
    min_count: int
    max_count: int
    tolerance_cm: float | None
    valid: str
    returns: bool


class ProposedPlaceOut(Schema):
    """Where things of one class stood: the zone drafted there, or why none is.

    ``seen`` of the ``looked`` pictures that show the place show one there. ``uncertainty_cm`` is the radius around the
    centre that holds the true place with about 95 %, ``tolerance_cm`` what photos may be off without a suspicion.
    """

    item: str
    centre_cm: tuple[float, float]
    uncertainty_cm: float
    seen: int
    looked: int
    spread_cm: float
    tolerance_cm: float
    zone: ZoneOut | None
    no_zone: str | None
    reason: Text | None


class ProposalOut(Schema):
    """A draft and what it rests on; nothing is stored."""

    pictures: list[LookOut]
    places: list[ProposedPlaceOut]
