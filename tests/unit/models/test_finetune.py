"""Staged training: what is learnt, what is kept, and that a run goes on where it stopped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_models.errors import TrainingDataError
from deskcheck_models.labels import label_names
from deskcheck_models.metadata import Passport
from deskcheck_models.setfiles import SetPicture

os.environ.setdefault("YOLO_OFFLINE", "1")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
pytest.importorskip("ultralytics", reason="the extra [train] is not installed")

from deskcheck_models.finetune.batches import batches, stack  # noqa: E402 - after the skip
from deskcheck_models.finetune.judge import Figures  # noqa: E402
from deskcheck_models.finetune.loop import class_weights, train_stages  # noqa: E402
from deskcheck_models.finetune.loss import (  # noqa: E402
    DistilledLoss,
    Outputs,
    Truths,
    label_to_fire,
    moved_features,
    siblings,
)
from deskcheck_models.finetune.network import (  # noqa: E402
    NetworkSession,
    fold_batchnorm,
    frozen_modules,
    level_outputs,
    outputs,
    run_head,
    trained_parameters,
    unfold_batchnorm,
)
from deskcheck_models.finetune.plan import Part, Plan, Stage  # noqa: E402
from deskcheck_models.finetune.views import Framing, Shelf, View  # noqa: E402
from deskcheck_models.head import detect_head, install_tails, new_tails  # noqa: E402

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("default")]
ZOOM = (0.6, 1.7)
LABELS = label_names(("thermos", "printer"))
PASSPORT = Passport("deskcheck-yolo26n-0", LABELS, (640, 640), "none", "a test")


def start_network() -> Any:
    from ultralytics.nn.tasks import DetectionModel

    torch.manual_seed(0)
    network = DetectionModel("yolo26n.yaml", ch=3, nc=80, verbose=False).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.2, 0.2)
            torch.nn.init.uniform_(module.running_var, 0.5, 2.0)
    for branch in network.model[-1].one2one_cv3:
        torch.nn.init.normal_(branch[2].weight, std=0.3)
    return network


def grown_network() -> Any:
    network = start_network()
    tails = new_tails(detect_head(network), 2, 8)
    install_tails(network, [tail.eval() for tail in tails], LABELS)
    return network.eval()


def plan(*stages: Stage, **other: Any) -> Plan:
    values: dict[str, Any] = {
        "name": "t",
        "appended": LABELS[80:],
        "own_network": False,
        "width": 8,
        "batch": 2,
        "shares": {"set": 1.0},
        "pictures": 4,
        "weight_decay": 0.0,
        "distillation": 1.0,
        "incomplete_weight": 0.5,
        "mosaic": 0.0,
        "patience": 5,
        "ema": 0.0,
        "seed": 1,
        "stages": stages,
    }
    return Plan(**{**values, **other})


def shelf(folder: Path) -> Shelf:
    rng = np.random.default_rng(0)
    pictures = []
    for number in range(3):
        image = rng.integers(0, 255, (160, 160, 3), np.uint8)
        image[40:120, 40:120] = (40 * number, 200, 30)
        path = folder / f"{number}.png"
        cv2.imwrite(str(path), image)
        pictures.append(SetPicture(path, ("taxonomy:printer",), np.array([[0.5, 0.5, 0.5, 0.5]]), True))
    return Shelf((tuple(pictures),), (1.0,))


class Rising:
    """A judge to whom every look is better than the last."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self, network: Any) -> Figures:
        self.looks += 1
        return Figures({"real": 0.0}, float(self.looks))


def test_an_object_fires_its_own_label_or_the_one_of_its_class() -> None:
    assert label_to_fire("thermos", LABELS) == 80
    assert label_to_fire("taxonomy:printer", LABELS) == 81
    assert label_to_fire("taxonomy:cup", LABELS) == LABELS.index("cup")
    assert label_to_fire("taxonomy:monitor", LABELS) == LABELS.index("tv")
    assert label_to_fire("taxonomy:stamp", LABELS) is None
    assert label_to_fire("giraffe", LABELS) == LABELS.index("giraffe")


def test_siblings_share_a_taxonomy_class() -> None:
    table = siblings(LABELS)
    assert table[LABELS.index("cup"), 80]
    assert not table[80, 80]
    assert not table[LABELS.index("giraffe"), LABELS.index("zebra")]


