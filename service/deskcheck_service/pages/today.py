"""Today: what needs the person now, and the windows of their areas with their last state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.cameras import service as cameras
from deskcheck_service.cameras.schemas import TaskOut
from deskcheck_service.dependencies import CurrentUser, Reading
from deskcheck_service.layouts import service as layouts
from deskcheck_service.layouts.schemas import WindowOut
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import address, may, page
from deskcheck_service.pages.states import STATES, PageState, machine_state
from deskcheck_service.reviews import service as reviews
from deskcheck_service.reviews.schemas import QueueCounts
from deskcheck_service.schemas import Text
from deskcheck_service.tables import utc_now

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for the person."""

    count: str
    word: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A window with how it looked last; ``state`` is offline where it was never checked."""

    window: WindowOut
    state: PageState
    checked_today: bool


@dataclass(frozen=True, slots=True)
class AreaTiles:
    """The windows of one area in route order."""

    name: Text
    tiles: tuple[Tile, ...]


def _is_today(moment: datetime, time_zone: str) -> bool:
    zone = ZoneInfo(time_zone)
    return moment.astimezone(zone).date() == utc_now().astimezone(zone).date()


def tile_of(window: WindowOut) -> Tile:
    """Return the tile of a window."""
    last = window.last
    if last is None:
        return Tile(window, STATES["offline"], checked_today=False)
    return Tile(window, machine_state(last.state), _is_today(last.taken_at, window.time_zone))


def by_area(windows: Iterable[WindowOut]) -> list[AreaTiles]:
    """Group windows, which come in route order, by their area."""
    groups: dict[int, list[WindowOut]] = {}
    for window in windows:
        groups.setdefault(window.area_id, []).append(window)
    return [AreaTiles(group[0].area_name, tuple(tile_of(window) for window in group)) for group in groups.values()]


def counted(count: int, limit: int) -> str:
    """Return a count as shown; counting stops at the limit."""
    return f"{limit}+" if count >= limit else str(count)


def _todos(principal: Principal, areas: list[AreaTiles], counts: QueueCounts, moved: list[TaskOut]) -> list[Todo]:
    todos = []
    if may(principal, "reactivate_camera") and moved:
        url = f"/cameras/{moved[0].camera_code}" if len(moved) == 1 else "/cameras"
        todos.append(Todo(str(len(moved)), mark("Cameras that have moved"), url, "cctv"))
    if may(principal, "review_finding") and counts.suspected:
        suspected = counted(counts.suspected, counts.limit)
        todos.append(Todo(suspected, mark("Suspected, to be reviewed"), "/review", "review"))
    if may(principal, "review_finding") and counts.inconclusive:
        unclear = counted(counts.inconclusive, counts.limit)
        todos.append(Todo(unclear, mark("Could not be judged"), address("/review", state="inconclusive"), "cannot"))
    tiles = [tile for area in areas for tile in area.tiles if tile.window.layout_version is not None]
    unchecked = [tile for tile in tiles if not tile.checked_today]
    if may(principal, "check_photo") and unchecked:
        first = address("/check", window=unchecked[0].window.code)
        todos.append(Todo(str(len(unchecked)), mark("Windows not checked today"), first, "camera"))
    bare = [tile for area in areas for tile in area.tiles if tile.window.layout_version is None]
    if may(principal, "add_layout") and bare:
        todos.append(Todo(str(len(bare)), mark("Windows without an approved layout"), "/layouts", "layouts"))
    return todos


@router.get("/", name="page_today")
def today(request: Request, principal: CurrentUser, session: Reading) -> Response:
    """Show today."""
    areas = by_area(layouts.list_windows(session, principal))
    counts = reviews.count_findings(session, principal)
    view = {
        "areas": areas,
        "todos": _todos(principal, areas, counts, cameras.list_tasks(session, principal)),
        "date": utc_now().astimezone(ZoneInfo(principal.time_zone)).strftime("%Y-%m-%d"),
        "may_check": may(principal, "check_photo"),
        "may_administer": may(principal, "add_window"),
        "has_role": bool(principal.grants),
    }
    return page(request, "today.html", view, here="today")
