"""Every package says what of it is public, in a short list, without importing anything for it."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "deskcheck_vision": "vision",
    "deskcheck_calibration": "calibration",
    "deskcheck_datasets": "datasets",
    "deskcheck_models": "models",
    "deskcheck_service": "service",
}
FILES = [
    path for name, folder in FOLDERS.items() for path in sorted((ROOT / folder / name).rglob("*.py")) if path.is_file()
]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(part for part in parts if part != "__init__")


PACKAGES = sorted(module_name(path) for path in FILES if path.name == "__init__.py")
# Their modules are brought in by name; the others bring in names.
OF_MODULES = [
    "deskcheck_calibration.rules",
    *(f"deskcheck_service.{name}" for name in ("accounts", "captures", "demo", "layouts", "reviews")),
]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_a_short_public_list_of_things_that_are_there(package: str) -> None:
    module = import_module(package)
    public = module.__all__
    assert 0 < len(public) <= 32
    assert len(set(public)) == len(public)
    assert public == sorted(public, key=lambda name: (not name.isupper(), name[0].islower(), name))
    for name in public:
        assert not name.startswith("_")
        assert hasattr(module, name) or find_spec(f"{package}.{name}"), name
    assert module.__doc__


@pytest.mark.parametrize("package", FOLDERS)
def test_names_that_come_late_are_the_ones_that_type_checkers_see(package: str) -> None:
    module = import_module(package)
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: str(node.module)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    homes = {name: f"{package}.{home}" for name, home in module._HOMES.items()}
    assert seen == homes
    assert set(module.__all__) == set(homes)
    with pytest.raises(AttributeError, match="no attribute 'Missing'"):
        _ = module.Missing


def test_importing_the_packages_imports_nothing_else() -> None:
    program = f"import sys, {', '.join(FOLDERS)}; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert {name for name in loaded if name.startswith("deskcheck_")} == {*FOLDERS, "deskcheck_vision.lazy"}
    assert not loaded & {"numpy", "cv2", "fastapi", "sqlalchemy", "onnxruntime", "typer", "shapely"}


@cache
def imports() -> list[tuple[Path, str, tuple[str, ...]]]:
    """Every "from module import names" of the service and of what it stands on: nothing else may import them."""
    return [
        (path, str(node.module), tuple(alias.name for alias in node.names))
        for path in FILES
        if {"datasets", "models"}.isdisjoint(path.relative_to(ROOT).parts[:1])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]


@pytest.mark.parametrize("package", OF_MODULES)
def test_only_public_modules_are_imported_from_outside(package: str) -> None:
    folder = Path(str(import_module(package).__file__)).parent
    inside = {path.stem for path in folder.glob("*.py")}
    used = set()
    for path, module, names in imports():
        if path.is_relative_to(folder):
            continue
        if module == package:
            used |= set(names) & inside
        elif module.startswith(f"{package}."):
            used.add(module.removeprefix(f"{package}.").split(".")[0])
    assert used == set(import_module(package).__all__)