def test_batches_are_the_same_again(tmp_path: Path) -> None:
    framing = Framing(64, 0.5, ZOOM)
    drawn = [
        list(batches(shelf(tmp_path), LABELS, count=4, size=2, framing=framing, seed=(1, 2), workers=workers))
        for workers in (0, 1)
    ]
    assert len(drawn[0]) == len(drawn[1]) == 2
    for first, second in zip(*drawn, strict=True):
        assert torch.equal(first.planes, second.planes)
        assert torch.equal(first.truths.xyxy, second.truths.xyxy)


def test_a_thing_without_an_output_teaches_nothing() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    view = View(image, np.array([[1.0, 2, 30, 40], [5, 5, 20, 20]]), ("taxonomy:stamp", "thermos"), True)
    batch = stack([view, View(image, np.zeros((0, 4)), (), False)], LABELS)
    assert batch.truths.label.tolist() == [[80], [-1]]
    assert batch.truths.xyxy[0, 0].tolist() == [5, 5, 20, 20]


@pytest.mark.parametrize(("part", "moved"), [(Part.CLASSES, 0), (Part.HEAD, 0), (Part.NECK, 11), (Part.ALL, 23)])
def test_a_stage_trains_its_part_only(part: Part, moved: int) -> None:
    network = grown_network()
    names = {name for name, _ in trained_parameters(network, part)}
    below = {int(name.split(".")[1]) for name in names} - {len(network.model) - 1}
    assert len(network.model) - 1 - frozen_modules(network, part) == (12 if part is Part.NECK else moved)
    assert (not below) == (moved == 0)
    assert all(number >= frozen_modules(network, part) for number in below)
    assert any("one2one_cv3" in name for name in names)
    assert any("one2one_cv2" in name for name in names) == (part is not Part.CLASSES)
    assert any(name.startswith("model.23.cv3.") for name in names) == (moved > 0)  # it teaches the features


def test_the_network_says_through_the_protocol_what_ultralytics_says() -> None:
    network = grown_network()
    head = network.model[-1]
    head.end2end = True
    planes = np.random.default_rng(0).random((1, 3, 128, 96), np.float32)
    with torch.no_grad():
        theirs = network(torch.from_numpy(planes))[0][0].numpy()
    ours = NetworkSession(network, PASSPORT).run(planes)
    for row in theirs[:20]:  # rows of equal confidence may come in another order
        assert np.abs(ours - row).max(axis=1).min() < 1e-3


def said(network: Any, planes: Any) -> Outputs:
    with torch.no_grad():
        return outputs(network, planes)


def test_nothing_boxed_and_nothing_forgotten_costs_almost_nothing() -> None:
    """Alike networks: what is left is the entropy of the teacher's own doubt and the new labels' silence."""
    teacher, network = start_network(), grown_network()
    planes = torch.rand(2, 3, 64, 64)
    view = View(np.zeros((64, 64, 3), np.uint8), np.zeros((0, 4)), (), False)
    truths = stack([view, view], LABELS).truths
    loss = DistilledLoss(LABELS, 1.0, 0.5, torch.ones(len(LABELS)))
    network.requires_grad_(False)
    trained_parameters(network, Part.CLASSES)
    value, parts = loss(outputs(network, planes), said(teacher, planes), truths)
    value.backward()
    assert parts.boxes == 0.0
    assert parts.kept_boxes == pytest.approx(0.0, abs=1e-5)
    for branch in network.model[-1].one2one_cv3:
        gradient = branch[2].bias.grad
        assert gradient[:80].abs().max() < 1e-4  # old labels have nothing to learn
        assert gradient[80:].min() > 0  # new ones learn to keep silent


