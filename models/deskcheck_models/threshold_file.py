"""Choosing operating thresholds on the validation part and writing them into a model's metadata."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from deskcheck_datasets.splits import Role
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.taxonomy import CLASSES

from deskcheck_models.checksets import HELD_OUT_SETS, JudgedPicture, of_role, rendered
from deskcheck_models.errors import MissingExtraError
from deskcheck_models.matching import gather
from deskcheck_models.metadata import PREFIX, write_sha256
from deskcheck_models.operating import thresholds
from deskcheck_models.predicting import open_detector
from deskcheck_models.predictions import PredictionCache, look


def validation_pictures(data_dir: Path, rendered_folders: Sequence[Path]) -> list[JudgedPicture]:
    """Return the real pictures that decide and rendered ones; never a held-out picture.

    Raises:
        DataFolderError: a set is absent.
    """
    pictures: list[JudgedPicture] = [*of_role(data_dir, Role.VAL, HELD_OUT_SETS)]
    for folder in rendered_folders:
        pictures.extend(rendered(folder))
    return pictures


def choose_thresholds(
    model: Path,
    pictures: Sequence[JudgedPicture],
    precision: float,
    cache: PredictionCache,
    tick: Callable[[], None] = lambda: None,
) -> dict[str, float]:
    """Return taxonomy id -> operating threshold, of the classes that the pictures have evidence for.

    Raises:
        VerificationError: the model is absent.
        DataFolderError: a picture cannot be read.
    """
    pairs = look(open_detector(model), pictures, cache, tick)
    return thresholds(gather(pairs, len(CLASSES)), precision)


def write_thresholds(model: Path, table: Mapping[str, float]) -> str:
    """Write thresholds into an ONNX file's metadata, see ``write_metadata``."""
    return write_metadata(model, {"thresholds": dict(table)})


def write_metadata(model: Path, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Write tables into an ONNX file's metadata, its check sum beside it anew, and return the new SHA-256.

    Nothing else in the file changes.

    Args:
        model: the file.
        tables: entry name without prefix -> table; an empty table takes the entry out.

    Raises:
        MissingExtraError: onnx is not installed.
        ModelMetadataError: the program would not read what is to be written.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError(package="onnx") from error
    graph: Any = onnx.load(str(model))
    named = {f"{PREFIX}{name}": table for name, table in tables.items()}
    kept = {entry.key: entry.value for entry in graph.metadata_props if entry.key not in named}
    kept |= {name: json.dumps(table) for name, table in named.items() if table}
    ModelMetadata.from_properties(kept)  # what the program would not read is not written
    del graph.metadata_props[:]
    for name, value in kept.items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = name, value
    part = model.with_name(f"{model.name}.part")
    onnx.save(graph, str(part))
    part.replace(model)
    return write_sha256(model).read_text(encoding="ascii").split()[0]
