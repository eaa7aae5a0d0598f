"""Inference behind one protocol; the only place that knows onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from deskcheck_vision.cores import usable_cores
from deskcheck_vision.detections import Float32Array
from deskcheck_vision.errors import InferenceError, ModelMetadataError, ModelUnreadableError
from deskcheck_vision.model_files import ModelMetadata, checked_sha256

_ORT_ERRORS = (
    ort.EngineError,
    ort.EPFail,
    ort.Fail,
    ort.InvalidArgument,
    ort.InvalidGraph,
    ort.InvalidProtobuf,
    ort.NoModel,
    ort.NoSuchFile,
    ort.NotFound,
    ort.NotImplemented,
    ort.RuntimeException,
    RuntimeError,
    ValueError,
)


class Precision(StrEnum):
    """What a network calculates in."""

    FP32 = "fp32"
    BF16 = "bf16"
    INT8 = "int8"


# Sides of the input in px; None for one that may vary.
Shape = tuple[int | None, ...]
STEP_PX = 32  # the deepest features of a YOLO are a 32nd of the input's size
FEATURES = "features"  # name of the second output, where a weight file has one


class InferenceSession(Protocol):
    """A loaded model. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """Runtime and precision, such as "onnxruntime-fp32": other arithmetic finds slightly other boxes."""

    @property
    def metadata(self) -> ModelMetadata:
        """What the model says of itself."""

    @property
    def sha256(self) -> str:
        """Hash of the weight file, stored with every judgement."""

    @property
    def input_step_px(self) -> int | None:
        """Sides of the input may be any multiple of this up to the metadata's input size; None: that size only."""

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture.

        Args:
            planes: (1, 3, H, W) float32, RGB in [0, 1], letterboxed to an input of an allowed size.

        Returns:
            (N, 6) float32 rows: x1, y1, x2, y2 in input px, confidence, label index; in no particular order.

        Raises:
            InferenceError: the runtime failed.
        """


@runtime_checkable
class FeatureSession(Protocol):
    """A session that also gives the features that the rows were found by, where its weight file offers them."""

    def run_with_features(self, planes: Float32Array) -> tuple[Float32Array, Float32Array | None]:
        """Run the model on one picture.

        Args:
            planes: see ``InferenceSession.run``.

        Returns:
            The rows of ``InferenceSession.run`` and the features (C, h, w) float32 of the same run, laid over the whole
            input; None where the weight file has no second output.

        Raises:
            InferenceError: the runtime failed.
        """


class DescribedSession:
    """What every session says of the model that it runs; the ways of running it are its subclasses'.

    Args:
        name, metadata, sha256, input_step_px: see ``InferenceSession``.
    """

    def __init__(self, name: str, metadata: ModelMetadata, sha256: str, input_step_px: int | None) -> None:
        self._name = name
        self._metadata = metadata
        self._sha256 = sha256
        self._input_step_px = input_step_px

    @property
    def name(self) -> str:
        """Runtime and precision, such as "onnxruntime-fp32"."""
        return self._name

    @property
    def metadata(self) -> ModelMetadata:
        """What the model says of itself."""
        return self._metadata

    @property
    def sha256(self) -> str:
        """Hash of the weight file."""
        return self._sha256

    @property
    def input_step_px(self) -> int | None:
        """Step of the input's sides, see ``InferenceSession.input_step_px``."""
        return self._input_step_px