def test_a_boxed_thing_pulls_its_label_up_and_spares_its_siblings() -> None:
    network = grown_network()
    planes = torch.rand(1, 3, 64, 64)
    view = View(np.zeros((64, 64, 3), np.uint8), np.array([[8.0, 8, 56, 56]]), ("thermos",), True)
    truths = stack([view], LABELS).truths
    loss = DistilledLoss(LABELS, 1.0, 0.5, torch.ones(len(LABELS)))
    answer = outputs(network, planes)
    logits = answer.logits.detach().requires_grad_()
    value, parts = loss(Outputs(logits, answer.xyxy.detach(), answer.points, answer.strides), None, truths)
    value.backward()
    gradient = logits.grad
    anchor = int(gradient[0, :, 80].argmin())
    assert gradient[0, anchor, 80] < 0
    assert abs(gradient[0, anchor, LABELS.index("cup")]) < 1e-6 * abs(gradient[0, anchor, 80])
    assert gradient[0, anchor, LABELS.index("bottle")] > 0  # all is boxed here: it is no bottle
    x, y = answer.points.T
    inside = (x > 8) & (x < 56) & (y > 8) & (y < 56)
    assert gradient[0, inside, LABELS.index("cup")].abs().max() < 1e-6 * abs(gradient[0, anchor, 80])
    assert gradient[0, ~inside, LABELS.index("cup")].min() > 0  # beside it there is no cup
    others = inside.clone()
    others[anchor] = False
    assert gradient[0, others, 80].min() > 0  # its own label fires at one anchor alone
    assert parts.boxes > 0


def test_in_photographs_new_labels_are_spared_on_their_siblings_and_old_ones_follow_the_teacher() -> None:
    teacher, network = start_network(), grown_network()
    planes = torch.rand(1, 3, 64, 64)
    view = View(np.zeros((64, 64, 3), np.uint8), np.array([[8.0, 8, 56, 56]]), ("cup",), False)
    loss = DistilledLoss(LABELS, 1.0, 0.5, torch.ones(len(LABELS)))
    answer = outputs(network, planes)
    logits = answer.logits.detach().requires_grad_()
    value, _ = loss(
        Outputs(logits, answer.xyxy.detach(), answer.points, answer.strides),
        said(teacher, planes),
        stack([view], LABELS).truths,
    )
    value.backward()
    x, y = answer.points.T
    inside = (x > 8) & (x < 56) & (y > 8) & (y < 56)
    gradient = logits.grad[0]
    assert gradient[inside, 80].abs().max() < 1e-6 * gradient[~inside, 80].abs().max()  # a thermos is a cup too
    assert gradient[inside, 81].min() > 0  # a printer is not
    assert gradient[:, LABELS.index("wine glass")].abs().max() < 1e-4  # alike networks agree about it


def test_features_learn_from_the_many_and_are_kept_by_hints() -> None:
    features = [torch.randn(2, 4, 3, 3) for _ in range(3)]
    some = torch.tensor([True, False])
    kept = [level[~some] for level in features]
    assert float(moved_features(features, kept, some)) == 0.0
    moved = [level + 0.5 * level.abs().mean() for level in features]
    assert float(moved_features(moved, kept, some)) > 0.05
    only_complete = [torch.cat([level[:1] + 9, level[1:]]) for level in features]
    assert float(moved_features(only_complete, kept, some)) == 0.0


def test_pictures_that_are_wholly_boxed_need_no_teacher() -> None:
    """The same loss beside a picture that is not, however the two are ordered."""
    teacher, network = start_network(), grown_network()
    planes = torch.rand(2, 3, 64, 64)
    whole = View(np.zeros((64, 64, 3), np.uint8), np.array([[8.0, 8, 56, 56]]), ("thermos",), True)
    half = View(np.zeros((64, 64, 3), np.uint8), np.array([[20.0, 8, 60, 44]]), ("cup",), False)
    loss = DistilledLoss(LABELS, 1.0, 0.5, torch.ones(len(LABELS)))
    known = said(teacher, planes[1:])
    first, _ = loss(said(network, planes), known, stack([whole, half], LABELS).truths)
    second, _ = loss(said(network, planes.flip(0)), known, stack([half, whole], LABELS).truths)
    assert float(first) == pytest.approx(float(second), rel=1e-4)
    alone, _ = loss(said(network, planes[:1]), None, stack([whole], LABELS).truths)
    assert 0 < float(alone) < 1e4


def test_folding_batchnorm_changes_neither_answers_nor_what_is_learnt() -> None:
    network = grown_network()
    planes = torch.rand(1, 3, 64, 64)
    trained_parameters(network, Part.ALL)
    values, gradients = [], []
    for folded in (False, True):
        undo = fold_batchnorm(network) if folded else {}
        answer = run_head(network, level_outputs(network, planes))
        network.zero_grad()
        (answer.logits.mean() + answer.xyxy.mean() / 64).backward()
        values.append(answer.logits.detach())
        gradients.append({n: p.grad.clone() for n, p in network.named_parameters() if p.grad is not None})
        unfold_batchnorm(undo)
    assert torch.allclose(*values, rtol=1e-3, atol=1e-4)
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        assert torch.allclose(gradient, gradients[1][name], rtol=1e-2, atol=1e-3 * float(gradient.abs().max()) + 1e-7)
    assert {type(m).__name__ for m in network.modules()} >= {"Conv", "DWConv"}  # a file names ultralytics' classes


