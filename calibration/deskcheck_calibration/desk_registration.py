"""The desk of a photo taken from anywhere, by what its approved picture shows, or why it is not told.

Matched features say roughly where the desk is: most of them lie on things, which have height and are pushed about. The
desk's own straight sides, looked for near there, say it better, and the grain of its board says it exactly. A
neighbour's desk has the same sides, and a calendar that hangs on every desk has the same features: only the very board,
or sides and features together, prove a desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.match_groups import groups
from deskcheck_vision.registration import Matches, match, photo_features

from deskcheck_calibration.camera_fit import CameraFit
from deskcheck_calibration.desk_reference import DeskReference
from deskcheck_calibration.desk_surface import REACHES_CM, SurfaceFit, fit_surface
from deskcheck_calibration.geometry import homography_jacobians
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.registration_limits import (
    GOOD,
    LEAST_MATCHES,
    Evidence,
    Limits,
    Refusal,
    refusal_of,
    refusal_of_surface,
)
from deskcheck_calibration.rough_camera import RoughCamera, flat_camera, rough_cameras
from deskcheck_calibration.side_choice import Choice, choose_sides, sides_shown
from deskcheck_calibration.side_fit import flat, project, refine_camera

# How clear matches are that prove something; those that are not only say where to look.
_CLEAR = 0.85
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
    return register_matches(image, match(photo_features(image), reference.features), reference, focal_px, limits)


def register_matches(
    image: Uint8Array,
    found: Matches,
    reference: DeskReference,
    focal_px: float | None = None,
    limits: Limits = GOOD,
) -> DeskRegistration:
    """Find a desk by matches that are known already; see ``register_photo``.

    Each group of matches of one turn and size may be the right one: the first answer that holds is taken.
    """
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    photo = _Photo(image, grey, found, focal_px)
    refused = [DeskRegistration(None, Refusal.FEW_MATCHES, Evidence(matches=len(found.points_px)))]
    every = groups(found)
    for group in every:
        quick = flat_camera(found, group, photo.image_wh, focal_px)
        if quick is not None:
            refused.append(_proven_by_sides(photo, _by_sides(photo, quick, reference), reference, limits))
            if refused[-1].plane is not None:
                return refused[-1]
    for group in every:
        for rough in rough_cameras(found, group, photo.image_wh, focal_px):
            for answer in _answers(photo, rough, reference, limits):
                if answer.plane is not None:
                    return answer
                refused.append(answer)
    # Of answers that came equally far the later one, by the sides, says more.
    return max(reversed(refused), key=lambda one: (one.evidence.pieces_agreeing, one.evidence.agreeing))


def _answers(photo: _Photo, rough: RoughCamera, reference: DeskReference, limits: Limits) -> Iterator[DeskRegistration]:
    """Yield what a rough camera leads to: by the board from where the sides have it, from itself, and by the sides."""
    sided = _by_sides(photo, rough, reference)
    if not isinstance(sided, Refusal):
        # Three sides leave the board little room.
        reaches_cm = REACHES_CM[1:] if sided[1].sides >= limits.least_sides else REACHES_CM
        yield _by_surface(photo, sided[0], reference, limits, reaches_cm)
    yield _by_surface(photo, rough.camera, reference, limits, REACHES_CM)
    yield _proven_by_sides(photo, sided, reference, limits)


@dataclass(frozen=True, slots=True, eq=False)
class _Photo:
    """A photo with what is known of it.

    Attributes:
        image: (H, W, 3) uint8.
        grey: (H, W) uint8.
        found: all matches.
        focal_px: focal length where known.
    """

    image: Uint8Array
    grey: Uint8Array
    found: Matches
    focal_px: float | None

    @property
    def image_wh(self) -> tuple[int, int]:
        return (self.image.shape[1], self.image.shape[0])


def _by_sides(photo: _Photo, rough: RoughCamera, reference: DeskReference) -> tuple[CameraFit, Choice] | Refusal:
    """Return the camera by matches and sides, and the sides that it was fitted to."""
    agreeing, camera, choice = photo.found.chosen(rough.agree), rough.camera, None
    for reach_cm in _REACHES_CM:
        near = agreeing.chosen(_missed_cm(agreeing, camera) < 2 * _NEAR_CM)
        if len(near.points_cm) < LEAST_MATCHES // 2:
            return Refusal.FEW_MATCHES
        choice = choose_sides(
            photo.image, camera, near.points_cm, near.points_px, reference.desk_wh_cm, reach_cm, photo.focal_px
        )
        if choice is None:
            return Refusal.SIDES_UNSEEN
        camera = refine_camera(camera, choice.sightings, photo.focal_px)
    return Refusal.SIDES_UNSEEN if choice is None else (camera, choice)


def _missed_cm(matches: Matches, camera: CameraFit) -> Float64Array:
    """Return (N, ) by how much matches miss, as on the desk below them."""
    return np.asarray(np.linalg.norm(_errors_cm(matches, camera), axis=1), np.float64)


def _errors_cm(matches: Matches, camera: CameraFit) -> Float64Array:
    """Return (N, 2) where matches are seen less where the camera has them, brought to the desk below them."""
    missed_px = matches.points_px - project(camera.vector, matches.points_cm, camera.image_wh)
    to_px = homography_jacobians(camera.to_px, matches.points_cm[:, :2])
    with np.errstate(all="ignore"):
        turned = np.linalg.pinv(np.where(np.isfinite(to_px), to_px, 0.0)) @ missed_px[..., None]
    return np.asarray(turned[..., 0], np.float64)


def _by_surface(
    photo: _Photo, start: CameraFit, reference: DeskReference, limits: Limits, reaches_cm: tuple[float, ...]
) -> DeskRegistration:
    """Answer by the grain of the desk's board."""
    fit = fit_surface(photo.grey, start, reference.surface, reference.desk_wh_cm, photo.focal_px, reaches_cm)
    evidence = Evidence(matches=len(photo.found.points_px))
    if fit is None:
        return DeskRegistration(None, Refusal.FEW_MATCHES, evidence)
    plane = DeskPlane.from_camera(fit.camera, fit.points_px, fit.points_cm, reference.desk_wh_cm)
    if plane is None or fit.camera.pose is None:
        return DeskRegistration(None, Refusal.NO_CAMERA, evidence)
    seen = _visible_cm(plane)
    spread, breadth = _spread(fit.points_cm, seen, plane)
    evidence = replace(
        evidence,
        pieces=fit.pieces,
        pieces_agreeing=len(fit.points_cm),
        spread=spread,
        breadth=breadth,
        miss_cm=plane.residual_cm,
        sigma_cm=_sigma_cm(plane, seen),
    )
    refusal = refusal_of_surface(evidence, limits)
    if refusal is None:
        evidence = _with_sides(photo, fit, evidence, reference.desk_wh_cm)
        refusal = Refusal.SIDES_DISAGREE if evidence.missing > limits.most_missing else None
    return DeskRegistration(None if refusal else plane, refusal, evidence)


