"""The figures of a model's card, written from its metrics file, so that a card never speaks of other weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deskcheck_models.errors import CardError

BEGIN, END = "<!-- figures: written by deskcheck-models card -->", "<!-- end of figures -->"


def renewed(card: str, metrics: Mapping[str, Any], path: Path) -> str:
    """Return a card with its figures, between the two comments, written anew.

    Args:
        card: the card's text.
        metrics: what ``metrics_file.read_metrics`` returned.
        path: where the card is, for the error.

    Raises:
        CardError: the card is another model's, or lacks the two comments.
    """
    if not card.startswith(f"# {metrics['model']}\n"):
        raise CardError(path=path, reason=f"its title is not '# {metrics['model']}', of which the figures are")
    before, begin, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise CardError(path=path, reason=f"it has no place for figures: {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n\n{figures(metrics)}\n{END}{after}"


def figures(metrics: Mapping[str, Any]) -> str:
    """Return the sections about a model's figures in Markdown."""
    parts = [_real(metrics)]
    if "rendered" in metrics:
        parts.append(_rendered(metrics["rendered"], metrics))
    if "committed_truth" in metrics:
        parts.append(_committed(metrics["committed_truth"]))
    named = (("verdicts", "The rendered verdict windows"), ("hall", "The demonstration hall's photos"))
    judged = [(title, metrics[key]) for key, title in named if key in metrics]
    if judged:
        parts.append(_verdicts(judged, metrics.get("verdicts_true_boxes")))
    return "\n".join(parts)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *[list(row) for row in rows]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _pair(recall: float, precision: float) -> str:
    return f"{recall:.3f} / {precision:.3f}"


def _real(metrics: Mapping[str, Any]) -> str:
    sets = _table(
        (
            "set", "pictures", "boxes", "recall / precision", "starting weights", "recall at their precision",
            "mAP50", "ECE",
        ),
        (
            (
                name, str(own["pictures"]), str(own["boxed"]), _pair(own["recall"], own["precision"]),
                _pair(own["recall_start"], own["precision_start"]),
                f"{own['recall_at_start_precision']:.3f} (theirs {own['recall_start_at_its_precision']:.3f})",
                f"{own['map50']:.3f}", f"{own['ece']:.3f}",
            )
            for name, own in metrics["sets"].items()
        ),
    )  # fmt: skip
    classes = _table(
        ("class", "boxes", "recall / precision", "starting weights"),
        (
            (
                f"`{name}`", str(own["boxed"]), _pair(own["recall"], own["precision"]),
                _pair(own["recall_start"], own["precision_start"]),
            )
            for name, own in metrics["classes"].items()
        ),
    )  # fmt: skip
    alarms = "; ".join(
        f"from {level.removeprefix('confidence_')}: "
        + (", ".join(f"{name} {count:g}" for name, count in found.items()) or "none")
        for level, found in metrics["alarms_per_100_coco_pictures"].items()
    )
    return (
        "## Figures on held-out photographs\n\n"
        "IoU 0.5, confidence 0.25; both models mapped to the taxonomy, run alike by the same detector.\n\n"
        "`real_recall_gain` (coco_mini and bottles_cups together; best recall at the starting weights' precision,\n"
        f"minus theirs): **{metrics['real_recall_gain']:+.4f}**. `real_gain` (at the operating thresholds, the least\n"
        f"of all sets): **{metrics['real_gain']:+.4f}**.\n\n{sets}\n"
        "In desk_photos, rare_boxes and placer_boxes a picture judges only the classes that it has a box of.\n\n"
        f"{classes}\n"
        "Detections per 100 COCO val pictures of classes that these pictures' boxes cannot judge, nearly all false:\n"
        f"{alarms}.\n"
    )


def _rendered(own: Mapping[str, Any], metrics: Mapping[str, Any]) -> str:
    parts = [(name, part) for group in ("cameras", "sizes") for name, part in own[group].items()]
    shares = _table(
        ("pictures of", "boxes", "mAP50", "mAP50-95"),
        ((name, str(part["boxed"]), f"{part['map50']:.3f}", f"{part['map50_95']:.3f}") for name, part in parts),
    )
    return (
        "## Figures on the rendered test set\n\n"
        f"{own['pictures']} pictures with {own['boxed']} boxes; other seeds, materials and kinds of things than any\n"
        f"training picture has. `rendered_map50`, over the classes of the first release:\n"
        f"**{metrics['rendered_map50']:.3f}**; {len(metrics['rendered_weak_classes'])} of them are below 0.60. All\n"
        f"classes: mAP50 {own['map50']:.3f}, mAP50-95 {own['map50_95']:.3f}, recall / precision\n"
        f"{_pair(own['recall'], own['precision'])} at the operating thresholds, ECE {own['ece']:.3f}.\n\n"
        f"{shares}\n{_classes(own['classes'])}"
    )


def _committed(own: Mapping[str, Any]) -> str:
    return (
        "## Figures on the pictures that come with the sources\n\n"
        f"The {own['pictures']} rendered pictures of `datasets/truth`: mAP50 {own['map50']:.3f}, mAP50-95\n"
        f"{own['map50_95']:.3f}, recall / precision {_pair(own['recall'], own['precision'])}, ECE {own['ece']:.3f}.\n"
        "CI measures them again.\n"
    )


def _classes(rows: Mapping[str, Any]) -> str:
    return _table(
        ("class", "boxes", "AP50", "recall / precision"),
        (
            (f"`{name}`", str(own["boxed"]), f"{own['ap50']:.3f}", _pair(own["recall"], own["precision"]))
            for name, own in sorted(rows.items(), key=lambda entry: -entry[1]["ap50"])
        ),
    )


def _verdicts(judged: list[tuple[str, Mapping[str, Any]]], true: Mapping[str, Any] | None) -> str:
    shown = [*judged, *([("The verdict windows, given true boxes", true)] if true is not None else [])]
    return "## Verdicts\n\n" + _table(
        ("pictures", "planted", "found", "recall", "precision", "inconclusive", "off the true place, photo / camera"),
        (
            (
                f"{title}: {own['pictures']}", str(own["planted"]), str(own["found"]), _share(own["verdict_recall"]),
                _share(own["verdict_precision"]), _share(own["inconclusive_share"]),
                f"{_cm(own['footprint_photo_cm'])} / {_cm(own['footprint_camera_cm'])}",
            )
            for title, own in shown
        ),
    )  # fmt: skip


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _cm(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} cm"
