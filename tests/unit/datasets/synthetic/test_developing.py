"""Developing: light becomes a picture that a camera could have taken, the same from the same draws."""

from __future__ import annotations

import numpy as np
import pytest
from deskcheck_datasets.synthetic.developing import compressed, compression, develop
from deskcheck_datasets.synthetic.items.base import Draw


def _light() -> np.ndarray:
    rng = np.random.default_rng(2)
    light = rng.uniform(0.1, 0.9, (12, 16, 3)).repeat(10, axis=0).repeat(10, axis=1).astype(np.float32)
    light[:20, :20] = 30.0
    return light


@pytest.mark.parametrize("kind", ["phone", "ceiling"])
@pytest.mark.parametrize("seed", range(6))
def test_pictures_are_neither_black_nor_white_and_repeat(kind: str, seed: int) -> None:
    light = _light()
    light.setflags(write=False)
    picture = develop(light, Draw(seed), kind)
    assert picture.shape == (120, 160, 3)
    assert picture.dtype == np.uint8
    assert 25 < picture.mean() < 225
    assert picture[:16, :16].mean() > 200
    np.testing.assert_array_equal(picture, develop(light, Draw(seed), kind))


def test_some_ceiling_pictures_are_grey_as_at_night() -> None:
    pictures = [develop(_light(), Draw(seed), "ceiling").astype(int) for seed in range(40)]
    colour = [float(np.abs(p[..., 0] - p[..., 2]).mean()) for p in pictures]
    assert min(colour) < 5 < max(colour)


def test_coarser_compression_loses_more() -> None:
    rng = np.random.default_rng(5)
    frame = rng.integers(40, 220, (64, 96, 3), dtype=np.uint8)
    fine, coarse = (compressed([frame, frame], q) for q in (18, 38))
    assert fine.shape == coarse.shape == frame.shape
    loss = [float(np.abs(p.astype(int) - frame).mean()) for p in (fine, coarse)]
    assert loss[0] < loss[1]
    assert compression() in ("h264", "jpeg")
