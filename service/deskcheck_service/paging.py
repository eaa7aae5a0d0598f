"""Marks of the next page: the sort key of the last row shown, so that page 2000 costs what page 1 costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deskcheck_service.errors import CursorError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**63 - 1


def mark(taken_at: datetime, row_id: int) -> str:
    """Return the mark after a row of that time and key."""
    microseconds = (taken_at - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{row_id}"


def read_mark(text: str) -> tuple[datetime, int]:
    """Return time and key of the row that a mark stands after.

    Raises:
        CursorError: it is not a mark.
    """
    moment, _, row_id = text.partition("-")
    try:
        if not (moment.isascii() and row_id.isascii() and moment.isdigit() and row_id.isdigit()):
            raise CursorError
        if int(row_id) > _LARGEST:
            raise CursorError
        return _EPOCH + timedelta(microseconds=int(moment)), int(row_id)
    except (OverflowError, ValueError) as exc:
        raise CursorError from exc
