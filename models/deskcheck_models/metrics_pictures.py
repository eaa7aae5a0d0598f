"""Everything that is counted about a model on one set of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deskcheck_vision.detections import Float64Array
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.matching import gather
from deskcheck_models.metrics_confusion import Confusion, confusion
from deskcheck_models.metrics_precision import FIRST_RELEASE, MeanPrecision, mean_precision
from deskcheck_models.metrics_reliability import Reliability, reliability
from deskcheck_models.metrics_scored import SIZES_PX, Pairs
from deskcheck_models.operating import at_operating_point


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class on a set of pictures.

    Attributes:
        boxed: number of things asked for.
        ap50, ap50_95: average precision.
        recall, precision: from the class's operating point on.
    """

    boxed: int
    ap50: float
    ap50_95: float
    recall: float
    precision: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the pictures or of the things in them.

    Attributes:
        pictures: number of pictures looked at.
        boxed: number of things asked for.
        map50, map50_95: mean average precision over the classes that occur.
    """

    pictures: int
    boxed: int
    map50: float
    map50_95: float


@dataclass(frozen=True, slots=True)
class PictureFigures:
    """A model on one set of pictures.

    Attributes:
        whole: all of it.
        first_release: the classes of the first release alone.
        recall, precision: from every class's operating point on.
        sizes: small (under 32 px), medium (under 96 px) and large things; size is the root of the box's area.
        cameras: camera kind -> its pictures.
        classes: taxonomy id -> its row, in taxonomy order.
        reliability: whether confidences mean what they say.
        confusion: what is taken for what at the operating points.
    """

    whole: Part
    first_release: Part
    recall: float
    precision: float
    sizes: dict[str, Part]
    cameras: dict[str, Part]
    classes: dict[str, ClassRow]
    reliability: Reliability
    confusion: Confusion


def _part(pictures: int, figures: MeanPrecision) -> Part:
    return Part(pictures, figures.boxed, figures.map50, figures.map50_95)


def _class_rows(pairs: Pairs, whole: MeanPrecision, points: Float64Array) -> dict[str, ClassRow]:
    hits = gather(list(pairs), len(CLASSES))
    rows = {}
    for index, item in enumerate(CLASSES):
        if item.id in whole.classes:
            own = whole.classes[item.id]
            recall, precision = at_operating_point(hits.of(index), points)
            rows[item.id] = ClassRow(own.boxed, own.ap50, own.ap50_95, round(recall, 4), round(precision, 4))
    return rows


def picture_figures(pairs: Pairs, camera_kinds: Sequence[str], points: Float64Array) -> PictureFigures:
    """Count everything on one set of pictures.

    Args:
        pairs: detections, from a confidence near zero, and truth per picture.
        camera_kinds: kind of camera per picture.
        points: (C,) operating point of every class.
    """
    whole = mean_precision(pairs)
    hits = gather(list(pairs), len(CLASSES))
    recall, precision = at_operating_point(hits, points)
    of_kind = {
        kind: [pair for pair, own in zip(pairs, camera_kinds, strict=True) if own == kind]
        for kind in sorted(set(camera_kinds))
    }
    return PictureFigures(
        _part(len(pairs), whole),
        _part(len(pairs), mean_precision(pairs, only=FIRST_RELEASE)),
        round(recall, 4),
        round(precision, 4),
        {name: _part(len(pairs), mean_precision(pairs, limits)) for name, limits in SIZES_PX.items()},
        {kind: _part(len(part), mean_precision(part)) for kind, part in of_kind.items()},
        _class_rows(pairs, whole, points),
        reliability(hits),
        confusion(pairs, points),
    )
