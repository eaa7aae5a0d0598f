"""Centres, areas, windows, their views and the versions of their layouts."""

# Modules that other folders import; the others are this folder's own.
__all__ = [
    "approvals",
    "changes",
    "copies",
    "copy_schemas",
    "desk_type_schemas",
    "desk_types",
    "draft_routes",
    "like_routes",
    "presets",
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
