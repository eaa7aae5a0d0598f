"""The commands of ``deskcheck-models`` that judge a model: evaluate, thresholds, verdicts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from deskcheck_vision.model_files import MODEL_FILE_NAME
from deskcheck_vision.operating import often_missed
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deskcheck_models.calibrate import bare_hits, entry, fit_curves, recalls, with_curves
from deskcheck_models.card import renewed
from deskcheck_models.checksets import held_out, rendered
from deskcheck_models.errors import CardError
from deskcheck_models.evaluate import Evaluation, start_weights
from deskcheck_models.evaluate import evaluate as evaluate_model
from deskcheck_models.matching import joined
from deskcheck_models.metrics_file import (
    Guard,
    broken_guards,
    guards_of,
    metrics_of,
    read_metrics,
    tightened,
    write_metrics,
)
from deskcheck_models.metrics_reliability import reliability
from deskcheck_models.operating import TARGET_PRECISION
from deskcheck_models.operating import thresholds as thresholds_of
from deskcheck_models.predicting import open_detector, open_session
from deskcheck_models.predictions import PredictionCache
from deskcheck_models.threshold_file import choose_thresholds, validation_pictures, write_metadata, write_thresholds
from deskcheck_models.verdict_cases import VerdictCase, read_cases
from deskcheck_models.verdicts import CaseVerdict, VerdictFigures, judge_cases, verdict_cache, verdict_figures

_console = Console()
_errors = Console(stderr=True)

Model = Annotated[Path, typer.Argument(help="ONNX file to judge.")]
DataDir = Annotated[Path, typer.Option("--data", envvar="DESKCHECK_DATA_DIR", help="Data folder with the real sets.")]
Cache = Annotated[
    Path | None, typer.Option("--cache", help="Folder that keeps detections, by weights and picture, between runs.")
]
ValidationSets = Annotated[
    list[Path] | None, typer.Option("--rendered", help="Rendered folder that neither taught nor will check.")
]
Precision = Annotated[float, typer.Option(min=0.3, max=0.99, help="Precision wanted of every class.")]
HallTruth = Annotated[Path, typer.Option("--hall-truth", help="Records of a demonstration hall's photos.")]
DEFAULT_MODEL = Path("models/weights") / MODEL_FILE_NAME
DEFAULT_DATA = Path("../shared/data")
METRICS = Path("models/metrics.json")
COMMITTED_TRUTH = Path("datasets/truth")
HALL = Path("service/deskcheck_service/demo/hall")
HALL_TRUTH = Path("datasets/hall_truth")


def evaluate(
    model: Model = DEFAULT_MODEL,
    data: DataDir = DEFAULT_DATA,
    start: Annotated[
        Path | None, typer.Option(envvar="DESKCHECK_START_WEIGHTS", help="Starting weights' NMS-free ONNX file.")
    ] = None,
    rendered_set: Annotated[
        Path | None, typer.Option("--rendered", help="Rendered test set: a folder with images/ and truth/.")
    ] = None,
    verdict_set: Annotated[
        Path | None, typer.Option("--verdicts", help="Rendered verdict pictures: also with layouts/.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Metrics file to write.")] = METRICS,
    report: Annotated[Path | None, typer.Option(help="Also write report.html and worst.jpg into this folder.")] = None,
    cache: Cache = None,
    tighten: Annotated[
        bool, typer.Option("--tighten", help="Move the file's guards up to what was measured; never down.")
    ] = False,
) -> None:
    """Judge a model and write the metrics file. Exit code 1 where a figure does not pass the file's guards."""
    keeping = PredictionCache(cache)
    folders = {} if rendered_set is None else {"rendered": rendered_set}
    folders |= {"committed_truth": COMMITTED_TRUTH} if COMMITTED_TRUTH.is_dir() else {}
    count = 3 * len(held_out(data)) + sum(len(rendered(folder)) for folder in folders.values())
    with Progress(console=_errors) as progress:
        task = progress.add_task("pictures", total=count)
        evaluation = evaluate_model(model, start_weights(start), data, folders, keeping, lambda: progress.advance(task))
        judged = _judged(model, verdict_set, keeping, progress)
        true = _judged(None, verdict_set, keeping, progress)
        hall = _judged(model, HALL if (HALL / "hall.json").is_file() else None, keeping, progress)
    verdicts = {"verdicts": judged, "verdicts_true_boxes": true, "hall": hall}
    metrics = metrics_of(evaluation, {name: verdict_figures(cases) for name, cases in verdicts.items() if cases})
    guards = guards_of(read_metrics(out))
    broken = broken_guards(metrics, guards)
    write_metrics(out, metrics, tightened(metrics, guards) if tighten else guards)
    _say(evaluation, out, guards, broken)
    if report is not None:
        from deskcheck_models.report import write_report

        for path in write_report(report, evaluation, verdicts, guards, broken):
            _console.print(str(path), markup=False, soft_wrap=True)
    if broken:
        raise typer.Exit(1)


