"""How surely a turned camera is noticed, how often one that hangs still is called moved, and what looking costs.

``deskcheck-data synth cameras FOLDER`` makes the pictures; DESKCHECK_CAMERA_SETS names the folder. Each look is cut out
of a rendered picture that has more around it than the camera shows: turned by a known angle, with noise, exposure and
compression of its own. Half of the looks are told where people are, the other half are not.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.camera_guard import GuardState, state_of
from deskcheck_datasets.synthetic.camera_looks import AT_REST, Turn, cut, fits_in, people_in
from deskcheck_datasets.synthetic.camera_sets import CameraSet, SeenByCamera, read_camera_sets
from deskcheck_vision.camera_shift import CameraStill, measure_shift
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.detector import Tiling, YoloDetector
from deskcheck_vision.model_files import default_model_path
from deskcheck_vision.sessions import OnnxSession

from tests.benchmarks.figures import Figure, measures

ROOT = Path(__file__).resolve().parents[2]
HALL_PHOTO = ROOT / "service" / "deskcheck_service" / "demo" / "hall" / "photos" / "A01-reference.jpg"
LOOKS = 1100
KINDS = ("pan", "tilt", "roll", "mixed", "shift")
LEAST_DEG, MOST_DEG = 0.5, 4.0
LEAST_SHARE, MOST_SHARE = 0.01, 0.06
# As many of the turns are of exactly the least angle or shift that has to be found.
LEAST_OFTEN = 0.4
NO_BOXES = np.zeros((0, 4))


@dataclass(frozen=True, slots=True)
class Look:
    """What the guard said of one picture.

    Attributes:
        kind: of turn, ``rest`` for none; ``turned`` and ``away`` for those that were rendered so.
        role, light: of the rendered picture.
        least: the turn is the least that has to be found.
        state: what was said.
    """

    kind: str
    role: str
    light: str
    least: bool
    state: GuardState


def sets_folder() -> Path | None:
    """Folder of rendered cameras, None without one."""
    named = os.environ.get("DESKCHECK_CAMERA_SETS", "")
    return Path(named) if named and any((Path(named) / "cameras").glob("*.json")) else None


def drawn_turn(rng: np.random.Generator, kind: str) -> tuple[Turn, bool]:
    """A turn of that kind, and whether it is the least one."""
    least = bool(rng.random() < LEAST_OFTEN)
    angle = LEAST_DEG if least else float(np.exp(rng.uniform(np.log(LEAST_DEG), np.log(MOST_DEG))))
    if kind == "shift":
        share = LEAST_SHARE if least else float(rng.uniform(LEAST_SHARE, MOST_SHARE))
        way = rng.uniform(0, 2 * np.pi)
        return Turn(shift_share=(share * float(np.cos(way)), share * float(np.sin(way)))), least
    if kind == "mixed":
        # Each of the three at most this much, one of them exactly.
        axis = rng.uniform(-1, 1, 3)
        axis[int(rng.integers(3))] = rng.choice((-1.0, 1.0))
    else:
        axis = np.eye(3)[("pan", "tilt", "roll").index(kind)] * rng.choice((-1.0, 1.0))
    pan, tilt, roll = (float(angle * part) for part in axis)
    return Turn((pan, tilt, roll)), least


def looks_of(folder: Path, camera_set: CameraSet, turn_number: int) -> Iterator[Look]:
    """Hold looks of every picture of a camera against its still: of each kind one, and at rest as many as turned."""
    rng = np.random.default_rng((18, camera_set.seed, turn_number))
    pictures = {one.file: _read(folder, one) for one in camera_set.pictures}
    first, *_ = camera_set.pictures
    still_image = cut(pictures[first.file], camera_set, first, AT_REST, rng, quantiser=28)
    still = CameraStill.from_picture(still_image, people_in(camera_set, first, AT_REST))
    for shown in camera_set.pictures:
        turned = shown.role in ("turned", "away")
        for kind in (shown.role,) if turned else ("rest", *KINDS):
            for _ in range(len(KINDS) if kind == "rest" else 1):
                turn, least = _possible(rng, camera_set, shown, kind)
                gain = float(np.exp(rng.uniform(-0.4, 0.35)))
                quantiser = int(rng.integers(24, 39))
                image = cut(pictures[shown.file], camera_set, shown, turn, rng, gain=gain, quantiser=quantiser)
                hidden = people_in(camera_set, shown, turn) if rng.random() < 0.5 else NO_BOXES
                yield Look(kind, shown.role, shown.light, least, _said(image, still, hidden))


def _said(image: Uint8Array, still: CameraStill, hidden: Float64Array) -> GuardState:
    return state_of(measure_shift(image, still, hidden))


def _read(folder: Path, shown: SeenByCamera) -> Uint8Array:
    return np.asarray(cv2.imread(str(folder / "images" / shown.file)), np.uint8)


def _possible(rng: np.random.Generator, camera_set: CameraSet, shown: SeenByCamera, kind: str) -> tuple[Turn, bool]:
    """A turn whose picture lies inside the rendered one; of a narrow lens only small ones do."""
    if kind not in KINDS:
        return AT_REST, False
    while True:
        turn, least = drawn_turn(rng, kind)
        if fits_in(camera_set, shown, turn):
            return turn, least


@cache
def looks(folder: Path) -> tuple[Look, ...]:
    """All looks of a folder, at least ``LOOKS`` at rest and as many turned."""
    sets = read_camera_sets(folder)
    at_rest = sum(one.role in ("still", "later") for camera_set in sets for one in camera_set.pictures)
    each = -(-LOOKS // (at_rest * len(KINDS)))
    return tuple(look for number in range(each) for camera_set in sets for look in looks_of(folder, camera_set, number))


def _split(found: list[Look], by: str, wanted: GuardState) -> str:
    """How many of each kind were called so."""
    total, hits = Counter(getattr(one, by) for one in found), Counter()
    hits.update(getattr(one, by) for one in found if one.state is wanted)
    return ", ".join(f"{name} {hits[name]}/{count}" for name, count in sorted(total.items()))


NO_FOLDER = "DESKCHECK_CAMERA_SETS names no folder of synth cameras"


@measures
def shift_found() -> Iterator[Figure]:
    """Turned cameras, from 0.5 degrees or 1 % of the picture, that are called moved."""
    folder = sets_folder()
    if folder is None:
        yield Figure("shift_found", None, 0.99, False, "share", NO_FOLDER)
        return
    moved = [one for one in looks(folder) if one.kind not in ("rest", "away")]
    share = sum(one.state is GuardState.MOVED for one in moved) / len(moved)
    least = [one for one in moved if one.least]
    away = [one for one in looks(folder) if one.kind == "away"]
    note = (
        f"{len(moved)} looks: {_split(moved, 'kind', GuardState.MOVED)}; by light: "
        f"{_split(moved, 'light', GuardState.MOVED)}; least turns: {_split(least, 'kind', GuardState.MOVED)}; "
        f"turned away altogether (not counted): {_split(away, 'kind', GuardState.MOVED)}"
    )
    yield Figure("shift_found", share, 0.99, False, "share", note)


@measures
def shift_false() -> Iterator[Figure]:
    """Cameras that hang still and are called moved, over day, night, exposure, people and moved things."""
    folder = sets_folder()
    if folder is None:
        yield Figure("shift_false", None, 0.001, True, "share", NO_FOLDER)
        return
    rest = [one for one in looks(folder) if one.kind == "rest"]
    share = sum(one.state is GuardState.MOVED for one in rest) / len(rest)
    states = Counter(one.state.value for one in rest)
    said = ", ".join(f"{name} {count}" for name, count in sorted(states.items()))
    note = f"{len(rest)} looks ({said}); moved by light: {_split(rest, 'light', GuardState.MOVED)}"
    yield Figure("shift_false", share, 0.001, True, "share", note)


@measures
def guard_over_detect() -> Iterator[Figure]:
    """Time to hold a 1080p picture against its still over one pass of the detector, in turns, medians."""
    photo = np.asarray(cv2.resize(cv2.imread(str(HALL_PHOTO))[:900], (1920, 1080)), np.uint8)
    detector = YoloDetector(OnnxSession(default_model_path()))
    still = CameraStill.from_picture(photo, NO_BOXES)
    rng = np.random.default_rng(18)
    later = np.clip(photo * 0.8 + rng.normal(0, 4, photo.shape), 0, 255).astype(np.uint8)
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(15):
        began = time.perf_counter()
        detector.detect(later, tiling=Tiling.NEVER)
        between = time.perf_counter()
        state = _said(later, still, NO_BOXES)
        spent[0].append(between - began)
        spent[1].append(time.perf_counter() - between)
        if state is not GuardState.STEADY:
            raise RuntimeError(f"the picture at rest was called {state}")
    ratio = float(np.median(spent[1]) / np.median(spent[0]))
    yield Figure("guard_over_detect", ratio, 0.5, True, "times", f"{1000 * np.median(spent[1]):.0f} ms on this machine")
