"""What a view shows of a desk: quality, detections, places in cm, and how well each place is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import Detector, Sight, Tiling, look
from deskcheck_vision.frames import Frame
from deskcheck_vision.quality import Quality
from deskcheck_vision.taxonomy import INDEX

from deskcheck_calibration.burst import FrameItems, fuse_faint, fuse_frames, fuse_sights
from deskcheck_calibration.compare import common_parameters
from deskcheck_calibration.findings import Reason
from deskcheck_calibration.grace import GraceState
from deskcheck_calibration.layout import Layout, PolicyKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.placing import place_items
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference, compare_with_reference
from deskcheck_calibration.region_steadiness import steady_regions
from deskcheck_calibration.rules.parameters import defaults
from deskcheck_calibration.scene import WHOLE_DESK, Comparison, Context, SourceKind
from deskcheck_calibration.several_views import fuse_comparisons, fuse_placed, fuse_places, touched_by_all
from deskcheck_calibration.usable_frames import usable_frames
from deskcheck_calibration.visibility import (
    PlaceSight,
    is_client_present,
    no_sights,
    place_sights,
    shown_spots,
    touched_items,
)

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
    planes: tuple[DeskPlane | None, ...] = ()
    sound: bool = False

    def plane_of(self, number: int) -> DeskPlane | None:
        """Return the desk in one of the frames."""
        return self.planes[number] if self.planes else self.plane


@dataclass(frozen=True, slots=True)
class SeenFrames:
    """What the detector saw in the frames of a view that can be used, before anything is placed.

    Attributes:
        detections: of each of them.
        quality: of the last one.
        context: what is known of the picture; its ``problems`` are against all of it.
        used: which frames they are.
    """

    detections: tuple[Detections, ...]
    quality: Quality
    context: Context
    used: tuple[int, ...] = (0,)


def seen_frames(
    view: SeenView, layout: Layout | None, detector: Detector, source_kind: SourceKind, tiling: Tiling
) -> SeenFrames:
    """Look for things in the frames of a view that can be used, and at how good its last one is.

    Raises:
        ValueError: no frame, frames of different sizes, or a reference seen by another model.
        InferenceError: the model failed to run.
    """
    frames, reference = view.frames, view.reference
    if reference is not None and not reference.is_by(detector.model):
        raise ValueError("the reference was looked at by another model or session")
    known = [view.plane_of(number) is not None for number in range(len(frames))]
    usable = usable_frames(frames, known, sound=view.sound)
    last, plane = frames[usable.used[-1]], view.plane_of(usable.used[-1])
    # The features are asked for only where something will be compared with them.
    with_features = layout is not None and plane is not None and reference is not None
    sights = [_look_at(frames[number], detector, tiling, with_features=with_features) for number in usable.used]
    lost = (Reason.NOT_REGISTERED,) if layout is not None and plane is None else ()
    context = Context(
        captured_at=last.captured_at,
        source_kind=source_kind,
        problems=(*view.problems, *usable.problems, *lost),
        trained_classes=detector.model.trained_classes,
        often_missed=detector.model.often_missed,
        observed_s=(last.captured_at - frames[usable.used[0]].captured_at).total_seconds(),
        model_sha256=detector.model.sha256,
        model_session=detector.model.session,
    )
    if layout is not None and plane is not None and reference is not None:
        planes = [view.plane_of(number) or plane for number in usable.used]
        context = replace(context, comparison=_comparison(sights, planes, reference, layout))
    return SeenFrames(tuple(sight.detections for sight in sights), usable.quality, context, usable.used)


@dataclass(frozen=True, slots=True)
class Look:
    """What one view shows of the desk.

    Attributes:
        placed: the things on it.
        context: the picture, with what is against it.
        sights: its places point by point; of a picture that cannot be used, that it shows nothing.
        empty_spots: places of things that lingered and are not there any more, by their number in ``context.grace``.
    """

    placed: tuple[PlacedItem, ...]
    context: Context
    sights: Mapping[str, PlaceSight]
    empty_spots: frozenset[int] = frozenset()


def look_at_desk(seen: SeenFrames, view: SeenView, layout: Layout) -> Look:
    """Place the things of all frames of a view and say how well the places of the layout are seen."""
    plane, base = view.plane_of(seen.used[-1]), seen.context
    if plane is None:
        return Look((), base, no_sights(layout, view.calibrated, base.problems[0]))
    common = common_parameters(layout)
    lowest = common["grey_low"]
    frames = _placed_frames(seen, view, layout, plane, lowest)
    sights = fuse_sights([frame.sights for frame in frames], common)
    fused = fuse_frames([frame.items for frame in frames], common)
    residual = common["residual_camera_cm" if base.source_kind is SourceKind.CAMERA else "residual_photo_cm"]
    problems = base.problems
    if plane.residual_cm > residual:
        problems = (*problems, Reason.REGISTRATION_RESIDUAL)
    missing_from = {**defaults("V05"), **layout.parameters.get("V05", {})}["frames_share"]
    context = replace(
        base,
        problems=problems,
        views=MappingProxyType({name: sight.shares() for name, sight in sights.items()}),
        client_present=any(frame.client_present for frame in frames),
        touched=fused.touched,
        faint=fuse_faint([frame.faint for frame in frames], 1 - missing_from),
        passing=fused.passing,
        approved=_approved_items(view.reference, layout, lowest),
    )
    if problems:
        return Look(fused.items, context, no_sights(layout, view.calibrated, problems[0]))
    return Look(fused.items, context, sights, _empty_spots(frames, seen, base.grace, lowest))


@dataclass(frozen=True, slots=True, eq=False)
class _PlacedFrame:
    """One frame on the desk."""

    plane: DeskPlane
    items: FrameItems
    sights: Mapping[str, PlaceSight]
    faint: tuple[PlacedItem, ...]
    client_present: bool


def _placed_frames(
    seen: SeenFrames, view: SeenView, layout: Layout, plane: DeskPlane, lowest: float
) -> list[_PlacedFrame]:
    """Place each frame; those that show the very same, since nothing changed between them, are placed once."""
    made: dict[tuple[int, int], _PlacedFrame] = {}
    frames = []
    for number, found in zip(seen.used, seen.detections, strict=True):
        own = view.plane_of(number) or plane
        key = (id(found), id(own))
        if key not in made:
            made[key] = _placed_frame(found, own, view, layout, lowest)
        frames.append(made[key])
    return frames


def _placed_frame(found: Detections, plane: DeskPlane, view: SeenView, layout: Layout, lowest: float) -> _PlacedFrame:
    items = place_items(found, plane, layout.surfaces, min_confidence=lowest)
    persons = found.xyxy[(found.class_id == INDEX["person"]) & (found.confidence >= lowest)]
    return _PlacedFrame(
        plane,
        FrameItems(items, persons.astype(np.float64), touched_items(found, items, lowest)),
        place_sights(layout, plane, found, items, lowest, view.calibrated),
        _faint_items(found, layout, plane, lowest),
        is_client_present(found, plane, lowest),
    )


def _empty_spots(frames: Sequence[_PlacedFrame], seen: SeenFrames, grace: GraceState, lowest: float) -> frozenset[int]:
    """Return the numbers of things that lingered and whose places two frames show, or the only one."""
    if not grace.things:
        return frozenset()
    spots = np.array([thing.centre_cm for thing in grace.things])
    shown = [
        shown_spots(spots, frame.plane, found, frame.items.items, lowest)
        for frame, found in zip(frames, seen.detections, strict=True)
    ]
    enough = np.sum(shown, axis=0) >= min(2, len(frames))
    return frozenset(int(number) for number in np.flatnonzero(enough))


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
        passing=tuple(item for look in usable if not look.context.problems for item in look.context.passing),
        approved=tuple(item for look in usable for item in look.context.approved),
    )
    return placed, context


def _look_at(frame: Frame, detector: Detector, tiling: Tiling, *, with_features: bool) -> Sight:
    if with_features:
        return look(detector, frame.image, min_confidence=DETECT_FROM, tiling=tiling)
    return Sight(detector.detect(frame.image, min_confidence=DETECT_FROM, tiling=tiling), None)


def _comparison(
    sights: Sequence[Sight], planes: Sequence[DeskPlane], reference: Reference, layout: Layout
) -> Comparison:
    """Compare the last frame with the reference; a region stays where enough frames that show its place show it."""
    parameters = {**defaults("V02"), **layout.parameters.get("V02", {})}
    common = common_parameters(layout)
    seen_from = common["grey_low"]
    last = compare_with_reference(sights[-1], planes[-1], reference, parameters, seen_from)
    if len(sights) == 1 or not last.regions:
        return last
    others = [
        (sight.detections, compare_with_reference(sight, plane, reference, parameters, seen_from))
        for sight, plane in zip(sights[:-1], planes[:-1], strict=True)
    ]
    return steady_regions(last, others, seen_from, common["seen_share"])


def _approved_items(reference: Reference | None, layout: Layout, lowest: float) -> tuple[PlacedItem, ...]:
    """Place what the approved picture of a view shows."""
    if reference is None:
        return ()
    return place_items(reference.detections, reference.plane, layout.surfaces, min_confidence=lowest)


def _faint_items(found: Detections, layout: Layout, plane: DeskPlane, lowest: float) -> tuple[PlacedItem, ...]:
    """Place what was seen of the required classes below the confidence from which anything counts as seen."""
    required = {zone.item for zone in layout.zones if zone.min_count > 0}
    required |= {policy.item for policy in layout.policies if policy.kind is PolicyKind.REQUIRED}
    classes = np.isin(found.class_id, [INDEX[name] for name in sorted(required)])
    return place_items(found.select(classes & (found.confidence < lowest)), plane, layout.surfaces)
