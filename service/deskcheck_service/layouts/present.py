"""Rows of places and layouts to the shapes that are shown."""

from __future__ import annotations

from deskcheck_service.captures.present import person
from deskcheck_service.layouts.repository import WindowRow
from deskcheck_service.layouts.schemas import (
    AreaOut,
    CentreOut,
    LastJudgement,
    LayoutOut,
    LayoutRef,
    LayoutText,
    ViewOut,
    WindowOut,
)
from deskcheck_service.layouts.view_columns import corners_of
from deskcheck_service.schemas import Text
from deskcheck_service.tables import Area, Centre, JudgementRow, LayoutVersion, View


def centre_out(row: Centre) -> CentreOut:
    """Return the shape of a centre."""
    return CentreOut(id=row.id, code=row.code, name_zh=row.name_zh, name_en=row.name_en, time_zone=row.time_zone)


def area_out(row: Area) -> AreaOut:
    """Return the shape of an area."""
    return AreaOut(
        id=row.id,
        centre_id=row.centre_id,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        responsible=row.responsible,
        position=row.position,
    )


def _last(row: JudgementRow | None) -> LastJudgement | None:
    if row is None:
        return None
    return LastJudgement(
        id=row.id,
        state=row.state,
        taken_at=row.taken_at,
        suspected_count=row.suspected_count,
        inconclusive_count=row.inconclusive_count,
    )


def window_out(row: WindowRow) -> WindowOut:
    """Return the shape of a window whose area and centre are loaded."""
    window = row.window
    return WindowOut(
        id=window.id,
        area_id=window.area_id,
        code=window.code,
        name_zh=window.name_zh,
        name_en=window.name_en,
        responsible=window.responsible,
        position=window.position,
        desk_type_id=window.desk_type_id,
        area_name=Text(zh=window.area.name_zh, en=window.area.name_en),
        centre_id=window.area.centre_id,
        time_zone=window.area.centre.time_zone,
        layout_version=row.layout_version,
        last=_last(row.last),
        camera_moved=row.camera_moved,
    )


def layout_out(row: LayoutVersion) -> LayoutOut:
    """Return the shape of a layout version whose window and people are loaded."""
    return LayoutOut(
        id=row.id,
        window_code=row.window.code,
        time_zone=row.window.area.centre.time_zone,
        version=row.version,
        sha256=row.sha256,
        state=row.state,
        author=person(row.author),
        created_at=row.created_at,
        approver=person(row.approver),
        decided_at=row.decided_at,
        copied_from=layout_ref(row.copied_from, row.copied_from.window.code) if row.copied_from else None,
    )


def layout_ref(row: LayoutVersion | None, window_code: str) -> LayoutRef | None:
    """Return how others name a version; None for none."""
    return LayoutRef(id=row.id, window_code=window_code, version=row.version) if row is not None else None


def layout_text(row: LayoutVersion) -> LayoutText:
    """Return a layout version with its text."""
    return LayoutText(**layout_out(row).model_dump(), text=row.text)


def view_out(row: View, camera_code: str | None = None) -> ViewOut:
    """Return the shape of a view, with the code of the camera that it is of."""
    return ViewOut(
        name=row.name,
        image_wh=(row.width_px, row.height_px),
        corners_px=corners_of(row),
        focal_px=row.focal_px,
        bend=row.bend,
        reference_sha256=row.reference_sha256,
        camera_code=camera_code,
    )
