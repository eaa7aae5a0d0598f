"""What a camera's page shows of its source and permits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import permitting, source_setting
from deskcheck_service.cameras.schemas import CameraOut
from deskcheck_service.cameras.source_schemas import SourceOut, SourceTried, ViewPermitOut
from deskcheck_service.errors import NotFoundError
from deskcheck_service.pages.access import Trouble
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import may
from deskcheck_service.tables.sources import SourceType

KIND_WORDS = {
    SourceType.RTSP: mark("Video stream (RTSP)"),
    SourceType.SNAPSHOT: mark("Snapshot (HTTP)"),
    SourceType.ONVIF: mark("Snapshot found by ONVIF"),
    SourceType.FILM: mark("Film file"),
    SourceType.FOLDER: mark("Folder of pictures"),
}
MAKER_WORDS = {
    "": mark("The address has its path"),
    "hikvision": mark("Hikvision camera"),
    "hikvision_recorder": mark("Hikvision recorder"),
    "dahua": mark("Dahua"),
    "onvif": mark("ONVIF"),
}
AUTH_WORDS = {"digest": mark("digest"), "basic": mark("basic: the password is sent readable"), "none": mark("none")}


@dataclass(frozen=True, slots=True)
class Panel:
    """A camera's source and permits, for who may see them.

    Attributes:
        source: where its pictures come from; None where nothing says it.
        kind_word: of it.
        permits: of its views.
        off_count: views without one.
        tried: what the test found, just now.
        trouble: what went wrong with a form of this panel.
        entered: what was typed into it; never a password.
        may_set, may_permit: whether the person may.
    """

    source: SourceOut | None
    kind_word: str
    permits: list[ViewPermitOut]
    off_count: int
    tried: SourceTried | None
    trouble: Trouble | None
    entered: Mapping[str, str]
    may_set: bool
    may_permit: bool


def panel_view(
    session: Session,
    principal: Principal,
    camera: CameraOut,
    tried: SourceTried | None = None,
    trouble: Trouble | None = None,
    entered: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return what the template of the panel needs."""
    return {
        "panel": panel(session, principal, camera, tried, trouble, entered),
        "kind_words": [(kind.value, word) for kind, word in KIND_WORDS.items()],
        "maker_words": list(MAKER_WORDS.items()),
        "auth_words": AUTH_WORDS,
    }


def panel(
    session: Session,
    principal: Principal,
    camera: CameraOut,
    tried: SourceTried | None = None,
    trouble: Trouble | None = None,
    entered: Mapping[str, str] | None = None,
) -> Panel | None:
    """Return the panel; None for who may not set cameras up."""
    if not may(principal, "read_source"):
        return None
    try:
        source = source_setting.find_source(session, principal, camera.code)
    except NotFoundError:
        return None  # they look at it, and set up others
    permits = permitting.list_permits(session, principal, camera.code)
    return Panel(
        source=source,
        kind_word=KIND_WORDS[source.kind] if source is not None else "",
        permits=permits,
        off_count=sum(one.permit is None for one in permits),
        tried=tried,
        trouble=trouble,
        entered={**_entered(source), **(entered or {})},
        may_set=may(principal, "set_source"),
        may_permit=may(principal, "grant_permits"),
    )


def _entered(source: SourceOut | None) -> dict[str, str]:
    empty = {"kind": "rtsp", "address": "", "user": "", "maker": "", "channel": "1", "width": "", "height": ""}
    if source is None:
        return empty | {"purpose": "", "legal_basis": ""}
    size = {"width": str(source.width_px or ""), "height": str(source.height_px or "")}
    return {**empty, **size, "kind": source.kind.value, "address": source.address, "purpose": "", "legal_basis": ""}
