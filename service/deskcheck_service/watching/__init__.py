"""Watching the service: figures for Prometheus, health and readiness, log lines, and how every window stands today."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "api",
    "beside",
    "camera_health",
    "figures",
    "metrics",
    "readiness",
    "routes",
    "schemas",
    "stages",
    "telling",
]
__all__ += ["today_map"]
