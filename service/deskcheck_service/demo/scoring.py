"""What was found beside what had been planted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskcheck_calibration.findings import State

from deskcheck_service.captures.schemas import JudgementOut
from deskcheck_service.demo.hall_file import HallPhoto

# Photo, rule, item: what makes a finding and a planted deviation the same thing.
Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class JudgedPhoto:
    """A photo of the hall, the code of its window, and what came of it."""

    window: str
    photo: HallPhoto
    judgement: JudgementOut


@dataclass(frozen=True, slots=True)
class Score:
    """The hall's result.

    Attributes:
        found: planted deviations with a suspected finding of the same photo, rule and item.
        missed: planted deviations without one.
        false: suspected findings that match nothing planted.
    """

    found: tuple[Key, ...]
    missed: tuple[Key, ...]
    false: tuple[Key, ...]


def score(judged: Iterable[JudgedPhoto]) -> Score:
    """Compare suspected findings with what was planted."""
    photos = tuple(judged)
    planted = [(one.photo.name, plant.rule, plant.item) for one in photos for plant in one.photo.planted]
    suspected = [
        (one.photo.name, finding.rule, finding.item)
        for one in photos
        for finding in one.judgement.findings
        if finding.state is State.SUSPECTED
    ]
    return Score(
        found=tuple(key for key in planted if key in suspected),
        missed=tuple(key for key in planted if key not in suspected),
        false=tuple(key for key in suspected if key not in planted),
    )


def document(judged: Iterable[JudgedPhoto]) -> dict[str, object]:
    """Return the result as the JSON document of ``deskcheck demo --json``."""
    photos = tuple(judged)
    result = score(photos)
    return {
        "windows": [
            {
                "window": one.window,
                "photo": one.photo.name,
                "state": one.judgement.state.value,
                "findings": [
                    {
                        "rule": finding.rule,
                        "state": finding.state.value,
                        "item": finding.item,
                        "measured": finding.measured,
                        "limit": finding.limit,
                        "unit": finding.unit,
                    }
                    for finding in one.judgement.findings
                ],
            }
            for one in photos
        ],
        "planted": [
            {"window": one.window, "photo": one.photo.name, "rule": plant.rule, "item": plant.item}
            for one in photos
            for plant in one.photo.planted
        ],
        "found": len(result.found),
        "missed": len(result.missed),
        "false": len(result.false),
    }