def _judged(model: Path | None, folder: Path | None, cache: PredictionCache, progress: Progress) -> list[CaseVerdict]:
    return [] if folder is None else _with(read_cases(folder, HALL_TRUTH), model, cache, progress, folder.name)


def _say(evaluation: Evaluation, out: Path, guards: tuple[Guard, ...], broken: list[str]) -> None:
    table = Table("set", "pictures", "mAP50", "mAP50-95", "recall", "precision", "ECE")
    for name, group in {**evaluation.rendered, **evaluation.real}.items():
        own = group.figures
        values = (own.whole.map50, own.whole.map50_95, own.recall, own.precision, own.reliability.ece)
        table.add_row(name, str(own.whole.pictures), *(f"{value:.3f}" for value in values))
    _console.print(table)
    _console.print(
        f"real_recall_gain {evaluation.real_recall_gain}, real_gain {evaluation.real_gain} -> {out}", markup=False
    )
    for line in broken:
        _console.print(f"guard not passed: {line}", markup=False, soft_wrap=True)
    _console.print(f"{len(guards) - len(broken)} of {len(guards)} guards passed", markup=False)


def thresholds(
    model: Model = DEFAULT_MODEL,
    data: DataDir = DEFAULT_DATA,
    rendered_sets: ValidationSets = None,
    precision: Precision = TARGET_PRECISION,
    cache: Cache = None,
    write: Annotated[bool, typer.Option("--write", help="Write them into the model's metadata.")] = False,
) -> None:
    """Choose each class's operating threshold on the validation part; held-out pictures are not looked at."""
    pictures = validation_pictures(data, rendered_sets or [])
    with Progress(console=_errors) as progress:
        task = progress.add_task("validation pictures", total=len(pictures))
        table = choose_thresholds(model, pictures, precision, PredictionCache(cache), lambda: progress.advance(task))
    for name, value in table.items():
        _console.print(f"{value:.3f}  {name}", markup=False)
    if write:
        _console.print(f"{write_thresholds(model, table)}  {model}", markup=False, soft_wrap=True)


def calibrate(
    model: Model = DEFAULT_MODEL,
    data: DataDir = DEFAULT_DATA,
    rendered_sets: ValidationSets = None,
    precision: Precision = TARGET_PRECISION,
    write: Annotated[bool, typer.Option("--write", help="Write curves and thresholds into the metadata.")] = False,
) -> None:
    """Fit what each class's scores are worth on the validation part, and choose operating thresholds anew."""
    pictures = validation_pictures(data, rendered_sets or [])
    with Progress(console=_errors) as progress:
        task = progress.add_task("validation pictures", total=len(pictures))
        domains = bare_hits(model, pictures, lambda: progress.advance(task))
    curves = fit_curves(domains)
    known = open_session(model).metadata.trained_classes
    table = entry({name: curve for name, curve in curves.items() if name in known})
    for name, (slope, offset) in table.items():
        _console.print(f"{slope:.3f} {offset:+.3f}  {name}", markup=False)
    for name, hits in zip(("photographs", "rendered"), domains, strict=True):
        before, after = reliability(hits).ece, reliability(with_curves(hits, curves)).ece
        _console.print(f"ECE on {name} {before} -> {after}", markup=False)
    photographs, counters = (with_curves(hits, curves) for hits in domains)
    found = {name: round(value, 4) for name, value in recalls(photographs, counters).items() if name in known}
    missed = often_missed(found, known)
    _console.print(f"their absence says nothing of {len(missed)} classes: {', '.join(n for n in found if n in missed)}")
    if write:
        points = thresholds_of(joined((photographs, counters)), precision)
        digest = write_metadata(model, {"curves": table, "thresholds": points, "recalls": found})
        _console.print(f"{digest}  {model}", markup=False, soft_wrap=True)


