"""Problems: what is wrong at windows over all pictures, and one with its sightings and best evidence."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from deskcheck_service.catalogue import list_rules
from deskcheck_service.dependencies import CurrentUser, Reading
from deskcheck_service.errors import RequestError
from deskcheck_service.layouts import service as layouts
from deskcheck_service.pages.judgements import finding_row
from deskcheck_service.pages.problem_rows import STATE_WORDS, ProblemRow, problem_rows, problem_state
from deskcheck_service.pages.render import address, may, page
from deskcheck_service.problems import service
from deskcheck_service.problems.schemas import ProblemFilter
from deskcheck_service.schemas import Identifier

router = APIRouter()
_PAGE_SIZE = 30
_FILTERS = ("state", "area_id", "window", "rule")


def _asked(query: Mapping[str, str]) -> ProblemFilter:
    try:
        return ProblemFilter.model_validate({name: query[name] for name in (*_FILTERS, "after") if query.get(name)})
    except ValidationError as exc:
        raise RequestError(problem=", ".join(str(part) for part in exc.errors()[0]["loc"])) from exc


@router.get("/problems", name="page_problems")
def problems_page(request: Request, principal: CurrentUser, session: Reading) -> Response:
    """Show problems by the filters in the address."""
    asked = _asked(request.query_params)
    found = service.list_problems(session, principal, asked, _PAGE_SIZE)
    query = {name: request.query_params[name] for name in _FILTERS if request.query_params.get(name)}
    view = {
        "rows": problem_rows(found.items),
        "asked": asked,
        "query": query,
        "state_words": list(STATE_WORDS.items()),
        "filtered": bool({*query} - {"state"}),
        "older_url": address("/problems", **{**query, "after": found.next}) if found.next else "",
        "newest_url": address("/problems", **query) if asked.after else "",
        "areas": layouts.list_areas(session, principal),
        "windows": layouts.list_windows(session, principal),
        "rules": list_rules(),
    }
    return page(request, "problems.html", view, here="problems")


@router.get("/problems/{problem_id}", name="page_problem")
def problem_page(request: Request, problem_id: Identifier, principal: CurrentUser, session: Reading) -> Response:
    """Show one problem."""
    detail = service.read_problem(session, principal, problem_id)
    standing = detail.problem.standing_id
    view = {
        "detail": detail,
        "row": ProblemRow(detail.problem, problem_state(detail.problem)),
        "best": finding_row(detail.best),
        "review_url": address("/review", finding=standing, review_state=detail.problem.decision.value)
        if standing is not None and may(principal, "review_finding")
        else "",
    }
    return page(request, "problem.html", view, here="problems")
