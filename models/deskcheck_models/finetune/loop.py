"""Staged training: class branches, then the head, the neck, everything, each stage from the best of the one before.

A run folder holds the newest state and the log; started again with the same plan it goes on where it stopped.
"""

from __future__ import annotations

import copy
import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from deskcheck_models.errors import TrainingDataError
from deskcheck_models.finetune.batches import batches
from deskcheck_models.finetune.judge import Figures
from deskcheck_models.finetune.loss import (
    KEEP_FEATURES_GAIN,
    DistilledLoss,
    Outputs,
    label_to_fire,
    moved_features,
)
from deskcheck_models.finetune.network import (
    Averaged,
    fold_batchnorm,
    frozen_modules,
    learns_features,
    level_outputs,
    mixed_precision,
    run_head,
    spread_head,
    trained_parameters,
    unfold_batchnorm,
)
from deskcheck_models.finetune.plan import Plan, Stage
from deskcheck_models.finetune.views import Framing, Shelf

# Tells what a network is worth.
Look = Callable[[Any], Figures]
_WARM_UP = 0.1
_GRADIENT_LIMIT = 10.0
_BALANCE = (0.5, 3.0)
# How much faster the class branches learn: appended labels have everything to learn, the features nearly nothing.
_LABEL_RATE = 2.0


@dataclass(frozen=True, slots=True)
class EpochLog:
    """What one epoch came to.

    Attributes:
        stage: number of the stage, from 0.
        epoch: number within the stage, from 1; 0 is the look before anything was learnt.
        loss: mean loss per step.
        figures: what the averaged weights are worth.
    """

    stage: int
    epoch: int
    loss: float
    figures: Figures


@dataclass(slots=True)
class Run:
    """A run under way.

    Attributes:
        network: the network being trained.
        best: weights of the best epoch so far.
        best_score: its score.
        stage: stage that comes next, or is under way.
        epoch: epochs of it that are done.
        logs: all epochs so far.
    """

    network: Any
    best: dict[str, torch.Tensor]
    best_score: float = -math.inf
    stage: int = 0
    epoch: int = 0
    logs: list[EpochLog] = field(default_factory=list)