def test_the_many_have_the_same_thing_at_several_anchors() -> None:
    network = grown_network()
    said = run_head(network, level_outputs(network, torch.rand(1, 3, 128, 128)), many=True)
    truths = Truths(
        torch.tensor([[LABELS.index("printer")]]), torch.tensor([[[20.0, 20.0, 100.0, 100.0]]]), torch.tensor([True])
    )
    weights = torch.ones(len(LABELS))
    counts = [
        int(DistilledLoss(LABELS, 1.0, 0.5, weights, many=many)._assigned(said, truths)[2].sum())
        for many in (False, True)
    ]
    assert counts[0] == 1
    assert 1 < counts[1] <= 10


def test_rare_labels_count_more_within_limits(tmp_path: Path) -> None:
    one = shelf(tmp_path).sets[0][0]
    many = SetPicture(one.path, ("thermos",) * 50, np.tile(one.cxcywh, (50, 1)), True)
    weight = class_weights(Shelf(((one, many),), (1.0,)), LABELS)
    assert weight[81] > weight[80]
    assert 0.5 <= float(weight.min()) <= float(weight.max()) <= 3.0
    with pytest.raises(TrainingDataError):
        class_weights(Shelf(((),), (1.0,)), LABELS)


def test_learning_lowers_the_loss_and_leaves_the_rest_alone(tmp_path: Path) -> None:
    network, teacher = grown_network(), start_network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    logs = []
    course = plan(Stage(Part.CLASSES, 64, ZOOM, 6, 0.01))
    trained = train_stages(
        network, teacher, shelf(tmp_path), course, LABELS, Rising().look, tmp_path / "run", workers=0, tick=logs.append
    )
    assert logs[-1].loss < logs[1].loss
    after = trained.state_dict()
    changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert changed
    # The one-to-many head is a copy of the other one afterwards.
    assert all(name.startswith(("model.23.one2one_cv3", "model.23.cv")) for name in changed)
    assert torch.equal(after["model.23.cv3.0.2.weight"], after["model.23.one2one_cv3.0.2.weight"])


def test_an_interrupted_run_goes_on_and_another_plan_is_refused(tmp_path: Path) -> None:
    run = tmp_path / "run"
    first, both = Stage(Part.CLASSES, 64, ZOOM, 1, 0.001), Stage(Part.HEAD, 64, ZOOM, 1, 0.001)

    class StopsError(Exception):
        pass

    def stop(log: Any) -> None:
        if log.stage == 1:
            raise StopsError

    course = plan(first, both, both)
    with pytest.raises(StopsError):
        train_stages(
            grown_network(), start_network(), shelf(tmp_path), course, LABELS, Rising().look, run, workers=0, tick=stop
        )
    logs = []
    train_stages(
        grown_network(), start_network(), shelf(tmp_path), course, LABELS, Rising().look, run, workers=0,
        tick=logs.append,
    )  # fmt: skip
    assert [(log.stage, log.epoch) for log in logs] == [(2, 1)]
    with pytest.raises(TrainingDataError):
        train_stages(
            grown_network(), start_network(), shelf(tmp_path), plan(first), LABELS, Rising().look, run, workers=0
        )


def test_a_stage_ends_when_it_gets_no_better(tmp_path: Path) -> None:
    class Falling(Rising):
        def look(self, network: Any) -> Figures:
            self.looks += 1
            return Figures({"real": -0.1 * self.looks}, 0.5)

    logs: list[Any] = []
    network = grown_network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    course = plan(Stage(Part.CLASSES, 64, ZOOM, 9, 0.001), patience=2)
    trained = train_stages(
        network, start_network(), shelf(tmp_path), course, LABELS, Falling().look, tmp_path / "run", workers=0,
        tick=logs.append,
    )  # fmt: skip
    assert [log.epoch for log in logs] == [0, 1, 2]
    kept = trained.state_dict()
    assert all(torch.equal(kept[name], before[name]) for name in before if "one2one" in name)  # the start was best
