"""What the approved reference does not explain: V02. Only ever suspected, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules import belonging
from deskcheck_calibration.rules.presence import scene_parameters, within_grace
from deskcheck_calibration.scene import WHOLE_DESK, Region, Scene, clear_state
from deskcheck_calibration.shares import share
from deskcheck_calibration.unlisted_thing import thing_of

Box = tuple[float, float, float, float]
# Of a region's box: it is as coarse as the feature maps' cells and takes in the thing's shadow.
_SAME_THING_SHARE = 0.4
# A thing's cord and shadow lie outside its box.
_AT_HOME_SHARE = 0.25


def comparison_off(scene: Scene) -> tuple[State, Reason] | None:
    """V02 needs a reference picture of nearly the same view, and a model that gives features."""
    reason = scene.context.comparison.reason
    return None if reason is None else (State.NOT_ASSESSED, reason)


def unlisted_things(scene: Scene, parameters: Mapping[str, float]) -> Iterator[Finding]:
    """V02: regions of the desk that neither the reference nor any detection explains.

    Without one, the rule passes for what was compared, and says how much of the desk that was.
    """
    limit = parameters["min_area_camera_cm2" if scene.is_camera else "min_area_cm2"]
    home = scene_parameters(scene, "V04")
    at_home = [item for item in scene.items if belonging.is_home(scene, item, home)]
    found = [
        region
        for region in scene.context.comparison.regions
        if region.area_cm2 >= limit and not any(_shows(region, item) for item in at_home)
    ]
    for region in found:
        yield _suspected(scene, region, limit, parameters)
    if not found:
        yield _clear(scene, parameters["compared_share"])


def _shows(region: Region, item: PlacedItem) -> bool:
    """Tell whether a region is a listed thing in its own place.

    Of a thing that stands where its class belongs, any confidence that counts as seen is enough: that something else
    is taken for just the thing whose place it is in is far less likely than that the thing was put back otherwise.
    """
    return item.picture == region.picture and _share_within(region.xyxy, item.xyxy) >= _AT_HOME_SHARE


def without_suspected(scene: Scene, suspected: Sequence[Finding]) -> Scene:
    """Return the scene without the regions at whose place another rule suspects a thing already.

    A thing that is recognised less surely than what explains a region is suspected by its own rule, and once is enough.
    """
    comparison = scene.context.comparison
    boxes = [(finding.xyxy, finding.picture) for finding in suspected if finding.xyxy is not None]
    regions = tuple(
        region
        for region in comparison.regions
        if not any(
            picture == region.picture and _share_within(region.xyxy, box) >= _SAME_THING_SHARE for box, picture in boxes
        )
    )
    return replace(scene, context=replace(scene.context, comparison=replace(comparison, regions=regions)))


def _share_within(inner: Box, outer: Box) -> float:
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    return max(0.0, width) * max(0.0, height) / ((inner[2] - inner[0]) * (inner[3] - inner[1]))


def _suspected(scene: Scene, region: Region, limit: float, parameters: Mapping[str, float]) -> Finding:
    ledges = (surface for surface in scene.layout.surfaces if surface.kind is SurfaceKind.PUBLIC_LEDGE)
    on_ledge = any(share(region.polygon_cm, ledge.polygon_cm) >= 0.5 for ledge in ledges)
    reason = Reason.MAY_BE_CLIENTS if on_ledge and scene.context.client_present else None
    if reason is None and within_grace(scene, parameters, "V02", thing_of(region), ""):
        reason = Reason.WITHIN_GRACE
    return Finding(
        "V02",
        State.SUSPECTED if reason is None else State.INCONCLUSIVE,
        measured=region.area_cm2,
        limit=limit,
        unit="cm2",
        reason=reason,
        xyxy=region.xyxy,
        footprint_cm=region.polygon_cm,
        picture=region.picture,
    )


def _clear(scene: Scene, least_share: float) -> Finding:
    compared = scene.context.comparison.compared_share
    unseen = scene.unseen(WHOLE_DESK)
    state = clear_state(unseen)
    if compared < least_share:
        state, unseen = State.NOT_ASSESSED, Reason.TOO_LITTLE_COMPARED
    return Finding("V02", state, measured=100 * compared, limit=100 * least_share, unit="%", reason=unseen)
