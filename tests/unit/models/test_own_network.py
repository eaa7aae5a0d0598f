"""A network of the appended labels' own: joined, each says what it said alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deskcheck_datasets.vocabulary import COCO_NAMES
from deskcheck_models.labels import label_names, primary_label

os.environ.setdefault("YOLO_OFFLINE", "1")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
pytest.importorskip("ultralytics", reason="the extra [train] is not installed")

from deskcheck_models.export import export  # noqa: E402
from deskcheck_models.extra import load_yolo  # noqa: E402 - after the skip
from deskcheck_models.finetune.network import level_outputs, run_head  # noqa: E402
from deskcheck_models.head import apply_shifts, drop_labels  # noqa: E402
from deskcheck_models.metadata import Passport  # noqa: E402
from deskcheck_models.own_network import STEM_MODULES, is_joined, join, new_network, own_network  # noqa: E402
from deskcheck_vision.sessions import OnnxSession  # noqa: E402

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("default")]
OWN = ("stamp", "counter keyboard", "thermos")


@pytest.fixture(scope="module")
def start() -> Any:
    from ultralytics.nn.tasks import DetectionModel

    torch.manual_seed(0)
    network = DetectionModel("yolo26n.yaml", ch=3, nc=80, verbose=False).eval()
    network.names = dict(enumerate(COCO_NAMES))
    for branch in network.model[-1].one2one_cv3:
        torch.nn.init.normal_(branch[2].weight, std=0.3)
    return network


@pytest.fixture(scope="module")
def trained(start: Any) -> Any:
    """A network of their own that has moved everywhere but in the shared modules."""
    network = new_network(start, OWN)
    rng = torch.Generator().manual_seed(3)
    for module in network.model[STEM_MODULES:]:
        for parameter in module.parameters():
            parameter.data += 0.05 * torch.randn(parameter.shape, generator=rng)
    return network.eval()


def said(network: Any, planes: Any, *, many: bool = False) -> Any:
    with torch.no_grad():
        return run_head(network, level_outputs(network, planes), many=many)


@pytest.mark.parametrize("many", [False, True])
def test_each_says_what_it_said_alone_and_nothing_else(start: Any, trained: Any, many: bool) -> None:
    planes = torch.rand(1, 3, 96, 64)
    together = said(join(start, trained), planes, many=many)
    first, second = said(start, planes, many=many), said(trained, planes, many=many)
    anchors = first.logits.shape[1]
    assert together.logits.shape == (1, 2 * anchors, 80 + len(OWN))
    assert torch.allclose(together.logits[:, :anchors, :80], first.logits, atol=1e-4)
    assert torch.allclose(together.logits[:, anchors:, 80:], second.logits, atol=1e-4)
    assert torch.allclose(together.xyxy, torch.cat([first.xyxy, second.xyxy], dim=1), atol=1e-2)
    assert together.logits[:, :anchors, 80:].max() < -10
    assert together.logits[:, anchors:, :80].max() < -10


def test_joining_changes_neither_and_can_be_undone(start: Any, trained: Any) -> None:
    before = [{name: value.clone() for name, value in net.state_dict().items()} for net in (start, trained)]
    joined = join(start, trained)
    again = own_network(joined)
    for net, kept in zip((start, trained), before, strict=True):
        assert all(torch.equal(value, kept[name]) for name, value in net.state_dict().items())
    assert again.state_dict().keys() == trained.state_dict().keys()
    assert all(torch.equal(value, before[1][name]) for name, value in again.state_dict().items())
    assert again.names == trained.names
    planes = torch.rand(1, 3, 64, 64)
    assert torch.allclose(said(again, planes).logits, said(trained, planes).logits, atol=1e-5)
    assert is_joined(joined)
    assert not is_joined(again)


def test_a_label_of_a_known_class_begins_as_coco_knows_it(start: Any) -> None:
    network = new_network(start, OWN)
    rows, old = network.model[-1].one2one_cv3[0][2], start.model[-1].one2one_cv3[0][2]
    keyboard = COCO_NAMES.index("keyboard")
    assert torch.equal(rows.weight[1], old.weight[keyboard])
    cups = [COCO_NAMES.index(name) for name in ("cup", "wine glass")]
    assert torch.allclose(rows.weight[2], old.weight[cups].mean(dim=0))
    assert rows.bias[0].item() < -5  # nobody has seen a stamp


def test_things_of_every_class_have_a_label_to_fire() -> None:
    labels = ("thermos", "counter cup", "counter monitor", "figurine", "stamp")
    assert primary_label("cup", labels) == "counter cup"
    assert primary_label("monitor", labels) == "counter monitor"
    assert primary_label("personal_ornament", labels) == "figurine"
    assert primary_label("stamp", labels) == "stamp"
    assert primary_label("person", labels) is None
    assert primary_label("cup", label_names(labels)) == "cup"


def test_the_published_file_is_of_ultralytics_kind_and_says_the_same(start: Any, trained: Any, tmp_path: Path) -> None:
    joined = join(start, trained)
    apply_shifts(joined, [1.0, 0.0, 0.0])
    drop_labels(joined, {"thermos"})
    labels = tuple(joined.names.values())
    assert labels[80:] == OWN[:2]
    files = export(joined, tmp_path, "joined", Passport("joined-1", labels, (640, 640), "none", "a test"))
    model = load_yolo(files.checkpoint).model
    assert all(type(module).__module__.startswith(("ultralytics", "torch")) for module in model.modules())
    planes = np.random.default_rng(0).random((1, 3, 128, 96), np.float32)
    model.model[-1].end2end = True
    with torch.no_grad():
        theirs = model(torch.from_numpy(planes))[0][0].numpy()
    ours = OnnxSession(files.onnx).run(planes)
    for row in theirs[:20]:
        assert np.abs(ours - row).max(axis=1).min() < 2e-2
