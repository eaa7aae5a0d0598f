"""``deskcheck detect``: the items of photos, without any layout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.options import Confidence, Json, Lang, ModelFile, Overlay, Photos
from deskcheck_service.cli.terminal import Terminal, error_document, terminal_of

if TYPE_CHECKING:
    from deskcheck_vision.detections import Detections, Uint8Array

_EXIT_ERROR = 2
_MASK_CONFIDENCE = 0.2  # a mask too many costs little, a face too many a lot


def detect(
    context: typer.Context,
    photos: Photos,
    as_json: Json = False,
    conf: Confidence = None,
    model: ModelFile = None,
    tiling: Annotated[
        Literal["auto", "off", "on"],
        typer.Option("--tiling", help="分块检测大图 / look at tiles: auto = above 2048 px."),
    ] = "auto",
    overlay: Overlay = None,
    lang: Lang = None,
) -> int:
    """检测照片中的物品 / find the items of photos. Exit 0, or 2 if any photo failed."""
    from deskcheck_vision.detector import Tiling
    from deskcheck_vision.operating import believed, operating_points

    from deskcheck_service.cli.pictures import OverlayFolder, open_detector, read_picture
    from deskcheck_service.cli.settings import read_settings

    terminal = terminal_of(context)
    settings = read_settings()
    detector = open_detector(model, settings)
    folder = OverlayFolder(overlay)
    points = operating_points(detector.model.thresholds) if conf is None else operating_points({}, conf)
    mode = {"auto": Tiling.AUTO, "off": Tiling.NEVER, "on": Tiling.ALWAYS}[tiling]
    code = 0
    rows: list[tuple[str, ...]] = []
    for photo in terminal.track(photos, "检测", "detecting"):
        try:
            picture = read_picture(photo, settings)
            lowest = float(points.min())
            least = min(lowest, _MASK_CONFIDENCE) if folder.wanted else lowest
            seen = detector.detect(picture.image, min_confidence=least, tiling=mode)
            found = believed(seen, points)
            if folder.wanted:
                folder.save(photo, _drawn(picture.image, found, seen, terminal))
        except DeskcheckError as error:
            report_failure(terminal, photo, error, as_json=as_json)
            code = _EXIT_ERROR
            continue
        if as_json:
            terminal.json(_document(photo, found))
        rows.extend(_rows(photo, found, terminal))
    if not as_json and rows:
        terminal.table("", ["photo", "class", "name", "confidence", "x1 y1 x2 y2 px"], rows)
    return code


def report_failure(terminal: Terminal, photo: Path, error: DeskcheckError, *, as_json: bool) -> None:
    """Tell that one photo of several failed; the others go on."""
    about = "" if str(photo) in error.sentence(terminal.language) else str(photo)
    terminal.error(error, about=about)
    if as_json:
        terminal.json({"photo": str(photo), "error": error_document(error, terminal.language)})


def box(xyxy: tuple[float, float, float, float]) -> list[float]:
    """Return a box in px to a tenth, as JSON shows it."""
    return [round(float(side), 1) for side in xyxy]


def _document(photo: Path, found: Detections) -> dict[str, Any]:
    return {
        "photo": str(photo),
        "image_wh": list(found.image_wh),
        "detections": [
            {
                "class": found.item_class(index).id,
                "confidence": round(float(found.confidence[index]), 4),
                "xyxy": box(tuple(found.xyxy[index])),
            }
            for index in range(len(found))
        ],
    }


def _rows(photo: Path, found: Detections, terminal: Terminal) -> list[tuple[str, ...]]:
    if not len(found):
        return [(str(photo), "-", "未发现物品" if terminal.language == "zh" else "nothing found", "", "")]
    items = [found.item_class(index) for index in range(len(found))]
    return [
        (
            str(photo),
            item.id,
            item.zh if terminal.language == "zh" else item.en,
            f"{found.confidence[index]:.2f}",
            " ".join(f"{side:.0f}" for side in found.xyxy[index]),
        )
        for index, item in enumerate(items)
    ]


def _drawn(image: Uint8Array, found: Detections, seen: Detections, terminal: Terminal) -> Uint8Array:
    """Return the picture with its boxes, people made unrecognisable.

    Args:
        image: (H, W, 3) uint8 BGR.
        found: what was asked for.
        seen: the same with less sure detections, so that nobody escapes the mask.
        terminal: whose language the labels speak.
    """
    from deskcheck_vision.overlay import Overlay, OverlayItem, OverlayState, draw_overlay
    from deskcheck_vision.privacy import mask_people

    chinese = terminal.language == "zh"
    masked = mask_people(image, seen)
    items = []
    for index in range(len(found)):
        item = found.item_class(index)
        label = f"{item.zh if chinese else item.en} {found.confidence[index]:.2f}"
        left, top, right, bottom = (float(side) for side in found.xyxy[index])
        items.append(OverlayItem((left, top, right, bottom), label, OverlayState.INFO))
    mask_label = "人员已遮挡" if chinese else "person masked"
    return draw_overlay(masked.image, Overlay(items=tuple(items), mask=masked.mask, mask_label=mask_label))
