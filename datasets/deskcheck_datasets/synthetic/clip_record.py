"""What is known about a rendered film: when it shows what, kept beside it as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from deskcheck_datasets.synthetic.errors import TruthError
from deskcheck_datasets.synthetic.truth import ItemTruth, Truth, Violation, truth_from

CLIP_FORMAT = "1"
_SEEN_SHARE = 0.5
_IN_HAND_SHARE = 0.5

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ClipState:
    """A part of a film in which nothing changes.

    Attributes:
        name: what is seen.
        from_s, to_s: when, in seconds of the film.
        covered_share: share of the desk's px that somebody hides.
        truth: everything about it, with the rules that it breaks.
    """

    name: str
    from_s: float
    to_s: float
    covered_share: float
    truth: Truth

    def planted(self) -> tuple[Violation, ...]:
        """What it breaks in plain sight."""
        return tuple(one for one in self.truth.violations if self._in_sight(one))

    def covered(self) -> tuple[Violation, ...]:
        """What it breaks behind somebody or in somebody's hands: neither to be found nor false when it is."""
        return tuple(one for one in self.truth.violations if not self._in_sight(one))

    def _in_sight(self, violation: Violation) -> bool:
        people = [i.box_xyxy for i in self.truth.items if i.class_id == "person" and i.box_xyxy is not None]
        about = [item for item in self.truth.items if item.class_id == violation.item]
        return any(_plain(item, people) for item in about)


def _plain(item: ItemTruth, people: list[Box]) -> bool:
    """Whether most of an item is seen, and not in the middle of somebody."""
    if item.box_xyxy is None or item.visibility < _SEEN_SHARE:
        return False
    x1, y1, x2, y2 = item.box_xyxy
    shares = (
        max(0.0, min(x2, p[2]) - max(x1, p[0])) * max(0.0, min(y2, p[3]) - max(y1, p[1])) / ((x2 - x1) * (y2 - y1))
        for p in people
    )
    return all(share < _IN_HAND_SHARE for share in shares)


@dataclass(frozen=True, slots=True)
class Clip:
    """A film and how it was made.

    Attributes:
        film: its file's name.
        sha256: of that file.
        window, view: the window and the layout's reference view.
        started_at: ISO time of the first frame, with its zone.
        duration_s: length.
        frames_per_s: of the film.
        keyframe_s: between two frames that are kept whole.
        seed, samples, quantiser: of the rendering and of H.264.
        generator: versions of what made it.
        states: without gaps, from 0 to the end.
    """

    format: str
    film: str
    sha256: str
    window: str
    view: str
    started_at: str
    duration_s: float
    frames_per_s: int
    keyframe_s: float
    seed: int
    samples: int
    quantiser: int
    generator: dict[str, str]
    states: tuple[ClipState, ...]

    def at(self, time_s: float) -> ClipState:
        """What is shown at a time of the film."""
        return next((state for state in self.states if time_s < state.to_s), self.states[-1])


def write_clip(clip: Clip, path: Path) -> None:
    """Write the record whole or not at all and read it back.

    Raises:
        TruthError: its states leave gaps, or it is not read back as it was written.
    """
    ends = (0.0, *(state.to_s for state in clip.states))
    begins = (*(state.from_s for state in clip.states), clip.duration_s)
    if ends != begins:
        raise TruthError(reason=f"the states of {clip.film} end at {ends} and begin at {begins}")
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(clip), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    if read_clip(part) != clip:
        raise TruthError(reason=f"the record of {clip.film} is not read back as it was written")
    part.replace(path)


def read_clip(path: Path) -> Clip:
    """Read a film's record.

    Raises:
        TruthError: it is of another format.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    if values.get("format") != CLIP_FORMAT:
        raise TruthError(reason=f"{path.name} is of format {values.get('format')!r}, not {CLIP_FORMAT!r}")
    states = tuple(
        ClipState(**{**state, "truth": truth_from(state["truth"], path.name)}) for state in values.pop("states")
    )
    return Clip(**values, states=states)
