"""All tables; importing this package is what makes the metadata whole."""

from deskcheck_service.tables import audits, drawings, lingering, outbox, problems, sources  # noqa: F401 -- brought in by their modules' names
from deskcheck_service.tables.accounts import ApiToken, LoginThrottle, Role, User, UserRole, UserSession
from deskcheck_service.tables.audit import AuditEntry
from deskcheck_service.tables.base import Base, utc_now
from deskcheck_service.tables.cameras import Camera, CameraLook, CameraTask
from deskcheck_service.tables.captures import (
    Capture,
    Evidence,
    EvidenceKind,
    FindingRow,
    JudgementRow,
    PlacedItemRow,
    ReviewState,
    RulePass,
)
from deskcheck_service.tables.layouts import LayoutDraft, LayoutState, LayoutVersion
from deskcheck_service.tables.places import DEFAULT_TIME_ZONE, Area, Centre, DeskType, View, Window
from deskcheck_service.tables.reviews import Decision, DismissReason, Review

__all__ = [
    "DEFAULT_TIME_ZONE",
    "ApiToken",
    "Area",
    "AuditEntry",
    "Base",
    "Camera",
    "CameraLook",
    "CameraTask",
    "Capture",
    "Centre",
    "Decision",
    "DeskType",
    "DismissReason",
    "Evidence",
    "EvidenceKind",
    "FindingRow",
    "JudgementRow",
    "LayoutDraft",
    "LayoutState",
    "LayoutVersion",
    "LoginThrottle",
    "PlacedItemRow",
    "Review",
    "ReviewState",
    "Role",
    "RulePass",
    "User",
    "UserRole",
    "UserSession",
    "View",
    "Window",
    "utc_now",
]
