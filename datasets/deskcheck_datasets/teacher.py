"""Labels from the starting weights for what nobody has boxed: things in backgrounds, rooms, one-object photos.

Runs on ONNX Runtime alone, on any NMS-free ``[1, 300, 6]`` export with a square input.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from deskcheck_vision.detections import Float32Array, Float64Array, Int64Array, Uint8Array
from deskcheck_vision.letterbox import Letterbox

from deskcheck_datasets.errors import DataFolderError

CONFIDENCE_FLOOR = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class TeacherBoxes:
    """What the teacher sees in one picture.

    Attributes:
        xyxy: (N, 4) float64 px of the picture given.
        label: (N,) int64 label index.
        confidence: (N,) float32.
    """

    xyxy: Float64Array
    label: Int64Array
    confidence: Float32Array


def input_planes(image: Uint8Array, letterbox: Letterbox) -> Float32Array:
    """Return the (1, 3, S, S) float32 model input of a (H, W, 3) uint8 BGR picture."""
    width, height = letterbox.input_wh
    planes = np.empty((1, 3, height, width), np.float32)
    letterbox.write_planes(image, planes[0])
    return planes


class Teacher:
    """The starting weights behind one call.

    Args:
        weights: NMS-free ONNX file.
        threads: ONNX Runtime threads.

    Raises:
        DataFolderError: the file is absent.
    """

    def __init__(self, weights: Path, threads: int = 2) -> None:
        if not weights.is_file():
            raise DataFolderError(path=weights, reason="the starting weights are absent")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0]

    def look(self, image: Uint8Array, floor: float = CONFIDENCE_FLOOR) -> TeacherBoxes:
        """Return what is found in a (H, W, 3) uint8 BGR picture with at least that confidence."""
        side_px = int(self._input.shape[2])
        letterbox = Letterbox.fit((image.shape[1], image.shape[0]), (side_px, side_px))
        rows = np.asarray(self._session.run(None, {self._input.name: input_planes(image, letterbox)})[0][0])
        rows = rows[rows[:, 4] >= floor]
        xyxy = letterbox.to_image_xyxy(rows[:, :4])
        return TeacherBoxes(xyxy, rows[:, 5].astype(np.int64), rows[:, 4].astype(np.float32))
