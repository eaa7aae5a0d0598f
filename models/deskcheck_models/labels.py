"""The model's labels and the table that maps them, many to one, onto the taxonomy.

The first 80 labels are COCO's and never move; appended labels follow in the order that the recipe names. A label
that maps to None is an output that this project has no use for (giraffe) and that never becomes a detection.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from deskcheck_datasets.vocabulary import APPENDED_NAMES, COCO_NAMES
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_models.errors import UnknownLabelError

# Left out on purpose. laptop: the taxonomy has no such class, and calling it a monitor or a keyboard would
# satisfy a "required" rule with the wrong thing. bowl, fork, knife, spoon: crockery is not food, and a bowl is
# what small round things are mistaken for. couch, bed, clock, remote, tie: nobody asks about them.
COCO_TAXONOMY: MappingProxyType[str, str] = MappingProxyType(
    {
        "person": "person",
        "backpack": "bag",
        "handbag": "bag",
        "suitcase": "bag",
        "umbrella": "umbrella",
        "bottle": "beverage_container",
        "wine glass": "cup",
        "cup": "cup",
        "banana": "food",
        "apple": "food",
        "sandwich": "food",
        "orange": "food",
        "broccoli": "food",
        "carrot": "food",
        "hot dog": "food",
        "pizza": "food",
        "donut": "food",
        "cake": "food",
        "chair": "chair",
        "potted plant": "potted_plant",
        "tv": "monitor",
        "mouse": "mouse",
        "keyboard": "keyboard",
        "cell phone": "mobile_phone",
        "book": "newspaper_magazine",
        "vase": "personal_ornament",
        "scissors": "small_stationery",
        "teddy bear": "personal_ornament",
        "hair drier": "personal_appliance",
        "toothbrush": "cosmetics",
    }
)

APPENDED_TAXONOMY: MappingProxyType[str, str] = MappingProxyType(
    {
        "telephone": "telephone",
        "printer": "printer",
        "pen": "pen",
        "pen holder": "pen_holder",
        "stapler": "small_stationery",
        "calculator": "small_stationery",
        "tape": "small_stationery",
        "stationery": "small_stationery",
        "paper": "paper_document",
        "binder": "file_folder",
        "document tray": "document_tray",
        "brochure": "brochure",
        "sticky notes": "sticky_note",
        "tissue": "tissue",
        "thermos": "cup",
        "drink carton": "beverage_container",
        "fruit": "food",
        "snack": "food",
        "cosmetics": "cosmetics",
        "tablet": "tablet_terminal",
        "clothing": "clothing",
        "figurine": "personal_ornament",
        "appliance": "personal_appliance",
        "mouse pad": "mouse_pad",
        "storage box": "storage_box",
        "stamp": "stamp",
        "ink pad": "ink_pad",
        "document camera": "document_camera",
        "evaluator": "evaluator",
        "monitor riser": "monitor_riser",
        "id card reader": "id_card_reader",
        "desk sign": "desk_sign",
        "power strip": "power_strip",
        "pen stand": "pen_stand",
        "desk calendar": "desk_calendar",
        "cleaning tool": "cleaning_tool",
        "trash bin": "trash_bin",
        "cushion": "cushion",
        "position marker": "position_marker",
        "counter monitor": "monitor",
        "counter keyboard": "keyboard",
        "counter mouse": "mouse",
        "counter phone": "mobile_phone",
        "counter cup": "cup",
        "counter bottle": "beverage_container",
        "counter chair": "chair",
        "counter plant": "potted_plant",
        "counter bag": "bag",
        "counter book": "newspaper_magazine",
        "counter ornament": "personal_ornament",
        "counter umbrella": "umbrella",
    }
)

# Labels that stand for a whole taxonomy class where several labels share it. COCO's frozen rows know such things
# as photographs of daily life show them; a second opinion learns how they stand on a counter (a monitor from behind).
WHOLE_CLASS: frozenset[str] = frozenset(name for name in APPENDED_TAXONOMY if name.startswith("counter ")) | {
    "stationery"
}


# Where several labels map onto a class: the one that a thing named by its class alone (a rendered one) should fire.
PRIMARY: MappingProxyType[str, str] = MappingProxyType(
    {
        "monitor": "tv",
        "cup": "cup",
        "beverage_container": "bottle",
        "food": "snack",
        "bag": "handbag",
        "personal_ornament": "figurine",
        "small_stationery": "stationery",
        "cosmetics": "cosmetics",
        "personal_appliance": "appliance",
        "mobile_phone": "cell phone",
        "newspaper_magazine": "book",
        "potted_plant": "potted plant",
    }
)


def primary_label(taxonomy_id: str, labels: Sequence[str]) -> str | None:
    """Return the label that stands for a taxonomy class in a model; None where it has none, or cannot tell which."""
    named = PRIMARY.get(taxonomy_id)
    if named in labels:
        return named
    table = taxonomy_map(labels)
    alike = [label for label in labels if table[label] == taxonomy_id]
    whole = [label for label in alike if label in WHOLE_CLASS]
    if whole and not has_coco(labels):
        return whole[0]
    narrow = [label for label in alike if label not in WHOLE_CLASS]
    return narrow[0] if len(narrow) == 1 else None


def has_coco(labels: Sequence[str]) -> bool:
    """Whether labels begin with COCO's 80, as all do but those of a network of the appended labels' own."""
    return tuple(labels[: len(COCO_NAMES)]) == COCO_NAMES


def label_names(appended: Sequence[str]) -> tuple[str, ...]:
    """Return the model's labels in output order: COCO's 80, then the appended ones as given.

    Raises:
        UnknownLabelError: an appended label is not one that the project knows, or comes twice.
    """
    seen: set[str] = set()
    for name in appended:
        if name not in APPENDED_TAXONOMY or name in seen:
            raise UnknownLabelError(name=name, known=", ".join(APPENDED_NAMES))
        seen.add(name)
    return COCO_NAMES + tuple(appended)


def taxonomy_map(labels: Sequence[str]) -> dict[str, str | None]:
    """Return label -> taxonomy class id (None: not part of the taxonomy) for every label.

    Raises:
        UnknownLabelError: a label is neither COCO's nor appended by this project.
    """
    table: dict[str, str | None] = {}
    for name in labels:
        if name in APPENDED_TAXONOMY:
            table[name] = APPENDED_TAXONOMY[name]
        elif name in COCO_NAMES:
            table[name] = COCO_TAXONOMY.get(name)
        else:
            raise UnknownLabelError(name=name, known=", ".join(COCO_NAMES + APPENDED_NAMES))
    return table


def trained_classes(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the taxonomy ids that at least one of the labels maps to, in taxonomy order."""
    reached = set(taxonomy_map(labels).values())
    return tuple(name for name in BY_ID if name in reached)


def work_place_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the appended labels that are second opinions on what COCO's own labels say, in output order.

    They learnt their classes on counters and are to count at work places only, see ``YoloDetector``.
    """
    table = taxonomy_map(labels)
    return tuple(name for name in labels if name in APPENDED_TAXONOMY and table[name] in COCO_TAXONOMY.values())


def untrained_classes(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the taxonomy ids that no label maps to, in taxonomy order: these never fire."""
    trained = set(trained_classes(labels))
    return tuple(name for name in BY_ID if name not in trained)
