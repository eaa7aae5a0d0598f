"""One judgement with its picture and reasons, and the history of all of them."""

from __future__ import annotations

from dataclasses import dataclass

from deskcheck_calibration.findings import Reason, State
from fastapi import APIRouter, Request
from starlette.responses import Response

from deskcheck_service.captures import browse
from deskcheck_service.captures import service as captures
from deskcheck_service.captures.schemas import FindingOut, JudgementBrief, JudgementOut
from deskcheck_service.dependencies import CurrentUser, Reading
from deskcheck_service.layouts import service as layouts
from deskcheck_service.layouts.schemas import WindowOut
from deskcheck_service.pages.filters import read_filter
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.problem_rows import rows_of
from deskcheck_service.pages.render import address, may, page
from deskcheck_service.pages.states import REVIEW_WORDS, STATES, PageState, finding_state, machine_state
from deskcheck_service.schemas import Identifier, Text
from deskcheck_service.tables import ReviewState

router = APIRouter()

_PAGE_SIZE = 30
# Four corners always fit exactly: a residual that would read 0.0 says nothing.
_SMALLEST_RESIDUAL_CM = 0.05
_SPEAKING = {State.SUSPECTED, State.INCONCLUSIVE, State.EXEMPT}

REGISTRATION_WORDS = {
    "markers": mark("printed markers"),
    "features": mark("the approved reference picture"),
    "corners": mark("four tapped corners"),
    "view": mark("the saved view"),
    "none": mark("not at all"),
}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as the pages show it.

    Attributes:
        finding: the finding.
        state: how it looks; a person's decision first.
        reviewed: message id of what people made of it; empty while nobody has.
        confidence_percent: the detector's confidence, shown on demand.
        reason: why it could not be judged, where the sentence does not say so itself.
    """

    finding: FindingOut
    state: PageState
    reviewed: str
    confidence_percent: int | None
    reason: Text | None


def finding_row(finding: FindingOut) -> FindingRow:
    """Return a finding as the pages show it."""
    reviewed = "" if finding.review_state is ReviewState.OPEN else REVIEW_WORDS[finding.review_state]
    percent = None if finding.confidence is None else round(100 * finding.confidence)
    reason = finding.reason_text
    told = reason is not None and reason.zh in finding.sentence.zh
    return FindingRow(finding, finding_state(finding), reviewed, percent, None if told else reason)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One line of the history."""

    judgement: JudgementBrief
    state: PageState


def history_row(judgement: JudgementBrief) -> HistoryRow:
    """Return a judgement as one line."""
    return HistoryRow(judgement, machine_state(judgement.state))


def next_window(windows: list[WindowOut], code: str) -> WindowOut | None:
    """Return the window that follows in route order and has a layout; None after the last one."""
    codes = [window.code for window in windows]
    later = windows[codes.index(code) + 1 :] if code in codes else []
    return next((window for window in later if window.layout_version is not None), None)


def judgement_view(judgement: JudgementOut, windows: list[WindowOut]) -> dict[str, object]:
    """Return what the page of a judgement shows: what speaks first, what was not assessed folded away."""
    rows = [finding_row(finding) for finding in judgement.findings]
    residual_cm = judgement.residual_cm
    window = next((window for window in windows if window.code == judgement.window_code), None)
    return {
        "judgement": judgement,
        "window": window,
        "state": machine_state(judgement.state),
        "speaking": [row for row in rows if row.finding.state in _SPEAKING],
        "silent": [row for row in rows if row.finding.state not in _SPEAKING],
        "is_partial": any(finding.reason is Reason.OUTSIDE_VIEW for finding in judgement.findings),
        "pass_state": STATES["pass"],
        "residual_cm": residual_cm if residual_cm is not None and residual_cm >= _SMALLEST_RESIDUAL_CM else None,
        "registration": REGISTRATION_WORDS.get(judgement.registration, judgement.registration),
        "next_window": next_window(windows, judgement.window_code),
    }


@router.get("/judgements/{judgement_id}", name="page_judgement")
def judgement_page(
    request: Request, judgement_id: Identifier, principal: CurrentUser, session: Reading, fresh: str = ""
) -> Response:
    """Show one judgement; ``fresh`` right after its photo was sent."""
    judgement = captures.read_judgement(session, principal, judgement_id)
    view = judgement_view(judgement, layouts.list_windows(session, principal))
    view |= {
        "fresh": fresh in ("new", "again"),
        "problems": rows_of(session, judgement.findings),
        "came_before": fresh == "again",
        "may_check": may(principal, "check_photo"),
        "may_review": may(principal, "review_finding"),
        "may_draw": may(principal, "add_layout"),
    }
    return page(request, "judgement.html", view, here="check" if view["fresh"] else "history")


@router.get("/judgements", name="page_history")
def history_page(request: Request, principal: CurrentUser, session: Reading) -> Response:
    """Show judgements, newest first, by the filters in the address."""
    asked = read_filter(browse.HistoryFilter, request.query_params, principal.time_zone)
    found = browse.list_judgements(session, principal, asked, _PAGE_SIZE)
    query = {name: value for name, value in request.query_params.items() if name != "after"}
    view = {
        "rows": [history_row(judgement) for judgement in found.items],
        "older_url": address("/judgements", **{**query, "after": found.next}) if found.next else "",
        "newest_url": address("/judgements", **query) if asked.after else "",
        "filtered": bool({name for name, value in query.items() if value}),
        "query": query,
        "areas": layouts.list_areas(session, principal),
        "windows": layouts.list_windows(session, principal),
        "state_choices": [machine_state(state) for state in State],
        "may_check": may(principal, "check_photo"),
    }
    return page(request, "history.html", view, here="history")
