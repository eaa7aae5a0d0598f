"""Scheduled audits of cameras: calendar, schedules, rounds and what they owe, the day's mark, and who makes them."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "calendar",
    "days",
    "embedded",
    "making",
    "own_days",
    "queue",
    "queue_schema",
    "reading",
    "reasons",
    "repository",
    "rounds",
    "routes",
    "schedules",
    "schemas",
    "status",
    "worker",
]
