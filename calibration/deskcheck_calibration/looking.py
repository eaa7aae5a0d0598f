"""What a view shows of a desk: quality, detections, places in cm, and how well each place is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import Detector, Sight, Tiling, look
from deskcheck_vision.frames import Frame
from deskcheck_vision.quality import Quality, assess_quality
from deskcheck_vision.taxonomy import INDEX

from deskcheck_calibration.burst import best_sights, fuse_items
from deskcheck_calibration.compare import common_parameters
from deskcheck_calibration.findings import Reason
from deskcheck_calibration.layout import Layout, PolicyKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference, compare_with_reference
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_calibration.scene import WHOLE_DESK, Comparison, Context, SourceKind
from deskcheck_calibration.several_views import fuse_comparisons, fuse_placed, fuse_places, touched_by_all
from deskcheck_calibration.visibility import PlaceSight, is_client_present, no_sights, place_sights, touched_items

# Low enough for masking persons; the rules look only at what is above their own limits.
DETECT_FROM = 0.2


@dataclass(frozen=True, slots=True)
class SeenView:
    """The frames of one view; see the arguments of ``judge``."""

    frames: Sequence[Frame]
    plane: DeskPlane | None
    problems: tuple[Reason, ...] = ()
    reference: Reference | None = None
    calibrated: DeskPlane | None = None


@dataclass(frozen=True, slots=True)
class SeenFrames:
    """What the detector saw in the frames of a view, before anything is placed.

    Attributes:
        detections: of each frame.
        quality: of the last one.
        context: what is known of the picture; its ``problems`` are against all of it.
    """

    detections: tuple[Detections, ...]
    quality: Quality
    context: Context


def seen_frames(
    view: SeenView, layout: Layout | None, detector: Detector, source_kind: SourceKind, tiling: Tiling
) -> SeenFrames:
    """Look for things in the frames of a view, and at how good its last one is.

    Raises:
        ValueError: no frame, or a reference seen by another model.
        InferenceError: the model failed to run.
    """
    frames, plane, reference = view.frames, view.plane, view.reference
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
    lost = (Reason.NOT_REGISTERED,) if layout is not None and plane is None else ()
    context = Context(
        captured_at=last.captured_at,
        source_kind=source_kind,
        problems=(*view.problems, *(Reason(problem.value) for problem in quality.problems), *lost),
        trained_classes=detector.model.trained_classes,
        often_missed=detector.model.often_missed,
        observed_s=(last.captured_at - frames[0].captured_at).total_seconds(),
        model_sha256=detector.model.sha256,
        model_session=detector.model.session,
    )
    if layout is not None and plane is not None and reference is not None:
        context = replace(context, comparison=_comparison(sight, plane, reference, layout))
    return SeenFrames((*earlier, sight.detections), quality, context)


@dataclass(frozen=True, slots=True)
class Look:
    """What one view shows of the desk.

    Attributes:
        placed: the things on it.
        context: the picture, with what is against it.
        sights: its places point by point; of a picture that cannot be used, that it shows nothing.
    """

    placed: tuple[PlacedItem, ...]
    context: Context
    sights: Mapping[str, PlaceSight]


def look_at_desk(seen: SeenFrames, view: SeenView, layout: Layout) -> Look:
    """Place the things of all frames of a view and say how well the places of the layout are seen."""
    plane, base = view.plane, seen.context
    if plane is None:
        return Look((), base, no_sights(layout, view.calibrated, base.problems[0]))
    common = common_parameters(layout)
    lowest = common["grey_low"]
    of_frames = [place_items(found, plane, layout.surfaces, min_confidence=lowest) for found in seen.detections]
    sights = best_sights(
        [
            place_sights(layout, plane, found, placed, lowest, view.calibrated)
            for found, placed in zip(seen.detections, of_frames, strict=True)
        ]
    )
    placed = fuse_items(of_frames) if len(of_frames) > 1 else of_frames[0]
    residual = common["residual_camera_cm" if base.source_kind is SourceKind.CAMERA else "residual_photo_cm"]
    problems = base.problems
    if plane.residual_cm > residual:
        problems = (*problems, Reason.REGISTRATION_RESIDUAL)
    context = replace(
        base,
        problems=problems,
        views=MappingProxyType({name: sight.shares() for name, sight in sights.items()}),
        client_present=any(is_client_present(found, plane, lowest) for found in seen.detections),
        touched=touched_items(seen.detections[-1], of_frames[-1], lowest),
        faint=tuple(item for found in seen.detections for item in _faint_items(found, layout, plane, lowest)),
    )
    if problems:
        sights = no_sights(layout, view.calibrated, problems[0])
    return Look(placed, context, sights)


def together(looks: Sequence[Look], layout: Layout) -> tuple[tuple[PlacedItem, ...], Context]:
    """Put what several views of one window show together, each thing and each place once."""
    usable = [look if not look.context.problems else replace(look, placed=()) for look in looks]
    contexts = [look.context for look in usable]
    problems = [context.problems for context in contexts]
    items = [look.placed for look in usable]
    placed = fuse_placed(items)
    ways = fuse_places([look.sights for look in usable])
    comparisons = [
        context.comparison if not context.problems else Comparison(reason=context.problems[0]) for context in contexts
    ]
    desk = [look.sights[WHOLE_DESK].shares().visible_share for look in usable]
    context = replace(
        contexts[0],
        captured_at=max(context.captured_at for context in contexts),
        problems=min(problems) if all(problems) else (),
        views=MappingProxyType({name: found[0] for name, found in ways.items()}),
        other_views=MappingProxyType({name: found[1:] for name, found in ways.items()}),
        client_present=any(context.client_present for context in contexts),
        touched=touched_by_all(placed, items, [context.touched for context in contexts]),
        observed_s=min(context.observed_s for context in contexts),
        comparison=fuse_comparisons(comparisons, desk),
        faint=tuple(item for look in usable if not look.context.problems for item in look.context.faint),
    )
    return placed, context


def _look_at(frame: Frame, detector: Detector, tiling: Tiling, *, with_features: bool) -> Sight:
    if with_features:
        return look(detector, frame.image, min_confidence=DETECT_FROM, tiling=tiling)
    return Sight(detector.detect(frame.image, min_confidence=DETECT_FROM, tiling=tiling), None)


def _comparison(sight: Sight, plane: DeskPlane, reference: Reference, layout: Layout) -> Comparison:
    parameters = {**defaults("V02"), **layout.parameters.get("V02", {})}
    return compare_with_reference(sight, plane, reference, parameters, common_parameters(layout)["grey_low"])


def _faint_items(found: Detections, layout: Layout, plane: DeskPlane, lowest: float) -> tuple[PlacedItem, ...]:
    """Place what was seen of the required classes below the confidence from which anything counts as seen."""
    required = {zone.item for zone in layout.zones if zone.min_count > 0}
    required |= {policy.item for policy in layout.policies if policy.kind is PolicyKind.REQUIRED}
    classes = np.isin(found.class_id, [INDEX[name] for name in sorted(required)])
    return place_items(found.select(classes & (found.confidence < lowest)), plane, layout.surfaces)
