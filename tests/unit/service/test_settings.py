"""Every setting is described, bounded and documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from deskcheck_service.settings import Settings
from deskcheck_service.settings_reference import reference
from pydantic import ValidationError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "settings.md"


def test_page_says_what_the_settings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_field_is_described_and_bounded(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description
    assert field.description.endswith(".")
    if field.annotation in {int, float, str}:
        assert field.metadata or name == "log_level", "a number or text without a range"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://x"),
        ("database_url", ""),
        ("database_busy_timeout_s", "0"),
        ("max_photo_mb", "201"),
        ("session_hours", "nan"),
        ("log_level", "loud"),
        ("queue_page_size", "many"),
    ],
)
def test_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DESKCHECK_{name.upper()}", value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_environment_is_read_when_settings_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCHECK_MAX_PHOTO_MB", "7")
    assert Settings().max_photo_bytes == 7 * 1024 * 1024
    assert Settings(max_photo_megapixels=3).max_photo_pixels == 3_000_000
