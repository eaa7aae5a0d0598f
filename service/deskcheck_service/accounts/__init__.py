"""Who may come in and what they may do."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["people", "repository", "rights", "routes", "schemas", "service"]
