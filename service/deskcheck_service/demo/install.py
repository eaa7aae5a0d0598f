"""A hall file into the database, through the functions that administrators use; what is there already stays."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from deskcheck_service.demo.hall_file import Hall, HallFileError
from deskcheck_service.layouts import repository
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.layouts.service import add_area, add_centre, add_window, import_layout


@dataclass(frozen=True, slots=True)
class Installed:
    """How many of each were new."""

    centres: int
    areas: int
    windows: int
    layouts: int


def install_hall(session: Session, actor: str, hall: Hall, *, approve: bool) -> Installed:
    """Add a hall's centre, areas, windows and layouts where they are absent.

    Args:
        session: a writing session; all of it happens or nothing.
        actor: who the audit log names.
        hall: the hall.
        approve: approve the layouts at once; otherwise they are drafts.

    Raises:
        LayoutFileError, LayoutVersionError: a layout cannot be used.
        HallFileError: a layout file is absent.
    """
    centre_id, new_centre = _centre(session, actor, hall)
    area_ids, new_areas = _areas(session, actor, hall, centre_id)
    new_windows = layouts = 0
    for position, window in enumerate(hall.windows):
        if repository.window(session, window.code) is None:
            fields = window.model_dump(include={"code", "name_zh", "name_en", "responsible"})
            area_id = area_ids[window.area_zh, window.area_en]
            add_window(session, actor, WindowNew(area_id=area_id, position=position, **fields))
            new_windows += 1
        if window.layout is not None:
            import_layout(session, actor, _text(hall, window.layout), approve=approve)
            layouts += 1
    return Installed(new_centre, new_areas, new_windows, layouts)


def _centre(session: Session, actor: str, hall: Hall) -> tuple[int, int]:
    known = repository.centre_by_code(session, hall.centre.code)
    if known is not None:
        return known.id, 0
    return add_centre(session, actor, CentreNew(**hall.centre.model_dump())).id, 1


def _areas(session: Session, actor: str, hall: Hall, centre_id: int) -> tuple[dict[tuple[str, str], int], int]:
    """Return the keys of the areas by their names, and how many are new; areas are coded A1, A2, ... in order."""
    ids, new = {}, 0
    for position, (name_zh, name_en) in enumerate(hall.areas):
        code = f"A{position + 1}"
        known = repository.area_by_code(session, centre_id, code)
        if known is not None:
            ids[name_zh, name_en] = known.id
            continue
        body = AreaNew(centre_id=centre_id, code=code, name_zh=name_zh, name_en=name_en, position=position)
        ids[name_zh, name_en] = add_area(session, actor, body).id
        new += 1
    return ids, new


def _text(hall: Hall, name: str) -> str:
    path = hall.folder / name
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise HallFileError(path=path, reason=exc) from exc
