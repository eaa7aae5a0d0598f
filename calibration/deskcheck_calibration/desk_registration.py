"""The desk of a photo taken from anywhere, by what its approved picture shows, or why it is not told.

Matched features say roughly where the desk is: most of them lie on things, which have height and are pushed about. The
desk's own straight sides, looked for near there, say it exactly. Both have to agree, and each alone proves nothing: a
neighbour's desk has the same sides, and a calendar that hangs on every desk has the same features.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.registration import Matches, match, photo_features
from numpy.typing import NDArray

from deskcheck_calibration.camera_fit import CameraFit, fit_camera
from deskcheck_calibration.desk_reference import DeskReference
from deskcheck_calibration.geometry import apply_homography, homography_jacobians, inverse
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.registration_limits import GOOD, LEAST_MATCHES, Evidence, Limits, Refusal, refusal_of
from deskcheck_calibration.side_choice import Choice, choose_sides
from deskcheck_calibration.side_fit import refine_camera

# Matches of the first guess may miss by this share of the photo's long side.
_ROUGH = 0.006
_GUESSES = 3
# After the sides have spoken, a match that belongs to the desk lies within this: things have height.
_NEAR_CM = 4.0
_REACHES_CM = (6.0, 2.5)


@dataclass(frozen=True, slots=True)
class DeskRegistration:
    """The desk of a photo.

    Attributes:
        plane: None where it is not told.
        refusal: why; None where it is.
        evidence: what it rests on.
    """

    plane: DeskPlane | None
    refusal: Refusal | None
    evidence: Evidence


def register_photo(
    image: Uint8Array, reference: DeskReference, focal_px: float | None = None, limits: Limits = GOOD
) -> DeskRegistration:
    """Find a desk in a photo taken from anywhere.

    Args:
        image: (H, W, 3) uint8 BGR.
        reference: the desk's approved picture.
        focal_px: focal length of the photo in px where known.
        limits: what makes it good.
    """
    points_px, descriptors = photo_features(image)
    return register_matches(image, match(points_px, descriptors, reference.features), reference, focal_px, limits)


def register_matches(
    image: Uint8Array,
    found: Matches,
    reference: DeskReference,
    focal_px: float | None = None,
    limits: Limits = GOOD,
) -> DeskRegistration:
    """Find a desk by matches that are known already; see ``register_photo``.

    The largest set of matches that one plane explains may lie on a screen, or on a thing that was moved: what is left
    without it is tried as well, and the first answer that holds is taken.
    """
    left, refused = found, list[DeskRegistration]()
    for _ in range(_GUESSES):
        guess = _guess(left, (image.shape[1], image.shape[0]), limits.least_matches)
        if guess is None:
            break
        answer = _answer(image, found, guess, reference, focal_px, limits)
        if answer.plane is not None:
            return answer
        refused.append(answer)
        left = Matches(left.points_px[~guess.inside], left.points_cm[~guess.inside])
    few = DeskRegistration(None, Refusal.FEW_MATCHES, Evidence(matches=len(found.points_px)))
    return max(refused, key=lambda one: one.evidence.agreeing, default=few)


@dataclass(frozen=True, slots=True, eq=False)
class _Guess:
    """Matches that one plane explains.

    Attributes:
        inside: (N,) which.
        points_cm, points_px: they themselves.
        is_mirrored: that plane is seen from below.
    """

    inside: NDArray[np.bool_]
    points_cm: Float64Array
    points_px: Float64Array
    is_mirrored: bool


def _guess(found: Matches, image_wh: tuple[int, int], least: int) -> _Guess | None:
    if len(found.points_px) < least:
        return None
    mapping, agree = cv2.findHomography(
        found.points_cm,
        found.points_px,
        cv2.USAC_MAGSAC,
        _ROUGH * max(image_wh),
        maxIters=5000,
        confidence=0.999,
    )
    inside = np.zeros(len(found.points_px), np.bool_) if mapping is None else np.asarray(agree).ravel() > 0
    if inside.sum() < least // 2:
        return None
    mirrored = _is_mirrored(np.asarray(mapping, np.float64), found.points_cm[inside])
    return _Guess(inside, found.points_cm[inside], found.points_px[inside], mirrored)


def _answer(
    image: Uint8Array,
    found: Matches,
    guess: _Guess,
    reference: DeskReference,
    focal_px: float | None,
    limits: Limits,
) -> DeskRegistration:
    image_wh = (image.shape[1], image.shape[0])
    evidence = Evidence(matches=len(found.points_px))
    rough = _rough(found, guess, image_wh, focal_px, limits.least_matches)
    if isinstance(rough, Refusal):
        return DeskRegistration(None, rough, evidence)
    by_sides = _by_sides(image, found, rough, reference.desk_wh_cm, focal_px)
    if isinstance(by_sides, Refusal):
        return DeskRegistration(None, by_sides, evidence)
    camera, choice = by_sides
    sightings = choice.sightings
    plane = DeskPlane.from_camera(camera, sightings.sides_px, sightings.sides_cm, reference.desk_wh_cm)
    if plane is None or camera.pose is None:
        return DeskRegistration(None, Refusal.NO_CAMERA, evidence)
    evidence = _evidence(found, plane, choice)
    refusal = refusal_of(evidence, limits)
    return DeskRegistration(None if refusal else plane, refusal, evidence)


def _rough(
    found: Matches, guess: _Guess, image_wh: tuple[int, int], focal_px: float | None, least: int
) -> CameraFit | Refusal:
    """Return a camera that many matches agree with, within a few cm."""
    if guess.is_mirrored:
        return Refusal.MIRRORED
    tolerance = _ROUGH * max(image_wh)
    points_cm, points_px = guess.points_cm, guess.points_px
    camera: CameraFit | None = None
    for _ in range(3):
        tried = fit_camera(points_px, points_cm, image_wh, focal_px=focal_px, point_sigma_px=tolerance)
        if tried is None:
            break
        camera = tried
        missed = np.linalg.norm(apply_homography(camera.to_px, found.points_cm) - found.points_px, axis=1)
        inside = missed < 2 * tolerance
        if inside.sum() < least:
            return Refusal.FEW_MATCHES
        points_cm, points_px = found.points_cm[inside], found.points_px[inside]
    return Refusal.NO_CAMERA if camera is None else camera


def _is_mirrored(to_px: Float64Array, points_cm: Float64Array) -> bool:
    """Whether a homography cm -> px shows the desk from below: a turn on the desk runs the other way round."""
    turns = np.linalg.det(homography_jacobians(to_px, points_cm))
    return bool(np.median(turns) <= 0)


def _by_sides(
    image: Uint8Array,
    found: Matches,
    rough: CameraFit,
    desk_wh_cm: tuple[float, float],
    focal_px: float | None,
) -> tuple[CameraFit, Choice] | Refusal:
    """Return the camera by matches and sides, and the sides that it was fitted to."""
    camera, choice = rough, None
    for reach_cm in _REACHES_CM:
        points_cm, points_px = _near(found, camera)
        if len(points_cm) < LEAST_MATCHES // 2:
            return Refusal.FEW_MATCHES
        choice = choose_sides(image, camera, points_cm, points_px, desk_wh_cm, reach_cm, focal_px)
        if choice is None:
            return Refusal.SIDES_UNSEEN
        camera = refine_camera(camera, choice.sightings, focal_px)
    return Refusal.SIDES_UNSEEN if choice is None else (camera, choice)


def _near(found: Matches, camera: CameraFit) -> tuple[Float64Array, Float64Array]:
    missed = np.linalg.norm(apply_homography(inverse(camera.to_px), found.points_px) - found.points_cm, axis=1)
    near = missed < 2 * _NEAR_CM
    return found.points_cm[near], found.points_px[near]


def _evidence(found: Matches, plane: DeskPlane, choice: Choice) -> Evidence:
    places = plane.to_cm(found.points_px)
    error = places - found.points_cm
    agree = np.linalg.norm(error, axis=1) < _NEAR_CM
    width, depth = plane.desk_wh_cm
    on_desk = ((places > -5) & (places < np.array([width + 5, depth + 5]))).all(axis=1)
    spread = breadth = 0.0
    seen = _visible_cm(plane)
    if agree.sum() >= 3 and len(seen) >= 3:
        inside = found.points_cm[agree].astype(np.float32)
        visible = float(cv2.contourArea(cv2.convexHull(seen.astype(np.float32))))
        spread = float(cv2.contourArea(cv2.convexHull(inside))) / max(visible, 1.0)
        breadth = float(min(cv2.minAreaRect(inside)[1])) / depth
    sigma = float("nan")
    if len(seen):
        covariance = plane.covariance_cm2(plane.to_px(seen))
        sigma = float(np.sqrt(np.trace(covariance, axis1=1, axis2=2).max()))
    return Evidence(
        matches=len(found.points_px),
        agreeing=int(agree.sum()),
        share=float(agree.sum() / max(on_desk.sum(), 1)),
        spread=spread,
        breadth=breadth,
        sides=choice.sides,
        missing=choice.missing,
        lead=choice.lead,
        miss_cm=plane.residual_cm,
        pull_cm=float(np.linalg.norm(np.median(error[agree], axis=0))) if agree.any() else float("nan"),
        sigma_cm=sigma,
    )


def _visible_cm(plane: DeskPlane) -> Float64Array:
    """Return the places (N, 2) of a grid over the desk that lie in the picture."""
    width, depth = plane.desk_wh_cm
    x, y = np.meshgrid(np.linspace(0, width, 13), np.linspace(0, depth, 7))
    grid = np.column_stack([x.ravel(), y.ravel()])
    seen = plane.to_px(grid)
    inside = ((seen >= 0) & (seen < np.array(plane.image_wh))).all(axis=1)
    return np.asarray(grid[inside], np.float64)
