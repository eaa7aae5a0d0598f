"""Detections, frames and the taxonomy: frozen, checked, in a fixed order."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import numpy as np
import pytest
from deskcheck_vision import errors, taxonomy
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.frames import Frame

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def two() -> Detections:
    return Detections.from_rows([("cup", 0.9, (1, 2, 3, 4)), ("person", 0.5, (5, 6, 7, 8))], (64, 48))


def test_detections_are_read_only_copies() -> None:
    xyxy = np.array([[1, 2, 3, 4]], np.float32)
    found = Detections(xyxy, np.array([0.5], np.float32), np.array([0]), (64, 48))
    xyxy[0, 0] = 99
    assert found.xyxy[0, 0] == 1
    for array in (found.xyxy, found.confidence, found.class_id):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(FrozenInstanceError):
        found.image_wh = (1, 1)  # type: ignore[misc]


def test_detections_of_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="expected shapes"):
        Detections(np.zeros((2, 4), np.float32), np.zeros(1, np.float32), np.zeros(2, np.int64), (64, 48))


def test_detections_from_rows_and_selection() -> None:
    found = two()
    assert [found.item_class(index).id for index in range(2)] == ["cup", "person"]
    assert found.select(found.confidence < 0.6).item_class(0).id == "person"
    assert [int(value) for value in found.select(np.array([1, 0])).class_id] == [44, 35]
    assert len(Detections.from_rows([], (64, 48))) == 0
    assert Detections.empty((64, 48)).select(np.zeros(0, bool)).xyxy.shape == (0, 4)


def test_an_unknown_class_lists_the_known_ones() -> None:
    with pytest.raises(errors.UnknownClassError) as caught:
        Detections.from_rows([("mugg", 0.9, (1, 2, 3, 4))], (64, 48))
    assert caught.value.code == "taxonomy.unknown_class"
    assert "cup" in caught.value.sentence("en")
    assert "mugg" in caught.value.sentence("zh")
    assert caught.value.next_step()


def test_a_frame_is_a_read_only_view() -> None:
    image = np.zeros((48, 64, 3), np.uint8)
    frame = Frame(image, NOW, "upload")
    assert frame.image_wh == (64, 48)
    assert not frame.image.flags.writeable
    assert image.flags.writeable


@pytest.mark.parametrize(
    ("image", "captured_at"),
    [
        (np.zeros((48, 64), np.uint8), NOW),
        (np.zeros((48, 64, 4), np.uint8), NOW),
        (np.zeros((48, 64, 3), np.float32), NOW),
        (np.zeros((48, 64, 3), np.uint8), NOW.replace(tzinfo=None)),
    ],
)
def test_frames_of_other_arrays_or_times_are_refused(image: Uint8Array, captured_at: datetime) -> None:
    with pytest.raises(ValueError, match=r"expected|aware"):
        Frame(image, captured_at, "upload")


def test_the_taxonomy_has_its_45_classes_in_their_order() -> None:
    ids = [item.id for item in taxonomy.CLASSES]
    assert len(ids) == len(set(ids)) == 45
    assert (ids[0], ids[18], ids[35], ids[44]) == ("monitor", "stamp", "cup", "person")
    assert sum(item.first_release for item in taxonomy.CLASSES) == 30
    for index, item in enumerate(taxonomy.CLASSES):
        assert taxonomy.class_index(item.id) == index
        assert taxonomy.class_by_id(item.id) is item
        assert item.zh
        assert item.en
        assert min(item.size_cm) > 0
        assert item.min_scale_px_per_cm in (1.5, 3, 5, 8)


def test_every_error_speaks_both_languages_with_a_stable_code() -> None:
    def leaves(kind: type[errors.DeskcheckError]) -> list[type[errors.DeskcheckError]]:
        return [kind] + [leaf for child in kind.__subclasses__() for leaf in leaves(child)]

    kinds = [kind for kind in leaves(errors.DeskcheckError) if kind.__module__ == "deskcheck_vision.errors"]
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))
    for kind in kinds:
        assert kind.zh.endswith("。")
        assert kind.en.endswith(".")
        assert kind.__name__ in (errors.__doc__ or "")
