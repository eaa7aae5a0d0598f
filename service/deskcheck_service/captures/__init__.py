"""Photos in, judgements and evidence out."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "browse",
    "cleaning",
    "guarding",
    "judging",
    "points",
    "present",
    "recognising",
    "repository",
    "routes",
    "schemas",
    "service",
    "shown_window",
    "storing",
    "words",
]
