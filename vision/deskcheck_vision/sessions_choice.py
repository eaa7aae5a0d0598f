"""Every inference session by one name, and which of them can run here."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from deskcheck_vision.sessions import InferenceSession, OnnxSession, Precision
from deskcheck_vision.sessions_openvino import OpenVinoSession, openvino_installed, supported_precisions


class SessionName(StrEnum):
    """What detections are calculated with; a judgement depends on it in the last digits."""

    ONNXRUNTIME = "onnxruntime"
    ONNXRUNTIME_INT8 = "onnxruntime-int8"
    OPENVINO = "openvino"
    OPENVINO_BF16 = "openvino-bf16"
    OPENVINO_INT8 = "openvino-int8"


REFERENCE = SessionName.ONNXRUNTIME
_PRECISION = {
    SessionName.ONNXRUNTIME_INT8: Precision.INT8,
    SessionName.OPENVINO_BF16: Precision.BF16,
    SessionName.OPENVINO_INT8: Precision.INT8,
}


def quantised_path(path: Path) -> Path:
    """Return where the INT8 file of a weight file lies: beside it."""
    return path.with_name(f"{path.stem}-int8{path.suffix}")


def open_session(name: SessionName, path: Path, threads: int | None = None) -> InferenceSession:
    """Open a session.

    Args:
        name: which one.
        path: the FP32 weight file; an INT8 session takes the quantised one beside it.
        threads: threads of one run; the cores this process may use where None.

    Raises:
        SessionUnusableError: it cannot run on this machine.
        ModelFileError: the weight file is absent or does not fit.
    """
    precision = _PRECISION.get(name, Precision.FP32)
    file = quantised_path(path) if precision is Precision.INT8 else path
    if name.startswith("openvino"):
        return OpenVinoSession(file, precision, threads)
    return OnnxSession(file, threads, precision)


def available_sessions(path: Path) -> tuple[SessionName, ...]:
    """Return the sessions that can run a weight file here: installed, supported, its INT8 file there where needed."""
    return tuple(name for name in SessionName if _is_available(name, path))


def _is_available(name: SessionName, path: Path) -> bool:
    precision = _PRECISION.get(name, Precision.FP32)
    if precision is Precision.INT8 and not quantised_path(path).is_file():
        return False
    return not name.startswith("openvino") or (openvino_installed() and precision in supported_precisions())
