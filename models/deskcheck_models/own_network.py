"""Give appended labels a network of their own beside the starting weights, and make one model of the two.

Both read the first modules of the starting weights, which stay as they are. Above them the starting weights' network
goes on untouched, so that what COCO taught cannot be forgotten, and a second one of the same build is trained for the
appended labels without regard to it. Joined, their heads are one head of ultralytics' own kind with twice as many
levels: it picks its rows from all of them, and the weights load anywhere (docs/adr/0013-a-network-of-their-own.md).

Needs the extra ``[train]``.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from deskcheck_datasets.vocabulary import COCO_NAMES
from torch import nn

from deskcheck_models.head import COCO_COUNT, PRIOR_BIAS, detect_head
from deskcheck_models.labels import taxonomy_map

# Modules that both networks share: half and quarter size, where the features are edges and textures.
STEM_MODULES = 3
# Logit of a label that a level has nothing to say about.
_SILENT = -20.0
_BRANCHES = ("cv3", "one2one_cv3")
_BOX_BRANCHES = ("cv2", "one2one_cv2")


def new_network(start: Any, labels: Sequence[str]) -> Any:
    """Return a network for appended labels alone that begins as the starting weights are.

    A label of a class that COCO's labels know begins as their mean; the others begin silent.

    Args:
        start: the starting weights' detection model, not changed.
        labels: the appended labels, in output order.

    Raises:
        ModelFileError: the starting weights are not an NMS-free model with COCO's 80 labels.
    """
    detect_head(start)
    network = copy.deepcopy(start)
    head = network.model[-1]
    for name in _BRANCHES:
        for branch in getattr(head, name):
            branch[2] = _first_rows(branch[2], labels)
    _say_labels(network, head, labels)
    return network


def _first_rows(old: nn.Conv2d, labels: Sequence[str]) -> nn.Conv2d:
    rows = nn.Conv2d(old.in_channels, len(labels), 1).to(old.weight.dtype)
    nn.init.normal_(rows.weight, std=0.01)
    nn.init.constant_(rows.bias, PRIOR_BIAS)
    known, wanted = taxonomy_map(COCO_NAMES), taxonomy_map(labels)
    for number, label in enumerate(labels):
        alike = [index for index, name in enumerate(COCO_NAMES) if known[name] == wanted[label]]
        if alike:
            rows.weight.data[number] = old.weight.data[alike].mean(dim=0)
            rows.bias.data[number] = old.bias.data[alike].mean()
    return rows


def _say_labels(model: Any, head: Any, labels: Sequence[str]) -> None:
    head.nc = model.nc = model.yaml["nc"] = len(labels)
    head.no = head.nc + 4 * head.reg_max
    model.names = dict(enumerate(labels))


def join(start: Any, own: Any) -> Any:
    """Return one model of the starting weights and a network trained beside them; neither is changed.

    Args:
        start: the starting weights' detection model.
        own: a network of ``new_network``, whose first ``STEM_MODULES`` modules are still the starting weights'.

    Returns:
        A detection model with COCO's 80 labels and the network's own behind them.
    """
    model, second = copy.deepcopy(start), copy.deepcopy(own)
    modules, head, other = list(model.model[:-1]), model.model[-1], second.model[-1]
    moved = {number: number + len(modules) - STEM_MODULES for number in range(STEM_MODULES, len(modules))}
    for module in second.model[STEM_MODULES:-1]:
        if module.i == STEM_MODULES:
            module.f = STEM_MODULES - 1  # what comes before it in the list is another module now
        module.f = _moved(module.f, moved)
        module.i = moved[module.i]
        modules.append(module)
    _join_heads(head, other)
    head.i, head.f = len(modules), [*head.f, *(moved[index] for index in other.f)]
    model.model = nn.Sequential(*modules, head)
    model.stride = head.stride
    model.save = sorted({index for module in model.model for index in _sources(module) if index != -1})
    _say_labels(model, head, [*start.names.values(), *own.names.values()])
    return model


def _sources(module: Any) -> list[int]:
    return [module.f] if isinstance(module.f, int) else list(module.f)


def _moved(source: Any, moved: dict[int, int]) -> Any:
    if isinstance(source, int):
        return moved.get(source, source)
    return [moved.get(index, index) for index in source]


def _join_heads(head: Any, other: Any) -> None:
    for name in _BOX_BRANCHES:
        setattr(head, name, nn.ModuleList([*getattr(head, name), *getattr(other, name)]))
    for name in _BRANCHES:
        first, second = getattr(head, name), getattr(other, name)
        for branch in first:
            branch[2] = _beside(branch[2], before=0, behind=other.nc)
        for branch in second:
            branch[2] = _beside(branch[2], before=head.nc, behind=0)
        setattr(head, name, nn.ModuleList([*first, *second]))
    head.nl += other.nl
    head.stride = torch.cat([head.stride, other.stride])
    head.shape = None  # anchors were made for fewer levels


def _beside(rows: nn.Conv2d, *, before: int, behind: int) -> nn.Conv2d:
    """Return a last convolution with silent labels before and behind its own."""
    grown = nn.Conv2d(rows.in_channels, before + rows.out_channels + behind, 1).to(rows.weight.dtype)
    grown.weight.data.zero_()
    grown.bias.data.fill_(_SILENT)
    grown.weight.data[before : before + rows.out_channels] = rows.weight.data
    grown.bias.data[before : before + rows.out_channels] = rows.bias.data
    grown.requires_grad_(requires_grad=False)
    return grown


def is_joined(model: Any) -> bool:
    """Whether a detection model is one of ``join``."""
    return bool(model.model[-1].nl > 3)


def own_network(model: Any) -> Any:
    """Return the appended labels' network of a joined model, to train it on; the model is not changed."""
    network = copy.deepcopy(model)
    head = network.model[-1]
    modules = list(network.model[:-1])
    per_network = (len(modules) - STEM_MODULES) // 2
    own = modules[STEM_MODULES + per_network :]
    back = {module.i: STEM_MODULES + number for number, module in enumerate(own)}
    for module in own:
        module.f = _moved(module.f, back)
        module.i = back[module.i]
    for name in _BOX_BRANCHES:
        setattr(head, name, nn.ModuleList(getattr(head, name)[head.nl // 2 :]))
    for name in _BRANCHES:
        branches = nn.ModuleList(getattr(head, name)[head.nl // 2 :])
        for branch in branches:
            branch[2] = _without_coco(branch[2])
        setattr(head, name, branches)
    head.f = [back[index] for index in head.f[head.nl // 2 :]]
    head.nl //= 2
    head.stride = head.stride[head.nl :]
    head.shape = None
    network.model = nn.Sequential(*modules[:STEM_MODULES], *own, head)
    head.i = len(network.model) - 1
    network.stride = head.stride
    network.save = sorted({index for module in network.model for index in _sources(module) if index != -1})
    _say_labels(network, head, list(model.names.values())[COCO_COUNT:])
    return network


def _without_coco(rows: nn.Conv2d) -> nn.Conv2d:
    kept = nn.Conv2d(rows.in_channels, rows.out_channels - COCO_COUNT, 1).to(rows.weight.dtype)
    kept.weight.data.copy_(rows.weight.data[COCO_COUNT:])
    kept.bias.data.copy_(rows.bias.data[COCO_COUNT:])
    return kept
