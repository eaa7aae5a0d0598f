"""Plans of staged training: YAML files that say everything a run depends on, so that it can be repeated."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from deskcheck_models.errors import RecipeError, UnknownLabelError
from deskcheck_models.labels import label_names


class Part(StrEnum):
    """What a stage trains; each part takes in those before it."""

    CLASSES = "classes"  # the class branches of the head
    HEAD = "head"  # the box branches too
    NECK = "neck"
    BODY = "body"  # everything but the first modules, which a network of the appended labels' own shares
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a plan.

    Attributes:
        part: what is trained.
        side_px: side of the square training pictures.
        zoom: smallest and largest scale of what is in them, see ``views.Framing``.
        epochs: passes over the set, at most.
        learning_rate: peak of the stage's schedule; the class branches learn twice as fast.
    """

    part: Part
    side_px: int
    zoom: tuple[float, float]
    epochs: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of staged training.

    Attributes:
        name: name of the model that comes out, such as ``deskcheck-yolo26n-2``.
        appended: labels to append behind COCO's 80 where the run begins with starting weights, in output order.
        own_network: give them a network of their own beside the starting weights', which stays as it is (see
            ``own_network``); otherwise the starting weights' network learns them.
        width: channels that they get for themselves in every class branch of the starting weights' network.
        batch: pictures per step.
        shares: set, or ``set/origin``, -> how often it is drawn, relative to the others; see ``views.shelf_of``.
        pictures: pictures drawn per epoch, from all sets by their share.
        weight_decay: of the convolution weights.
        distillation: how much keeping the old outputs counts beside learning the boxed things.
        incomplete_weight: weight of empty regions in pictures whose own things are not all boxed.
        mosaic: share of training pictures put together from four.
        patience: epochs without a better figure after which a stage ends.
        ema: decay per step of the averaged weights, which are the ones kept.
        seed: of everything random.
        stages: in order.
    """

    name: str
    appended: tuple[str, ...]
    own_network: bool
    width: int
    batch: int
    shares: dict[str, float]
    pictures: int
    weight_decay: float
    distillation: float
    incomplete_weight: float
    mosaic: float
    patience: int
    ema: float
    seed: int
    stages: tuple[Stage, ...]


def _whole(path: Path, table: dict[str, Any], name: str, least: int) -> int:
    value = table[name]
    if type(value) is not int or value < least:
        raise RecipeError(path=path, reason=f"{name!r} is not a whole number of at least {least}")
    return value


def _share(path: Path, table: dict[str, Any], name: str, most: float) -> float:
    value = table[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise RecipeError(path=path, reason=f"{name!r} is not a number from 0 to {most:g}")
    return float(value)


def _truth(path: Path, table: dict[str, Any], name: str) -> bool:
    value = table[name]
    if type(value) is not bool:
        raise RecipeError(path=path, reason=f"{name!r} is neither true nor false")
    return value


def _keys(path: Path, table: Any, of: type) -> dict[str, Any]:
    known = [field.name for field in fields(of)]
    if not isinstance(table, dict):
        raise RecipeError(path=path, reason=f"it is not a table with {', '.join(known)}")
    for name in table:
        if name not in known:
            raise RecipeError(path=path, reason=f"unknown key {name!r}; known: {', '.join(known)}")
    for name in known:
        if name not in table:
            raise RecipeError(path=path, reason=f"key {name!r} is missing")
    return table


def _stage(path: Path, entry: Any) -> Stage:
    table = _keys(path, entry, Stage)
    if table["part"] not in list(Part):
        raise RecipeError(path=path, reason=f"unknown part {table['part']!r}; known: {', '.join(Part)}")
    side_px = _whole(path, table, "side_px", 64)
    if side_px % 32:
        raise RecipeError(path=path, reason=f"'side_px' {side_px} is no multiple of 32")
    return Stage(
        Part(table["part"]),
        side_px,
        _zoom(path, table["zoom"]),
        _whole(path, table, "epochs", 1),
        _share(path, table, "learning_rate", 1),
    )


def _zoom(path: Path, value: Any) -> tuple[float, float]:
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 2 or not all(type(number) in (int, float) for number in numbers):
        raise RecipeError(path=path, reason="'zoom' is not a list of two numbers")
    smallest, largest = (float(number) for number in numbers)
    if not 0.1 <= smallest <= largest <= 10:
        raise RecipeError(path=path, reason=f"'zoom' {numbers} is not within 0.1 to 10, the smaller first")
    return smallest, largest


def _appended(path: Path, names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not names:
        raise RecipeError(path=path, reason="'appended' is not a list of at least one label")
    try:
        label_names(names)
    except UnknownLabelError as error:
        raise RecipeError(path=path, reason=error.sentence("en").rstrip(".")) from error
    return tuple(names)


def _shares(path: Path, table: Any) -> dict[str, float]:
    if not isinstance(table, dict) or not table:
        raise RecipeError(path=path, reason="'shares' is not a table of at least one set")
    for name, share in table.items():
        if type(share) not in (int, float) or share <= 0:
            raise RecipeError(path=path, reason=f"the share of {name!r} is not a number above 0")
    return {str(name): float(share) for name, share in table.items()}


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        RecipeError: the file is absent, not YAML, or a key is missing, unknown or out of range.
    """
    try:
        table = _keys(path, yaml.safe_load(path.read_text(encoding="utf-8")), Plan)
    except (OSError, yaml.YAMLError) as error:
        raise RecipeError(path=path, reason=str(error).splitlines()[0]) from error
    if not isinstance(table["stages"], list) or not table["stages"]:
        raise RecipeError(path=path, reason="'stages' is not a list of at least one stage")
    own = _truth(path, table, "own_network")
    plan = Plan(
        name=str(table["name"]),
        appended=_appended(path, table["appended"]),
        own_network=own,
        width=_whole(path, table, "width", 0 if own else 1),
        batch=_whole(path, table, "batch", 1),
        shares=_shares(path, table["shares"]),
        pictures=_whole(path, table, "pictures", 1),
        weight_decay=_share(path, table, "weight_decay", 1),
        distillation=_share(path, table, "distillation", 100),
        incomplete_weight=_share(path, table, "incomplete_weight", 1),
        mosaic=_share(path, table, "mosaic", 1),
        patience=_whole(path, table, "patience", 1),
        ema=_share(path, table, "ema", 1),
        seed=_whole(path, table, "seed", 0),
        stages=tuple(_stage(path, entry) for entry in table["stages"]),
    )
    if own and (plan.width or plan.distillation or any(stage.part is Part.ALL for stage in plan.stages)):
        reason = "a network of their own has no 'width', no 'distillation' and no stage 'all': it keeps nothing old"
        raise RecipeError(path=path, reason=reason)
    return plan
