"""Photos in, judgements and evidence out."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "browse",
    "cleaning",
    "judging",
    "points",
    "present",
    "recognising",
    "routes",
    "schemas",
    "service",
    "storing",
    "words",
]
