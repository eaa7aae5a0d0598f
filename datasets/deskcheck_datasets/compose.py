"""Composed pictures: cut-outs and drawn paper on desks, on table tops seen from above, in rooms, side by side.

Every picture is a pure function of (library, seed, index): the same call gives the same pixels on any number of
processes. Sizes are in cm; a desk seen at an elevation has a scale in px/cm that grows towards the viewer and
foreshortens what lies flat by sin(elevation).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array

from deskcheck_datasets.backgrounds import BackgroundLibrary, desk_surface, random_crop, wall
from deskcheck_datasets.cutouts import CutOut, Pose
from deskcheck_datasets.paperwork import leaflet, printed_sheet, sticky_note
from deskcheck_datasets.pasting import Canvas, TrueBox, paste, transformed, true_boxes
from deskcheck_datasets.photometry import jitter_colour, photograph
from deskcheck_datasets.vocabulary import COCO_NAMES

SIZE_PX = 640
MIN_VISIBLE = 0.25
_MIN_SIDE_PX = 6.0


@dataclass(frozen=True, slots=True)
class Composed:
    """One composed picture with its truth.

    Attributes:
        image: (640, 640, 3) uint8 BGR.
        boxes: every object with its label (None: distractor) and visible share.
        kind: desk, top_down, room or tiles.
        paste_region_only: the background shows a real place whose own things nobody has boxed.
    """

    image: Uint8Array
    boxes: tuple[TrueBox, ...]
    kind: str
    paste_region_only: bool


@dataclass(frozen=True, slots=True)
class Library:
    """All that composing draws from.

    Attributes:
        cutouts: every usable cut-out.
        by_label: the same by what they teach; distractors under "".
        backgrounds: surfaces, rooms, prints.
    """

    cutouts: tuple[CutOut, ...]
    by_label: MappingProxyType[str, tuple[CutOut, ...]]
    backgrounds: BackgroundLibrary


def make_library(cutouts: tuple[CutOut, ...], backgrounds: BackgroundLibrary) -> Library:
    """Group the cut-outs by label."""
    groups: dict[str, list[CutOut]] = {}
    for cutout in cutouts:
        groups.setdefault(cutout.label or "", []).append(cutout)
    return Library(cutouts, MappingProxyType({k: tuple(v) for k, v in groups.items()}), backgrounds)


@dataclass(frozen=True, slots=True)
class _View:
    """A simple pinhole view of a desk: scale by row, foreshortening."""

    horizon_px: float
    near_px_per_cm: float
    sin_elevation: float

    def scale(self, base_y_px: float) -> float:
        span = SIZE_PX - self.horizon_px
        return self.near_px_per_cm * max(0.15, (base_y_px - self.horizon_px) / span)


@dataclass(frozen=True, slots=True)
class _Thing:
    """An object chosen for a picture: its pixels, its size and how it lies."""

    patch: Uint8Array
    label: str | None
    long_side_cm: float
    pose: Pose


def _drawn_paper(library: Library, rng: np.random.Generator) -> _Thing:
    choice = rng.random()
    if choice < 0.62:
        patch = printed_sheet(rng)
        return _Thing(patch, "paper", 29.7 if max(patch.shape) > 400 else 21.0, Pose.FLAT)
    if choice < 0.84:
        source = library.backgrounds.prints[int(rng.integers(len(library.backgrounds.prints)))]
        patch = leaflet(rng, random_crop(source, rng, (200, 200), (0.4, 0.9)))
        return _Thing(patch, "brochure", max(patch.shape) / 14.0, Pose.FLAT)
    return _Thing(sticky_note(rng), "sticky notes", 7.6, Pose.FLAT)


def _weight(label: str, cutouts: int) -> float:
    """Return how often a label comes; few cut-outs come less often, or their very pixels would be learnt."""
    if label == "":
        return 3.0
    return min(1.0, 0.4 + 0.1 * cutouts) * (0.35 if label in COCO_NAMES else 1.0)


def _choose(library: Library, rng: np.random.Generator) -> _Thing:
    """Choose a thing: appended labels evenly, COCO's a third as often (the starting weights know them), paper often."""
    if rng.random() < 0.16:
        return _drawn_paper(library, rng)
    names = sorted(library.by_label)
    weights = np.array([_weight(name, len(library.by_label[name])) for name in names])
    group = library.by_label[str(rng.choice(names, p=weights / weights.sum()))]
    cutout = group[int(rng.integers(len(group)))]
    size_cm = cutout.long_side_cm * math.exp(rng.normal(0, 0.16))
    return _Thing(cutout.read(), cutout.label, size_cm, cutout.pose)


