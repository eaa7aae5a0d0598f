"""What a set was made from, so that it can be made again: recipe, seeds, generator, and each picture's SHA-256."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from deskcheck_datasets.synthetic.developing import compression
from deskcheck_datasets.synthetic.writing import write_whole

MANIFEST_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class SetRecord:
    """One run of the generator.

    Attributes:
        recipe: its name.
        seeds: first and past-the-last seed.
        samples: light paths a pixel; 0: stand-ins without light.
        quality: of the JPEGs.
    """

    recipe: str
    seeds: tuple[int, int]
    samples: int
    quality: int


def generator_version() -> dict[str, str]:
    """Version of the package, and the commit where it is run out of its repository."""
    try:
        release = version("deskcheck")
    except PackageNotFoundError:
        release = "unknown"
    try:
        # Fixed arguments; the git on the path is the one that made the checkout.
        command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        commit = found.stdout.strip() if found.returncode == 0 else ""
    except OSError:
        commit = ""
    return {"deskcheck": release, "commit": commit or "unknown", "camera_compression": compression()}


def write_manifest(folder: Path, record: SetRecord) -> None:
    """Write ``manifest.json`` over all finished pictures of a folder; earlier runs stay listed."""
    path = folder / "manifest.json"
    runs: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
    run = {
        "recipe": record.recipe,
        "seeds": list(record.seeds),
        "samples": record.samples,
        "quality": record.quality,
        "generator": generator_version(),
    }
    if run not in runs:
        runs.append(run)
    pictures = {}
    for truth in sorted((folder / "truth").glob("*.json")):
        picture = folder / "images" / str(json.loads(truth.read_text(encoding="utf-8"))["picture"])
        pictures[picture.name] = sha256(picture.read_bytes()).hexdigest()
    values = {"format": MANIFEST_FORMAT, "runs": runs, "pictures": pictures}
    write_whole(path, json.dumps(values, indent=1) + "\n")
