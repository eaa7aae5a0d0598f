"""The recipes of the sets, each with seeds of its own, so that no scene of one set is in another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deskcheck_datasets.synthetic.camera import CeilingView, View
from deskcheck_datasets.synthetic.scene import Recipe

PHONE_SEEDS = range(0, 1_000_000)
CEILING_SEEDS = range(1_000_000, 2_000_000)
TEST_SEEDS = range(5_000_000, 5_100_000)
TEST_PHONE_SEEDS = range(5_100_000, 5_200_000)
TEST_CEILING_SEEDS = range(5_200_000, 5_300_000)
VERDICT_SEEDS = range(6_000_000, 6_100_000)
CLIP_SEEDS = range(8_000_000, 8_100_000)
DAY_SEEDS = range(8_200_000, 8_300_000)
TRAIN_SEEDS = range(PHONE_SEEDS.start, CEILING_SEEDS.stop)
CEILING_WH = (960, 540)

_WHOLE_DESK = View(elevation_deg=(30, 60), distance_cm=(70, 100), aim_spread=0.06, azimuth_deg=28)

RECIPES: Mapping[str, tuple[Recipe, range]] = MappingProxyType(
    {
        "train-phone": (Recipe(views=3, count=(5, 19), samples=5), PHONE_SEEDS),
        "train-ceiling": (
            Recipe(views=3, ceiling=CeilingView(), image_wh=CEILING_WH, people=0.5, count=(3, 12), samples=5),
            CEILING_SEEDS,
        ),
        "test": (
            Recipe(
                held_out=True,
                count=(3, 9),
                tidy=0.9,
                view=_WHOLE_DESK,
                whole_desk=1.0,
                image_wh=(1280, 960),
                portrait=0.0,
                raised_ledges=False,
                people=0.0,
            ),
            TEST_SEEDS,
        ),
        "test-phone": (Recipe(held_out=True, count=(5, 19), samples=5), TEST_PHONE_SEEDS),
        "test-ceiling": (
            Recipe(held_out=True, ceiling=CeilingView(), image_wh=CEILING_WH, people=0.5, count=(3, 12), samples=5),
            TEST_CEILING_SEEDS,
        ),
    }
)
