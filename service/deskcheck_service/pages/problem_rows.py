"""Problems as lines of pages: how each looks, and those of findings and windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures.schemas import FindingOut
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.states import STATES, PageState
from deskcheck_service.problems import service
from deskcheck_service.problems.schemas import ProblemBrief, ProblemFilter, ProblemOut
from deskcheck_service.tables import ReviewState

OPEN = STATES["suspected"]
CONFIRMED = STATES["confirmed"]
# Not "solved": only a person says that.
GONE = PageState("not_assessed", "missing", mark("No longer seen"))
DISMISSED = PageState("pass", "dismiss", mark("Dismissed"))
STATE_WORDS = {"open": mark("Open"), "no_longer_seen": GONE.word, "dismissed": DISMISSED.word}


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem with how it looks: a person's decision first; ``out`` is None where only the line is known."""

    problem: ProblemBrief
    state: PageState
    out: ProblemOut | None = None


def problem_state(problem: ProblemBrief) -> PageState:
    """Return how a problem looks."""
    if problem.state == "dismissed":
        return DISMISSED
    if problem.state == "no_longer_seen":
        return GONE
    return CONFIRMED if problem.decision is ReviewState.CONFIRMED else OPEN


def problem_rows(items: Iterable[ProblemOut]) -> list[ProblemRow]:
    """Return problems as the pages show them."""
    return [ProblemRow(one.problem, problem_state(one.problem), one) for one in items]


def rows_of(session: Session, findings: Iterable[FindingOut]) -> dict[int, ProblemRow]:
    """Return the problems of findings as the pages show them, by the finding's key."""
    known = service.of_findings(session, findings)
    return {key: ProblemRow(one, problem_state(one)) for key, one in known.items()}


def open_rows(session: Session, principal: Principal, code: str, limit: int) -> list[ProblemRow]:
    """Return a window's open problems, those seen last first."""
    return problem_rows(service.list_problems(session, principal, ProblemFilter(window=code), limit).items)
