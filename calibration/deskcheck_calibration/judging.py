"""The one way of a picture: quality, detections, places on the desk, comparison. Nothing else may judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import Detector, Sight, Tiling, look
from deskcheck_vision.frames import Frame
from deskcheck_vision.lens import Lens
from deskcheck_vision.quality import Quality, assess_quality
from deskcheck_vision.taxonomy import INDEX

from deskcheck_calibration.burst import fuse_items, fuse_views
from deskcheck_calibration.compare import common_parameters, compare, without_layout
from deskcheck_calibration.errors import NoReferenceViewError
from deskcheck_calibration.findings import Judgement, Reason
from deskcheck_calibration.layout import Layout, PolicyKind, ReferenceView
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference, compare_with_reference
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_calibration.scene import Comparison, Context, SourceKind
from deskcheck_calibration.visibility import is_client_present, place_views, touched_items

# Low enough for masking persons; the rules look only at what is above their own limits.
DETECT_FROM = 0.2
_SAME_ASPECT = 0.01


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with what led to it.

    Attributes:
        judgement: the findings.
        detections: everything found in the last frame, persons included, from ``DETECT_FROM`` confidence.
        placed: the items on the desk; ``index`` counts in ``detections`` for those seen in the last frame.
        plane: the desk in the picture, None where it is not known.
        quality: of the last frame.
    """

    judgement: Judgement
    detections: Detections
    placed: tuple[PlacedItem, ...]
    plane: DeskPlane | None
    quality: Quality


def judge(
    frames: Sequence[Frame],
    layout: Layout | None,
    plane: DeskPlane | None,
    detector: Detector,
    *,
    source_kind: SourceKind = SourceKind.PHOTO,
    window: str = "",
    open_now: bool | None = None,
    observed_s: float | None = None,
    problems: tuple[Reason, ...] = (),
    tiling: Tiling = Tiling.AUTO,
    reference: Reference | None = None,
) -> Judged:
    """Judge a window from a photo (a burst of one) or from several frames of a camera.

    Args:
        frames: at least one, oldest first, all of one size and view.
        layout: the approved layout; None makes everything inconclusive.
        plane: the desk in these frames; None where registration failed.
        detector: finds the items.
        source_kind: photo or camera; limits differ.
        window: the window's code where there is no layout to name it.
        open_now: overrides the layout's hours.
        observed_s: for how long the scene has been as it is; default is the span of the frames.
        problems: what the caller knows against the picture, such as a frozen stream or a moved camera.
        tiling: see ``Detector.detect``.
        reference: the approved picture of this view, by the same detector; without it V02 is not assessed.

    Raises:
        ValueError: no frame, a reference seen by another model, or a plane of another picture size.
        InferenceError: the model failed to run.
    """
    if not frames:
        raise ValueError("at least one frame is needed")
    if reference is not None and not reference.is_by(detector.model):
        raise ValueError("the reference was looked at by another model or session")
    last = frames[-1]
    quality = assess_quality(last.image)
    # The features are asked for only where something will be compared with them, and of the last frame alone.
    with_features = layout is not None and plane is not None and reference is not None
    earlier = [detector.detect(frame.image, min_confidence=DETECT_FROM, tiling=tiling) for frame in frames[:-1]]
    sight = _look_at(last, detector, tiling, with_features=with_features)
    detections = [*earlier, sight.detections]
    span_s = (last.captured_at - frames[0].captured_at).total_seconds()
    base = Context(
        captured_at=last.captured_at,
        source_kind=source_kind,
        problems=(*problems, *(Reason(problem.value) for problem in quality.problems)),
        trained_classes=detector.model.trained_classes,
        often_missed=detector.model.often_missed,
        observed_s=span_s if observed_s is None else observed_s,
        model_sha256=detector.model.sha256,
        model_session=detector.model.session,
        open_now=open_now,
    )
    if layout is None:
        return Judged(without_layout(window, base), detections[-1], (), plane, quality)
    if plane is None:
        context = replace(base, problems=(*base.problems, Reason.NOT_REGISTERED))
        return Judged(compare((), layout, context), detections[-1], (), None, quality)
    if reference is not None:
        base = replace(base, comparison=_comparison(sight, plane, reference, layout))
    placed, context = _look(detections, layout, plane, base)
    return Judged(compare(placed, layout, context), detections[-1], placed, plane, quality)


