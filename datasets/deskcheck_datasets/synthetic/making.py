"""Making sets of pictures: seeded, resumable, in several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import TypeVar

import cv2
from deskcheck_vision.errors import DeskcheckError
from deskcheck_vision.taxonomy import CLASSES, INDEX
from shapely.errors import ShapelyError

from deskcheck_datasets.synthetic.developing import develop
from deskcheck_datasets.synthetic.items.base import Draw
from deskcheck_datasets.synthetic.manifest import SetRecord, write_manifest
from deskcheck_datasets.synthetic.render import Prepared, Rendered, prepare, render, render_view
from deskcheck_datasets.synthetic.scene import Recipe, Scene, draw_scene
from deskcheck_datasets.synthetic.truth import Truth, Violation, write_truth, yolo_rows
from deskcheck_datasets.synthetic.truth_making import truth_of

FOLDERS = ("images", "labels", "truth")
_SCENES_PER_PROCESS = 200
_FRESH_STARTS = 20
_LEAST_TURN_DEG, _MOST_TURN_DEG = 50.0, 310.0


def take_picture(
    scene: Scene, path: Path, *, samples: int, quality: int, held_out: bool, violations: tuple[Violation, ...] = ()
) -> Truth:
    """Render a scene and write the JPEG (whole or not at all); the truth is returned, not written."""
    look = Draw((scene.seed, 7), held_out=held_out)
    return _develop(scene, render(scene, samples), path, look, quality, violations)


def _develop(
    scene: Scene, rendered: Rendered, path: Path, look: Draw, quality: int, violations: tuple[Violation, ...]
) -> Truth:
    truth = truth_of(scene, rendered, path.name, violations)
    picture = develop(rendered.radiance, look, scene.camera.kind)
    part = path.with_suffix(".part.jpg")
    cv2.imwrite(str(part), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    part.replace(path)
    return truth


def stems_of(seed: int, recipe: Recipe) -> list[str]:
    """File names without ending of a seed's pictures, one for each view."""
    plain = f"scene_{seed:07d}"
    return [plain] if recipe.views == 1 else [f"{plain}_{view}" for view in range(recipe.views)]


def make_scene(folder: Path, seed: int, recipe: Recipe, quality: int) -> list[str]:
    """Make pictures, labels and truth of a seed's views; the truth comes last and marks a picture as done.

    The views share the scene, its mesh and compiled kernel, and differ in camera, turn of the light, exposure, colour.
    """
    stems = stems_of(seed, recipe)
    if all((folder / "truth" / f"{stem}.json").exists() for stem in stems):
        return stems
    scene = draw_scene(seed, recipe)
    prepared = prepare(scene)
    for number, (stem, view) in enumerate(zip(stems, scene.views(), strict=True)):
        if not (folder / "truth" / f"{stem}.json").exists():
            _make_view(folder, stem, view, prepared, number, recipe, quality)
    return stems


def _make_view(
    folder: Path, stem: str, view: Scene, prepared: Prepared, number: int, recipe: Recipe, quality: int
) -> None:
    # The first view keeps the seed's own stream, which single pictures have.
    look = Draw((view.seed, 7) if number == 0 else (view.seed, 7, number), held_out=recipe.held_out)
    turn = 0.0 if number == 0 else look.free(_LEAST_TURN_DEG, _MOST_TURN_DEG)
    rendered = render_view(prepared, view.camera, recipe.samples, view.seed * 8 + number, turn)
    truth = _develop(view, rendered, folder / "images" / f"{stem}.jpg", look, quality, ())
    finish(folder, stem, truth)


def finish(folder: Path, stem: str, truth: Truth) -> None:
    """Write a picture's labels, then its truth."""
    rows = yolo_rows(truth, dict(INDEX))
    (folder / "labels" / f"{stem}.txt").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    write_truth(truth, folder / "truth" / f"{stem}.json")


def open_folder(folder: Path) -> None:
    """Make a set's folders and its list of classes."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "classes.txt").write_text("".join(f"{c.id}\n" for c in CLASSES), encoding="utf-8")


T = TypeVar("T")


def in_processes(folder: Path, seeds: range, make: Callable[[int], T], workers: int) -> Iterator[T]:
    """Run ``make`` for every seed in several processes; a failure is noted in ``failed.txt`` and stops nothing else.

    Processes are replaced after a while, since every scene leaves its compiled kernels in them. Not by the executor's
    ``max_tasks_per_child``: it may let its last process go with tasks still waiting, and wait for ever
    (python/cpython#115634). Where a process dies, all are started again for what is left.
    """
    turn = _SCENES_PER_PROCESS * workers
    for start in range(0, len(seeds), turn):
        left = list(seeds[start : start + turn])
        for _ in range(_FRESH_STARTS):
            for seed, made in _run(folder, list(left), make, workers):
                left.remove(seed)
                if made is not None:
                    yield made
            if not left:
                break


def _run(folder: Path, seeds: list[int], make: Callable[[int], T], workers: int) -> Iterator[tuple[int, T | None]]:
    """Each finished seed and what was made of it, None for a failure; none where a process died."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting = {pool.submit(make, seed): seed for seed in seeds}
        for finished in as_completed(waiting):
            try:
                yield waiting[finished], finished.result()
            except BrokenProcessPool:
                continue
            except (DeskcheckError, ShapelyError, ValueError, ArithmeticError) as exc:
                with (folder / "failed.txt").open("a", encoding="utf-8") as notes:
                    notes.write(f"{waiting[finished]}\t{type(exc).__name__}\t{exc}\n")
                yield waiting[finished], None


def make_set(folder: Path, seeds: range, recipe: Recipe, *, workers: int, quality: int, name: str) -> Iterator[str]:
    """Make a set; a second call goes on where the first one stopped.

    Args:
        name: of the recipe, for the manifest.

    Yields:
        The stem of each finished picture.
    """
    open_folder(folder)
    for stems in in_processes(folder, seeds, partial(make_scene, folder, recipe=recipe, quality=quality), workers):
        yield from stems
    write_manifest(folder, SetRecord(name, (seeds.start, seeds.stop), recipe.samples, quality))
