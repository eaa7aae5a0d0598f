"""Weight files: where they lie, their hash, and metadata that must fit the taxonomy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from deskcheck_vision import errors, model_files
from deskcheck_vision.certainty import Curve
from deskcheck_vision.model_files import ModelMetadata, checked_sha256, default_model_path

PROPERTIES = {
    "deskcheck.format": "1",
    "deskcheck.labels": '["person", "cup", "mug", "giraffe"]',
    "deskcheck.taxonomy_map": '{"person": "person", "cup": "cup", "mug": "cup", "giraffe": null}',
    "deskcheck.taxonomy_version": "1",
    "deskcheck.input_size": "[480, 640]",
    "deskcheck.trained_classes": '["person", "cup"]',
    "deskcheck.name": "tiny-1",
    "deskcheck.training_commit": "abc",
    "deskcheck.licence": "AGPL-3.0-or-later",
    "deskcheck.origin": "a test",
}


def test_reads_a_fitting_file() -> None:
    metadata = ModelMetadata.from_properties(PROPERTIES)
    assert metadata.labels == ("person", "cup", "mug", "giraffe")
    assert metadata.label_classes == ("person", "cup", "cup", None)
    assert metadata.trained_classes == {"person", "cup"}
    assert metadata.input_wh == (640, 480)
    assert (metadata.name, metadata.origin) == ("tiny-1", "a test")


def test_reads_operating_thresholds_where_there_are_any() -> None:
    assert ModelMetadata.from_properties(PROPERTIES).thresholds == {}
    named = ModelMetadata.from_properties(PROPERTIES | {"deskcheck.thresholds": '{"cup": 0.4}'}).thresholds
    assert named == {"cup": 0.4}
    with pytest.raises(TypeError):
        named["cup"] = 0.1  # type: ignore[index]


def test_reads_curves_of_confidence_where_there_are_any() -> None:
    assert ModelMetadata.from_properties(PROPERTIES).curves == {}
    named = ModelMetadata.from_properties(PROPERTIES | {"deskcheck.curves": '{"cup": [0.8, -1]}'}).curves
    assert named == {"cup": Curve(0.8, -1.0)}


def test_reads_recalls_where_there_are_any() -> None:
    assert ModelMetadata.from_properties(PROPERTIES).recalls == {}
    named = ModelMetadata.from_properties(PROPERTIES | {"deskcheck.recalls": '{"cup": 0, "person": 0.9}'}).recalls
    assert named == {"cup": 0.0, "person": 0.9}


def test_reads_labels_for_work_places_where_there_are_any() -> None:
    assert ModelMetadata.from_properties(PROPERTIES).work_place_labels == frozenset()
    named = ModelMetadata.from_properties(PROPERTIES | {"deskcheck.work_place_labels": '["mug"]'}).work_place_labels
    assert named == {"mug"}


def mapped(**changes: Any) -> str:
    return json.dumps({"person": "person", "cup": "cup", "mug": "cup", "giraffe": None} | changes)


UNFIT = [
    ("format", "2", "model.metadata", "2"),
    ("format", None, "model.metadata", "missing"),
    ("name", "", "model.metadata", "missing"),
    ("licence", None, "model.metadata", "deskcheck.licence"),
    ("taxonomy_version", "0", "model.taxonomy_version", "version 0"),
    ("labels", "[person", "model.metadata", "not JSON"),
    ("labels", "[" * 100_000, "model.metadata", "not JSON"),
    ("labels", '"person"', "model.metadata", "not a list of names"),
    ("labels", "[]", "model.metadata", "not a list of names"),
    ("labels", '["person", 3]', "model.metadata", "not a list of names"),
    ("labels", '["person", "cup", "cup"]', "model.metadata", "'cup' occurs twice"),
    ("labels", '["person", "cup", "mug", "giraffe", "zebra"]', "model.label", "'zebra'"),
    ("taxonomy_map", "[]", "model.metadata", "not a table"),
    ("taxonomy_map", mapped(okapi=None), "model.label", "'okapi'"),
    (
        "taxonomy_map",
        mapped(mug="mugg"),
        "model.label",
        "label 'mug' does not fit: it maps to the unknown class 'mugg'",
    ),
    ("taxonomy_map", mapped(mug=["cup"]), "model.label", "'mug'"),
    ("trained_classes", '["person", "stamp"]', "model.metadata", "'stamp'"),
    ("input_size", "640", "model.metadata", "[height, width]"),
    ("input_size", "[640]", "model.metadata", "[height, width]"),
    ("input_size", "[640, 0]", "model.metadata", "[height, width]"),
    ("input_size", "[640, 1e3]", "model.metadata", "[height, width]"),
    ("input_size", "[640, true]", "model.metadata", "[height, width]"),
    ("thresholds", "", "model.metadata", "missing"),
    ("thresholds", "[0.5]", "model.metadata", "not a table"),
    ("thresholds", '{"stamp": 0.5}', "model.metadata", "'stamp'"),
    ("thresholds", '{"cup": 1.5}', "model.metadata", "between 0 and 1"),
    ("thresholds", '{"cup": true}', "model.metadata", "between 0 and 1"),
    ("thresholds", '{"cup": NaN}', "model.metadata", "between 0 and 1"),
    ("recalls", "0.5", "model.metadata", "not a table"),
    ("recalls", '{"stamp": 0.5}', "model.metadata", "'stamp'"),
    ("recalls", '{"cup": 1.1}', "model.metadata", "from 0 to 1"),
    ("recalls", '{"cup": false}', "model.metadata", "from 0 to 1"),
    ("work_place_labels", '"mug"', "model.metadata", "not a list of names"),
    ("work_place_labels", '["jug"]', "model.metadata", "'jug'"),
    ("curves", "[1, 0]", "model.metadata", "not a table"),
    ("curves", '{"stamp": [1, 0]}', "model.metadata", "'stamp'"),
    ("curves", '{"cup": 1}', "model.metadata", "[slope above 0, offset]"),
    ("curves", '{"cup": [0, 1]}', "model.metadata", "[slope above 0, offset]"),
    ("curves", '{"cup": [1, NaN]}', "model.metadata", "[slope above 0, offset]"),
    ("curves", '{"cup": [true, 1]}', "model.metadata", "[slope above 0, offset]"),
]


@pytest.mark.parametrize(("key", "value", "code", "words"), UNFIT)
def test_refuses_what_does_not_fit_and_names_it(key: str, value: str | None, code: str, words: str) -> None:
    properties = PROPERTIES | {f"deskcheck.{key}": value or ""}
    with pytest.raises(errors.ModelFileError) as caught:
        ModelMetadata.from_properties(properties)
    assert caught.value.code == code
    assert words in caught.value.sentence("en")
    assert caught.value.sentence("zh")
    assert caught.value.next_step("zh")


def test_hash_is_checked_against_the_file_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "weights.onnx"
    path.write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert checked_sha256(path) == digest
    beside = tmp_path / "weights.onnx.sha256"
    beside.write_text(f"{digest.upper()}  weights.onnx\n")
    assert checked_sha256(path) == digest
    for text in ("", f"{'0' * 64}  weights.onnx\n"):
        beside.write_text(text)
        with pytest.raises(errors.ModelChecksumError) as caught:
            checked_sha256(path)
        assert digest in caught.value.sentence("en")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.ModelMissingError, match="absent"):
        checked_sha256(tmp_path / "absent.onnx")


def test_packaged_weights_come_before_those_of_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "vision" / "deskcheck_vision"
    monkeypatch.setattr(model_files, "_PACKAGE", package)
    with pytest.raises(errors.ModelMissingError):
        default_model_path()
    checkout = tmp_path / "models" / "weights" / model_files.MODEL_FILE_NAME
    packaged = package / "_weights" / model_files.MODEL_FILE_NAME
    for path in (checkout, packaged):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"")
        assert default_model_path() == path
