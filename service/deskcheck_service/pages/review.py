"""The review queue: list and big picture, decided by keyboard or touch, filters in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from deskcheck_calibration.findings import State
from deskcheck_vision.errors import DeskcheckError
from fastapi import APIRouter, Form, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.catalogue import list_rules
from deskcheck_service.dependencies import App
from deskcheck_service.errors import RequestError
from deskcheck_service.layouts import service as layouts
from deskcheck_service.pages.access import Trouble, go, needs, trouble_of
from deskcheck_service.pages.filters import read_filter
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.judgements import FindingRow, finding_row
from deskcheck_service.pages.problem_rows import ProblemRow, problem_state
from deskcheck_service.pages.render import address, page
from deskcheck_service.pages.states import DECISION_WORDS, DISMISS_WORDS, REVIEW_WORDS
from deskcheck_service.pages.today import counted
from deskcheck_service.reviews import service as reviews
from deskcheck_service.reviews.schemas import FindingDetail, QueueCounts, QueueFilter, QueueItem, QueuePage, ReviewNew
from deskcheck_service.schemas import Identifier
from deskcheck_service.services import Services
from deskcheck_service.tables import Decision, DismissReason, ReviewState

router = APIRouter()

_FILTERS = ("review_state", "state", "area_id", "window", "rule", "from", "to")
Reviewer = Annotated[Principal, needs("review_finding")]


@dataclass(frozen=True, slots=True)
class QueueTab:
    """One tab of the queue with its count."""

    word: str
    count: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    row: FindingRow
    url: str
    current: bool
    seen_count: int


@dataclass(frozen=True, slots=True)
class Past:
    """One decision of the past."""

    who: str
    what: str
    why: str
    note: str
    at: object
    undone: bool


def read_queue_filter(query: Mapping[str, str], zone: str) -> QueueFilter:
    """Return the queue's filter; what has been decided is shown whatever the machine had said of it."""
    asked = read_filter(QueueFilter, query, zone)
    if asked.review_state is ReviewState.OPEN or query.get("state"):
        return asked
    return asked.model_copy(update={"state": None})


def _tabs(query: Mapping[str, str], asked: QueueFilter, counts: QueueCounts) -> list[QueueTab]:
    kept = {name: query[name] for name in ("area_id", "window", "rule", "from", "to") if query.get(name)}
    tabs = []
    for word, review_state, state, count in (
        (mark("Suspected"), ReviewState.OPEN, State.SUSPECTED, counts.suspected),
        (mark("Cannot judge"), ReviewState.OPEN, State.INCONCLUSIVE, counts.inconclusive),
        (REVIEW_WORDS[ReviewState.CONFIRMED], ReviewState.CONFIRMED, None, counts.confirmed),
        (REVIEW_WORDS[ReviewState.DISMISSED], ReviewState.DISMISSED, None, counts.dismissed),
        (REVIEW_WORDS[ReviewState.CANNOT_JUDGE], ReviewState.CANNOT_JUDGE, None, counts.cannot_judge),
    ):
        url = address("/review", **kept, review_state=review_state.value, state=state.value if state else None)
        current = asked.review_state is review_state and asked.state is state
        tabs.append(QueueTab(word, counted(count, counts.limit), url, current))
    return tabs


def _history(detail: FindingDetail) -> list[Past]:
    return [
        Past(
            who=review.reviewer.display_name,
            what=DECISION_WORDS[review.decision],
            why=DISMISS_WORDS[review.reason_code] if review.reason_code else "",
            note=review.note,
            at=review.at,
            undone=review.undone_at is not None,
        )
        for review in detail.reviews
    ]


def _choose(items: list[QueueItem], finding_id: int | None) -> int | None:
    """Return the index in the list of the finding to show; None where it is not on this page of the list."""
    ids = [item.finding.id for item in items]
    if finding_id is None:
        return 0 if ids else None
    return ids.index(finding_id) if finding_id in ids else None


def _url(query: Mapping[str, str], **more: object) -> str:
    kept = {name: query[name] for name in (*_FILTERS, "after") if query.get(name)}
    return address("/review", **{**kept, **more})


def _read_id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _neighbours(found: QueuePage, index: int | None, query: Mapping[str, str]) -> dict[str, object]:
    items = found.items
    at = -1 if index is None else index
    following = items[at + 1] if at + 1 < len(items) else None
    before = items[at - 1] if at > 0 else None
    older = _url(query, after=found.next) if found.next else ""
    return {
        "next_url": _url(query, finding=following.finding.id) if following else older,
        "next_id": following.finding.id if following else "",
        "next_item": following,
        "previous_url": _url(query, finding=before.finding.id) if before else "",
        "older_url": older,
        "newest_url": _url(query, after="") if query.get("after") else "",
    }


