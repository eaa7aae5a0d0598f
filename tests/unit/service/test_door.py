"""The door before the one network: few at a time, photos before audits, each in the order of coming."""

from __future__ import annotations

import threading
import time

import pytest
from deskcheck_service.door import Door
from deskcheck_service.engine import JudgeEngine, behind_photos
from deskcheck_service.errors import BusyError
from deskcheck_service.settings import Settings


def test_a_full_door_is_waited_for_and_given_up() -> None:
    door = Door(2)
    assert door.enter(0.1)
    assert door.enter(0.1, behind=True)
    assert not door.enter(0.05)
    assert not door.enter(0.05, behind=True)
    door.leave()
    assert door.enter(0.1)


def test_photos_go_before_audits_that_came_first() -> None:
    door, order, started = Door(1), [], []
    assert door.enter(1)

    def go(name: str, *, behind: bool) -> None:
        assert door.enter(5, behind=behind)
        order.append(name)
        door.leave()

    for name, behind in (("audit 1", True), ("audit 2", True), ("photo 1", False), ("photo 2", False)):
        thread = threading.Thread(target=go, args=(name,), kwargs={"behind": behind})
        thread.start()
        started.append(thread)
        time.sleep(0.05)
    door.leave()
    for thread in started:
        thread.join(5)
    assert order == ["photo 1", "photo 2", "audit 1", "audit 2"]


def test_who_gave_up_leaves_no_gap() -> None:
    door = Door(1)
    assert door.enter(0.1)
    assert not door.enter(0.02)
    door.leave()
    assert door.enter(0.1)
    assert not door.enter(0.02)


def test_audits_wait_longer_than_photos() -> None:
    engine = JudgeEngine(Settings(concurrent_judgements=1, judgement_wait_s=0.1))
    freed = threading.Event()

    def hold() -> None:
        with engine.turn():
            freed.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    time.sleep(0.05)
    with pytest.raises(BusyError), engine.turn():
        pass
    threading.Timer(0.3, freed.set).start()
    with behind_photos(5.0), engine.turn():
        assert freed.is_set()
    thread.join(5)
