"""Counter scenes in three dimensions with exact truth."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["cli", "truth"]
