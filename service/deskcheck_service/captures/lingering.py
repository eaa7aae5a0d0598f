"""What lingers at a window, from one look of its cameras to the next (``deskcheck_calibration.grace``)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deskcheck_calibration.grace import GraceState, Lingering
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from deskcheck_service.tables import FindingRow
from deskcheck_service.tables.lingering import FindingSince, LingeringThing

if TYPE_CHECKING:
    from collections.abc import Iterable


def grace_of(session: Session, window_id: int) -> GraceState:
    """Return what lingered at a window at the last look."""
    query = select(LingeringThing).where(LingeringThing.window_id == window_id).order_by(LingeringThing.id)
    return GraceState(tuple(_thing(row) for row in session.scalars(query)))


def _thing(row: LingeringThing) -> Lingering:
    return Lingering(
        row.rule, row.item, row.place, (row.x_cm, row.y_cm), row.uncertainty_cm, row.since, row.last_seen,
        row.judgement_id,
    )  # fmt: skip


def keep_grace(session: Session, window_id: int, judgement_id: int, grace: GraceState) -> None:
    """Write down what lingers after a look, in the transaction of its judgement.

    Of two looks at the same time the last one to write counts: at worst a time of grace begins anew.
    """
    session.execute(delete(LingeringThing).where(LingeringThing.window_id == window_id))
    for thing in grace.things:
        known = thing if thing.origin else replace(thing, origin=judgement_id)
        session.add(_row(window_id, known))


def _row(window_id: int, thing: Lingering) -> LingeringThing:
    return LingeringThing(
        window_id=window_id,
        rule=thing.rule,
        item=thing.item,
        place=thing.place,
        x_cm=thing.centre_cm[0],
        y_cm=thing.centre_cm[1],
        uncertainty_cm=thing.uncertainty_cm,
        since=thing.since,
        last_seen=thing.last_seen,
        judgement_id=thing.origin,
    )


def note_since(session: Session, findings: Iterable[FindingRow], grace: GraceState) -> None:
    """Write down of findings, which have their keys, since when an earlier look knows their things where they are."""
    known = {
        (thing.rule, thing.item, thing.place, thing.xyxy): thing
        for thing in grace.things
        if thing.origin and thing.xyxy is not None
    }
    for row in findings:
        left, top, right, bottom = row.left_px, row.top_px, row.right_px, row.bottom_px
        if left is None or top is None or right is None or bottom is None:
            continue
        thing = known.get((row.rule, row.item or "", row.place or "", (left, top, right, bottom)))
        if thing is not None:
            session.add(FindingSince(finding_id=row.id, judgement_id=thing.origin, since=thing.since))


def since_of(session: Session, finding_ids: Iterable[int]) -> dict[int, FindingSince]:
    """Return since when the things of findings have been where they are, by finding."""
    query = select(FindingSince).where(FindingSince.finding_id.in_(sorted(finding_ids)))
    return {row.finding_id: row for row in session.scalars(query)}
