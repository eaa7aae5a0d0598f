"""The Pascal VOC format: one XML file a picture under ``Annotations/``, pictures under ``JPEGImages/``.

Its corners count pixels from 1 and include the last one (the devkit of Everingham et al., 2010): a box over the first
pixel alone is 1, 1, 1, 1. Numbers are written whole where they are whole, else with all their decimals.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import numpy as np

from deskcheck_datasets.converters.boxed import BoxedPicture, BoxedSet, numbered, size_of
from deskcheck_datasets.errors import BoxedSetError

PICTURES = "JPEGImages"
ANNOTATIONS = "Annotations"
_CLASSES = "classes.txt"


def _parsed(path: Path) -> ElementTree.Element:
    text = path.read_text(encoding="utf-8")
    # Entities can blow a file up; no annotation needs them.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BoxedSetError(path=path, reason="it declares entities")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 -- declarations are refused above
    except ElementTree.ParseError as error:
        raise BoxedSetError(path=path, reason=f"it is not XML ({error})") from error


def _word(element: ElementTree.Element, tag: str, path: Path) -> str:
    text = (element.findtext(tag) or "").strip()
    if not text:
        raise BoxedSetError(path=path, reason=f"<{tag}> is missing")
    return text


def _number(element: ElementTree.Element, tag: str, path: Path) -> float:
    text = _word(element, tag, path)
    try:
        return float(text)
    except ValueError as error:
        raise BoxedSetError(path=path, reason=f"<{tag}> is {text!r}, no number") from error


def _box(thing: ElementTree.Element, path: Path) -> tuple[float, float, float, float]:
    box = thing.find("bndbox")
    if box is None:
        raise BoxedSetError(path=path, reason="<bndbox> is missing")
    left, top, right, bottom = (_number(box, tag, path) for tag in ("xmin", "ymin", "xmax", "ymax"))
    return left - 1, top - 1, right, bottom


def _flag(thing: ElementTree.Element, tag: str) -> bool:
    return (thing.findtext(tag) or "0").strip() == "1"


def _raw(folder: Path, path: Path) -> tuple[BoxedPicture, list[str]]:
    """Return a picture with class ids still to be filled in, and its class names."""
    root = _parsed(path)
    file = (
        PurePosixPath(path.relative_to(folder / ANNOTATIONS).as_posix()).parent / _word(root, "filename", path)
    ).as_posix()
    size = root.find("size")
    told = (0.0, 0.0) if size is None else (_number(size, "width", path), _number(size, "height", path))
    things = root.findall("object")
    wh = (int(told[0]), int(told[1]))
    try:
        picture = BoxedPicture(
            file,
            wh if min(wh) > 0 else size_of(folder / PICTURES / file),
            np.zeros(len(things), np.int64),
            np.array([_box(thing, path) for thing in things], np.float64),
            np.zeros(len(things), np.bool_),
            np.array([_flag(thing, "difficult") for thing in things], np.bool_),
            np.array([_flag(thing, "truncated") for thing in things], np.bool_),
        )
    except ValueError as error:
        raise BoxedSetError(path=path, reason=str(error)) from error
    return picture, [_word(thing, "name", path) for thing in things]


def _names(folder: Path, seen: Iterable[str]) -> tuple[str, ...]:
    """Return the class names: those of ``classes.txt`` where there is one, else the ones that occur, sorted."""
    listed = folder / _CLASSES
    named = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else []
    known = [name.strip() for name in named if name.strip()]
    return (*known, *sorted(set(seen) - set(known)))


def read_voc(folder: Path) -> BoxedSet:
    """Read a VOC folder.

    Raises:
        BoxedSetError: there is no annotation, or one is broken; the message names the file.
    """
    raw = [_raw(folder, path) for path in sorted((folder / ANNOTATIONS).rglob("*.xml"))]
    if not raw:
        raise BoxedSetError(path=folder / ANNOTATIONS, reason="no XML file there")
    names = _names(folder, (name for _, told in raw for name in told))
    place = {name: index for index, name in enumerate(names)}
    pictures = [
        BoxedPicture(
            picture.file,
            picture.image_wh,
            np.array([place[name] for name in told], np.int64),
            picture.xyxy,
            picture.crowd,
            picture.difficult,
            picture.truncated,
        )
        for picture, told in raw
    ]
    return BoxedSet(
        names, numbered(len(names)), tuple(sorted(pictures, key=lambda picture: picture.file)), folder / PICTURES
    )


def _told(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _element(parent: ElementTree.Element, tag: str, text: str = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag)
    child.text = text or None
    return child


def _annotation(picture: BoxedPicture, names: tuple[str, ...]) -> ElementTree.Element:
    root = ElementTree.Element("annotation")
    _element(root, "folder", PICTURES)
    _element(root, "filename", PurePosixPath(picture.file).name)
    size = _element(root, "size")
    for tag, value in zip(("width", "height", "depth"), (*picture.image_wh, 3), strict=True):
        _element(size, tag, str(value))
    for row, box in enumerate(picture.xyxy.tolist()):
        thing = _element(root, "object")
        _element(thing, "name", names[int(picture.class_id[row])])
        _element(thing, "pose", "Unspecified")
        _element(thing, "truncated", str(int(picture.truncated[row])))
        _element(thing, "difficult", str(int(picture.difficult[row])))
        corners = (box[0] + 1, box[1] + 1, box[2], box[3])
        place = _element(thing, "bndbox")
        for tag, value in zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True):
            _element(place, tag, _told(value))
    ElementTree.indent(root)
    return root


def write_voc(folder: Path, boxed: BoxedSet) -> None:
    """Write the annotations of a VOC folder, and ``classes.txt``, which keeps the order of the classes.

    Raises:
        BoxedSetError: two pictures would share an annotation file.
    """
    written: set[Path] = set()
    for picture in boxed.pictures:
        path = (folder / ANNOTATIONS / picture.file).with_suffix(".xml")
        if path in written:
            raise BoxedSetError(path=path, reason="two pictures differ in their suffix alone")
        written.add(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = ElementTree.tostring(_annotation(picture, boxed.names), encoding="unicode")
        path.write_text(text + "\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _CLASSES).write_text("".join(f"{name}\n" for name in boxed.names), encoding="utf-8")
