"""``deskcheck check``: photos of a window against its layout file; the way of an upload, storing nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.detect import box, report_failure
from deskcheck_service.cli.options import CornersText, DeskSize, Json, Lang, ModelFile, Overlay, Photos
from deskcheck_service.cli.parsing import parse_corners, parse_desk_size, parse_time
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from datetime import datetime

    from deskcheck_calibration.findings import Finding
    from deskcheck_calibration.judging import Judged
    from deskcheck_calibration.layout import Layout
    from deskcheck_calibration.plane import DeskPlane
    from deskcheck_vision.detector import Detector
    from deskcheck_vision.images import Picture

    from deskcheck_service.cli.parsing import Corners
    from deskcheck_service.cli.pictures import OverlayFolder
    from deskcheck_service.settings import Settings

_EXIT_ERROR = 2
_EXIT_OF_STATE = {"suspected": 1, "inconclusive": 3}
# An error first: then nothing is known of that photo. A suspicion outweighs what could not be judged.
_WORST_FIRST = (_EXIT_ERROR, 1, 3, 0)
_SHOWN = ("suspected", "inconclusive")


@dataclass(frozen=True, slots=True)
class _Check:
    """What all photos of one command have in common.

    Attributes:
        layout: the layout file.
        detector: finds the items.
        corners_px: the desk in these photos; None uses the layout's views.
        taken_at: when they were taken; None asks each photo.
        settings: limits of photos.
        terminal: where notes go.
    """

    layout: Layout
    detector: Detector
    corners_px: Corners | None
    taken_at: datetime | None
    settings: Settings
    terminal: Terminal


def check(
    context: typer.Context,
    photos: Photos,
    layout_file: Annotated[
        Path, typer.Option("--layout", metavar="FILE", help="布局文件 / layout file (YAML or JSON).")
    ],
    corners: CornersText = None,
    desk_size: DeskSize = None,
    as_json: Json = False,
    overlay: Overlay = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="拍摄时间 / when it was taken, ISO 8601; default: EXIF.")
    ] = None,
    conf: Annotated[
        float | None,
        typer.Option("--conf", min=0.2, max=1.0, help="忽略低于此置信度的物品 / leave out items below this."),
    ] = None,
    model: ModelFile = None,
    lang: Lang = None,
) -> int:
    """按布局检查照片 / judge photos by a layout. Exit 0 pass, 1 suspected, 3 cannot judge, 2 error."""
    from deskcheck_calibration.layout_file import load_layout

    from deskcheck_service.cli.files import read_bytes
    from deskcheck_service.cli.pictures import OverlayFolder, open_detector
    from deskcheck_service.cli.settings import read_settings

    terminal, settings = terminal_of(context), read_settings()
    corners_px = parse_corners(corners) if corners is not None else None
    read_bytes(layout_file, 1)  # an absent file is told in the words of the command line
    layout = load_layout(layout_file)
    if desk_size is not None:
        layout = replace(layout, desk_wh_cm=parse_desk_size(desk_size))
    taken_at = parse_time(at, layout.hours.time_zone) if at is not None else None
    detector: Detector = open_detector(model, settings)
    if conf is not None:
        from deskcheck_service.cli.sure_detector import SureDetector

        detector = SureDetector(detector, conf)
    work = _Check(layout, detector, corners_px, taken_at, settings, terminal)
    folder = OverlayFolder(overlay)
    codes = {0}
    for photo in terminal.track(photos, "检查", "checking"):
        try:
            codes.add(_one(work, photo, folder, as_json=as_json))
        except DeskcheckError as error:
            report_failure(terminal, photo, error, as_json=as_json)
            codes.add(_EXIT_ERROR)
    return next(code for code in _WORST_FIRST if code in codes)


def _one(work: _Check, photo: Path, folder: OverlayFolder, *, as_json: bool) -> int:
    """Judge one photo, tell about it and return its exit code."""
    from deskcheck_calibration.judging import judge
    from deskcheck_vision.frames import Frame

    from deskcheck_service.cli.pictures import read_picture

    picture = read_picture(photo, work.settings)
    taken_at = work.taken_at or picture.taken_at or parse_time(None, work.layout.hours.time_zone)
    frame = Frame(picture.image, taken_at, photo.name)
    judged = judge([frame], work.layout, _plane(work, photo, picture), work.detector)
    if folder.wanted:
        folder.save(photo, _drawn(picture, judged, work))
    if as_json:
        work.terminal.json(_document(photo, picture, judged, work))
    else:
        _tell(work.terminal, photo, judged)
    return _EXIT_OF_STATE.get(judged.judgement.state.value, 0)


def _plane(work: _Check, photo: Path, picture: Picture) -> DeskPlane | None:
    """Return the desk in a photo; None, with a note why, where the layout has no view of it.

    Raises:
        CalibrationError: the corners are not a desk's.
    """
    from deskcheck_calibration.errors import NoReferenceViewError
    from deskcheck_calibration.judging import plane_for_photo
    from deskcheck_calibration.plane import DeskPlane

    from deskcheck_service.cli.pictures import usable_focal_px

    if work.corners_px is not None:
        focal_px = usable_focal_px(picture)
        return DeskPlane.from_corners(work.corners_px, work.layout.desk_wh_cm, picture.image_wh, focal_px)
    try:
        return plane_for_photo(work.layout, picture.image_wh, photo.name)
    except NoReferenceViewError as error:
        work.terminal.note(
            f"{photo}：{error.sentence('zh')} {error.next_step('zh')}",
            f"{photo}: {error.sentence('en')} {error.next_step('en')}",
        )
        return None


def _drawn(picture: Picture, judged: Judged, work: _Check) -> Any:
    """Return the annotated picture, people made unrecognisable."""
    from deskcheck_calibration.picture import overlay_of
    from deskcheck_vision.overlay import draw_overlay
    from deskcheck_vision.privacy import mask_people

    masked = mask_people(picture.image, judged.detections)
    return draw_overlay(masked.image, overlay_of(judged, work.layout, work.terminal.language, masked.mask))


def _document(photo: Path, picture: Picture, judged: Judged, work: _Check) -> dict[str, Any]:
    judgement, model = judged.judgement, work.detector.model
    return {
        "photo": str(photo),
        "window": judgement.window,
        "state": judgement.state.value,
        "captured_at": judgement.captured_at.isoformat(),
        "image_wh": list(picture.image_wh),
        "findings": [_finding(finding, work.terminal) for finding in judgement.findings],
        "model": {"name": model.name, "sha256": model.sha256},
        "layout_version": judgement.layout_version,
        "rule_set": judgement.rule_set_version,
    }


def _finding(finding: Finding, terminal: Terminal) -> dict[str, Any]:
    from deskcheck_calibration.wording import reason_text, rule_title, sentence

    language = terminal.language
    return {
        "rule": finding.rule,
        "title": rule_title(finding.rule, language),
        "state": finding.state.value,
        "item": finding.item,
        "place": finding.place,
        "measured": _rounded(finding.measured),
        "limit": finding.limit,
        "unit": finding.unit,
        "uncertainty": _rounded(finding.uncertainty),
        "reason": finding.reason.value if finding.reason else None,
        "reason_text": reason_text(finding.reason, language) if finding.reason else None,
        "sentence": sentence(finding, language),
        "confidence": _rounded(finding.confidence, 4),
        "xyxy": box(finding.xyxy) if finding.xyxy is not None else None,
        "footprint_cm": [[round(x, 1), round(y, 1)] for x, y in finding.footprint_cm] if finding.footprint_cm else None,
    }


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(float(value), digits)


def _tell(terminal: Terminal, photo: Path, judged: Judged) -> None:
    from deskcheck_calibration.wording import sentence, state_name

    judgement, language = judged.judgement, terminal.language
    state = state_name(judgement.state, language)
    terminal.say(f"{photo}：窗口 {judgement.window} {state}", f"{photo}: window {judgement.window}: {state}")
    for finding in judgement.findings:
        if finding.state.value in _SHOWN:
            name = state_name(finding.state, language)
            terminal.line(f"  {finding.rule} {name}  {sentence(finding, language)}")