def verdicts(
    folder: Annotated[Path, typer.Argument(help="Folder with images/, truth/, layouts/; or with hall.json.")],
    model: Annotated[Path, typer.Option(help="ONNX file to judge.")] = DEFAULT_MODEL,
    hall_truth: HallTruth = HALL_TRUTH,
    cache: Cache = None,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Also list what went wrong, picture by picture.")
    ] = False,
    true_boxes: Annotated[
        bool, typer.Option("--true-boxes", help="Without the model: true boxes, and the same shaken as a detector's.")
    ] = False,
) -> None:
    """Judge pictures of known verdict with the model and with true boxes: the rules' own losses, and the model's."""
    cases = read_cases(folder, hall_truth)
    with Progress(console=_errors) as progress:
        true = _with(cases, None, PredictionCache(None), progress, folder.name)
        if true_boxes:
            seen = _with(cases, None, PredictionCache(None), progress, folder.name, shaken=1.0)
        else:
            seen = _with(cases, model, PredictionCache(cache), progress, folder.name)
    _console.print(_table(verdict_figures(seen), verdict_figures(true), "shaken boxes" if true_boxes else "model"))
    for name, judged in (("shaken boxes" if true_boxes else "model", seen), ("true boxes", true)):
        told = {key: value for key, value in asdict(verdict_figures(judged)).items() if key != "rules"}
        line = ", ".join(f"{key} {value}" for key, value in told.items())
        _console.print(f"{name}: {line}", markup=False, soft_wrap=True)
    for verdict in (true if true_boxes else seen) if pictures else ():
        wrong = {
            "missed": verdict.planted - verdict.suspected,
            "false": verdict.suspected - verdict.planted,
            "doubts": verdict.doubtful,
        }
        said = "; ".join(
            f"{name} {', '.join(' '.join(key) for key in sorted(keys))}" for name, keys in wrong.items() if keys
        )
        _console.print(f"{verdict.picture}: {said or 'as it is'}", markup=False, soft_wrap=True)


def _with(
    cases: list[VerdictCase],
    model: Path | None,
    cache: PredictionCache,
    progress: Progress,
    name: str,
    *,
    shaken: float = 0.0,
) -> list[CaseVerdict]:
    what = "model" if model is not None else "shaken boxes" if shaken else "true boxes"
    task = progress.add_task(f"{name}, {what}", total=len(cases))
    detector = None if model is None else open_detector(model)
    return judge_cases(cases, detector, verdict_cache(cache), lambda: progress.advance(task), shaken=shaken)


def _table(seen: VerdictFigures, true: VerdictFigures, by: str) -> Table:
    table = Table(
        "rule",
        "planted",
        f"{by}: found",
        "doubtful",
        "false",
        "inconclusive",
        "true boxes: found",
        "false",
        "inconclusive",
    )
    for name in sorted({*seen.rules, *true.rules}):
        own, best = seen.rules.get(name), true.rules.get(name)
        row = [str(value) for value in (own.planted, own.found, own.doubtful, own.false)] if own else ["-"] * 4
        doubt = f"{own.unsettled}/{own.judged}" if own else "-"
        told = [str(best.found), str(best.false), f"{best.unsettled}/{best.judged}"] if best else ["-"] * 3
        table.add_row(name, *row, doubt, *told)
    return table


def card(
    path: Annotated[Path, typer.Argument(help="Card (Markdown) of the model that the figures are of.")],
    metrics: Annotated[Path, typer.Option(help="Metrics file, see evaluate.")] = METRICS,
) -> None:
    """Write a model's figures into its card, between the comments that mark their place."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CardError(path=path, reason=error.strerror or str(error)) from error
    part = path.with_suffix(".part")
    part.write_text(renewed(text, read_metrics(metrics), path), encoding="utf-8")
    part.replace(path)
    _console.print(str(path), markup=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (evaluate, calibrate, thresholds, verdicts, card):
        app.command()(command)
