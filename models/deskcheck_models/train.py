"""Train the tails of appended labels on frozen features. Needs the extra ``[train]``.

A run folder holds the features, a checkpoint after every epoch and the log; started again with the same recipe it
goes on where it stopped.
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
from deskcheck_models.features import SIDE_PX, STRIDES, FeatureStore, anchor_points, join
from deskcheck_models.head import ClassTail, detect_head, new_tails
from deskcheck_models.recipe import Recipe
from deskcheck_models.targets import Targets, dense, make_targets

_CELLS = tuple((SIDE_PX // stride) ** 2 for stride in STRIDES)


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


Item = tuple[FeatureStore, int, Targets]


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


def _levels(group: list[Item], part: str) -> list[torch.Tensor]:
    return [
        torch.from_numpy(np.stack([getattr(store, part)[level][index] for store, index, _ in group])).float()
        for level in range(len(STRIDES))
    ]


def _logits(tails: list[ClassTail], group: list[Item]) -> torch.Tensor:
    """Return (B, K, A) logits of the appended labels."""
    first, old = _levels(group, "first"), _levels(group, "old")
    return torch.cat([tail(*pair).flatten(2) for tail, *pair in zip(tails, first, old, strict=True)], dim=2)


def _loss(logits: torch.Tensor, group: list[Item]) -> tuple[torch.Tensor, float, int]:
    """Return the loss, the summed probability of what should fire, and how many should."""
    pairs = [dense(targets, logits.shape[1], logits.shape[2]) for _, _, targets in group]
    goal = torch.from_numpy(np.stack([goal for goal, _ in pairs]))
    weight = torch.from_numpy(np.stack([weight for _, weight in pairs]))
    loss = functional.binary_cross_entropy_with_logits(logits, goal, weight=weight, reduction="sum")
    fires = goal > 0
    count = int(fires.sum())
    return loss / max(1.0, float(goal.sum())), float(logits.detach().sigmoid()[fires].sum()), count


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


def _epoch(run: _Run, items: list[Item], recipe: Recipe) -> EpochLog:
    order = np.random.default_rng((recipe.seed, run.done)).permutation(len(items))
    losses, fired, count = [], 0.0, 0
    for tail in run.tails:
        tail.train()
    for start in range(0, len(order), recipe.batch):
        group = [items[index] for index in order[start : start + recipe.batch].tolist()]
        loss, probability, fires = _loss(_logits(run.tails, group), group)
        run.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for tail in run.tails for p in tail.parameters()], 10.0)
        run.optimiser.step()
        run.schedule.step()
        losses.append(float(loss))
        fired, count = fired + probability, count + fires
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
    tails = new_tails(detect_head(model), len(recipe.appended), recipe.width)
    steps = recipe.epochs * -(-len(items) // recipe.batch)
    run = _Run(tails, *_optimiser(tails, recipe, steps), 0, [])
    run_dir.mkdir(parents=True, exist_ok=True)
    checkpoint = run_dir / "checkpoint.pt"
    if checkpoint.is_file():
        _resume(run, checkpoint, recipe)
    while run.done < recipe.epochs:
        log = _epoch(run, items, recipe)
        run.done += 1
        run.logs.append(log)
        _save(checkpoint, run.state(recipe))
        (run_dir / "log.json").write_text(json.dumps([asdict(entry) for entry in run.logs], indent=1) + "\n")
        tick(log)
    return [tail.eval() for tail in run.tails]
