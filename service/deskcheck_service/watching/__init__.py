"""Watching the service: figures for Prometheus, health and readiness, log lines, and how every window stands today."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["figures", "metrics", "readiness", "routes", "stages", "telling"]
