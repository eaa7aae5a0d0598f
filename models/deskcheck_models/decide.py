"""Choose what to add to each appended label's logit, or to drop it, on pictures that neither teach nor check.

A label that fires on the wrong thing costs the class that it belongs to. Where COCO covers that class too, such a
cost is not allowed: no real set kept aside for choosing may lose more than ``ALLOWED_LOSS`` of its average precision
through it. A label of another class must hardly fire on pictures of daily life. And every label must be right often
enough on rendered counters. Works without torch: shifts are tried on recorded detections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from deskcheck_datasets.photometry import photograph
from deskcheck_datasets.splits import Role
from deskcheck_vision.detections import Detections, Float32Array, Float64Array, Uint8Array
from deskcheck_vision.detector import Tiling, YoloDetector
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.sessions import DescribedSession, InferenceSession
from deskcheck_vision.taxonomy import CLASSES, INDEX

from deskcheck_models.checksets import CheckPicture, of_role
from deskcheck_models.checksets import rendered as rendered_pictures
from deskcheck_models.labels import COCO_TAXONOMY, taxonomy_map
from deskcheck_models.matching import Truth, gather
from deskcheck_models.metrics_precision import average_precision

Pairs = list[tuple[Detections, Truth]]

COCO_COUNT = 80
DECIDING_SETS = ("coco_mini", "bottles_cups", "fruit_boxes", "office_cctv")
SHIFTS = tuple(-step / 2 for step in range(15))
# Of a set's average precision. In 60 looks one sure false alarm costs about so much; it must not silence a label.
ALLOWED_LOSS = 0.005
OPERATING_CONFIDENCE = 0.25
WANTED_PRECISION = 0.5
SMALLEST_EVIDENCE = 2
# A label beside COCO's own must be worth its risk: so many things found on rendered counters.
SECOND_OPINION_EVIDENCE = 10
ALARMS_PER_PICTURE = 0.01
# The pictures kept aside are few (125 real ones, each in four looks): what a label may not cost COCO's classes there,
# it may not cost even with its logit this much higher. Without it the first choice lost eleven boxes of the pictures
# held out.
MARGIN = 1.0
_SILENT = -30.0
_LOOK_SEED = 20261122
_FLOOR = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """What a model said about one picture, before any shift.

    Attributes:
        image_wh: the picture, px.
        rows: (N, 6) float32 rows of the session.
        truth: what is boxed in it.
    """

    image_wh: tuple[int, int]
    rows: Float32Array
    truth: Truth


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What shifts are chosen on.

    Attributes:
        labels: of the model, in output order.
        real: per set what the model says of its pictures, of each in several looks.
        rendered: rendered counters that were not trained on.
    """

    labels: tuple[str, ...]
    real: Mapping[str, Sequence[Recorded]]
    rendered: Sequence[Recorded]


class _Wrapped(DescribedSession):
    """What a session says of itself, said for a session around it."""

    def __init__(self, session: InferenceSession, metadata: ModelMetadata | None = None) -> None:
        super().__init__(session.name, metadata or session.metadata, session.sha256, session.input_step_px)
        self._session = session


class _Recorder(_Wrapped):
    """A session that keeps the rows of its last run."""

    rows: Float32Array = np.zeros((0, 6), np.float32)

    def run(self, planes: Float32Array) -> Float32Array:
        self.rows = self._session.run(planes)
        return self.rows


class _Replay(_Wrapped):
    """A session that says again what was recorded, with shifted logits."""

    rows: Float32Array = np.zeros((0, 6), np.float32)

    def __init__(self, session: InferenceSession, shifts: Mapping[str, float], metadata: ModelMetadata) -> None:
        super().__init__(session, metadata)
        self._shift = np.array([shifts.get(label, 0.0) for label in session.metadata.labels])

    def run(self, planes: Float32Array) -> Float32Array:
        rows = self.rows.copy()
        rows[:, 4] = shifted(rows[:, 4], self._shift[rows[:, 5].astype(np.int64)])
        return rows


