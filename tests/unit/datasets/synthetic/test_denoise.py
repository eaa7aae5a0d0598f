"""The filter takes noise away and leaves prints and edges."""

from __future__ import annotations

import numpy as np
from deskcheck_datasets.synthetic.denoise import denoise


def test_noise_falls_while_a_printed_edge_stays_sharp() -> None:
    rng = np.random.default_rng(1)
    albedo = np.full((64, 64, 3), 0.2, np.float32)
    albedo[:, 32:] = 0.8
    normal = np.zeros((64, 64, 3), np.float32)
    normal[..., 2] = 1
    depth = np.full((64, 64), 150, np.float32)
    noisy = (albedo * rng.gamma(8, 1 / 8, (64, 64, 1))).astype(np.float32)
    clean = denoise(noisy, albedo, normal, depth)
    assert clean.dtype == np.float32
    assert np.abs(clean - albedo).mean() < 0.4 * np.abs(noisy - albedo).mean()
    assert (clean[:, 33] - clean[:, 30]).mean() > 0.5
