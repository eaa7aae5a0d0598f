"""The board of a desk as its approved picture shows it, and the camera of a photo that shows the same board."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array, read_only
from deskcheck_vision.surface import Int8Array, Pieces, find_pieces, grain_of
from numpy.typing import NDArray

from deskcheck_calibration.camera_fit import CameraFit, focal_prior
from deskcheck_calibration.geometry import apply_homography, homography_jacobians, inverse
from deskcheck_calibration.side_fit import Sightings, flat, refine_camera, slopes_px

# A phone sees a desk from 1.5 m about so; a mm of grain is half a px.
_PX_PER_CM = 6.0
_MOST_PX = 1500.0
_WORTH_SHRINKING = 0.7
_HALF = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])

REACHES_CM = (8.0, 4.0, 2.0, 2.0)
_AGREES_CM = 0.7
# After the fit, a piece that is of this board lies within.
_HOLDS_CM = 0.4
_TRIALS = 600
_LEAST_PIECES = 4
_LEAST_SHARE = 0.2
_PIECE_SIGMA_CM = 0.3
# By how much the camera before may be wrong: turn in radians, place in cm.
_TURN_SIGMA, _PLACE_SIGMA_CM = 0.06, 8.0


@dataclass(frozen=True, slots=True, eq=False)
class DeskSurface:
    """A desk's board.

    Attributes:
        grain: (H, W) int8, see ``surface.grain_of``.
        usable: (H, W) uint8, 0 where something hides it.
        px_per_cm: scale of both.
    """

    grain: Int8Array
    usable: Uint8Array
    px_per_cm: float

    def __post_init__(self) -> None:
        if self.grain.shape != self.usable.shape or self.grain.ndim != 2:
            raise ValueError(f"expected (H, W) twice, got {self.grain.shape}, {self.usable.shape}")
        object.__setattr__(self, "grain", read_only(self.grain))
        object.__setattr__(self, "usable", read_only(self.usable))

    @classmethod
    def from_picture(
        cls, grey: Uint8Array, usable: Uint8Array, to_px: Float64Array, desk_wh_cm: tuple[float, float]
    ) -> DeskSurface:
        """Straighten a picture (H, W) uint8 whose desk lies at to_px (3, 3); usable is 0 over things."""
        px_per_cm = min(_PX_PER_CM, _MOST_PX / max(desk_wh_cm))
        straight, shown = straightened(grey, to_px, desk_wh_cm, px_per_cm)
        free, _ = straightened(usable, to_px, desk_wh_cm, px_per_cm)
        return cls(
            grain_of(straight, px_per_cm), np.where((free == 255) & (shown > 0), np.uint8(255), np.uint8(0)), px_per_cm
        )

    def completed(self, other: DeskSurface) -> DeskSurface:
        """Return this board with another picture's where something hides it here; both of one desk and scale."""
        here = self.usable > 0
        grain, usable = np.where(here, self.grain, other.grain), np.where(here, self.usable, other.usable)
        return DeskSurface(grain, usable, self.px_per_cm)


def straightened(
    grey: Uint8Array, to_px: Float64Array, desk_wh_cm: tuple[float, float], px_per_cm: float
) -> tuple[Uint8Array, Uint8Array]:
    """Return the desk seen from above, (H, W) uint8, and 255 where the picture shows it, 0 elsewhere."""
    size = (max(round(desk_wh_cm[0] * px_per_cm), 1), max(round(desk_wh_cm[1] * px_per_cm), 1))
    smaller = _scale_for(grey, to_px, desk_wh_cm, px_per_cm)
    if smaller < _WORTH_SHRINKING:
        # What is taken from every other px only would be another grain.
        grey = np.asarray(cv2.resize(grey, None, fx=smaller, fy=smaller, interpolation=cv2.INTER_AREA), np.uint8)
        to_px = np.diag([smaller, smaller, 1.0]) @ to_px
    # Pictures have (0, 0) at the outer corner of the first px, OpenCV at its middle.
    to_picture = np.linalg.inv(_HALF) @ to_px @ np.diag([1 / px_per_cm, 1 / px_per_cm, 1.0]) @ _HALF
    seen = cv2.warpPerspective(grey, to_picture, size, flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR)
    shown = np.asarray(seen, np.uint8)
    # Black is what lies outside the picture; a board that is as black shows no grain either.
    return shown, np.where(shown > 0, np.uint8(255), np.uint8(0))


