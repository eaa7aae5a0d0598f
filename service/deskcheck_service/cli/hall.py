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


@app.command("time-zone")
def set_zone(
    context: typer.Context,
    centre: Annotated[str, typer.Argument(metavar="CENTRE", help="中心编号 / code of the centre.")],
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="时区，如 Asia/Urumqi / IANA name, such as Asia/Urumqi.")],
    lang: Lang = None,
) -> int:
    """设置中心的时区：页面按它显示时间 / set the time zone in which a centre's times are shown."""
    from deskcheck_service.layouts.service import set_time_zone

    terminal = terminal_of(context)
    with opened_database() as database, database.writing() as session:
        now = set_time_zone(session, ACTOR, centre, zone)
    terminal.say(
        f"中心 {now.code} 的时区为 {now.time_zone}。",
        f"Centre {now.code} keeps the time of {now.time_zone}.",
    )
    return 0
