"""Problems as people see them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures.schemas import FindingOut
from deskcheck_service.errors import NotFoundError
from deskcheck_service.layouts.repository import WindowRef
from deskcheck_service.paging import mark, read_mark
from deskcheck_service.problems import present, repository
from deskcheck_service.problems.schemas import ProblemBrief, ProblemDetail, ProblemFilter, ProblemPage

SIGHTINGS_SHOWN = 60


def list_problems(session: Session, principal: Principal, asked: ProblemFilter, default_limit: int) -> ProblemPage:
    """Return one page of problems, those seen last first.

    Raises:
        CursorError: ``asked.after`` is not a page mark.
    """
    limit = asked.limit or default_limit
    after = read_mark(asked.after) if asked.after is not None else None
    rows = repository.problems(session, principal.scope(), asked, after, limit + 1)
    shown = rows[:limit]
    last = shown[-1].problem if len(rows) > limit else None
    return ProblemPage(
        items=[present.problem_out(row) for row in shown],
        next=mark(last.last_seen, last.id) if last is not None else None,
    )


def read_problem(session: Session, principal: Principal, problem_id: int) -> ProblemDetail:
    """Return a problem with its best evidence and its sightings.

    Raises:
        NotFoundError: there is none, or it is outside the person's areas.
    """
    row = repository.problem(session, principal.scope(), problem_id)
    if row is None:
        raise NotFoundError(what=f"problem {problem_id}")
    found = repository.sightings(session, problem_id, SIGHTINGS_SHOWN + 1)
    return present.problem_detail(
        row,
        found[:SIGHTINGS_SHOWN],
        more=len(found) > SIGHTINGS_SHOWN,
        later_id=repository.later_of(session, problem_id),
    )


def of_findings(session: Session, findings: Iterable[FindingOut]) -> dict[int, ProblemBrief]:
    """Return the problems of findings that a person sees, by the finding's key; one query."""
    told = {finding.id: WindowRef(finding.window_code, finding.time_zone) for finding in findings}
    found = repository.of_findings(session, list(told))
    return {key: present.brief(one, told[key], present.decision_of(one)) for key, one in found.items()}
