"""Small charts as SVG text: bars, a reliability diagram, a confusion matrix. No script, no outside host."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.metrics_confusion import BACKGROUND, Confusion
from deskcheck_models.metrics_pictures import ClassRow
from deskcheck_models.metrics_reliability import Reliability

_BAR_PX, _NAME_PX, _ROOM_PX = 20, 200, 84
_CELL_PX, _LABEL_PX = 22, 200
_TOP_PX = 132
_SIDE_PX, _PAD_PX = 220, 36
_STRONG = 0.55  # from this share of a row on, a cell is dark enough to need white digits
_NAMES = (*(item.id for item in CLASSES), "background")
# The first of several Chinese words is enough beside the id, and fits a phone.
_ZH = {item.id: item.zh.split("/")[0] for item in CLASSES}
_BOTH = (*(f"{_ZH[item.id]} {item.id}" for item in CLASSES), "背景 background")


def _svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="{escape(title, quote=True)}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start", extra: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}" {extra}>{escape(words)}</text>'


def class_bars(rows: dict[str, ClassRow], title: str) -> str:
    """Return one bar a class: average precision at IoU 0.5, best first, with the number of things behind it."""
    parts = []
    for place, (name, row) in enumerate(sorted(rows.items(), key=lambda entry: -entry[1].ap50)):
        y = place * _BAR_PX
        length = _ROOM_PX * row.ap50
        parts.append(_text(_NAME_PX - 6, y + 14, f"{_ZH[name]} {name}", anchor="end"))
        parts.append(f'<rect x="{_NAME_PX}" y="{y + 4}" width="{_ROOM_PX}" height="12" class="room"/>')
        parts.append(f'<rect x="{_NAME_PX}" y="{y + 4}" width="{length:.1f}" height="12" class="bar"/>')
        parts.append(_text(_NAME_PX + _ROOM_PX + 5, y + 14, f"{row.ap50:.2f} ({row.boxed})"))
    return _svg(_NAME_PX + _ROOM_PX + 66, max(1, len(rows)) * _BAR_PX + 4, parts, title)


def reliability_diagram(values: Reliability, title: str) -> str:
    """Return a reliability diagram: share of true detections over confidence, with the diagonal of honesty."""
    left, bottom, step = _PAD_PX, _SIDE_PX + 8, _SIDE_PX / len(values.bins)
    parts = [f'<rect x="{left}" y="8" width="{_SIDE_PX}" height="{_SIDE_PX}" class="room"/>']
    for place, entry in enumerate(values.bins):
        height = _SIDE_PX * entry.precision
        if entry.count:
            parts.append(
                f'<rect x="{left + place * step + 1:.1f}" y="{bottom - height:.1f}" width="{step - 2:.1f}" '
                f'height="{height:.1f}" class="bar"><title>{entry.low:.1f}-{entry.high:.1f}: {entry.precision:.2f} '
                f"({entry.count})</title></rect>"
            )
    parts.append(f'<line x1="{left}" y1="{bottom}" x2="{left + _SIDE_PX}" y2="8" class="honest"/>')
    for share in (0.0, 0.5, 1.0):
        parts.append(_text(left + share * _SIDE_PX, bottom + 14, f"{share:g}", anchor="middle"))
        parts.append(_text(left - 5, bottom - share * _SIDE_PX + 4, f"{share:g}", anchor="end"))
    parts.append(_text(left + _SIDE_PX / 2, bottom + 30, "置信度 confidence", anchor="middle"))
    turn = f'transform="rotate(-90 10 {8 + _SIDE_PX / 2:g})"'
    parts.append(_text(10, 8 + _SIDE_PX / 2, "正确率 precision", anchor="middle", extra=turn))
    return _svg(left + _SIDE_PX + 14, bottom + 36, parts, title)


def confusion_grid(table: Confusion, title: str) -> str:
    """Return the confusion matrix of the classes that occur: rows what is there, columns what was said."""
    shown = table.present()
    parts = []
    for place, index in enumerate(shown):
        x, y = _LABEL_PX + place * _CELL_PX, _TOP_PX + place * _CELL_PX
        parts.append(_text(_LABEL_PX - 5, y + 15, _BOTH[index], anchor="end"))
        turn = f'transform="rotate(-60 {x + 12:g} {_TOP_PX - 6:g})"'
        parts.append(_text(x + 12, _TOP_PX - 6, _NAMES[index], extra=turn))
    for line, row in enumerate(shown):
        total = max(1, int(table.counts[row].sum()))
        for place, column in enumerate(shown):
            count = int(table.counts[row, column])
            parts.append(_cell(line, place, count, count / total, (row, column)))
    side = len(shown) * _CELL_PX
    return _svg(_LABEL_PX + side + 70, _TOP_PX + side + 4, parts, title)


def _cell(line: int, place: int, count: int, share: float, classes: tuple[int, int]) -> str:
    x, y = _LABEL_PX + place * _CELL_PX, _TOP_PX + line * _CELL_PX
    kind = "right" if classes[0] == classes[1] != BACKGROUND else "wrong"
    words = f"{_NAMES[classes[0]]} → {_NAMES[classes[1]]}: {count}"
    cell = (
        f'<rect x="{x}" y="{y}" width="{_CELL_PX - 1}" height="{_CELL_PX - 1}" class="room"/>'
        f'<rect x="{x}" y="{y}" width="{_CELL_PX - 1}" height="{_CELL_PX - 1}" class="{kind}" '
        f'fill-opacity="{min(1.0, share):.2f}"><title>{escape(words)}</title></rect>'
    )
    if not count:
        return cell
    return cell + _text(x + _CELL_PX / 2, y + 15, str(count), "light" if share > _STRONG else "", "middle")
