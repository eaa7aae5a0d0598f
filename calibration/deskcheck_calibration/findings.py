"""What the rules say about one window at one time. A machine only suspects: it never writes "violation"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskcheck_calibration.layout import PolygonCm


class State(StrEnum):
    """State of a rule for a window (DOMAIN section 2)."""

    PASS = "pass"  # noqa: S105 -- a state, no password
    SUSPECTED = "suspected"
    INCONCLUSIVE = "inconclusive"
    NOT_ASSESSED = "not_assessed"
    EXEMPT = "exempt"


class Reason(StrEnum):
    """Why a rule could not be judged or was not assessed; texts for people are in ``reason_text``."""

    BLURRED = "blurred"
    DARK = "dark"
    GLARE = "glare"
    FROZEN = "frozen"
    SURFACE_OUT_OF_FRAME = "surface_out_of_frame"
    REGISTRATION_RESIDUAL = "registration_residual"
    NOT_REGISTERED = "not_registered"
    CAMERA_MOVED = "camera_moved"
    COVERED_BY_PERSON = "covered_by_person"
    SCALE_TOO_SMALL = "scale_too_small"
    STRADDLES_LIMIT = "straddles_limit"
    LAYOUT_MISSING = "layout_missing"
    LOW_CONFIDENCE = "low_confidence"
    ANCHOR_NOT_FOUND = "anchor_not_found"
    AMBIGUOUS_ITEMS = "ambiguous_items"
    OVERLAPPING_BOXES = "overlapping_boxes"
    FOOTPRINT_HIDDEN = "footprint_hidden"
    MAY_BE_CLIENTS = "may_be_clients"
    ITEM_IN_USE = "item_in_use"
    WITHIN_GRACE = "within_grace"
    CLASS_UNTRAINED = "class_untrained"
    CLASS_OFTEN_MISSED = "class_often_missed"
    RULE_OFF = "rule_off"
    OUT_OF_HOURS = "out_of_hours"
    NOT_APPLICABLE = "not_applicable"
    NO_CABINET = "no_cabinet"
    NO_REFERENCE = "no_reference"
    NO_FEATURES = "no_features"
    VIEW_TOO_DIFFERENT = "view_too_different"
    TOO_LITTLE_COMPARED = "too_little_compared"
    OUTSIDE_VIEW = "outside_view"
    MAY_BE_OUTSIDE_VIEW = "may_be_outside_view"
    VIEWS_DISAGREE = "views_disagree"
    NOT_STEADY = "not_steady"
    TOO_FEW_FRAMES = "too_few_frames"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of one rule.

    Attributes:
        rule: rule id, "V01".."V23".
        state: see ``State``.
        item: taxonomy class id it is about; None where the rule speaks of the whole window.
        place: id of the zone, surface or relation it is about; None where there is none.
        measured: measured value in ``unit``; None where nothing was measured.
        limit: the limit it was held against, in ``unit``.
        unit: "cm", "cm2", "%", "count" or "" .
        uncertainty: half width of the ~95 % interval of ``measured``, in ``unit``.
        reason: why, for inconclusive, not assessed and exempt ones.
        confidence: detector's confidence of the item in [0, 1]; None where no item was found.
        xyxy: box of the item in px of the original picture; None where no item was found.
        footprint_cm: contact footprint polygon in desk cm; of V02 the region's outline laid on the desk.
        picture: which of the views that were judged together ``xyxy`` is in; 0 where there is one.
        support: share of the burst's frames that showed its place in which the item was seen; None of a single picture.
        shown_frames: how many frames those were; 0 of a single picture.
    """

    rule: str
    state: State
    item: str | None = None
    place: str | None = None
    measured: float | None = None
    limit: float | None = None
    unit: str = ""
    uncertainty: float | None = None
    reason: Reason | None = None
    confidence: float | None = None
    xyxy: tuple[float, float, float, float] | None = None
    footprint_cm: PolygonCm | None = None
    picture: int = 0
    support: float | None = None
    shown_frames: int = 0


# Worst first: a window with one suspicion is suspected even if other rules could not be judged.
_ORDER = (State.SUSPECTED, State.INCONCLUSIVE, State.PASS, State.EXEMPT, State.NOT_ASSESSED)


def overall_state(findings: Iterable[Finding]) -> State:
    """Return the state of a window from its findings: the worst one; with none at all nothing was assessed.

    A window of which no view was meant to show a place does not pass as a whole, however good the rest of it looks.
    """
    found = tuple(findings)
    states = {finding.state for finding in found}
    worst = next((state for state in _ORDER if state in states), State.NOT_ASSESSED)
    if worst is State.PASS and any(finding.reason is Reason.OUTSIDE_VIEW for finding in found):
        return State.NOT_ASSESSED
    return worst


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings of one window at one time and everything needed to repeat them.

    Attributes:
        window: window code.
        captured_at: aware UTC time of the (last) picture.
        findings: every statement of every rule of the rule set, passes included.
        layout_version: version of the layout.
        model_sha256: SHA-256 of the weight file.
        model_session: runtime and precision that ran it, such as "onnxruntime-fp32"; empty where nobody says.
        rule_set_version: version of the rule table.
    """

    window: str
    captured_at: datetime
    findings: tuple[Finding, ...]
    layout_version: int
    model_sha256: str
    model_session: str
    rule_set_version: str

    @property
    def state(self) -> State:
        """The window's state."""
        return overall_state(self.findings)
