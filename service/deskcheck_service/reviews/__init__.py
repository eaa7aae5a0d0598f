"""The review queue and the decisions of people."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["repository", "routes", "schemas", "service"]
