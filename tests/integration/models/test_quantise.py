"""A small network with a head like the model's, quantised and run by both runtimes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from deskcheck_models.errors import VerificationError
from deskcheck_models.quantise import head_ends, quantise
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.sessions import OnnxSession, Precision
from deskcheck_vision.sessions_choice import SessionName, open_session, quantised_path
from small_network import SIDE, small_network


@pytest.fixture
def images() -> list[Uint8Array]:
    rng = np.random.default_rng(6)
    return [rng.integers(0, 255, (48 + 16 * (seed % 2), 64, 3), np.uint8) for seed in range(6)]


def test_the_heads_last_convolutions_are_found(tmp_path: Path) -> None:
    import onnx

    assert head_ends(onnx.load(str(small_network(tmp_path / "m.onnx"))).graph) == ["boxes", "scores"]


def test_the_quantised_file_finds_nearly_the_same_and_says_the_same_of_itself(
    tmp_path: Path, images: list[Uint8Array]
) -> None:
    import onnx

    path = small_network(tmp_path / "m.onnx")
    out = quantise(path, quantised_path(path), images)
    kinds = {node.name: node.op_type for node in onnx.load(str(out)).graph.node}
    assert sum(kind == "QuantizeLinear" for kind in kinds.values()) >= 2
    whole = OnnxSession(path, threads=1)
    coarse = open_session(SessionName.ONNXRUNTIME_INT8, path, threads=1)
    assert coarse.metadata == whole.metadata
    assert coarse.name == "onnxruntime-int8"
    assert coarse.sha256 in out.with_name(out.name + ".sha256").read_text()
    planes = np.random.default_rng(7).random((1, 3, SIDE, SIDE), np.float32)
    wanted, found = whole.run(planes), coarse.run(planes)
    # One scale for boxes of hundreds of px and scores in [0, 1] would leave no score but 0 and 1.
    assert len(np.unique(found[:, 4:])) > len(found)
    np.testing.assert_allclose(found[:, 4:], wanted[:, 4:], atol=0.05)
    np.testing.assert_allclose(found[:, :4], wanted[:, :4], atol=0.05 * np.abs(wanted[:, :4]).max())


def test_openvino_runs_the_quantised_file_too(tmp_path: Path, images: list[Uint8Array]) -> None:
    pytest.importorskip("openvino", reason="the extra [openvino] is not installed")
    from deskcheck_vision.sessions_openvino import supported_precisions

    if Precision.INT8 not in supported_precisions():
        pytest.skip("this processor has no INT8 units")
    path = small_network(tmp_path / "m.onnx")
    quantise(path, quantised_path(path), images)
    planes = np.random.default_rng(7).random((1, 3, SIDE, SIDE), np.float32)
    ours = open_session(SessionName.OPENVINO_INT8, path, threads=1).run(planes)
    theirs = open_session(SessionName.ONNXRUNTIME_INT8, path, threads=1).run(planes)
    np.testing.assert_allclose(ours[:, 4:], theirs[:, 4:], atol=0.03)


def test_nothing_to_calibrate_with_is_told(tmp_path: Path) -> None:
    path = small_network(tmp_path / "m.onnx")
    with pytest.raises(VerificationError, match=r"m\.onnx"):
        quantise(path, quantised_path(path), [])
