"""The command line: ``deskcheck``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process and end it with the command's exit code."""
    from deskcheck_service.cli.app import run

    raise SystemExit(run(sys.argv[1:]))
