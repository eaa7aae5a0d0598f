"""A judgement into the problems of its window, in the judgement's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import hypot

from deskcheck_calibration.findings import Finding, State
from sqlalchemy.orm import Session

from deskcheck_service.captures.points import parse_points
from deskcheck_service.problems import repository, telling
from deskcheck_service.problems.looks import SPOT, Deviation, is_clean
from deskcheck_service.tables import FindingRow, JudgementRow, ReviewState
from deskcheck_service.tables.problems import Problem, ProblemEnd, ProblemSighting

CLEAN_LOOKS = 2
# Two sightings are at the same spot within this distance: a footprint's usual uncertainty on a camera, doubled.
NEAR_CM = 15.0
# Looks that saw a thing, from which on not seeing it says that it is gone, however often its class is missed.
_WELL_KNOWN_FROM = 3
# A picture replaces the best evidence where it is better by a tenth; else the queue would change at every look.
_BETTER = 1.1
# As far back as a dismissed problem may keep the same deviation quiet, see ``problems.deciding``.
_REMEMBERED = timedelta(days=31)

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Look:
    """One judgement while it is being noted."""

    session: Session
    judgement: JudgementRow
    clean_looks: int
    known: list[Problem]


def note(
    session: Session, judgement: JudgementRow, findings: Sequence[Finding], *, clean_looks: int = CLEAN_LOOKS
) -> None:
    """Update the problems of a judgement's window: what it suspects opens or counts, what it sees clean may close.

    Args:
        session: the transaction that stores the judgement; its findings are flushed.
        judgement: the row.
        findings: every statement, passes included.
        clean_looks: clean looks in a row after which a problem is no longer seen.
    """
    repository.hold_window(session, judgement.window_id)
    told = repository.suspected_of(session, judgement.id)
    _fold_doubts(session, judgement, [row for row in told if row.state is State.INCONCLUSIVE])
    known = repository.current(session, judgement.window_id, judgement.taken_at - _REMEMBERED)
    look = _Look(session, judgement, clean_looks, known)
    suspected = [row for row in told if row.state is State.SUSPECTED]
    seen = [_sight(look, key, rows) for key, rows in sorted(_by_deviation(suspected, known).items(), key=_order)]
    met = {problem.id for problems in seen for problem in problems}
    for problem in known:
        if problem.id not in met and _is_watched(problem, judgement):
            _look_again(look, problem, findings)
    session.flush()


def _order(entry: tuple[Deviation, list[FindingRow]]) -> tuple[str, str, str]:
    return (entry[0].rule, entry[0].item, entry[0].place)


def spot_of(row: FindingRow) -> Spot | None:
    """Return where a finding's thing stands, desk cm: the middle of its footprint; None where it has none."""
    points = parse_points(row.footprint_cm)
    if not points:
        return None
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _near(spot: Spot, x_cm: float, y_cm: float) -> bool:
    return hypot(spot[0] - x_cm, spot[1] - y_cm) <= NEAR_CM


def _by_deviation(rows: Sequence[FindingRow], known: Sequence[Problem]) -> dict[Deviation, list[FindingRow]]:
    found: dict[Deviation, list[FindingRow]] = {}
    for row in rows:
        key = Deviation(row.rule, row.item or "", row.place or "")
        spot = spot_of(row)
        if not key.item and not key.place and spot is not None:
            key = Deviation(row.rule, "", _spot_name(row.rule, spot, known, found))
        found.setdefault(key, []).append(row)
    return found


def _spot_name(rule: str, spot: Spot, known: Sequence[Problem], found: dict[Deviation, list[FindingRow]]) -> str:
    """Name a thing's spot as the nearest problem of that rule does, else by itself."""
    near = [
        (hypot(spot[0] - problem.x_cm, spot[1] - problem.y_cm), problem.place)
        for problem in known
        if problem.rule == rule and problem.place.startswith(SPOT)
        if problem.x_cm is not None and problem.y_cm is not None and _near(spot, problem.x_cm, problem.y_cm)
    ]
    if near:
        return min(near)[1]
    for key, rows in found.items():
        other = spot_of(rows[0]) if key.rule == rule and key.is_spot else None
        if other is not None and _near(spot, *other):
            return key.place
    return f"{SPOT}{spot[0]:.0f},{spot[1]:.0f}"


def _sight(look: _Look, key: Deviation, rows: list[FindingRow]) -> list[Problem]:
    """Count findings of one deviation as a sighting of the problem they belong to, or open one."""
    same = [one for one in look.known if (one.rule, one.item, one.place) == (key.rule, key.item, key.place)]
    taken_at = look.judgement.taken_at
    running = next((one for one in same if one.closed_at is None), None)
    if running is not None:
        _count(look, running, rows)
        return [running]
    # A picture from before the problem was closed comes late; it is no new occurrence.
    late = next((one for one in same if one.closed_at is not None and taken_at <= one.closed_at), None)
    if late is not None:
        _count(look, late, rows)
        return [late]
    met = []
    quiet = next((one for one in same if _is_quiet(look, one)), None)
    if quiet is not None:
        known_spots = [spot for row in repository.last_sighted(look.session, quiet) if (spot := spot_of(row))]
        staying = [row for row in rows if _stays(spot_of(row), known_spots)]
        if staying:
            _count(look, quiet, staying)
            met.append(quiet)
        rows = [row for row in rows if row not in staying]
    if rows:
        met.append(_open(look, key, rows))
    return met


