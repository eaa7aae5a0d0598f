"""Fills the review queue with many findings at once, for tests of its speed and its paging."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from deskcheck_calibration.findings import Reason, State
from deskcheck_service.db import Database
from deskcheck_service.tables import (
    Area,
    Capture,
    FindingRow,
    JudgementRow,
    LayoutState,
    LayoutVersion,
    ReviewState,
    Window,
    utc_now,
)
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

_RULES = ("V01", "V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10", "V13")
_PER_JUDGEMENT = 5
_BATCH = 5000


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _layout_versions(session: Session, windows: list[Window], now: datetime) -> dict[int, int]:
    """Give every window without one an approved layout; return window key -> layout version key."""
    known = dict(
        session.execute(
            select(LayoutVersion.window_id, LayoutVersion.id).where(LayoutVersion.state == LayoutState.APPROVED)
        ).all()
    )
    for window in windows:
        if window.id not in known:
            row = LayoutVersion(
                window_id=window.id,
                version=1,
                text="{}",
                sha256=_sha256(window.code),
                taxonomy_version="1",
                state=LayoutState.APPROVED,
                created_at=now,
                decided_at=now,
            )
            session.add(row)
            session.flush()
            known[window.id] = row.id
    return known


def _capture(number: int, window: Window, layout_version_id: int, taken_at: datetime) -> dict[str, Any]:
    return {
        "window_id": window.id,
        "layout_version_id": layout_version_id,
        "photo_sha256": _sha256(f"photo {number}"),
        "corners_key": "",
        "source": "upload",
        "width_px": 1920,
        "height_px": 1080,
        "taken_at": taken_at,
        "received_at": taken_at,
        "masked_sha256": _sha256(f"masked {number}"),
        "overlay_zh_sha256": _sha256(f"zh {number}"),
        "overlay_en_sha256": _sha256(f"en {number}"),
        "view_name": "",
        "masked_people": 0,
    }


def _judgement(capture_id: int, window: Window, layout_version_id: int, taken_at: datetime) -> dict[str, Any]:
    counts = {f"{state}_count": 0 for state in ("pass", "inconclusive", "not_assessed", "exempt")}
    return {
        "capture_id": capture_id,
        "window_id": window.id,
        "layout_version_id": layout_version_id,
        "model_sha256": _sha256("model"),
        "rule_set_version": "1",
        "state": State.SUSPECTED,
        "taken_at": taken_at,
        "created_at": taken_at,
        "registration": "corners",
        "suspected_count": _PER_JUDGEMENT,
        **counts,
    }


def _finding(number: int, judgement_id: int, window: Window, centre_id: int, taken_at: datetime) -> dict[str, Any]:
    unsure = number % 10 == 9
    return {
        "judgement_id": judgement_id,
        "window_id": window.id,
        "area_id": window.area_id,
        "centre_id": centre_id,
        "taken_at": taken_at,
        "created_at": taken_at,
        "rule": _RULES[number % len(_RULES)],
        "state": State.INCONCLUSIVE if unsure else State.SUSPECTED,
        "reason": Reason.STRADDLES_LIMIT if unsure else None,
        "item": "cup",
        "place": "cup_place",
        "measured": 14.2,
        "limit_value": 3.0,
        "unit": "cm",
        "uncertainty": 1.1,
        "confidence": 0.9,
        "left_px": 100.0,
        "top_px": 100.0,
        "right_px": 200.0,
        "bottom_px": 200.0,
        "footprint_cm": "10.00,10.00 18.00,10.00 18.00,18.00 10.00,18.00",
        "review_state": ReviewState.OPEN,
        "version": 1,
    }


def seed_queue(database: Database, count: int) -> None:
    """Add ``count`` open findings, spread over the windows that are there, five to a judgement, one a minute.

    Args:
        database: migrated, with at least one window.
        count: number of findings.
    """
    now = utc_now()
    for start in range(0, count, _BATCH):
        with database.writing() as session:
            _seed_batch(session, start, min(_BATCH, count - start), now)


def _seed_batch(session: Session, start: int, count: int, now: datetime) -> None:
    windows = list(session.scalars(select(Window).order_by(Window.id)))
    centres = dict(session.execute(select(Area.id, Area.centre_id)).all())
    layouts = _layout_versions(session, windows, now)
    first = session.scalar(select(func.coalesce(func.max(JudgementRow.id), 0))) or 0
    groups = range((count + _PER_JUDGEMENT - 1) // _PER_JUDGEMENT)
    placed = [
        (first + 1 + group, windows[(first + group) % len(windows)], now - timedelta(minutes=first + group))
        for group in groups
    ]
    captures = [_capture(key, window, layouts[window.id], at) for key, window, at in placed]
    capture_ids = list(session.scalars(insert(Capture).returning(Capture.id, sort_by_parameter_order=True), captures))
    judgements = [
        _judgement(capture_id, window, layouts[window.id], at)
        for capture_id, (_, window, at) in zip(capture_ids, placed, strict=True)
    ]
    keys = list(
        session.scalars(insert(JudgementRow).returning(JudgementRow.id, sort_by_parameter_order=True), judgements)
    )
    findings = []
    for number in range(count):
        group = number // _PER_JUDGEMENT
        _, window, at = placed[group]
        findings.append(_finding(start + number, keys[group], window, centres[window.area_id], at))
    session.execute(insert(FindingRow), findings)
