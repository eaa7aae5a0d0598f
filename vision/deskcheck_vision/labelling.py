"""Where labels go: beside their things, never over one another, never outside the picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deskcheck_vision.boxes import as_boxes, box_area, box_intersection
from deskcheck_vision.detections import Float64Array

_ANGLES = -math.pi / 2 + 2 * math.pi * np.arange(24) / 24  # upwards first
_DIRECTIONS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
# How many line heights off the 14 rings of places lie, the farther the wider apart.
_RING_REACH = np.array([ring * (1 + 0.15 * ring) for ring in range(1, 15)])[:, None, None]
# How many line heights of distance it is worth to avoid: covering a line height squared of things; hiding one thing
# whole; a leader line that runs through another label; a wording one step shorter (two steps: four times as much).
_COVER_COST = 1.2
_HIDE_COST = 12.0
_LABEL_CROSSING_COST = 40.0
_SHORTENING_COST = 4.0


@dataclass(frozen=True, slots=True)
class LabelSpot:
    """A place for one label.

    Attributes:
        wording: which of the sizes offered it is for.
        left_top: the label's corner, px.
        leader: line from the thing's edge to the label as (x1, y1, x2, y2) px; None where the label touches its thing.
    """

    wording: int
    left_top: tuple[int, int]
    leader: tuple[float, float, float, float] | None


class LabelPlacer:
    """Finds places for labels one after the other, the most important first.

    Args:
        image_wh: the picture, px.
        things_xyxy: (N, 4) boxes that labels had better not cover.
        line_px: height of one line of text; the measure for distances.
    """

    def __init__(self, image_wh: tuple[int, int], things_xyxy: ArrayLike, line_px: int) -> None:
        self._image_wh = image_wh
        self._things = as_boxes(things_xyxy)
        self._things_area = box_area(self._things)
        self._line_px = line_px
        self._taken: list[tuple[float, float, float, float]] = []
        self._leaders: list[tuple[float, float, float, float]] = []

    def occupy(self, xyxy: Sequence[float] | Float64Array) -> None:
        """Keep later labels off a rectangle."""
        self._taken.append((float(xyxy[0]), float(xyxy[1]), float(xyxy[2]), float(xyxy[3])))

    def is_free(self, xyxy: Sequence[float]) -> bool:
        """Tell whether a rectangle lies in the picture and off every label and leader line so far."""
        spots = as_boxes([xyxy])
        return bool(self._inside(spots)[0] and self._uncovered(spots)[0] and self._off_leaders(spots)[0])

    def beside(self, thing_xyxy: Sequence[float], label_whs: Sequence[tuple[int, int]]) -> LabelSpot | None:
        """Place a label beside a thing, or farther off with a leader line; None where no place is left.

        Args:
            thing_xyxy: the thing's box, px.
            label_whs: sizes of the label in px, the fullest wording first. A shorter one is taken where the fuller one
                would cover too much or lie too far away.
        """
        thing = as_boxes([thing_xyxy])[0]
        best: tuple[float, int, Float64Array, Float64Array] | None = None
        for wording, label_wh in enumerate(label_whs):
            spots = self._candidates(thing, label_wh)
            spots = spots[self._inside(spots) & self._uncovered(spots) & self._off_leaders(spots)]
            if not len(spots):
                continue
            lines = _shortest_lines(thing, spots)
            costs = self._costs(spots, lines) + _SHORTENING_COST * wording**2
            index = int(np.argmin(costs))
            if best is None or costs[index] < best[0]:
                best = (float(costs[index]), wording, spots[index], lines[index])
        if best is None:
            return None
        _, wording, spot, line = best
        self.occupy(spot)
        left_top = (round(spot[0]), round(spot[1]))
        if float(np.hypot(line[2] - line[0], line[3] - line[1])) <= 0.35 * self._line_px:
            return LabelSpot(wording, left_top, None)
        x1, y1, x2, y2 = (float(value) for value in line)
        self._leaders.append((x1, y1, x2, y2))
        return LabelSpot(wording, left_top, (x1, y1, x2, y2))

    def _costs(self, spots: Float64Array, lines: Float64Array) -> Float64Array:
        """Return what each of (M, 4) places costs, in line heights of distance."""
        distance = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]) / self._line_px
        overlap = box_intersection(spots, self._things)
        covered = overlap.sum(axis=1) / self._line_px**2
        hidden = (overlap / np.maximum(self._things_area, 1.0)).sum(axis=1)
        over_labels = lines_meet_boxes(lines, as_boxes(self._taken)).sum(axis=1)
        over_things = lines_meet_boxes(lines, self._things).sum(axis=1)
        order = np.arange(len(spots)) * 1e-3  # candidates come with the most usual place first
        return np.asarray(
            distance
            + _COVER_COST * covered
            + _HIDE_COST * hidden
            + _LABEL_CROSSING_COST * over_labels
            + over_things
            + order,
            np.float64,
        )

    def within(self, candidates_xyxy: ArrayLike, *, covering: bool = True) -> int | None:
        """Take the free one of several rectangles that covers the fewest things; None where none is free.

        Args:
            candidates_xyxy: (N, 4), the most usual place first.
            covering: False takes none that covers any thing at all.
        """
        spots = as_boxes(candidates_xyxy)
        free = np.flatnonzero(self._inside(spots) & self._uncovered(spots) & self._off_leaders(spots))
        if not len(free):
            return None
        covered = box_intersection(spots[free], self._things).sum(axis=1) / box_area(spots[free])
        if not covering and covered.min() > 0:
            return None
        best = int(free[np.argmin(covered + np.arange(len(free)) * 1e-6)])
        self.occupy(spots[best])
        return best

    def _candidates(self, thing: Float64Array, label_wh: tuple[int, int]) -> Float64Array:
        """Return (M, 4): flush with the box first, then rings farther and farther off, kept inside the picture."""
        width, height = label_wh
        left, top, right, bottom = thing
        gap = 1
        flush = [
            (left, top - height - gap),
            (right - width, top - height - gap),
            (left, bottom + gap),
            (right - width, bottom + gap),
            (right + gap, top),
            (left - width - gap, top),
            (right + gap, bottom - height),
            (left - width - gap, bottom - height),
            (left + gap, top + gap),
        ]
        half = np.array([right - left + width, bottom - top + height]) / 2  # at which label and thing just touch
        reach = _RING_REACH * self._line_px
        centres = np.array([left + right, top + bottom]) / 2 + _DIRECTIONS * (half + reach)  # [rings, directions, 2]
        rings = centres.reshape(-1, 2) - np.array([width, height]) / 2
        corners = np.round(np.concatenate([np.array(flush, np.float64), rings]))
        room = np.array(self._image_wh, np.float64) - (width, height)
        corners = corners.clip(0, np.maximum(room, 0))
        return np.concatenate([corners, corners + np.array([width, height])], axis=1)

    def _inside(self, spots: Float64Array) -> NDArray[np.bool_]:
        width, height = self._image_wh
        return np.asarray((spots[:, :2] >= 0).all(axis=1) & (spots[:, 2] <= width) & (spots[:, 3] <= height), np.bool_)

    def _uncovered(self, spots: Float64Array) -> NDArray[np.bool_]:
        grown = as_boxes(self._taken) + np.array([-1.0, -1.0, 1.0, 1.0])
        return np.asarray(box_intersection(spots, grown).sum(axis=1) == 0, np.bool_)

    def _off_leaders(self, spots: Float64Array) -> NDArray[np.bool_]:
        return np.asarray(~lines_meet_boxes(as_boxes(self._leaders), spots).any(axis=0), np.bool_)


def _shortest_lines(thing: Float64Array, spots: Float64Array) -> Float64Array:
    """Return the shortest lines (M, 4) from a box (4,) to each of (M, 4) boxes as x1, y1, x2, y2."""
    lines = np.empty((len(spots), 4))
    for axis in (0, 1):
        low, high = thing[axis], thing[axis + 2]
        begin, end = spots[:, axis], spots[:, axis + 2]
        # Where the ranges overlap, the middle of the overlap serves both ends; else the facing sides do.
        middle = (np.maximum(begin, low) + np.minimum(end, high)) / 2
        lines[:, axis] = np.where(begin > high, high, np.where(end < low, low, middle))
        lines[:, axis + 2] = np.where(begin > high, begin, np.where(end < low, end, middle))
    return lines


def lines_meet_boxes(lines: Float64Array, boxes: Float64Array) -> NDArray[np.bool_]:
    """Return (M, K) whether each of M lines runs through the inside of each of K boxes; touching does not count.

    The slab test: the ranges of the line's parameter within the box's x and y extents must overlap.

    Args:
        lines: (M, 4) x1, y1, x2, y2.
        boxes: (K, 4) left, top, right, bottom.
    """
    enter, leave = np.zeros((len(lines), len(boxes))), np.ones((len(lines), len(boxes)))
    for axis in (0, 1):
        start = lines[:, axis, None]  # [M,1]
        step = lines[:, axis + 2, None] - start
        near, far = boxes[None, :, axis] - start, boxes[None, :, axis + 2] - start  # [M,K]
        safe = np.where(step == 0, 1.0, step)
        first, second = near / safe, far / safe
        within = (near < 0) & (far > 0)  # of a line along the other axis
        enter = np.where(step == 0, np.where(within, enter, 2.0), np.maximum(enter, np.minimum(first, second)))
        leave = np.where(step == 0, leave, np.minimum(leave, np.maximum(first, second)))
    return np.asarray(leave - enter > 1e-9, np.bool_)
