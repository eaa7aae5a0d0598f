"""Where frames come from: films today; cameras have the same face."""

from __future__ import annotations

# Modules, brought in by name; the reader of films needs the extra ``[video]``.
__all__ = ["base", "errors", "film"]
