from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from deskcheck_models.errors import RecipeError, UnknownLabelError
from deskcheck_models.finetune.plan import read_plan
from deskcheck_models.recipe import read_recipe

RECIPES = sorted((Path(__file__).parents[3] / "models" / "recipes").glob("*.yaml"))
DECISIONS = [path for path in RECIPES if path.stem.endswith("-decisions")]
# Plans of staged training lie beside them and are held by tests of their own.
PLANS = [path for path in RECIPES if "stages" in yaml.safe_load(path.read_text(encoding="utf-8"))]
RECIPES = [path for path in RECIPES if path not in DECISIONS and path not in PLANS]


def _write(path: Path, **changes: object) -> Path:
    table = yaml.safe_load(RECIPES[0].read_text(encoding="utf-8")) | changes
    path.write_text(yaml.safe_dump({key: value for key, value in table.items() if value is not None}))
    return path


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_shipped_recipe_reads(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe.labels[:80][-1] == "toothbrush"
    assert recipe.labels[80:] == recipe.appended


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"epochs": None}, "'epochs' is missing"),
        ({"speed": 3}, "unknown key 'speed'"),
        ({"epochs": 0}, "'epochs'"),
        ({"steps": 2.5}, "'steps'"),
        ({"learning_rate": -1}, "'learning_rate'"),
        ({"appended": "pen"}, "'appended' is not a list"),
    ],
)
def test_a_bad_recipe_names_the_key(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(RecipeError, match=reason):
        read_recipe(_write(tmp_path / "r.yaml", **changes))


def test_an_unknown_label_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownLabelError, match="gizmo"):
        read_recipe(_write(tmp_path / "r.yaml", appended=["gizmo"]))


@pytest.mark.parametrize("text", ["[1, 2", "just words", ""])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(RecipeError):
        read_recipe(tmp_path / "r.yaml")


def test_an_absent_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"absent.yaml"):
        read_recipe(tmp_path / "absent.yaml")


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decisions_name_labels_of_their_recipe(path: Path) -> None:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    recipe = path.with_name(path.name.replace("-decisions", ""))
    appended = read_plan(recipe).appended if recipe in PLANS else read_recipe(recipe).appended
    assert set(table) <= set(appended)
    assert all(value is None or abs(value) <= 7 for value in table.values())
