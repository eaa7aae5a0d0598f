"""What a step of staged training is judged by: the boxed things, and what the starting weights said.

Every output of every anchor gets a goal and a weight. COCO's labels have the starting weights' own probability as
their goal (distillation: Hinton et al., arXiv:1503.02531), raised where a boxed thing is assigned; in a picture whose
things are all boxed, the labels that map onto the taxonomy learn from the boxes alone. Appended labels learn from
boxes; where a picture's own things are not all boxed, its empty regions count for less. Boxes are assigned by
task alignment (Feng et al., arXiv:2108.07755), one anchor a thing, as the NMS-free head needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from deskcheck_models.head import COCO_COUNT
from deskcheck_models.labels import COCO_TAXONOMY, has_coco, primary_label, taxonomy_map
from deskcheck_models.targets import taxonomy_of

# How much features that move in photographs whose things are not all boxed count, relative to their own size.
KEEP_FEATURES_GAIN = 5.0
BOX_GAIN, CLASS_GAIN, SIDE_GAIN, KEEP_BOX_GAIN = 7.5, 0.5, 1.5, 1.0
# Where the starting weights see something at least this surely, their box is kept too.
KEEP_BOX_CONFIDENCE = 0.2
_ASSIGNED, _ASSIGNED_TO_MANY = 7, 10
_PADDING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What a head says about B pictures at A anchors.

    Attributes:
        logits: (B, A, C).
        xyxy: (B, A, 4) boxes in input px.
        points: (A, 2) anchor points in input px.
        strides: (A, 1) px.
    """

    logits: torch.Tensor
    xyxy: torch.Tensor
    points: torch.Tensor
    strides: torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Truths:
    """The boxed things of B pictures, padded to N each.

    Attributes:
        label: (B, N) int64 output index that should fire, -1 for padding.
        xyxy: (B, N, 4) input px.
        complete: (B,) bool.
    """

    label: torch.Tensor
    xyxy: torch.Tensor
    complete: torch.Tensor

    def to(self, device: torch.device) -> Truths:
        """Return the same on a device."""
        return Truths(self.label.to(device), self.xyxy.to(device), self.complete.to(device))


@dataclass(frozen=True, slots=True)
class LossParts:
    """The parts of a loss, for the log."""

    classes: float
    boxes: float
    kept_boxes: float


def label_to_fire(name: str, labels: tuple[str, ...]) -> int | None:
    """Return the output that an object should fire: its own label, or the one that stands for its class.

    Args:
        name: a label, or ``taxonomy:`` and a taxonomy id.
        labels: the model's labels.

    Returns:
        None where the model has no output for it: the object then teaches nothing.
    """
    if name in labels:
        return labels.index(name)
    taxonomy_id = taxonomy_of(name)
    chosen = primary_label(taxonomy_id, labels) if taxonomy_id is not None else None
    return None if chosen is None else labels.index(chosen)


def siblings(labels: tuple[str, ...]) -> torch.Tensor:
    """Return (C, C) bool: two different labels that map onto one taxonomy class; firing both does no harm."""
    table = taxonomy_map(labels)
    classes = [table[label] for label in labels]
    alike = [[a is not None and a == b and i != j for j, b in enumerate(classes)] for i, a in enumerate(classes)]
    return torch.tensor(alike, dtype=torch.bool)


