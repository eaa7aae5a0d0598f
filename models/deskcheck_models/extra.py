"""One door to the packages of the extra ``[train]``; nothing is fetched from the network through it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from deskcheck_vision.errors import ModelFileError

from deskcheck_models.errors import MissingExtraError


def load_yolo(weights: Path) -> Any:
    """Load a checkpoint with ultralytics, in float32 and evaluation mode.

    Args:
        weights: a ``.pt`` file, such as the official ``yolo26n.pt``.

    Raises:
        MissingExtraError: ultralytics is not installed.
        ModelFileError: the file is absent or not a checkpoint.
    """
    os.environ.setdefault("YOLO_OFFLINE", "1")
    os.environ.setdefault("YOLO_AUTOINSTALL", "false")
    try:
        from ultralytics import YOLO
    except ImportError as error:
        raise MissingExtraError(package="ultralytics") from error
    if not weights.is_file():  # ultralytics would go and look for it on the network
        raise ModelFileError(reason=f"{weights} is absent")
    try:
        yolo = YOLO(str(weights))
        yolo.model.float().eval()
    except Exception as error:
        raise ModelFileError(reason=f"{weights} is not a YOLO checkpoint ({type(error).__name__})") from error
    return yolo
