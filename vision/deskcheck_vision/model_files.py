"""Where the weights lie and what their metadata promises, checked against the taxonomy."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from deskcheck_vision.certainty import Curve
from deskcheck_vision.errors import (
    ModelChecksumError,
    ModelLabelError,
    ModelMetadataError,
    ModelMissingError,
    ModelTaxonomyError,
)
from deskcheck_vision.taxonomy import INDEX, TAXONOMY_VERSION

MODEL_FORMAT = "1"
MODEL_FILE_NAME = "deskcheck-yolo26n.onnx"
_PACKAGE = Path(__file__).resolve().parent


def default_model_path() -> Path:
    """Return the weights that come with the installation, or those of a source checkout.

    Raises:
        ModelMissingError: neither is there.
    """
    packaged = _PACKAGE / "_weights" / MODEL_FILE_NAME
    checkout = _PACKAGE.parent.parent / "models" / "weights" / MODEL_FILE_NAME
    for path in (packaged, checkout):
        if path.is_file():
            return path
    raise ModelMissingError(path=packaged)


def checked_sha256(path: Path) -> str:
    """Return the SHA-256 of a weight file, compared with the ``.sha256`` file beside it where there is one.

    Raises:
        ModelMissingError: there is no such file.
        ModelChecksumError: the file beside it names another hash, or none.
    """
    if not path.is_file():
        raise ModelMissingError(path=path)
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    beside = path.with_name(path.name + ".sha256")
    if beside.is_file():
        words = beside.read_text(encoding="ascii", errors="replace").split()
        expected = words[0].lower() if words else "?"
        if expected != actual:
            raise ModelChecksumError(path=path, expected=expected, actual=actual)
    return actual


def _no_numbers() -> Mapping[str, float]:
    return MappingProxyType({})


def _no_curves() -> Mapping[str, Curve]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """What a weight file says of itself, already checked.

    Attributes:
        name: such as "deskcheck-yolo26n-1".
        labels: label names, index = label index of the output.
        label_classes: for each label its taxonomy class id, None for a label outside the taxonomy.
        trained_classes: taxonomy class ids that may fire; all others are untrained.
        input_wh: width and height of the largest input in px; a model whose input's sides may vary takes any
            multiples of 32 up to it.
        licence: SPDX expression.
        training_commit: commit of this project that trained it.
        origin: where its weights come from, for people.
        thresholds: taxonomy class id -> confidence from which on it is believed, chosen on pictures that neither
            taught nor check; a class that it does not name has the program's default.
        curves: taxonomy class id -> how its scores become confidences; a class that it does not name keeps them.
        recalls: taxonomy class id -> share of its things that were found on pictures that neither taught nor check;
            empty where nobody counted.
        work_place_labels: labels that count only in pictures that show a work place, see ``YoloDetector``.
    """

    name: str
    labels: tuple[str, ...]
    label_classes: tuple[str | None, ...]
    trained_classes: frozenset[str]
    input_wh: tuple[int, int]
    licence: str
    training_commit: str
    origin: str
    thresholds: Mapping[str, float] = field(default_factory=_no_numbers)
    curves: Mapping[str, Curve] = field(default_factory=_no_curves)
    recalls: Mapping[str, float] = field(default_factory=_no_numbers)
    work_place_labels: frozenset[str] = frozenset()

    @classmethod
    def from_properties(cls, properties: Mapping[str, str]) -> Self:
        """Read the ``deskcheck.*`` metadata of a weight file.

        Raises:
            ModelMetadataError: an entry is missing or malformed.
            ModelTaxonomyError: made for another version of the taxonomy.
            ModelLabelError: a label does not fit the taxonomy.
        """
        if (found := _text(properties, "format")) != MODEL_FORMAT:
            raise _malformed("format", f"文件为第 {found} 版，应为第 {MODEL_FORMAT} 版", f"{found}, not {MODEL_FORMAT}")
        if (version := _text(properties, "taxonomy_version")) != TAXONOMY_VERSION:
            raise ModelTaxonomyError(found=version, expected=TAXONOMY_VERSION)
        labels = _names(properties, "labels")
        label_classes = _label_classes(labels, _json(properties, "taxonomy_map"))
        return cls(
            name=_text(properties, "name"),
            labels=labels,
            label_classes=label_classes,
            trained_classes=_trained_classes(_names(properties, "trained_classes"), label_classes),
            input_wh=_input_wh(_json(properties, "input_size")),
            licence=_text(properties, "licence"),
            training_commit=_text(properties, "training_commit"),
            origin=_text(properties, "origin"),
            thresholds=_thresholds(properties, label_classes),
            curves=_curves(properties, label_classes),
            recalls=_recalls(properties, label_classes),
            work_place_labels=_work_place_labels(properties, labels),
        )


def _malformed(key: str, reason_zh: str, reason: str) -> ModelMetadataError:
    return ModelMetadataError(key=f"deskcheck.{key}", reason_zh=reason_zh, reason=reason)


def _text(properties: Mapping[str, str], key: str) -> str:
    value = properties.get(f"deskcheck.{key}", "")
    if not value:
        raise _malformed(key, "缺失", "it is missing")
    return value


def _json(properties: Mapping[str, str], key: str) -> Any:
    text = _text(properties, key)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise _malformed(key, "不是 JSON", "it is not JSON") from exc


def _names(properties: Mapping[str, str], key: str) -> tuple[str, ...]:
    names = _json(properties, key)
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise _malformed(key, "不是名称列表", "it is not a list of names")
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise _malformed(key, f"“{double}”重复", f"'{double}' occurs twice")
    return tuple(names)


def _label_classes(labels: tuple[str, ...], table: Any) -> tuple[str | None, ...]:
    if not isinstance(table, dict):
        raise _malformed("taxonomy_map", "不是对照表", "it is not a table")
    for label in labels:
        if label not in table:
            raise ModelLabelError(label=label, reason_zh="对照表中没有它", reason="the taxonomy map lacks it")
    for label, name in table.items():
        if label not in labels:
            raise ModelLabelError(
                label=label,
                reason_zh="对照表列出了它，但模型没有这个标签",
                reason="the taxonomy map names it, the labels do not",
            )
        if name is not None and (not isinstance(name, str) or name not in INDEX):
            raise ModelLabelError(
                label=label, reason_zh=f"它对应的类别“{name}”不存在", reason=f"it maps to the unknown class '{name}'"
            )
    return tuple(table[label] for label in labels)


def _trained_classes(names: tuple[str, ...], label_classes: tuple[str | None, ...]) -> frozenset[str]:
    for name in names:
        if name not in label_classes:
            raise _malformed("trained_classes", f"没有标签对应类别“{name}”", f"no label maps to the class '{name}'")
    return frozenset(names)


def _input_wh(size: Any) -> tuple[int, int]:
    if not isinstance(size, list) or len(size) != 2 or not all(type(side) is int and 0 < side <= 4096 for side in size):
        raise _malformed("input_size", "不是 [高, 宽]", "it is not [height, width]")
    return size[1], size[0]


def _class_table(properties: Mapping[str, str], key: str, label_classes: tuple[str | None, ...]) -> dict[str, Any]:
    """Read an optional table by taxonomy class id."""
    if f"deskcheck.{key}" not in properties:
        return {}
    table = _json(properties, key)
    if not isinstance(table, dict):
        raise _malformed(key, "不是对照表", "it is not a table")
    for name in table:
        if name not in label_classes:
            raise _malformed(key, f"没有标签对应类别“{name}”", f"no label maps to the class '{name}'")
    return table


def _thresholds(properties: Mapping[str, str], label_classes: tuple[str | None, ...]) -> Mapping[str, float]:
    """Read the optional operating thresholds."""
    table = _class_table(properties, "thresholds", label_classes)
    for name, value in table.items():
        if type(value) not in (int, float) or not 0 < value < 1:
            raise _malformed(
                "thresholds", f"“{name}”的值不在 0 与 1 之间", f"the value of '{name}' is not between 0 and 1"
            )
    return MappingProxyType({name: float(value) for name, value in table.items()})


def _recalls(properties: Mapping[str, str], label_classes: tuple[str | None, ...]) -> Mapping[str, float]:
    """Read the optional recalls."""
    table = _class_table(properties, "recalls", label_classes)
    for name, value in table.items():
        if type(value) not in (int, float) or not 0 <= value <= 1:
            raise _malformed("recalls", f"“{name}”的值不在 0 到 1 之间", f"the value of '{name}' is not from 0 to 1")
    return MappingProxyType({name: float(value) for name, value in table.items()})


def _work_place_labels(properties: Mapping[str, str], labels: tuple[str, ...]) -> frozenset[str]:
    """Read the optional list of labels that count at work places only."""
    if "deskcheck.work_place_labels" not in properties:
        return frozenset()
    names = _names(properties, "work_place_labels")
    for name in names:
        if name not in labels:
            raise _malformed("work_place_labels", f"模型没有标签“{name}”", f"the model has no label '{name}'")
    return frozenset(names)


def _curves(properties: Mapping[str, str], label_classes: tuple[str | None, ...]) -> Mapping[str, Curve]:
    """Read the optional curves of confidence."""
    table = _class_table(properties, "curves", label_classes)
    for name, value in table.items():
        numbers = isinstance(value, list) and len(value) == 2 and all(type(v) in (int, float) for v in value)
        if not numbers or not all(math.isfinite(v) for v in value) or value[0] <= 0:
            raise _malformed(
                "curves", f"“{name}”不是 [大于 0 的斜率, 截距]", f"'{name}' is not [slope above 0, offset]"
            )
    return MappingProxyType({name: Curve(float(slope), float(offset)) for name, (slope, offset) in table.items()})
