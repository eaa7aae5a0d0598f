"""Training recipes: YAML files that say everything a training run depends on, so that it can be repeated."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from deskcheck_models.errors import RecipeError
from deskcheck_models.labels import label_names


@dataclass(frozen=True, slots=True)
class Recipe:
    """One training recipe.

    Attributes:
        name: name of the model that comes out, such as ``deskcheck-yolo26n-1``.
        appended: labels to append behind COCO's 80, in output order.
        width: channels that the appended labels get for themselves in every class branch; 0 trains only their
            rows of the last convolution.
        epochs: passes over the set.
        steps: optimiser steps per epoch, each with its share of all samples.
        mine_after: epochs before the anchors that fire wrongly are searched for and added.
        mined_pictures: pictures that are searched, chosen at random.
        mined_anchors: anchors added per picture searched.
        learning_rate: peak of the one-cycle schedule.
        weight_decay: of the convolution weights.
        positive_weight: how much more an anchor that should fire counts than one that should not.
        positives: anchors per object that are told to fire; their duplicates are merged at run time.
        incomplete_weight: weight of empty regions in pictures whose own things are not all boxed.
        seed: order of the pictures and start of the weights.
    """

    name: str
    appended: tuple[str, ...]
    width: int
    epochs: int
    steps: int
    mine_after: int
    mined_pictures: int
    mined_anchors: int
    learning_rate: float
    weight_decay: float
    positive_weight: float
    positives: int
    incomplete_weight: float
    seed: int

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels in output order."""
        return label_names(self.appended)


_POSITIVE = ("epochs", "steps", "mined_pictures", "mined_anchors", "positives")


def _checked(path: Path, table: dict[str, Any]) -> Recipe:
    known = {field.name: field for field in fields(Recipe)}
    for name in table:
        if name not in known:
            raise RecipeError(path=path, reason=f"unknown key {name!r}; known: {', '.join(known)}")
    for name in known:
        if name not in table:
            raise RecipeError(path=path, reason=f"key {name!r} is missing")
    if not isinstance(table["appended"], list):
        raise RecipeError(path=path, reason="'appended' is not a list of labels")
    for name in ("width", "epochs", "steps", "mine_after", "mined_pictures", "mined_anchors", "positives", "seed"):
        if not isinstance(table[name], int) or table[name] < (1 if name in _POSITIVE else 0):
            raise RecipeError(path=path, reason=f"{name!r} is not a whole number in its range")
    for name in ("learning_rate", "weight_decay", "positive_weight", "incomplete_weight"):
        if not isinstance(table[name], int | float) or table[name] < 0:
            raise RecipeError(path=path, reason=f"{name!r} is not a number of at least 0")
    values = {**table, "appended": tuple(str(label) for label in table["appended"])}
    return Recipe(**values)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeError: the file is absent, not YAML, or a key is missing, unknown or out of range.
        UnknownLabelError: it appends a label that the project does not know.
    """
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise RecipeError(path=path, reason=str(error).splitlines()[0]) from error
    if not isinstance(table, dict):
        raise RecipeError(path=path, reason="it is not a table of keys")
    recipe = _checked(path, table)
    label_names(recipe.appended)
    return recipe
