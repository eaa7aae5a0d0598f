"""``deskcheck layout``: layout files, read and brought into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskcheck_service.cli.files import read_bytes
from deskcheck_service.cli.options import Lang
from deskcheck_service.cli.service_access import ACTOR, opened_database
from deskcheck_service.cli.terminal import terminal_of

app = typer.Typer(name="layout", help="布局文件 / layout files.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="布局文件 / layout file (YAML or JSON).")]


@app.command("check")
def check(context: typer.Context, file: File, lang: Lang = None) -> int:
    """检查布局文件 / read a layout file and name every problem with its line; exit 0 if there is none."""
    from deskcheck_calibration.layout_file import LayoutFileError, layout_sha256, load_layout

    terminal = terminal_of(context)
    read_bytes(file, 1)  # an absent file is told in the words of the command line
    try:
        layout = load_layout(file)
    except LayoutFileError as error:
        for problem in error.problems:
            terminal.line(f"{file}: {problem.code}: {problem.sentence(terminal.language)}")
        raise
    surfaces, zones = len(layout.surfaces), len(layout.zones)
    terminal.say(
        f"{file}：窗口 {layout.window} 第 {layout.version} 版，{surfaces} 个台面，{zones} 个定位区，"
        f"SHA-256 {layout_sha256(layout)[:12]}…",
        f"{file}: window {layout.window}, version {layout.version}, {surfaces} surfaces, {zones} home zones, "
        f"SHA-256 {layout_sha256(layout)[:12]}…",
    )
    return 0


@app.command("import")
def import_file(
    context: typer.Context,
    file: File,
    window: Annotated[
        str | None, typer.Option("--window", metavar="CODE", help="应属窗口 / window that it has to be for.")
    ] = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="立即批准 / approve it at once, in the command line's name.")
    ] = False,
    lang: Lang = None,
) -> int:
    """导入布局文件 / add a layout file to its window as a draft, or approved."""
    from deskcheck_calibration.layout_file import load_layout

    from deskcheck_service.errors import LayoutWindowError
    from deskcheck_service.layouts.service import import_layout

    terminal = terminal_of(context)
    read_bytes(file, 1)
    found = load_layout(file).window
    if window is not None and found != window:
        raise LayoutWindowError(found=found, asked=window)
    text = file.read_text(encoding="utf-8-sig")
    with opened_database() as database, database.writing() as session:
        stored = import_layout(session, ACTOR, text, approve=approve)
    states = {"draft": ("草稿", "draft"), "approved": ("已批准", "approved"), "retired": ("已停用", "retired")}
    zh, en = states[stored.state.value]
    terminal.say(
        f"窗口 {stored.window_code} 布局第 {stored.version} 版：{zh}。",
        f"Layout of window {stored.window_code}, version {stored.version}: {en}.",
    )
    return 0
