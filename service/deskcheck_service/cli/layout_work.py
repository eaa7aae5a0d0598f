"""``deskcheck layout preset`` and ``deskcheck layout copy``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcheck_service.cli.files import read_bytes, write_atomically
from deskcheck_service.cli.options import Force, Json, Lang
from deskcheck_service.cli.presets import SURFACES, policy_words
from deskcheck_service.cli.service_access import ACTOR, opened_database
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from deskcheck_calibration.presets import Applied

    from deskcheck_service.db import Database

EXIT_PARTLY = 2
_EFFECTS = {
    "first": ("已生成草稿（第一份布局）", "draft made, its first layout"),
    "replaces": ("已生成草稿", "draft made"),
    "waiting": ("相同内容已在等待批准", "this very content waits for approval already"),
    "unchanged": ("相同内容已在生效", "this very content counts already"),
}


def preset(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="布局文件 / layout file (YAML or JSON).")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="预设名称 / name of the preset.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写入布局文件 / layout file to write.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """对布局文件套用规定预设 / apply a preset of policies to a layout file; says what it changes and what waits."""
    from deskcheck_calibration.layout_file import dump_layout, load_layout
    from deskcheck_calibration.presets import apply_preset, load_preset

    terminal = terminal_of(context)
    read_bytes(file, 1)
    applied = apply_preset(load_layout(file), load_preset(name))
    if out is not None:
        write_atomically(out, dump_layout(applied.layout).encode(), force=force)
    if as_json:
        terminal.json(_document(applied, out))
    else:
        _tell(terminal, applied, out)
    return 0


def _document(applied: Applied, out: Path | None) -> dict[str, Any]:
    return {
        "added": [_plain(one) for one in applied.added],
        "changed": [{"before": _plain(before), "after": _plain(after)} for before, after in applied.changed],
        "removed": [_plain(one) for one in applied.removed],
        "relations": [{"item": one.item, "anchor": one.anchor} for one in applied.relations],
        "waiting": [{"source": one.decision.source, "surface": one.surface.value} for one in applied.waiting],
        "zones_against": [zone.id for zone in applied.zones_against],
        "layout": str(out) if out is not None else None,
    }


def _plain(policy: Any) -> dict[str, Any]:
    return {"item": policy.item, "kind": policy.kind.value, "surface": policy.surface, "max_count": policy.max_count}


def _tell(terminal: Terminal, applied: Applied, out: Path | None) -> None:
    for heading, policies in (
        (("新增", "added"), applied.added),
        (("修改", "changed"), [after for _, after in applied.changed]),
        (("取消", "dropped"), applied.removed),
    ):
        for one in policies:
            zh, en = policy_words(one.item, one.kind.value, one.surface)
            terminal.say(f"{heading[0]} {zh}", f"{heading[1]} {en}")
    for relation in applied.relations:
        terminal.say(f"新增 {relation.item} 在 {relation.anchor} 旁", f"added {relation.item} beside {relation.anchor}")
    for waiting in applied.waiting:
        zh, en = SURFACES[waiting.surface.value]
        terminal.say(
            f"{waiting.decision.source}：尚未画出{zh}，相关规定暂不生效",
            f"{waiting.decision.source}: no {en} is drawn, the rule about it waits",
        )
    for zone in applied.zones_against:
        terminal.say(
            f"定位区 {zone.id} 画在预设禁放处；区内物品仍算合格",
            f"home zone {zone.id} lies where the preset forbids {zone.item}; things in the zone pass",
        )
    if not (applied.added or applied.changed or applied.removed or applied.relations):
        terminal.say("该预设的规定均已具备。", "Everything that this preset decides holds already.")
    if out is not None:
        terminal.say(f"已写入 {out}", f"wrote {out}")


def copy(
    context: typer.Context,
    window: Annotated[str, typer.Argument(metavar="CODE", help="来源窗口 / window whose layout is copied.")],
    targets: Annotated[
        list[str], typer.Option("--to", metavar="CODE", help="目标窗口 / window to copy it to; repeat.")
    ],
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="版本 / version to copy; default: the approved one.")
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """复制布局到同类窗口，成为草稿 / copy a window's layout to like windows as drafts, for people to approve."""
    from deskcheck_service.layouts.copies import copy_layout
    from deskcheck_service.layouts.copy_schemas import CopyEffect

    terminal = terminal_of(context)
    with opened_database() as database:
        results = copy_layout(database, ACTOR, _version_key(database, window, version), targets)
    if as_json:
        terminal.json({"windows": [one.model_dump(mode="json") for one in results]})
    else:
        for one in results:
            if one.reason is not None:
                terminal.say(f"{one.window_code}：{one.reason.zh}", f"{one.window_code}: {one.reason.en}")
                continue
            zh, en = _EFFECTS[one.effect.value]
            number = one.layout.version if one.layout is not None else 0
            terminal.say(f"{one.window_code}：第 {number} 版，{zh}", f"{one.window_code}: version {number}, {en}")
    return EXIT_PARTLY if any(one.effect is CopyEffect.REFUSED for one in results) else 0


def _version_key(database: Database, code: str, version: int | None) -> int:
    """Return the key of a window's version.

    Raises:
        NotFoundError: there is no such window or version.
        NoLayoutError: no version is approved, and none is named.
    """
    from deskcheck_service.errors import NoLayoutError, NotFoundError
    from deskcheck_service.layouts import repository

    with database.reading() as session:
        window = repository.window(session, code)
        if window is None:
            raise NotFoundError(what=f"window {code}")
        if version is None:
            row = repository.approved_layout(session, window.id)
            if row is None:
                raise NoLayoutError(window=code)
        else:
            row = repository.layout_version(session, window.id, version)
            if row is None:
                raise NotFoundError(what=f"{code} v{version}")
        return row.id


def add_to(app: typer.Typer) -> None:
    """Add the two commands to ``deskcheck layout``."""
    app.command("preset")(preset)
    app.command("copy")(copy)
