"""Centres, areas, windows, their views and the versions of their layouts."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["draft_routes", "drafts", "repository", "routes", "schemas", "service", "stickers", "view_columns", "views"]
