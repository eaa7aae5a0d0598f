"""Routes of problems."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from deskcheck_service.dependencies import App, CurrentUser, Reading
from deskcheck_service.problems import service
from deskcheck_service.problems.schemas import ProblemDetail, ProblemFilter, ProblemPage
from deskcheck_service.schemas import Identifier

router = APIRouter(tags=["problems"])


@router.get("/problems")
def list_problems(
    asked: Annotated[ProblemFilter, Query()], principal: CurrentUser, services: App, session: Reading
) -> ProblemPage:
    """List problems, those seen last first, by state, window, area and rule."""
    return service.list_problems(session, principal, asked, services.settings.queue_page_size)


@router.get("/problems/{problem_id}")
def read_problem(problem_id: Identifier, principal: CurrentUser, session: Reading) -> ProblemDetail:
    """Read one problem with its sightings and its best evidence."""
    return service.read_problem(session, principal, problem_id)
