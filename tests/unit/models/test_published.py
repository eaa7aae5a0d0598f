"""The committed files fit together and keep what the metrics file promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from deskcheck_models.card import renewed
from deskcheck_models.labels import label_names, taxonomy_map, trained_classes, untrained_classes
from deskcheck_vision.model_files import ModelMetadata, checked_sha256
from deskcheck_vision.taxonomy import BY_ID

MODELS = Path(__file__).parents[3] / "models"
ONNX = MODELS / "weights" / "deskcheck-yolo26n.onnx"


@pytest.fixture(scope="module")
def metadata() -> ModelMetadata:
    import onnx

    graph = onnx.load(str(ONNX), load_external_data=False)
    return ModelMetadata.from_properties({entry.key: entry.value for entry in graph.metadata_props})


@pytest.fixture(scope="module")
def metrics() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((MODELS / "metrics.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def card(metrics: dict[str, Any]) -> str:
    return (MODELS / "cards" / f"{metrics['model']}.md").read_text(encoding="utf-8")


def test_the_cards_figures_are_those_of_the_metrics_file(card: str, metrics: dict[str, Any]) -> None:
    assert renewed(card, metrics, MODELS) == card


def test_the_check_sum_is_that_of_the_file() -> None:
    assert len(checked_sha256(ONNX)) == 64


def test_the_labels_follow_the_projects_tables(metadata: ModelMetadata) -> None:
    assert metadata.labels == label_names(metadata.labels[80:])
    assert metadata.label_classes == tuple(taxonomy_map(metadata.labels).values())
    assert metadata.trained_classes == frozenset(trained_classes(metadata.labels))
    assert metadata.input_wh == (640, 640)
    assert metadata.licence == "AGPL-3.0-or-later"


def test_the_metrics_are_of_this_very_file(metrics: dict[str, Any]) -> None:
    assert metrics["model_sha256"] == checked_sha256(ONNX)


def test_what_coco_taught_did_not_get_worse_beyond_chance(metrics: dict[str, Any]) -> None:
    """On photographs of daily life, where second opinions may be wrong; COCO's own scores are what they were."""
    assert metrics["real_recall_gain_high"] >= 0
    assert metrics["real_recall_gain"] >= -0.01


def test_new_labels_hardly_fire_on_pictures_of_daily_life(metrics: dict[str, Any]) -> None:
    alarms = metrics["alarms_per_100_coco_pictures"]["confidence_0.5"]
    assert max(alarms.values(), default=0.0) <= 8.0, alarms


def test_the_card_lists_every_untrained_class_and_no_other(metadata: ModelMetadata, card: str) -> None:
    section = card.split("## Untrained classes")[1].split("##")[0]
    named = {name for name in BY_ID if f"`{name}`" in section}
    assert named == set(untrained_classes(metadata.labels))
