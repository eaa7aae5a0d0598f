"""Which family builds which taxonomy class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from deskcheck_datasets.synthetic.items import (
    cups,
    desk_things,
    document_cameras,
    goods,
    inputs,
    papers,
    pens,
    printers,
    private_things,
    screens,
    telephones,
)
from deskcheck_datasets.synthetic.items.base import Draw, Item

Builder = Callable[[Draw], Item]

BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "monitor": screens.monitor,
        "monitor_riser": screens.monitor_riser,
        "keyboard": inputs.keyboard,
        "mouse": inputs.mouse,
        "mouse_pad": inputs.mouse_pad,
        "document_camera": document_cameras.document_camera,
        "tablet_terminal": desk_things.tablet_terminal,
        "evaluator": desk_things.evaluator,
        "telephone": telephones.telephone,
        "printer": printers.printer,
        "desk_sign": desk_things.desk_sign,
        "pen": pens.pen,
        "pen_stand": pens.pen_stand,
        "pen_holder": pens.pen_holder,
        "storage_box": desk_things.storage_box,
        "stamp": desk_things.stamp,
        "ink_pad": desk_things.ink_pad,
        "paper_document": papers.paper_document,
        "document_tray": papers.document_tray,
        "file_folder": papers.file_folder,
        "brochure": papers.brochure,
        "newspaper_magazine": papers.newspaper_magazine,
        "mobile_phone": telephones.mobile_phone,
        "bag": private_things.bag,
        "umbrella": private_things.umbrella,
        "personal_ornament": private_things.personal_ornament,
        "tissue": desk_things.tissue,
        "cup": cups.cup,
        "beverage_container": goods.beverage_container,
        "food": goods.food,
        "potted_plant": private_things.potted_plant,
    }
)


def build(class_id: str, draw: Draw) -> Item:
    """Build one item of a class; the draws decide its variant."""
    return BUILDERS[class_id](draw)