def _reference(session: Session, principal: Principal, detail: FindingDetail | None) -> str | None:
    """Return the reference picture to lay beside the evidence: of the photo's own view, else of the window's first."""
    if detail is None or detail.evidence.reference is not None:
        return detail.evidence.reference if detail is not None else None
    views = layouts.window_detail(session, principal, detail.finding.window_code).views
    return next((view.reference_sha256 for view in views if view.reference_sha256), None)


def _row(item: QueueItem, query: Mapping[str, str], *, current: bool) -> Row:
    seen_count = item.problem.seen_count if item.problem is not None else 1
    return Row(finding_row(item.finding), _url(query, finding=item.finding.id), current, seen_count)


def _problem(detail: FindingDetail | None) -> ProblemRow | None:
    problem = detail.problem if detail is not None else None
    return ProblemRow(problem, problem_state(problem)) if problem is not None else None


def _render(
    request: Request,
    services: Services,
    principal: Principal,
    query: Mapping[str, str],
    trouble: Trouble | None = None,
    status: int = 200,
) -> Response:
    asked = read_queue_filter(query, principal.time_zone)
    wanted = _read_id(query.get("finding", ""))
    done_id = _read_id(query.get("done", ""))
    with services.database.reading() as session:
        found = reviews.list_findings(session, principal, asked, services.settings.queue_page_size)
        counts = reviews.count_findings(session, principal)
        index = _choose(found.items, wanted)
        shown = wanted if index is None else found.items[index].finding.id
        detail = reviews.read_finding(session, principal, shown) if shown is not None else None
        reference = _reference(session, principal, detail)
        done = reviews.read_finding(session, principal, done_id) if done_id is not None else None
        areas = layouts.list_areas(session, principal)
        windows = layouts.list_windows(session, principal)
    rows = [_row(item, query, current=at == index) for at, item in enumerate(found.items)]
    view = {
        "rows": rows,
        "tabs_of_queue": _tabs(query, asked, counts),
        "detail": detail,
        "reference": reference,
        "shown": finding_row(detail.finding) if detail else None,
        "problem": _problem(detail),
        "past": _history(detail) if detail else [],
        "decidable": detail is not None and detail.finding.state in (State.SUSPECTED, State.INCONCLUSIVE),
        "done": finding_row(done.finding) if done else None,
        "undoable": done is not None and done.finding.review_state is not ReviewState.OPEN,
        "trouble": trouble,
        "reasons": list(enumerate(DISMISS_WORDS.items(), start=1)),
        "query": query,
        "filter_fields": {name: query[name] for name in (*_FILTERS, "after") if query.get(name)},
        "filtered": any(query.get(name) for name in ("area_id", "window", "rule", "from", "to")),
        "areas": areas,
        "windows": windows,
        "rules": list_rules(),
        **_neighbours(found, index, query),
    }
    return page(request, "review.html", view, here="review", status=status)


@router.get("/review", name="page_review")
def review_page(request: Request, principal: Reviewer, services: App) -> Response:
    """Show the queue."""
    return _render(request, services, principal, request.query_params)


def _query_of(request: Request) -> dict[str, str]:
    """Return the queue's filters that a decision's address repeats."""
    return {name: value for name, value in request.query_params.items() if name in (*_FILTERS, "after")}


@router.post("/review/{finding_id}", name="page_decide")
def decide(
    request: Request,
    finding_id: Identifier,
    principal: Reviewer,
    services: App,
    decision: Annotated[Decision, Form()],
    version: Annotated[int, Form()],
    reason_code: Annotated[DismissReason | None, Form()] = None,
    note: Annotated[str, Form(max_length=1000)] = "",
    next_id: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Decide a finding and go on to the next; a decision that came second is told and changes nothing."""
    query = _query_of(request)
    try:
        try:
            body = ReviewNew(decision=decision, version=version, reason_code=reason_code, note=note)
        except ValidationError as exc:
            raise RequestError(problem="decision, version, reason_code") from exc
        with services.database.writing() as session:
            reviews.review_finding(session, principal, finding_id, body, services.settings.dismissed_quiet_hours)
    except DeskcheckError as error:
        return _again(request, services, principal, {**query, "finding": str(finding_id)}, error)
    return go(_url(query, finding=next_id, done=finding_id))


@router.post("/review/{finding_id}/undo", name="page_undo")
def undo(request: Request, finding_id: Identifier, principal: Reviewer, services: App) -> Response:
    """Take back one's own last decision and show the finding again."""
    query = _query_of(request)
    try:
        with services.database.writing() as session:
            settings = services.settings
            reviews.undo_review(session, principal, finding_id, settings.undo_minutes, settings.clean_looks)
    except DeskcheckError as error:
        return _again(request, services, principal, {**query, "finding": str(finding_id)}, error)
    return go(_url(query, finding=finding_id))


def _again(
    request: Request, services: Services, principal: Principal, query: dict[str, str], error: DeskcheckError
) -> Response:
    if error.code not in {"review.conflict", "review.no_undo", "request.invalid", "review.not_reviewable"}:
        raise error
    return _render(request, services, principal, query, trouble_of(request, error), status=409)
