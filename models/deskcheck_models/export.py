"""Write the trained model: a small ``.pt`` that ultralytics loads anywhere, and the NMS-free ONNX file.

Needs the extra ``[train]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from deskcheck_vision.errors import ModelFileError
from deskcheck_vision.sessions import FEATURES

from deskcheck_models.extra import load_yolo
from deskcheck_models.metadata import LICENCE, Passport, write_sha256

OPSET = 17
SIDE_PX = 640
# What the second output shows: the features at an eighth of the input's size that the smallest things are found by.
# Of five layers they told new things best from the same desk in other light (docs/adr/0008-unlisted-things.md).
FEATURE_LAYER = "/model.16/cv2/act/Mul_output_0"


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """The files that one export writes.

    Attributes:
        checkpoint: FP16 ``.pt``.
        onnx: FP32 ONNX.
        check_sum: of the ONNX file.
    """

    checkpoint: Path
    onnx: Path
    check_sum: Path


def save_checkpoint(model: Any, path: Path, passport: Passport) -> None:
    """Write a model as an FP16 checkpoint that plain ultralytics loads."""
    half = model.half()
    for parameter in half.parameters():
        parameter.requires_grad = False
    torch.save(
        {
            "model": half,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "license": LICENCE,
            "version": __import__("ultralytics").__version__,
            "train_args": {"task": "detect", "imgsz": SIDE_PX, "model": passport.name, "data": None},
            "epoch": -1,
            "deskcheck": passport.entries(),
        },
        path,
    )
    model.float()


def _write_metadata(path: Path, entries: Mapping[str, str]) -> None:
    import onnx

    graph = onnx.load(str(path))
    expose_features(graph)
    _fix_batch(graph.graph)
    # ultralytics notes the run's own arguments, folders among them: of no use to a reader, so they go.
    del graph.metadata_props[:]
    for key, value in entries.items():
        graph.metadata_props.add(key=key, value=value)
    graph.producer_name = "deskcheck"
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def expose_features(model: Any) -> None:
    """Make a layer's features the second output of an ONNX model, in place; its first output stays as it is.

    The tensor is calculated anyway and only gets a name, so that a run that does not ask for it costs nothing.

    Raises:
        ModelFileError: the graph has no such layer.
    """
    import onnx

    graph = model.graph
    made_by = [node for node in graph.node if FEATURE_LAYER in node.output]
    if not made_by:
        raise ModelFileError(reason=f"the export has no layer {FEATURE_LAYER}")
    for node in graph.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                if name == FEATURE_LAYER:
                    names[index] = FEATURES
    inferred = onnx.shape_inference.infer_shapes(model).graph.value_info
    channels = next(entry for entry in inferred if entry.name == FEATURES).type.tensor_type.shape.dim[1].dim_value
    shape = [1, channels, "feature_height", "feature_width"]
    graph.output.append(onnx.helper.make_tensor_value_info(FEATURES, onnx.TensorProto.FLOAT, shape))


def _fix_batch(graph: Any) -> None:
    """Let height and width vary, and them alone: pictures come one by one."""
    for entry in (*graph.input, *graph.output):
        entry.type.tensor_type.shape.dim[0].dim_value = 1
    del graph.value_info[:]  # shapes noted with the batch still open


def export_onnx(checkpoint: Path, path: Path, passport: Passport) -> None:
    """Export a checkpoint to FP32 ONNX with the one-to-one head, free input sides and our metadata.

    The sides may be any multiples of 32 up to the metadata's input size, such as 384 x 640 for a 16:9 photo.

    Raises:
        ModelFileError: the export has another output than ``[1, 300, 6]``.
    """
    yolo = load_yolo(checkpoint)
    made = Path(
        yolo.export(format="onnx", imgsz=SIDE_PX, nms=False, dynamic=True, opset=OPSET, simplify=True, verbose=False)
    )
    _write_metadata(made, passport.entries())
    made.replace(path)
    import onnxruntime

    shape = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).get_outputs()[0].shape
    if list(shape) != [1, 300, 6]:
        raise ModelFileError(reason=f"the export's output is {shape}, not [1, 300, 6]")


def export(model: Any, folder: Path, stem: str, passport: Passport) -> ExportedFiles:
    """Write checkpoint, ONNX file and check sum of a model.

    The ONNX file is made from the FP16 checkpoint as stored, so that both hold the same numbers.

    Args:
        model: the trained detection model.
        folder: where the files go.
        stem: file name without suffix.
        passport: what the files say about themselves.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = ExportedFiles(folder / f"{stem}.pt", folder / f"{stem}.onnx", folder / f"{stem}.onnx.sha256")
    save_checkpoint(model, files.checkpoint, passport)
    export_onnx(files.checkpoint, files.onnx, passport)
    write_sha256(files.onnx)
    return files
