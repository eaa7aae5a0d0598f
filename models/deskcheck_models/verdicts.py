"""How good the verdicts are, not the boxes: planted violations found, false alarms, doubts, centimetres.

Every picture takes the program's one way, ``deskcheck_calibration.judging.judge``: once with the model's boxes and
once with the true ones, which shows what the rules lose and what the model loses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from deskcheck_calibration.accuracy import centroid
from deskcheck_calibration.findings import Finding, State, overall_state
from deskcheck_calibration.judging import DETECT_FROM, Judged, judge
from deskcheck_calibration.rules.catalogue import RULES
from deskcheck_calibration.scene import SourceKind
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.synthetic.truth import Truth as SceneTruth
from deskcheck_vision.boxes import box_iou
from deskcheck_vision.detector import Detector, Tiling
from deskcheck_vision.frames import Frame

from deskcheck_models.checksets import CEILING, PHONE
from deskcheck_models.matching import MATCH_IOU
from deskcheck_models.predictions import KeptDetector, PredictionCache
from deskcheck_models.true_boxes import TrueBoxes
from deskcheck_models.verdict_cases import Key, VerdictCase, is_stand_in

# A camera looks again and again; a single picture of it stands for a scene that has long been so.
_CAMERA_OBSERVED_S = 3600.0
# Items that count for positions: seen by half and not cut by the picture's edge.
_POSITION_VISIBILITY = 0.5
_EDGE_PX = 2.0


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What was said about one picture beside what is true.

    Attributes:
        picture: its file name.
        camera_kind: ``phone`` or ``ceiling``.
        state: of the window.
        planted: violations in it.
        suspected: what was suspected.
        doubtful: what could not be judged.
        assessed: statements per rule that passed, suspected or doubted.
        doubts: statements per rule that doubted.
        rules: rule id -> the worst that it said, of rules that passed, suspected or doubted.
        errors_cm: distance of every matched item's centre from the truth.
        covered: for each of them whether it lies within the stated uncertainty.
    """

    picture: str
    camera_kind: str
    state: State
    planted: frozenset[Key]
    suspected: frozenset[Key]
    doubtful: frozenset[Key]
    assessed: Counter[str]
    doubts: Counter[str]
    rules: dict[str, State]
    errors_cm: tuple[float, ...]
    covered: tuple[bool, ...]


def _keys(findings: Iterable[Finding], state: State) -> frozenset[Key]:
    return frozenset((finding.rule, finding.item or "") for finding in findings if finding.state is state)


def _positions(judged: Judged, scene: SceneTruth) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    """Return the errors of the placed items that meet a true one of their class, and whether each is covered."""
    width, height = scene.image_wh
    true = [
        (item, box)
        for item in scene.items
        if (box := item.box_xyxy) is not None
        and item.surface != "floor"
        and item.visibility >= _POSITION_VISIBILITY
        and min(box[:2]) > _EDGE_PX
        and box[2] < width - _EDGE_PX
        and box[3] < height - _EDGE_PX
    ]
    if not true or not judged.placed:
        return (), ()
    shared = box_iou([placed.xyxy for placed in judged.placed], [box for _, box in true])
    alike = np.array([[placed.item == item.class_id for item, _ in true] for placed in judged.placed])
    shared = np.where(alike, shared, 0.0)
    errors: list[float] = []
    covered: list[bool] = []
    for column, (item, _) in enumerate(true):
        row = int(shared[:, column].argmax())
        if shared[row, column] < MATCH_IOU or int(shared[row].argmax()) != column:
            continue
        placed = judged.placed[row]
        x, y = centroid(item.footprint_cm)
        errors.append(float(np.hypot(placed.centre_cm[0] - x, placed.centre_cm[1] - y)))
        covered.append(errors[-1] <= placed.uncertainty_cm)
    return tuple(errors), tuple(covered)


def judge_case(case: VerdictCase, detector: Detector) -> CaseVerdict:
    """Judge one picture on the program's own way.

    Raises:
        DeskcheckError: the picture, its layout or the model cannot be used.
    """
    picture = case.picture
    camera = picture.camera_kind == CEILING
    judged = judge(
        [Frame(picture.read(), case.captured_at, picture.path.name)],
        case.layout,
        case.plane(),
        detector,
        source_kind=SourceKind.CAMERA if camera else SourceKind.PHOTO,
        observed_s=_CAMERA_OBSERVED_S if camera else None,
    )
    findings = judged.judgement.findings
    assessed = [f for f in findings if f.state in (State.PASS, State.SUSPECTED, State.INCONCLUSIVE)]
    errors, covered = _positions(judged, picture.scene)
    return CaseVerdict(
        picture.path.name,
        picture.camera_kind,
        judged.judgement.state,
        case.planted,
        _keys(findings, State.SUSPECTED),
        _keys(findings, State.INCONCLUSIVE),
        Counter(f.rule for f in assessed),
        Counter(f.rule for f in assessed if f.state is State.INCONCLUSIVE),
        {rule: overall_state(f for f in assessed if f.rule == rule) for rule in sorted({f.rule for f in assessed})},
        errors,
        covered,
    )


