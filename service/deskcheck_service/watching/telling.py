"""What figures and log say of visits and judgements: a finding's lines are found by its id, and the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from deskcheck_calibration.findings import State

if TYPE_CHECKING:
    from deskcheck_service.captures.schemas import JudgementOut


def told_visit(outcome: str, *, tries: int, worker: str) -> None:
    """Count and log what came of one try to make a visit."""
    from deskcheck_service.watching.stages import VISITS

    VISITS.labels(outcome).inc()
    structlog.get_logger().info("visit", outcome=outcome, tries=tries, worker=worker)


def told_judgement(judgement: JudgementOut) -> None:
    """Count and log a judgement that has just been stored, and log each finding that people will be asked about."""
    from deskcheck_service.watching.stages import CAPTURES

    CAPTURES.labels(judgement.source, judgement.state.value).inc()
    log = structlog.get_logger().bind(judgement_id=judgement.id, window=judgement.window_code)
    log.info(
        "judged",
        source=judgement.source,
        state=judgement.state.value,
        taken_at=judgement.taken_at.isoformat(),
        suspected=judgement.suspected_count,
        inconclusive=judgement.inconclusive_count,
    )
    for finding in judgement.findings:
        if finding.state is State.SUSPECTED:
            log.info("finding", finding_id=finding.id, rule=finding.rule, item=finding.item, place=finding.place)
