"""The commands of ``deskcheck-models`` about sessions of reduced precision: quantise, drift."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from deskcheck_datasets.readers import read_boxed
from deskcheck_datasets.splits import Role
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.drift import measure_drift
from deskcheck_vision.model_files import MODEL_FILE_NAME
from deskcheck_vision.sessions_choice import REFERENCE, available_sessions, open_session, quantised_path
from rich.console import Console
from rich.table import Table

from deskcheck_models.checksets import CheckPicture, held_out
from deskcheck_models.quantise import quantise as write_quantised

_console = Console()
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


def drift(model: Model = DEFAULT_MODEL, data: DataDir = DEFAULT_DATA) -> None:
    """Show which share of onnxruntime's FP32 boxes every session keeps in held-out real pictures."""
    table = Table("session", *DRIFT_SETS)
    reference = YoloDetector(open_session(REFERENCE, model))
    for name in available_sessions(model):
        other = YoloDetector(open_session(name, model))
        cells = []
        for source in DRIFT_SETS:
            found = measure_drift(reference, other, (picture.read() for picture in held_out(data, (source,))))
            cells.append(f"{100 * found.kept_share:.1f} % of {found.boxes}, {found.added} more")
        table.add_row(name, *cells)
    _console.print(table)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(quantise)
    app.command()(drift)


def _teaching(data: Path, source: str, count: int) -> list[CheckPicture]:
    """Return at most that many training pictures of a set, spread evenly."""
    found = [CheckPicture(real.path, source, real) for real in read_boxed(data, source) if real.role is Role.TRAIN]
    return found[:: max(1, len(found) // count)][:count]
