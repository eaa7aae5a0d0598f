"""The demonstration hall: four windows, how each should look, and the photos that were taken of them.

Everything in centimetres in desk coordinates. What a photo breaks is listed beside how it is broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from deskcheck_datasets.synthetic.items import (
    cups,
    document_cameras,
    goods,
    inputs,
    pens,
    printers,
    private_things,
    screens,
    telephones,
)
from deskcheck_datasets.synthetic.items.catalogue import Builder

KINDS: Mapping[str, Builder] = MappingProxyType(
    {
        "monitor": screens.monitor,
        "monitor_riser": screens.monitor_riser,
        "keyboard": inputs.keyboard,
        "mouse": inputs.mouse,
        "telephone": telephones.telephone,
        "mobile_phone": telephones.mobile_phone,
        "folding_arm": document_cameras.folding_arm,
        "upright": document_cameras.upright,
        "printer": printers.printer,
        "mug": cups.mug,
        "pen_holder": pens.pen_holder,
        "bottle": goods.pet_bottle,
        "banana": goods.banana,
        "apple": goods.apple,
        "teddy_bear": private_things.plush_bear,
        "potted_plant": private_things.potted_plant,
    }
)


AREAS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"GENERAL": ("综合服务区", "General services"), "LIVING": ("民生服务区", "Livelihood services")}
)
CENTRE = ("DEMO", "示范政务服务中心", "Demonstration service centre")


@dataclass(frozen=True, slots=True)
class Stand:
    """A thing and its place.

    Attributes:
        key: name within the window.
        kind: key of ``KINDS``.
        seed: variant.
        at_cm: desk x and y of its middle.
        yaw_deg: turn; 0 faces the staff.
        on: key of the thing that carries it; empty for the desk.
        margin_cm: how far its home zone reaches beyond its footprint; None: no zone.
        required: a missing one is a finding.
    """

    key: str
    kind: str
    seed: int
    at_cm: tuple[float, float]
    yaw_deg: float = 0.0
    on: str = ""
    margin_cm: float | None = 4.0
    required: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo.

    Attributes:
        name: file name without ending.
        captured_at: ISO time with zone.
        seed: hand, light and noise.
        moved: new place (x, y, yaw) of things by key.
        gone: keys of things that are not there.
        added: further things.
        planted: (rule, taxonomy class) pairs that this photo breaks.
        reference: the approved reference photo.
    """

    name: str
    captured_at: str
    seed: int
    moved: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    added: tuple[Stand, ...] = ()
    planted: tuple[tuple[str, str], ...] = ()
    reference: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A window of the hall.

    Attributes:
        code, name_zh, name_en: names.
        area: code of its responsibility area, a key of ``AREAS``.
        seed: room, worktop and light.
        desk_wh_cm: width and depth.
        stands: how it should look.
        photos: reference first.
        edge_clearance_cm: V03's limit; None switches it off.
        cabinet_x_cm: the counter left of this x is the low cabinet's panel; 0: none.
        allowed: classes allowed anywhere although the taxonomy forbids them.
        camera_gap_cm: how near the document camera has to stand to the monitor; None: anywhere.
        cup_returns: cups have to be back on their place after closing.
    """

    code: str
    name_zh: str
    name_en: str
    area: str
    seed: int
    desk_wh_cm: tuple[float, float]
    stands: tuple[Stand, ...]
    photos: tuple[Photo, ...]
    edge_clearance_cm: float | None = None
    cabinet_x_cm: float = 0.0
    allowed: tuple[str, ...] = ()
    camera_gap_cm: float | None = None
    cup_returns: bool = False


GENERAL = Window(
    "A01", "1号窗口 综合受理", "Window 1, general intake", "GENERAL", 9101, (160.0, 70.0),
    (
        Stand("monitor", "monitor", 111, (78, 27), required=True, margin_cm=8.0),
        Stand("keyboard", "keyboard", 22, (78, 56), required=True, margin_cm=6.0),
        Stand("mouse", "mouse", 23, (111, 56), required=True, margin_cm=8.0),
        Stand("camera", "folding_arm", 24, (41, 31), margin_cm=None),
        Stand("telephone", "telephone", 25, (134, 26), -12, margin_cm=8.0),
        Stand("cup", "mug", 104, (142, 56), 25),
    ),
    (
        Photo("A01-reference", "2026-11-16T08:40:00+08:00", 1, reference=True),
        Photo(
            "A01-morning", "2026-11-18T10:12:00+08:00", 2,
            moved={"mouse": (112.0, 55.2, 6.0), "cup": (141.2, 56.6, 60.0)},
        ),
        Photo(
            "A01-afternoon", "2026-11-18T15:34:00+08:00", 3,
            moved={"cup": (112.0, 33.0, 200.0)},
            added=(Stand("bottle", "bottle", 31, (22, 60)),),
            planted=(("V01", "beverage_container"), ("V04", "cup")),
        ),
    ),
    camera_gap_cm=12.0,
)  # fmt: skip

SOCIAL = Window(
    "B02", "2号窗口 社会保障", "Window 2, social insurance", "LIVING", 9202, (180.0, 75.0),
    (
        Stand("riser", "monitor_riser", 41, (88, 28)),
        Stand("monitor", "monitor", 131, (88, 29), on="riser", required=True, margin_cm=None),
        Stand("keyboard", "keyboard", 43, (88, 61), required=True, margin_cm=6.0),
        Stand("mouse", "mouse", 44, (122, 61), required=True, margin_cm=8.0),
        Stand("telephone", "telephone", 45, (38, 38), 12, margin_cm=8.0),
        Stand("cup", "mug", 134, (152, 58), -30, margin_cm=None),
        Stand("plant", "potted_plant", 47, (150, 31), margin_cm=None),
    ),
    (
        Photo("B02-reference", "2026-11-16T08:46:00+08:00", 11, reference=True),
        Photo("B02-morning", "2026-11-18T10:20:00+08:00", 12, moved={"keyboard": (87.0, 60.6, 2.0)}),
        Photo(
            "B02-afternoon", "2026-11-18T15:41:00+08:00", 13,
            moved={"cup": (129.0, 7.0, 20.0)},
            added=(Stand("phone", "mobile_phone", 51, (56, 60), 20),),
            planted=(("V03", "cup"), ("V01", "mobile_phone")),
        ),
    ),
    edge_clearance_cm=8.0,
    allowed=("potted_plant",),
)  # fmt: skip

PROPERTY = Window(
    "C03", "3号窗口 不动产登记", "Window 3, property registration", "GENERAL",
    9303, (200.0, 80.0),
    (
        Stand("printer", "printer", 61, (28, 40), margin_cm=6.0),
        Stand("monitor", "monitor", 122, (118, 30), required=True, margin_cm=8.0),
        Stand("keyboard", "keyboard", 63, (118, 64), required=True, margin_cm=6.0),
        Stand("mouse", "mouse", 64, (152, 64), required=True, margin_cm=8.0),
        Stand("camera", "upright", 65, (83, 32), margin_cm=None),
        Stand("cup", "mug", 136, (183, 62), 10),
    ),
    (
        Photo("C03-reference", "2026-11-16T08:52:00+08:00", 21, reference=True),
        Photo(
            "C03-morning", "2026-11-18T10:29:00+08:00", 22,
            moved={"cup": (182.0, 61.0, 90.0), "mouse": (151.0, 64.6, -4.0)},
        ),
        Photo(
            "C03-afternoon", "2026-11-18T15:50:00+08:00", 23,
            added=(
                Stand("bottle", "bottle", 71, (30, 42), on="printer"),
                Stand("bear", "teddy_bear", 72, (168, 30), -15),
            ),
            planted=(("V10", "beverage_container"), ("V01", "personal_ornament")),
        ),
        Photo(
            "C03-late", "2026-11-19T10:31:00+08:00", 24,
            moved={"camera": (186.0, 30.0, 0.0)},
            added=(Stand("banana", "banana", 73, (84, 38), 30),),
            planted=(("V08", "document_camera"), ("V01", "food")),
        ),
    ),
    cabinet_x_cm=56.0,
    camera_gap_cm=12.0,
)  # fmt: skip

BORDER = Window(
    "D04", "4号窗口 出入境", "Window 4, exit and entry", "LIVING", 9404, (150.0, 65.0),
    (
        Stand("monitor", "monitor", 128, (76, 25), required=True, margin_cm=8.0),
        Stand("keyboard", "keyboard", 82, (72, 52), required=True, margin_cm=6.0),
        Stand("mouse", "mouse", 83, (105, 52), required=True, margin_cm=8.0),
        Stand("telephone", "telephone", 84, (125, 24), -8, margin_cm=8.0),
        Stand("cup", "mug", 128, (132, 52), 40),
    ),
    (
        Photo("D04-reference", "2026-11-16T08:58:00+08:00", 31, reference=True),
        Photo("D04-morning", "2026-11-18T10:37:00+08:00", 32, moved={"keyboard": (73.0, 51.5, -2.0)}),
        Photo(
            "D04-afternoon", "2026-11-18T15:58:00+08:00", 33,
            gone=("mouse",),
            added=(Stand("second_cup", "mug", 112, (112, 50), 120),),
            planted=(("V05", "mouse"), ("V06", "cup")),
        ),
        Photo(
            "D04-closed", "2026-11-19T17:42:00+08:00", 34,
            moved={"cup": (30.0, 50.0, 150.0)},
            added=(Stand("printer", "printer", 92, (27, 24), 4),),
            planted=(("V07", "cup"), ("V13", "printer")),
        ),
    ),
    cup_returns=True,
)  # fmt: skip

WINDOWS = (GENERAL, SOCIAL, PROPERTY, BORDER)
