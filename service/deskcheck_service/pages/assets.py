"""What the web build made: hashed file names of scripts and styles, and the icons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from deskcheck_service.errors import ServiceError

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "static"
STATIC_URL = "/static"


class AssetsMissingError(ServiceError):
    """The pages' scripts and styles were never built."""

    code = "pages.assets_missing"
    zh = "页面所需的脚本和样式尚未生成。"
    en = "The pages' scripts and styles have not been built."
    next_zh = "请运行 make setup，或重新安装发布包。"
    next_en = "Run make setup, or install the published package again."


@dataclass(frozen=True)
class Assets:
    """The built files of one installation; read on first use, so that the API runs without them.

    Attributes:
        folder: where Vite wrote them.
    """

    folder: Path = STATIC_FOLDER

    def _read(self, name: str) -> dict[str, object]:
        try:
            content: dict[str, object] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError as exc:
            raise AssetsMissingError from exc
        return content

    @cached_property
    def _manifest(self) -> dict[str, object]:
        return self._read("manifest.json")

    @cached_property
    def _icons(self) -> dict[str, object]:
        return self._read("icons.json")

    def _entry(self, name: str) -> dict[str, object]:
        entry = self._manifest.get(f"src/{name}.ts")
        if not isinstance(entry, dict):
            raise AssetsMissingError
        return entry

    def script(self, name: str) -> str:
        """Return the address of an entry's script.

        Raises:
            AssetsMissingError: nothing was built, or no entry has that name.
        """
        return f"{STATIC_URL}/{self._entry(name)['file']}"

    def styles(self, name: str) -> list[str]:
        """Return the addresses of an entry's style sheets.

        Raises:
            AssetsMissingError: see ``script``.
        """
        sheets = self._entry(name).get("css", [])
        return [f"{STATIC_URL}/{sheet}" for sheet in sheets] if isinstance(sheets, list) else []

    def icon(self, name: str) -> Markup:
        """Return an icon as inline SVG, hidden from screen readers: a word always stands beside it.

        Raises:
            AssetsMissingError: nothing was built.
            KeyError: there is no icon of that name.
        """
        # The paths come from our own build, never from a request.
        paths = Markup(str(self._icons[name]))  # noqa: S704
        return Markup(
            '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
        ).format(paths)
