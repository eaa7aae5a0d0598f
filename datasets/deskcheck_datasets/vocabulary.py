"""The words of the data: the 80 COCO names, the labels that this project appends, and what each source calls things.

A *source class* is what a folder or a class list says ("webobj224/desk_phone"); a *label* is one output of the
model. Several labels may stand for one taxonomy class; that table belongs to the models package. A source class
that maps to None is a distractor: it may lie in a picture, and no appended label may fire on it.
"""

from __future__ import annotations

from types import MappingProxyType

COCO_NAMES: tuple[str, ...] = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple",
    "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone",
    "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear",
    "hair drier", "toothbrush",
)  # fmt: skip

APPENDED_NAMES: tuple[str, ...] = (
    "telephone", "printer", "pen", "pen holder", "stapler", "calculator", "tape", "stationery", "paper", "binder",
    "document tray", "brochure", "sticky notes", "tissue", "thermos", "drink carton", "fruit", "snack", "cosmetics",
    "tablet", "clothing", "figurine", "appliance", "mouse pad", "storage box", "stamp", "ink pad",
    "document camera", "evaluator", "monitor riser", "id card reader", "desk sign", "power strip", "pen stand",
    "desk calendar", "cleaning tool", "trash bin", "cushion", "position marker",
    "counter monitor", "counter keyboard", "counter mouse", "counter phone", "counter cup", "counter bottle",
    "counter chair", "counter plant", "counter bag", "counter book", "counter ornament", "counter umbrella",
)  # fmt: skip

LABEL_NAMES: tuple[str, ...] = COCO_NAMES + APPENDED_NAMES

# Where a source's class differs from the label's own name. None: a distractor.
_SOURCE_LABELS: dict[str, str | None] = {
    "backpack": "backpack", "book": "book", "bottle": "bottle", "box": None, "brochure": "brochure",
    "calculator": "calculator", "camera": None, "card": "paper", "ceiling_fan": None, "chair": "chair",
    "chair_windsor": "chair", "clock": "clock", "clothes": "clothing", "copier": "printer",
    "correction_tape": "stationery", "cosmetics": "cosmetics", "cup": "cup", "desk_organizer": "storage box",
    "desk_phone": "telephone", "desktop_pc": None, "document_tray": "document tray", "dress": "clothing",
    "drink": "drink carton", "envelope": "paper", "eraser": "stationery", "fan": "appliance", "figurine": "figurine",
    "figurine_buddha": "figurine", "file_basket (magazine file)": "document tray", "file_folder": "binder",
    "food (vegetable)": "fruit", "fruit": "fruit", "glasses": None, "globe": "figurine", "glue": "stationery",
    "handbag": "handbag", "hat": "clothing", "headphones": None, "heater": "appliance", "hole_punch": "stationery",
    "jar": "snack", "kettle": None, "keyboard": "keyboard", "lamp": None, "laptop": "laptop",
    "longsleeve": "clothing", "medicine": None, "misc_electronics": None, "mobile_phone": "cell phone",
    "monitor": "tv", "mop": "cleaning tool", "mouse": "mouse", "mouse_pad": "mouse pad", "name_plate": "desk sign",
    "napkin": "tissue", "newspaper": "book", "notebook": "book", "outwear": "clothing", "pants": "clothing",
    "paper": "paper", "paper_bag": None, "paper_clip": "stationery", "paper_ream": "paper", "pen": "pen",
    "pen_holder": "pen holder", "pen_holder (desk organiser)": "pen holder", "pen_pack": None, "pencil_case": None,
    "pizza": "pizza", "plant": "potted plant", "plant_bonsai": "potted plant", "plastic_bag": None,
    "printer": "printer", "printer_cartridge": None, "projector": None, "remote": "remote", "ring_binder": "binder",
    "rubber_stamp": "stamp", "ruler": "stationery", "scanner": "printer", "scissors": "scissors",
    "sharpener": "stationery", "shirt": "clothing", "snack": "snack", "speaker": "appliance", "sponge": None,
    "spray": None, "stapler": "stapler", "stationery": "stationery", "sticky_notes": "sticky notes",
    "strawberry": "fruit", "suitcase": "suitcase", "t-shirt": "clothing", "tablet": "tablet",
    "takeaway_food": "snack", "tape": "tape", "tape_measure": "stationery", "teapot": None, "teddy": "teddy bear",
    "tissue_box": "tissue", "tissue_pack": "tissue", "tissue_roll": "tissue", "towel": None, "toy": "figurine",
    "toy (cards)": None, "trash_bin": "trash bin", "umbrella": "umbrella", "vacuum": None, "wallet": None,
}  # fmt: skip
SOURCE_LABELS: MappingProxyType[str, str | None] = MappingProxyType(_SOURCE_LABELS)

# Cut-outs whose class list is coarser than what they show, judged by eye.
CUTOUT_LABELS: MappingProxyType[str, str | None] = MappingProxyType(
    dict.fromkeys((f"photos/bottle/webo_{n}.webp" for n in (21, 28, 29, 30, 31, 33, 71, 85, 92, 93)), "thermos")
    | {
        "photos/drink/prod_a_coffee.webp": "cup",
        "photos/cup/calt_image_0007.webp": None,
        "photos/file_folder/prod_j_file.webp": None,
        "photos/paper_clip/prod_l_binder_clip.webp": None,
        "photos/printer_cartridge/prod_h_cartridge.webp": None,
    }
)

# Boxes of bottles_cups that its class list calls bottles and that are insulated flasks or steel bottles:
# (picture stem, line number from 0), judged by eye.
THERMOS_BOXES: frozenset[tuple[str, int]] = frozenset(
    {("dcl_004", 0), ("dcl_051", 0), ("dcl_061", 0), ("dcl_067", 0), ("dcl_100", 0)}
)


def label_of(source_class: str) -> str | None:
    """Return the label that a source's class teaches, None for a distractor.

    Raises:
        KeyError: the class is neither a label nor in the table; the message lists what is known.
    """
    if source_class in SOURCE_LABELS:
        return SOURCE_LABELS[source_class]
    if source_class in LABEL_NAMES:
        return source_class
    known = ", ".join(sorted(SOURCE_LABELS))
    raise KeyError(f"unknown source class {source_class!r}; known: {known}")
