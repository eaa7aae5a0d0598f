"""What the rules look at: the placed items, the layout, and how well the picture shows each place. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.grace import NOTHING_LINGERS, GraceState
from deskcheck_calibration.layout import Layout, PlaceType, PolygonCm, Surface, SurfaceKind
from deskcheck_calibration.placed_item import PlacedItem

WHOLE_DESK = ""


class SourceKind(StrEnum):
    """Where pictures come from; cameras hang farther away and get wider limits."""

    PHOTO = "photo"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True)
class PlaceView:
    """How well the picture shows a surface or a zone.

    Attributes:
        visible_share: share of its area inside the picture.
        covered_share: share behind persons.
        hidden_share: share behind items that stand elsewhere.
        scale_px_per_cm: picture scale there.
        meant_share: share of its area that the view is meant to show, by its calibration.
        problem: why a picture that is meant to show more of it shows nothing; None where there is none such.
        shown_frames: how many frames of a burst show it; 0 of a single picture.
    """

    visible_share: float = 1.0
    covered_share: float = 0.0
    hidden_share: float = 0.0
    scale_px_per_cm: float = 10.0
    meant_share: float = 1.0
    problem: Reason | None = None
    shown_frames: int = 0

    def unseen(self, common: Mapping[str, float]) -> Reason | None:
        """Return why the place is not seen well enough to say that something is NOT there.

        Args:
            common: the parameters that all rules share.

        Returns:
            ``OUTSIDE_VIEW`` where no picture of this view is meant to show it, another reason where this one fails to.
        """
        if self.visible_share < common["visible_share"]:
            is_meant = self.meant_share >= common["visible_share"]
            return (self.problem or Reason.SURFACE_OUT_OF_FRAME) if is_meant else Reason.OUTSIDE_VIEW
        if self.covered_share > common["covered_share"]:
            return Reason.COVERED_BY_PERSON
        return None


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the desk that looks other than in the approved reference.

    Attributes:
        polygon_cm: its outline laid on the desk; of a thing with height it reaches away from the camera.
        area_cm2: area of that outline.
        xyxy: px around it in the picture.
        score: how far it stands out, in units of the threshold; at least 1.
        picture: which of the views that are judged together ``xyxy`` is in; 0 where there is one.
    """

    polygon_cm: PolygonCm
    area_cm2: float
    xyxy: tuple[float, float, float, float]
    score: float
    picture: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison with the approved reference gave.

    Attributes:
        regions: what nothing explains, strongest first.
        compared_share: share of the desk's picture that was compared at all.
        reason: why nothing was compared; None where it was.
    """

    regions: tuple[Region, ...] = ()
    compared_share: float = 0.0
    reason: Reason | None = None


def _no_comparison() -> Comparison:
    return Comparison(reason=Reason.NO_REFERENCE)


def _no_views() -> Mapping[str, PlaceView]:
    return MappingProxyType({})


def _no_other_views() -> Mapping[str, tuple[PlaceView, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Context:
    """Everything about a picture besides its items and the layout.

    Attributes:
        captured_at: aware UTC time.
        source_kind: photo or camera.
        problems: why the whole picture cannot be judged: quality, registration, layout.
        views: id of surface or zone (``WHOLE_DESK``: all of the desk) -> how well it is seen.
        trained_classes: classes that the model can find; a class outside is never called missing.
        often_missed: trained classes of which not seeing one says nothing.
        client_present: a person stands at the public side.
        touched: indices of detections that may be in a person's hand.
        observed_s: for how long the scene has been seen as it is; 0 for a single picture.
        model_sha256: SHA-256 of the weight file.
        model_session: runtime and precision that ran it.
        open_now: overrides the layout's hours, for holidays and closed windows.
        comparison: with the approved reference.
        faint: required things that were seen too unsurely to count as seen; too unsurely as well to call them missing.
        other_views: place -> other ways in which it is seen, where several views are judged together.
        passing: things that were there for too few frames of a burst to count.
        grace: what earlier looks at the window left within its time of grace.
        approved: what the approved pictures of the same views show, as it is recognised there.
    """

    captured_at: datetime
    source_kind: SourceKind = SourceKind.PHOTO
    problems: tuple[Reason, ...] = ()
    views: Mapping[str, PlaceView] = field(default_factory=_no_views)
    trained_classes: frozenset[str] = frozenset()
    often_missed: frozenset[str] = frozenset()
    client_present: bool = False
    touched: frozenset[int] = frozenset()
    observed_s: float = 0.0
    model_sha256: str = ""
    model_session: str = ""
    open_now: bool | None = None
    comparison: Comparison = field(default_factory=_no_comparison)
    faint: tuple[PlacedItem, ...] = ()
    other_views: Mapping[str, tuple[PlaceView, ...]] = field(default_factory=_no_other_views)
    passing: tuple[PlacedItem, ...] = ()
    grace: GraceState = NOTHING_LINGERS
    approved: tuple[PlacedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """The one argument of every rule.

    Attributes:
        layout: the approved layout.
        items: items seen with at least the lowest confidence, persons left out.
        context: the picture.
        open_now: the window is open.
        common: parameters that all rules share.
    """

    layout: Layout
    items: tuple[PlacedItem, ...]
    context: Context
    open_now: bool
    common: Mapping[str, float]

    @property
    def is_camera(self) -> bool:
        """Pictures come from a fixed camera."""
        return self.context.source_kind is SourceKind.CAMERA

    @property
    def desk_polygon_cm(self) -> PolygonCm:
        """The whole desk."""
        width, depth = self.layout.desk_wh_cm
        return ((0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth))

    def view(self, place: str, name: str | None = None) -> PlaceView:
        """How well a place is seen, of several ways the best for things of class ``name``.

        A place that nobody looked at is not seen at all.
        """
        views = self.context.views
        ways = (views.get(place, PlaceView(0.0, 0.0, 0.0, 0.0)), *self.context.other_views.get(place, ()))
        return min(ways, key=lambda view: self._doubts(view, name)) if len(ways) > 1 else ways[0]

    def _doubts(self, view: PlaceView, name: str | None) -> tuple[float, ...]:
        least = 0.0 if name is None else BY_ID[name].min_scale_px_per_cm
        return (
            view.unseen(self.common) is not None, view.scale_px_per_cm < least,
            view.hidden_share > self.common["hidden_share"], view.covered_share, -view.visible_share,
            view.hidden_share, -view.scale_px_per_cm,
        )  # fmt: skip

    def unseen(self, place: str) -> Reason | None:
        """Return why a place is not seen well enough to say that something is NOT there."""
        return self.view(place).unseen(self.common)

    @property
    def is_partial(self) -> bool:
        """A thing may stand on the desk where no picture is meant to show it."""
        return self.unseen(WHOLE_DESK) is Reason.OUTSIDE_VIEW

    def may_stand_outside(self, name: str) -> bool:
        """Tell whether things of a class belong where no picture is meant to show them, or may as well be there."""
        zones = [zone for zone in self.layout.zones if zone.item == name]
        if zones:
            return any(self.unseen(zone.id) is Reason.OUTSIDE_VIEW for zone in zones)
        return self.is_partial

    def is_sure(self, item: PlacedItem) -> bool:
        """It is known what the item is, and enough frames of a burst show it to say that it stands there."""
        return self.is_recognised(item) and not item.is_fleeting

    def is_recognised(self, item: PlacedItem) -> bool:
        """The item's confidence is above the grey band, and no two views disagree about it."""
        return item.confidence >= self.common["grey_high"] and not item.is_disputed

    def silent_about(self, name: str) -> Reason | None:
        """Return why not finding a thing of this class says nothing, None where it does."""
        if name not in self.context.trained_classes:
            return Reason.CLASS_UNTRAINED
        return Reason.CLASS_OFTEN_MISSED if name in self.context.often_missed else None

    def flat_surfaces(self) -> tuple[Surface, ...]:
        """Surfaces that items lie on directly; the whole desk where the layout names none."""
        named = tuple(surface for surface in self.layout.surfaces if surface.kind in FLAT_KINDS)
        if named:
            return named
        office = self.layout.place_type is not PlaceType.WINDOW
        kind = SurfaceKind.OFFICE_DESK if office else SurfaceKind.MAIN_COUNTER
        return (Surface(WHOLE_DESK, kind, self.desk_polygon_cm),)


