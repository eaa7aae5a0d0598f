from __future__ import annotations

import pytest
from deskcheck_datasets.vocabulary import APPENDED_NAMES, COCO_NAMES
from deskcheck_models.errors import UnknownLabelError
from deskcheck_models.labels import (
    APPENDED_TAXONOMY,
    COCO_TAXONOMY,
    label_names,
    taxonomy_map,
    trained_classes,
    untrained_classes,
)
from deskcheck_vision.taxonomy import BY_ID


def test_tables_name_known_labels_and_classes() -> None:
    assert set(COCO_TAXONOMY) <= set(COCO_NAMES)
    assert set(APPENDED_TAXONOMY) == set(APPENDED_NAMES)
    assert set(COCO_TAXONOMY.values()) | set(APPENDED_TAXONOMY.values()) == set(BY_ID)


def test_coco_labels_come_first_in_their_order() -> None:
    assert label_names(("pen", "thermos")) == (*COCO_NAMES, "pen", "thermos")


@pytest.mark.parametrize("appended", [("gizmo",), ("pen", "pen"), ("cup",)])
def test_unknown_repeated_or_coco_labels_are_refused(appended: tuple[str, ...]) -> None:
    with pytest.raises(UnknownLabelError, match=r"Known labels: .*thermos"):
        label_names(appended)


def test_several_labels_may_stand_for_one_class() -> None:
    table = taxonomy_map(label_names(("thermos",)))
    assert table["cup"] == table["wine glass"] == table["thermos"] == "cup"
    assert table["banana"] == table["pizza"] == "food"
    assert table["giraffe"] is None
    assert table["laptop"] is None


def test_taxonomy_map_refuses_a_strange_label() -> None:
    with pytest.raises(UnknownLabelError, match="gizmo"):
        taxonomy_map(["gizmo"])


def test_trained_and_untrained_part_the_taxonomy() -> None:
    labels = label_names(("telephone",))
    trained, untrained = trained_classes(labels), untrained_classes(labels)
    assert "telephone" in trained
    assert "stamp" in untrained
    assert sorted(trained + untrained) == sorted(BY_ID)
    assert [name for name in BY_ID if name in trained] == list(trained)
