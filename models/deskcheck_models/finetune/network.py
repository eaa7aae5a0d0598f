"""A detection network as training sees it: which parameters a stage moves, what the head says, averaged weights."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from deskcheck_vision.detections import Float32Array
from deskcheck_vision.model_files import ModelMetadata
from deskcheck_vision.sessions import STEP_PX, DescribedSession
from torch import nn
from torch.nn import functional

from deskcheck_models.finetune.loss import Outputs
from deskcheck_models.finetune.plan import Part
from deskcheck_models.metadata import Passport
from deskcheck_models.own_network import STEM_MODULES

STRIDES = (8, 16, 32)
# Modules of the YOLO26 backbone come first; the neck begins behind the attention block.
_NECK_START = 11
_ROWS = 300


def level_outputs(network: Any, planes: torch.Tensor, frozen: int = 0) -> list[torch.Tensor]:
    """Run backbone and neck and return the head's three inputs.

    Args:
        network: a detection model of ultralytics.
        planes: (B, 3, H, W) float32 RGB in [0, 1].
        frozen: how many of its first modules need no gradient.
    """
    kept: list[Any] = []
    value: Any = planes
    head = network.model[-1]
    for number, module in enumerate(network.model[:-1]):
        if module.f != -1:
            picked = [module.f] if isinstance(module.f, int) else module.f
            inputs = [value if index == -1 else kept[index] for index in picked]
            value = inputs[0] if isinstance(module.f, int) else inputs
        with torch.set_grad_enabled(torch.is_grad_enabled() and number >= frozen):
            value = module(value)
        kept.append(value if module.i in network.save else None)
    return [value if index in (-1, len(kept) - 1) else kept[index] for index in head.f]


def mixed_precision(device: torch.device) -> Any:
    """Return the context in which a network runs in training: bfloat16 where the hardware multiplies it, else none.

    On a processor with AMX, pictures in the channels-last format pass three times as fast.
    """
    if device.type == "cuda":
        able = torch.cuda.is_bf16_supported()
    else:
        able = bool(torch.cpu.get_capabilities().get("amx_bf16") or torch.cpu.get_capabilities().get("avx512_bf16"))
    return torch.autocast(device.type, torch.bfloat16, enabled=able)


def fold_batchnorm(network: Any) -> dict[nn.Module, type[nn.Module]]:
    """Let convolutions take their BatchNorm into their own weights at every pass, in place.

    With statistics that never change a BatchNorm is a factor and a sum per channel. Folded at every pass, not once,
    the parameters stay the same ones and learn by the same steps, and the largest arrays are read and written once
    instead of three times.

    Returns:
        What ``unfold_batchnorm`` needs.
    """
    from ultralytics.nn.modules.conv import Conv, DWConv

    folded: dict[nn.Module, type[nn.Module]] = {}
    for module in network.modules():
        if type(module) in (Conv, DWConv):
            folded[module] = type(module)
            module.__class__ = _FoldedConv
    return folded


def unfold_batchnorm(folded: dict[nn.Module, type[nn.Module]]) -> None:
    """Undo ``fold_batchnorm``."""
    for module, original in folded.items():
        module.__class__ = original


class _FoldedConv(nn.Module):  # type: ignore[misc] # torch has no types where it is not installed
    """Stands in for ultralytics' ``Conv``, whose attributes it finds."""

    conv: Any
    bn: Any
    act: Any

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        conv, norm = self.conv, self.bn
        factor = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        weight = conv.weight * factor[:, None, None, None]
        bias = norm.bias - norm.running_mean * factor
        value = functional.conv2d(given, weight, bias, conv.stride, conv.padding, conv.dilation, conv.groups)
        # Not in place: autograd would copy the array first.
        answer: torch.Tensor = functional.silu(value) if isinstance(self.act, nn.SiLU) else self.act(value)
        return answer


def _said(branch: Any, level: torch.Tensor) -> torch.Tensor:
    """Return (B, H * W, K) what a branch says; its last convolution in full precision, since its numbers are px."""
    seen = branch[:-1](level)
    with torch.autocast(level.device.type, enabled=False):
        said: torch.Tensor = branch[-1](seen.float()).flatten(2).transpose(1, 2)
    return said


