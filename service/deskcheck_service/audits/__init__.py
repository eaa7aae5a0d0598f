"""Scheduled rounds over fixed cameras: what is owed, and the engine that looks."""

from __future__ import annotations

# Modules, brought in by name.
__all__ = ["engine", "holds", "visiting"]
