"""Run a model, or the weights that it was trained from, through the program's own detector.

The starting weights carry no metadata of ours; a session that lends them some lets both go through the very same
letterbox, mapping and merging.
"""

from __future__ import annotations

from pathlib import Path

from deskcheck_datasets.vocabulary import COCO_NAMES
from deskcheck_vision.detections import Float32Array
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.sessions import (
    STEP_PX,
    DescribedSession,
    InferenceSession,
    OnnxNetwork,
    OnnxSession,
    Precision,
)

from deskcheck_models.errors import VerificationError
from deskcheck_models.labels import taxonomy_map, trained_classes
from deskcheck_models.metadata import LICENCE, PREFIX, sha256_of

SIDE_PX = 640


class StartSession(DescribedSession):
    """An NMS-free COCO model without our metadata.

    Args:
        path: ONNX file with output ``[1, N, 6]`` and COCO's 80 labels; its input is fixed, or free up to 640 x 640.
        threads: ONNX Runtime threads.

    Raises:
        ModelUnreadableError: onnxruntime cannot open it.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._network = OnnxNetwork(path, threads)
        self._rows_name = next(iter(self._network.outputs))
        height_px, width_px = self._network.inputs[0][2:]
        free = None in self._network.inputs[0]
        table = taxonomy_map(COCO_NAMES)
        metadata = ModelMetadata(
            name=path.stem,
            labels=COCO_NAMES,
            label_classes=tuple(table[label] for label in COCO_NAMES),
            trained_classes=frozenset(trained_classes(COCO_NAMES)),
            input_wh=(SIDE_PX, SIDE_PX) if free else (width_px or SIDE_PX, height_px or SIDE_PX),
            licence=LICENCE,
            training_commit="none",
            origin="starting weights",
        )
        super().__init__(f"onnxruntime-{Precision.FP32}", metadata, sha256_of(path), STEP_PX if free else None)

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture, see ``InferenceSession.run``."""
        return self._network.run([self._rows_name], planes)[0]


class WholeInput(DescribedSession):
    """Another session, given its largest input only: two models compare where both see pictures alike.

    Args:
        session: the session that runs; its name is marked.
    """

    def __init__(self, session: InferenceSession) -> None:
        super().__init__(f"{session.name}-whole-input", session.metadata, session.sha256, input_step_px=None)
        self._session = session

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the model on one picture, see ``InferenceSession.run``."""
        return self._session.run(planes)


def open_session(weights: Path, threads: int = 2) -> InferenceSession:
    """Open a model: ours by its metadata, any other as starting weights.

    Raises:
        VerificationError: the file is absent.
        ModelFileError: it cannot be read, or is ours, but unfit.
    """
    if not weights.is_file():
        raise VerificationError(reason=f"{weights} is absent")
    ours = PREFIX + "format" in OnnxNetwork(weights, threads).properties
    return OnnxSession(weights, threads) if ours else StartSession(weights, threads)


def open_detector(weights: Path, threads: int = 2) -> YoloDetector:
    """Open the detector behind a model or behind starting weights.

    Raises:
        VerificationError: the file is absent.
        ModelFileError: it cannot be read, or is ours, but unfit.
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
