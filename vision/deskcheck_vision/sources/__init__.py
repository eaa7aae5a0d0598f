"""Where frames come from: cameras, films and folders of pictures, all with one face."""

from __future__ import annotations

# Modules, brought in by name; films and streams need the extra ``[video]``.
__all__ = [
    "address_errors",
    "addresses",
    "base",
    "burst",
    "camera",
    "camera_errors",
    "errors",
    "film",
    "folder",
    "makers",
]
