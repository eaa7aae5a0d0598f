"""Which inference session runs the model: the one that the settings name, or the one that ``doctor --bench`` chose."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskcheck_vision.detector import YoloDetector
    from deskcheck_vision.sessions_choice import SessionName

    from deskcheck_service.settings import Settings


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What ``deskcheck doctor --bench`` chose; read where DESKCHECK_SESSION is "auto".

    Attributes:
        session: name of the session.
        model_sha256: of the weight file that it was measured with; for any other the choice says nothing.
        kept: share of the reference's boxes that it keeps.
        speedup: how many times as fast as the reference.
    """

    session: str
    model_sha256: str
    kept: float
    speedup: float

    def write(self, path: Path) -> None:
        """Write the record, replacing an earlier one.

        Raises:
            OSError: it cannot be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        part.replace(path)

    @classmethod
    def read(cls, path: Path) -> SessionRecord | None:
        """Return the record, None where there is none that can be read."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def model_path(settings: Settings, model: Path | None = None) -> Path:
    """Return the weight file: the one named, else that of the settings, else the installed one.

    Raises:
        ModelMissingError: none is installed.
    """
    from deskcheck_vision.model_files import default_model_path

    return model or settings.model_path or default_model_path()


def chosen_session(settings: Settings, path: Path) -> SessionName:
    """Return the session to use; "auto" without a measured choice for this very file means onnxruntime.

    Raises:
        ModelFileError: the weight file is absent or damaged.
    """
    from deskcheck_vision.model_files import checked_sha256
    from deskcheck_vision.sessions_choice import REFERENCE, SessionName, available_sessions

    if settings.session != "auto":
        return SessionName(settings.session)
    record = SessionRecord.read(settings.session_record)
    if record is None or record.model_sha256 != checked_sha256(path):
        return REFERENCE
    return next((name for name in available_sessions(path) if name == record.session), REFERENCE)


def open_detector(settings: Settings, model: Path | None = None) -> YoloDetector:
    """Load the weight file with the chosen session.

    Args:
        settings: session, threads, weight file.
        model: weight file in place of the settings' one.

    Raises:
        ModelFileError: there is no weight file, or it does not fit.
        SessionUnusableError: the session that the settings name cannot run here.
    """
    # cv2 and onnxruntime take most of a second to load; what only shows pages or help needs neither.
    from deskcheck_vision.detector import YoloDetector
    from deskcheck_vision.sessions_choice import open_session

    path = model_path(settings, model)
    return YoloDetector(open_session(chosen_session(settings, path), path, settings.inference_threads))
