"""The same deviation seen again is one problem, from the first look that shows it to the last."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["deciding", "noting", "present", "repository", "routes", "schemas", "service"]
