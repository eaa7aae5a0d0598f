"""The published checkpoint and ONNX file agree; needs the extra [train]."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

os.environ.setdefault("YOLO_OFFLINE", "1")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
pytest.importorskip("torch", reason="the extra [train] is not installed")
pytest.importorskip("ultralytics", reason="the extra [train] is not installed")

from deskcheck_models.errors import VerificationError
from deskcheck_models.verify import verify
from deskcheck_vision.detections import Uint8Array
from deskcheck_vision.errors import ModelFileError

WEIGHTS = Path(__file__).parents[3] / "models" / "weights"
pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("default")]


@pytest.fixture
def images() -> list[Uint8Array]:
    rng = np.random.default_rng(4)
    pictures = []
    for _ in range(3):
        coarse = rng.integers(0, 255, (6, 8, 3)).astype(np.uint8)
        pictures.append(np.asarray(cv2.resize(coarse, (800, 600), interpolation=cv2.INTER_CUBIC), np.uint8))
    return pictures


def test_checkpoint_and_onnx_agree(images: list[Uint8Array]) -> None:
    result = verify(WEIGHTS / "deskcheck-yolo26n.pt", WEIGHTS / "deskcheck-yolo26n.onnx", images)
    assert result.pictures == 3
    assert result.unmatched == 0


def test_another_checkpoint_or_a_changed_file_is_refused(tmp_path: Path, images: list[Uint8Array]) -> None:
    for name in ("deskcheck-yolo26n.onnx", "deskcheck-yolo26n.onnx.sha256", "deskcheck-yolo26n.pt"):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    import torch

    loaded = torch.load(tmp_path / "deskcheck-yolo26n.pt", map_location="cpu", weights_only=False)
    for branch in loaded["model"].model[-1].one2one_cv3:
        branch[2].bias.data += 3.0
    torch.save(loaded, tmp_path / "deskcheck-yolo26n.pt")
    with pytest.raises(VerificationError, match="differ"):
        verify(tmp_path / "deskcheck-yolo26n.pt", tmp_path / "deskcheck-yolo26n.onnx", images)
    with (tmp_path / "deskcheck-yolo26n.onnx").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ModelFileError):
        verify(tmp_path / "deskcheck-yolo26n.pt", tmp_path / "deskcheck-yolo26n.onnx", images)