def _scale_for(grey: Uint8Array, to_px: Float64Array, desk_wh_cm: tuple[float, float], px_per_cm: float) -> float:
    """Return to what share of its size a picture may be brought that shows the desk finer than is asked for."""
    middle = np.array([[grey.shape[1] / 2, grey.shape[0] / 2]])
    at = np.clip(apply_homography(inverse(to_px), middle), 0.0, np.array(desk_wh_cm))
    here = np.sqrt(np.abs(np.linalg.det(homography_jacobians(to_px, at)[0])))
    return float(np.clip(px_per_cm / max(here, 1e-6), 0.1, 1.0)) if np.isfinite(here) else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceFit:
    """A camera fitted to pieces of the board.

    Attributes:
        camera: it.
        pieces: how many the photo could show.
        points_cm, points_px: (N, 2) those that agree, and where they are seen.
    """

    camera: CameraFit
    pieces: int
    points_cm: Float64Array
    points_px: Float64Array


def fit_surface(
    grey: Uint8Array,
    start: CameraFit,
    surface: DeskSurface,
    desk_wh_cm: tuple[float, float],
    focal_px: float | None,
    reaches_cm: tuple[float, ...] = REACHES_CM,
) -> SurfaceFit | None:
    """Move a camera to where the photo's board matches the known one; None where it does not.

    Args:
        grey: (H, W) uint8 photo.
        start: about where the camera is.
        surface: the known board.
        desk_wh_cm: the desk.
        focal_px: focal length where known.
        reaches_cm: how far beside to look, in turn.
    """
    camera, found = start, None
    for reach_cm in reaches_cm:
        straight, shown = straightened(grey, camera.to_px, desk_wh_cm, surface.px_per_cm)
        grain = grain_of(straight, surface.px_per_cm)
        # The last look is the proof: there each piece speaks for itself.
        together = reach_cm > reaches_cm[-1]
        pieces = find_pieces(
            surface.grain, surface.usable, grain, shown, surface.px_per_cm, reach_cm, together=together
        )
        agree = _consensus(camera, pieces, focal_px)
        if agree.sum() < max(_LEAST_PIECES, _LEAST_SHARE * len(agree)):
            return None
        points_px = apply_homography(camera.to_px, pieces.points_cm + pieces.shift_cm)
        seen = _sightings(camera, pieces.points_cm[agree], points_px[agree])
        camera = refine_camera(camera, seen, focal_px)
        missed = np.linalg.norm(apply_homography(inverse(camera.to_px), points_px) - pieces.points_cm, axis=1)
        close = missed < _HOLDS_CM
        found = SurfaceFit(camera, len(close), pieces.points_cm[close], points_px[close])
    return found


def _sightings(camera: CameraFit, points_cm: Float64Array, points_px: Float64Array) -> Sightings:
    nothing = np.zeros((0, 2))
    scale = np.sqrt(np.abs(np.linalg.det(homography_jacobians(camera.to_px, points_cm))))
    return Sightings(flat(points_cm), points_px, _PIECE_SIGMA_CM * scale, nothing, nothing, nothing, np.zeros(0))


def _consensus(camera: CameraFit, pieces: Pieces, focal_px: float | None) -> NDArray[np.bool_]:
    """Return (N,) which pieces one camera sees together, of many cameras that see three of them so."""
    count = len(pieces.points_cm)
    none = np.zeros(count, np.bool_)
    if count < _LEAST_PIECES:
        return none
    to_px = homography_jacobians(camera.to_px, pieces.points_cm)
    slopes = np.linalg.solve(to_px, slopes_px(camera.vector, pieces.points_cm, camera.image_wh))  # [N,2,7]
    rng = np.random.default_rng(0)
    weight = np.maximum(pieces.likeness, 0.02)
    weight = weight / weight.sum()
    chosen = rng.choice(count, (_TRIALS, 3), p=weight)
    log_sigma = focal_prior(focal_px, camera.image_wh)[1]
    prior = np.array([_TURN_SIGMA] * 3 + [_PLACE_SIGMA_CM] * 3 + [min(log_sigma, 0.1)])
    sigma = _AGREES_CM / 2
    rows = slopes[chosen].reshape(_TRIALS, 6, 7) / sigma
    asked = pieces.shift_cm[chosen].reshape(_TRIALS, 6) / sigma
    normal = np.einsum("tij,tik->tjk", rows, rows) + np.diag(prior**-2)
    step = np.linalg.solve(normal, np.einsum("tij,ti->tj", rows, asked)[..., None])[..., 0]
    error = np.einsum("nij,tj->tni", slopes, step) - pieces.shift_cm
    close = np.linalg.norm(error, axis=2) < _AGREES_CM
    score = (close * (0.5 + np.maximum(pieces.likeness, 0))).sum(axis=1)
    return np.asarray(close[int(np.argmax(score))], np.bool_)
