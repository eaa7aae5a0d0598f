"""Centres, areas, windows, their views and the versions of their layouts."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "changes",
    "draft_routes",
    "repository",
    "routes",
    "schemas",
    "service",
    "stickers",
    "trial",
    "trial_rows",
    "versions",
    "view_columns",
    "views",
]