def shifted(confidence: Float32Array, shift: Float64Array | float) -> Float32Array:
    """Return (N,) confidences after adding (N,) numbers, or one, to their logits."""
    held = np.clip(confidence.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(1 / (1 + np.exp(-(np.log(held / (1 - held)) + shift))), np.float32)


def record(session: InferenceSession, image: Uint8Array, truth: Truth) -> Recorded:
    """Run a model on a picture, (H, W, 3) uint8 BGR, and keep what it says beside what is boxed."""
    recorder = _Recorder(session)
    YoloDetector(recorder).detect(image, min_confidence=_FLOOR, tiling=Tiling.NEVER)
    image_wh = (image.shape[1], image.shape[0])
    return Recorded(image_wh, recorder.rows[recorder.rows[:, 4] >= _FLOOR], truth)


def replay(
    like: InferenceSession,
    pictures: Sequence[Recorded],
    shifts: Mapping[str, float],
    min_confidence: float = _FLOOR,
    *,
    anywhere: bool = False,
) -> Pairs:
    """Return what the program's detector would find with shifted logits.

    Args:
        like: the model.
        pictures: what it said of them.
        shifts: label -> what to add to its logit.
        min_confidence: detections below it are left out.
        anywhere: let labels for work places speak in all pictures.
    """
    metadata = replace(like.metadata, work_place_labels=frozenset()) if anywhere else like.metadata
    session = _Replay(like, shifts, metadata)
    detector = YoloDetector(session)
    pairs = []
    for picture in pictures:
        session.rows = picture.rows
        width, height = picture.image_wh
        blank = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (height, width, 3))
        pairs.append((detector.detect(blank, min_confidence=min_confidence, tiling=Tiling.NEVER), picture.truth))
    return pairs


def loss(ours: Pairs, before: Pairs) -> float:
    """Return how much average precision at IoU 0.5, of all judged detections together, is lost; negative for a gain."""
    return _average_precision(before) - _average_precision(ours)


def _average_precision(pairs: Pairs) -> float:
    hits = gather(pairs, len(CLASSES))
    true = hits.true[:, None]
    return float(average_precision(hits.confidence, true, np.zeros_like(true), int(hits.boxed.sum()))[0])


def looks(image: Uint8Array, truth: Truth, seed: int) -> list[tuple[Uint8Array, Truth]]:
    """Return a real picture as it is, mirrored, and both as another camera would have stored them.

    What a label is wrong about in one of them by chance it is wrong about in some: few pictures tell more so.

    Args:
        image: (H, W, 3) uint8 BGR.
        truth: what is boxed in it.
        seed: of the other camera.
    """
    width = image.shape[1]
    boxes = truth.xyxy.copy()
    boxes[:, [0, 2]] = width - truth.xyxy[:, [2, 0]]
    straight = (image, truth)
    mirrored = (np.ascontiguousarray(image[:, ::-1]), replace(truth, xyxy=boxes))
    rng = np.random.default_rng((_LOOK_SEED, seed))
    return [straight, mirrored, *((photograph(shown, rng), true) for shown, true in (straight, mirrored))]


def kept_aside(data_dir: Path) -> dict[str, list[CheckPicture]]:
    """Return the boxed real pictures that neither teach nor check, set by set.

    Raises:
        DataFolderError: a set is absent.
    """
    return {source: of_role(data_dir, Role.VAL, (source,)) for source in DECIDING_SETS}


def gather_evidence(
    session: InferenceSession, data_dir: Path, rendered: Path, tick: Callable[[], None] = lambda: None
) -> Evidence:
    """Run a model over the pictures that shifts are chosen on.

    Args:
        session: the trained model, not shifted yet.
        data_dir: the data folder with the real sets.
        rendered: a rendered folder that the model was not trained on.
        tick: called after every picture.

    Raises:
        DataFolderError: a set is absent or broken.
        TruthError: a rendered picture's record is of another format.
    """
    real: dict[str, list[Recorded]] = {}
    for source, pictures in kept_aside(data_dir).items():
        real[source] = []
        for number, picture in enumerate(pictures):
            image = picture.read()
            truth = picture.truth((image.shape[1], image.shape[0]))
            real[source].extend(record(session, *look) for look in looks(image, truth, number))
            tick()
    counters = []
    for scene in rendered_pictures(rendered):
        image = scene.read()
        counters.append(record(session, image, scene.truth((image.shape[1], image.shape[0]))))
        tick()
    return Evidence(session.metadata.labels, real, counters)


