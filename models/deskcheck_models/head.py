"""Give a YOLO26 detection head more labels without touching what it knows.

Each class branch of the head is ``[DW 3x3, 1x1] -> [DW 3x3, 1x1] -> 1x1``. Widening adds channels beside the old
ones: the first pointwise convolution gets more outputs, the depthwise one more channels, the second pointwise one
a block of its own (zero weights between old and new), the last one a row per new label. Old rows have zero weights
on new channels, so the 80 old scores stay what they were; only ultralytics' own modules are used, so the weights
load anywhere.

Needs the extra ``[train]``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from deskcheck_vision.errors import ModelFileError
from torch import nn

COCO_COUNT = 80
PRIOR_BIAS = -6.0


class ClassTail(nn.Module):  # type: ignore[misc] # torch has no types where it is not installed
    """The channels and rows that new labels get in the class branch of one level.

    Args:
        channels: channels that the branch's frozen first depthwise convolution gives.
        old_width: channels that the frozen branch gives to its last convolution.
        width: channels of the new labels' own; 0 for rows only.
        count: number of new labels.
    """

    def __init__(self, channels: int, old_width: int, width: int, count: int) -> None:
        from ultralytics.nn.modules.conv import Conv, DWConv

        super().__init__()
        self.width = width
        if width:
            self.own = nn.Sequential(Conv(channels, width, 1), DWConv(width, width, 3), Conv(width, width, 1))
            for module in self.own.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eps, module.momentum = 1e-3, 0.03
            # Each anchor is learnt from alone, so the depthwise convolution starts, and stays, at its centre tap;
            # the frozen neck has looked around already. A later training may use the other taps.
            kernel = self.own[1].conv.weight.data
            kernel.zero_()
            kernel[:, :, 1, 1] = 1.0
        self.rows = nn.Conv2d(old_width + width, count, 1)
        nn.init.normal_(self.rows.weight, std=0.01)
        nn.init.constant_(self.rows.bias, PRIOR_BIAS)

    def forward(self, first: torch.Tensor, old: torch.Tensor) -> torch.Tensor:
        """Return (B, K, H, W) logits of the new labels.

        Args:
            first: (B, C, H, W) what the frozen first depthwise convolution gives.
            old: (B, 80, H, W) what the frozen branch gives to its last convolution.
        """
        seen = torch.cat([old, self.own(first)], dim=1) if self.width else old
        return self.rows(seen)


def detect_head(model: Any) -> Any:
    """Return the Detect module of a detection model.

    Raises:
        ModelFileError: the model has no one-to-one head of 80 labels to start from.
    """
    head = model.model[-1]
    if getattr(head, "one2one_cv3", None) is None or head.nc != COCO_COUNT:
        raise ModelFileError(reason="the starting weights are not an NMS-free model with COCO's 80 labels")
    return head


def new_tails(head: Any, count: int, width: int) -> list[ClassTail]:
    """Return an untrained tail per level of a head."""
    tails = []
    for branch in head.one2one_cv3:
        channels = branch[0][0].conv.out_channels
        tails.append(ClassTail(channels, branch[2].in_channels, width, count))
    return tails


def frozen_parts(branch: Any, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what a class branch computes after its first depthwise and before its last convolution."""
    first = branch[0][0](features)
    return first, branch[1](branch[0][1](first))


def _grown_norm(old: nn.BatchNorm2d, new: nn.BatchNorm2d) -> nn.BatchNorm2d:
    grown = nn.BatchNorm2d(old.num_features + new.num_features, eps=old.eps, momentum=old.momentum)
    for name in ("weight", "bias", "running_mean", "running_var"):
        getattr(grown, name).data.copy_(torch.cat([getattr(old, name).data, getattr(new, name).data]))
    return grown


def _grown_conv(old: Any, new: Any, *, shared_input: bool) -> Any:
    """Return a Conv block that holds an old and a new one side by side.

    Args:
        old: frozen block.
        new: block of the new channels, of the same kernel and groups kind.
        shared_input: both read the same channels; otherwise each reads its own half of the channels.
    """
    grown = copy.deepcopy(old)
    first, second = old.conv.weight.data, new.conv.weight.data
    depthwise = old.conv.groups > 1
    if shared_input or depthwise:
        weight = torch.cat([first, second])
    else:
        weight = torch.zeros(first.shape[0] + second.shape[0], first.shape[1] + second.shape[1], *first.shape[2:])
        weight[: first.shape[0], : first.shape[1]] = first
        weight[first.shape[0] :, first.shape[1] :] = second
    outputs, inputs = weight.shape[0], weight.shape[0] if depthwise else weight.shape[1]
    groups = outputs if depthwise else 1
    grown.conv = nn.Conv2d(
        inputs, outputs, old.conv.kernel_size, old.conv.stride, old.conv.padding, groups=groups, bias=False
    )
    grown.conv.weight.data.copy_(weight)
    grown.bn = _grown_norm(old.bn, new.bn)
    return grown