def _look_at(frame: Frame, detector: Detector, tiling: Tiling, *, with_features: bool) -> Sight:
    if with_features:
        return look(detector, frame.image, min_confidence=DETECT_FROM, tiling=tiling)
    return Sight(detector.detect(frame.image, min_confidence=DETECT_FROM, tiling=tiling), None)


def _comparison(sight: Sight, plane: DeskPlane, reference: Reference, layout: Layout) -> Comparison:
    parameters = {**defaults("V02"), **layout.parameters.get("V02", {})}
    return compare_with_reference(sight, plane, reference, parameters, common_parameters(layout)["grey_low"])


def _look(
    detections: Sequence[Detections], layout: Layout, plane: DeskPlane, base: Context
) -> tuple[tuple[PlacedItem, ...], Context]:
    """Place the items of all frames and say how well the places are seen."""
    common = common_parameters(layout)
    lowest = common["grey_low"]
    of_frames = [place_items(found, plane, layout.surfaces, min_confidence=lowest) for found in detections]
    views = [
        place_views(layout, plane, found, placed, lowest) for found, placed in zip(detections, of_frames, strict=True)
    ]
    placed = fuse_items(of_frames) if len(of_frames) > 1 else of_frames[0]
    is_camera = base.source_kind is SourceKind.CAMERA
    residual = common["residual_camera_cm" if is_camera else "residual_photo_cm"]
    problems = base.problems
    if plane.residual_cm > residual:
        problems = (*problems, Reason.REGISTRATION_RESIDUAL)
    context = replace(
        base,
        problems=problems,
        views=fuse_views(views),
        client_present=any(is_client_present(found, plane, lowest) for found in detections),
        touched=touched_items(detections[-1], of_frames[-1], lowest),
        faint=tuple(item for found in detections for item in _faint_items(found, layout, plane, lowest)),
    )
    return placed, context


def _faint_items(found: Detections, layout: Layout, plane: DeskPlane, lowest: float) -> tuple[PlacedItem, ...]:
    """Place what was seen of the required classes below the confidence from which anything counts as seen."""
    required = {zone.item for zone in layout.zones if zone.min_count > 0}
    required |= {policy.item for policy in layout.policies if policy.kind is PolicyKind.REQUIRED}
    classes = np.isin(found.class_id, [INDEX[name] for name in sorted(required)])
    return place_items(found.select(classes & (found.confidence < lowest)), plane, layout.surfaces)


def plane_for_photo(layout: Layout, image_wh: tuple[int, int], photo_name: str = "") -> DeskPlane:
    """Return the desk plane of a photo by the layout's reference views.

    The view of the photo's own file name comes first, else the first one of the same proportions; corners are scaled
    to the photo's size.

    Raises:
        NoReferenceViewError: no view fits.
        CalibrationError: the view's corners are unusable.
    """
    fitting = [view for view in layout.views if _same_aspect(view.image_wh, image_wh)]
    name = PurePath(photo_name).name
    named = [view for view in fitting if name and view.name in (name, PurePath(name).stem)]
    if not fitting:
        known = ", ".join(f"{view.name} ({view.image_wh[0]}x{view.image_wh[1]})" for view in layout.views) or "-"
        raise NoReferenceViewError(window=layout.window, photo=name or "-", image_wh=image_wh, known=known)
    return plane_from_view((named or fitting)[0], layout.desk_wh_cm, image_wh)


def plane_from_view(view: ReferenceView, desk_wh_cm: tuple[float, float], image_wh: tuple[int, int]) -> DeskPlane:
    """Return the desk plane of a picture that shows what a reference view shows, at another size.

    Raises:
        CalibrationError: the view's corners are unusable.
    """
    factor = image_wh[0] / view.image_wh[0], image_wh[1] / view.image_wh[1]
    corners = [(x * factor[0], y * factor[1]) for x, y in view.corners_px]
    focal = None if view.focal_px is None else view.focal_px * factor[0]
    sigma, lens = 2.0 * max(factor[0], 0.5), lens_of_view(view, image_wh)
    return DeskPlane.from_corners(corners, desk_wh_cm, image_wh, focal, corner_sigma_px=sigma, lens=lens)


def lens_of_view(view: ReferenceView | None, image_wh: tuple[int, int]) -> Lens | None:
    """Return how a picture of that place, of any size, is bent; None for a straight one."""
    return None if view is None or not view.bend else Lens(view.bend, image_wh)


def _same_aspect(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return abs(first[0] * second[1] / (first[1] * second[0]) - 1) < _SAME_ASPECT
