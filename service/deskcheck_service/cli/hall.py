"""``deskcheck hall``: a whole hall into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskcheck_service.cli.options import Lang
from deskcheck_service.cli.service_access import ACTOR, opened_database
from deskcheck_service.cli.terminal import terminal_of

app = typer.Typer(
    name="hall", help="大厅：中心、责任区、窗口 / a centre with its areas and windows.", no_args_is_help=True
)


@app.callback()
def _group() -> None:
    """Keep ``import`` a command of its own: a group of one would swallow its name."""


@app.command("import")
def import_hall(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="大厅文件 / hall file (JSON).")],
    approve: Annotated[bool, typer.Option("--approve", help="同时批准其布局 / approve its layouts as well.")] = False,
    lang: Lang = None,
) -> int:
    """导入中心、责任区、窗口及其布局 / add a hall's centre, areas, windows and layouts; what exists stays."""
    from deskcheck_service.demo.hall_file import read_hall
    from deskcheck_service.demo.install import install_hall

    terminal = terminal_of(context)
    hall = read_hall(file)
    with opened_database() as database, database.writing() as session:
        new = install_hall(session, ACTOR, hall, approve=approve)
    terminal.say(
        f"新增中心 {new.centres} 个、责任区 {new.areas} 个、窗口 {new.windows} 个；布局 {new.layouts} 份。",
        f"Added {new.centres} centre, {new.areas} areas, {new.windows} windows; {new.layouts} layouts.",
    )
    return 0
