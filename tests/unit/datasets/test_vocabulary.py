from __future__ import annotations

import pytest
from deskcheck_datasets.vocabulary import (
    APPENDED_NAMES,
    COCO_NAMES,
    CUTOUT_LABELS,
    LABEL_NAMES,
    SOURCE_LABELS,
    label_of,
)


def test_names_are_unique_and_coco_comes_first() -> None:
    assert len(COCO_NAMES) == 80
    assert (COCO_NAMES[0], COCO_NAMES[39], COCO_NAMES[79]) == ("person", "bottle", "toothbrush")
    assert LABEL_NAMES[:80] == COCO_NAMES
    assert len(set(LABEL_NAMES)) == len(LABEL_NAMES) == 80 + len(APPENDED_NAMES)


@pytest.mark.parametrize("table", [SOURCE_LABELS, CUTOUT_LABELS])
def test_tables_name_known_labels_only(table: dict[str, str | None]) -> None:
    assert {label for label in table.values() if label is not None} <= set(LABEL_NAMES)


def test_label_of() -> None:
    assert label_of("desk_phone") == "telephone"
    assert label_of("headphones") is None
    assert label_of("person") == "person"
    with pytest.raises(KeyError, match=r"unknown source class 'gizmo'; known:.*stapler"):
        label_of("gizmo")
