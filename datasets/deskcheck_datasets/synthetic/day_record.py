"""What is known about the rendered day: what goes wrong when, and which frame shows how much of it, kept as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.writing import write_whole

DAY_FORMAT = "1"
RECORD = "day.json"


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """One picture.

    Attributes:
        file: below the folder of the day.
        taken_at: ISO time with its zone.
        sha256: of the file.
        covered_share: share of the desk's px that show somebody.
        seen: share that is seen of the thing of each event that puts or moves one, by the event's name.
    """

    file: str
    taken_at: str
    sha256: str
    covered_share: float
    seen: dict[str, float]


@dataclass(frozen=True, slots=True)
class BurstRecord:
    """The pictures of one moment.

    Attributes:
        taken_at: ISO time of the first.
        is_open: the window serves.
        events: names of what is wrong.
        passing: classes of what lies there for a moment only.
        frames: oldest first.
    """

    taken_at: str
    is_open: bool
    events: tuple[str, ...]
    passing: tuple[str, ...]
    frames: tuple[FrameRecord, ...]


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something that is wrong for a while.

    Attributes:
        name: unique in the day.
        rule, item: what has to be found.
        begins, ends: ISO times.
        at_cm: desk x and y of its thing; None where it is gone.
        counted: False for kinds that are documented as weak.
    """

    name: str
    rule: str
    item: str
    begins: str
    ends: str
    at_cm: tuple[float, float] | None
    counted: bool

    def lasts(self, at: datetime) -> bool:
        """Whether it is so at a time."""
        return datetime.fromisoformat(self.begins) <= at <= datetime.fromisoformat(self.ends)


@dataclass(frozen=True, slots=True)
class WindowRecord:
    """A window's day.

    Attributes:
        code: the window's.
        view: name of the layout's view, which is the camera's.
        layout: file of its approved layout.
        reference: file of the approved picture.
        events, bursts: in time.
    """

    code: str
    view: str
    layout: str
    reference: str
    events: tuple[EventRecord, ...]
    bursts: tuple[BurstRecord, ...]


@dataclass(frozen=True, slots=True)
class DayRecord:
    """The whole day and how it was made."""

    format: str
    seed: int
    image_wh: tuple[int, int]
    samples: int
    generator: dict[str, str]
    windows: tuple[WindowRecord, ...]

    def events(self) -> tuple[EventRecord, ...]:
        """What goes wrong at any window."""
        return tuple(event for window in self.windows for event in window.events)


def write_burst(burst: BurstRecord, path: Path) -> None:
    """Write what is known of one moment."""
    write_whole(path, json.dumps(asdict(burst), separators=(",", ":")) + "\n")


def read_burst(path: Path) -> BurstRecord:
    """Read what is known of one moment."""
    return _burst(json.loads(path.read_text(encoding="utf-8")))


def write_day(day: DayRecord, folder: Path) -> None:
    """Write ``day.json`` and read it back.

    Raises:
        TruthError: it is not read back as it was written.
    """
    write_whole(folder / RECORD, json.dumps(asdict(day), ensure_ascii=False, indent=1) + "\n")
    if read_day(folder) != day:
        raise TruthError(reason=f"{RECORD} is not read back as it was written")


def read_day(folder: Path) -> DayRecord:
    """Read ``day.json``.

    Raises:
        TruthError: it is of another format.
    """
    values = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    if values.get("format") != DAY_FORMAT:
        raise TruthError(reason=f"{RECORD} is of format {values.get('format')!r}, not {DAY_FORMAT!r}")
    windows = tuple(_window(one) for one in values.pop("windows"))
    width, height = values.pop("image_wh")
    return DayRecord(**values, image_wh=(width, height), windows=windows)


def _window(values: dict[str, Any]) -> WindowRecord:
    events = tuple(_event(one) for one in values.pop("events"))
    bursts = tuple(_burst(one) for one in values.pop("bursts"))
    return WindowRecord(**values, events=events, bursts=bursts)


def _event(values: dict[str, Any]) -> EventRecord:
    event = EventRecord(**values)
    return event if event.at_cm is None else replace(event, at_cm=(event.at_cm[0], event.at_cm[1]))


def _burst(values: dict[str, Any]) -> BurstRecord:
    frames = tuple(FrameRecord(**one) for one in values.pop("frames"))
    events, passing = (tuple(values.pop(name)) for name in ("events", "passing"))
    return BurstRecord(**values, events=events, passing=passing, frames=frames)
