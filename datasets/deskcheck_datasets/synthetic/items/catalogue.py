"""Which kinds there are of every taxonomy class, and which of them training never sees."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from deskcheck_datasets.synthetic.items.base import Draw, Item
from deskcheck_datasets.synthetic.items.cuttings import cut_kinds
from deskcheck_datasets.synthetic.items.kinds import DESK, Builder, Kind, built, choose
from deskcheck_datasets.synthetic.items.listing import LISTED
from deskcheck_datasets.synthetic.items.scans import scan_kinds

__all__ = ["BUILDERS", "KINDS", "Builder", "build"]

KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(dict(LISTED))


def build(class_id: str, draw: Draw, place: str = DESK) -> Item:
    """Build one item of a class; the draws decide its kind and variant.

    Where a data folder is given (``scans``, ``cuttings``), its scanned objects and printed faces are further kinds for
    the desk: the same seed then gives other items than without it, and their labels begin with ``scan:`` or ``cut:``.

    Args:
        place: ``desk``, ``floor`` or ``chair_back``: kinds that are met there, or those of the desk where the class
            has none.
    """
    kinds = KINDS[class_id]
    if place == DESK:
        kinds = (*kinds, *scan_kinds(class_id), *cut_kinds(class_id))
    return built(choose(draw, kinds, place), draw)


BUILDERS: Mapping[str, Builder] = MappingProxyType({name: partial(build, name) for name in KINDS})
