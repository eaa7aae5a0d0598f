"""What goes wrong on the rendered day: which rule, which thing, at which window.

The kinds were chosen from documented figures before any picture of the day was made: what the model finds of a class on
the validation part (``deskcheck.recalls`` in the weight file) and what the rules found in the verdict windows. Of the
forty counted events every class is found in at least 0.67 of the cases there. Kinds that are documented as weak (things
found in less than 0.6 of the cases) are planted beside them and reported apart: finding one is no false alarm, missing
one is no miss.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that goes wrong.

    Attributes:
        act: ``gone``, ``moved``, ``added`` or ``on_printer``.
        rule: id of the rule that it breaks.
        item: taxonomy class.
    """

    act: str
    rule: str
    item: str


@dataclass(frozen=True, slots=True)
class WindowKinds:
    """What a window has and what happens at it.

    Attributes:
        needs: see ``planned_windows.draw_window``.
        kinds: counted ones.
        weak: planted beside them, reported apart.
        tissue: the window has a pack of tissues that has to be put back after use.
    """

    needs: frozenset[str]
    kinds: tuple[Kind, ...]
    weak: Kind
    tissue: bool = False


def _gone(item: str) -> Kind:
    return Kind("gone", "V05", item)


def _moved(item: str) -> Kind:
    return Kind("moved", "V04", item)


def _forbidden(item: str) -> Kind:
    return Kind("added", "V01", item)


def _more(item: str) -> Kind:
    return Kind("added", "V06", item)


_PRINTER_OUT = Kind("added", "V13", "printer")
_PLANT_ON_PRINTER = Kind("on_printer", "V10", "potted_plant")
_TISSUE = Kind("moved", "V07", "tissue")
_NO_PRINTER = frozenset({"no_printer"})
_PRINTER = frozenset({"printer"})

WINDOW_KINDS = (
    WindowKinds(
        _NO_PRINTER | {"telephone"},
        (_gone("keyboard"), _gone("mouse"), _PRINTER_OUT, _forbidden("potted_plant"), _TISSUE),
        _forbidden("beverage_container"),
        tissue=True,
    ),
    WindowKinds(
        _PRINTER,
        (_gone("mouse"), _moved("keyboard"), _PLANT_ON_PRINTER, _forbidden("bag"), _more("keyboard")),
        _forbidden("food"),
    ),
    WindowKinds(
        _NO_PRINTER,
        (_gone("keyboard"), _moved("mouse"), _PRINTER_OUT, _forbidden("potted_plant"), _gone("monitor")),
        _forbidden("personal_ornament"),
    ),
    WindowKinds(
        _NO_PRINTER | {"riser"},
        (_gone("mouse"), _moved("keyboard"), _PRINTER_OUT, _forbidden("potted_plant"), _more("mouse")),
        _forbidden("umbrella"),
    ),
    WindowKinds(
        _NO_PRINTER | {"cup"},
        (_gone("keyboard"), _moved("mouse"), _PRINTER_OUT, _forbidden("bag"), _TISSUE),
        _more("cup"),
        tissue=True,
    ),
    WindowKinds(
        _PRINTER,
        (_gone("mouse"), _gone("keyboard"), _moved("mouse"), _PLANT_ON_PRINTER, _forbidden("potted_plant")),
        _forbidden("beverage_container"),
    ),
    WindowKinds(
        _NO_PRINTER | {"riser"},
        (_gone("keyboard"), _moved("keyboard"), _PRINTER_OUT, _forbidden("bag"), _more("mouse")),
        _forbidden("food"),
    ),
    WindowKinds(
        _NO_PRINTER,
        (_gone("monitor"), _moved("mouse"), _PRINTER_OUT, _moved("keyboard"), _more("keyboard")),
        _forbidden("newspaper_magazine"),
    ),
)
