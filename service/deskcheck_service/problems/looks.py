"""Whether a judgement looked at the place of a deviation and did not find it: a clean look. Pure.

Findings that are not passes say of what and where they speak, but a pass is often said of a whole surface or desk, and
is left out where another thing stands there. What is not said is never taken for a pass: where nothing says that the
place was seen, the look is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deskcheck_calibration.findings import Finding, Reason, State

# The place of things that have neither a class nor a zone: where they were first seen, in whole desk cm.
SPOT = "at "
_COUNTING = "V06"


@dataclass(frozen=True, slots=True)
class Deviation:
    """What makes two findings of a window the same deviation; empty texts stand for none."""

    rule: str
    item: str
    place: str

    @property
    def is_spot(self) -> bool:
        """True where the place is a spot on the desk rather than a place of the layout."""
        return self.place.startswith(SPOT)


def is_clean(
    findings: Iterable[Finding], deviation: Deviation, *, layout_changed: bool = False, well_known: bool = False
) -> bool:
    """Tell whether a judgement that does not show a deviation says that it is not there.

    Args:
        findings: every statement of the judgement, passes included.
        deviation: one that none of its suspected findings is.
        layout_changed: the judgement is by a newer layout than the deviation; its place may be gone from it.
        well_known: this very thing was seen in several looks. That its class is often missed then says nothing
            about it: what is often missed are other things of the class.

    Returns:
        False where the place was not seen, or nothing was said about it.
    """
    told = tuple(findings)
    of_rule = [finding for finding in told if finding.rule == deviation.rule]
    place = "" if deviation.is_spot else deviation.place
    there = [finding for finding in of_rule if (finding.place or "") == place]
    same = [finding for finding in there if (finding.item or "") == deviation.item]
    if well_known:
        same = [finding for finding in same if finding.reason is not Reason.CLASS_OFTEN_MISSED]
    if deviation.is_spot and same and all(finding.state is State.SUSPECTED for finding in same):
        return _desk_seen(told)  # others are suspected elsewhere
    if any(finding.state is not State.PASS for finding in same):
        return _is_gone(told, of_rule, same, deviation.item)
    if same:
        return True
    whole = [finding for finding in there if finding.item is None]
    if whole:
        return all(finding.state is State.PASS for finding in whole)
    if any(finding.state in (State.SUSPECTED, State.INCONCLUSIVE) for finding in there):
        return _desk_seen(told)  # a pass of the place is left unsaid for another thing's sake
    return layout_changed and not there and bool(of_rule) and _desk_seen(told)


def _is_gone(told: Sequence[Finding], of_rule: Sequence[Finding], same: Sequence[Finding], item: str) -> bool:
    """Nothing of the class is where it was out of place, and every one that is on the desk stands well."""
    absent = all(finding.state is State.NOT_ASSESSED and finding.reason is Reason.NOT_APPLICABLE for finding in same)
    if not absent or not item:
        return False
    others = [finding for finding in of_rule if finding.item == item and finding not in same]
    fine = all(finding.state in (State.PASS, State.NOT_ASSESSED) for finding in others)
    return fine and any(_is_count_of_desk(finding) and finding.item == item for finding in told)


def _is_count_of_desk(finding: Finding) -> bool:
    """The count of a class passes for the whole desk only where the desk was seen whole."""
    return finding.rule == _COUNTING and finding.state is State.PASS and finding.place is None


def _desk_seen(told: Sequence[Finding]) -> bool:
    return any(_is_count_of_desk(finding) for finding in told)
