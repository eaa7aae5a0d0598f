"""``deskcheck-models``: train, export, verify and evaluate the detection model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from deskcheck_vision.errors import DeskcheckError
from rich.console import Console
from rich.progress import Progress

from deskcheck_models.architectures_cli import register as register_architectures
from deskcheck_models.checksets import held_out
from deskcheck_models.errors import MissingExtraError
from deskcheck_models.judging_cli import register
from deskcheck_models.session_cli import register as register_sessions
from deskcheck_models.unlisted_cli import register as register_unlisted

app = typer.Typer(help="Train, export, verify and evaluate the detection model.", no_args_is_help=True)
_console = Console()
_errors = Console(stderr=True)

STEM = "deskcheck-yolo26n"
_WEIGHTS = Path("models/weights")
DataDir = Annotated[
    Path, typer.Option("--data", envvar="DESKCHECK_DATA_DIR", help="Data folder with the held-out sets.")
]
Start = Annotated[
    Path, typer.Option("--start", help="Starting weights: the official yolo26n.pt, or others of its kind.")
]
_DEFAULT_DATA = Path("../shared/data")


def _need_extra() -> None:
    try:
        # Imported to learn whether they are there, before any work is done.
        import onnx  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(package=error.name or "torch") from error


def _commit() -> str:
    """Return the commit of the sources in use, "unknown" outside a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        # A fixed command; nothing in it comes from outside.
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


@app.command()
def train(
    sets: Annotated[list[Path], typer.Argument(help="YOLO sets to learn from.")],
    recipe: Annotated[Path, typer.Option(help="Recipe, see models/recipes.")],
    run: Annotated[Path, typer.Option(help="Run folder: features, checkpoints, log. Continued if unfinished.")],
    start: Start = Path("yolo26n.pt"),
) -> None:
    """Train the appended labels of a recipe and write RUN/model.pt."""
    _need_extra()
    from deskcheck_models.running import run_training

    with Progress(console=_errors) as progress:
        path = run_training(sets, recipe, run, start, progress, _commit())
    _console.print(f"trained: {path}")


def _named_sets(entries: list[str]) -> dict[str, Path]:
    """Return the folders of ``NAME=FOLDER`` entries by their names."""
    named: dict[str, Path] = {}
    for entry in entries:
        name, sign, folder = entry.partition("=")
        if not (name and sign and folder):
            raise typer.BadParameter(f"{entry!r} is not NAME=FOLDER")
        if name in named:
            raise typer.BadParameter(f"{name!r} is given twice")
        named[name] = Path(folder)
    return named


@app.command()
def finetune(
    checkpoint: Annotated[Path, typer.Argument(help="A model.pt trained here, or starting weights.")],
    sets: Annotated[
        list[str], typer.Argument(help="YOLO sets to learn from, each as NAME=FOLDER; the plan names them.")
    ],
    plan: Annotated[Path, typer.Option(help="Plan of the stages, see models/recipes/own-network.yaml.")],
    run: Annotated[Path, typer.Option(help="Run folder: newest state, log. Continued if unfinished.")],
    rendered: Annotated[Path, typer.Option(help="Rendered folder that is not trained on, to choose the best epoch.")],
    data: DataDir = _DEFAULT_DATA,
    start: Start = Path("yolo26n.pt"),
    workers: Annotated[int, typer.Option(help="Processes that make training pictures.", min=0)] = 1,
) -> None:
    """Train appended labels stage by stage, in a network of their own or in the starting one; writes RUN/model.pt."""
    named = _named_sets(sets)
    _need_extra()
    from deskcheck_models.running import StagedRun, run_stages

    with Progress(console=_errors) as progress:
        staged = StagedRun(checkpoint, named, plan, run, start, data, rendered, workers, _commit())
        path = run_stages(staged, progress)
    _console.print(f"trained: {path}")


