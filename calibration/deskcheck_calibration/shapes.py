"""What is known of an item's shape before it is seen: typical size, how much it varies, how it is turned.

Typical sizes are the taxonomy's. Spreads are standard deviations of the logarithm of width, depth and height,
chosen so that the ranges in the domain notes (a cup 8 to 24 cm high, a tray 6 to 30) lie within two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from deskcheck_vision.taxonomy import CLASSES, ItemClass

_DEFAULT_SPREAD = (0.14, 0.16, 0.25)
_SPREADS: dict[str, tuple[float, float, float]] = {
    "monitor": (0.15, 0.18, 0.15),
    "keyboard": (0.12, 0.12, 0.40),
    "document_camera": (0.18, 0.22, 0.20),
    "tablet_terminal": (0.14, 0.15, 1.20),
    "personal_appliance": (0.30, 0.30, 0.40),
    "pen": (0.12, 0.30, 0.50),
    "storage_box": (0.22, 0.22, 0.30),
    "small_stationery": (0.35, 0.40, 0.40),
    "sticky_note": (0.12, 0.12, 0.80),
    "paper_document": (0.10, 0.10, 1.00),
    "document_tray": (0.12, 0.12, 0.40),
    "file_folder": (0.15, 0.30, 0.12),
    "brochure": (0.30, 0.35, 0.25),
    "newspaper_magazine": (0.22, 0.22, 0.60),
    "mobile_phone": (0.08, 0.10, 0.40),
    "bag": (0.30, 0.35, 0.30),
    "clothing": (0.40, 0.40, 0.50),
    "umbrella": (0.35, 0.40, 0.40),
    "personal_ornament": (0.40, 0.40, 0.40),
    "cosmetics": (0.40, 0.40, 0.40),
    "cup": (0.15, 0.15, 0.35),
    "beverage_container": (0.15, 0.15, 0.35),
    "food": (0.35, 0.35, 0.45),
    "potted_plant": (0.35, 0.35, 0.40),
}
_ROUND = frozenset({"cup", "beverage_container", "pen_holder", "pen_stand", "stamp", "trash_bin", "potted_plant"})
# People set these square to the desk; the rest may lie any way. Angle, probability, spread of the angle in degrees.
_SQUARE_TO_THE_DESK = frozenset(
    {"monitor", "monitor_riser", "keyboard", "mouse_pad", "document_camera", "printer", "id_card_reader", "desk_sign",
     "document_tray", "desk_calendar", "storage_box"}
)  # fmt: skip
Turns = tuple[tuple[float, float, float], ...]
_SQUARE_TURNS: Turns = ((0.0, 0.75, 5.0), (45.0, 0.08, 18.0), (90.0, 0.09, 5.0), (135.0, 0.08, 18.0))
_ANY_TURNS: Turns = ((0.0, 0.25, 18.0), (45.0, 0.25, 18.0), (90.0, 0.25, 18.0), (135.0, 0.25, 18.0))
# Boxes around these are less certain: thin arms, soft outlines.
_LOOSE_BOXES = frozenset(
    {"document_camera", "clothing", "bag", "potted_plant", "umbrella", "personal_appliance", "food"}
)


@dataclass(frozen=True, slots=True)
class ShapePrior:
    """What to expect of one class.

    Attributes:
        size_cm: typical width, depth, height in cm.
        log_spread: standard deviation of the logarithm of each.
        is_round: a cylinder; otherwise a cuboid.
        turns: (angle against the desk's x axis, probability, standard deviation of the angle) to try, in degrees.
        box_spread: standard deviation of a box edge as a share of the box side.
    """

    size_cm: tuple[float, float, float]
    log_spread: tuple[float, float, float]
    is_round: bool
    turns: Turns
    box_spread: float


def _prior(item: ItemClass) -> ShapePrior:
    is_round = item.id in _ROUND
    turns = _SQUARE_TURNS if item.id in _SQUARE_TO_THE_DESK else _ANY_TURNS
    if not is_round and max(item.size_cm[:2]) < 1.2 * min(item.size_cm[:2]):
        # Almost square: a quarter turn changes nothing.
        turns = tuple((angle, 2 * probability, spread) for angle, probability, spread in turns[:2])
    return ShapePrior(
        size_cm=item.size_cm,
        log_spread=_SPREADS.get(item.id, _DEFAULT_SPREAD),
        is_round=is_round,
        turns=((0.0, 1.0, 18.0),) if is_round else turns,
        box_spread=0.03 if item.id in _LOOSE_BOXES else 0.015,
    )


SHAPES: MappingProxyType[str, ShapePrior] = MappingProxyType({item.id: _prior(item) for item in CLASSES})
