from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra [train] is not installed")

from deskcheck_models.sampling import RANDOM_COUNT, SEEMING_LIMIT, choose
from deskcheck_models.targets import Targets

pytestmark = pytest.mark.train


def test_what_fires_and_what_seems_to_be_something_is_chosen() -> None:
    known = np.arange(100, 120)
    targets = Targets(np.array([[0, 105], [2, 110]]), np.ones(2, np.float32), np.zeros((0, 2), np.int64), 1.0, known)
    score = np.zeros(8400, np.float32)
    score[7000:7030] = 0.9
    telling, random = choose(targets, score, np.random.default_rng(1))
    assert {105, 110} <= set(telling.tolist())
    assert set(range(7000, 7030)) <= set(telling.tolist())
    assert set(known.tolist()) <= set(telling.tolist())
    assert len(telling) == len(known) + SEEMING_LIMIT
    assert len(random) <= RANDOM_COUNT
    assert not set(random.tolist()) & set(telling.tolist())
