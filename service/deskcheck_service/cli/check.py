"""``deskcheck check``: photos of a window against its layout file; the way of an upload, storing nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.checking import (
    EXIT_ERROR,
    Check,
    Ordered,
    drawn,
    exit_code,
    find_desk,
    prepare,
    with_reference,
    worst,
)
from deskcheck_service.cli.detect import report_failure
from deskcheck_service.cli.options import (
    CheckConfidence,
    CornersText,
    DeskSize,
    Json,
    Lang,
    LayoutFile,
    ModelFile,
    Overlay,
    Photos,
    ReferencePicture,
    ViewName,
)
from deskcheck_service.cli.parsing import parse_time
from deskcheck_service.cli.telling import document, tell
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from deskcheck_service.cli.pictures import OverlayFolder


def check(
    context: typer.Context,
    photos: Photos,
    layout_file: LayoutFile,
    corners: CornersText = None,
    desk_size: DeskSize = None,
    view: ViewName = None,
    reference: ReferencePicture = None,
    as_json: Json = False,
    overlay: Overlay = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="拍摄时间 / when it was taken, ISO 8601; default: EXIF.")
    ] = None,
    conf: CheckConfidence = None,
    model: ModelFile = None,
    lang: Lang = None,
    together: Annotated[
        bool, typer.Option("--together", help="作为同一窗口同一时刻的几个视角一起判定 / judge as views of one moment.")
    ] = False,
) -> int:
    """按布局检查照片 / judge photos by a layout. Exit 0 pass, 1 suspected, 3 cannot judge, 2 error."""
    from deskcheck_service.cli.pictures import OverlayFolder

    terminal = terminal_of(context)
    work = prepare(Ordered("deskcheck check", layout_file, corners, desk_size, view, at, conf, model), terminal)
    if reference is not None:
        work = with_reference(work, reference)
    folder = OverlayFolder(overlay)
    if together:
        from deskcheck_service.cli.check_together import check_together

        return check_together(work, photos, folder, as_json=as_json)
    codes = []
    for photo in terminal.track(photos, "检查", "checking"):
        try:
            codes.append(_one(work, photo, folder, as_json=as_json))
        except DeskcheckError as error:
            report_failure(terminal, photo, error, as_json=as_json)
            codes.append(EXIT_ERROR)
    return worst(codes)


def _one(work: Check, photo: Path, folder: OverlayFolder, *, as_json: bool) -> int:
    """Judge one photo, tell about it and return its exit code."""
    from deskcheck_calibration.judging import judge
    from deskcheck_vision.frames import Frame

    from deskcheck_service.cli.pictures import read_picture, usable_focal_px

    picture = read_picture(photo, work.settings)
    taken_at = work.taken_at or picture.taken_at or parse_time(None, work.layout.hours.time_zone)
    frame = Frame(picture.image, taken_at, photo.name)
    desk = find_desk(work, photo, picture.image, usable_focal_px(picture))
    judged = judge([frame], work.layout, desk.plane, work.detector, calibrated=desk.calibrated)
    if folder.wanted:
        folder.save(photo, drawn(picture.image, judged, work))
    if as_json:
        work.terminal.json({"photo": str(photo), **document(judged, work, desk)})
    else:
        tell(work.terminal, str(photo), judged.judgement)
    return exit_code(judged.judgement)
