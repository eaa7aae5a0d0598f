"""Run a model, or the weights that it was trained from, through the program's own detector.

The starting weights carry no metadata of ours; a session that lends them some lets both go through the very same
letterbox, mapping and merging.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from deskcheck_datasets.vocabulary import COCO_NAMES
from deskcheck_vision.detections import Float32Array
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.sessions import STEP_PX, InferenceSession, OnnxSession

from deskcheck_models.errors import VerificationError
from deskcheck_models.labels import taxonomy_map, trained_classes
from deskcheck_models.metadata import LICENCE, PREFIX, sha256_of

SIDE_PX = 640


class StartSession:
    """An NMS-free COCO model without our metadata.

    Args:
        path: ONNX file with output ``[1, N, 6]`` and COCO's 80 labels; its input is fixed, or free up to 640 x 640.
        threads: ONNX Runtime threads.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._sha256 = sha256_of(path)
        entry = self._session.get_inputs()[0]
        self._input_name = str(entry.name)
        free = not all(isinstance(side, int) for side in entry.shape)
        self._input_step_px = STEP_PX if free else None
        table = taxonomy_map(COCO_NAMES)
        self._metadata = ModelMetadata(
            name=path.stem,
            labels=COCO_NAMES,
            label_classes=tuple(table[label] for label in COCO_NAMES),
            trained_classes=frozenset(trained_classes(COCO_NAMES)),
            input_wh=(SIDE_PX, SIDE_PX) if free else (int(entry.shape[3]), int(entry.shape[2])),
            licence=LICENCE,
            training_commit="none",
            origin="starting weights",
        )

    @property
    def name(self) -> str:
        """Runtime and precision."""
        return "onnxruntime-fp32"

    @property
    def metadata(self) -> ModelMetadata:
        """What we say of it."""
        return self._metadata

    @property
    def sha256(self) -> str:
        """Hash of the weight file."""
        return self._sha256

    @property
    def input_step_px(self) -> int | None:
        """Step of the input's sides, see ``InferenceSession.input_step_px``."""
        return self._input_step_px

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture, see ``InferenceSession.run``."""
        return np.asarray(self._session.run(None, {self._input_name: planes})[0][0], np.float32)


class WholeInput:
    """Another session, given its largest input only: two models compare where both see pictures alike.

    Args:
        session: the session that runs.
    """

    def __init__(self, session: InferenceSession) -> None:
        self._session = session

    @property
    def metadata(self) -> ModelMetadata:
        """Of the session that runs."""
        return self._session.metadata

    @property
    def sha256(self) -> str:
        """Of the session that runs."""
        return self._session.sha256

    @property
    def name(self) -> str:
        """Of the session that runs, marked."""
        return f"{self._session.name}-whole-input"

    @property
    def input_step_px(self) -> int | None:
        """None: the largest input only."""
        return None

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture, see ``InferenceSession.run``."""
        return self._session.run(planes)


def open_session(weights: Path, threads: int = 2) -> InferenceSession:
    """Open a model: ours by its metadata, any other as starting weights.

    Raises:
        VerificationError: the file is absent.
        ModelFileError: it is ours, but unfit.
    """
    if not weights.is_file():
        raise VerificationError(reason=f"{weights} is absent")
    bare = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    ours = PREFIX + "format" in bare.get_modelmeta().custom_metadata_map
    return OnnxSession(weights, threads) if ours else StartSession(weights, threads)


def open_detector(weights: Path, threads: int = 2) -> YoloDetector:
    """Open the detector behind a model or behind starting weights.

    Raises:
        VerificationError: the file is absent.
        ModelFileError: it is ours, but unfit.
    """
    return YoloDetector(open_session(weights, threads))


def open_alike(weights: Path, other: Path, threads: int = 2) -> YoloDetector:
    """Open the detector behind a model so that it sees pictures as another one does.

    Where the other one's input cannot vary, this one's does not either: what is compared is the weights, not the
    grey border.

    Raises:
        VerificationError: a file is absent.
        ModelFileError: one is ours, but unfit.
    """
    session = open_session(weights, threads)
    if session.input_step_px is not None and open_session(other, threads).input_step_px is None:
        return YoloDetector(WholeInput(session))
    return YoloDetector(session)
