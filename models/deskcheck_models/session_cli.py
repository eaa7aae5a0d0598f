"""The commands of ``deskcheck-models`` about sessions of reduced precision: quantise, drift."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from deskcheck_datasets.readers import read_boxed
from deskcheck_datasets.splits import Role
from deskcheck_vision.detections import Detections
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.drift import Drift, compared_boxes
from deskcheck_vision.drift import drift as count
from deskcheck_vision.model_files import MODEL_FILE_NAME
from deskcheck_vision.sessions_choice import REFERENCE, available_sessions, open_session, quantised_path
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deskcheck_models.checksets import CheckPicture, held_out
from deskcheck_models.quantise import quantise as write_quantised

Pairs = list[tuple[Detections, Detections]]
_console = Console()
_errors = Console(stderr=True)
Model = Annotated[Path, typer.Argument(help="FP32 ONNX file.")]
DataDir = Annotated[Path, typer.Option("--data", envvar="DESKCHECK_DATA_DIR", help="Data folder with the real sets.")]
DEFAULT_MODEL = Path("models/weights") / MODEL_FILE_NAME
DEFAULT_DATA = Path("../shared/data")
CALIBRATION_SETS = ("coco_mini", "bottles_cups", "office_cctv", "fruit_boxes")
DRIFT_SETS = ("coco_mini", "bottles_cups", "desk_photos")


def quantise(
    model: Model = DEFAULT_MODEL,
    data: DataDir = DEFAULT_DATA,
    pictures: Annotated[int, typer.Option(help="Pictures of each training set to calibrate with.", min=1)] = 24,
    out: Annotated[Path | None, typer.Option(help="File to write; by default NAME-int8.onnx beside the model.")] = None,
) -> None:
    """Write the INT8 file (static QDQ) of a weight file, calibrated on real training pictures."""
    chosen = [picture for source in CALIBRATION_SETS for picture in _teaching(data, source, pictures)]
    path = write_quantised(model, out or quantised_path(model), (picture.read() for picture in chosen))
    _console.print(f"{path} from {len(chosen)} pictures", markup=False)


def drift(
    model: Model = DEFAULT_MODEL,
    data: DataDir = DEFAULT_DATA,
    pictures: Annotated[
        int | None,
        typer.Option(help="At most so many pictures of each set, spread evenly; all where not given.", min=1),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object in place of the table.")] = False,
) -> None:
    """Show which share of onnxruntime's FP32 boxes every session keeps in held-out real pictures."""
    sets = {source: _spread(held_out(data, (source,)), pictures) for source in DRIFT_SETS}
    detectors = {name: YoloDetector(open_session(name, model)) for name in available_sessions(model)}
    pairs: dict[str, dict[str, Pairs]] = {name: {source: [] for source in sets} for name in detectors}
    with Progress(console=_errors) as progress:
        task = progress.add_task("pictures", total=sum(len(chosen) for chosen in sets.values()))
        for source, chosen in sets.items():
            for picture in chosen:
                image = picture.read()
                found = {name: compared_boxes(detector, image) for name, detector in detectors.items()}
                for name, boxes in found.items():
                    pairs[name][source].append((found[REFERENCE], boxes))
                progress.advance(task)
    counted = {name: _counted(by_set) for name, by_set in pairs.items()}
    if as_json:
        told = {
            name: {source: {**asdict(one), "kept_share": round(one.kept_share, 4)} for source, one in by_set.items()}
            for name, by_set in counted.items()
        }
        _console.print_json(json.dumps(told))
    else:
        _console.print(_table(counted))


def _counted(by_set: Mapping[str, Pairs]) -> dict[str, Drift]:
    """Return set -> what a session keeps there, and under ``all`` what it keeps of all of them together."""
    whole = [pair for of_set in by_set.values() for pair in of_set]
    return {source: count(of_set) for source, of_set in {**by_set, "all": whole}.items()}


def _table(counted: Mapping[str, Mapping[str, Drift]]) -> Table:
    table = Table("session", *DRIFT_SETS, "all together")
    for name, by_set in counted.items():
        cells = [f"{100 * one.kept_share:.1f} % of {one.boxes}, {one.added} more" for one in by_set.values()]
        table.add_row(name, *cells)
    return table


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(quantise)
    app.command()(drift)


def _teaching(data: Path, source: str, count: int) -> list[CheckPicture]:
    """Return at most that many training pictures of a set, spread evenly."""
    found = [CheckPicture(real.path, source, real) for real in read_boxed(data, source) if real.role is Role.TRAIN]
    return _spread(found, count)


def _spread(pictures: list[CheckPicture], count: int | None) -> list[CheckPicture]:
    """Return at most that many pictures, spread evenly."""
    return pictures if count is None else pictures[:: max(1, len(pictures) // count)][:count]
