"""The packaged presets, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from deskcheck_vision.taxonomy import class_by_id

from deskcheck_calibration.errors import UnknownPresetError
from deskcheck_calibration.layout import PolicyKind, Side, SurfaceKind

_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class PresetPolicy:
    """What holds for one class on every surface of a kind; without ``surface`` everywhere.

    Attributes:
        item: taxonomy class id.
        kind: the decision.
        surface: kind of surface; None means the whole desk.
        max_count: largest number there; None leaves what the layout has.
    """

    item: str
    kind: PolicyKind
    surface: SurfaceKind | None = None
    max_count: int | None = None


@dataclass(frozen=True, slots=True)
class PresetRelation:
    """What has to stand beside what."""

    item: str
    anchor: str
    side: Side = Side.EITHER


@dataclass(frozen=True, slots=True)
class Decision:
    """One requirement of the document, with its words.

    Attributes:
        source: number of the requirement in the domain notes, such as "D11"; "published" where only the rule is known.
        zh: the document's own words.
        en: what they mean.
        policies: decisions for classes.
        relations: what stands beside what.
        surfaces: kinds of surface that a rule looks at by itself once they are drawn.
    """

    source: str
    zh: str
    en: str
    policies: tuple[PresetPolicy, ...] = ()
    relations: tuple[PresetRelation, ...] = ()
    surfaces: tuple[SurfaceKind, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What the document asks for and no preset can decide, or does not say."""

    source: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Preset:
    """One centre's decisions.

    Attributes:
        id: name of the preset, such as "pinghu".
        name_zh, name_en: name for people.
        document_zh, document_en: where the decisions come from.
        decisions: in the order of the file.
        left_open: what is left to the taxonomy or to people, and why.
    """

    id: str
    name_zh: str
    name_en: str
    document_zh: str
    document_en: str
    decisions: tuple[Decision, ...]
    left_open: tuple[LeftOpen, ...]


@cache
def load_presets() -> Mapping[str, Preset]:
    """Return the packaged presets by id."""
    folder = files("deskcheck_calibration.presets")
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    presets = [read_preset((folder / name).read_text(encoding="utf-8")) for name in names]
    return {one.id: one for one in presets}


def load_preset(name: str) -> Preset:
    """Return a packaged preset.

    Raises:
        UnknownPresetError: there is none of that name; the message lists the known ones.
    """
    presets = load_presets()
    if name not in presets:
        raise UnknownPresetError(name=name, known=", ".join(presets))
    return presets[name]


def read_preset(text: str) -> Preset:
    """Return the preset that a file's text holds.

    Raises:
        ValueError: a key is missing or unknown, a kind does not exist, or a class is decided twice on one surface.
        UnknownClassError: it speaks of a class that the taxonomy does not know.
    """
    values = yaml.safe_load(text)
    _keys(values, "format", "id", "name", "document", "decisions", "left_open")
    if values["format"] != _FORMAT:
        raise ValueError(f"preset format {values['format']}, expected {_FORMAT}")
    decisions = tuple(_decision(entry) for entry in values["decisions"])
    _check_once(decisions)
    for entry in values["left_open"]:
        _keys(entry, "source", "zh", "en")
    return Preset(
        id=values["id"],
        name_zh=values["name"]["zh"],
        name_en=values["name"]["en"],
        document_zh=values["document"]["zh"],
        document_en=values["document"]["en"],
        decisions=decisions,
        left_open=tuple(LeftOpen(**entry) for entry in values["left_open"]),
    )


def _keys(values: Any, *needed: str, may: tuple[str, ...] = ()) -> None:
    if not isinstance(values, dict):
        raise TypeError(f"a mapping is expected, got {values!r}")
    missing, unknown = set(needed) - set(values), set(values) - {*needed, *may}
    if missing or unknown:
        raise ValueError(f"missing {sorted(missing)}, unknown {sorted(unknown)} in {values}")


def _decision(entry: Any) -> Decision:
    _keys(entry, "source", "zh", "en", may=("policies", "relations", "surfaces"))
    return Decision(
        source=entry["source"],
        zh=entry["zh"],
        en=entry["en"],
        policies=tuple(_policy(one) for one in entry.get("policies", ())),
        relations=tuple(_relation(one) for one in entry.get("relations", ())),
        surfaces=tuple(SurfaceKind(one) for one in entry.get("surfaces", ())),
    )


def _policy(entry: Any) -> PresetPolicy:
    _keys(entry, "item", "kind", may=("surface", "max_count"))
    surface = entry.get("surface")
    return PresetPolicy(
        item=class_by_id(entry["item"]).id,
        kind=PolicyKind(entry["kind"]),
        surface=SurfaceKind(surface) if surface is not None else None,
        max_count=entry.get("max_count"),
    )


def _relation(entry: Any) -> PresetRelation:
    _keys(entry, "item", "anchor", may=("side",))
    item, anchor = class_by_id(entry["item"]).id, class_by_id(entry["anchor"]).id
    return PresetRelation(item, anchor, Side(entry.get("side", Side.EITHER)))


def _check_once(decisions: tuple[Decision, ...]) -> None:
    seen = set()
    for policy in (one for decision in decisions for one in decision.policies):
        key = (policy.item, policy.surface)
        if key in seen:
            raise ValueError(f"{policy.item} is decided twice on {policy.surface or 'the desk'}")
        seen.add(key)
