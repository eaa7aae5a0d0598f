"""Kinds of a class: named variants that differ in shape, where they may stand, and which the training never sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from deskcheck_datasets.synthetic.items.base import Draw, Item

Builder = Callable[[Draw], Item]

DESK, FLOOR, CHAIR_BACK = "desk", "floor", "chair_back"
# How often a held-out draw takes a kind that training never sees, where the class has one.
_UNSEEN_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of a class.

    Attributes:
        name: unique within its class; becomes the item's label.
        build: makes one of it.
        weight: how often, against the other kinds.
        test_only: held-out draws only.
        place: ``desk``, ``floor`` or ``chair_back``, where it is usually met.
    """

    name: str
    build: Builder
    weight: float = 1.0
    test_only: bool = False
    place: str = DESK


def choose(draw: Draw, kinds: Sequence[Kind], place: str = DESK) -> Kind:
    """Draw a kind that belongs to a place; one for the desk where the class has none for it.

    A draw that is not held out never gets a kind that is for tests only.
    """
    here = [kind for kind in kinds if kind.place == place] or [kind for kind in kinds if kind.place == DESK]
    unseen = [kind for kind in here if kind.test_only]
    known = [kind for kind in here if not kind.test_only]
    if draw.held_out and unseen and (not known or draw.chance(_UNSEEN_SHARE)):
        return _weighted(draw, unseen)
    return _weighted(draw, known)


def _weighted(draw: Draw, kinds: Sequence[Kind]) -> Kind:
    left = float(draw.rng.random()) * sum(kind.weight for kind in kinds)
    for kind in kinds:
        left -= kind.weight
        if left < 0:
            return kind
    return kinds[-1]


def built(kind: Kind, draw: Draw) -> Item:
    """One item of a kind, labelled with its name."""
    return replace(kind.build(draw), label=kind.name)
