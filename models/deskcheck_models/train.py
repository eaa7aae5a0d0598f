"""Train the tails of appended labels on frozen features. Needs the extra ``[train]``.

Stage one learns from chosen anchors (``sampling``); stage two adds the anchors where stage one fires and should
not. A run folder holds a checkpoint after every epoch and the log; started again with the same recipe it goes on
where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from deskcheck_models.errors import TrainingDataError
from deskcheck_models.features import FeatureStore, anchor_points, join
from deskcheck_models.head import ClassTail, detect_head, new_tails
from deskcheck_models.recipe import Recipe
from deskcheck_models.sampling import Item, Samples, gather_samples, joined, mine
from deskcheck_models.targets import make_targets


@dataclass(frozen=True, slots=True)
class EpochLog:
    """What one epoch came to.

    Attributes:
        epoch: from 1.
        loss: mean loss per step.
        fired: mean probability of anchors that should fire.
    """

    epoch: int
    loss: float
    fired: float


def prepare(stores: list[FeatureStore], recipe: Recipe) -> list[Item]:
    """Compute the targets of every picture.

    Raises:
        TrainingDataError: no picture teaches one of the recipe's labels.
    """
    anchors = anchor_points()
    items: list[Item] = []
    counts = np.zeros(len(recipe.appended), np.int64)
    for store, index in join(stores):
        targets = make_targets(
            store.truth_names[index],
            store.truth_xyxy[index],
            np.asarray(store.boxes_xyxy[index], np.float64),
            anchors,
            recipe.appended,
            recipe.positives,
            1.0 if store.complete[index] else recipe.incomplete_weight,
        )
        counts += np.bincount(targets.positive[:, 0], minlength=len(counts))
        items.append((store, index, targets))
    untaught = [label for label, count in zip(recipe.appended, counts.tolist(), strict=True) if count == 0]
    if untaught:
        raise TrainingDataError(path="features", reason=f"no object teaches {', '.join(untaught)}")
    return items


def _step(tail: ClassTail, samples: Samples, rows: Any, positive_weight: float) -> tuple[torch.Tensor, float, int]:
    """Return the loss of some samples, the summed probability of what should fire, and how many should."""
    first = torch.from_numpy(samples.first[rows]).float()[:, :, None, None]
    old = torch.from_numpy(samples.old[rows]).float()[:, :, None, None]
    goal = torch.from_numpy(samples.goal[rows]).float()
    weight = torch.from_numpy(samples.weight[rows]).float()
    logits = tail(first, old)[:, :, 0, 0]
    weight = torch.where(goal > 0, weight * positive_weight, weight)
    loss = functional.binary_cross_entropy_with_logits(logits, goal, weight=weight, reduction="sum")
    fires = goal > 0
    probability = float(logits.detach().sigmoid()[fires].sum())
    return loss / max(1.0, float(goal.sum())), probability, int(fires.sum())


def _optimiser(tails: list[ClassTail], recipe: Recipe, steps: int) -> tuple[Any, Any]:
    decayed: list[Any] = []
    free: list[Any] = []
    for tail in tails:
        for parameter in tail.parameters():
            (decayed if parameter.ndim > 1 else free).append(parameter)
    groups = [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": free, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=recipe.learning_rate, total_steps=steps, pct_start=0.15
    )
    return optimiser, schedule


def _save(path: Path, state: dict[str, Any]) -> None:
    waiting = path.with_suffix(".part")
    torch.save(state, waiting)
    waiting.replace(path)


@dataclass(slots=True)
class _Run:
    tails: list[ClassTail]
    optimiser: Any
    schedule: Any
    done: int
    logs: list[EpochLog]

    def state(self, recipe: Recipe) -> dict[str, Any]:
        return {
            "recipe": asdict(recipe),
            "tails": [tail.state_dict() for tail in self.tails],
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "done": self.done,
            "logs": [asdict(log) for log in self.logs],
        }


def _resume(run: _Run, checkpoint: Path, recipe: Recipe) -> None:
    state = torch.load(checkpoint, weights_only=True)
    if state["recipe"] != asdict(recipe):
        raise TrainingDataError(path=checkpoint, reason="it was made by another recipe; name another run folder")
    for tail, values in zip(run.tails, state["tails"], strict=True):
        tail.load_state_dict(values)
    run.optimiser.load_state_dict(state["optimiser"])
    run.schedule.load_state_dict(state["schedule"])
    run.done = state["done"]
    run.logs = [EpochLog(**log) for log in state["logs"]]


def _epoch(run: _Run, samples: list[Samples], recipe: Recipe) -> EpochLog:
    """Go once through the samples: a fixed number of steps, each taking its share of every level."""
    rng = np.random.default_rng((recipe.seed, run.done))
    orders = [np.array_split(rng.permutation(len(part)), recipe.steps) for part in samples]
    losses, fired, count = [], 0.0, 0
    for step in range(recipe.steps):
        run.optimiser.zero_grad()
        for level, tail in enumerate(run.tails):
            loss, probability, fires = _step(tail.train(), samples[level], orders[level][step], recipe.positive_weight)
            loss.backward()
            losses.append(float(loss.detach()))
            fired, count = fired + probability, count + fires
        torch.nn.utils.clip_grad_norm_([p for tail in run.tails for p in tail.parameters()], 10.0)
        run.optimiser.step()
        run.schedule.step()
    return EpochLog(run.done + 1, float(np.mean(losses)), fired / max(1, count))


def train(
    model: Any,
    stores: list[FeatureStore],
    recipe: Recipe,
    run_dir: Path,
    tick: Callable[[EpochLog], None] = lambda _: None,
) -> list[ClassTail]:
    """Train the tails of a recipe's labels.

    Args:
        model: the starting model; not changed.
        stores: its frozen features of the training sets.
        recipe: what to train and how.
        run_dir: where checkpoints and ``log.json`` go; an unfinished run there is continued.
        tick: called after every epoch.

    Returns:
        One trained tail per level, in evaluation mode.

    Raises:
        TrainingDataError: a label has no object, or the run folder belongs to another recipe.
    """
    torch.manual_seed(recipe.seed)
    items = prepare(stores, recipe)
    head = detect_head(model)
    tails = new_tails(head, len(recipe.appended), recipe.width)
    run = _Run(tails, *_optimiser(tails, recipe, recipe.epochs * recipe.steps), 0, [])
    run_dir.mkdir(parents=True, exist_ok=True)
    checkpoint = run_dir / "checkpoint.pt"
    if checkpoint.is_file():
        _resume(run, checkpoint, recipe)
    samples = gather_samples(items, head, len(recipe.appended), recipe.seed)
    mined = False
    while run.done < recipe.epochs:
        if run.done >= recipe.mine_after and not mined:
            searched = np.random.default_rng(recipe.seed).permutation(len(items))[: recipe.mined_pictures]
            chosen = [items[index] for index in searched.tolist()]
            wrong = mine(chosen, [tail.eval() for tail in tails], len(recipe.appended), recipe.mined_anchors)
            samples, mined = joined(samples, wrong), True
        log = _epoch(run, samples, recipe)
        run.done += 1
        run.logs.append(log)
        _save(checkpoint, run.state(recipe))
        (run_dir / "log.json").write_text(json.dumps([asdict(entry) for entry in run.logs], indent=1) + "\n")
        tick(log)
    return [tail.eval() for tail in run.tails]
