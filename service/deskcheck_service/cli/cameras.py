"""``deskcheck camera``: fixed cameras over one or several windows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.files import read_bytes
from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.parsing import parse_time
from deskcheck_service.cli.service_access import ACTOR, ValueUnfitError, fitted, opened_database, require_existing
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from deskcheck_service.cameras.schemas import CameraChecked, CameraOut, LookOut

app = typer.Typer(name="camera", help="固定摄像机 / fixed cameras.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(metavar="CODE", help="摄像机编号 / code of the camera.")]
_EXIT_SUSPECTED, _EXIT_UNCLEAR = 1, 3
_STATES = {
    "pass": ("合格", "pass"),
    "suspected": ("疑似", "suspected"),
    "inconclusive": ("无法判定", "cannot judge"),
    "not_assessed": ("未评估", "not assessed"),
    "exempt": ("豁免", "exempt"),
    "steady": ("稳定", "steady"),
    "drifted": ("轻微偏移，已校正", "drifted, corrected"),
    "moved": ("已移动", "moved"),
    "cannot_tell": ("无法判断", "could not be told"),
    "active": ("使用中", "in use"),
    "suspended": ("已停用：摄像机已移动", "suspended: it has moved"),
}


@app.command("add")
def add(
    context: typer.Context,
    code: Code,
    centre: Annotated[str, typer.Option("--centre", help="中心编号 / code of its centre.")],
    name_zh: Annotated[str | None, typer.Option("--name-zh", help="中文名称 / Chinese name; default: CODE.")] = None,
    name_en: Annotated[str | None, typer.Option("--name-en", help="英文名称 / English name; default: CODE.")] = None,
    view: Annotated[
        list[str] | None,
        typer.Option(
            "--view", metavar="WINDOW/NAME", help="所拍窗口的机位，可重复 / view of a window it shows, may be repeated."
        ),
    ] = None,
    lang: Lang = None,
) -> int:
    """添加摄像机，或为已有的摄像机关联机位 / add a camera, or link views to one that is there."""
    from deskcheck_service.cameras import linking, repository, service
    from deskcheck_service.cameras.schemas import CameraNew
    from deskcheck_service.errors import NotFoundError
    from deskcheck_service.layouts.repository import centre_by_code

    terminal = terminal_of(context)
    views = [_parts(text) for text in view or []]
    with opened_database() as database, database.writing() as session:
        found = centre_by_code(session, centre)
        if found is None:
            raise NotFoundError(what=f"centre {centre}")
        if repository.camera_by_code(session, code) is None or not views:
            names = {"name_zh": name_zh or code, "name_en": name_en or code}
            service.add_camera(session, ACTOR, fitted(CameraNew, centre_id=found.id, code=code, **names))
        for window, name in views:
            linking.link_view(session, ACTOR, code, window, name)
        camera = service.read_camera(session, ACTOR, code)
    shown = ", ".join(one.window_code for one in camera.views) or "-"
    terminal.say(f"摄像机 {code}：窗口 {shown}。", f"Camera {code}: windows {shown}.")
    return 0


def _parts(text: str) -> tuple[str, str]:
    window, slash, name = text.partition("/")
    if not (window and slash and name):
        raise ValueUnfitError(name="--view", reason=f"{text}; A01/hall.jpg?")
    return window, name


@app.command("list")
def list_cameras(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """列出摄像机 / list the cameras with their windows and their last look."""
    from deskcheck_service.cameras import service

    terminal = terminal_of(context)
    with opened_database() as database, database.reading() as session:
        cameras = service.list_cameras(session, ACTOR)
    if as_json:
        terminal.json({"cameras": [camera.model_dump(mode="json") for camera in cameras]})
        return 0
    chinese = terminal.language == "zh"
    headings = ["编号", "名称", "状态", "窗口", "最近画面"] if chinese else ["code", "name", "state", "windows", "last"]
    terminal.table("", headings, [_line(camera, 0 if chinese else 1) for camera in cameras])
    return 0


def _line(camera: CameraOut, language: int) -> tuple[str, ...]:
    windows = ", ".join(view.window_code for view in camera.views) or "-"
    last = _look_words(camera.last_look, language) if camera.last_look is not None else "-"
    name = (camera.name_zh, camera.name_en)[language]
    return camera.code, name, _STATES[camera.state.value][language], windows, last


def _look_words(look: LookOut, language: int) -> str:
    words = _STATES[look.state.value][language]
    if look.shift_share is None or look.roll_deg is None:
        return words
    return f"{words}, {100 * look.shift_share:.2f} %, {look.roll_deg:+.2f} deg"


@app.command("check")
def check(
    context: typer.Context,
    code: Code,
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="画面文件 / picture of the camera.")],
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="拍摄时间 / when it was taken, ISO 8601; default: now.")
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """用一张画面检查摄像机所拍的全部窗口 / check all windows of a camera by one picture. Exit codes as for check."""
    from deskcheck_service.cameras.watching import check_camera
    from deskcheck_service.services import build_services
    from deskcheck_service.tables import DEFAULT_TIME_ZONE
    from deskcheck_service.uploads import Upload

    terminal = terminal_of(context)
    settings = read_settings()
    require_existing(settings)
    content = read_bytes(picture, settings.max_photo_bytes)
    fields = {"taken_at": parse_time(at, DEFAULT_TIME_ZONE).isoformat()} if at is not None else {}
    services = build_services(settings)
    try:
        found = check_camera(services, ACTOR, code, Upload(content, picture.name, fields)).checked
    finally:
        services.close()
    if as_json:
        terminal.json(found.model_dump(mode="json"))
        return _exit_code(found)
    language = 0 if terminal.language == "zh" else 1
    terminal.line(f"{code}: {_look_words(found.look, language)}; {_STATES[found.camera.state.value][language]}")
    for one in found.windows:
        if one.judgement is not None:
            terminal.line(f"{one.window_code}: {_STATES[one.judgement.state.value][language]}")
        elif one.problem is not None:
            terminal.line(f"{one.window_code}: {one.problem.in_language(terminal.language)}")
    return _exit_code(found)


def _exit_code(found: CameraChecked) -> int:
    states = {one.judgement.state.value for one in found.windows if one.judgement is not None}
    if "suspected" in states:
        return _EXIT_SUSPECTED
    return _EXIT_UNCLEAR if "inconclusive" in states else 0