def _with_sides(photo: _Photo, fit: SurfaceFit, evidence: Evidence, desk_wh_cm: tuple[float, float]) -> Evidence:
    """Add which sides are seen where the board has them: a cloth on the desk has grain as well, and can be pushed."""
    choice = choose_sides(
        photo.image, fit.camera, flat(fit.points_cm), fit.points_px, desk_wh_cm, _REACHES_CM[-1], photo.focal_px
    )
    if choice is None:
        return replace(evidence, missing=sides_shown(fit.camera, desk_wh_cm))
    return replace(evidence, sides=choice.sides, missing=choice.missing, lead=choice.lead)


def _proven_by_sides(
    photo: _Photo, sided: tuple[CameraFit, Choice] | Refusal, reference: DeskReference, limits: Limits
) -> DeskRegistration:
    """Answer by the desk's sides and its matches together."""
    evidence = Evidence(matches=len(photo.found.points_px))
    if isinstance(sided, Refusal):
        return DeskRegistration(None, sided, evidence)
    camera, choice = sided
    sightings = choice.sightings
    plane = DeskPlane.from_camera(camera, sightings.sides_px, sightings.sides_cm, reference.desk_wh_cm)
    if plane is None or camera.pose is None:
        return DeskRegistration(None, Refusal.NO_CAMERA, evidence)
    evidence = _evidence(photo.found.chosen(photo.found.ratios < _CLEAR), camera, plane, choice)
    refusal = refusal_of(evidence, limits)
    return DeskRegistration(None if refusal else plane, refusal, evidence)


def _evidence(found: Matches, camera: CameraFit, plane: DeskPlane, choice: Choice) -> Evidence:
    error = _errors_cm(found, camera)
    agree = np.linalg.norm(error, axis=1) < _NEAR_CM
    width, depth = plane.desk_wh_cm
    places = plane.to_cm(found.points_px)
    on_desk = ((places > -5) & (places < np.array([width + 5, depth + 5]))).all(axis=1)
    seen = _visible_cm(plane)
    spread, breadth = _spread(found.points_cm[agree, :2], seen, plane)
    return Evidence(
        matches=len(found.points_px),
        agreeing=int(agree.sum()),
        share=float(agree.sum() / max((on_desk | agree).sum(), 1)),
        spread=spread,
        breadth=breadth,
        sides=choice.sides,
        missing=choice.missing,
        lead=choice.lead,
        miss_cm=plane.residual_cm,
        pull_cm=float(np.linalg.norm(np.median(error[agree], axis=0))) if agree.any() else float("nan"),
        sigma_cm=_sigma_cm(plane, seen),
    )


def _spread(points_cm: Float64Array, seen: Float64Array, plane: DeskPlane) -> tuple[float, float]:
    """Return the area of places (N, 2) as a share of the visible desk's, and their narrower extent of its depth."""
    if len(points_cm) < 3 or len(seen) < 3:
        return 0.0, 0.0
    inside = points_cm.astype(np.float32)
    visible = float(cv2.contourArea(cv2.convexHull(seen.astype(np.float32))))
    spread = float(cv2.contourArea(cv2.convexHull(inside))) / max(visible, 1.0)
    return spread, float(min(cv2.minAreaRect(inside)[1])) / plane.desk_wh_cm[1]


def _sigma_cm(plane: DeskPlane, seen: Float64Array) -> float:
    """Return the standard deviation of the least certain of some visible places (N, 2)."""
    if len(seen) == 0:
        return float("nan")
    covariance = plane.covariance_cm2(plane.to_px(seen))
    return float(np.sqrt(np.trace(covariance, axis1=1, axis2=2).max()))


def _visible_cm(plane: DeskPlane) -> Float64Array:
    """Return the places (N, 2) of a grid over the desk that lie in the picture."""
    width, depth = plane.desk_wh_cm
    x, y = np.meshgrid(np.linspace(0, width, 13), np.linspace(0, depth, 7))
    grid = np.column_stack([x.ravel(), y.ravel()])
    seen = plane.to_px(grid)
    inside = ((seen >= 0) & (seen < np.array(plane.image_wh))).all(axis=1)
    return np.asarray(grid[inside], np.float64)
