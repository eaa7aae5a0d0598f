"""A judgement drawn over its picture: zones, desk edge, ruler in cm, and every item with what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.errors import Language
from deskcheck_vision.overlay import Overlay, OverlayItem, OverlayRuler, OverlayState, OverlayZone, draw_overlay
from deskcheck_vision.privacy import PrivacyMask

from deskcheck_calibration.findings import Finding, State
from deskcheck_calibration.judging import Judged
from deskcheck_calibration.layout import Layout, PolygonCm
from deskcheck_calibration.plane import DeskPlane, raised
from deskcheck_calibration.visibility import heights_of_places
from deskcheck_calibration.wording import item_name, reason_text, sentence, state_name, unlisted_label

_RULER_STEP_CM = 10
_RULER_NUMBER_CM = 50
_CURVE_STEP_CM = 10.0  # a side is drawn through places this far apart where the lens bends it
_WORST_FIRST = (State.SUSPECTED, State.INCONCLUSIVE, State.EXEMPT, State.PASS)
_STATES: Mapping[State, OverlayState] = {
    State.SUSPECTED: OverlayState.SUSPECTED,
    State.INCONCLUSIVE: OverlayState.INCONCLUSIVE,
    State.PASS: OverlayState.PASS,
    State.EXEMPT: OverlayState.EXEMPT,
    State.NOT_ASSESSED: OverlayState.INFO,
}


def overlay_of(
    image: Uint8Array,
    judged: Judged,
    layout: Layout | None,
    language: Language = "zh",
    *,
    mask: PrivacyMask | None = None,
    display_width_px: int = 960,
) -> Uint8Array:
    """Draw a judgement over its picture.

    Args:
        image: (H, W, 3) uint8, BGR, people already masked; never written to.
        judged: what ``judging.judge`` returned for it.
        layout: the layout it was judged by.
        language: of the labels.
        mask: where people were masked, to say so in the picture.
        display_width_px: see ``draw_overlay``.

    Returns:
        A new (H, W, 3) uint8 picture, BGR.

    Raises:
        FontMissingError: the installation lacks its font.
    """
    overlay = overlay_values(judged, layout, language, mask)
    return draw_overlay(image, overlay, display_width_px=display_width_px)


def overlay_values(
    judged: Judged, layout: Layout | None, language: Language = "zh", mask: PrivacyMask | None = None
) -> Overlay:
    """Return what ``overlay_of`` draws, in px and words."""
    plane = judged.plane
    by_item, by_place = _worst(judged.judgement.findings)
    zones: tuple[OverlayZone, ...] = ()
    unlisted: tuple[OverlayItem, ...] = ()
    ruler = None
    outline = np.zeros((0, 2))
    if plane is not None and layout is not None:
        regions = _unlisted(plane, judged.judgement.findings, language)
        zones = (*_zones(plane, layout, by_place, language), *(region for region, _ in regions))
        unlisted = tuple(item for _, item in regions)
        width, depth = layout.desk_wh_cm
        outline = _path(plane, ((0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)), 0.0)
        ruler = _ruler(plane, layout)
    return Overlay(
        zones=zones,
        items=(*_items(judged, by_item, language), *unlisted),
        ruler=ruler,
        desk_outline_px=outline,
        mask=mask,
        mask_label="人员已遮挡" if language == "zh" else "person masked",
    )


Box = tuple[float, float, float, float]


def _worst(findings: Sequence[Finding]) -> tuple[dict[Box, Finding], dict[str, State]]:
    """The finding to show for each box, and the state of each place."""
    by_item: dict[Box, Finding] = {}
    by_place: dict[str, State] = {}
    for state in reversed(_WORST_FIRST):
        for finding in (finding for finding in findings if finding.state is state):
            if finding.xyxy is not None:
                by_item[finding.xyxy] = finding
            if finding.place:
                by_place[finding.place] = state
    return by_item, by_place


def _items(judged: Judged, by_item: Mapping[Box, Finding], language: Language) -> list[OverlayItem]:
    items = []
    for placed in judged.placed:
        finding = by_item.get(placed.xyxy)
        name = item_name(placed.item, language)
        state = OverlayState.INFO if finding is None else _STATES[finding.state]
        items.append(OverlayItem(placed.xyxy, name if finding is None else _label(finding, language), state, name))
    return items


def _label(finding: Finding, language: Language) -> str:
    """Few words: an item in order gets its name alone, a doubtful one the reason in brackets."""
    name = item_name(finding.item, language)
    if finding.state is State.PASS:
        return name
    if finding.state is State.SUSPECTED:
        return sentence(finding, language)
    why = state_name(finding.state, language) if finding.reason is None else reason_text(finding.reason, language)
    return f"{name}（{why}）" if language == "zh" else f"{name} ({why})"


def _zones(plane: DeskPlane, layout: Layout, by_place: Mapping[str, State], language: Language) -> list[OverlayZone]:
    heights = heights_of_places(layout)
    zones = []
    for zone in layout.zones:
        path = _path(plane, zone.polygon_cm, heights[zone.id])
        state = _STATES[by_place[zone.id]] if zone.id in by_place else OverlayState.INFO
        if len(path) >= 3:
            zones.append(OverlayZone(path, item_name(zone.item, language), state))
    return zones


def _unlisted(
    plane: DeskPlane, findings: Sequence[Finding], language: Language
) -> list[tuple[OverlayZone, OverlayItem]]:
    """The regions of V02: where each lies on the desk, and the box around it, which says what it is and how large."""
    regions = []
    for finding in findings:
        if finding.rule != "V02" or finding.footprint_cm is None:
            continue
        path = _path(plane, finding.footprint_cm, 0.0)
        if len(path) < 3:
            continue
        (left, top), (right, bottom) = path.min(axis=0).tolist(), path.max(axis=0).tolist()
        name, label = unlisted_label(finding.footprint_cm, language)
        state = _STATES[finding.state]
        regions.append((OverlayZone(path, "", state), OverlayItem((left, top, right, bottom), label, state, name)))
    return regions


def _path(plane: DeskPlane, polygon: PolygonCm, height_cm: float) -> Float64Array:
    """Outline (N, 2) in px of a polygon; empty where part of it lies behind the camera."""
    points = np.array(polygon, np.float64)
    if plane.lens is not None:
        points = _with_places_between(points)
    to_px = plane.to_px_homography
    if height_cm != 0:
        to_px = raised(to_px, plane.pose_or_nominal(), height_cm)
    homogeneous = points @ to_px[:, :2].T + to_px[:, 2]
    if (homogeneous[:, 2] <= 1e-9).any():
        return np.zeros((0, 2))
    path: Float64Array = homogeneous[:, :2] / homogeneous[:, 2:]
    return path if plane.lens is None else plane.lens.bent(path)


def _with_places_between(points: Float64Array) -> Float64Array:
    """Return a closed outline (N, 2) with places put in along its sides."""
    sides = []
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        count = max(1, int(np.ceil(np.linalg.norm(end - start) / _CURVE_STEP_CM)))
        sides.append(start + (end - start) * np.arange(count)[:, None] / count)
    return np.concatenate(sides)


def _ruler(plane: DeskPlane, layout: Layout) -> OverlayRuler:
    """A tick every 10 cm along the outer edge, a number every 50."""
    width = layout.desk_wh_cm[0]
    ticks = list(range(0, int(width) + 1, _RULER_STEP_CM))
    points = plane.to_px(np.array([[float(tick), 0.0] for tick in ticks]))
    labels = tuple(f"{tick} cm" if tick % _RULER_NUMBER_CM == 0 and tick else "" for tick in ticks)
    return OverlayRuler(points, labels)