def judge_cases(
    cases: Sequence[VerdictCase],
    detector: Detector | None,
    cache: PredictionCache,
    tick: Callable[[], None] = lambda: None,
    *,
    shaken: float = 0.0,
) -> list[CaseVerdict]:
    """Judge pictures with a model, or with their true boxes.

    Args:
        cases: the pictures.
        detector: the model; None for true boxes.
        cache: keeps the model's detections; its floor must be the program's, see ``verdict_cache``.
        tick: called after every picture.
        shaken: how far true boxes are off, see ``TrueBoxes``.

    Raises:
        DeskcheckError: a picture, its layout or the model cannot be used; a model is asked about a stand-in.
    """
    verdicts = []
    for case in cases:
        if detector is not None and is_stand_in(case.picture.path):
            reason = "it is a stand-in without light, which only true boxes can be judged on"
            raise DataFolderError(path=case.picture.path, reason=reason)
        seeing: Detector = TrueBoxes(case.picture.scene, shaken)
        if detector is not None:
            seeing = KeptDetector(detector, cache, case.picture.path)
        verdicts.append(judge_case(case, seeing))
        tick()
    return verdicts


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """One rule over all pictures.

    Attributes:
        planted: violations of it.
        found: of these, suspected.
        doubtful: of these, neither found nor denied: the rule said that it cannot judge.
        false: suspicions that nothing planted explains.
        assessed: statements that passed, suspected or doubted.
        inconclusive: statements that doubted.
        judged: pictures in which it passed, suspected or doubted.
        unsettled: of these, those in which doubt was all it had to say.
        recall: found over planted; None where nothing is planted.
        precision: found over all suspicions; None where nothing is suspected.
    """

    planted: int
    found: int
    doubtful: int
    false: int
    assessed: int
    inconclusive: int
    judged: int
    unsettled: int
    recall: float | None
    precision: float | None


@dataclass(frozen=True, slots=True)
class VerdictFigures:
    """All rules over all pictures; see ``RuleFigures`` for the counts.

    Attributes:
        pictures: number of pictures.
        planted, found, doubtful, false: sums over rules.
        verdict_recall, verdict_precision: None where nothing is planted or suspected.
        false_per_picture: false suspicions a picture.
        inconclusive_share: share of the verdicts, one a rule and picture, that came out as doubt.
        inconclusive_statements: share of the assessed statements (one a thing, zone or class) that doubted.
        inconclusive_pictures: share of pictures with no suspicion but a doubt.
        footprint_photo_cm, footprint_camera_cm: median distance of placed from true centres; None without items.
        footprint_items: number of items behind the two medians.
        footprint_coverage: share of them within the stated uncertainty; None without items.
        rules: rule id -> its figures, of rules that were assessed or planted.
    """

    pictures: int
    planted: int
    found: int
    doubtful: int
    false: int
    verdict_recall: float | None
    verdict_precision: float | None
    false_per_picture: float
    inconclusive_share: float
    inconclusive_statements: float
    inconclusive_pictures: float
    footprint_photo_cm: float | None
    footprint_camera_cm: float | None
    footprint_items: int
    footprint_coverage: float | None
    rules: dict[str, RuleFigures]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rule_figures(verdicts: Sequence[CaseVerdict], rule: str) -> RuleFigures:
    planted = found = doubtful = false = 0
    for verdict in verdicts:
        true = {key for key in verdict.planted if key[0] == rule}
        said = {key for key in verdict.suspected if key[0] == rule}
        planted += len(true)
        found += len(true & said)
        doubtful += len((true - said) & verdict.doubtful)
        false += len(said - true)
    assessed, doubts = sum(v.assessed[rule] for v in verdicts), sum(v.doubts[rule] for v in verdicts)
    states = [verdict.rules[rule] for verdict in verdicts if rule in verdict.rules]
    unsettled = sum(state is State.INCONCLUSIVE for state in states)
    shares = _share(found, planted), _share(found, found + false)
    return RuleFigures(planted, found, doubtful, false, assessed, doubts, len(states), unsettled, *shares)


def _median(verdicts: Sequence[CaseVerdict], kind: str) -> float | None:
    errors = [error for verdict in verdicts if verdict.camera_kind == kind for error in verdict.errors_cm]
    return round(float(np.median(errors)), 3) if errors else None


def verdict_figures(verdicts: Sequence[CaseVerdict]) -> VerdictFigures:
    """Return the figures of judged pictures."""
    rules = {rule.id: _rule_figures(verdicts, rule.id) for rule in RULES}
    rules = {name: row for name, row in rules.items() if row.assessed or row.planted}
    planted, found = sum(row.planted for row in rules.values()), sum(row.found for row in rules.values())
    false = sum(row.false for row in rules.values())
    covered = [one for verdict in verdicts for one in verdict.covered]
    unsure = sum(verdict.state is State.INCONCLUSIVE for verdict in verdicts)
    return VerdictFigures(
        len(verdicts),
        planted,
        found,
        sum(row.doubtful for row in rules.values()),
        false,
        _share(found, planted),
        _share(found, found + false),
        round(false / max(1, len(verdicts)), 4),
        _share(sum(row.unsettled for row in rules.values()), sum(row.judged for row in rules.values())) or 0.0,
        _share(sum(row.inconclusive for row in rules.values()), sum(row.assessed for row in rules.values())) or 0.0,
        _share(unsure, len(verdicts)) or 0.0,
        _median(verdicts, PHONE),
        _median(verdicts, CEILING),
        len(covered),
        _share(sum(covered), len(covered)),
        rules,
    )


def verdict_cache(cache: PredictionCache) -> PredictionCache:
    """Return a cache in the same folder that looks as ``judge`` does."""
    return cache.looking(Tiling.AUTO, DETECT_FROM)
