"""Making sets of pictures: seeded, resumable, in several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import cv2
from deskcheck_vision.taxonomy import CLASSES, INDEX

from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.render import develop, render
from deskcheck_datasets.synthetic.scene import Recipe, Scene, draw_scene
from deskcheck_datasets.synthetic.truth import Truth, Violation, truth_of, write_truth, yolo_rows

FOLDERS = ("images", "labels", "truth")


def take_picture(
    scene: Scene, path: Path, *, samples: int, quality: int, held_out: bool, violations: tuple[Violation, ...] = ()
) -> Truth:
    """Render a scene and write the JPEG (whole or not at all); the truth is returned, not written."""
    rendered = render(scene, samples)
    truth = truth_of(scene, rendered, path.name, violations)
    picture = develop(rendered, Draw((scene.seed, 7), held_out=held_out))
    part = path.with_suffix(".part.jpg")
    cv2.imwrite(str(part), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    part.replace(path)
    return truth


def make_one(folder: Path, seed: int, recipe: Recipe, samples: int, quality: int) -> str:
    """Make the picture, labels and truth of one seed; the truth comes last and marks it as done."""
    stem = f"scene_{seed:07d}"
    done = folder / "truth" / f"{stem}.json"
    if done.exists():
        return stem
    scene = draw_scene(seed, recipe)
    picture = folder / "images" / f"{stem}.jpg"
    truth = take_picture(scene, picture, samples=samples, quality=quality, held_out=recipe.held_out)
    rows = yolo_rows(truth, dict(INDEX))
    (folder / "labels" / f"{stem}.txt").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    write_truth(truth, done)
    return stem


def make_set(folder: Path, seeds: range, recipe: Recipe, *, workers: int, samples: int, quality: int) -> Iterator[str]:
    """Make a set; a second call goes on where the first one stopped.

    Yields:
        The stem of each finished picture.
    """
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "classes.txt").write_text("".join(f"{c.id}\n" for c in CLASSES), encoding="utf-8")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting = [pool.submit(make_one, folder, seed, recipe, samples, quality) for seed in seeds]
        for finished in as_completed(waiting):
            yield finished.result()
