"""Which inference session runs: the named one, the measured one, and onnxruntime wherever that says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from deskcheck_service.session_choice import SessionRecord, chosen_session, open_detector
from deskcheck_service.settings import SessionSetting, Settings
from deskcheck_vision import errors, sessions_choice
from deskcheck_vision.model_files import checked_sha256
from deskcheck_vision.sessions_choice import REFERENCE, SessionName, available_sessions, quantised_path


def settings_of(folder: Path, session: str) -> Settings:
    return Settings(session=session, session_record=folder / "kept" / "session.json", inference_threads=1)


def test_the_setting_names_every_session() -> None:
    assert set(get_args(SessionSetting)) == {"auto", *SessionName}


def test_a_named_session_is_taken(tiny_onnx: Any, tmp_path: Path) -> None:
    assert chosen_session(settings_of(tmp_path, "openvino-bf16"), tiny_onnx()) is SessionName.OPENVINO_BF16
    detector = open_detector(settings_of(tmp_path, "onnxruntime"), tiny_onnx())
    assert (detector.model.name, detector.model.session) == ("tiny-1", "onnxruntime-fp32")


def test_auto_takes_what_was_measured_with_this_very_file(tiny_onnx: Any, tmp_path: Path) -> None:
    path, settings = tiny_onnx(), settings_of(tmp_path, "auto")
    quantised_path(path).write_bytes(path.read_bytes())
    assert chosen_session(settings, path) is REFERENCE  # nothing measured yet
    SessionRecord("onnxruntime-int8", checked_sha256(path), 0.99, 2.0).write(settings.session_record)
    assert chosen_session(settings, path) is SessionName.ONNXRUNTIME_INT8
    assert open_detector(settings, path).model.session == "onnxruntime-int8"
    assert chosen_session(settings, tiny_onnx(name="other.onnx", origin="another")) is REFERENCE


@pytest.mark.parametrize("text", ["", "[]", '{"session": "onnxruntime-int8"}', "\x00"])
def test_a_damaged_record_says_nothing(tiny_onnx: Any, tmp_path: Path, text: str) -> None:
    settings = settings_of(tmp_path, "auto")
    settings.session_record.parent.mkdir()
    settings.session_record.write_text(text)
    assert chosen_session(settings, tiny_onnx()) is REFERENCE


def test_a_choice_that_cannot_run_any_more_is_not_taken(tiny_onnx: Any, tmp_path: Path) -> None:
    path, settings = tiny_onnx(), settings_of(tmp_path, "auto")
    SessionRecord("onnxruntime-int8", checked_sha256(path), 0.99, 2.0).write(settings.session_record)
    assert chosen_session(settings, path) is REFERENCE  # the quantised file is gone


def test_a_session_that_is_not_installed_says_how_to_get_it(
    tiny_onnx: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sessions_choice", "sessions_openvino"):
        monkeypatch.setattr(f"deskcheck_vision.{module}.openvino_installed", lambda: False)
    path = tiny_onnx()
    assert sessions_choice.available_sessions(path) == (REFERENCE,)
    with pytest.raises(errors.SessionMissingError) as caught:
        open_detector(settings_of(tmp_path, "openvino"), path)
    assert "pip install 'deskcheck[openvino]'" in caught.value.next_step("en")


def test_int8_sessions_need_the_quantised_file(tiny_onnx: Any) -> None:
    path = tiny_onnx()
    assert SessionName.ONNXRUNTIME_INT8 not in available_sessions(path)
    quantised_path(path).write_bytes(path.read_bytes())
    assert SessionName.ONNXRUNTIME_INT8 in available_sessions(path)
