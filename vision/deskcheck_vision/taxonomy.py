"""The 45 item classes that deskcheck speaks of, in their fixed order.

A leaf: standard library only. The order is a contract with stored judgements and trained weights, so new
classes are appended and none is ever moved. Names, typical sizes, minimum picture scales and default policies
come from the project's domain notes on government service halls; a minimum picture scale that they do not give
is the nearest of 1.5, 3, 5 and 8 px/cm by the item's smallest telling side.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from deskcheck_vision.errors import UnknownClassError

TAXONOMY_VERSION = "1"


class Group(StrEnum):
    """What an item is there for; the pages colour and sort by it."""

    EQUIPMENT = "equipment"
    STATIONERY = "stationery"
    PAPER = "paper"
    PRIVATE = "private"
    SURROUNDINGS = "surroundings"
    PERSON = "person"


class DefaultPolicy(StrEnum):
    """What a centre starts from before it decides; every layout may say otherwise."""

    REQUIRED = "required"
    ZONE = "zone"
    FORBIDDEN = "forbidden"
    ADVISORY = "advisory"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class ItemClass:
    """One class of counter item.

    Attributes:
        id: stable snake_case name, used in files, the API and the database.
        zh: Chinese name shown to people.
        en: English name shown to people.
        group: what the item is there for.
        size_cm: typical width, depth, height in cm, as it usually stands.
        min_scale_px_per_cm: below this picture scale the class is not judged.
        default_policy: what a centre starts from.
        first_release: one of the 30 classes that the first release promises.
    """

    id: str
    zh: str
    en: str
    group: Group
    size_cm: tuple[float, float, float]
    min_scale_px_per_cm: float
    default_policy: DefaultPolicy
    first_release: bool


def _c(
    id: str, zh: str, en: str, group: Group, size_cm: tuple[float, float, float], scale: float, policy: str, first: bool
) -> ItemClass:
    return ItemClass(id, zh, en, group, size_cm, scale, DefaultPolicy(policy), first)


_E, _S, _P, _V, _R = Group.EQUIPMENT, Group.STATIONERY, Group.PAPER, Group.PRIVATE, Group.SURROUNDINGS

CLASSES: tuple[ItemClass, ...] = (
    _c("monitor", "显示器", "monitor", _E, (54, 20, 45), 1.5, "required", True),
    _c("monitor_riser", "电脑增高架", "monitor riser", _E, (50, 24, 10), 1.5, "zone", True),
    _c("keyboard", "键盘", "keyboard", _E, (44, 14, 3), 1.5, "zone", True),
    _c("mouse", "鼠标", "mouse", _E, (11, 6, 4), 3, "zone", True),
    _c("mouse_pad", "鼠标垫", "mouse pad", _E, (24, 20, 0.3), 1.5, "zone", False),
    _c("document_camera", "高拍仪", "document camera", _E, (20, 12, 38), 1.5, "zone", True),
    _c("tablet_terminal", "平板/叫号控制器", "tablet terminal", _E, (25, 17, 1), 1.5, "zone", True),
    _c("evaluator", "评价器", "evaluator", _E, (20, 13, 15), 1.5, "zone", True),
    _c("telephone", "电话机", "telephone", _E, (20, 18, 10), 3, "zone", True),
    _c("printer", "打印/扫描/复印机", "printer", _E, (40, 36, 28), 1.5, "forbidden", True),
    _c("id_card_reader", "身份证读卡器", "ID card reader", _E, (14, 10, 4), 3, "zone", False),
    _c("desk_sign", "桌牌/暂停服务牌", "desk sign", _E, (20, 8, 12), 3, "zone", True),
    _c("power_strip", "插线板", "power strip", _E, (28, 6, 4), 3, "forbidden", False),
    _c("personal_appliance", "音箱/取暖器/风扇/加湿器", "personal appliance", _V, (25, 20, 25), 1.5, "forbidden", True),
    _c("pen", "签字笔", "pen", _S, (14, 1, 1), 8, "zone", False),
    _c("pen_stand", "台笔座", "pen stand", _S, (8, 8, 20), 3, "required", True),
    _c("pen_holder", "笔筒", "pen holder", _S, (8, 8, 10), 3, "zone", True),
    _c("storage_box", "收纳盒", "storage box", _S, (30, 20, 12), 1.5, "zone", True),
    _c("stamp", "印章", "stamp", _S, (4, 4, 8), 5, "zone", True),
    _c("ink_pad", "印泥", "ink pad", _S, (9, 9, 2), 5, "zone", False),
    _c("small_stationery", "订书机/计算器/剪刀/胶带", "small stationery", _S, (12, 5, 4), 5, "zone", False),
    _c("desk_calendar", "台历", "desk calendar", _S, (21, 8, 16), 3, "zone", False),
    _c("sticky_note", "便签", "sticky note", _P, (7.6, 7.6, 0.1), 8, "forbidden", False),
    _c("paper_document", "纸质材料", "paper document", _P, (30, 21, 0.5), 3, "zone", True),
    _c("document_tray", "文件篮/文件架", "document tray", _P, (34, 26, 12), 1.5, "zone", True),
    _c("file_folder", "文件夹/盒", "file folder", _P, (24, 5, 31), 1.5, "zone", True),
    _c("brochure", "宣传册/架", "brochure", _P, (21, 15, 25), 3, "zone", True),
    _c("newspaper_magazine", "报纸杂志书", "newspaper, magazine or book", _P, (28, 21, 2), 3, "forbidden", True),
    _c("mobile_phone", "手机", "mobile phone", _V, (16, 8, 1), 5, "forbidden", True),
    _c("bag", "包/袋", "bag", _V, (30, 15, 25), 1.5, "forbidden", True),
    _c("clothing", "衣物", "clothing", _V, (50, 40, 10), 1.5, "forbidden", True),
    _c("umbrella", "雨伞", "umbrella", _V, (60, 8, 8), 1.5, "forbidden", True),
    _c("personal_ornament", "玩偶/摆件/相框", "personal ornament", _V, (15, 10, 18), 3, "forbidden", True),
    _c("cosmetics", "化妆品/镜梳", "cosmetics", _V, (8, 4, 10), 5, "forbidden", False),
    _c("tissue", "纸巾", "tissues", _V, (21, 12, 8), 3, "zone", True),
    _c("cup", "水杯/保温杯", "cup", _V, (8, 8, 12), 3, "zone", True),
    _c("beverage_container", "饮料瓶罐/奶茶", "beverage container", _V, (7, 7, 19), 3, "forbidden", True),
    _c("food", "食品/水果/外卖", "food", _V, (15, 12, 8), 3, "forbidden", True),
    _c("cleaning_tool", "拖把/扫帚/抹布/桶", "cleaning tool", _R, (30, 30, 100), 1.5, "forbidden", False),
    _c("trash_bin", "垃圾桶", "trash bin", _R, (25, 25, 30), 1.5, "context", False),
    _c("chair", "座椅", "chair", _R, (60, 60, 100), 1.5, "zone", False),
    _c("cushion", "靠垫", "cushion", _R, (42, 42, 10), 1.5, "advisory", False),
    _c("potted_plant", "绿植", "potted plant", _R, (20, 20, 30), 1.5, "forbidden", True),
    _c("position_marker", "定位贴", "position marker", _R, (5, 5, 0.1), 8, "context", False),
    _c("person", "人员/手臂", "person", Group.PERSON, (50, 30, 170), 1.5, "context", False),
)

BY_ID: MappingProxyType[str, ItemClass] = MappingProxyType({item.id: item for item in CLASSES})
INDEX: MappingProxyType[str, int] = MappingProxyType({item.id: index for index, item in enumerate(CLASSES)})


def class_by_id(name: str) -> ItemClass:
    """Return the class of that id.

    Raises:
        UnknownClassError: no such class; the message lists the known ones.
    """
    try:
        return BY_ID[name]
    except KeyError:
        raise UnknownClassError(name=name, known=", ".join(BY_ID)) from None


def class_index(name: str) -> int:
    """Return the position of a class in ``CLASSES``.

    Raises:
        UnknownClassError: no such class; the message lists the known ones.
    """
    return INDEX[class_by_id(name).id]