def run_head(network: Any, levels: list[torch.Tensor], *, many: bool = False) -> Outputs:
    """Return what the one-to-one head, or the one-to-many head, says about its inputs."""
    head = network.model[-1]
    box_branches, class_branches = (head.cv2, head.cv3) if many else (head.one2one_cv2, head.one2one_cv3)
    of_levels = STRIDES * (len(levels) // len(STRIDES))  # two networks joined have each level twice
    logits, boxes, points, strides = [], [], [], []
    for level, stride, box_branch, class_branch in zip(levels, of_levels, box_branches, class_branches, strict=True):
        rows, columns = level.shape[2:]
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        point = (torch.stack([x, y], dim=-1).reshape(-1, 2).to(level.device).float() + 0.5) * stride
        side = _said(box_branch, level) * stride
        boxes.append(torch.cat([point - side[..., :2], point + side[..., 2:]], dim=-1))
        logits.append(_said(class_branch, level))
        points.append(point)
        strides.append(torch.full((len(point), 1), float(stride), device=level.device))
    return Outputs(torch.cat(logits, dim=1), torch.cat(boxes, dim=1), torch.cat(points), torch.cat(strides))


def outputs(network: Any, planes: torch.Tensor, frozen: int = 0) -> Outputs:
    """Return what the one-to-one head says about pictures, (B, 3, H, W) float32 RGB in [0, 1]."""
    return run_head(network, level_outputs(network, planes, frozen))


def frozen_modules(network: Any, part: Part) -> int:
    """Return how many of the first modules a stage leaves as they are."""
    first = {Part.ALL: 0, Part.BODY: STEM_MODULES, Part.NECK: _NECK_START}
    return first.get(part, len(network.model) - 1)


def learns_features(network: Any, part: Part) -> bool:
    """Return whether a stage moves anything below the head."""
    return frozen_modules(network, part) < len(network.model) - 1


def trained_parameters(network: Any, part: Part) -> list[tuple[str, nn.Parameter]]:
    """Set which parameters take gradients in a stage, and return those.

    BatchNorm statistics never change: batches are small, and the starting weights' statistics are COCO's.
    """
    head = network.model[-1]
    wanted: set[int] = {id(p) for p in head.one2one_cv3.parameters()}
    if part is not Part.CLASSES:
        wanted |= {id(p) for p in head.one2one_cv2.parameters()}
    if learns_features(network, part):
        wanted |= {id(p) for branch in (head.cv2, head.cv3) for p in branch.parameters()}
    for module in network.model[frozen_modules(network, part) : -1]:
        wanted |= {id(p) for p in module.parameters()}
    chosen = []
    for name, parameter in network.named_parameters():
        parameter.requires_grad = id(parameter) in wanted
        if parameter.requires_grad:
            chosen.append((name, parameter))
    network.eval()
    return chosen


class Averaged:
    """Weights averaged over the steps, which wander less than the newest ones (Polyak averaging).

    Args:
        network: the network being trained.
        decay: share of the old average kept at each step, reached gradually.
    """

    def __init__(self, network: Any, decay: float) -> None:
        self.network = copy.deepcopy(network).eval()
        self._decay = decay
        self._steps = 0
        for parameter in self.network.parameters():
            parameter.requires_grad = False

    def follow(self, network: Any) -> None:
        """Move the average towards the network."""
        self._steps += 1
        decay = self._decay * (1 - float(np.exp(-self._steps / 100)))
        for mean, now in zip(_floats(self.network), _floats(network), strict=True):
            mean.lerp_(now.detach(), 1 - decay)


def _floats(network: Any) -> Iterator[torch.Tensor]:
    return (value for value in network.state_dict().values() if value.dtype.is_floating_point)


def spread_head(network: Any) -> None:
    """Give the one-to-many head what the one-to-one head learnt, in place, so that both name things alike."""
    head = network.model[-1]
    head.cv2 = copy.deepcopy(head.one2one_cv2)
    head.cv3 = copy.deepcopy(head.one2one_cv3)


class NetworkSession(DescribedSession):
    """A network in training behind the program's own inference protocol, so that it is judged as it will be used.

    Args:
        network: a detection model of ultralytics.
        passport: what its files will say of it.
        mixed: run it as training does, see ``mixed_precision``: quicker, scores within about a hundredth.
    """

    def __init__(self, network: Any, passport: Passport, *, mixed: bool = False) -> None:
        super().__init__("pytorch", ModelMetadata.from_properties(passport.entries()), "0" * 64, STEP_PX)
        self._network, self._mixed = network, mixed

    def run(self, planes: Float32Array) -> Float32Array:
        """Run the network on one picture, see ``InferenceSession.run``."""
        device = next(self._network.parameters()).device
        given = torch.from_numpy(planes.copy()).to(device, memory_format=torch.channels_last)
        with torch.no_grad(), mixed_precision(device) if self._mixed else nullcontext():
            said = outputs(self._network, given)
        best, index = said.logits[0].flatten().topk(_ROWS)
        anchor, label = index // said.logits.shape[-1], index % said.logits.shape[-1]
        rows = torch.cat([said.xyxy[0][anchor], best.sigmoid()[:, None], label[:, None].to(best)], dim=1)
        return np.asarray(rows.cpu().numpy(), np.float32)
