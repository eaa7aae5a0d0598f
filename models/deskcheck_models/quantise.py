"""An INT8 weight file from the FP32 one: static QDQ, so that onnxruntime and OpenVINO both run it. Needs ``[train]``.

Only convolutions are quantised: weights to signed 8 bits per channel, activations to unsigned 8 bits, since kernels
for signed ones are slower on most processors. The convolutions that end the head stay in FP32, and all after them:
there boxes in px and scores in [0, 1] are joined, and one scale for both would lose every score.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deskcheck_datasets.teacher import input_planes
from deskcheck_vision.detections import Float32Array, Uint8Array
from deskcheck_vision.letterbox import Letterbox
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.sessions import STEP_PX

from deskcheck_models.errors import MissingExtraError, VerificationError
from deskcheck_models.metadata import write_sha256


def head_ends(graph: Any) -> list[str]:
    """Return the names of the convolutions behind which, up to the first output, no other one comes.

    Args:
        graph: an ``onnx.GraphProto``.
    """
    maker = {name: node for node in graph.node for name in node.output}
    open_names, seen, ends = [graph.output[0].name], set(), set()
    while open_names:
        name = open_names.pop()
        node = maker.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if node.op_type == "Conv":
            ends.add(node.name)
        else:
            open_names += node.input
    return sorted(ends)


class _Calibration:
    """Model inputs of pictures, in the way that onnxruntime's quantiser asks for them."""

    def __init__(self, name: str, input_wh: tuple[int, int], images: Iterable[Uint8Array]) -> None:
        self._name = name
        self._planes = _inputs(images, input_wh)

    def get_next(self) -> dict[str, Float32Array] | None:
        """Return the next input by name, None after the last one."""
        planes = next(self._planes, None)
        return None if planes is None else {self._name: planes}


def _inputs(images: Iterable[Uint8Array], input_wh: tuple[int, int]) -> Iterator[Float32Array]:
    for image in images:
        yield input_planes(image, Letterbox.fit((image.shape[1], image.shape[0]), input_wh, STEP_PX))


@contextmanager
def _no_advice() -> Iterator[None]:
    """Keep the quantiser's standing advice, to run its optimiser first, from people: exports are simplified already."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def quantise(model: Path, out: Path, images: Iterable[Uint8Array]) -> Path:
    """Write the INT8 file of a weight file, its check sum beside it.

    Args:
        model: the FP32 ONNX file, whose input's sides may vary.
        out: the file to write.
        images: pictures (H, W, 3) uint8 BGR that show what the model will see, some dozens.

    Raises:
        MissingExtraError: the package onnx is not installed.
        VerificationError: there is no picture.
    """
    try:
        import onnx
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    except ImportError as error:
        raise MissingExtraError(package=error.name or "onnx") from error
    loaded = onnx.load(str(model))
    properties = {entry.key: entry.value for entry in loaded.metadata_props}
    reader = _Calibration(loaded.graph.input[0].name, ModelMetadata.from_properties(properties).input_wh, images)
    try:
        with _no_advice():
            quantize_static(
                str(model),
                str(out),
                reader,
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["Conv"],
                nodes_to_exclude=head_ends(loaded.graph),
                # SiLU follows nearly every convolution: rounding before and after it loses another 6 % of the boxes.
                extra_options={"OpTypesToExcludeOutputQuantization": ["Conv"]},
            )
    except ValueError as error:  # what the quantiser says when it was given nothing to see
        raise VerificationError(reason=f"{model.name} cannot be quantised: {error}") from error
    quantised = onnx.load(str(out))
    del quantised.metadata_props[:]
    onnx.helper.set_model_props(quantised, properties)
    onnx.save(quantised, str(out))
    write_sha256(out)
    return out
