"""Map of today: areas by windows, each with how it stands, renewed by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from deskcheck_service.accounts.rights import Principal
from deskcheck_service.dependencies import Reading
from deskcheck_service.pages.access import needs
from deskcheck_service.pages.i18n import mark
from deskcheck_service.pages.render import address, page
from deskcheck_service.pages.states import PageState
from deskcheck_service.watching.schemas import MapArea, MapCell, MapState, TodayMap
from deskcheck_service.watching.today_map import today_map

router = APIRouter()

# Up to here a tile has room for words; beyond it all tiles have to fit a screen.
_ROOMY = 48
Show = Literal["", "suspected", "offline", "cannot_judge", "ok", "not_yet"]
Reader = Annotated[Principal, needs("today_map")]

MAP_STATES = {
    MapState.SUSPECTED: PageState("suspected", "suspected", mark("Suspected")),
    MapState.OFFLINE: PageState("offline", "broken", mark("Offline")),
    MapState.CANNOT_JUDGE: PageState("inconclusive", "inconclusive", mark("Cannot judge")),
    MapState.OK: PageState("pass", "pass", mark("Pass")),
    MapState.NOT_YET: PageState("not_assessed", "not-assessed", mark("Not yet")),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A window on the map with where a tap leads: what was seen of it today, else whose trouble it is, else itself."""

    cell: MapCell
    state: PageState
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """An area with its windows that are shown, and how many of all of them are in order."""

    area: MapArea
    tiles: tuple[Tile, ...]
    ok_count: int


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A state with how many windows are in it; a tap shows those alone, another one all."""

    state: PageState
    count: int
    url: str
    chosen: bool


def _tile(cell: MapCell) -> Tile:
    url = f"/windows/{cell.window_code}"
    if cell.state is MapState.OFFLINE and cell.camera_code is not None:
        url = f"/cameras/{cell.camera_code}"
    elif cell.judgement_id is not None:
        url = f"/judgements/{cell.judgement_id}"
    return Tile(cell, MAP_STATES[cell.state], url)


def _row(area: MapArea, show: Show) -> Row:
    tiles = tuple(_tile(cell) for cell in area.windows if show in {"", cell.state.value})
    return Row(area, tiles, sum(cell.state is MapState.OK for cell in area.windows))


def _view(found: TodayMap, show: Show) -> dict[str, object]:
    rows = [row for row in (_row(area, show) for area in found.areas) if row.tiles]
    total = sum(found.counts.values())
    legend = [
        LegendItem(
            MAP_STATES[state],
            found.counts[state],
            address("/map", show="" if show == state.value else state.value),
            show == state.value,
        )
        for state in MapState
    ]
    codes = [len(tile.cell.window_code) for row in rows for tile in row.tiles]
    return {
        "rows": rows,
        "legend": legend,
        "at": found.at,
        "total": total,
        "show": show,
        "roomy": len(codes) <= _ROOMY,
        "code_length": max(codes, default=3),
        "several_centres": len({area.centre_name.zh for area in found.areas}) > 1,
    }


@router.get("/map", name="page_today_map")
def map_page(request: Request, principal: Reader, session: Reading, show: Show = "") -> Response:
    """Show the map; ``show`` names the one state that is shown."""
    return page(request, "today_map.html", _view(today_map(session, principal), show), here="today")


@router.get("/map/grid", name="page_today_map_grid")
def map_grid(request: Request, principal: Reader, session: Reading, show: Show = "") -> Response:
    """Return the part of the map that renews itself; the address stays the map's."""
    response = page(request, "parts/today_grid.html", _view(today_map(session, principal), show), here="today")
    if "HX-Push-Url" in response.headers:
        response.headers["HX-Push-Url"] = "false"
    return response
