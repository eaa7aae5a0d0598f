from __future__ import annotations

import os

import pytest
from deskcheck_service.settings import Settings
from deskcheck_vision.cores import usable_cores


@pytest.mark.parametrize(("told", "most"), [("1", 1), ("1,4", 1), ("0", 1), ("100000", None), ("", None), ("x", None)])
def test_all_usable_cores_or_as_many_as_are_told(monkeypatch: pytest.MonkeyPatch, told: str, most: int | None) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    usable = len(os.sched_getaffinity(0))
    assert usable_cores() == (usable if most is None else most)
    assert Settings().inference_threads == usable_cores()
