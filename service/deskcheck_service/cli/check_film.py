"""``deskcheck check-film``: moments of a fixed camera's film against a layout file, each judged by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.camera_view import (
    CameraView,
    SeenView,
    camera_document,
    camera_view,
    look_at,
    tell_camera,
)
from deskcheck_service.cli.checking import (
    EXIT_ERROR,
    Check,
    FoundDesk,
    Ordered,
    drawn,
    exit_code,
    find_desk,
    prepare,
    worst,
)
from deskcheck_service.cli.options import (
    CheckConfidence,
    CornersText,
    DeskSize,
    Json,
    Lang,
    LayoutFile,
    ModelFile,
    Overlay,
    ReferenceStill,
    ViewName,
)
from deskcheck_service.cli.parsing import parse_span
from deskcheck_service.cli.telling import document, tell
from deskcheck_service.cli.terminal import error_document, terminal_of

if TYPE_CHECKING:
    from deskcheck_vision.frames import Frame
    from deskcheck_vision.sources.film import VideoFileSource

    from deskcheck_service.cli.pictures import OverlayFolder


def check_film(
    context: typer.Context,
    film: Annotated[
        Path, typer.Argument(metavar="FILM", help="录像文件 / film of a fixed camera (MP4, MKV, AVI, MPEG-TS...).")
    ],
    layout_file: LayoutFile,
    view: ViewName = None,
    every: Annotated[
        str, typer.Option("--every", metavar="SPAN", help="间隔 / time between two moments, such as 10s or 2min.")
    ] = "10s",
    start: Annotated[
        str | None,
        typer.Option(
            "--start", metavar="TIME", help="录像开始时间 / when it begins, ISO 8601; default: the film's own."
        ),
    ] = None,
    corners: CornersText = None,
    desk_size: DeskSize = None,
    reference: ReferenceStill = None,
    as_json: Json = False,
    overlay: Overlay = None,
    conf: CheckConfidence = None,
    model: ModelFile = None,
    lang: Lang = None,
) -> int:
    """按布局检查录像中的各个时刻 / judge moments of a film by a layout. Exit codes as for check."""
    from deskcheck_vision.sources.film import FilmLimits, VideoFileSource

    from deskcheck_service.cli.pictures import OverlayFolder

    terminal = terminal_of(context)
    every_s = parse_span(every)
    work = prepare(Ordered("deskcheck check-film", layout_file, corners, desk_size, view, start, conf, model), terminal)
    camera = None if reference is None else camera_view(work, reference)
    limits = FilmLimits(max_pixels=work.settings.max_photo_pixels)
    with VideoFileSource(film, every_s=every_s, started_at=work.taken_at, limits=limits) as source:
        if work.taken_at is None and source.recorded_at is None:
            terminal.note(
                f"{film}：录像未注明时间，按现在开始计；请用 --start 指定。",
                f"{film}: it does not say when it was taken and counts from now; give --start.",
            )
        return _judged(work, film, source, camera, OverlayFolder(overlay), as_json=as_json)


def _judged(
    work: Check, film: Path, source: VideoFileSource, camera: CameraView | None, folder: OverlayFolder, *, as_json: bool
) -> int:
    """Judge the moments of a film one after another, tell about each, and return the exit code."""
    from deskcheck_calibration.camera_guard import GuardHistory

    terminal, times_s, history = work.terminal, source.times_s(), GuardHistory()
    shown_s: set[float | None] = set()
    desk: FoundDesk | None = None
    codes = []
    for time_s in terminal.track(times_s, "检查", "checking"):
        try:
            frame = source.frame_at(time_s)
            if frame.stream_time_s in shown_s:
                continue
            shown_s.add(frame.stream_time_s)
            seen = None if camera is None else look_at(work, camera, frame.image, history)
            if seen is not None:
                desk, history = seen.desk, seen.history
            desk = desk or find_desk(work, film, frame.image)  # one camera: one desk, and one note about it
            codes.append(_one(work, film, frame, desk, seen, folder, as_json=as_json))
        except DeskcheckError as error:
            about = "" if source.name in error.sentence(terminal.language) else str(film)
            terminal.error(error, about=about)
            if as_json:
                document_of = error_document(error, terminal.language)
                terminal.json({"film": str(film), "time_s": time_s, "error": document_of})
            codes.append(EXIT_ERROR)
    if len(codes) < len(times_s):
        terminal.note(
            f"{film}：{len(times_s)} 个时刻中只有 {len(shown_s)} 个有完整画面。",
            f"{film}: only {len(shown_s)} of {len(times_s)} moments have a whole picture of their own.",
        )
    return worst(codes)


def _one(
    work: Check,
    film: Path,
    frame: Frame,
    desk: FoundDesk,
    seen: SeenView | None,
    folder: OverlayFolder,
    *,
    as_json: bool,
) -> int:
    from deskcheck_calibration.judging import judge
    from deskcheck_calibration.scene import SourceKind

    time_s = frame.stream_time_s or 0.0
    problems = () if seen is None else seen.problems
    judged = judge(
        [frame],
        work.layout,
        desk.plane,
        work.detector,
        source_kind=SourceKind.CAMERA,
        problems=problems,
        calibrated=desk.calibrated,
    )
    if folder.wanted:
        folder.save(film.with_name(f"{film.stem}-{time_s:07.1f}s.jpg"), drawn(frame.image, judged, work))
    if as_json:
        about = {} if seen is None else {"camera": camera_document(seen, work)}
        work.terminal.json({"film": str(film), "time_s": time_s, **document(judged, work, desk), **about})
    else:
        tell(work.terminal, f"{film} {_clock(time_s)}", judged.judgement)
        if seen is not None:
            tell_camera(seen, work)
    return exit_code(judged.judgement)


def _clock(time_s: float) -> str:
    """Return a time of a film as minutes and seconds, with hours where there are any."""
    minutes, seconds = divmod(round(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
