"""``deskcheck check``: photos of a window against its layout file; the way of an upload, storing nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from deskcheck_vision.errors import DeskcheckError, Language

from deskcheck_service.cli.detect import box, report_failure
from deskcheck_service.cli.errors import UsageError, ViewUnknownError
from deskcheck_service.cli.options import CornersText, DeskSize, Json, Lang, ModelFile, Overlay, Photos
from deskcheck_service.cli.parsing import parse_corners, parse_desk_size, parse_time
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from deskcheck_calibration.findings import Finding
    from deskcheck_calibration.judging import Judged
    from deskcheck_calibration.layout import Layout
    from deskcheck_calibration.plane import DeskPlane
    from deskcheck_vision.detections import Uint8Array
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
        view: name of the view to use; None lets each photo's name or proportions pick one.
        taken_at: when they were taken; None asks each photo.
        settings: limits of photos.
        terminal: where notes go.
    """

    layout: Layout
    detector: Detector
    corners_px: Corners | None
    view: str | None
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
    view: Annotated[
        str | None, typer.Option("--view", metavar="NAME", help="参考视图 / view of the layout they were taken from.")
    ] = None,
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
    if desk_size is not None and corners_px is None:
        raise UsageError(reason="--desk-size needs --corners", command="deskcheck check")
    read_bytes(layout_file, 1)  # an absent file is told in the words of the command line
    layout = load_layout(layout_file)
    if desk_size is not None:
        layout = replace(layout, desk_wh_cm=parse_desk_size(desk_size))
    if view is not None and view not in (known.name for known in layout.views):
        raise ViewUnknownError(view=view, known=", ".join(known.name for known in layout.views) or "-")
    taken_at = parse_time(at, layout.hours.time_zone) if at is not None else None
    detector: Detector = open_detector(model, settings)
    if conf is not None:
        from deskcheck_service.cli.sure_detector import SureDetector

        detector = SureDetector(detector, conf)
    work = _Check(layout, detector, corners_px, view, taken_at, settings, terminal)
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
    plane, view = _placed_by(work, photo, picture)
    judged = judge([frame], work.layout, plane, work.detector)
    if folder.wanted:
        folder.save(photo, _drawn(picture, judged, work))
    if as_json:
        work.terminal.json(_document(photo, judged, work, view))
    else:
        _tell(work.terminal, photo, judged)
    return _EXIT_OF_STATE.get(judged.judgement.state.value, 0)


def _placed_by(work: _Check, photo: Path, picture: Picture) -> tuple[DeskPlane | None, str | None]:
    """Return the desk in a photo with the name of the view that it is known by; None where it is not known.

    A view that only fits by its proportions is used, but said: it is right for a fixed camera and for nothing else.

    Raises:
        CalibrationError: the corners are not a desk's.
    """
    from deskcheck_calibration.errors import NoReferenceViewError
    from deskcheck_calibration.judging import plane_for_photo
    from deskcheck_calibration.plane import DeskPlane

    from deskcheck_service.cli.pictures import usable_focal_px

    if work.corners_px is not None:
        focal_px = usable_focal_px(picture)
        plane = DeskPlane.from_corners(work.corners_px, work.layout.desk_wh_cm, picture.image_wh, focal_px)
        return plane, None
    named = [
        view for view in work.layout.views if view.name in ((work.view,) if work.view else (photo.name, photo.stem))
    ]
    layout = replace(work.layout, views=tuple(named)) if named else work.layout
    try:
        plane = plane_for_photo(layout, picture.image_wh, photo.name)
    except NoReferenceViewError as error:
        _note(work.terminal, photo, error.sentence, error.next_step)
        return None, None
    if named:
        return plane, named[0].name
    guess = next(view.name for view in layout.views if _alike(view.image_wh, picture.image_wh))
    work.terminal.note(
        f"{photo}：按相同长宽比采用视图“{guess}”；若并非同一固定位置拍摄，请用 --corners 或 --view 指定。",
        f"{photo}: view '{guess}' was taken, as its proportions fit; if the photo was not taken from that very place, "
        "give --corners or --view.",
    )
    return plane, guess


def _alike(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return abs(first[0] * second[1] / (first[1] * second[0]) - 1) < 0.01


def _note(terminal: Terminal, photo: Path, *texts: Callable[[Language], str]) -> None:
    zh, en = (" ".join(text(language) for text in texts) for language in ("zh", "en"))
    terminal.note(f"{photo}：{zh}", f"{photo}: {en}")


def _drawn(picture: Picture, judged: Judged, work: _Check) -> Uint8Array:
    """Return the annotated picture, people made unrecognisable."""
    from deskcheck_calibration.judging import DETECT_FROM
    from deskcheck_calibration.picture import overlay_of
    from deskcheck_vision.privacy import mask_people

    masked = mask_people(picture.image, judged.detections, min_confidence=DETECT_FROM)
    return overlay_of(masked.image, judged, work.layout, work.terminal.language, mask=masked.mask)


def _document(photo: Path, judged: Judged, work: _Check, view: str | None) -> dict[str, Any]:
    judgement, model = judged.judgement, work.detector.model
    return {
        "photo": str(photo),
        "window": judgement.window,
        "state": judgement.state.value,
        "captured_at": judgement.captured_at.isoformat(),
        "image_wh": list(judged.detections.image_wh),
        "registration": "none" if judged.plane is None else "corners" if view is None else "view",
        "view": view,
        "residual_cm": None if judged.plane is None else _rounded(judged.plane.residual_cm),
        "findings": [_finding(finding, work.terminal) for finding in judgement.findings],
        "model": {"name": model.name, "sha256": model.sha256, "session": model.session},
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
