"""Shapes of copying a layout to like windows, and of approving many versions at once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from deskcheck_service.layouts.desk_type_schemas import DeskTypeOut
from deskcheck_service.layouts.schemas import LayoutOut, LayoutRef
from deskcheck_service.schemas import Code, Identifier, Schema, Text


class CopyEffect(StrEnum):
    """What copying a version to a window does, or would do."""

    FIRST = "first"
    REPLACES = "replaces"
    WAITING = "waiting"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class CopyCandidate(Schema):
    """A window that a version can be copied to, and what would happen there.

    ``replaces`` is the version that counts now; ``same`` the one that has this very content already (``waiting``,
    ``unchanged``); ``changes`` what the copy would change against ``replaces``; ``reason`` why it is refused.
    """

    window_code: str
    window_name: Text
    area_name: Text
    effect: CopyEffect
    replaces: LayoutRef | None
    same: LayoutRef | None
    waiting_versions: list[int]
    has_draft: bool
    changes: list[Text]
    reason: Text | None


class CopyCandidates(Schema):
    """The windows like a version's own; by ``desk_type``, or where that is None by the size of the desk."""

    source: LayoutOut
    desk_cm: tuple[float, float]
    desk_type: DeskTypeOut | None
    windows: list[CopyCandidate]


class CopyOrder(Schema):
    """The windows to copy a version to."""

    windows: Annotated[list[Code], Field(min_length=1, max_length=500)]


class CopyResult(Schema):
    """What came of one window.

    ``layout`` is the draft version that was made, or the one that has this content already; ``code``, ``reason`` and
    ``next_step`` say why a window was refused.
    """

    window_code: str
    effect: CopyEffect
    layout: LayoutOut | None = None
    code: str | None = None
    reason: Text | None = None
    next_step: Text | None = None


class WaitingLayout(Schema):
    """A draft version that waits for approval, with what it changes against the version that counts now.

    ``own``: four eyes keep this person from approving it. ``against`` is None where no version counts.
    """

    layout: LayoutOut
    window_name: Text
    area_name: Text
    own: bool
    against: LayoutRef | None
    changes: list[Text]


class ApprovalOrder(Schema):
    """Versions to approve.

    ``against`` names for a version the one its changes were shown against (None for none): where another one counts
    by now, it is refused.
    """

    ids: Annotated[list[Identifier], Field(min_length=1, max_length=500)]
    against: Annotated[dict[Identifier, Identifier | None], Field(default_factory=dict, max_length=500)]


class ApprovalResult(Schema):
    """What came of one version; ``code``, ``reason`` and ``next_step`` say why it was not approved."""

    id: int
    approved: bool
    layout: LayoutOut | None = None
    window_code: str | None = None
    code: str | None = None
    reason: Text | None = None
    next_step: Text | None = None