def _is_quiet(look: _Look, problem: Problem) -> bool:
    """Tell whether what people dismissed is still the same occurrence: lately, and not away in between."""
    return (
        problem.ended_by is ProblemEnd.DISMISSED
        and problem.quiet_until is not None
        and look.judgement.taken_at < problem.quiet_until
        and problem.clean_looks < look.clean_looks
    )


def _stays(spot: Spot | None, spots: Sequence[Spot]) -> bool:
    return spot is None or not spots or any(_near(spot, *one) for one in spots)


def score_of(row: FindingRow, judgement: JudgementRow) -> float:
    """Return how well a picture shows a finding: the detector's confidence times the picture's sharpness."""
    return (1.0 if row.confidence is None else row.confidence) * (judgement.sharpness or 0.0)


def _open(look: _Look, key: Deviation, rows: list[FindingRow]) -> Problem:
    best = max(rows, key=lambda row: score_of(row, look.judgement))
    spot = spot_of(best)
    problem = Problem(
        window_id=best.window_id,
        area_id=best.area_id,
        centre_id=best.centre_id,
        rule=key.rule,
        item=key.item,
        place=key.place,
        first_seen=best.taken_at,
        last_seen=best.taken_at,
        best_finding_id=best.id,
        best_score=score_of(best, look.judgement),
        standing_id=best.id,
        earlier_id=repository.last_closed(look.session, best.window_id, key.rule, key.item, key.place),
        x_cm=spot[0] if spot else None,
        y_cm=spot[1] if spot else None,
    )
    look.session.add(problem)
    look.session.flush()
    _add_sightings(look.session, problem, rows)
    repository.fold(look.session, [row.id for row in rows if row is not best])
    telling.opened(look.session, problem, best)
    return problem


def _add_sightings(session: Session, problem: Problem, rows: Sequence[FindingRow]) -> None:
    session.add_all(ProblemSighting(problem_id=problem.id, finding_id=row.id) for row in rows)


def _count(look: _Look, problem: Problem, rows: list[FindingRow]) -> None:
    taken_at = look.judgement.taken_at
    problem.seen_count += 1
    problem.first_seen = min(problem.first_seen, taken_at)
    best = max(rows, key=lambda row: score_of(row, look.judgement))
    if taken_at >= problem.last_seen:
        problem.last_seen = taken_at
        problem.x_cm, problem.y_cm = spot_of(best) or (problem.x_cm, problem.y_cm)
    if problem.last_clean_at is None or taken_at > problem.last_clean_at:
        problem.clean_looks, problem.last_clean_at = 0, None
    _add_sightings(look.session, problem, rows)
    stands = _stand(problem, best, score_of(best, look.judgement))
    repository.fold(look.session, [row.id for row in rows if row is not best or not stands])


def _stand(problem: Problem, row: FindingRow, score: float) -> bool:
    """Let a clearly better picture be the best, and the one that people decide as long as nobody has."""
    if score <= problem.best_score * _BETTER:
        return False
    problem.best_finding_id, problem.best_score = row.id, score
    standing = problem.standing
    if problem.closed_at is not None or standing is None:
        return False
    if standing.review_state is ReviewState.OPEN:
        standing.stands = False
    elif standing.review_state is not ReviewState.CANNOT_JUDGE:
        return False
    problem.standing_id = row.id
    return True


def _is_watched(problem: Problem, judgement: JudgementRow) -> bool:
    """Open problems, and dismissed ones as long as they keep the same deviation quiet, are looked for again."""
    if problem.closed_at is None:
        return True
    return problem.quiet_until is not None and problem.closed_at < judgement.taken_at < problem.quiet_until


def _look_again(look: _Look, problem: Problem, findings: Sequence[Finding]) -> None:
    judgement = look.judgement
    newest = max(problem.last_seen, problem.last_clean_at or problem.last_seen)
    if judgement.taken_at <= newest:
        return
    changed = judgement.layout_version_id != problem.best_finding.judgement.layout_version_id
    deviation = Deviation(problem.rule, problem.item, problem.place)
    well_known = problem.seen_count >= _WELL_KNOWN_FROM
    if not is_clean(findings, deviation, layout_changed=changed, well_known=well_known):
        return
    problem.clean_looks += 1
    problem.last_clean_at = judgement.taken_at
    if problem.closed_at is None and problem.clean_looks >= look.clean_looks:
        problem.closed_at = judgement.taken_at
        problem.ended_by = ProblemEnd.NO_LONGER_SEEN
        telling.no_longer_seen(look.session, problem)


def _fold_doubts(session: Session, judgement: JudgementRow, doubts: Sequence[FindingRow]) -> None:
    """Let the newest doubt about a thing stand for those before it, which nobody has decided."""
    mine = {(row.rule, row.item, row.place) for row in doubts}
    if not mine:
        return
    others = [
        row
        for row in repository.standing_doubts(session, judgement.window_id, judgement.id)
        if (row.rule, row.item, row.place) in mine
    ]
    repository.fold(session, [row.id for row in others if row.taken_at <= judgement.taken_at])
    newer = {(row.rule, row.item, row.place) for row in others if row.taken_at > judgement.taken_at}
    repository.fold(session, [row.id for row in doubts if (row.rule, row.item, row.place) in newer])
