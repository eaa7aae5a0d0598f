"""``deskcheck camera source``, ``test``, ``permit``: where a camera's pictures come from, and what they may be for."""

from __future__ import annotations

import base64
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.files import write_atomically
from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.service_access import (
    ACTOR,
    ValueUnfitError,
    ask_password,
    fitted,
    opened_database,
    require_existing,
)
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from deskcheck_service.cameras.source_schemas import SourceTried
    from deskcheck_service.cli.terminal import Terminal


class KindName(StrEnum):
    """How a camera is asked for pictures."""

    RTSP = "rtsp"
    SNAPSHOT = "snapshot"
    ONVIF = "onvif"
    FILM = "film"
    FOLDER = "folder"


class MakerName(StrEnum):
    """Whose paths an address follows."""

    HIKVISION = "hikvision"
    HIKVISION_RECORDER = "hikvision_recorder"
    DAHUA = "dahua"
    ONVIF = "onvif"


Code = Annotated[str, typer.Argument(metavar="CODE", help="摄像机编号 / code of the camera.")]
_EXIT_WARNED = 3


def source(
    context: typer.Context,
    code: Code,
    kind: Annotated[KindName | None, typer.Option("--kind", help="取画面的方式 / how it is asked.")] = None,
    address: Annotated[
        str | None,
        typer.Option("--address", help="地址，不含密码 / its URL without password, or a path below the media folder."),
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", help="用户名；密码另行输入 / user; the password is asked for.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读取密码 / read the password from standard input.")
    ] = False,
    maker: Annotated[
        MakerName | None, typer.Option("--maker", help="厂商，用于补全路径 / maker, whose path is put behind the host.")
    ] = None,
    channel: Annotated[int, typer.Option("--channel", help="录像机上的通道号 / number at the recorder.")] = 1,
    size: Annotated[
        str | None, typer.Option("--size", metavar="WxH", help="快照尺寸 / size that snapshots are asked for.")
    ] = None,
    forget_login: Annotated[
        bool, typer.Option("--forget-login", help="删除已存的用户名和密码 / forget user and password.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="删除画面来源 / forget the source altogether.")] = False,
    lang: Lang = None,
) -> int:
    """设置或显示画面来源 / set or show where a camera's pictures come from; the password is never an argument."""
    from deskcheck_service.cameras import source_setting
    from deskcheck_service.cameras.source_schemas import SourceSet
    from deskcheck_service.services import build_services

    terminal, settings = terminal_of(context), read_settings()
    if clear:
        with opened_database(settings) as database, database.writing() as session:
            source_setting.clear_source(session, ACTOR, code)
        terminal.say(f"已删除摄像机 {code} 的画面来源。", f"The source of camera {code} is forgotten.")
        return 0
    if kind is None and address is None:
        with opened_database(settings) as database, database.reading() as session:
            found = source_setting.read_source(session, ACTOR, code)
        login = ("已存密码", "with a log-in") if found.has_login else ("无密码", "without a log-in")
        terminal.say(
            f"{code}：{found.kind.value} {found.address}（{login[0]}）",
            f"{code}: {found.kind.value} {found.address} ({login[1]})",
        )
        return 0
    password = None
    if user is not None:
        password = ask_password(from_stdin=password_stdin, zh=f"{user} 的密码", en=f"password of {user}")
    width, height = _size(size)
    body = fitted(
        SourceSet, kind=kind, address=address, user=user, password=password, without_login=forget_login, maker=maker,
        channel=channel, width_px=width, height_px=height,
    )  # fmt: skip
    require_existing(settings)
    services = build_services(settings)
    try:
        with services.database.writing() as session:
            kept = source_setting.set_source(session, services, ACTOR, code, body)
    finally:
        services.close()
    terminal.say(
        f"摄像机 {code} 的画面来源：{kept.kind.value} {kept.address}。请运行 deskcheck camera test {code}。",
        f"Camera {code} is asked at {kept.kind.value} {kept.address}. Run deskcheck camera test {code}.",
    )
    return 0


def _size(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ValueUnfitError(name="--size", reason=f"{text}; 1920x1080?")
    return int(width), int(height)


def try_out(
    context: typer.Context,
    code: Code,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="保存打码后的画面 / keep the masked picture here.")
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """试取一张画面，显示协商结果 / take a picture and show what was negotiated; exit 3 with warnings."""
    from deskcheck_service.cameras.trying import try_source
    from deskcheck_service.services import build_services

    terminal, settings = terminal_of(context), read_settings()
    require_existing(settings)
    services = build_services(settings)
    try:
        found = try_source(services, ACTOR, code)
    finally:
        services.close()
    if out is not None:
        write_atomically(out, base64.b64decode(found.picture), force=True)
    if as_json:
        terminal.json(found.model_dump(mode="json", exclude={"picture"}))
    else:
        _tell(terminal, found)
    return _EXIT_WARNED if found.warnings else 0


def _tell(terminal: Terminal, found: SourceTried) -> None:
    lines = (
        ("传输", "transport", found.transport),
        ("认证", "log-in", found.auth),
        ("内容类型", "content type", found.content_type),
        ("编码", "codec", found.codec),
        ("画面", "picture", f"{found.width_px} x {found.height_px}"),
        ("帧率", "frames a second", found.frame_rate),
        ("关键帧间隔（秒）", "keyframe interval (s)", found.keyframe_interval_s),
        ("首帧用时（秒）", "first picture after (s)", found.first_frame_s),
        ("摄像机时钟超前（秒）", "camera's clock ahead (s)", found.clock_offset_s),
        ("设备", "server", found.server),
    )
    for zh, en, value in lines:
        if value is not None:
            terminal.say(f"{zh}：{value}", f"{en}: {value}")
    for warning in found.warnings:
        terminal.note(f"注意：{warning.zh}", f"Warning: {warning.en}")


def permit(
    context: typer.Context,
    code: Code,
    purpose: Annotated[str | None, typer.Option("--purpose", help="用途 / what for.")] = None,
    legal_basis: Annotated[str | None, typer.Option("--legal-basis", help="法律依据 / on what legal basis.")] = None,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", help="批准人姓名 / name of the person who approved it.")
    ] = None,
    window: Annotated[
        list[str] | None,
        typer.Option("--window", help="窗口编号，可重复 / window, may be repeated; default: all that are off."),
    ] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="撤销 --window 的批准 / turn off --window.")] = False,
    lang: Lang = None,
) -> int:
    """批准机位启用、撤销，或列出 / turn a camera's views on with their legal basis, or off; or list them."""
    from deskcheck_service.cameras import permitting
    from deskcheck_service.cameras.source_schemas import PermitNew

    terminal = terminal_of(context)
    given = (purpose, legal_basis, approved_by)
    if revoke and not window:
        raise ValueUnfitError(name="--window", reason="--revoke A01?")
    if not revoke and any(given) and not all(given):
        raise ValueUnfitError(name="--purpose, --legal-basis, --approved-by", reason="1 + 1 + 1")
    with opened_database() as database, database.writing() as session:
        if revoke:
            for one in window or []:
                permitting.revoke(session, ACTOR, code, one)
        elif purpose and legal_basis and approved_by:
            body = fitted(PermitNew, windows=window, purpose=purpose, legal_basis=legal_basis)
            permitting.grant(session, ACTOR, code, body, approved_by)
        found = permitting.list_permits(session, ACTOR, code)
    for view in found:
        if view.permit is None:
            terminal.say(f"{view.window_code}：未启用", f"{view.window_code}: off")
        else:
            told = view.permit
            terminal.say(
                f"{view.window_code}：已启用，用途 {told.purpose}，依据 {told.legal_basis}，批准人 {told.approved_by}",
                f"{view.window_code}: on, for {told.purpose}, by {told.legal_basis}, approved by {told.approved_by}",
            )
    return 0


def add_to(app: typer.Typer) -> None:
    """Add the commands to those of cameras."""
    app.command("source")(source)
    app.command("test")(try_out)
    app.command("permit")(permit)