class Chooser:
    """Tries shifts on recorded detections.

    Args:
        session: the model.
        evidence: what it said.
    """

    def __init__(self, session: InferenceSession, evidence: Evidence) -> None:
        self._session = session
        self._evidence = evidence
        self._table = taxonomy_map(evidence.labels)
        silent = dict.fromkeys(evidence.labels[COCO_COUNT:], _SILENT)
        self._before = {name: replay(session, pictures, silent) for name, pictures in evidence.real.items()}
        self._covered = frozenset(COCO_TAXONOMY.values())
        self._replayed: dict[tuple[str, int, tuple[float, ...]], tuple[Detections, Truth]] = {}

    def choose(self, tick: Callable[[str, float | None], None] = lambda *_: None) -> dict[str, float | None]:
        """Return the shift of every appended label, None for one to drop.

        Labels are taken one after another, from the one that is right most often on rendered counters; each gets
        the largest shift that the labels chosen before it leave room for. What was dropped is tried once more when all
        the others are chosen: what a label was wrong about, another one may have named rightly since.
        """
        appended = self._evidence.labels[COCO_COUNT:]
        shifts: dict[str, float] = dict.fromkeys(appended, _SILENT)
        order = sorted(appended, key=lambda label: -self._rendered_hits(label, 0.0)[0])
        chosen: dict[str, float | None] = dict.fromkeys(appended)
        for again in (False, True):
            for label in [label for label in order if chosen[label] is None]:
                chosen[label] = next((shift for shift in SHIFTS if self._allowed(label, shift, shifts)), None)
                shifts[label] = _SILENT if chosen[label] is None else float(chosen[label] or 0.0)
                if not again:
                    tick(label, chosen[label])
        return chosen

    def _allowed(self, label: str, shift: float, others: Mapping[str, float]) -> bool:
        covered = self._table[label] in self._covered
        true, false = self._rendered_hits(label, shift)
        least = SECOND_OPINION_EVIDENCE if covered else SMALLEST_EVIDENCE
        if true < least or true < WANTED_PRECISION * (true + false):
            return False
        if self._alarms(label, shift) > ALARMS_PER_PICTURE:
            return False
        return not covered or not self._costs({**others, label: shift + MARGIN})

    def _costs(self, shifts: Mapping[str, float]) -> bool:
        """Whether a real set loses too much of what COCO's labels alone reach."""
        return any(
            loss([self._replay(name, number, picture, shifts) for number, picture in enumerate(pictures)], before)
            > ALLOWED_LOSS
            for (name, pictures), before in zip(self._evidence.real.items(), self._before.values(), strict=True)
        )

    def _replay(
        self, name: str, number: int, picture: Recorded, shifts: Mapping[str, float]
    ) -> tuple[Detections, Truth]:
        """Replay one picture of a set; the shifts of labels that say nothing in it change nothing."""
        speaking = np.unique(picture.rows[:, 5].astype(np.int64)).tolist()
        key = (name, number, tuple(shifts.get(self._evidence.labels[label], 0.0) for label in speaking))
        if key not in self._replayed:
            (self._replayed[key],) = replay(self._session, [picture], shifts)
        return self._replayed[key]

    def _rendered_hits(self, label: str, shift: float) -> tuple[int, int]:
        """Return how many of the label's own detections on rendered counters are true and false."""
        hits = gather(self._alone(label, shift, self._evidence.rendered), len(CLASSES))
        kept = hits.class_id == INDEX[str(self._table[label])]
        return int((hits.true & kept).sum()), int((~hits.true & kept).sum())

    def _alarms(self, label: str, shift: float) -> float:
        """Return detections a picture that real boxes do not confirm, of a class that the picture does not box."""
        index = INDEX[str(self._table[label])]
        count = pictures = 0
        for recorded in self._evidence.real.values():
            pictures += len(recorded)
            for found, truth in self._alone(label, shift, recorded):
                if index not in truth.judged:
                    count += int((found.class_id == index).sum())
        return count / max(1, pictures)

    def _alone(self, label: str, shift: float, pictures: Sequence[Recorded]) -> Pairs:
        """Return what a label finds without the others, in the pictures in which it is sure enough of anything."""
        index = self._evidence.labels.index(label)
        speaks = [
            picture
            for picture in pictures
            if (shifted(picture.rows[picture.rows[:, 5] == index, 4], shift) >= OPERATING_CONFIDENCE).any()
        ]
        only = {**dict.fromkeys(self._evidence.labels, _SILENT), label: shift}
        return replay(self._session, speaks, only, OPERATING_CONFIDENCE, anywhere=True)
