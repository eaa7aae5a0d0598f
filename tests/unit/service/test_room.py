"""Room for frames, places at an address, and when a failed visit is tried again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from deskcheck_service.audits.engine import host_of
from deskcheck_service.audits.room import FrameRoom, Hosts
from deskcheck_service.audits.visiting import retry_after
from deskcheck_service.errors.workers import CamerasBusyError


def test_room_is_waited_for_and_given_back() -> None:
    room = FrameRoom(100)
    with room.taken(60, 0.1, lambda: False):
        with pytest.raises(CamerasBusyError), room.taken(60, 0.05, lambda: False):
            pass
        with room.taken(40, 0.1, lambda: False):
            pass
    # One that is larger than all has it alone.
    with (
        room.taken(1000, 0.1, lambda: False),
        pytest.raises(CamerasBusyError),
        room.taken(1, 0.05, lambda: False),
    ):
        pass


def test_waiting_for_room_ends_with_the_process() -> None:
    room, ending = FrameRoom(10), threading.Event()
    ending.set()
    with room.taken(10, 0.1, ending.is_set), pytest.raises(CamerasBusyError), room.taken(1, 60, ending.is_set):
        pass


def test_an_address_has_so_many_places_and_files_have_none_of_it() -> None:
    hosts = Hosts(2)
    assert [hosts.enter("nvr") for _ in range(3)] == [True, True, False]
    hosts.leave("nvr")
    assert hosts.enter("nvr")
    assert all(hosts.enter("") for _ in range(9))


@pytest.mark.parametrize(
    ("address", "host"),
    [("rtsp://10.0.0.7:554/ch1", "10.0.0.7"), ("http://[fc00::1]/a", "fc00::1"), ("folder/a", ""), (None, "")],
)
def test_addresses(address: str | None, host: str) -> None:
    assert host_of(address) == host


def test_each_try_waits_twice_as_long_up_to_ten_minutes() -> None:
    waits = [retry_after(15, tries, 10) for tries in range(1, 9)]
    assert waits[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert waits[-1] == timedelta(seconds=600)
    assert retry_after(15, 1, 11) > retry_after(15, 1, 10)
