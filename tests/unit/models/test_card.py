"""A card takes its figures from the metrics file, and only those of its own model."""

from __future__ import annotations

from pathlib import Path

import pytest
from deskcheck_models.card import BEGIN, END, renewed
from deskcheck_models.cli import app
from deskcheck_models.errors import CardError
from deskcheck_models.metrics_file import read_metrics
from typer.testing import CliRunner

METRICS = Path(__file__).parents[3] / "models" / "metrics.json"


@pytest.fixture(scope="module")
def name() -> str:
    return str(read_metrics(METRICS)["model"])


def test_figures_are_written_between_the_comments_and_nothing_else_changes(tmp_path: Path, name: str) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"# {name}\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    shown = CliRunner().invoke(app, ["card", str(card), "--metrics", str(METRICS)])
    assert shown.exit_code == 0, shown.output
    text = card.read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n\nBefore.\n\n{BEGIN}\n")
    assert text.endswith(f"{END}\n\nAfter.\n")
    assert "\nold\n" not in text
    metrics = read_metrics(METRICS)
    assert f"**{metrics['real_gain']:+.4f}**" in text
    for source, own in metrics["sets"].items():
        assert (
            f"| {source} | {own['pictures']} | {own['boxed']} | {own['recall']:.3f} / {own['precision']:.3f} |" in text
        )
    assert renewed(text, metrics, card) == text


@pytest.mark.parametrize("text", ["# another-model\n\n{begin}\n{end}\n", "# {name}\n\nNo place.\n"])
def test_a_card_that_cannot_take_them_is_told_and_stays(tmp_path: Path, name: str, text: str) -> None:
    card = tmp_path / "card.md"
    card.write_text(text.format(name=name, begin=BEGIN, end=END), encoding="utf-8")
    before = card.read_bytes()
    shown = CliRunner().invoke(app, ["card", str(card), "--metrics", str(METRICS)])
    assert isinstance(shown.exception, CardError)
    assert card.read_bytes() == before


def test_an_absent_card_is_told(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["card", str(tmp_path / "absent.md"), "--metrics", str(METRICS)])
    assert isinstance(shown.exception, CardError)
