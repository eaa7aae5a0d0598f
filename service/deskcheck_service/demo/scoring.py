"""What was found beside what had been planted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deskcheck_calibration.findings import State

from deskcheck_service.captures.schemas import JudgementOut
from deskcheck_service.demo.hall_file import HallClip, HallPhoto, Planted

# Photo or moment, rule, item: what makes a finding and a planted deviation the same thing.
Key = tuple[str, str, str | None]
Box = tuple[float, float, float, float]
UNLISTED = "V02"


@dataclass(frozen=True, slots=True)
class JudgedPhoto:
    """A photo of the hall, the code of its window, and what came of it."""

    window: str
    photo: HallPhoto
    judgement: JudgementOut


@dataclass(frozen=True, slots=True)
class Score:
    """The hall's result, of its photos or of its films.

    Attributes:
        found: planted deviations with a suspected finding of the same photo or moment, rule and item.
        missed: planted deviations without one.
        false: suspected findings that match nothing planted.
        noticed: those of the missed that rule V02 points at, as something unlisted that nobody recognised.
    """

    found: tuple[Key, ...]
    missed: tuple[Key, ...]
    false: tuple[Key, ...]
    noticed: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedMoment:
    """A moment of a film, the code of its window, and what came of it."""

    window: str
    clip: HallClip
    time_s: float
    judgement: JudgementOut

    @property
    def name(self) -> str:
        """The film's name with the moment, for people and as the first part of a key."""
        return f"{self.clip.name} {self.time_s:g} s"


def score(judged: Iterable[JudgedPhoto]) -> Score:
    """Compare suspected findings with what was planted."""
    return _sum(_compared(one.photo.name, one.photo.planted, (), one.judgement) for one in judged)


def score_moments(judged: Iterable[JudgedMoment]) -> Score:
    """Compare suspected findings with what each moment of a film shows.

    What somebody covers is not to be found, nor false when it is. Neither is V02 where it points at something planted:
    a camera's picture is compared with its approved reference, and what nobody recognises is unlisted all the same.
    """
    shown = ((one, one.clip.at(one.time_s)) for one in judged)
    return _sum(_compared(one.name, state.planted, state.covered, one.judgement) for one, state in shown)


def _compared(name: str, planted: Sequence[Planted], covered: Sequence[Planted], judgement: JudgementOut) -> Score:
    suspected = [finding for finding in judgement.findings if finding.state is State.SUSPECTED]
    about = {(finding.rule, finding.item) for finding in suspected}
    real = {(plant.rule, plant.item) for plant in (*planted, *covered)}
    boxes = [finding.xyxy for finding in suspected if finding.rule == UNLISTED and finding.xyxy is not None]
    missed = [plant for plant in planted if (plant.rule, plant.item) not in about]
    return Score(
        found=tuple((name, plant.rule, plant.item) for plant in planted if plant not in missed),
        missed=tuple((name, plant.rule, plant.item) for plant in missed),
        false=tuple(
            (name, finding.rule, finding.item)
            for finding in suspected
            if (finding.rule, finding.item) not in real
            if not (finding.rule == UNLISTED and _points_at(finding.xyxy, (*planted, *covered)))
        ),
        noticed=tuple(
            (name, plant.rule, plant.item) for plant in missed if any(_points_at(box, (plant,)) for box in boxes)
        ),
    )


def _points_at(xyxy: Box | None, plants: Sequence[Planted]) -> bool:
    return xyxy is not None and any(plant.xyxy is not None and _overlap(xyxy, plant.xyxy) for plant in plants)


def _overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share at least half of the smaller one."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (a, b))
    return wide > 0 and high > 0 and wide * high >= 0.5 * smaller


def _sum(scores: Iterable[Score]) -> Score:
    parts = tuple(scores)
    found, missed, false, noticed = (
        tuple(key for part in parts for key in getattr(part, name)) for name in ("found", "missed", "false", "noticed")
    )
    return Score(found, missed, false, noticed)


def document(judged: Iterable[JudgedPhoto], moments: Sequence[JudgedMoment] = ()) -> dict[str, object]:
    """Return the result as the JSON document of ``deskcheck demo --json``; ``clips`` only where films were judged."""
    photos = tuple(judged)
    result = score(photos)
    told: dict[str, object] = {
        "windows": [{"window": one.window, "photo": one.photo.name, **_judged(one.judgement)} for one in photos],
        "planted": [
            {"window": one.window, "photo": one.photo.name, "rule": plant.rule, "item": plant.item}
            for one in photos
            for plant in one.photo.planted
        ],
        **_counts(result),
    }
    if moments:
        told["clips"] = _clips(moments)
    return told


def _clips(moments: Sequence[JudgedMoment]) -> dict[str, object]:
    result = score_moments(moments)
    return {
        "moments": [
            {
                "window": one.window,
                "film": one.clip.name,
                "time_s": one.time_s,
                **_judged(one.judgement),
                "planted": [plant.model_dump(include={"rule", "item"}) for plant in one.clip.at(one.time_s).planted],
            }
            for one in moments
        ],
        **_counts(result),
        "noticed": len(result.noticed),
    }


def _judged(judgement: JudgementOut) -> dict[str, object]:
    return {
        "state": judgement.state.value,
        "findings": [
            {
                "rule": finding.rule,
                "state": finding.state.value,
                "item": finding.item,
                "measured": finding.measured,
                "limit": finding.limit,
                "unit": finding.unit,
            }
            for finding in judgement.findings
        ],
    }


def _counts(result: Score) -> dict[str, int]:
    return {"found": len(result.found), "missed": len(result.missed), "false": len(result.false)}
