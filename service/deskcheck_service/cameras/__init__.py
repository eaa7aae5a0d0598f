"""Fixed cameras: which windows they show, whether they still hang where they hung, and what to do when not."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "bursts",
    "health",
    "linking",
    "measuring",
    "permits",
    "permitting",
    "recalibration",
    "repository",
    "routes",
    "schemas",
    "service",
    "source_routes",
    "source_schemas",
    "source_setting",
    "sourcing",
    "trying",
    "watching",
]
