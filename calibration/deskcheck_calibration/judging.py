"""The one way of a picture: quality, detections, places on the desk, comparison. Nothing else may judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath

from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import Detector, Tiling
from deskcheck_vision.frames import Frame
from deskcheck_vision.lens import Lens
from deskcheck_vision.quality import Quality

from deskcheck_calibration.compare import compare, without_layout
from deskcheck_calibration.errors import NoReferenceViewError, ViewsApartError
from deskcheck_calibration.findings import Judgement, Reason
from deskcheck_calibration.grace import NOTHING_LINGERS, GraceState
from deskcheck_calibration.grace import Look as GraceLook
from deskcheck_calibration.layout import Layout, ReferenceView
from deskcheck_calibration.looking import DETECT_FROM, SeenView, look_at_desk, seen_frames, together
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_calibration.scene import Context, SourceKind
from deskcheck_calibration.unlisted_thing import thing_of

__all__ = [
    "DETECT_FROM",
    "Judged",
    "JudgedViews",
    "SeenView",
    "judge",
    "judge_views",
    "plane_for_photo",
    "plane_from_view",
]

# Pictures that are judged as one; on a counter that people work at, later ones show another scene.
MOST_APART_S = 600.0
_SAME_ASPECT = 0.01
# Rules with a time of grace on cameras.
GRACE_RULES = ("V01", "V02", "V07")


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement with what led to it.

    Attributes:
        judgement: the findings.
        detections: everything found in the last frame used, persons included, from ``DETECT_FROM`` confidence.
        placed: the items on the desk; ``index`` counts in ``detections`` for those seen in that frame.
        plane: the desk in that frame, None where it is not known.
        quality: of that frame.
        used: numbers of the frames that were used, oldest first.
        grace: what lingers at the window after this look.
    """

    judgement: Judgement
    detections: Detections
    placed: tuple[PlacedItem, ...]
    plane: DeskPlane | None
    quality: Quality
    used: tuple[int, ...] = (0,)
    grace: GraceState = NOTHING_LINGERS


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
    calibrated: DeskPlane | None = None,
    planes: tuple[DeskPlane | None, ...] = (),
    grace: GraceState = NOTHING_LINGERS,
    sound: bool = False,
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
        calibrated: the desk in the calibrated picture of the view that the frames are of: what it does not show, its
            pictures are not meant to show, and rules about it are not assessed. None: all of the desk is meant.
        planes: the desk in each frame, where a camera drifts; those without one are left out. Empty: ``plane`` in all.
        grace: what earlier looks by cameras left within its time of grace; ``Judged.grace`` is for the next look.
        sound: the caller has looked at a burst's pictures and left the bad ones out; saves looking again.

    Raises:
        ValueError: no frame, frames of different sizes, a reference seen by another model, or a plane of another size.
        InferenceError: the model failed to run.
    """
    view = SeenView(frames, plane, problems, reference, calibrated, planes, sound)
    seen = seen_frames(view, layout, detector, source_kind, tiling)
    base = replace(seen.context, open_now=open_now, grace=grace)
    if observed_s is not None:
        base = replace(base, observed_s=observed_s)
    shown, plane = seen.detections[-1], view.plane_of(seen.used[-1])
    if layout is None:
        return Judged(without_layout(window, base), shown, (), plane, seen.quality, seen.used, grace)
    look = look_at_desk(replace(seen, context=base), view, layout)
    judgement = compare(look.placed, layout, look.context)
    after = _grace_after(judgement, look.placed, look.context, look.empty_spots, layout)
    return Judged(judgement, shown, look.placed, plane, seen.quality, seen.used, after)


def _grace_after(
    judgement: Judgement,
    placed: Sequence[PlacedItem],
    context: Context,
    empty_spots: frozenset[int],
    layout: Layout,
) -> GraceState:
    """Return what lingers after a look; photos, and pictures that cannot be used, leave it as it was."""
    if context.source_kind is not SourceKind.CAMERA or context.problems:
        return context.grace
    at = context.captured_at
    bridge_s = {rule: 60 * {**defaults(rule), **layout.parameters.get(rule, {})}["bridge_min"] for rule in GRACE_RULES}
    regions = (thing_of(region) for region in context.comparison.regions)
    seen = (*placed, *context.passing, *context.faint, *regions)
    since = at - timedelta(seconds=context.observed_s)
    return context.grace.after(GraceLook(since, at, judgement.findings, seen, empty_spots, bridge_s))


@dataclass(frozen=True, slots=True)
class JudgedViews:
    """A judgement of one window by several views together.

    Attributes:
        judgement: the findings; ``picture`` counts in ``views`` and tells whose picture a box is in.
        views: what each view saw, in the order given, with the findings as they show in its picture.
        placed: the things on the desk, each once.
        grace: what lingers at the window after this look.
    """

    judgement: Judgement
    views: tuple[Judged, ...]
    placed: tuple[PlacedItem, ...]
    grace: GraceState = NOTHING_LINGERS


def judge_views(
    views: Sequence[SeenView],
    layout: Layout,
    detector: Detector,
    *,
    source_kind: SourceKind = SourceKind.PHOTO,
    open_now: bool | None = None,
    observed_s: float | None = None,
    tiling: Tiling = Tiling.AUTO,
    grace: GraceState = NOTHING_LINGERS,
) -> JudgedViews:
    """Judge a window by several views of it at about the same time, as if one picture had shown it all.

    A view whose picture cannot be used (blurred, desk not found) counts for nothing but for what it should have shown.

    Args:
        views: at least one; the order changes nothing but the numbers in ``picture``.
        layout: the approved layout.
        detector: finds the items.
        source_kind: photo or camera, of all views; limits differ.
        open_now: overrides the layout's hours.
        observed_s: for how long the scene has been as it is; default is the shortest span of a view's frames.
        tiling: see ``Detector.detect``.
        grace: what earlier looks by cameras left within its time of grace.

    Raises:
        ValueError: no view, or see ``judge``.
        ViewsApartError: the pictures are of different times.
        InferenceError: the model failed to run.
    """
    if not views:
        raise ValueError("at least one view is needed")
    times = [view.frames[-1].captured_at for view in views if view.frames]
    if times and (apart_s := (max(times) - min(times)).total_seconds()) > MOST_APART_S:
        raise ViewsApartError(apart_min=apart_s / 60, most_min=MOST_APART_S / 60)
    seen = [seen_frames(view, layout, detector, source_kind, tiling) for view in views]
    seen = [replace(one, context=replace(one.context, grace=grace)) for one in seen]
    looks = [look_at_desk(one, view, layout) for one, view in zip(seen, views, strict=True)]
    placed, context = together(looks, layout)
    context = replace(context, open_now=open_now)
    if observed_s is not None:
        context = replace(context, observed_s=observed_s)
    judgement = compare(placed, layout, context)
    empty = frozenset(number for look in looks for number in look.empty_spots)
    after = _grace_after(judgement, placed, context, empty, layout)
    shown = tuple(
        Judged(
            _as_in(judgement, number),
            one.detections[-1],
            look.placed,
            view.plane_of(one.used[-1]),
            one.quality,
            one.used,
            after,
        )
        for number, (one, look, view) in enumerate(zip(seen, looks, views, strict=True))
    )
    return JudgedViews(judgement, shown, placed, after)


def _as_in(judgement: Judgement, number: int) -> Judgement:
    """Return a judgement as it shows in one of its pictures: boxes of other pictures are left out."""
    findings = tuple(
        finding if finding.picture == number or finding.xyxy is None else replace(finding, xyxy=None, footprint_cm=None)
        for finding in judgement.findings
    )
    return replace(judgement, findings=findings)


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
