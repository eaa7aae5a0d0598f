"""Routes of the review queue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing
from deskcheck_service.reviews import service
from deskcheck_service.reviews.schemas import FindingDetail, QueueCounts, QueueFilter, QueuePage, ReviewNew
from deskcheck_service.schemas import Identifier

router = APIRouter(tags=["reviews"])


@router.get("/findings")
def list_findings(
    asked: Annotated[QueueFilter, Query()], principal: CurrentUser, services: App, session: Reading
) -> QueuePage:
    """List findings, newest first, by state, window, area, rule and time."""
    return service.list_findings(session, principal, asked, services.settings.queue_page_size)


@router.get("/findings/counts")
def count_findings(principal: CurrentUser, session: Reading) -> QueueCounts:
    """Count what waits, per tab of the queue."""
    return service.count_findings(session, principal)


@router.get("/findings/{finding_id}")
def read_finding(finding_id: Identifier, principal: CurrentUser, session: Reading) -> FindingDetail:
    """Read one finding with its history."""
    return service.read_finding(session, principal, finding_id)


@router.post("/findings/{finding_id}/reviews", status_code=201)
def review_finding(
    finding_id: Identifier, body: ReviewNew, principal: CurrentUser, services: App, session: Writing
) -> FindingDetail:
    """Decide a finding; 409 with nothing saved if somebody decided first."""
    return service.review_finding(session, principal, finding_id, body, services.settings.dismissed_quiet_hours)


@router.delete("/findings/{finding_id}/reviews/last")
def undo_review(finding_id: Identifier, principal: CurrentUser, services: App, session: Writing) -> FindingDetail:
    """Take back one's own last decision."""
    settings = services.settings
    return service.undo_review(session, principal, finding_id, settings.undo_minutes, settings.clean_looks)
