"""Judgements over all windows of a person's areas, newest first, for the history page and its route."""

from __future__ import annotations

from typing import Annotated

from deskcheck_calibration.findings import State
from pydantic import Field
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, joinedload

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.captures.present import judgement_brief
from deskcheck_service.captures.schemas import HistoryPage
from deskcheck_service.layouts.repository import WindowRef, within
from deskcheck_service.paging import mark, read_mark
from deskcheck_service.schemas import Code, Identifier, Moment, Schema
from deskcheck_service.tables import Area, Capture, Centre, JudgementRow, Window
from deskcheck_service.tables.base import as_moment


class HistoryFilter(Schema):
    """What the history shows; the addresses of the page and of the route carry these names."""

    state: State | None = None
    window: Code | None = None
    area_id: Identifier | None = None
    taken_from: Moment | None = None
    taken_before: Moment | None = None
    after: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] | None = None


def _filtered(query: Select[JudgementRow, str, str], asked: HistoryFilter) -> Select[JudgementRow, str, str]:
    if asked.state is not None:
        query = query.where(JudgementRow.state == asked.state)
    if asked.window is not None:
        query = query.where(Window.code == asked.window)
    if asked.area_id is not None:
        query = query.where(Area.id == asked.area_id)
    if asked.taken_from is not None:
        query = query.where(JudgementRow.taken_at >= asked.taken_from)
    if asked.taken_before is not None:
        query = query.where(JudgementRow.taken_at < asked.taken_before)
    return query


def list_judgements(
    session: Session, principal: Principal, asked: HistoryFilter, default_limit: int = 30
) -> HistoryPage:
    """Return one page of judgements that a person may see; one query.

    Raises:
        CursorError: ``asked.after`` is not a page mark.
    """
    limit = asked.limit or default_limit
    query = (
        select(JudgementRow, Window.code, Centre.time_zone)
        .join(Window, Window.id == JudgementRow.window_id)
        .join(Area, Area.id == Window.area_id)
        .join(Centre, Centre.id == Area.centre_id)
        .where(within(principal.scope(), Area.centre_id, Area.id))
        .options(
            joinedload(JudgementRow.capture).joinedload(Capture.uploader),
            joinedload(JudgementRow.layout_version),
        )
    )
    query = _filtered(query, asked)
    if asked.after is not None:
        moment, row_id = read_mark(asked.after)
        query = query.where(tuple_(JudgementRow.taken_at, JudgementRow.id) < tuple_(as_moment(moment), row_id))
    rows = session.execute(query.order_by(JudgementRow.taken_at.desc(), JudgementRow.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    more = len(rows) > limit
    return HistoryPage(
        items=[judgement_brief(row, WindowRef(code, zone)) for row, code, zone in shown],
        next=mark(shown[-1][0].taken_at, shown[-1][0].id) if more else None,
    )
