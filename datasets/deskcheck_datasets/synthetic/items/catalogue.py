"""Which kinds there are of every taxonomy class, and which of them training never sees."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from deskcheck_datasets.synthetic.items.base import Draw, Item
from deskcheck_datasets.synthetic.items.kinds import DESK, Builder, Kind, built, choose
from deskcheck_datasets.synthetic.items.listing import LISTED

__all__ = ["BUILDERS", "KINDS", "Builder", "build"]

KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(dict(LISTED))


def build(class_id: str, draw: Draw, place: str = DESK) -> Item:
    """Build one item of a class; the draws decide its kind and variant.

    Args:
        place: ``desk``, ``floor`` or ``chair_back``: kinds that are met there, or any where the class has none.
    """
    return built(choose(draw, KINDS[class_id], place), draw)


BUILDERS: Mapping[str, Builder] = MappingProxyType({name: partial(build, name) for name in KINDS})