def _matrix(thing: _Thing, scale: float, sin_elevation: float, rng: np.random.Generator) -> Float64Array:
    """Return the (2, 2) matrix that takes the cut-out's px to canvas px at a scale in px/cm."""
    zoom = thing.long_side_cm * scale / max(thing.patch.shape[:2])
    mirror = -1.0 if thing.label not in {"paper", "brochure"} and rng.random() < 0.5 else 1.0
    if thing.pose is Pose.UPRIGHT:
        turn = math.radians(rng.normal(0, 4))
    elif thing.pose is Pose.LYING:
        turn = math.radians(rng.uniform(0, 360) if sin_elevation > 0.75 else rng.normal(0, 45))
    else:
        turn = math.radians(rng.uniform(0, 360) if rng.random() < 0.4 else rng.normal(0, 12))
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    squash = sin_elevation if thing.pose is Pose.FLAT else (1.0 if thing.pose is Pose.UPRIGHT else 0.9)
    shear = np.array([[1.0, rng.normal(0, 0.12)], [0.0, squash]]) if thing.pose is Pose.FLAT else np.diag([1.0, squash])
    return np.asarray(zoom * shear @ rotation @ np.diag([mirror, 1.0]), np.float64)


def _put(canvas: Canvas, thing: _Thing, view: _View, base: tuple[float, float], rng: np.random.Generator) -> None:
    """Paste a thing so that its lower edge (or, lying flat, its middle) meets the desk at a point."""
    matrix = _matrix(thing, view.scale(base[1]), view.sin_elevation, rng)
    patch, _ = transformed(jitter_colour(thing.patch, rng), matrix)
    height, width = patch.shape[:2]
    rise = height if thing.pose is Pose.UPRIGHT else height / 2
    side = float(rng.normal(0, 0.04)) * width
    drop = 0.02 * height if thing.pose is Pose.UPRIGHT else 2.0
    shadow = (side, drop, float(rng.uniform(0.12, 0.5)))
    paste(canvas, patch, (round(base[0] - width / 2), round(base[1] - rise)), thing.label, shadow)


def _kept(canvas: Canvas) -> tuple[TrueBox, ...]:
    """Return the boxes that can be told: enough of the thing shows and it is not a speck."""
    return tuple(
        box
        for box in true_boxes(canvas)
        if box.visible >= MIN_VISIBLE and min(box.xyxy[2] - box.xyxy[0], box.xyxy[3] - box.xyxy[1]) >= _MIN_SIDE_PX
    )


def _spots(rng: np.random.Generator, count: int, top_px: float) -> Float64Array:
    """Return (count, 2) px spots spread over the desk, far ones first: best of several random tries each."""
    chosen: list[Float64Array] = []
    for _ in range(count):
        tries = np.stack([rng.uniform(10, SIZE_PX - 10, 3), rng.uniform(top_px, SIZE_PX - 5, 3)], axis=1)
        if chosen:
            distance = np.linalg.norm(tries[:, None] - np.array(chosen)[None], axis=2).min(axis=1)
            chosen.append(tries[int(distance.argmax())])
        else:
            chosen.append(tries[0])
    spots = np.array(chosen).reshape(-1, 2)
    return np.asarray(spots[np.argsort(spots[:, 1])], np.float64)


def _fill(canvas: Canvas, library: Library, view: _View, rng: np.random.Generator, count: int, top_px: float) -> None:
    things = [_choose(library, rng) for _ in range(count)]
    spots = _spots(rng, count, top_px)
    # Paper goes down first: cups stand on paper, hardly ever the other way round.
    order = sorted(range(count), key=lambda i: (things[i].label not in {"paper", "mouse pad"}, spots[i][1]))
    for index in order:
        _put(canvas, things[index], view, (float(spots[index][0]), float(spots[index][1])), rng)