@app.command()
def blend(
    checkpoint: Annotated[Path, typer.Argument(help="A model.pt trained by finetune.")],
    before: Annotated[Path, typer.Argument(help="The model.pt that it was trained from.")],
    out: Annotated[Path, typer.Argument(help="File to write.")],
    share: Annotated[float, typer.Option(help="Share of the trained model.", min=0.0, max=1.0)] = 0.7,
) -> None:
    """Write the weights between a trained model and what it was trained from: most is kept, less is forgotten."""
    _need_extra()
    from deskcheck_models.running import blend_trained

    blend_trained(checkpoint, before, share, out)
    _console.print(str(out), markup=False)


@app.command()
def export(
    checkpoint: Annotated[Path, typer.Argument(help="A trained model.pt.")],
    out: Annotated[Path, typer.Option(help="Where the files go.")] = _WEIGHTS,
) -> None:
    """Write the small .pt, the NMS-free ONNX file and its check sum."""
    _need_extra()
    from deskcheck_models.running import export_trained

    files = export_trained(checkpoint, out, STEM)
    _console.print(f"{files.checkpoint}\n{files.onnx}\n{files.check_sum}", markup=False)


@app.command()
def decide(
    onnx: Annotated[Path, typer.Argument(help="ONNX file of a trained model, not adjusted yet.")],
    rendered: Annotated[Path, typer.Argument(help="Rendered folder that it was not trained on.")],
    out: Annotated[Path, typer.Option(help="Decisions for `adjust` to write.")] = Path("decisions.yaml"),
    data: DataDir = _DEFAULT_DATA,
) -> None:
    """Choose the appended labels' shifts on real pictures kept aside, so that COCO's classes lose nothing there."""
    from deskcheck_models.decide import COCO_COUNT, Chooser, gather_evidence
    from deskcheck_models.predicting import open_session

    session = open_session(onnx)
    with Progress(console=_errors) as progress:
        looking = progress.add_task("pictures", total=None)
        evidence = gather_evidence(session, data, rendered, lambda: progress.advance(looking))
        choosing = progress.add_task("labels", total=len(session.metadata.labels) - COCO_COUNT)
        chosen = Chooser(session, evidence).choose(lambda *_: progress.advance(choosing))
    lines = [f"{label}: {'null' if shift is None else shift}" for label, shift in sorted(chosen.items())]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _console.print(f"{sum(shift is not None for shift in chosen.values())} of {len(chosen)} labels stay -> {out}")


@app.command()
def adjust(
    checkpoint: Annotated[Path, typer.Argument(help="A trained model.pt, changed in place.")],
    decisions: Annotated[Path, typer.Argument(help="YAML: appended label -> shift of its logit, null drops it.")],
) -> None:
    """Shift or drop appended labels after looking at the figures; then export again."""
    _need_extra()
    from deskcheck_models.running import adjust_trained

    _console.print(f"{len(adjust_trained(checkpoint, decisions))} labels left", markup=False)


@app.command()
def verify(
    weights: Annotated[Path, typer.Option(help="Folder of the published files.")] = _WEIGHTS,
    data: DataDir = _DEFAULT_DATA,
    start: Annotated[
        Path | None, typer.Option(help="Starting .pt: also prove that COCO's scores are untouched.")
    ] = None,
    pictures: Annotated[int, typer.Option(help="Real pictures to compare on.", min=1)] = 24,
) -> None:
    """Prove that .pt and .onnx agree on real pictures. Exit code 1 where they do not."""
    _need_extra()
    from deskcheck_models.errors import VerificationError
    from deskcheck_models.verify import verify as verify_files

    images = [picture.read() for picture in held_out(data)[:: max(1, len(held_out(data)) // pictures)]]
    try:
        result = verify_files(weights / f"{STEM}.pt", weights / f"{STEM}.onnx", images, start)
    except VerificationError as error:
        _errors.print(error.sentence("en"), markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    _console.print(
        f"{result.rows} detections in {result.pictures} pictures agree, scores within {result.worst_score:.1e}"
    )


register(app)
register_unlisted(app)
register_sessions(app)
register_architectures(app)


def main() -> None:
    """Run the command line; an error that a person can act on is one line and the next step, exit code 2."""
    try:
        app()
    except DeskcheckError as error:
        _errors.print(f"{error.sentence('en')} {error.next_step('en')}", markup=False, soft_wrap=True)
        sys.exit(2)
