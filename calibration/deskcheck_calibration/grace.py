"""For how long a thing has been where it should not be, over several looks at a window: state in time, a value.

A look lasts a minute and a time of grace ten. So what one look leaves "within grace" is written down, and a later one
that sees the same thing at the same place knows for how long it has been there. Seen gone or back, it is forgotten; not
seen, because somebody stands before it, it is kept; after a gap in which it may have been used, it begins anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import PointCm
from deskcheck_calibration.placed_item import PlacedItem

# Two sightings of a resting thing in two looks by a camera; farther away it was used in between.
LEAST_REACH_CM = 4.0


@dataclass(frozen=True, slots=True)
class Lingering:
    """A thing that a rule with a time of grace is about.

    Attributes:
        rule: "V01" or "V07".
        item: its class.
        place: id of the surface or home zone of the finding; empty where there is none.
        centre_cm: where it stands.
        uncertainty_cm: radius around it that holds the true centre with ~95 %.
        since: when it was first seen there.
        last_seen: when it was last seen there.
        origin: whatever its keeper wrote down about the first look; 0 where it is new.
        xyxy: its box in the last look that saw it, by which its finding is known.
    """

    rule: str
    item: str
    place: str
    centre_cm: PointCm
    uncertainty_cm: float
    since: datetime
    last_seen: datetime
    origin: int = 0
    xyxy: tuple[float, float, float, float] | None = None

    def is_at(self, item: PlacedItem) -> bool:
        """Tell whether an item is of this class and stands here."""
        dx, dy = item.centre_cm[0] - self.centre_cm[0], item.centre_cm[1] - self.centre_cm[1]
        reach = max(LEAST_REACH_CM, (item.uncertainty_cm + self.uncertainty_cm) / 2)
        return item.item == self.item and (dx * dx + dy * dy) ** 0.5 <= reach


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a window adds.

    Attributes:
        since, at: times of its first and its last frame.
        findings: what the rules said.
        items: everything that was seen on the desk, surely or not.
        empty_spots: those of the state's things whose place was seen, by their number.
        bridge_s: rule -> longest time between two looks over which a thing counts as having stayed.
    """

    since: datetime
    at: datetime
    findings: Sequence[Finding]
    items: Sequence[PlacedItem]
    empty_spots: Collection[int]
    bridge_s: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class GraceState:
    """What lingers at a window; ``after`` gives the state that one more look leaves."""

    things: tuple[Lingering, ...] = ()

    def seconds(self, rule: str, item: PlacedItem, place: str | None, at: datetime, bridge_s: float) -> float:
        """Return for how long an item has been where it is; 0 where no look before knew it there."""
        known = _known(self.things, rule, item, place, at, bridge_s)
        return 0.0 if known is None else (at - known.since).total_seconds()

    def after(self, look: Look) -> GraceState:
        """Return the state after a look; one that is older than what is known changes nothing."""
        if any(thing.last_seen > look.at for thing in self.things):
            return self
        by_box = {(item.item, item.xyxy): item for item in look.items}
        seen: list[Lingering] = []
        for finding in look.findings:
            item = by_box.get((finding.item or "", finding.xyxy or (0.0, 0.0, 0.0, 0.0)))
            if item is not None and finding.rule in look.bridge_s and _lingers(finding):
                seen.append(self._met(finding, item, look))
        met = {(thing.rule, thing.item, thing.place, thing.since) for thing in seen}
        kept = (
            thing
            for number, thing in enumerate(self.things)
            if (thing.rule, thing.item, thing.place, thing.since) not in met and not self._is_over(thing, number, look)
        )
        return GraceState(tuple(sorted((*seen, *kept), key=_order)))

    def _met(self, finding: Finding, item: PlacedItem, look: Look) -> Lingering:
        known = _known(self.things, finding.rule, item, finding.place, look.at, look.bridge_s[finding.rule])
        if known is None:
            known = Lingering(
                finding.rule, item.item, finding.place or "", item.centre_cm, item.uncertainty_cm, look.since, look.at
            )
        # The first place stays: what is pushed on by a little each time is not at the same place.
        return replace(known, last_seen=look.at, xyxy=finding.xyxy)

    def _is_over(self, thing: Lingering, number: int, look: Look) -> bool:
        if (look.at - thing.last_seen).total_seconds() > look.bridge_s.get(thing.rule, 0.0):
            return True
        if any(thing.is_at(item) for item in look.items):
            return False  # something like it is there, in a hand or not surely recognised
        return number in look.empty_spots or _is_back(thing, look.findings)


NOTHING_LINGERS = GraceState()


def _known(
    things: Iterable[Lingering], rule: str, item: PlacedItem, place: str | None, at: datetime, bridge_s: float
) -> Lingering | None:
    fitting = [
        thing
        for thing in things
        if (thing.rule, thing.place) == (rule, place or "")
        and thing.is_at(item)
        and 0 <= (at - thing.last_seen).total_seconds() <= bridge_s
    ]
    return min(fitting, key=_order, default=None)


def _lingers(finding: Finding) -> bool:
    return finding.state is State.SUSPECTED or finding.reason is Reason.WITHIN_GRACE


def _is_back(thing: Lingering, findings: Iterable[Finding]) -> bool:
    """Tell whether what belongs to the place is in it: somebody brought it back."""
    return any(
        finding.state is State.PASS
        and finding.xyxy is not None
        and (finding.rule, finding.item, finding.place or "") == (thing.rule, thing.item, thing.place)
        for finding in findings
    )


def _order(thing: Lingering) -> tuple[object, ...]:
    return (thing.since, thing.rule, thing.item, thing.place, thing.centre_cm)
