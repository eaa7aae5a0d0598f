"""A small network with a head like the model's: boxes in px and scores in [0, 1], joined at its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SIDE = 64
ENTRIES = {
    "format": "1",
    "labels": '["cup", "bottle"]',
    "taxonomy_map": '{"cup": "cup", "bottle": "beverage_container"}',
    "taxonomy_version": "1",
    "input_size": f"[{SIDE}, {SIDE}]",
    "trained_classes": '["cup", "beverage_container"]',
    "name": "small-1",
    "training_commit": "none",
    "licence": "AGPL-3.0-or-later",
    "origin": "built by a test",
}


def small_network(path: Path) -> Path:
    """Write: two convolutions, then one for boxes in px and one for scores, joined as the model's head joins them."""
    from onnx import TensorProto, helper, numpy_helper, save

    rng = np.random.default_rng(5)

    def weight(name: str, out: int, into: int, side: int, scale: float) -> Any:
        return numpy_helper.from_array((rng.standard_normal((out, into, side, side)) * scale).astype(np.float32), name)

    constants = [
        weight("w0", 8, 3, 3, 0.4),
        weight("w1", 8, 8, 3, 0.15),
        weight("w_boxes", 4, 8, 1, 30.0),
        weight("w_scores", 2, 8, 1, 0.5),
        numpy_helper.from_array(np.array([1, 6, -1], np.int64), "rows"),
    ]
    nodes = [
        helper.make_node("Conv", ["images", "w0"], ["c0"], "first", pads=[1, 1, 1, 1], strides=[4, 4]),
        helper.make_node("Relu", ["c0"], ["r0"], "relu0"),
        helper.make_node("Conv", ["r0", "w1"], ["c1"], "second", pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("Relu", ["c1"], ["r1"], "relu1"),
        helper.make_node("Conv", ["r1", "w_boxes"], ["boxes"], "boxes"),
        helper.make_node("Conv", ["r1", "w_scores"], ["logits"], "scores"),
        helper.make_node("Sigmoid", ["logits"], ["sigmoid"], "sigmoid"),
        helper.make_node("Concat", ["boxes", "sigmoid"], ["joined"], "joined", axis=1),
        helper.make_node("Reshape", ["joined", "rows"], ["columns"], "columns"),
        helper.make_node("Transpose", ["columns"], ["output0"], "output", perm=[0, 2, 1]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, "height", "width"])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, "n", 6])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {f"deskcheck.{key}": value for key, value in ENTRIES.items()})
    save(model, str(path))
    return path
