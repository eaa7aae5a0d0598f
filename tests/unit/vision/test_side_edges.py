"""Straight edges near a supposed side: where they are, how many, and when there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.side_edges import side_edges

SAMPLES: Float64Array = np.column_stack([np.linspace(40, 560, 60), np.full(60, 200.0)])
INWARD: Float64Array = np.tile([0.0, -1.0], (60, 1))  # the desk lies above its lower side


def board(edge_y: float, rim_px: int = 0, slope: float = 0.0) -> Uint8Array:
    """A light board over a dark floor, its lower edge drawn finer than px, with a grey rim below it."""
    fine = 8
    image = np.full((400 * fine, 600 * fine, 3), 60, np.uint8)
    x = np.array([0, 600])
    y = edge_y + slope * (x - 300)
    for drop, grey in ((rim_px, 120), (0, 210)):
        if drop or grey == 210:
            outline = np.array([[0, 0], [600, 0], [600, y[1] + drop], [0, y[0] + drop]]) * fine
            cv2.fillPoly(image, [np.round(outline).astype(np.int32)], (grey, grey, grey))
    small = cv2.resize(image, (600, 400), interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng(1).normal(0, 2, small.shape)
    return np.clip(cv2.GaussianBlur(small, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("edge_y", [194.3, 200.0, 206.75])
def test_an_edge_is_found_finer_than_a_px(edge_y: float) -> None:
    (edge,) = side_edges(board(edge_y), SAMPLES, INWARD, 12.0)
    assert abs(edge.points_px[:, 1].mean() - edge_y) < 0.25
    assert np.abs(edge.points_px[:, 1] - edge_y).max() < 0.8
    assert edge.support > 0.95
    assert abs(edge.inward_px - (200 - edge_y)) < 0.2
    assert np.allclose(edge.points_px[:, 0], SAMPLES[edge.at, 0])


def test_a_rim_is_a_second_edge_farther_out() -> None:
    edges = side_edges(board(197.0, rim_px=6), SAMPLES, INWARD, 12.0)
    assert sorted(round(float(edge.points_px[:, 1].mean())) for edge in edges[:2]) == [197, 203]
    assert all(edge.support > 0.9 for edge in edges[:2])


def test_an_edge_may_lie_aslant_and_be_half_hidden() -> None:
    image = board(200.0, slope=0.02)
    image[150:250, 300:] = np.random.default_rng(2).integers(0, 255, (100, 300, 3), np.uint8)
    edge = max(side_edges(image, SAMPLES, INWARD, 12.0), key=lambda one: one.support)
    seen = edge.points_px[edge.points_px[:, 0] < 295]
    assert len(seen) > 20
    assert np.abs(seen[:, 1] - (200 + 0.02 * (seen[:, 0] - 300))).max() < 1.6


def test_where_nothing_is_to_be_seen_nothing_is_found() -> None:
    assert side_edges(board(300.0), SAMPLES, INWARD, 12.0) == []
    assert side_edges(board(200.0), SAMPLES + np.array([0.0, 500.0]), INWARD, 12.0) == []
    assert side_edges(board(200.0), SAMPLES[:5], INWARD[:5], 12.0) == []


def test_one_bright_spot_is_no_side() -> None:
    image = np.full((400, 600, 3), 60, np.uint8)
    image[195:215, 200:230] = 220
    assert side_edges(image, SAMPLES, INWARD, 12.0) == []


def test_the_picture_is_not_written_to() -> None:
    image, samples, inward = board(200.0), SAMPLES.copy(), INWARD.copy()
    for array in (image, samples, inward):
        array.flags.writeable = False
    assert side_edges(image, samples, inward, 12.0)
