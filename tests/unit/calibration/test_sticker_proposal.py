"""Corners and size proposed by stickers: within what they say of themselves, or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deskcheck_calibration.layout import Layout, Sticker
from deskcheck_calibration.sticker_proposal import propose_desk
from deskcheck_calibration.stickers import CORNERS
from deskcheck_vision.markers import DeskTags, Tag, find_tags, read_desks, tag_ids
from deskcheck_vision.taxonomy import TAXONOMY_VERSION

from tests.support.sticker_desk import Camera, camera, desk_texture, seen, sticker_squares

DESK = (150, 70)
CORNERS_CM = np.array([[0, 0], [150, 0], [150, 70], [0, 70]], np.float64)


def tags(view: Camera, corners: tuple[int, ...] = (0, 1, 2, 3), seed: int = 0, sigma_px: float = 0.2) -> DeskTags:
    rng = np.random.default_rng(seed)
    squares = sticker_squares(DESK)
    return DeskTags(7, {c: Tag(tag_ids(7)[c], view.px(squares[c]) + rng.normal(0, sigma_px, (4, 2))) for c in corners})


def layout(only: tuple[int, ...] = (0, 1, 2, 3)) -> Layout:
    squares = sticker_squares(DESK)
    stickers = tuple(Sticker(CORNERS[c], tuple((float(x), float(y)) for x, y in squares[c])) for c in only)
    return Layout("A03", 1, (150.0, 70.0), TAXONOMY_VERSION, stickers=stickers)


def test_the_doubt_that_is_told_holds_in_most_cases_and_is_not_too_large() -> None:
    ratios, misses = [], []
    for seed in range(120):
        rng = np.random.default_rng((4, seed))
        view = camera(DESK, float(rng.uniform(35, 65)), float(rng.uniform(-35, 35)), float(rng.uniform(150, 230)))
        found = propose_desk(tags(view, seed=seed), None, view.image_wh)
        assert found is not None
        assert found.measured
        errors = np.abs(np.array(found.size_cm) - DESK)
        ratios.extend(errors / np.array(found.size_within_cm))
        off_px = np.linalg.norm(np.array(found.corners_px) - view.px(CORNERS_CM), axis=1).max()
        misses.append(off_px / found.corners_within_px)
    # Two standard deviations: about 95 % within, and a median of a third.
    assert np.mean(np.array(ratios) <= 1) >= 0.92
    assert np.median(ratios) > 0.2
    assert np.mean(np.array(misses) <= 1.25) >= 0.9


@pytest.mark.parametrize("azimuth_deg", [-25.0, 0.0, 20.0])
def test_a_drawn_desk_is_read_within_its_doubt(azimuth_deg: float) -> None:
    view = camera(DESK, 48.0, azimuth_deg, 190.0)
    (desk, *_) = read_desks(find_tags(seen(desk_texture(7, DESK), view, seed=3)))
    found = propose_desk(desk, None, view.image_wh)
    assert found is not None
    for side, within, true in zip(found.size_cm, found.size_within_cm, DESK, strict=True):
        assert abs(side - true) <= 1.5 * within
        assert within < 0.02 * true


def test_known_stickers_come_before_flush_ones_and_need_not_be_four() -> None:
    view = camera(DESK, 48.0, 12.0, 190.0)
    whole = propose_desk(tags(view), layout(), view.image_wh)
    three = propose_desk(tags(view, (0, 1, 2)), layout(), view.image_wh)
    for found in (whole, three):
        assert found is not None
        assert (found.measured, found.size_cm, found.size_within_cm) == (False, (150.0, 70.0), (0.0, 0.0))
        off_px = np.linalg.norm(np.array(found.corners_px) - view.px(CORNERS_CM), axis=1).max()
        assert off_px <= 1.5 * max(found.corners_within_px, 0.5)


def test_stickers_that_do_not_tell_the_desk_propose_nothing() -> None:
    view = camera(DESK, 48.0, 12.0, 190.0)
    assert propose_desk(tags(view, (0, 1, 2)), None, view.image_wh) is None
    assert propose_desk(tags(view, (0, 1, 2)), layout((3,)), view.image_wh) is None
    # In places that contradict the known ones, four flush stickers are still four flush stickers.
    off = tuple(replace(one, tag_cm=tuple((x + 9, y) for x, y in one.tag_cm)) for one in layout().stickers[:2])
    moved = replace(layout(), stickers=(*off, *layout().stickers[2:]))
    found = propose_desk(tags(view), moved, view.image_wh)
    assert found is not None
    assert found.measured
    # Mirrored, they are no desk seen from above.
    flat = tags(view)
    mirrored = DeskTags(7, {c: Tag(tag.id, tag.corners_px * [-1, 1]) for c, tag in flat.tags.items()})
    assert propose_desk(mirrored, None, view.image_wh) is None
