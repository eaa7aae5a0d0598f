"""``deskcheck print-markers``: sheets of position stickers, a page for each window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskcheck_service.cli.options import Force, Lang
from deskcheck_service.cli.terminal import terminal_of


def print_markers(
    context: typer.Context,
    windows: Annotated[list[str], typer.Argument(metavar="CODE...", help="窗口编号，可多个 / codes of windows.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="写入的 PDF 文件 / PDF file to write.")],
    force: Force = False,
    lang: Lang = None,
) -> int:
    """生成定位贴（A4，按 100 % 打印） / write the position stickers of windows as A4 pages to print at 100 %."""
    from deskcheck_service.cli.files import write_atomically
    from deskcheck_service.cli.service_access import opened_database
    from deskcheck_service.layouts.stickers import sheets

    terminal = terminal_of(context)
    codes = list(dict.fromkeys(windows))
    with opened_database() as database, database.reading() as session:
        content = sheets(session, codes, terminal.language)
    write_atomically(out, content, force=force)
    terminal.say(
        f"已写入 {out}（{len(codes)} 页）。按实际大小打印，并用尺核对页上的标尺。",
        f"Wrote {out} ({len(codes)} page(s)). Print at actual size and lay a ruler on the printed scale.",
    )
    return 0
