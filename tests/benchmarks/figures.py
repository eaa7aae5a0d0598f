"""One measured figure and the register that ``make bench`` walks through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside the asked one.

    Attributes:
        name: stable name, the key in build/bench.json.
        value: measured; None where it could not be measured here, and ``note`` says why.
        asked: limit that the project sets itself.
        at_most: the value has to stay at or under ``asked``; otherwise at or over it.
        unit: unit of value and limit.
        note: how it was measured, or why not.
    """

    name: str
    value: float | None
    asked: float
    at_most: bool
    unit: str
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the asked value is reached; None where nothing was measured."""
        if self.value is None:
            return None
        return self.value <= self.asked if self.at_most else self.value >= self.asked


Measure = Callable[[], Iterable[Figure]]
_MEASURES: dict[str, Measure] = {}


def measures(measure: Measure) -> Measure:
    """Register a function that yields figures; its module-level name picks it on the command line."""
    _MEASURES[measure.__name__] = measure
    return measure


def registered() -> dict[str, Measure]:
    """Return every registered measure by name, in the order of registration."""
    return dict(_MEASURES)
