"""Procedural counter items, one module per family."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["base", "catalogue", "kinds"]
