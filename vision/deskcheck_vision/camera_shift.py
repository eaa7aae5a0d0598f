"""How far a fixed camera has turned since the reference still of its view was taken. Pure functions on arrays.

Corners of the still (Shi and Tomasi 1994), some in every part of the picture, are followed into the later picture by
pyramidal Lucas-Kanade and back again (Kalal et al., Forward-backward error, 2010). Both pictures are first brought to
the same local contrast, so that day, night and exposure look alike. One turn of the camera has to explain what was
followed, and every part of the picture has one vote (``view_fit``). Where nothing is found nearby, ORB features are
matched over the whole picture.

A turned camera has nothing left that stands still; a thing that moved, however large, leaves the rest where it was. So
a second answer that hardly moves and that some parts of the picture speak for wins over one that moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from deskcheck_vision.detections import Float64Array, Int64Array, Uint8Array, read_only
from deskcheck_vision.view_fit import BoolArray, Fit, Moves, displacement, fit_turn, mapped, refined, sigma_at
from deskcheck_vision.view_points import (
    MIDDLE_GREY,
    cell_of,
    corners,
    evened,
    free_of,
    orb_features,
    resized_grey,
    slide,
    small_grey,
    there_and_back,
    values_at,
)
from deskcheck_vision.view_shift import Obstacle, Outcome, ViewShift

__all__ = ["CameraStill", "Obstacle", "Outcome", "ViewShift", "measure_shift"]

_RETURN_PX = 0.7
# A move may miss by this many px of the small picture.
_TOLERANCE_PX = 1.6
_LEAST_CELLS = 10
# A still with less may show nothing but things that are moved.
_FEWEST_CELLS = 15
# That nothing of a still is left says something only where there was much.
_MANY_CELLS = 25
_LEAST_SHARE = 0.25
_LEAST_SPREAD = 0.12
_LEAST_QUARTERS = 3
_RIVAL = 0.35
_STILL_PX = 4.0
_RICH_SHARE = 0.6
_SHARED_SHARE = 0.12
_RATIO = 0.8
_LEAST_MATCHES = 8
_SAME_ASPECT = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class CameraStill:
    """The reference still of a view, ready to have pictures held against it.

    Attributes:
        still_wh: its size in px.
        even: (h, w) uint8, small and of even local contrast.
        points_px: (N, 2) float32, corners in ``even``.
        cell: (N,) int64, the part of the picture each lies in.
        features_px: (M, 2) float64, ORB features in ``even``, and
        descriptors: (M, 32) uint8 of them.
    """

    still_wh: tuple[int, int]
    even: Uint8Array
    points_px: Float64Array
    cell: Int64Array
    features_px: Float64Array
    descriptors: Uint8Array

    def __post_init__(self) -> None:
        for name in ("even", "points_px", "cell", "features_px", "descriptors"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @classmethod
    def from_picture(cls, image: Uint8Array, hidden_xyxy: Float64Array) -> CameraStill:
        """Prepare a still.

        Args:
            image: (H, W, 3) uint8 BGR; persons in it may be pixelated.
            hidden_xyxy: (N, 4) boxes in its px that nothing is taken from: persons, and what else does not stay.
        """
        height, width = image.shape[:2]
        grey, scale = small_grey(image)
        even = evened(grey)
        free = free_of(even.shape, hidden_xyxy * scale)
        points, cell = corners(grey, even, free)
        features, descriptors = orb_features(even, free)
        return cls((width, height), even, points, cell, features, descriptors)

    @property
    def cells(self) -> int:
        """How many parts of the picture have something to follow."""
        return len(np.unique(self.cell))


def measure_shift(image: Uint8Array, still: CameraStill, hidden_xyxy: Float64Array) -> ViewShift:
    """Measure how far a picture's camera has turned since the still.

    Args:
        image: (H, W, 3) uint8 BGR, of any size of the still's proportions.
        still: what it is held against.
        hidden_xyxy: (N, 4) boxes in the picture's px where persons are.
    """
    height, width = image.shape[:2]
    look = _Look((width, height), still)
    if abs(width * still.still_wh[1] / (height * still.still_wh[0]) - 1) > _SAME_ASPECT:
        return look.cannot_tell(Obstacle.OTHER_PROPORTIONS)
    if still.cells < _FEWEST_CELLS:
        return look.cannot_tell(Obstacle.FEW_STRUCTURES)
    small_h, small_w = still.even.shape
    grey = resized_grey(image, (small_w, small_h))
    free = free_of(still.even.shape, hidden_xyxy * (small_w / width))
    return look.measured(grey, free)


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One picture held against a still."""

    image_wh: tuple[int, int]
    still: CameraStill

    def measured(self, grey: Uint8Array, free: Uint8Array) -> ViewShift:
        still = self.still
        in_view = values_at(free, still.points_px) > 0
        asked = len(np.unique(still.cell[in_view]))
        if asked < _LEAST_CELLS or asked < _LEAST_SHARE * still.cells:
            return self.cannot_tell(Obstacle.HIDDEN, asked)
        even = evened(grey)
        near = self._followed(even, in_view, free, np.eye(3))
        moves, fit = near, self._convincing(near, asked)
        for guess in (self._slid, self._matched):
            if fit is not None:
                break
            rough = guess(even, free)
            if rough is not None:
                moves = self._followed(even, np.ones_like(in_view), free, rough)
                fit = self._convincing(moves, asked)
        if fit is None:
            return self._without_agreement(grey, free, near, asked)
        moves, fit = self._or_at_rest(near, moves, fit)
        return self._result(moves, fit, asked)

    @property
    def _tolerance(self) -> float:
        return _TOLERANCE_PX / self._width

    @property
    def _width(self) -> float:
        return float(self.still.even.shape[1])

    def _norm(self, points_px: Float64Array) -> Float64Array:
        middle = np.array(self.still.even.shape[::-1]) / 2
        normed: Float64Array = (points_px - middle) / self._width
        return normed

    @property
    def _to_px(self) -> Float64Array:
        """(3, 3) from centred units of the width to px of the small picture."""
        width, (h, w) = self._width, self.still.even.shape
        return np.array([[width, 0, w / 2], [0, width, h / 2], [0, 0, 1.0]])

    def _px(self, homography: Float64Array) -> Float64Array:
        found: Float64Array = self._to_px @ homography @ np.linalg.inv(self._to_px)
        return found

    def _normed(self, homography_px: Float64Array) -> Float64Array:
        found: Float64Array = np.linalg.inv(self._to_px) @ homography_px @ self._to_px
        return found

    def _followed(self, even: Uint8Array, chosen: BoolArray, free: Uint8Array, guess: Float64Array) -> Moves:
        """Follow the still's points into the picture and back, the picture first turned back by a guess."""
        still, moved = self.still, not np.array_equal(guess, np.eye(3))
        picture, guess_px = even, self._px(guess)
        if moved:
            wh = (even.shape[1], even.shape[0])
            picture = np.asarray(
                cv2.warpPerspective(even, guess_px, wh, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP), np.uint8
            )
        from_px = still.points_px[chosen]
        to_px, back_px, good = there_and_back(still.even, picture, from_px)
        good &= np.linalg.norm(back_px - from_px, axis=1) < _RETURN_PX
        if moved:
            to_px = mapped(guess_px, to_px)
        height, width = even.shape
        good &= (to_px >= 0).all(axis=1) & (to_px < [width, height]).all(axis=1)
        good[good] = values_at(free, to_px[good]) > 0
        return Moves(self._norm(from_px[good]), self._norm(to_px[good]), still.cell[chosen][good])

    def _slid(self, even: Uint8Array, free: Uint8Array) -> Float64Array | None:
        """The shift and roll in which both pictures as a whole are most alike: what light changes, it forgives most."""
        found = slide(self.still.even, np.where(free > 0, even, MIDDLE_GREY).astype(np.uint8))
        return None if found is None else self._normed(found)

    def _matched(self, even: Uint8Array, free: Uint8Array) -> Float64Array | None:
        """The turn that features matched over the whole picture agree on."""
        still = self.still
        features, descriptors = orb_features(even, free)
        if min(len(features), len(still.features_px)) < _LEAST_MATCHES:
            return None
        pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(still.descriptors, descriptors, k=2)
        sure = [first for first, second in pairs if first.distance < _RATIO * second.distance]
        at = still.features_px[[one.queryIdx for one in sure]].reshape(-1, 2)
        to = features[[one.trainIdx for one in sure]].reshape(-1, 2)
        fit = fit_turn(Moves(self._norm(at), self._norm(to), cell_of(at, still.even.shape)), 2 * self._tolerance)
        return None if fit is None or fit.agrees.sum() < _LEAST_MATCHES else fit.homography

    def _convincing(self, moves: Moves, asked: int) -> Fit | None:
        """The turn that enough parts of the picture agree on, all over it."""
        fit = fit_turn(moves, self._tolerance)
        if fit is None or fit.votes < max(_LEAST_CELLS, _LEAST_SHARE * asked):
            return None
        agreeing = moves.at[fit.agrees]
        across, down = agreeing.std(axis=0)
        quarters = len(np.unique((agreeing > 0) @ [1, 2]))
        return fit if across > _LEAST_SPREAD and down > _LEAST_SPREAD / 2 and quarters >= _LEAST_QUARTERS else None

    def _or_at_rest(self, near: Moves, moves: Moves, fit: Fit) -> tuple[Moves, Fit]:
        """The answer, or the one that hardly moves where parts of the picture that it leaves over speak for that."""
        if self._largest(fit) * self._width < _STILL_PX / 2:
            return moves, fit
        rest = refined(near, np.eye(3), self._tolerance)
        if rest is None or self._largest(rest) * self._width > _STILL_PX:
            return moves, fit
        # What both explain, around the middle of a roll, speaks for neither.
        misses = np.linalg.norm(mapped(fit.homography, near.at) - near.to, axis=1)
        own = rest.agrees & (misses > self._tolerance)
        votes = float(near.cell_votes()[own].sum())
        return (near, rest) if votes >= _RIVAL * fit.votes else (moves, fit)

    def _largest(self, fit: Fit) -> float:
        return float(displacement(fit.homography, self._places()).max())

    def _places(self) -> Float64Array:
        """(35, 2) places all over the picture, its corners among them."""
        height, width = self.still.even.shape
        x, y = np.meshgrid(np.linspace(-0.5, 0.5, 7), np.linspace(-0.5, 0.5, 5) * height / width)
        return np.column_stack([x.ravel(), y.ravel()])

    def _result(self, moves: Moves, fit: Fit, asked: int) -> ViewShift:
        places = self._places()
        moved = displacement(fit.homography, places)
        worst = int(moved.argmax())
        a, b = fit.homography[0, 0], fit.homography[1, 0]
        return ViewShift(
            Outcome.MEASURED,
            self.image_wh,
            self.still.still_wh,
            self._to_still(np.asarray(np.linalg.inv(fit.homography), np.float64)),
            float(moved[worst]),
            float(sigma_at(fit.covariance, places)[worst]),
            float(np.degrees(np.arctan2(b, a))),
            float(np.hypot(a, b)),
            int(fit.agrees.sum()),
            len(np.unique(moves.cell[fit.agrees])),
            asked,
        )

    def _to_still(self, homography: Float64Array) -> Float64Array:
        """From the centred unit of both pictures to their own px."""
        (w, h), (sw, sh) = self.image_wh, self.still.still_wh
        into = np.array([[1 / w, 0, -0.5], [0, 1 / w, -h / w / 2], [0, 0, 1.0]])
        out = np.array([[sw, 0, sw / 2], [0, sw, sh / 2], [0, 0, 1.0]])
        found = out @ homography @ into
        scaled: Float64Array = found / found[2, 2]
        return scaled

    def _without_agreement(self, grey: Uint8Array, free: Uint8Array, near: Moves, asked: int) -> ViewShift:
        """Nothing of the still is in the picture, or it cannot be told."""
        rich = len(np.unique(corners(grey, evened(grey), free)[1]))
        if rich < _RICH_SHARE * self.still.cells:
            return self.cannot_tell(Obstacle.NO_CONTRAST, asked)
        stays = np.linalg.norm(near.to - near.at, axis=1) * self._width < _STILL_PX
        as_before = len(np.unique(near.cell[stays]))
        if as_before <= _SHARED_SHARE * asked and asked >= max(_MANY_CELLS, _RICH_SHARE * self.still.cells):
            return ViewShift(
                Outcome.NOTHING_SHARED, self.image_wh, self.still.still_wh, self._to_still(np.eye(3)), cells_asked=asked
            )
        return self.cannot_tell(Obstacle.NO_AGREEMENT, asked)

    def cannot_tell(self, obstacle: Obstacle, asked: int = 0) -> ViewShift:
        return ViewShift(
            Outcome.CANNOT_TELL,
            self.image_wh,
            self.still.still_wh,
            self._to_still(np.eye(3)),
            cells_asked=asked,
            obstacle=obstacle,
        )
