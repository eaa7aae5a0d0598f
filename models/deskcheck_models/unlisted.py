"""How well rule V02 notices what no class covers: rendered pairs of one desk, judged by the one way of a picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.judging import DETECT_FROM, judge
from deskcheck_calibration.layout import Layout
from deskcheck_calibration.plane import DeskPlane
from deskcheck_calibration.reference import Reference
from deskcheck_datasets.synthetic.pairs import Pair, Pictured, read_pairs
from deskcheck_vision.detections import Detections, Uint8Array
from deskcheck_vision.detector import Detector, ModelIdentity, Sight, Tiling, look
from deskcheck_vision.errors import ModelFileError
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import decode_picture
from deskcheck_vision.taxonomy import TAXONOMY_VERSION

_MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
# A region is the thing where it shares this much of the smaller one of the two boxes.
_SAME = 0.25

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class PairSights:
    """What a model saw in the three pictures of a pair.

    Attributes:
        pair: the truth.
        images: later without, and with the unlisted thing; (H, W, 3) uint8 BGR.
        reference, clean, changed: detections and features.
        model: what looked.
    """

    pair: Pair
    images: tuple[Uint8Array, Uint8Array]
    reference: Sight
    clean: Sight
    changed: Sight
    model: ModelIdentity

    def with_true_boxes(self) -> PairSights:
        """The same with a detector that knows every listed thing: what is left is the comparison's own."""
        return replace(
            self,
            reference=_with_true_boxes(self.reference, self.pair.reference),
            clean=_with_true_boxes(self.clean, self.pair.clean),
            changed=_with_true_boxes(self.changed, self.pair.changed),
        )


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """What V02 said about a pair.

    Attributes:
        label: the unlisted thing.
        camera_kind: ``phone`` or ``ceiling``.
        found: a suspected region is where it stands.
        false_regions: suspected regions elsewhere, in both later pictures.
        unjudged: of the two, pictures for which the rule gave neither pass nor suspicion.
        reasons: why.
    """

    label: str
    camera_kind: str
    found: bool
    false_regions: int
    unjudged: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class UnlistedFigures:
    """Rule V02 over pairs.

    Attributes:
        pairs: number of pairs.
        recall: share of the unlisted things that were noticed.
        false_per_picture: suspected regions that are none, per later picture.
        unjudged_share: share of the later pictures that V02 did not judge.
        by_label: thing -> (noticed, shown).
    """

    pairs: int
    recall: float
    false_per_picture: float
    unjudged_share: float
    by_label: Mapping[str, tuple[int, int]]


class _Shown:
    """A detector that has looked already."""

    def __init__(self, sight: Sight, model: ModelIdentity) -> None:
        self._sight, self._model = sight, model

    @property
    def model(self) -> ModelIdentity:
        return self._model

    def detect(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Detections:
        return self._sight.detections

    def look(self, image: Uint8Array, *, min_confidence: float = 0.25, tiling: Tiling = Tiling.AUTO) -> Sight:
        return self._sight


def look_at_pairs(folder: Path, detector: Detector, tick: Callable[[], object]) -> list[PairSights]:
    """Run a model over the pictures of a folder that ``pairs.make_pairs`` wrote.

    Raises:
        ModelFileError: the folder holds no pair, or the model offers no features.
    """
    pairs = read_pairs(folder)
    if not pairs:
        raise ModelFileError(reason=f"{folder} holds no pairs")
    return [_look_at(pair, folder, detector, tick) for pair in pairs]


def _look_at(pair: Pair, folder: Path, detector: Detector, tick: Callable[[], object]) -> PairSights:
    images = [
        decode_picture((folder / "images" / shown.file).read_bytes()).image
        for shown in (pair.reference, pair.clean, pair.changed)
    ]
    sights = [look(detector, image, min_confidence=DETECT_FROM) for image in images]
    if any(sight.features is None for sight in sights):
        raise ModelFileError(reason="the model offers no features: it has no second output")
    tick()
    reference, clean, changed = sights
    return PairSights(pair, (images[1], images[2]), reference, clean, changed, detector.model)


def _with_true_boxes(sight: Sight, shown: Pictured) -> Sight:
    rows = [(name, 0.99, box) for name, box in shown.items]
    return Sight(Detections.from_rows(rows, sight.detections.image_wh), sight.features)


def judge_pair(seen: PairSights, parameters: Mapping[str, float], *, registered: bool = False) -> PairVerdict:
    """Judge both later pictures of a pair by rule V02.

    Args:
        seen: what the model saw.
        parameters: overrides of the rule's.
        registered: take each picture's own desk corners; otherwise the approved picture's, as a fixed camera does
            that has drifted unnoticed.
    """
    pair = seen.pair
    layout = Layout("pair", 1, pair.desk_wh_cm, TAXONOMY_VERSION, parameters={"V02": dict(parameters)})
    reference = Reference(
        _plane(pair, pair.reference), seen.reference.detections, seen.reference.features, seen.model.sha256,
        seen.model.session,
    )  # fmt: skip
    found, wrong, reasons = False, 0, []
    for image, shown, sight in zip(seen.images, (pair.clean, pair.changed), (seen.clean, seen.changed), strict=True):
        plane = _plane(pair, shown if registered else pair.reference)
        frame = Frame(image, _MOMENT, "pair")
        judged = judge([frame], layout, plane, _Shown(sight, seen.model), reference=reference)
        said = [finding for finding in judged.judgement.findings if finding.rule == "V02"]
        boxes = [finding.xyxy for finding in said if finding.state is State.SUSPECTED and finding.xyxy is not None]
        hits = [shown is pair.changed and _is_same(box, pair.unlisted.box_xyxy) for box in boxes]
        found, wrong = found or any(hits), wrong + hits.count(False)
        reasons += [reason for reason in map(_why_not, said) if reason is not None]
    return PairVerdict(pair.unlisted.label, pair.camera_kind, found, wrong, len(reasons), tuple(reasons))


def _why_not(finding: Finding) -> Reason | None:
    return None if finding.state in (State.PASS, State.SUSPECTED) else finding.reason


def _plane(pair: Pair, shown: Pictured) -> DeskPlane:
    return DeskPlane.from_corners(shown.desk_corners_px, pair.desk_wh_cm, pair.image_wh)


def _is_same(first: Box, second: Box) -> bool:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return width > 0 and height > 0 and width * height >= _SAME * smaller


def unlisted_figures(verdicts: Sequence[PairVerdict]) -> UnlistedFigures:
    """Count over pairs; at least one."""
    by_label: dict[str, list[bool]] = defaultdict(list)
    for verdict in verdicts:
        by_label[verdict.label].append(verdict.found)
    pictures = 2 * len(verdicts)
    return UnlistedFigures(
        pairs=len(verdicts),
        recall=sum(verdict.found for verdict in verdicts) / len(verdicts),
        false_per_picture=sum(verdict.false_regions for verdict in verdicts) / pictures,
        unjudged_share=sum(verdict.unjudged for verdict in verdicts) / pictures,
        by_label={label: (sum(found), len(found)) for label, found in sorted(by_label.items())},
    )
