"""What a scheduled audit finds on a rendered day: eight windows, forty things that go wrong, staff and citizens about.

``deskcheck-data synth day FOLDER`` makes the day; DESKCHECK_DAY_FILM names the folder. Every burst of three frames goes
the way of the audit (``cameras.watching.check_burst``); what counts are the problems that the service opens.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from deskcheck_datasets.synthetic.day_record import RECORD

from tests.benchmarks.day_audit import Audited, Told, audited, false_problems, found_events, is_told_again
from tests.benchmarks.figures import Figure, measures

NO_FOLDER = "DESKCHECK_DAY_FILM names no folder of synth day"
LEAST_RECALL, MOST_FALSE = 0.95, 2.0


def day_folder() -> Path | None:
    """Folder of a rendered day, None without one."""
    named = os.environ.get("DESKCHECK_DAY_FILM", "")
    return Path(named) if named and (Path(named) / RECORD).exists() else None


@measures
def day_film_recall() -> Iterator[Figure]:
    """Share of what goes wrong that a problem of the right rule, thing and place was opened for while it lasted."""
    folder = day_folder()
    if folder is None:
        yield Figure("day_film_recall", None, LEAST_RECALL, False, "share", NO_FOLDER)
        return
    result = audited(folder)
    counted = [event for event in result.day.events() if event.counted]
    found = found_events(result)
    share = sum(event.name in found for event in counted) / len(counted)
    yield Figure("day_film_recall", share, LEAST_RECALL, False, "share", _told_of_events(result, found))


@measures
def day_film_false() -> Iterator[Figure]:
    """Problems that were opened for nothing that is wrong."""
    folder = day_folder()
    if folder is None:
        yield Figure("day_film_false", None, MOST_FALSE, True, "problems", NO_FOLDER)
        return
    false = false_problems(audited(folder))
    yield Figure("day_film_false", float(len(false)), MOST_FALSE, True, "problems", "; ".join(map(_told, false)))


def _told_of_events(result: Audited, found: frozenset[str]) -> str:
    events = result.day.events()
    by_rule = Counter(event.rule for event in events if event.counted)
    hits = Counter(event.rule for event in events if event.counted and event.name in found)
    rules = ", ".join(f"{rule} {hits[rule]}/{count}" for rule, count in sorted(by_rule.items()))
    noticed = {one.event.name for one in result.wrongs if any(is_told_again(one, told) for told in result.told)}
    missed = ", ".join(
        f"{e.name} {e.rule} {e.item}{' (noticed by V02)' if e.name in noticed else ''}"
        for e in events
        if e.counted and e.name not in found
    )
    weak = [event for event in events if not event.counted]
    beside = sum(event.name in found for event in weak)
    told = sum(event.name in noticed - found for event in weak)
    aside = f"of {len(weak)} things of weak classes, not counted, {beside} found, {told} noticed"
    return f"{rules}; missed: {missed or 'none'}; {aside}"


def _told(told: Told) -> str:
    times = ", ".join(sorted({f"{one.at:%H:%M}" for one in told.sightings}))
    return f"{told.window} {told.rule} {told.item or '-'} {told.place or '-'} ({times} UTC)"
