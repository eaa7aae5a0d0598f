"""How schedules, rounds, days and the day's marks look and what they are called."""

from __future__ import annotations

from types import MappingProxyType

from deskcheck_service.audits.calendar import DayKind
from deskcheck_service.audits.schemas import DayMark, OwedOut
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.states import PageState, machine_state
from deskcheck_service.tables.audits import DayHalf, OwedState, RoundState, ScheduleKind

KIND_WORDS = MappingProxyType(
    {
        ScheduleKind.ROUND: mark("Round"),
        ScheduleKind.CLOSING: mark("Closing check"),
        ScheduleKind.SPOT: mark("Spot check"),
    }
)

HALF_WORDS = MappingProxyType({DayHalf.MORNING: mark("Morning"), DayHalf.AFTERNOON: mark("Afternoon")})

ROUND_STATES = MappingProxyType(
    {
        RoundState.RUNNING: PageState("solved", "refresh", mark("Running")),
        RoundState.COMPLETE: PageState("pass", "pass", mark("Complete")),
        RoundState.PARTIAL: PageState("suspected", "suspected", mark("Partial")),
        RoundState.MISSED: PageState("offline", "offline", mark("Missed")),
    }
)

MARKS = MappingProxyType(
    {
        DayMark.OK: PageState("pass", "pass", mark("Up to standard")),
        DayMark.FAIL: PageState("confirmed", "confirmed", mark("Not up to standard")),
        DayMark.SUSPECTED: PageState("suspected", "suspected", mark("Suspected, to review")),
        DayMark.INCOMPLETE: PageState("inconclusive", "inconclusive", mark("Not completed")),
        DayMark.PENDING: PageState("offline", "offline", mark("Still to come")),
        DayMark.NO_WORK: PageState("not_assessed", "not-assessed", mark("No work that day")),
        DayMark.NOT_AUDITED: PageState("not_assessed", "not-assessed", mark("Not audited")),
    }
)

DAY_WORDS = MappingProxyType(
    {
        DayKind.WEEKDAY: mark("Working day"),
        DayKind.WEEKEND: mark("Weekend"),
        DayKind.HOLIDAY: mark("Public holiday"),
        DayKind.MAKE_UP: mark("Make-up working day"),
        DayKind.OWN_WORK: mark("Works, as the centre says"),
        DayKind.OWN_REST: mark("Rests, as the centre says"),
    }
)

WEEKDAY_WORDS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))

WAITING = PageState("not_assessed", "not-assessed", mark("Waiting"))
AT_WORK = PageState("solved", "refresh", mark("Being looked at"))
NOT_SEEN = PageState("offline", "offline", mark("Not seen"))


def owed_state(view: OwedOut) -> PageState:
    """Return how an owed view looks: its judgement's state once there is one."""
    if view.judgement_state is not None:
        return machine_state(view.judgement_state)
    if view.state is OwedState.UNJUDGED:
        return NOT_SEEN
    return AT_WORK if view.at_work else WAITING
