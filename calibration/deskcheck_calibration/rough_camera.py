"""Roughly where a photo was taken from, by matches of which most are wrong and many are above the desk."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array
from deskcheck_vision.match_groups import turn_between
from deskcheck_vision.registration import Matches
from numpy.typing import NDArray

from deskcheck_calibration.camera_fit import CameraFit, camera_at, fit_camera
from deskcheck_calibration.pose import camera_matrix
from deskcheck_calibration.side_fit import Sightings, project, refine_camera

# Matches may miss by this share of the photo's long side: things were pushed, and their heights are guesses.
_MISS = 0.011
# Three of three are right by chance once in some dozens of trials; where half of all agree there are no better ones.
_TRIALS, _BATCHES = 200, 2
_ENOUGH = 0.35
_FOCALS_OF_LONG_SIDE = (0.66, 0.8, 1.0)
_LEAST_HEIGHT_CM = 15.0
# Cameras farther apart than this are two answers, where the second has this share of the first one's support.
_ANOTHER_CM = 30.0
_NEARLY = 0.7
_ROUNDS = 3
_TURN_DEG = 40.0
LEAST = 12


@dataclass(frozen=True, slots=True, eq=False)
class RoughCamera:
    """About where a photo was taken from.

    Attributes:
        camera: it.
        agree: (N,) which matches it explains.
    """

    camera: CameraFit
    agree: NDArray[np.bool_]


def rough_cameras(
    found: Matches, group: NDArray[np.bool_], image_wh: tuple[int, int], focal_px: float | None
) -> list[RoughCamera]:
    """Find the one or two cameras that most of a group of matches agree with, and whom they explain of all others.

    A screen is one plane, and two cameras see a plane nearly alike.

    Args:
        found: all matches.
        group: (N,) those to begin with.
        image_wh: of the photo.
        focal_px: focal length where known.

    Returns:
        The better supported one first; none where fewer than twelve matches agree.
    """
    miss_px = _MISS * max(image_wh)
    starts = _of_three(found.chosen(group), image_wh, focal_px, miss_px)
    cameras = [_settled(found, group, start, focal_px, miss_px) for start in starts]
    return [camera for camera in cameras if camera is not None]


def flat_camera(
    found: Matches, group: NDArray[np.bool_], image_wh: tuple[int, int], focal_px: float | None
) -> RoughCamera | None:
    """Find the camera by the matches of a group that lie on the desk, many at once; quicker where there are many.

    Args and result as of ``rough_cameras``.
    """
    miss_px = _MISS * max(image_wh)
    flat = found.chosen(group & (found.points_cm[:, 2] == 0))
    if len(flat.points_px) < LEAST:
        return None
    mapping, agree = cv2.findHomography(
        flat.points_cm[:, :2], flat.points_px, cv2.USAC_MAGSAC, miss_px / 2, maxIters=2000, confidence=0.999
    )
    inside = np.zeros(len(flat.points_px), np.bool_) if mapping is None else np.ravel(agree) > 0
    if inside.sum() < LEAST:
        return None
    points_px, points_cm = flat.points_px[inside], flat.points_cm[inside, :2]
    start = fit_camera(points_px, points_cm, image_wh, focal_px=focal_px, point_sigma_px=miss_px / 2)
    return None if start is None else _settled(found, group, start, focal_px, miss_px)


def _settled(
    found: Matches, group: NDArray[np.bool_], camera: CameraFit, focal_px: float | None, miss_px: float
) -> RoughCamera | None:
    """Fit a camera to all matches that it explains."""
    agree = group
    for _ in range(_ROUNDS):
        missed = np.linalg.norm(project(camera.vector, found.points_cm, camera.image_wh) - found.points_px, axis=1)
        sure = group & (missed < 2 * miss_px)
        angles = np.radians(found.turns_deg[sure])
        turn = float(np.degrees(np.arctan2(np.sin(angles).sum(), np.cos(angles).sum())))
        agree = (missed < 1.5 * miss_px) & (turn_between(found.turns_deg, turn) < _TURN_DEG)
        if min(sure.sum(), agree.sum()) < LEAST:
            return None
        camera = refine_camera(camera, _sightings(found.chosen(agree), miss_px / 2), focal_px)
    return RoughCamera(camera, agree) if camera.pose is not None else None


def _of_three(found: Matches, image_wh: tuple[int, int], focal_px: float | None, miss_px: float) -> list[CameraFit]:
    """Return the cameras above the desk, by three matches each, that most others agree with (Fischler, Bolles 1981)."""
    rng = np.random.default_rng(0)
    world = found.points_cm * np.array([1.0, 1.0, -1.0])
    focals = [focal_px] if focal_px else [share * max(image_wh) for share in _FOCALS_OF_LONG_SIDE]
    tried, scores, centres = np.zeros((0, 7)), np.zeros(0), np.zeros((0, 3))
    for _ in range(_BATCHES):
        vectors = []
        for trial in range(_TRIALS):
            chosen = rng.choice(len(world), 3, replace=False)
            vectors += _by_p3p(world[chosen], found.points_px[chosen], focals[trial % len(focals)], image_wh)
        if vectors:
            score, centre = _support(np.array(vectors), world, found.points_px, image_wh, miss_px)
            tried, scores = np.concatenate([tried, vectors]), np.concatenate([scores, score])
            centres = np.concatenate([centres, centre])
        if scores.max(initial=0.0) > _ENOUGH * len(world):
            break
    if scores.max(initial=0.0) <= 0:
        return []
    best = int(np.argmax(scores))
    others = np.where(np.linalg.norm(centres - centres[best], axis=1) > _ANOTHER_CM, scores, 0.0)
    second = int(np.argmax(others))
    taken = [best, second] if others[second] >= _NEARLY * scores[best] else [best]
    return [camera_at(tried[index], image_wh) for index in taken]


def _by_p3p(
    world: Float64Array, points_px: Float64Array, focal_px: float, image_wh: tuple[int, int]
) -> list[Float64Array]:
    """Return the vectors (7,) of the up to four cameras that see three points so (Ke and Roumeliotis 2017)."""
    matrix = camera_matrix(focal_px, image_wh)
    _, turns, shifts = cv2.solveP3P(world, points_px, matrix, None, flags=cv2.SOLVEPNP_AP3P)
    pairs = zip(turns, shifts, strict=True)
    return [np.concatenate([turn.ravel(), shift.ravel(), [np.log(focal_px)]]) for turn, shift in pairs]


def _support(
    vectors: Float64Array, world: Float64Array, points_px: Float64Array, image_wh: tuple[int, int], miss_px: float
) -> tuple[Float64Array, Float64Array]:
    """Return how well cameras (K, 7) explain points, and where they stand (K, 3); none for those below the desk."""
    turns = np.array([cv2.Rodrigues(vector[:3])[0] for vector in vectors])
    centres = -np.einsum("kji,kj->ki", turns, vectors[:, 3:6])
    seen = np.einsum("kij,nj->kni", turns, world) + vectors[:, None, 3:6]
    with np.errstate(all="ignore"):
        flat = seen[..., :2] / seen[..., 2:] * np.exp(vectors[:, 6])[:, None, None] + np.array(image_wh) / 2
        share = np.linalg.norm(flat - points_px, axis=2) / miss_px
        worth = np.where((seen[..., 2] > 0) & (share < 1), 1 - share**2, 0.0).sum(axis=1)
    return np.where(centres[:, 2] < -_LEAST_HEIGHT_CM, worth, 0.0), centres


def _sightings(found: Matches, sigma_px: float) -> Sightings:
    nothing = np.zeros((0, 2))
    sigma = np.full(len(found.points_px), sigma_px)
    return Sightings(found.points_cm, found.points_px, sigma, nothing, nothing, nothing, np.zeros(0))