def class_weights(shelf: Shelf, labels: tuple[str, ...]) -> torch.Tensor:
    """Return (C,) how much a boxed thing of each label counts: rare ones more, within limits.

    Raises:
        TrainingDataError: a set is empty.
    """
    if not all(shelf.sets):
        raise TrainingDataError(path="sets", reason="a set has no picture")
    seen: Counter[int] = Counter()
    for pictures, share in zip(shelf.sets, shelf.shares, strict=True):
        for picture in pictures:
            for name in picture.names:
                label = label_to_fire(name, labels)
                if label is not None:
                    seen[label] += share / len(pictures)  # type: ignore[assignment] # a Counter of floats
    weight = torch.ones(len(labels))
    middle = sorted(seen.values())[len(seen) // 2] if seen else 1.0
    for label, count in seen.items():
        weight[label] = min(max(math.sqrt(middle / count), _BALANCE[0]), _BALANCE[1])
    return weight


def train_stages(
    network: Any,
    teacher: Any,
    shelf: Shelf,
    plan: Plan,
    labels: tuple[str, ...],
    look: Look,
    run_dir: Path,
    *,
    workers: int,
    tick: Callable[[EpochLog], None] = lambda _: None,
) -> Any:
    """Train a network by a plan.

    Args:
        network: the model to train, with its appended labels; changed.
        teacher: the starting weights, not changed; None where nothing old is to be kept.
        shelf: what to learn from.
        plan: the plan.
        labels: the network's, in output order.
        look: tells what a network is worth, by which the best epoch is chosen and a stage ends.
        run_dir: where state and ``log.json`` go; an unfinished run of the same plan there is continued.
        workers: processes that make pictures.
        tick: called after every epoch.

    Returns:
        The network with the best weights, on the processor, in evaluation mode.

    Raises:
        TrainingDataError: the run folder belongs to another plan, or a picture cannot be read.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = network.to(device, memory_format=torch.channels_last).eval()  # half as long again without it
    folded = fold_batchnorm(network)
    if teacher is not None:
        teacher = teacher.to(device, memory_format=torch.channels_last).eval()
        teacher.requires_grad_(requires_grad=False)
        folded |= fold_batchnorm(teacher)
    run = Run(network, copy.deepcopy(network.state_dict()))
    run_dir.mkdir(parents=True, exist_ok=True)
    state = run_dir / "state.pt"
    if state.is_file():
        _resume(run, state, plan)
    else:
        _keep(run, EpochLog(0, 0, 0.0, look(network)), network)
        tick(run.logs[-1])
    losses = _losses(plan, shelf, labels)
    while run.stage < len(plan.stages):
        network.load_state_dict(run.best)
        _stage(run, teacher, shelf, plan, labels, look, losses, state, workers, tick)
        if not learns_features(network, plan.stages[run.stage].part):
            network.load_state_dict(run.best)
            spread_head(network)
            run.best = _weights(network)
        run.stage, run.epoch = run.stage + 1, 0
        _save(run, state, plan)
    network.load_state_dict(run.best)
    unfold_batchnorm(folded)
    return network.to("cpu", memory_format=torch.contiguous_format).eval()


@dataclass(frozen=True, slots=True)
class Losses:
    """The losses of the two heads.

    The one-to-one head, which is the one used, learns on features as they are; the features learn from the
    one-to-many head, which has ten anchors for each thing (as in YOLOv10: Wang et al., arXiv:2405.14458), and from
    the starting weights' features.

    Attributes:
        one: of the one-to-one head; the old outputs are part of its goal.
        many: of the one-to-many head, from boxes alone.
        keep_features: weight of features that move.
    """

    one: DistilledLoss
    many: DistilledLoss
    keep_features: float


def _losses(plan: Plan, shelf: Shelf, labels: tuple[str, ...]) -> Losses:
    weights = class_weights(shelf, labels)
    return Losses(
        DistilledLoss(labels, plan.distillation, plan.incomplete_weight, weights),
        DistilledLoss(labels, 0.0, plan.incomplete_weight, weights, many=True),
        KEEP_FEATURES_GAIN * plan.distillation,
    )


def _stage(
    run: Run,
    teacher: Any,
    shelf: Shelf,
    plan: Plan,
    labels: tuple[str, ...],
    look: Look,
    losses: Losses,
    state: Path,
    workers: int,
    tick: Callable[[EpochLog], None],
) -> None:
    stage = plan.stages[run.stage]
    optimiser, schedule = _optimiser(run.network, stage, plan, run.epoch * _steps(plan))
    mean = Averaged(run.network, plan.ema)
    framing = Framing(stage.side_px, plan.mosaic, stage.zoom)
    worse = 0
    for epoch in range(run.epoch + 1, stage.epochs + 1):
        total, count = 0.0, 0
        seed = (plan.seed, run.stage, epoch)
        drawn = batches(
            shelf, labels, count=plan.pictures, size=plan.batch, framing=framing, seed=seed, workers=workers
        )
        for batch in drawn:
            total += _step(run.network, teacher, batch, losses, stage, optimiser)
            count += 1
            schedule.step()
            mean.follow(run.network)
        log = EpochLog(run.stage, epoch, total / max(1, count), look(mean.network))
        run.epoch = epoch
        better = _keep(run, log, mean.network)
        _save(run, state, plan)
        tick(log)
        worse = 0 if better else worse + 1
        if worse >= plan.patience:
            break


def _step(network: Any, teacher: Any, batch: Any, losses: Losses, stage: Stage, optimiser: Any) -> float:
    device = next(network.parameters()).device
    planes = batch.planes.to(device, memory_format=torch.channels_last).float() / 255
    truths = batch.truths.to(device)
    optimiser.zero_grad(set_to_none=True)
    learning = learns_features(network, stage.part)
    told = ~truths.complete
    seen: list[torch.Tensor] = []
    known: Outputs | None = None
    many: Outputs | None = None
    with mixed_precision(device):
        levels = level_outputs(network, planes, frozen_modules(network, stage.part))
        if teacher is not None and bool(told.any()):
            with torch.no_grad():
                # Below the head nothing has changed while only the head learns, so its features serve both.
                same = not learning and _shares_features(network, teacher)
                seen = [level[told] for level in levels] if same else level_outputs(teacher, planes[told])
                known = run_head(teacher, seen)
        said = run_head(network, [level.detach() for level in levels])
        many = run_head(network, levels, many=True) if learning else None
    value, _ = losses.one(said, known, truths)
    if many is not None:
        value = value + losses.many(many, None, truths)[0]
        if seen:
            value = value + losses.keep_features * moved_features(levels, seen, truths.complete)
    value.backward()
    torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], _GRADIENT_LIMIT)
    optimiser.step()
    return float(value.detach())


def _shares_features(network: Any, teacher: Any) -> bool:
    """Whether two networks are alike below the head; told by the last layer before it, which training moves first."""
    mine, theirs = network.model[-2].state_dict(), teacher.model[-2].state_dict()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], theirs[name]) for name in mine)


def _steps(plan: Plan) -> int:
    return max(1, plan.pictures // plan.batch)


def _optimiser(network: Any, stage: Stage, plan: Plan, done: int) -> tuple[Any, Any]:
    """Return the optimiser of a stage and its schedule, after that many steps of an earlier run."""
    groups = [
        {"params": chosen, "weight_decay": decay, "lr": rate, "initial_lr": rate}
        for (decay, rate), chosen in _rates(network, stage, plan).items()
    ]
    optimiser = torch.optim.AdamW(groups, lr=stage.learning_rate)
    steps = stage.epochs * _steps(plan)

    def factor(step: int) -> float:
        warm = min(1.0, (step + 1) / max(1.0, _WARM_UP * steps))
        return warm * (0.05 + 0.95 * (1 + math.cos(math.pi * min(1.0, step / steps))) / 2)

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, factor, last_epoch=done - 1)


def _rates(network: Any, stage: Stage, plan: Plan) -> dict[tuple[float, float], list[torch.nn.Parameter]]:
    """Return the stage's parameters by weight decay and peak learning rate."""
    rates: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    head = network.model[-1]
    labels = {id(p) for branch in (head.cv3, head.one2one_cv3) for p in branch.parameters()}
    for _, parameter in trained_parameters(network, stage.part):
        rate = stage.learning_rate * (_LABEL_RATE if id(parameter) in labels else 1.0)
        decay = plan.weight_decay if parameter.ndim > 1 else 0.0
        rates.setdefault((decay, rate), []).append(parameter)
    return rates


def _keep(run: Run, log: EpochLog, network: Any) -> bool:
    """Note an epoch and keep its weights if it is the best so far."""
    run.logs.append(log)
    better = log.figures.score > run.best_score
    if better:
        run.best_score = log.figures.score
        run.best = _weights(network)
    return better


def _weights(network: Any) -> dict[str, torch.Tensor]:
    return {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}


def _save(run: Run, path: Path, plan: Plan) -> None:
    part = path.with_suffix(".part")
    kept = {
        "plan": json.dumps(asdict(plan)),
        "network": run.network.state_dict(),
        "best": run.best,
        "best_score": run.best_score,
        "stage": run.stage,
        "epoch": run.epoch,
        "logs": [asdict(log) for log in run.logs],
    }
    torch.save(kept, part)
    part.replace(path)
    path.with_name("log.json").write_text(json.dumps(kept["logs"], indent=1) + "\n", encoding="utf-8")


def _resume(run: Run, path: Path, plan: Plan) -> None:
    kept = torch.load(path, map_location="cpu", weights_only=True)
    if kept["plan"] != json.dumps(asdict(plan)):
        raise TrainingDataError(path=path, reason="it was made by another plan; name another run folder")
    run.network.load_state_dict(kept["network"])
    run.best, run.best_score = kept["best"], kept["best_score"]
    run.stage, run.epoch = kept["stage"], kept["epoch"]
    run.logs = [EpochLog(**{**log, "figures": Figures(**log["figures"])}) for log in kept["logs"]]