class OnnxNetwork:
    """A file opened by onnxruntime on the processor, whatever it says of itself.

    Args:
        path: ONNX file with one input.
        threads: threads of one run; the cores this process may use where None.

    Attributes:
        properties: the file's metadata.
        inputs: shape of each input.
        outputs: name -> shape, in the file's order.

    Raises:
        ModelUnreadableError: onnxruntime cannot open it.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or usable_cores()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Its threads would go on spinning for a while after a run and slow what follows on the same cores.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            self._session = onnxruntime.InferenceSession(os.fspath(path), options, providers=["CPUExecutionProvider"])
        except _ORT_ERRORS as exc:
            raise ModelUnreadableError(path=path, reason=first_line(exc)) from exc
        inputs = self._session.get_inputs()
        self._input_name = str(inputs[0].name)
        self.properties: Mapping[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self.inputs: tuple[Shape, ...] = tuple(_shape(one) for one in inputs)
        self.outputs: Mapping[str, Shape] = {str(one.name): _shape(one) for one in self._session.get_outputs()}

    def run(self, names: Sequence[str], planes: Float32Array) -> list[Float32Array]:
        """Return the outputs of those names for the one picture, without the batch's axis.

        Raises:
            InferenceError: the runtime failed.
        """
        try:
            outputs = self._session.run(list(names), {self._input_name: planes})
        except _ORT_ERRORS as exc:
            raise InferenceError(reason=first_line(exc)) from exc
        return [np.asarray(output[0], np.float32) for output in outputs]


class OnnxSession(DescribedSession):
    """onnxruntime on the processor.

    Args:
        path: weight file; where a ``.sha256`` file lies beside it, its hash must agree.
        threads: threads of one run; the cores this process may use where None.
        precision: what the file is quantised to; it is for the name alone.

    Raises:
        ModelFileError: one of its subclasses.
    """

    def __init__(self, path: Path, threads: int | None = None, precision: Precision = Precision.FP32) -> None:
        sha256 = checked_sha256(path)
        self._network = OnnxNetwork(path, threads)
        metadata = ModelMetadata.from_properties(self._network.properties)
        self._rows_name, *others = self._network.outputs
        step_px = checked_step_px(metadata, self._network.inputs, self._network.outputs[self._rows_name])
        super().__init__(f"onnxruntime-{precision}", metadata, sha256, step_px)
        self._has_features = others == [FEATURES]

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture, see ``InferenceSession.run``."""
        return self._network.run([self._rows_name], planes)[0]

    def run_with_features(self, planes: Float32Array) -> tuple[Float32Array, Float32Array | None]:
        """Run the model on one picture, see ``FeatureSession.run_with_features``."""
        if not self._has_features:
            return self.run(planes), None
        rows, features = self._network.run([self._rows_name, FEATURES], planes)
        return rows, features


def checked_step_px(metadata: ModelMetadata, inputs: Sequence[Shape], output: Shape) -> int | None:
    """Return the step of a model's input sides, see ``InferenceSession.input_step_px``.

    Args:
        metadata: what the model says of itself.
        inputs: shape of each input; None where a side may vary.
        output: shape of the first output.

    Raises:
        ModelMetadataError: input or output have another shape than the metadata promises.
    """
    width, height = metadata.input_wh
    free = tuple(inputs) == ((1, 3, None, None),)
    if free and (width % STEP_PX or height % STEP_PX):
        raise ModelMetadataError(
            key="deskcheck.input_size",
            reason_zh=f"{width}×{height} 不是 {STEP_PX} 的倍数",
            reason=f"{width}x{height} is no multiple of {STEP_PX}",
        )
    if not free and tuple(inputs) != ((1, 3, height, width),):
        found = ", ".join(map(_written, inputs))
        raise ModelMetadataError(
            key="deskcheck.input_size", reason_zh=f"模型输入为 {found}", reason=f"the model's input is {found}"
        )
    if len(output) != 3 or output[0] != 1 or output[2] != 6:
        raise ModelMetadataError(
            key="output",
            reason_zh=f"模型输出为 {_written(output)}，应为 [1, N, 6]",
            reason=f"the output is {_written(output)}, not [1, N, 6]",
        )
    return STEP_PX if free else None


def _written(shape: Shape) -> str:
    return str(["?" if side is None else side for side in shape]).replace("'", "")


def _shape(entry: onnxruntime.NodeArg) -> Shape:
    return tuple(side if isinstance(side, int) else None for side in entry.shape)


def first_line(exc: BaseException) -> str:
    """Return the first line of what a runtime says, which is the one for people."""
    return str(exc).strip().splitlines()[0] if str(exc).strip() else type(exc).__name__
