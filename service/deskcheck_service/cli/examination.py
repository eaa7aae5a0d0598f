"""The checks behind ``deskcheck doctor``; each says what it found and, where something is amiss, the next step."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING

from deskcheck_vision.errors import DeskcheckError

if TYPE_CHECKING:
    from deskcheck_service.settings import Settings

# What is imported at run time, and the name it is installed under.
PACKAGES = {
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "onnxruntime": "onnxruntime",
    "PIL": "pillow",
    "pillow_heif": "pillow-heif",
    "shapely": "shapely",
    "yaml": "pyyaml",
    "jsonschema": "jsonschema",
    "fastapi": "fastapi",
    "uvicorn": "uvicorn",
    "sqlalchemy": "sqlalchemy",
    "alembic": "alembic",
    "psycopg": "psycopg",
    "pwdlib": "pwdlib",
    "fsspec": "fsspec",
    "structlog": "structlog",
}
_LITTLE_ROOM_GB = 2.0


class Level(StrEnum):
    """How a check came out."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Attributes:
        name: stable name of the check.
        level: how it came out.
        zh, en: what was found.
        next_zh, next_en: what to do; empty where nothing is to be done.
    """

    name: str
    level: Level
    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""


def examine(settings: Settings, model: Path | None = None) -> list[Finding]:
    """Run every check; none of them raises.

    Args:
        settings: of the installation.
        model: weight file in place of the settings' one.
    """
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("python", _python),
        ("packages", _packages),
        ("model", lambda: _model(settings, model)),
        ("font", _font),
        ("database", lambda: _database(settings)),
        ("evidence", lambda: _evidence(settings)),
        ("threads", lambda: _threads(settings)),
    ]
    return [_guarded(name, check) for name, check in checks]


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except DeskcheckError as error:
        return Finding(
            name,
            Level.BAD,
            error.sentence("zh"),
            error.sentence("en"),
            error.next_step("zh"),
            error.next_step("en"),
        )
    except Exception as exc:  # a doctor that falls ill helps nobody: the fault itself is the finding
        text = f"{type(exc).__name__}: {exc}"
        return Finding(name, Level.BAD, text, text, "请重新安装 deskcheck。", "Install deskcheck again.")


def _python() -> Finding:
    text = f"{platform.python_version()} ({sys.executable})"
    good = sys.version_info >= (3, 11)
    return Finding(
        "python",
        Level.GOOD if good else Level.BAD,
        text,
        text,
        "" if good else "请使用 Python 3.11 或更高版本。",
        "" if good else "Use Python 3.11 or newer.",
    )


def _packages() -> Finding:
    broken = []
    for module, distribution in PACKAGES.items():
        try:
            import_module(module)
        except Exception as exc:  # an import may fail in any way: a missing system library raises OSError
            broken.append(f"{distribution} ({exc})")
    version = metadata.version("deskcheck")
    if broken:
        text = ", ".join(broken)
        step = "pip install --upgrade deskcheck"
        return Finding("packages", Level.BAD, f"无法导入：{text}", f"cannot be imported: {text}", step, step)
    return Finding("packages", Level.GOOD, f"deskcheck {version}，依赖齐全", f"deskcheck {version}, all packages there")


def _model(settings: Settings, model: Path | None) -> Finding:
    import numpy as np
    from deskcheck_vision.sessions_choice import open_session
    from deskcheck_vision.taxonomy import CLASSES, TAXONOMY_VERSION

    from deskcheck_service.session_choice import chosen_session, model_path

    path = model_path(settings, model)
    session = open_session(chosen_session(settings, path), path, settings.inference_threads)
    width, height = session.metadata.input_wh
    session.run(np.full((1, 3, height, width), 0.45, np.float32))
    trained = len(session.metadata.trained_classes)
    about = f"{session.metadata.name} ({path}), SHA-256 {session.sha256[:12]}…, {session.name}"
    return Finding(
        "model",
        Level.GOOD,
        f"{about}，分类表第 {TAXONOMY_VERSION} 版，{len(CLASSES)} 类中已训练 {trained} 类",
        f"{about}, taxonomy {TAXONOMY_VERSION}, {trained} of {len(CLASSES)} classes trained",
    )


def _font() -> Finding:
    from deskcheck_vision.lettering import FONT_PATH, Lettering
    from deskcheck_vision.taxonomy import CLASSES

    lettering = Lettering(16)
    missing = [item.zh for item in CLASSES if not lettering.covers(item.zh)]
    if missing:
        names = "、".join(missing)
        step_zh, step_en = "请运行 make setup 重新取得字体。", "Run make setup to fetch the font again."
        return Finding("font", Level.BAD, f"字体缺字：{names}", f"the font lacks: {names}", step_zh, step_en)
    return Finding("font", Level.GOOD, f"{FONT_PATH.name}，中文齐全", f"{FONT_PATH.name}, with every Chinese name")


def _database(settings: Settings) -> Finding:
    from deskcheck_service.cli.service_access import sqlite_file
    from deskcheck_service.db import make_engine
    from deskcheck_service.migrate import check_current, newest_version

    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return Finding(
            "database",
            Level.WARNING,  # detect, check and calibrate need none
            f"尚未建立（{file}）",
            f"not made yet ({file})",
            "使用网页服务前请运行 deskcheck db upgrade。",
            "Run deskcheck db upgrade before you serve the pages.",
        )
    engine = make_engine(settings)
    try:
        check_current(engine)
    finally:
        engine.dispose()
    kind, version = engine.dialect.name, newest_version()
    return Finding("database", Level.GOOD, f"{kind}，结构版本 {version}", f"{kind}, tables at version {version}")


def _evidence(settings: Settings) -> Finding:
    url = settings.evidence_url
    if "://" in url and not url.startswith("file://"):
        from deskcheck_service.evidence import EvidenceStore

        next(iter(EvidenceStore(url).names()), None)
        return Finding("evidence", Level.GOOD, f"{url} 可访问", f"{url} can be reached")
    folder = Path(url.removeprefix("file://"))
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    try:
        with tempfile.TemporaryFile(dir=existing) as probe:
            probe.write(b"deskcheck")
    except OSError as exc:
        return Finding(
            "evidence",
            Level.BAD,
            f"无法写入 {folder}：{exc.strerror}",
            f"{folder} cannot be written: {exc.strerror}",
            "请授予写入权限，或修改 DESKCHECK_EVIDENCE_URL。",
            "Allow writing there, or change DESKCHECK_EVIDENCE_URL.",
        )
    free_gb = shutil.disk_usage(existing).free / 1e9
    little = free_gb < _LITTLE_ROOM_GB
    return Finding(
        "evidence",
        Level.WARNING if little else Level.GOOD,
        f"{folder} 可写，剩余 {free_gb:.1f} GB",
        f"{folder} can be written, {free_gb:.1f} GB free",
        "请腾出空间或换一个磁盘。" if little else "",
        "Free some space, or use another disk." if little else "",
    )


def _threads(settings: Settings) -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    chosen = settings.inference_threads
    many = chosen > usable
    return Finding(
        "threads",
        Level.WARNING if many else Level.GOOD,
        f"推理线程 {chosen}，可用核心 {usable}",
        f"{chosen} inference threads on {usable} usable cores",
        f"请设置 DESKCHECK_INFERENCE_THREADS={usable}。" if many else "",
        f"Set DESKCHECK_INFERENCE_THREADS={usable}." if many else "",
    )
