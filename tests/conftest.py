"""What every test may ask for: a tiny real ONNX model with known output, and golden pictures' option."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def _share_cores() -> None:
    """Give each of the processes that share the tests its share of the cores, those that it starts included.

    Threads wait for each other by spinning: two processes with two threads each on two cores run a network at half the
    speed of two with one each.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        share = str(max(1, len(os.sched_getaffinity(0)) // processes))
        for name in ("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
            os.environ.setdefault(name, share)


_share_cores()

import numpy as np  # noqa: E402  libraries read their share when they are loaded
import pytest  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden pictures instead of comparing")


@dataclass(frozen=True, slots=True)
class TinyRow:
    """One row of a tiny model's output.

    Attributes:
        xyxy: box in px of the 64 x 64 input, always the same.
        label: index into the labels.
        probe_cyx: channel (0 red, 1 green, 2 blue), row and column of the input whose value is the confidence.
    """

    xyxy: tuple[float, float, float, float]
    label: int
    probe_cyx: tuple[int, int, int]


TINY_LABELS: dict[str, str | None] = {
    "person": "person",
    "cup": "cup",
    "mug": "cup",
    "giraffe": None,
    "bottle": "beverage_container",
    "stamp": "stamp",
}
TINY_ROWS = (
    TinyRow((8, 8, 24, 24), 1, (0, 16, 16)),
    TinyRow((40, 8, 56, 24), 4, (1, 16, 48)),
    TinyRow((8, 40, 24, 56), 0, (2, 48, 16)),
)
TinyOnnx = Callable[..., Path]


def tiny_metadata(**changes: str | None) -> dict[str, str]:
    """Metadata as the file contract asks; a change to None leaves an entry out."""
    entries: dict[str, str | None] = {
        "format": "1",
        "labels": json.dumps(list(TINY_LABELS)),
        "taxonomy_map": json.dumps(TINY_LABELS),
        "taxonomy_version": "1",
        "input_size": "[64, 64]",
        "trained_classes": json.dumps(["person", "cup", "beverage_container"]),
        "name": "tiny-1",
        "training_commit": "none",
        "licence": "AGPL-3.0-or-later",
        "origin": "built by a test",
    }
    entries.update(changes)
    return {f"deskcheck.{key}": value for key, value in entries.items() if value is not None}


def build_tiny_onnx(
    rows: Sequence[TinyRow],
    metadata: Mapping[str, str],
    label_columns: int = 1,
    free_sides: bool = False,
    features: bool = False,
) -> bytes:
    """Build a real model: boxes and labels are constants, each confidence is one value of the input.

    With free sides, height and width of the input may vary, and each confidence is the mean of the probe's channel.
    With features, a second output holds the input's means over squares of 8 px.
    """
    from onnx import TensorProto, helper, numpy_helper

    boxes = np.array([row.xyxy for row in rows], np.float32).reshape(1, -1, 4)
    labels = np.array([row.label for row in rows], np.float32).reshape(1, -1, 1).repeat(label_columns, axis=2)
    probes = np.array([row.probe_cyx[0] * 4096 + row.probe_cyx[1] * 64 + row.probe_cyx[2] for row in rows], np.int64)
    constants = {"boxes": boxes, "labels": labels, "probes": probes, "flat": np.array([-1], np.int64)}
    constants["column"] = np.array([1, -1, 1], np.int64)
    picked = [helper.make_node("Reshape", ["images", "flat"], ["values"])]
    sides: list[int | str] = [64, 64]
    if free_sides:
        picked = [
            helper.make_node("GlobalAveragePool", ["images"], ["means"]),
            helper.make_node("Reshape", ["means", "flat"], ["values"]),
        ]
        sides = ["height", "width"]
        constants["probes"] = np.array([row.probe_cyx[0] for row in rows], np.int64)
    nodes = [
        *picked,
        helper.make_node("Gather", ["values", "probes"], ["picked"]),
        helper.make_node("Reshape", ["picked", "column"], ["confidence"]),
        helper.make_node("Concat", ["boxes", "confidence", "labels"], ["output0"], axis=2),
    ]
    outputs = [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, len(rows), 5 + label_columns])]
    if features:
        nodes.append(helper.make_node("AveragePool", ["images"], ["features"], kernel_shape=[8, 8], strides=[8, 8]))
        outputs.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, 3, "rows", "columns"]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, *sides])],
        outputs,
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, dict(metadata))
    data: bytes = model.SerializeToString()
    return data


@pytest.fixture
def tiny_onnx(tmp_path: Path) -> TinyOnnx:
    """A factory: ``tiny_onnx(rows=..., taxonomy_version="0")`` -> path of a model with its hash beside it."""

    def write(
        rows: Sequence[TinyRow] = TINY_ROWS,
        name: str = "tiny.onnx",
        label_columns: int = 1,
        free_sides: bool = False,
        features: bool = False,
        **changes: Any,
    ) -> Path:
        path = tmp_path / name
        path.write_bytes(build_tiny_onnx(rows, tiny_metadata(**changes), label_columns, free_sides, features))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        path.with_name(f"{name}.sha256").write_text(f"{digest}  {name}\n")
        return path

    return write


@pytest.fixture
def tiny_row() -> type[TinyRow]:
    """The class of a tiny model's rows."""
    return TinyRow
