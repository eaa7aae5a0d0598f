"""Addresses of databases on the PostgreSQL server that the tests start."""

from __future__ import annotations


def in_database(uri: str, name: str) -> str:
    """Return the URI of another database of the same server."""
    head, _, query = uri.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
