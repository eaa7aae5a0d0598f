from __future__ import annotations

import os
from typing import Any

import pytest

os.environ.setdefault("YOLO_OFFLINE", "1")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
ultralytics = pytest.importorskip("ultralytics", reason="the extra [train] is not installed")

from deskcheck_models.head import apply_shifts, detect_head, drop_labels, frozen_parts, install_tails, new_tails  # noqa: E402
from deskcheck_models.labels import label_names  # noqa: E402
from deskcheck_vision.errors import ModelFileError  # noqa: E402

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("default")]
APPENDED = ("telephone", "printer", "pen")


@pytest.fixture
def model() -> Any:
    torch.manual_seed(3)
    made = ultralytics.YOLO("yolo26n.yaml").model.float().eval()
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.2, 0.2)
            torch.nn.init.uniform_(module.running_var, 0.5, 2.0)
    return made


def _features(model: Any) -> list[Any]:
    head = detect_head(model)
    sizes = [branch[0][0].conv.in_channels for branch in head.one2one_cv3]
    return [torch.randn(2, channels, side, side) for channels, side in zip(sizes, (16, 8, 4), strict=True)]


@pytest.mark.parametrize("width", [0, 24, 80])
def test_old_scores_stay_and_new_ones_are_the_tails(model: Any, width: int) -> None:
    head = detect_head(model)
    tails = [tail.eval() for tail in new_tails(head, len(APPENDED), width)]
    for tail in tails:
        torch.nn.init.normal_(tail.rows.weight, std=0.3)
    features = _features(model)
    with torch.no_grad():
        before = [branch(level) for branch, level in zip(head.one2one_cv3, features, strict=True)]
        told = [
            tail(*frozen_parts(branch, level))
            for tail, branch, level in zip(tails, head.one2one_cv3, features, strict=True)
        ]
        install_tails(model, tails, label_names(APPENDED))
        after = [branch(level) for branch, level in zip(model.model[-1].one2one_cv3, features, strict=True)]
    for level in range(3):
        torch.testing.assert_close(after[level][:, :80], before[level], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(after[level][:, 80:], told[level], atol=1e-5, rtol=1e-5)


def test_the_grown_model_runs_whole_and_names_its_labels(model: Any) -> None:
    install_tails(model, new_tails(detect_head(model), len(APPENDED), 16), label_names(APPENDED))
    head = model.model[-1]
    head.end2end = True
    with torch.no_grad():
        rows = model(torch.zeros(1, 3, 64, 64))[0]
    assert rows.shape[-1] == 6
    assert (head.nc, model.names[82], len(model.names)) == (83, "pen", 83)
    assert [branch[2].out_channels for branch in (*head.cv3, *head.one2one_cv3)] == [83] * 6


def test_untrained_rows_hardly_fire(model: Any) -> None:
    features = _features(model)
    install_tails(model, new_tails(detect_head(model), len(APPENDED), 0), label_names(APPENDED))
    with torch.no_grad():
        scores = [
            branch(level)[:, 80:].sigmoid() for branch, level in zip(model.model[-1].one2one_cv3, features, strict=True)
        ]
    assert max(float(score.max()) for score in scores) < 0.05


def test_a_head_of_other_labels_is_refused(model: Any) -> None:
    install_tails(model, new_tails(detect_head(model), len(APPENDED), 0), label_names(APPENDED))
    with pytest.raises(ModelFileError, match="80 labels"):
        detect_head(model)


def test_shifts_move_appended_scores_only(model: Any) -> None:
    features = _features(model)
    install_tails(model, new_tails(detect_head(model), len(APPENDED), 0), label_names(APPENDED))
    head = model.model[-1]
    with torch.no_grad():
        before = head.one2one_cv3[0](features[0])
        apply_shifts(model, [1.0, -0.5, 0.0])
        moved = head.one2one_cv3[0](features[0]) - before
    assert float(moved[:, :80].abs().max()) == 0.0
    torch.testing.assert_close(moved[0, 80:, 0, 0], torch.tensor([1.0, -0.5, 0.0]), atol=1e-5, rtol=0)
    with pytest.raises(ModelFileError, match="2 shifts for 3"):
        apply_shifts(model, [1.0, 2.0])


def test_a_dropped_label_leaves_the_others_alone(model: Any) -> None:
    features = _features(model)
    install_tails(model, new_tails(detect_head(model), len(APPENDED), 8), label_names(APPENDED))
    head = model.model[-1]
    with torch.no_grad():
        before = head.one2one_cv3[1](features[1])
        drop_labels(model, {"printer"})
        after = head.one2one_cv3[1](features[1])
    torch.testing.assert_close(after, torch.cat([before[:, :81], before[:, 82:]], dim=1), atol=1e-5, rtol=1e-5)
    assert (head.nc, model.names[81]) == (82, "pen")
    with pytest.raises(ModelFileError, match="person"):
        drop_labels(model, {"person"})
