"""Annotation formats, one adapter module each."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["boxed", "yolo"]
