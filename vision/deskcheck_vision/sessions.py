"""Inference behind one protocol; the only place that knows onnxruntime."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort

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


class InferenceSession(Protocol):
    """A loaded model. Safe to call from several threads."""

    @property
    def metadata(self) -> ModelMetadata:
        """What the model says of itself."""

    @property
    def sha256(self) -> str:
        """Hash of the weight file, stored with every judgement."""

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture.

        Args:
            planes: (1, 3, H, W) float32, RGB in [0, 1], letterboxed to the metadata's input size.

        Returns:
            (N, 6) float32 rows: x1, y1, x2, y2 in input px, confidence, label index; in no particular order.

        Raises:
            InferenceError: the runtime failed.
        """


class OnnxSession:
    """onnxruntime on the processor.

    Args:
        path: weight file; where a ``.sha256`` file lies beside it, its hash must agree.
        threads: threads of one run; the cores this process may use where None.

    Raises:
        ModelFileError: one of its subclasses.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        self._sha256 = checked_sha256(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or usable_cores()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Its threads would go on spinning for a while after a run and slow what follows on the same cores.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            self._session = onnxruntime.InferenceSession(os.fspath(path), options, providers=["CPUExecutionProvider"])
        except _ORT_ERRORS as exc:
            raise ModelUnreadableError(path=path, reason=_first_line(exc)) from exc
        self._metadata = ModelMetadata.from_properties(self._session.get_modelmeta().custom_metadata_map)
        self._input_name = self._checked_input_name()

    @property
    def metadata(self) -> ModelMetadata:
        """What the model says of itself."""
        return self._metadata

    @property
    def sha256(self) -> str:
        """Hash of the weight file."""
        return self._sha256

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture, see ``InferenceSession.run``."""
        try:
            output = self._session.run(None, {self._input_name: planes})[0]
        except _ORT_ERRORS as exc:
            raise InferenceError(reason=_first_line(exc)) from exc
        return np.asarray(output[0], np.float32)

    def _checked_input_name(self) -> str:
        """Return the name of the only input, whose shape must be the one that the metadata promises."""
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        width, height = self._metadata.input_wh
        wanted = [1, 3, height, width]
        if len(inputs) != 1 or inputs[0].shape != wanted or inputs[0].type != "tensor(float)":
            found = ", ".join(f"{entry.type} {entry.shape}" for entry in inputs)
            raise ModelMetadataError(
                key="deskcheck.input_size", reason_zh=f"模型输入为 {found}", reason=f"the model's input is {found}"
            )
        shape = outputs[0].shape
        if len(shape) != 3 or shape[0] != 1 or shape[2] != 6:
            raise ModelMetadataError(
                key="output",
                reason_zh=f"模型输出为 {shape}，应为 [1, N, 6]",
                reason=f"the output is {shape}, not [1, N, 6]",
            )
        return str(inputs[0].name)


def _first_line(exc: BaseException) -> str:
    return str(exc).strip().splitlines()[0] if str(exc).strip() else type(exc).__name__


def usable_cores() -> int:
    """Return how many cores this process may use; where the system does not tell, how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover: not on Linux