class DistilledLoss:
    """The loss; see the module.

    Args:
        labels: the model's labels.
        distillation: how much keeping old outputs counts beside learning.
        incomplete_weight: weight of empty regions of appended labels where not all things are boxed.
        class_weight: (C,) how much what should fire counts, per label.
        many: several anchors may have the same thing, as the one-to-many head learns it.
    """

    def __init__(
        self,
        labels: tuple[str, ...],
        distillation: float,
        incomplete_weight: float,
        class_weight: torch.Tensor,
        *,
        many: bool = False,
    ) -> None:
        from ultralytics.utils.tal import TaskAlignedAssigner

        self._count = len(labels)
        self._old = COCO_COUNT if has_coco(labels) else 0
        self._distillation = distillation
        self._incomplete_weight = incomplete_weight
        self._class_weight = class_weight
        self._siblings = siblings(labels)
        self._mapped = torch.tensor([label in COCO_TAXONOMY for label in labels[: self._old]], dtype=torch.bool)
        self._assigner: Any = TaskAlignedAssigner(
            topk=_ASSIGNED_TO_MANY if many else _ASSIGNED,
            num_classes=self._count,
            alpha=0.5,
            beta=6.0,
            stride=[8, 16, 32],
            topk2=None if many else 1,
        )

    def __call__(self, student: Outputs, teacher: Outputs | None, truths: Truths) -> tuple[torch.Tensor, LossParts]:
        """Return the loss of a batch, per picture, and its parts.

        Args:
            student: the head's outputs.
            teacher: the starting weights' outputs, of the pictures whose things are not all boxed; None without any.
            truths: what is boxed.
        """
        boxes, scores, chosen = self._assigned(student, truths)
        known = None if teacher is None else teacher.logits[..., :COCO_COUNT].sigmoid()
        # By the boxed things alone: what the starting weights half see everywhere sums up to several times as much,
        # and the boxes' part would drown that of the classes.
        size = scores.sum().clamp(min=len(truths.label))
        classes = CLASS_GAIN * self._said(student, scores, chosen, known, truths) / size
        located = self._located(student, boxes, scores, chosen)
        kept = student.xyxy.sum() * 0.0
        if teacher is not None and known is not None:
            kept = KEEP_BOX_GAIN * self._distillation * _kept_boxes(student, teacher, known, chosen, truths.complete)
        total = classes + located + kept
        return total, LossParts(float(classes.detach()), float(located.detach()), float(kept.detach()))

    def _said(
        self,
        student: Outputs,
        scores: torch.Tensor,
        chosen: torch.Tensor,
        known: torch.Tensor | None,
        truths: Truths,
    ) -> torch.Tensor:
        """Return the cross-entropy of all labels at all anchors.

        It is added up as if nothing were boxed, and set right at the few anchors with a thing: goals and weights of
        every anchor and label would be the largest arrays of a step.

        Args:
            student: the head's outputs.
            scores: (B, A, C) goals from boxes.
            chosen: (B, A) anchors with a thing.
            known: (b, A, 80) what the starting weights say in the pictures whose things are not all boxed.
            truths: what is boxed.
        """
        logits, weight = student.logits, self._usual_weight(truths.complete)
        spared = self._spared(student.points, truths)
        said = (functional.softplus(logits).masked_fill(spared, 0.0).sum(dim=1) * weight).sum()
        picture, anchor = chosen.nonzero(as_tuple=True)
        usual = weight[picture] * ~spared[picture, anchor]
        usual_goal = logits.new_zeros((len(picture), self._count))
        if known is not None:
            told = ~truths.complete
            said = said - self._distillation * (logits[..., :COCO_COUNT][told] * known).sum()
            here = told[picture]
            usual_goal[here, :COCO_COUNT] = known[(told.cumsum(0) - 1)[picture[here]], anchor[here]]
        there = logits[picture, anchor]
        return said + self._corrected(there, scores[picture, anchor], usual_goal, usual)

    def _spared(self, points: torch.Tensor, truths: Truths) -> torch.Tensor:
        """Return (B, A, C) what must not be unlearnt: other names of a boxed thing's class, all over the thing.

        A banana that is boxed as food fires the label of food. That COCO's banana fires beside it is no mistake; kept
        silent there it would be forgotten everywhere. Where the starting weights have a say, COCO's labels follow them.
        """
        boxes, labels = truths.xyxy[:, :, None], truths.label
        inside = torch.cat([points - boxes[..., :2], boxes[..., 2:] - points], dim=-1).amin(dim=-1) > 0
        names = self._siblings.to(points.device)[labels.clamp(min=0)] & (labels != _PADDING).unsqueeze(-1)
        names[..., : self._old] &= truths.complete[:, None, None]
        return torch.einsum("bna,bnc->bac", inside.float(), names.float()) > 0

    def _usual_weight(self, complete: torch.Tensor) -> torch.Tensor:
        """Return (B, C) weights of what is nowhere near a boxed thing.

        Where all things are boxed, labels that nobody boxes teach nothing.
        """
        whole = complete[:, None]
        old = torch.where(whole, self._mapped.to(complete.device).float(), self._distillation)
        new = torch.where(whole, 1.0, self._incomplete_weight)
        return torch.cat([old, new.expand(-1, self._count - self._old)], dim=1)

    def _assigned(self, student: Outputs, truths: Truths) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return per anchor the (B, A, 4) box, the (B, A, C) scores and the (B, A) mask of what is assigned to it.

        Scores are above 0 at chosen anchors only.
        """
        there = (truths.label != _PADDING).unsqueeze(-1)
        _, boxes, scores, chosen, _ = self._assigner(
            student.logits.detach().sigmoid(),
            student.xyxy.detach(),
            student.points,
            truths.label.clamp(min=0).unsqueeze(-1),
            truths.xyxy,
            there.to(student.xyxy.dtype),
        )
        return boxes, scores.to(student.logits.dtype), chosen.bool()

    def _corrected(
        self, logits: torch.Tensor, scores: torch.Tensor, usual_goal: torch.Tensor, usual: torch.Tensor
    ) -> torch.Tensor:
        """Return what is to be added at (N, C) chosen anchors: things weigh by their rarity, their siblings nothing.

        Args:
            logits: what was said there.
            scores: goals from boxes.
            usual_goal: the goal that they have been counted with.
            usual: the weight that they have been counted with.
        """
        there = scores > 0
        alike = there.to(usual.dtype) @ self._siblings.to(usual.device, usual.dtype) > 0
        right = torch.where(there, self._class_weight.to(usual.device).expand_as(usual), usual)
        right = torch.where(alike & ~there, 0.0, right)
        goal = torch.maximum(scores, usual_goal)
        counted = functional.binary_cross_entropy_with_logits(logits, usual_goal, weight=usual, reduction="sum")
        wanted = functional.binary_cross_entropy_with_logits(logits, goal, weight=right, reduction="sum")
        return wanted - counted

    def _located(
        self, student: Outputs, boxes: torch.Tensor, scores: torch.Tensor, chosen: torch.Tensor
    ) -> torch.Tensor:
        """Return the loss of the assigned anchors' boxes: 1 - CIoU, and the sides' distances in strides."""
        if not bool(chosen.any()):
            return student.xyxy.sum() * 0.0
        from ultralytics.utils.metrics import bbox_iou

        weight = scores[chosen].sum(dim=-1)
        size = scores.sum().clamp(min=len(boxes))
        predicted, wanted = student.xyxy[chosen], boxes[chosen]
        overlap = bbox_iou(predicted, wanted, xywh=False, CIoU=True).squeeze(-1)
        side_px = student.points.max() + student.strides.max() / 2
        sides = (predicted - wanted).abs().mean(dim=-1) / side_px
        loss: torch.Tensor = (BOX_GAIN * (1 - overlap) + SIDE_GAIN * sides) @ weight / size
        return loss


def _kept_boxes(
    student: Outputs, teacher: Outputs, known: torch.Tensor, chosen: torch.Tensor, complete: torch.Tensor
) -> torch.Tensor:
    """Return how far boxes moved, in strides, where the teacher is sure and no boxed thing says otherwise.

    Teacher and known are of the pictures whose things are not all boxed.
    """
    told = ~complete
    sure = known.amax(dim=-1)
    pick = (sure >= KEEP_BOX_CONFIDENCE) & ~chosen[told]
    if not bool(pick.any()):
        return student.xyxy.sum() * 0.0
    strides = student.strides.squeeze(-1).expand_as(sure)[pick]
    moved = (student.xyxy[told][pick] - teacher.xyxy[pick]).abs().mean(dim=-1) / strides
    weight = sure[pick]
    return torch.as_tensor((moved * weight).sum() / weight.sum())


def moved_features(student: list[torch.Tensor], teacher: list[torch.Tensor], complete: torch.Tensor) -> torch.Tensor:
    """Return how far features moved in pictures whose things are not all boxed, as a share of their size.

    The mean over levels of the squared distance by the squared size: what the boxes do not tell, the starting
    weights' features do (as hints: Romero et al., arXiv:1412.6550).

    Args:
        student: per level (B, C, H, W) features.
        teacher: per level those of the starting weights, of the pictures whose things are not all boxed.
        complete: (B,) bool, which pictures have all their things boxed.
    """
    parts = []
    for mine, theirs in zip(student, teacher, strict=True):
        wanted = theirs.float()
        parts.append(functional.mse_loss(mine[~complete].float(), wanted) / wanted.square().mean().clamp(min=1e-6))
    return torch.stack(parts).mean()
