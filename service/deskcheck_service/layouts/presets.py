"""Presets of policies as the API and the editor show them."""

from __future__ import annotations

from deskcheck_calibration.layout import PolicyKind, Side, SurfaceKind

from deskcheck_service.schemas import Schema, Text


class PresetPolicyOut(Schema):
    """What holds for a class on surfaces of a kind; everywhere where ``surface`` is None."""

    item: str
    kind: PolicyKind
    surface: SurfaceKind | None
    max_count: int | None


class PresetRelationOut(Schema):
    """What stands beside what."""

    item: str
    anchor: str
    side: Side


class PresetDecisionOut(Schema):
    """One requirement: its number, its words, and what it decides; ``surfaces`` are looked at once they are drawn."""

    source: str
    words: Text
    policies: list[PresetPolicyOut]
    relations: list[PresetRelationOut]
    surfaces: list[SurfaceKind]


class PresetNote(Schema):
    """What a preset leaves open, and why."""

    source: str
    words: Text


class PresetOut(Schema):
    """A preset of policies after a public document."""

    id: str
    name: Text
    document: Text
    decisions: list[PresetDecisionOut]
    left_open: list[PresetNote]


def list_presets() -> list[PresetOut]:
    """Return the packaged presets by id."""
    from deskcheck_calibration.presets import load_presets

    return [
        PresetOut(
            id=preset.id,
            name=Text(zh=preset.name_zh, en=preset.name_en),
            document=Text(zh=preset.document_zh, en=preset.document_en),
            decisions=[
                PresetDecisionOut(
                    source=one.source,
                    words=Text(zh=one.zh, en=one.en),
                    policies=[
                        PresetPolicyOut(item=p.item, kind=p.kind, surface=p.surface, max_count=p.max_count)
                        for p in one.policies
                    ],
                    relations=[PresetRelationOut(item=r.item, anchor=r.anchor, side=r.side) for r in one.relations],
                    surfaces=list(one.surfaces),
                )
                for one in preset.decisions
            ],
            left_open=[PresetNote(source=one.source, words=Text(zh=one.zh, en=one.en)) for one in preset.left_open],
        )
        for preset in load_presets().values()
    ]
