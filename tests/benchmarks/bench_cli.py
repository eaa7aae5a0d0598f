"""Measures of the installed program: memory of one check, import time, size on the disk. Plain numbers.

Measured on two cores with the weights of the installation; the driver compares them with what is asked.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from deskcheck_calibration.layout import HomeZone, Layout, ReferenceView, Surface, SurfaceKind
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_vision.taxonomy import TAXONOMY_VERSION

ROOT = Path(__file__).resolve().parents[2]
PICTURE_WH = (1920, 1080)
_CORNERS_PX = ((420.0, 260.0), (1500.0, 260.0), (1820.0, 1000.0), (100.0, 1000.0))

# The peak of a child starts at what its parent held when it was forked, so a small process stands between.
_MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


def check_peak_mb() -> float:
    """Return the peak resident memory in MB of ``deskcheck check`` on one 1080p photo, as a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        photo, layout = _photo(Path(folder)), _layout(Path(folder))
        command = [sys.executable, "-c", "from deskcheck_service.cli import main; main()"]
        command += ["check", str(photo), "--layout", str(layout), "--json"]
        measured = subprocess.run(
            [sys.executable, "-c", _MEASURE, *command], capture_output=True, text=True, check=True, timeout=300
        )
    code, peak_kb = (int(word) for word in measured.stdout.split())
    if code not in {0, 1, 3}:
        raise RuntimeError(f"deskcheck check ended with {code}: {measured.stderr.strip()}")
    return peak_kb / 1024


def import_s() -> float:
    """Return the seconds that a fresh process takes to import the whole web application, best of five."""
    program = (
        "import time; start = time.perf_counter(); import deskcheck_service.app; print(time.perf_counter() - start)"
    )
    times_s = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    return min(times_s)


def runtime_install_mb() -> float:
    """Return the size in MB of site-packages after installing the built wheel alone into a fresh environment."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = _wheel(Path(folder))
        environment = Path(folder) / "venv"
        _quietly(sys.executable, "-m", "venv", str(environment))
        _quietly(str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel))
        packages = next((environment / "lib").glob("python*")) / "site-packages"
        tools = ("pip", "setuptools", "_distutils_hack")
        return (
            sum(
                path.lstat().st_size
                for path in packages.rglob("*")
                if path.is_file() and not path.relative_to(packages).parts[0].startswith(tools)
            )
            / 1e6
        )


def _wheel(folder: Path) -> Path:
    """Return the newest wheel under dist/, built now if there is none."""
    built = sorted((ROOT / "dist").glob("deskcheck-*.whl"), key=lambda path: path.stat().st_mtime)
    if built:
        return built[-1]
    _quietly(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT))
    return next(folder.glob("deskcheck-*.whl"))


def _quietly(*command: str) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    if finished.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed: {finished.stderr.strip()[-2000:]}")


def _photo(folder: Path) -> Path:
    """Write a 1080p JPEG with the detail of a real photo: noise over coloured boxes on a desk."""
    rng = np.random.default_rng(5)
    width, height = PICTURE_WH
    image = np.full((height, width, 3), (120, 140, 160), np.uint8)
    cv2.fillConvexPoly(image, np.array(_CORNERS_PX, np.int32), (150, 175, 200))
    for _ in range(25):
        x, y = int(rng.integers(0, width - 200)), int(rng.integers(0, height - 200))
        colour = tuple(int(part) for part in rng.integers(0, 255, 3))
        cv2.rectangle(image, (x, y), (x + int(rng.integers(20, 200)), y + int(rng.integers(20, 200))), colour, -1)
    noisy = np.clip(image + rng.normal(0, 8, image.shape), 0, 255).astype(np.uint8)
    path = folder / "photo.jpg"
    path.write_bytes(cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes())
    return path


def _layout(folder: Path) -> Path:
    desk = ((0.0, 0.0), (160.0, 0.0), (160.0, 70.0), (0.0, 70.0))
    layout = Layout(
        window="B01",
        version=1,
        desk_wh_cm=(160.0, 70.0),
        taxonomy_version=TAXONOMY_VERSION,
        surfaces=(Surface("counter", SurfaceKind.MAIN_COUNTER, desk),),
        zones=(HomeZone("cup-home", "cup", ((10.0, 40.0), (25.0, 40.0), (25.0, 55.0), (10.0, 55.0))),),
        views=(ReferenceView("photo.jpg", PICTURE_WH, _CORNERS_PX),),
    )
    path = folder / "layout.yaml"
    path.write_text(dump_layout(layout), encoding="utf-8")
    return path
