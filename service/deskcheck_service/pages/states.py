"""The one language of states: eight codes, each with a colour (by its CSS class), an icon and a word."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from deskcheck_calibration.findings import State

from deskcheck_service.captures.schemas import FindingOut
from deskcheck_service.pages.i18n import mark
from deskcheck_service.tables import Decision, DismissReason, LayoutState, ReviewState, Role


@dataclass(frozen=True, slots=True)
class PageState:
    """How a state looks.

    Attributes:
        code: CSS suffix, such as "suspected".
        icon: icon name.
        word: message id of its name.
    """

    code: str
    icon: str
    word: str


STATES = MappingProxyType(
    {
        state.code: state
        for state in (
            PageState("pass", "pass", mark("Pass")),
            PageState("suspected", "suspected", mark("Suspected")),
            PageState("confirmed", "confirmed", mark("Violation")),
            PageState("inconclusive", "inconclusive", mark("Cannot judge")),
            PageState("not_assessed", "not-assessed", mark("Not assessed")),
            PageState("exempt", "exempt", mark("Exempt")),
            PageState("solved", "solved", mark("Solved")),
            PageState("offline", "offline", mark("Offline")),
        )
    }
)

# What a person decided outweighs what the machine suspected.
_REVIEWED = MappingProxyType(
    {ReviewState.CONFIRMED: "confirmed", ReviewState.DISMISSED: "pass", ReviewState.CANNOT_JUDGE: "inconclusive"}
)

REVIEW_WORDS = MappingProxyType(
    {
        ReviewState.OPEN: mark("Waiting for review"),
        ReviewState.CONFIRMED: mark("Confirmed"),
        ReviewState.DISMISSED: mark("Dismissed"),
        ReviewState.CANNOT_JUDGE: mark("Cannot be judged"),
    }
)

DECISION_WORDS = MappingProxyType(
    {
        Decision.CONFIRM: mark("confirmed it as a violation"),
        Decision.DISMISS: mark("dismissed it"),
        Decision.CANNOT_JUDGE: mark("said it cannot be judged"),
    }
)

# In the order of the digits that choose them.
DISMISS_WORDS = MappingProxyType(
    {
        DismissReason.NOT_THE_ITEM: mark("It is another item"),
        DismissReason.WRONG_PLACE: mark("Measured at the wrong place"),
        DismissReason.ALLOWED_HERE: mark("Allowed here"),
        DismissReason.IN_USE: mark("In use just then"),
        DismissReason.CLIENTS_PROPERTY: mark("Belongs to a visitor"),
        DismissReason.FIXED_ON_THE_SPOT: mark("Fixed on the spot"),
        DismissReason.OTHER: mark("Another reason"),
    }
)

ROLE_WORDS = MappingProxyType(
    {
        Role.INSPECTOR: mark("Inspector"),
        Role.SUPERVISOR: mark("Supervisor"),
        Role.ADMINISTRATOR: mark("Administrator"),
    }
)

LAYOUT_WORDS = MappingProxyType(
    {
        LayoutState.DRAFT: mark("Draft"),
        LayoutState.APPROVED: mark("Approved"),
        LayoutState.RETIRED: mark("Retired"),
    }
)


def machine_state(state: State) -> PageState:
    """Return how a judgement's own state looks."""
    return STATES[state.value]


def finding_state(finding: FindingOut) -> PageState:
    """Return how a finding looks: a person's decision first, else the machine's state."""
    return STATES[_REVIEWED.get(finding.review_state, finding.state.value)]
