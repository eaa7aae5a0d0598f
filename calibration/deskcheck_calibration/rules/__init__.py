"""The rules: pure functions of a scene, gathered in one table (``catalogue``)."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["catalogue", "parameters"]
