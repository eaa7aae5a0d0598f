"""``deskcheck presets``: what the packaged presets of policies decide, with the words of their documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from deskcheck_calibration.presets import Preset

_KINDS = {
    "required": ("必备", "required"),
    "allowed": ("允许", "allowed"),
    "zone": ("仅限定位区", "in its zone only"),
    "forbidden": ("禁放", "forbidden"),
    "ignored": ("不检查", "not looked at"),
}
SURFACES = {
    "main_counter": ("主柜面", "main counter"),
    "public_ledge": ("群众侧台面", "public ledge"),
    "low_cabinet": ("矮柜面板", "low cabinet"),
    "riser_top": ("增高架上", "riser top"),
    "under_riser": ("增高架下", "under the riser"),
    "machine_top": ("机器顶面", "machine top"),
    "office_desk": ("办公桌面", "office desk"),
}
EVERYWHERE = ("全部台面", "everywhere")


def presets(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="预设名称 / name of a preset.")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """列出规定预设，或某一预设的各条规定 / list the presets of policies, or what one of them decides and why."""
    from deskcheck_calibration.presets import load_preset, load_presets

    terminal = terminal_of(context)
    chosen = list(load_presets().values()) if name is None else [load_preset(name)]
    if as_json:
        from deskcheck_service.layouts.presets import list_presets

        wanted = {one.id for one in chosen}
        terminal.json({"presets": [one.model_dump(mode="json") for one in list_presets() if one.id in wanted]})
    elif name is None:
        for one in chosen:
            count = sum(len(decision.policies) for decision in one.decisions)
            terminal.say(
                f"{one.id}：{one.name_zh}，{one.document_zh}；物品规定 {count} 条",
                f"{one.id}: {one.name_en}, {one.document_en}; {count} policies",
            )
    else:
        _tell(terminal, chosen[0])
    return 0


def _tell(terminal: Terminal, preset: Preset) -> None:
    terminal.say(f"{preset.name_zh}：{preset.document_zh}", f"{preset.name_en}: {preset.document_en}")
    for decision in preset.decisions:
        terminal.say(f"{decision.source} {decision.zh}", f"{decision.source} {decision.en}")
        for policy in decision.policies:
            zh, en = policy_words(policy.item, policy.kind.value, policy.surface.value if policy.surface else None)
            terminal.say(f"  {zh}", f"  {en}")
        for relation in decision.relations:
            terminal.say(f"  {relation.item} 在 {relation.anchor} 旁", f"  {relation.item} beside {relation.anchor}")
        for surface in decision.surfaces:
            zh, en = SURFACES[surface.value]
            terminal.say(f"  画出{zh}后由规则自动检查", f"  {en}: looked at once it is drawn")
    terminal.say("未规定或需自行处理：", "Left open:")
    for note in preset.left_open:
        terminal.say(f"  {note.source} {note.zh}", f"  {note.source} {note.en}")


def policy_words(item: str, kind: str, surface: str | None) -> tuple[str, str]:
    """Return a decision in words; ``surface`` is a kind of surface, an id of one, or None for everywhere."""
    where_zh, where_en = EVERYWHERE if surface is None else SURFACES.get(surface, (surface, surface))
    kind_zh, kind_en = _KINDS[kind]
    return f"{item} {where_zh}：{kind_zh}", f"{item}, {where_en}: {kind_en}"
