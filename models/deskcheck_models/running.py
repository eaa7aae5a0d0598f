"""From sets and a recipe to a trained model, and from there to the published files. Needs the extra ``[train]``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
import yaml
from deskcheck_datasets.vocabulary import COCO_NAMES
from deskcheck_vision.detector import YoloDetector
from deskcheck_vision.errors import ModelFileError
from rich.progress import Progress, TaskID

from deskcheck_models.checksets import rendered as rendered_pictures
from deskcheck_models.decide import kept_aside
from deskcheck_models.errors import RecipeError
from deskcheck_models.export import ExportedFiles, export, save_checkpoint
from deskcheck_models.extra import load_yolo
from deskcheck_models.features import FeatureStore, extract, open_store
from deskcheck_models.finetune.judge import Figures, Judge
from deskcheck_models.finetune.loop import EpochLog as StageLog
from deskcheck_models.finetune.loop import train_stages
from deskcheck_models.finetune.memory import keep_freed_memory
from deskcheck_models.finetune.network import NetworkSession, fold_batchnorm
from deskcheck_models.finetune.plan import Plan, read_plan
from deskcheck_models.finetune.views import shelf_of
from deskcheck_models.head import COCO_COUNT, apply_shifts, detect_head, drop_labels, install_tails, new_tails
from deskcheck_models.labels import label_names
from deskcheck_models.metadata import PREFIX, Passport
from deskcheck_models.own_network import is_joined, join, new_network, own_network
from deskcheck_models.recipe import read_recipe
from deskcheck_models.setfiles import read_set
from deskcheck_models.train import EpochLog, train

ORIGIN = "YOLO26n trained on COCO (Ultralytics, AGPL-3.0); appended labels trained by deskcheck on frozen features"

OWN_NETWORK_ORIGIN = (
    "YOLO26n trained on COCO (Ultralytics, AGPL-3.0), unchanged; appended labels trained by deskcheck beside it"
)
STAGED_ORIGIN = "YOLO26n trained on COCO (Ultralytics, AGPL-3.0); trained as a whole by deskcheck"


def _show(progress: Progress, task: TaskID, done: int) -> None:
    progress.update(task, completed=done)


def _features(sets: list[Path], run: Path, start: Path, progress: Progress) -> list[FeatureStore]:
    """Return the frozen features of the sets; those already in the run folder are opened, not computed again."""
    model = load_yolo(start).model
    stores = []
    for folder in sets:
        pictures = read_set(folder)
        target = run / "features" / folder.name
        store = open_store(target, pictures)
        if store is None:
            task = progress.add_task(f"features of {folder.name}", total=len(pictures))
            store = extract(model, pictures, target, partial(_show, progress, task))
        stores.append(store)
    return stores


def run_training(sets: list[Path], recipe_path: Path, run: Path, start: Path, progress: Progress, commit: str) -> Path:
    """Train a recipe on sets and write ``model.pt`` in the run folder.

    Args:
        sets: YOLO sets.
        recipe_path: the recipe.
        run: run folder; an unfinished run is continued.
        start: starting weights.
        progress: where progress is shown.
        commit: commit of the sources, noted in the model.

    Raises:
        DeskcheckError: the recipe, a set or the starting weights cannot be used.
    """
    recipe = read_recipe(recipe_path)
    stores = _features(sets, run, start, progress)
    model = load_yolo(start).model
    task = progress.add_task("epochs", total=recipe.epochs)

    def tick(log: EpochLog) -> None:
        progress.update(task, completed=log.epoch)
        progress.console.print(json.dumps(asdict(log)), markup=False)

    tails = train(model, stores, recipe, run, tick)
    install_tails(model, tails, recipe.labels)
    path = run / "model.pt"
    save_checkpoint(model, path, Passport(recipe.name, recipe.labels, (640, 640), commit, ORIGIN))
    return path


def _passport(checkpoint: Path, name: str | None = None, commit: str | None = None) -> Passport:
    """Return what a trained ``model.pt`` says of itself, with another name and commit where given.

    Raises:
        ModelFileError: the file is not a model trained here.
    """
    said = torch.load(checkpoint, map_location="cpu", weights_only=False).get("deskcheck")
    if said is None:
        raise ModelFileError(reason=f"{checkpoint} was not trained by deskcheck")
    return Passport(
        name or said[PREFIX + "name"],
        tuple(json.loads(said[PREFIX + "labels"])),
        (640, 640),
        commit or said[PREFIX + "training_commit"],
        said[PREFIX + "origin"],
    )


@dataclass(frozen=True, slots=True)
class StagedRun:
    """What staged training works with.

    Attributes:
        checkpoint: a ``model.pt`` trained here, or starting weights, to which the plan's labels are appended.
        sets: YOLO sets to learn from, by the names that the plan has for them.
        plan: the plan's file.
        run: run folder; an unfinished run is continued.
        start: starting weights, which teach what is to be kept.
        data: data folder with the real pictures kept aside for judging.
        rendered: rendered folder that is not trained on, for judging.
        workers: processes that make training pictures.
        commit: commit of the sources, noted in the model.
    """

    checkpoint: Path
    sets: dict[str, Path]
    plan: Path
    run: Path
    start: Path
    data: Path
    rendered: Path
    workers: int
    commit: str


def _begun(staged: StagedRun, plan: Plan) -> tuple[Any, Passport]:
    """Return the network that a staged run trains as it begins, and what its files will say.

    Raises:
        ModelFileError: the checkpoint is no starting weights, or was trained in the other of the two ways.
    """
    model = load_yolo(staged.checkpoint).model
    if torch.load(staged.checkpoint, map_location="cpu", weights_only=False).get("deskcheck") is not None:
        if is_joined(model) is not plan.own_network:
            raise ModelFileError(reason=f"'own_network' of the plan is not how {staged.checkpoint} was trained")
        begun = own_network(model) if plan.own_network else model
        return begun, _passport(staged.checkpoint, plan.name, staged.commit)
    labels = label_names(plan.appended)
    torch.manual_seed(plan.seed)
    if plan.own_network:
        passport = Passport(plan.name, labels, (640, 640), staged.commit, OWN_NETWORK_ORIGIN)
        return new_network(model, plan.appended).eval(), passport
    install_tails(
        model, [tail.eval() for tail in new_tails(detect_head(model), len(plan.appended), plan.width)], labels
    )
    return model.eval(), Passport(plan.name, labels, (640, 640), staged.commit, STAGED_ORIGIN)


def run_stages(staged: StagedRun, progress: Progress) -> Path:
    """Train all of a model by stages and write ``model.pt`` in the run folder.

    Raises:
        DeskcheckError: the plan, a set, the checkpoint or the starting weights cannot be used.
    """
    plan = read_plan(staged.plan)
    network, passport = _begun(staged, plan)
    teacher = load_yolo(staged.start).model
    shelf = shelf_of({name: read_set(folder) for name, folder in staged.sets.items()}, plan.shares)
    start = Passport("start", COCO_NAMES, (640, 640), "none", "starting weights")
    judge = Judge(
        YoloDetector(NetworkSession(teacher, start, mixed=True)),
        kept_aside(staged.data),
        rendered_pictures(staged.rendered),
    )
    task = progress.add_task("epochs", total=sum(stage.epochs for stage in plan.stages))

    def tick(log: StageLog) -> None:
        progress.update(task, advance=1)
        progress.console.print(json.dumps(asdict(log)), markup=False)

    def whole(trained: Any) -> Any:
        if not plan.own_network:
            return trained
        return join(teacher.to(next(trained.parameters()).device), trained)

    def look(trained: Any) -> Figures:
        seen = whole(trained).to(memory_format=torch.channels_last)
        fold_batchnorm(seen)  # what training folded already is passed over; a copy when joined
        return judge.look(seen, passport)

    keep_freed_memory()
    trained = train_stages(
        network,
        None if plan.own_network else teacher,
        shelf,
        plan,
        passport.labels[COCO_COUNT:] if plan.own_network else passport.labels,
        look,
        staged.run,
        workers=staged.workers,
        tick=tick,
    )
    path = staged.run / "model.pt"
    save_checkpoint(whole(trained), path, passport)
    return path


def blend_trained(checkpoint: Path, before: Path, share: float, out: Path) -> None:
    """Write a model whose every weight lies between two stages of its training.

    What was learnt adds up nearly linearly in the weights as long as one model was trained from the other; what was
    forgotten does not, and comes back first (Wortsman et al., Robust fine-tuning of zero-shot models,
    arXiv:2109.01903).

    Args:
        checkpoint: the trained model.
        before: the model that it was trained from, with the same labels.
        share: of the trained model, 0 to 1.
        out: file to write; it says of itself what ``checkpoint`` does.

    Raises:
        ModelFileError: a file is not a model trained here, or the two have other labels or shapes.
    """
    passport, old = _passport(checkpoint), _passport(before)
    model, origin = load_yolo(checkpoint).model, load_yolo(before).model.state_dict()
    weights = model.state_dict()
    if passport.labels != old.labels or any(
        name not in origin or origin[name].shape != value.shape for name, value in weights.items()
    ):
        raise ModelFileError(reason=f"{checkpoint} was not trained from {before}")
    for name, value in weights.items():
        if value.dtype.is_floating_point:
            value.lerp_(origin[name], 1 - share)
    model.load_state_dict(weights)
    save_checkpoint(model, out, passport)


def export_trained(checkpoint: Path, out: Path, stem: str) -> ExportedFiles:
    """Write the published files of a trained ``model.pt``.

    Raises:
        ModelFileError: the file is not a model trained here.
    """
    return export(load_yolo(checkpoint).model, out, stem, _passport(checkpoint))


def adjust_trained(checkpoint: Path, decisions: Path) -> tuple[str, ...]:
    """Shift or drop appended labels of a trained ``model.pt`` in place, as a person decided after looking at figures.

    Args:
        checkpoint: the trained model.
        decisions: YAML table of appended label -> what to add to its logit, or null to drop the label. Labels that
            it does not name stay as they are.

    Returns:
        The labels that are left.

    Raises:
        RecipeError: the table cannot be used.
        ModelFileError: it names a label that the model has not.
    """
    table = yaml.safe_load(decisions.read_text(encoding="utf-8"))
    if not isinstance(table, dict) or not all(
        value is None or isinstance(value, int | float) for value in table.values()
    ):
        raise RecipeError(path=decisions, reason="it is not a table of label and number or null")
    loaded = torch.load(checkpoint, map_location="cpu", weights_only=False)
    model = loaded["model"]
    drop_labels(model, {name for name, value in table.items() if value is None})
    labels = tuple(model.names[index] for index in range(len(model.names)))
    unknown = set(table) - set(labels[COCO_COUNT:]) - {name for name, value in table.items() if value is None}
    if unknown:
        raise RecipeError(path=decisions, reason=f"{', '.join(sorted(unknown))} is no appended label of the model")
    apply_shifts(model, [float(table.get(label, 0.0)) for label in labels[COCO_COUNT:]])
    said = loaded["deskcheck"]
    passport = Passport(
        said[PREFIX + "name"], labels, (640, 640), said[PREFIX + "training_commit"], said[PREFIX + "origin"]
    )
    loaded["deskcheck"] = passport.entries()
    torch.save(loaded, checkpoint)
    return labels
