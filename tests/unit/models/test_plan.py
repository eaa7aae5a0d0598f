"""Plans of staged training say everything, and say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from deskcheck_models.errors import RecipeError
from deskcheck_models.finetune.plan import Part, Stage, read_plan

RECIPES = Path(__file__).parents[3] / "models" / "recipes"

STAGE = {"part": "classes", "side_px": 480, "zoom": [0.6, 1.7], "epochs": 2, "learning_rate": 0.001}
GOOD = {
    "name": "deskcheck-yolo26n-2",
    "appended": ["stamp", "document camera"],
    "own_network": False,
    "width": 48,
    "batch": 16,
    "shares": {"phone": 4, "composed/office_cctv": 0.5},
    "pictures": 1600,
    "weight_decay": 0.0005,
    "distillation": 1.0,
    "incomplete_weight": 0.5,
    "mosaic": 0.3,
    "patience": 2,
    "ema": 0.998,
    "seed": 1,
    "stages": [STAGE],
}


def written(folder: Path, table: object) -> Path:
    path = folder / "plan.yaml"
    path.write_text(yaml.safe_dump(table), encoding="utf-8")
    return path


def test_a_plan_is_read(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, GOOD))
    assert plan.stages == (Stage(Part.CLASSES, 480, (0.6, 1.7), 2, 0.001),)
    assert plan.shares == {"phone": 4.0, "composed/office_cctv": 0.5}
    assert (plan.batch, plan.mosaic, plan.name) == (16, 0.3, "deskcheck-yolo26n-2")


def test_the_published_plans_are_readable() -> None:
    assert read_plan(RECIPES / "staged.yaml").stages[0].part is Part.CLASSES
    beside = read_plan(RECIPES / "own-network.yaml")
    assert beside.own_network
    assert {stage.part for stage in beside.stages} == {Part.BODY}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"batch": 0}, "'batch' is not a whole number"),
        ({"batch": True}, "'batch' is not a whole number"),
        ({"mosaic": 1.5}, "'mosaic' is not a number from 0 to 1"),
        ({"appended": []}, "'appended' is not a list"),
        ({"appended": ["stamp", "flying saucer"]}, "'flying saucer'"),
        ({"width": 0}, "'width' is not a whole number"),
        ({"own_network": 1}, "'own_network' is neither true nor false"),
        ({"own_network": True}, "it keeps nothing old"),
        ({"own_network": True, "width": 0}, "it keeps nothing old"),
        (
            {"own_network": True, "width": 0, "distillation": 0, "stages": [{**STAGE, "part": "all"}]},
            "it keeps nothing old",
        ),
        ({"shares": {}}, "'shares' is not a table"),
        ({"shares": {"phone": 0}}, "the share of 'phone' is not a number above 0"),
        ({"shares": {"phone": True}}, "the share of 'phone' is not a number above 0"),
        ({"colour": 1}, "unknown key 'colour'"),
        ({"stages": []}, "'stages' is not a list"),
        ({"stages": [{**STAGE, "part": "tail"}]}, "unknown part 'tail'"),
        ({"stages": [{**STAGE, "side_px": 500}]}, "no multiple of 32"),
        ({"stages": [{**STAGE, "zoom": 1.5}]}, "'zoom' is not a list of two numbers"),
        ({"stages": [{**STAGE, "zoom": [0.5, True]}]}, "'zoom' is not a list of two numbers"),
        ({"stages": [{**STAGE, "zoom": [1.7, 0.6]}]}, "the smaller first"),
        ({"stages": [{**STAGE, "zoom": [0.0, 1.0]}]}, "not within 0.1 to 10"),
        ({"stages": [{"part": "all", "side_px": 480, "zoom": [1, 1], "epochs": 2}]}, "key 'learning_rate' is missing"),
        ({"stages": ["all"]}, "it is not a table"),
    ],
)
def test_a_wrong_plan_is_told_so(tmp_path: Path, change: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read_plan(written(tmp_path, {**GOOD, **change}))
    assert said in caught.value.sentence("en")


def test_an_absent_or_broken_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(RecipeError):
        read_plan(tmp_path / "absent.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [", encoding="utf-8")
    with pytest.raises(RecipeError):
        read_plan(broken)
