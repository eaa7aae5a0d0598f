"""The list of kinds. ``U`` marks those of the test side only; numbers are weights."""

from __future__ import annotations

from deskcheck_datasets.synthetic.items import (
    appliances,
    cleaning,
    clothes,
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
    signs,
    stationery,
    telephones,
    terminals,
    toiletries,
    tumblers,
)
from deskcheck_datasets.synthetic.items.kinds import CHAIR_BACK, FLOOR, Builder, Kind


def _k(*builders: Builder, unseen: tuple[Builder, ...] = (), floor: tuple[Builder, ...] = ()) -> tuple[Kind, ...]:
    """Kinds named after their functions."""
    seen = [Kind(b.__name__, b) for b in builders]
    hidden = [Kind(b.__name__, b, test_only=True) for b in unseen]
    return (*seen, *hidden, *(Kind(b.__name__, b, place=FLOOR) for b in floor))


LISTED: dict[str, tuple[Kind, ...]] = {
    "monitor": _k(screens.monitor),
    "monitor_riser": _k(screens.monitor_riser),
    "keyboard": _k(inputs.keyboard),
    "mouse": _k(inputs.mouse),
    "mouse_pad": _k(inputs.mouse_pad),
    "document_camera": _k(document_cameras.folding_arm, document_cameras.gooseneck, document_cameras.upright),
    "tablet_terminal": _k(
        desk_things.tablet_terminal,
        terminals.tablet_flat,
        terminals.caller_pad,
        terminals.pole_tablet,
        unseen=(terminals.signing_pad,),
    ),
    "evaluator": _k(
        desk_things.evaluator,
        terminals.face_buttons,
        terminals.photo_evaluator,
        terminals.led_evaluator,
        unseen=(terminals.double_screen,),
    ),
    "telephone": _k(telephones.telephone),
    "printer": _k(printers.printer),
    "id_card_reader": _k(
        terminals.flat_reader, terminals.slope_reader, terminals.pad_reader, unseen=(terminals.fingerprint_reader,)
    ),
    "desk_sign": _k(
        desk_things.desk_sign,
        signs.l_acrylic,
        signs.prism,
        signs.flag_and_plate,
        unseen=(signs.round_foot_stand, signs.flip_plate),
    ),
    "power_strip": _k(appliances.power_strip, appliances.usb_strip, unseen=(appliances.cube_socket,)),
    "personal_appliance": _k(
        appliances.desk_fan,
        appliances.mini_fan,
        appliances.fan_heater,
        appliances.speaker,
        appliances.humidifier,
        appliances.kettle,
        appliances.desk_lamp,
        appliances.quartz_heater,
        unseen=(appliances.bluetooth_speaker, appliances.radio_clock),
    ),
    "pen": _k(pens.pen),
    "pen_stand": _k(pens.pen_stand),
    "pen_holder": _k(pens.pen_holder),
    "storage_box": _k(desk_things.storage_box),
    "stamp": _k(desk_things.stamp),
    "ink_pad": _k(desk_things.ink_pad),
    "small_stationery": _k(
        stationery.stapler,
        stationery.calculator,
        stationery.scissors,
        stationery.tape_dispenser,
        stationery.tape_roll,
        stationery.glue_and_eraser,
        unseen=(stationery.punch, stationery.clip_box),
    ),
    "desk_calendar": _k(stationery.tent_calendar, stationery.flat_calendar, unseen=(stationery.block_calendar,)),
    "sticky_note": _k(
        stationery.note_pad, stationery.single_notes, stationery.note_cube, unseen=(stationery.flag_strips,)
    ),
    "paper_document": _k(papers.paper_document),
    "document_tray": _k(papers.document_tray),
    "file_folder": _k(papers.file_folder),
    "brochure": _k(papers.brochure),
    "newspaper_magazine": _k(papers.newspaper_magazine),
    "mobile_phone": _k(telephones.mobile_phone),
    "bag": _k(private_things.bag),
    "clothing": (
        *_k(clothes.folded, clothes.thrown, clothes.scarf, clothes.cap, unseen=(clothes.gloves,)),
        Kind("hung_jacket", clothes.hung_jacket, place=CHAIR_BACK),
    ),
    "umbrella": _k(private_things.umbrella),
    "personal_ornament": _k(private_things.plush_bear, private_things.photo_frame, private_things.figurine),
    "cosmetics": _k(
        toiletries.lotion_bottle,
        toiletries.cream_jar,
        toiletries.lipsticks,
        toiletries.mirror_and_comb,
        unseen=(toiletries.tube_and_spray,),
    ),
    "tissue": _k(
        desk_things.tissue,
        toiletries.soft_pack,
        toiletries.holder_box,
        toiletries.paper_roll,
        unseen=(toiletries.wet_wipes,),
    ),
    "cup": _k(
        cups.mug,
        cups.glass,
        cups.steel_thermos,
        cups.lidded_cup,
        cups.paper_cup,
        tumblers.tea_bottle,
        tumblers.enamel_mug,
        tumblers.straw_tumbler,
        tumblers.travel_mug,
        tumblers.handle_glass,
        unseen=(tumblers.teacup, tumblers.sport_flask, tumblers.ribbed_tumbler),
    ),
    "beverage_container": _k(goods.pet_bottle, goods.can, goods.milk_tea, goods.carton),
    "food": _k(goods.apple, goods.banana, goods.orange, goods.snack_bag, goods.lunch_box),
    "cleaning_tool": _k(
        cleaning.rag,
        cleaning.spray_bottle,
        cleaning.hand_brush,
        unseen=(cleaning.feather_duster,),
        floor=(cleaning.broom_set, cleaning.lying_broom, cleaning.mop_bucket, cleaning.bucket),
    ),
    "trash_bin": _k(cleaning.desk_bin, floor=(cleaning.round_bin, cleaning.pedal_bin, cleaning.wire_bin)),
    "cushion": _k(clothes.square_cushion, clothes.seat_pad, clothes.neck_pillow, unseen=(clothes.lumbar_support,)),
    "potted_plant": _k(private_things.potted_plant),
    "position_marker": _k(stationery.corner_marker, stationery.name_marker, stationery.round_marker),
}
