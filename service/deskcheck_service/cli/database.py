"""``deskcheck db``: the tables of the database."""

from __future__ import annotations

import typer

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.service_access import require_existing
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

app = typer.Typer(name="db", help="数据库结构 / the database's tables.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(context: typer.Context, lang: Lang = None) -> int:
    """建立或升级数据库结构，可重复运行 / create or upgrade the tables; all steps or none; safe to repeat."""
    from deskcheck_service import migrate

    terminal = terminal_of(context)
    version = migrate.upgrade(read_settings())
    terminal.say(f"数据库结构为最新版本 {version}。", f"The database's tables are at the newest version, {version}.")
    return 0


@app.command("current")
def current(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """显示数据库结构的版本 / show the version of the tables and the one that this program needs."""
    from deskcheck_service import migrate
    from deskcheck_service.db import make_engine

    terminal, settings = terminal_of(context), read_settings()
    require_existing(settings)
    engine = make_engine(settings)
    try:
        found, needed = migrate.current_version(engine), migrate.newest_version()
    finally:
        engine.dispose()
    if as_json:
        terminal.json({"current": found, "needed": needed, "fits": found == needed})
    else:
        terminal.say(f"现有版本 {found or '无'}，需要 {needed}。", f"It is at {found or 'none'}; {needed} is needed.")
    return 0


@app.command("check")
def check(context: typer.Context, lang: Lang = None) -> int:
    """检查数据库结构是否可用 / exit 0 if the tables fit this program, 2 with the next step if not."""
    from deskcheck_service import migrate
    from deskcheck_service.db import make_engine

    terminal, settings = terminal_of(context), read_settings()
    require_existing(settings)
    engine = make_engine(settings)
    try:
        migrate.check_current(engine)
    finally:
        engine.dispose()
    terminal.say("数据库结构与程序相符。", "The database's tables fit this program.")
    return 0


@app.command("clean")
def clean(context: typer.Context, lang: Lang = None) -> int:
    """清除没有记录引用的证据文件 / remove evidence files that no record names, left where saving a photo failed."""
    from deskcheck_service.captures.cleaning import remove_orphans
    from deskcheck_service.services import build_services

    terminal, settings = terminal_of(context), read_settings()
    require_existing(settings)
    services = build_services(settings)
    try:
        removed = remove_orphans(services)
    finally:
        services.close()
    terminal.say(f"清除了 {removed} 个无主证据文件。", f"Removed {removed} evidence files that no record names.")
    return 0
