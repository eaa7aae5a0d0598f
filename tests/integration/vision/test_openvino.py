"""The tiny model through OpenVINO: the same answers as through onnxruntime, and the same errors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_vision import errors
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.sessions import OnnxSession, Precision

pytest.importorskip("openvino", reason="the extra [openvino] is not installed")

from deskcheck_vision.sessions_openvino import OpenVinoSession, supported_precisions


def planes_of(width: int, height: int, seed: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(seed).random((1, 3, height, width), np.float32)


def test_it_reads_what_the_file_says_of_itself(tiny_onnx: Any) -> None:
    path = tiny_onnx()
    ours, theirs = OpenVinoSession(path, threads=1), OnnxSession(path, threads=1)
    assert ours.metadata == theirs.metadata
    assert ours.sha256 == theirs.sha256
    assert ours.input_step_px is None
    assert (ours.name, theirs.name) == ("openvino-fp32", "onnxruntime-fp32")


@pytest.mark.parametrize("free_sides", [False, True])
def test_it_answers_as_onnxruntime_does(tiny_onnx: Any, free_sides: bool) -> None:
    path = tiny_onnx(free_sides=free_sides)
    ours, theirs = OpenVinoSession(path, threads=1), OnnxSession(path, threads=1)
    assert ours.input_step_px == theirs.input_step_px
    for wh in [(64, 64), (64, 32), (32, 64), (64, 32)] if free_sides else [(64, 64)]:
        np.testing.assert_allclose(ours.run(planes_of(*wh)), theirs.run(planes_of(*wh)), rtol=1e-5)


def test_an_answer_stays_when_the_next_one_comes(tiny_onnx: Any) -> None:
    session = OpenVinoSession(tiny_onnx(), threads=1)
    first = session.run(planes_of(64, 64, 1))
    kept = first.copy()
    session.run(planes_of(64, 64, 2))
    np.testing.assert_array_equal(first, kept)


def test_more_shapes_than_are_kept_are_compiled_anew(tiny_onnx: Any) -> None:
    session = OpenVinoSession(tiny_onnx(free_sides=True, input_size="[512, 64]"), threads=1)
    for _ in range(2):
        for height in range(32, 512, 32):
            assert session.run(planes_of(64, height)).shape == (3, 6)


def test_threads_do_not_disturb_each_other(tiny_onnx: Any) -> None:
    detector = YoloDetector(OpenVinoSession(tiny_onnx(), threads=1))
    red, dark = np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64, 3), np.uint8)
    red[..., 2] = 204
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda index: len(detector.detect(red if index % 2 else dark)), range(100)))
    assert counts == [0, 1] * 50


def test_errors_are_those_of_every_session(tiny_onnx: Any, tmp_path: Path) -> None:
    with pytest.raises(errors.InferenceError) as caught:
        OpenVinoSession(tiny_onnx()).run(planes_of(32, 32))
    assert caught.value.__cause__ is not None
    with pytest.raises(errors.ModelMissingError):
        OpenVinoSession(tmp_path / "absent.onnx")
    with pytest.raises(errors.ModelMetadataError, match="input"):
        OpenVinoSession(tiny_onnx(input_size="[640, 640]"))
    damaged = tiny_onnx(name="damaged.onnx")
    damaged.with_name("damaged.onnx.sha256").unlink()
    damaged.write_bytes(damaged.read_bytes()[:200])
    with pytest.raises(errors.ModelUnreadableError, match="damaged"):
        OpenVinoSession(damaged)


def test_a_precision_without_units_for_it_is_refused(tiny_onnx: Any) -> None:
    missing = set(Precision) - supported_precisions()
    if not missing:
        pytest.skip("this processor has units for every precision")
    with pytest.raises(errors.PrecisionUnsupportedError, match="fp32"):
        OpenVinoSession(tiny_onnx(), missing.pop())


def test_bf16_answers_nearly_the_same(tiny_onnx: Any) -> None:
    if Precision.BF16 not in supported_precisions():
        pytest.skip("this processor has no BF16 units")
    path = tiny_onnx(free_sides=True)
    found = OpenVinoSession(path, Precision.BF16, threads=1).run(planes_of(64, 64))
    np.testing.assert_allclose(found, OnnxSession(path, threads=1).run(planes_of(64, 64)), atol=0.01)


def test_features_are_those_of_onnxruntime_and_only_on_request(tiny_onnx: Any) -> None:
    path = tiny_onnx(free_sides=True, features=True)
    ours, theirs = OpenVinoSession(path, threads=1), OnnxSession(path, threads=1)
    for wh in [(64, 64), (64, 32), (64, 64)]:
        planes = planes_of(*wh)
        rows, features = ours.run_with_features(planes)
        expected = theirs.run_with_features(planes)
        np.testing.assert_allclose(rows, expected[0], rtol=1e-5)
        assert features is not None
        assert expected[1] is not None
        np.testing.assert_allclose(features, expected[1], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(ours.run(planes), expected[0], rtol=1e-5)


def test_a_model_without_a_second_output_gives_no_features(tiny_onnx: Any) -> None:
    rows, features = OpenVinoSession(tiny_onnx(), threads=1).run_with_features(planes_of(64, 64))
    assert rows.shape == (3, 6)
    assert features is None
