"""Inference by OpenVINO, which comes with the extra ``[openvino]``; the only place that knows it.

On processors with BF16 or INT8 units it runs the same network in half the time or less. A network compiled for one
input shape is a sixth faster than one for all, and there are few shapes, so each gets its own when it first comes.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deskcheck_vision.cores import usable_cores
from deskcheck_vision.detections import Float32Array
from deskcheck_vision.errors import (
    InferenceError,
    ModelMetadataError,
    ModelUnreadableError,
    PrecisionUnsupportedError,
    SessionMissingError,
)
from deskcheck_vision.model_files import ModelMetadata, checked_sha256
from deskcheck_vision.sessions import (
    FEATURES,
    DescribedSession,
    Precision,
    Shape,
    checked_step_px,
    first_line,
)

if TYPE_CHECKING:
    import openvino

_HINTS = {Precision.FP32: "f32", Precision.BF16: "bf16", Precision.INT8: "f32"}
# Photos come upright and lying, 4:3, 3:2 and 16:9, and their tiles square: more shapes than that are rare.
_SHAPES_KEPT = 8


def openvino_installed() -> bool:
    """Tell whether the extra ``[openvino]`` is installed, without loading it."""
    return find_spec("openvino") is not None


@cache
def supported_precisions() -> frozenset[Precision]:
    """Return the precisions that pay on this processor, as OpenVINO itself says; none where it is not installed."""
    if not openvino_installed():
        return frozenset()
    capable = set(_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    return frozenset(precision for precision in Precision if precision.upper() in capable)


class OpenVinoSession(DescribedSession):
    """OpenVINO on the processor.

    Args:
        path: ONNX weight file; where a ``.sha256`` file lies beside it, its hash must agree.
        precision: what is calculated in. INT8 needs a quantised file, whose other parts run in FP32.
        threads: threads of one run; the cores this process may use where None.

    Raises:
        SessionMissingError: OpenVINO is not installed.
        PrecisionUnsupportedError: this processor has no units for it.
        ModelFileError: one of its subclasses.
    """

    def __init__(self, path: Path, precision: Precision = Precision.FP32, threads: int | None = None) -> None:
        if not openvino_installed():
            raise SessionMissingError(session="OpenVINO", extra="openvino")
        if precision not in supported_precisions():
            known = ", ".join(sorted(supported_precisions()))
            raise PrecisionUnsupportedError(precision=precision, known=known)
        sha256 = checked_sha256(path)
        self._config = {
            "INFERENCE_PRECISION_HINT": _HINTS[precision],
            "INFERENCE_NUM_THREADS": threads or usable_cores(),
            "PERFORMANCE_HINT": "LATENCY",
        }
        try:
            self._model = _core().read_model(path)
        except RuntimeError as exc:
            raise ModelUnreadableError(path=path, reason=first_line(exc)) from exc
        metadata = ModelMetadata.from_properties(_properties(self._model))
        inputs, outputs = ([_shape(entry) for entry in some] for some in (self._model.inputs, self._model.outputs))
        step_px = checked_step_px(metadata, inputs, outputs[0])
        super().__init__(f"openvino-{precision}", metadata, sha256, step_px)
        # A network without the second output is a little faster: nothing has to be laid out anew for it.
        self._full = self._model if _has_features(self._model) else None
        if self._full is not None:
            self._model = self._full.clone()
            self._model.remove_result(self._model.results[1])
        self._lock = threading.Lock()
        self._networks: OrderedDict[tuple[bool, tuple[int, ...]], _Network] = OrderedDict()

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture, see ``InferenceSession.run``."""
        return self._run(self._model, planes)[0]

    def run_with_features(self, planes: Float32Array) -> tuple[Float32Array, Float32Array | None]:
        """Run the model on one picture, see ``FeatureSession.run_with_features``."""
        if self._full is None:
            return self.run(planes), None
        rows, features = self._run(self._full, planes)
        return rows, features

    def _run(self, model: openvino.Model, planes: Float32Array) -> list[Float32Array]:
        """Return a model's outputs for the one picture, without the batch's axis."""
        try:
            with self._network(model, planes.shape).request() as request:
                request.infer({0: planes}, share_inputs=True)
                return [np.array(tensor.data[0], np.float32) for tensor in request.output_tensors]
        except RuntimeError as exc:
            raise InferenceError(reason=first_line(exc)) from exc

    def _network(self, model: openvino.Model, shape: tuple[int, ...]) -> _Network:
        """Return the network compiled for an input shape, compiling it at the shape's first time."""
        key = (model is self._full, shape)
        with self._lock:
            if key not in self._networks:
                if self.input_step_px is not None:
                    model.reshape(list(shape))
                self._networks[key] = _Network(_core().compile_model(model, "CPU", self._config))
            self._networks.move_to_end(key)
            while len(self._networks) > _SHAPES_KEPT:
                self._networks.popitem(last=False)
            return self._networks[key]


class _Network:
    """A compiled network with its requests: each has buffers of its own, so no two threads may share one."""

    def __init__(self, compiled: openvino.CompiledModel) -> None:
        self._compiled = compiled
        self._idle: queue.SimpleQueue[openvino.InferRequest] = queue.SimpleQueue()

    @contextmanager
    def request(self) -> Iterator[openvino.InferRequest]:
        """Lend a request that is in no other thread's hands."""
        try:
            request = self._idle.get_nowait()
        except queue.Empty:
            request = self._compiled.create_infer_request()
        try:
            yield request
        finally:
            self._idle.put(request)


@cache
def _core() -> openvino.Core:
    import openvino

    return openvino.Core()


def _shape(entry: openvino.Output) -> Shape:
    return tuple(None if side.is_dynamic else side.get_length() for side in entry.partial_shape)


def _has_features(model: openvino.Model) -> bool:
    return len(model.outputs) == 2 and FEATURES in model.outputs[1].get_names()


def _properties(model: openvino.Model) -> dict[str, str]:
    """Return the ONNX file's metadata, which OpenVINO keeps as information on the framework.

    Raises:
        ModelMetadataError: there is none.
    """
    if not model.has_rt_info(["framework"]):
        raise ModelMetadataError(key="deskcheck.format", reason_zh="缺失", reason="it is missing")
    entries: dict[str, Any] = model.get_rt_info(["framework"]).value
    return {key: str(getattr(value, "value", value)) for key, value in entries.items()}
