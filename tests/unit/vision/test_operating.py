from __future__ import annotations

import pytest
from deskcheck_vision.detections import Detections
from deskcheck_vision.errors import UnknownClassError
from deskcheck_vision.operating import believed, operating_points
from deskcheck_vision.taxonomy import CLASSES, class_index


def test_a_class_without_a_threshold_has_the_default() -> None:
    points = operating_points({"cup": 0.6})
    assert points.shape == (len(CLASSES),)
    assert points[class_index("cup")] == 0.6
    assert set(points.tolist()) == {0.25, 0.6}


def test_every_class_is_believed_from_its_own_point_on() -> None:
    box = (0.0, 0.0, 9.0, 9.0)
    found = Detections.from_rows(
        [("cup", 0.59, box), ("cup", 0.61, box), ("pen", 0.26, box), ("pen", 0.2, box)], (9, 9)
    )
    kept = believed(found, operating_points({"cup": 0.6}))
    assert [kept.item_class(i).id for i in range(len(kept))] == ["cup", "pen"]
    assert len(believed(Detections.empty((9, 9)), operating_points({}))) == 0


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(UnknownClassError):
        operating_points({"cupp": 0.5})
