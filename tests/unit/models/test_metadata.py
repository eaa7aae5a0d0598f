from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from deskcheck_models.errors import VerificationError
from deskcheck_models.evaluate import START_WEIGHTS_VARIABLE, start_weights
from deskcheck_models.labels import label_names
from deskcheck_models.metadata import Passport, write_sha256
from deskcheck_vision.model_files import ModelMetadata, checked_sha256


def test_what_is_written_is_what_the_detector_reads() -> None:
    labels = label_names(("thermos", "telephone"))
    entries = Passport("deskcheck-yolo26n-1", labels, (640, 640), "abc", "a test").entries()
    read = ModelMetadata.from_properties(entries)
    assert read.labels == labels
    assert read.input_wh == (640, 640)
    assert read.label_classes[80:] == ("cup", "telephone")
    assert "telephone" in read.trained_classes
    assert "stamp" not in read.trained_classes
    assert read.work_place_labels == {"thermos"}  # COCO knows cups, and no telephones


def test_the_check_sum_is_read_by_sha256sum_and_by_the_detector(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"weights")
    beside = write_sha256(path)
    digest = hashlib.sha256(b"weights").hexdigest()
    assert beside.read_text() == f"{digest}  m.onnx\n"
    assert checked_sha256(path) == digest


def test_starting_weights_are_named_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(START_WEIGHTS_VARIABLE, raising=False)
    with pytest.raises(VerificationError, match=START_WEIGHTS_VARIABLE):
        start_weights()
    path = tmp_path / "start.onnx"
    path.write_bytes(b"")
    monkeypatch.setenv(START_WEIGHTS_VARIABLE, str(path))
    assert start_weights() == path
