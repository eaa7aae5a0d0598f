"""Laws that hold for every picture, box and label."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
from deskcheck_vision import boxes
from deskcheck_vision.detections import Detections, Float32Array
from deskcheck_vision.detector import Tiling, YoloDetector, plan_tiles
from deskcheck_vision.labelling import LabelPlacer
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.privacy import mask_people
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

SIDES = st.integers(64, 6000)
COORDINATES = st.integers(-400, 5600).map(lambda eighths: eighths / 8)  # exact in float32, wherever they are moved


def box_arrays(largest: int = 12) -> st.SearchStrategy[Float32Array]:
    """(N, 4) boxes with left <= right and top <= bottom, empty ones among them."""

    def upright(array: Float32Array) -> Float32Array:
        ordered = np.concatenate([np.minimum(array[:, :2], array[:, 2:]), np.maximum(array[:, :2], array[:, 2:])], 1)
        ordered.flags.writeable = False
        return ordered

    shapes = st.tuples(st.integers(0, largest), st.just(4))
    return shapes.flatmap(lambda shape: hnp.arrays(np.float32, shape, elements=COORDINATES)).map(upright)


@given(SIDES, SIDES, st.sampled_from([(640, 640), (640, 384), (64, 64)]), st.sampled_from([None, 32]), st.data())
def test_letterbox_and_back_is_the_same_place(
    w: int, h: int, input_wh: tuple[int, int], step_px: int | None, data: st.DataObject
) -> None:
    letterbox = Letterbox.fit((w, h), input_wh, step_px)
    x1, x2 = sorted(data.draw(st.tuples(st.floats(0, w), st.floats(0, w))))
    y1, y2 = sorted(data.draw(st.tuples(st.floats(0, h), st.floats(0, h))))
    there = letterbox.to_input_xyxy([[x1, y1, x2, y2]])
    assert there.min() >= 0
    assert (there[0, 2:] <= np.array(input_wh) + 1e-6).all()
    np.testing.assert_allclose(letterbox.to_image_xyxy(there)[0], [x1, y1, x2, y2], atol=1e-6)


@given(SIDES, SIDES)
def test_letterbox_keeps_the_shape_within_a_px(w: int, h: int) -> None:
    letterbox = Letterbox.fit((w, h))
    ratio = min(640 / w, 640 / h)
    assert abs(letterbox.inner_wh[0] - max(w * ratio, 1)) <= 0.5 + 1e-9
    assert abs(letterbox.inner_wh[1] - max(h * ratio, 1)) <= 0.5 + 1e-9
    assert max(letterbox.inner_wh) == 640
    assert all(offset >= 0 for offset in letterbox.offset_xy)


@given(SIDES, SIDES)
def test_a_shrunk_input_holds_the_same_picture_with_the_least_grey(w: int, h: int) -> None:
    whole, shrunk = Letterbox.fit((w, h)), Letterbox.fit((w, h), step_px=32)
    assert shrunk.inner_wh == whole.inner_wh
    assert all(side % 32 == 0 and side <= 640 for side in shrunk.input_wh)
    for side, inner in zip(shrunk.input_wh, shrunk.inner_wh, strict=True):
        assert 16 <= side - inner < 48 or side == 640


@given(box_arrays(), box_arrays())
def test_iou_is_symmetric_and_a_share(first: Float32Array, second: Float32Array) -> None:
    iou = boxes.box_iou(first, second)
    np.testing.assert_allclose(iou, boxes.box_iou(second, first).T)
    assert ((iou >= 0) & (iou <= 1 + 1e-12)).all()
    solid = boxes.box_area(first) > 0
    np.testing.assert_allclose(np.diag(boxes.box_iou(first, first))[solid], 1)
    assert (boxes.box_ios(first, second) >= iou - 1e-12).all()


@given(box_arrays(), box_arrays(), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_iou_does_not_depend_on_the_place(first: Float32Array, second: Float32Array, dx: int, dy: int) -> None:
    shift = np.array([dx, dy, dx, dy], np.float64)
    moved = boxes.box_iou(first.astype(np.float64) + shift, second.astype(np.float64) + shift)
    np.testing.assert_allclose(moved, boxes.box_iou(first, second), atol=1e-9)


@given(box_arrays())
def test_clipping_twice_is_clipping_once(xyxy: Float32Array) -> None:
    once = boxes.clip_boxes(xyxy, (640, 480))
    assert np.array_equal(once, boxes.clip_boxes(once, (640, 480)))
    assert (boxes.box_area(once) <= boxes.box_area(xyxy) + 1e-6).all()


class ScriptedSession:
    """A session that answers every picture with the same rows."""

    metadata = ModelMetadata(
        name="scripted",
        labels=("person", "cup", "mug", "bottle", "giraffe"),
        label_classes=("person", "cup", "cup", "beverage_container", None),
        trained_classes=frozenset({"person", "cup", "beverage_container"}),
        input_wh=(640, 640),
        licence="AGPL-3.0-or-later",
        training_commit="none",
        origin="a test",
    )
    sha256 = "0" * 64
    input_step_px = None
    name = "scripted"

    def __init__(self, rows: Float32Array) -> None:
        self._rows = rows

    def run(self, planes: Float32Array) -> Float32Array:
        assert planes.shape == (1, 3, 640, 640)
        return self._rows


def model_rows() -> st.SearchStrategy[Float32Array]:
    row = st.tuples(
        st.tuples(COORDINATES, COORDINATES, COORDINATES, COORDINATES),
        st.sampled_from([0.1, 0.3, 0.3, 0.5, 0.9, 1.0, float("nan")]),
        st.integers(-1, 6),
    )
    return st.lists(row, max_size=12).map(
        lambda rows: np.array([[*box, confidence, label] for box, confidence, label in rows], np.float32).reshape(-1, 6)
    )


def as_rows(found: Detections) -> list[tuple[float, ...]]:
    table = np.column_stack([found.xyxy, found.confidence, found.class_id])
    return [tuple(row) for row in table.tolist()]


@given(model_rows(), st.randoms(use_true_random=False), st.sampled_from([(640, 480), (2600, 1400)]))
@settings(deadline=None, max_examples=60)
def test_the_order_of_the_models_rows_never_matters(
    rows: Float32Array, random: Random, image_wh: tuple[int, int]
) -> None:
    image = np.zeros((image_wh[1], image_wh[0], 3), np.uint8)
    image.flags.writeable = False
    order = list(range(len(rows)))
    random.shuffle(order)
    first = YoloDetector(ScriptedSession(rows)).detect(image)
    second = YoloDetector(ScriptedSession(rows[order])).detect(image)
    assert as_rows(first) == as_rows(second)


@given(model_rows(), st.sampled_from(list(Tiling)))
@settings(deadline=None, max_examples=60)
def test_detections_lie_in_the_picture_and_hold_no_doubles(rows: Float32Array, tiling: Tiling) -> None:
    found = YoloDetector(ScriptedSession(rows)).detect(np.zeros((1400, 2600, 3), np.uint8), tiling=tiling)
    assert (found.xyxy >= 0).all()
    assert (found.xyxy <= [2600, 1400, 2600, 1400]).all()
    assert (found.confidence >= 0.25).all()
    assert (np.diff(found.confidence) <= 0).all()
    same = found.class_id[:, None] == found.class_id[None, :]
    iou = boxes.box_iou(found.xyxy, found.xyxy) * same
    np.fill_diagonal(iou, 0)
    assert iou.max(initial=0) <= 0.7 + 1e-6


@given(st.integers(64, 12_000), st.integers(64, 12_000))
def test_tiles_cover_the_picture_and_overlap(w: int, h: int) -> None:
    tiles = plan_tiles((w, h))
    assert len(tiles) != 1
    assert len(tiles) <= 20
    for axis, length in ((0, w), (1, h)):
        spans = sorted({(tile[axis], tile[axis + 2]) for tile in tiles})
        if not spans:
            assert length <= 1280
            continue
        assert spans[0][0] == 0
        assert spans[-1][1] == length
        for (begin, end), (following, _) in pairwise(spans):
            assert end - following >= 0.2 * (end - begin) - 1


@given(box_arrays(20), st.integers(8, 40))
@settings(deadline=None, max_examples=60)
def test_labels_never_meet(things: Float32Array, line_px: int) -> None:
    placer = LabelPlacer((640, 480), things, line_px)
    taken = []
    for thing in things:
        sizes = [(6 * line_px, line_px), (line_px, line_px)]
        spot = placer.beside(thing.tolist(), sizes)
        if spot is not None:
            (left, top), (width, height) = spot.left_top, sizes[spot.wording]
            taken.append((left, top, left + width, top + height))
    shared = boxes.box_intersection(taken, taken)
    np.fill_diagonal(shared, 0)
    assert shared.sum() == 0
    assert all(min(left, top) >= 0 and right <= 640 and bottom <= 480 for left, top, right, bottom in taken)


@given(box_arrays(6), st.data())
@settings(deadline=None, max_examples=40)
def test_masking_changes_people_and_nothing_else(xyxy: Float32Array, data: st.DataObject) -> None:
    wh = (200, 150)
    clipped = boxes.clip_boxes(xyxy, wh).astype(np.float32)
    classes = data.draw(st.lists(st.sampled_from([44, 35]), min_size=len(xyxy), max_size=len(xyxy)))
    found = Detections(clipped, np.full(len(xyxy), 0.5, np.float32), np.array(classes, np.int64), wh)
    image = np.random.default_rng(0).integers(0, 255, (150, 200, 3), np.uint8)
    image.flags.writeable = False
    masked = mask_people(image, found)
    untouched = np.ones((150, 200), bool)
    for left, top, right, bottom in masked.mask.xyxy:
        untouched[top:bottom, left:right] = False
    assert np.array_equal(masked.image[untouched], image[untouched])
    for index in np.flatnonzero(found.class_id == 44):
        left, top, right, bottom = found.xyxy[index].round().astype(int)
        assert not untouched[top:bottom, left:right].any()
