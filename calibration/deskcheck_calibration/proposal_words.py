"""What is said to people about a drafted layout, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deskcheck_vision.errors import Language

from deskcheck_calibration.propose import NoZone

_NO_ZONE: Mapping[NoZone, tuple[str, str]] = MappingProxyType(
    {
        NoZone.FORBIDDEN: ("禁放物品", "it is forbidden"),
        NoZone.SELDOM: ("很少见到", "seldom seen"),
        NoZone.UNSURE: ("识别把握不足", "never recognised surely"),
        NoZone.SAME_THING: (
            "与同类的另一处重叠，可能是同一物品",
            "it lies on another place of the same class, perhaps one thing",
        ),
        NoZone.OFF_DESK: ("不在台面上", "it is not on the desk"),
    }
)


def no_zone_text(reason: NoZone, language: Language) -> str:
    """Return why no home zone was drafted where something stood."""
    zh, en = _NO_ZONE[reason]
    return zh if language == "zh" else en