FLAT_KINDS = frozenset(
    {SurfaceKind.MAIN_COUNTER, SurfaceKind.PUBLIC_LEDGE, SurfaceKind.LOW_CABINET, SurfaceKind.OFFICE_DESK}
)


def finding_about(
    rule: str,
    state: State,
    item: PlacedItem,
    place: str | None,
    reason: Reason | None = None,
    *,
    measured: float | None = None,
    limit: float | None = None,
    unit: str = "",
    uncertainty: float | None = None,
) -> Finding:
    """Return a finding about an item that was seen."""
    return Finding(
        rule, state, item.item, place, measured, limit, unit, uncertainty, reason,
        item.confidence, item.xyxy, item.footprint_cm, item.picture,
        support=item.support if item.shown_frames else None, shown_frames=item.shown_frames,
    )  # fmt: skip


def clear_state(unseen: Reason | None) -> State:
    """Return what is said of a place in which nothing was found: that it passes only where it was seen."""
    if unseen is None:
        return State.PASS
    return State.NOT_ASSESSED if unseen is Reason.OUTSIDE_VIEW else State.INCONCLUSIVE


# A value at its limit to the last bits counts as at it, or the place of the desk in space would decide.
_ROUNDING = 1e-9


def against_limit(measured: float, uncertainty: float, limit: float) -> tuple[State, Reason | None]:
    """Judge a value that must not exceed a limit: only a whole ~95 % interval on one side of it decides."""
    if measured - uncertainty > limit + _ROUNDING:
        return State.SUSPECTED, None
    if measured + uncertainty <= limit + _ROUNDING:
        return State.PASS, None
    return State.INCONCLUSIVE, Reason.STRADDLES_LIMIT


def share_state(share: tuple[float, float, float], limit: float) -> tuple[State, Reason | None]:
    """Judge whether something covers at least ``limit`` of a place, from its (low, best, high) share."""
    low, _, high = share
    if low >= limit - _ROUNDING:
        return State.SUSPECTED, None
    if high < limit - _ROUNDING:
        return State.PASS, None
    return State.INCONCLUSIVE, Reason.STRADDLES_LIMIT
