"""Scheduled audits of cameras: calendar, schedules, rounds and what they owe, the day's mark."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "calendar",
    "calendars",
    "days",
    "making",
    "reading",
    "reasons",
    "repository",
    "rounds",
    "routes",
    "schedules",
    "schemas",
]