def compose_desk(library: Library, rng: np.random.Generator) -> Composed:
    """Compose a desk seen from the side of whoever photographs it, with a wall or a room behind."""
    elevation = math.radians(rng.uniform(22, 65))
    edge = int(SIZE_PX * rng.uniform(0.02, 0.45) * (1.25 - math.sin(elevation)))
    surface = desk_surface(library.backgrounds, rng, (SIZE_PX, SIZE_PX))
    pinch = rng.uniform(0.05, 0.3)
    source = np.array([[pinch, 0], [1 - pinch, 0], [1, 1], [0, 1]], np.float32) * SIZE_PX
    frame = np.array([[0, edge], [SIZE_PX, edge], [SIZE_PX, SIZE_PX], [0, SIZE_PX]], np.float32)
    warp = cv2.getPerspectiveTransform(source, frame)
    desk = cv2.warpPerspective(surface, warp, (SIZE_PX, SIZE_PX), borderMode=cv2.BORDER_REFLECT)
    image = np.asarray(desk, np.uint8)
    if edge > 8:
        image[:edge] = wall(library.backgrounds, rng, (SIZE_PX, edge))
    canvas = Canvas(image)
    view = _View(edge - SIZE_PX * rng.uniform(0.4, 1.2), float(rng.uniform(3.0, 11.0)), math.sin(elevation))
    _fill(canvas, library, view, rng, int(rng.integers(7, 22)), edge + 12.0)
    return Composed(photograph(canvas.image, rng), _kept(canvas), "desk", paste_region_only=edge > 60)


def compose_top_down(library: Library, rng: np.random.Generator) -> Composed:
    """Compose a table top seen from straight above."""
    canvas = Canvas(desk_surface(library.backgrounds, rng, (SIZE_PX, SIZE_PX)))
    view = _View(-4000.0, float(rng.uniform(5.0, 16.0)), float(rng.uniform(0.85, 1.0)))
    _fill(canvas, library, view, rng, int(rng.integers(4, 16)), 10.0)
    return Composed(photograph(canvas.image, rng), _kept(canvas), "top_down", paste_region_only=False)


def compose_room(library: Library, rng: np.random.Generator) -> Composed:
    """Compose a few things into a real room or hall, whose own things stay unlabelled here."""
    room = library.backgrounds.rooms[int(rng.integers(len(library.backgrounds.rooms)))]
    canvas = Canvas(random_crop(room, rng, (SIZE_PX, SIZE_PX), (0.6, 1.0)))
    view = _View(-float(rng.uniform(50, 500)), float(rng.uniform(2.0, 7.0)), float(rng.uniform(0.35, 0.8)))
    _fill(canvas, library, view, rng, int(rng.integers(3, 9)), SIZE_PX * 0.4)
    return Composed(photograph(canvas.image, rng), _kept(canvas), "room", paste_region_only=True)


def compose_tiles(library: Library, rng: np.random.Generator) -> Composed:
    """Compose a catalogue page: large single things on plain ground, so that their detail is learnt too."""
    rows = int(rng.integers(1, 4))
    cell = SIZE_PX // rows
    image = np.empty((SIZE_PX, SIZE_PX, 3), np.uint8)
    for index in range(rows * rows):
        top, left = index // rows * cell, index % rows * cell
        plain = rng.random() < 0.6
        tile = np.full((cell, cell, 3), int(rng.integers(200, 256)), np.uint8)
        image[top : top + cell, left : left + cell] = (
            tile if plain else desk_surface(library.backgrounds, rng, (cell, cell))
        )
    canvas = Canvas(image)
    for index in range(rows * rows):
        thing = _choose(library, rng)
        share = rng.uniform(0.45, 0.95)
        view = _View(-1e6, float(cell * share / thing.long_side_cm), float(rng.uniform(0.6, 1.0)))
        middle = (index % rows * cell + cell / 2, index // rows * cell + cell / 2)
        matrix = _matrix(thing, view.near_px_per_cm, view.sin_elevation, rng)
        patch, _ = transformed(jitter_colour(thing.patch, rng), matrix)
        corner = (round(middle[0] - patch.shape[1] / 2), round(middle[1] - patch.shape[0] / 2))
        paste(canvas, patch, corner, thing.label, (2.0, 3.0, float(rng.uniform(0, 0.3))))
    return Composed(photograph(canvas.image, rng), _kept(canvas), "tiles", paste_region_only=False)


_KINDS: tuple[tuple[float, Callable[[Library, np.random.Generator], Composed]], ...] = (
    (0.55, compose_desk),
    (0.72, compose_top_down),
    (0.86, compose_room),
    (1.0, compose_tiles),
)


def compose(library: Library, seed: int, index: int) -> Composed:
    """Compose picture number ``index`` of a seed: 55 % desks, 17 % from above, 14 % rooms, 14 % catalogue pages."""
    rng = np.random.default_rng((seed, index))
    draw = rng.random()
    make = next(function for limit, function in _KINDS if draw < limit)
    return make(library, rng)