def _grown_rows(old: nn.Conv2d, tail: ClassTail) -> nn.Conv2d:
    count = tail.rows.out_channels
    grown = nn.Conv2d(old.in_channels + tail.width, old.out_channels + count, 1)
    grown.weight.data.zero_()
    grown.weight.data[: old.out_channels, : old.in_channels] = old.weight.data
    grown.weight.data[old.out_channels :] = tail.rows.weight.data
    grown.bias.data.copy_(torch.cat([old.bias.data, tail.rows.bias.data]))
    return grown


def _grown_branch(branch: Any, tail: ClassTail) -> nn.Sequential:
    grown = copy.deepcopy(branch)
    if tail.width:
        pointwise, depthwise, mixing = tail.own
        grown[0][1] = _grown_conv(branch[0][1], pointwise, shared_input=True)
        grown[1][0] = _grown_conv(branch[1][0], depthwise, shared_input=False)
        grown[1][1] = _grown_conv(branch[1][1], mixing, shared_input=False)
    grown[2] = _grown_rows(branch[2], tail)
    return grown.train(branch.training)  # new BatchNorm modules start in training mode


def _pairs(head: Any, tails: list[ClassTail]) -> Iterator[tuple[int, Any, Any, ClassTail]]:
    for level, tail in enumerate(tails):
        yield level, head.cv3[level], head.one2one_cv3[level], tail


def install_tails(model: Any, tails: list[ClassTail], labels: tuple[str, ...]) -> None:
    """Grow both heads of a model by trained tails, in place, and set its label names.

    The tails are trained on the one-to-one head; the one-to-many head gets the same ones, so that both name
    things alike when the model is trained further.
    """
    head = detect_head(model)
    for level, many, one, tail in _pairs(head, tails):
        head.cv3[level] = _grown_branch(many, tail)
        head.one2one_cv3[level] = _grown_branch(one, tail)
    head.nc = len(labels)
    head.no = head.nc + 4 * head.reg_max
    model.nc = head.nc
    model.names = dict(enumerate(labels))
    model.yaml["nc"] = head.nc


def apply_shifts(model: Any, shifts: list[float]) -> None:
    """Add to the logits of the appended labels, in place, in both heads; COCO's stay.

    Args:
        model: a model grown by ``install_tails``.
        shifts: one number per appended label, in output order.
    """
    head = model.model[-1]
    if head.nc != COCO_COUNT + len(shifts):
        raise ModelFileError(reason=f"{len(shifts)} shifts for {head.nc - COCO_COUNT} appended labels")
    for branch in (*head.cv3, *head.one2one_cv3):
        bias = branch[2].bias.data
        bias[COCO_COUNT:] += torch.tensor(shifts, dtype=bias.dtype)


def drop_labels(model: Any, dropped: set[str]) -> None:
    """Take appended labels out of both heads, in place; the other labels keep their order and their scores.

    Args:
        model: a model grown by ``install_tails``.
        dropped: names of appended labels.

    Raises:
        ModelFileError: a name is not an appended label of the model.
    """
    head = model.model[-1]
    names = [model.names[index] for index in range(head.nc)]
    unknown = dropped - set(names[COCO_COUNT:])
    if unknown:
        raise ModelFileError(reason=f"{', '.join(sorted(unknown))} is no appended label of it")
    keep = [index for index, name in enumerate(names) if index < COCO_COUNT or name not in dropped]
    for branches in (head.cv3, head.one2one_cv3):
        for branch in branches:
            old = branch[2]
            rows = nn.Conv2d(old.in_channels, len(keep), 1).to(old.weight.dtype)
            rows.weight.data.copy_(old.weight.data[keep])
            rows.bias.data.copy_(old.bias.data[keep])
            branch[2] = rows
    head.nc = len(keep)
    head.no = head.nc + 4 * head.reg_max
    model.nc = head.nc
    model.names = dict(enumerate(names[index] for index in keep))
    model.yaml["nc"] = head.nc
