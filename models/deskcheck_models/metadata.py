"""The metadata and check sum that every exported model carries; ``deskcheck_vision.model_files`` reads them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from deskcheck_vision.taxonomy import TAXONOMY_VERSION

from deskcheck_models.labels import taxonomy_map, trained_classes, work_place_labels

FORMAT = "1"
LICENCE = "AGPL-3.0-or-later"
PREFIX = "deskcheck."


@dataclass(frozen=True, slots=True)
class Passport:
    """What a model file will say about itself.

    Attributes:
        name: such as ``deskcheck-yolo26n-1``.
        labels: output names in order.
        input_hw: input height and width in px.
        training_commit: commit of the sources that trained it.
        origin: what it was trained from.
    """

    name: str
    labels: tuple[str, ...]
    input_hw: tuple[int, int]
    training_commit: str
    origin: str

    def entries(self) -> dict[str, str]:
        """Return the ONNX ``metadata_props`` entries, prefix included."""
        values = {
            "format": FORMAT,
            "labels": json.dumps(self.labels),
            "taxonomy_map": json.dumps(taxonomy_map(self.labels)),
            "taxonomy_version": TAXONOMY_VERSION,
            "input_size": json.dumps(self.input_hw),
            "trained_classes": json.dumps(trained_classes(self.labels)),
            "name": self.name,
            "training_commit": self.training_commit,
            "licence": LICENCE,
            "origin": self.origin,
        }
        second = work_place_labels(self.labels)
        if second:
            values["work_place_labels"] = json.dumps(second)
        return {PREFIX + key: value for key, value in values.items()}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_sha256(path: Path) -> Path:
    """Write ``<file>.sha256`` beside a file in the format of sha256sum."""
    target = path.with_name(path.name + ".sha256")
    target.write_text(f"{sha256_of(path)}  {path.name}\n", encoding="utf-8")
    return target
