"""A small hall with people and photos for the tests of the pages, served by a real uvicorn."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import uvicorn
from deskcheck_calibration.layout import HomeZone, Layout, ReferenceView, Surface, SurfaceKind
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_service import migrate
from deskcheck_service.accounts import repository as accounts
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.accounts.secrets import hash_password
from deskcheck_service.captures.service import check_photo
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import AreaNew, CentreNew, WindowNew
from deskcheck_service.services import Services, build_services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Role, User, UserRole, utc_now
from deskcheck_service.uploads import Upload
from fastapi import FastAPI
from numpy.typing import NDArray
from sqlalchemy.orm import Session

PASSWORD = "correct horse battery"
PHOTO_WH = (1280, 960)
# As they lie in the photo: far left, far right, near right, near left.
DESK_PX = ((250, 250), (1030, 250), (1200, 820), (80, 820))
DESK_CORNERS = ((250.0, 250.0), (1030.0, 250.0), (1200.0, 820.0), (80.0, 820.0))

PEOPLE = {
    "inspector": ("巡查员甲", Role.INSPECTOR),
    "supervisor": ("监督员甲", Role.SUPERVISOR),
    "second": ("监督员乙", Role.SUPERVISOR),
    "administrator": ("管理员", Role.ADMINISTRATOR),
}
WINDOWS = (("A01", "社保综合窗口", "Social insurance"), ("A02", "医保窗口", "Medical insurance"))
BARE_WINDOW = ("B01", "税务窗口", "Tax")


@dataclass(frozen=True, slots=True)
class Site:
    """A running installation.

    Attributes:
        url: address without a slash at its end.
        services: what it holds, for looking into the database.
    """

    url: str
    services: Services


def layout_of(window: str, version: int = 1) -> Layout:
    """A desk of 160 x 75 cm where a monitor and a keyboard must stand and a cup has its place."""
    desk = ((0.0, 0.0), (160.0, 0.0), (160.0, 75.0), (0.0, 75.0))
    return Layout(
        window=window,
        version=version,
        desk_wh_cm=(160.0, 75.0),
        taxonomy_version="1",
        edge_clearance_cm=5.0,
        surfaces=(Surface("counter", SurfaceKind.MAIN_COUNTER, desk),),
        zones=(
            HomeZone("monitor", "monitor", ((50, 12), (110, 12), (110, 38), (50, 38)), min_count=1),
            HomeZone("keyboard", "keyboard", ((55, 45), (105, 45), (105, 63), (55, 63)), min_count=1),
            HomeZone("cup", "cup", ((130, 50), (150, 50), (150, 70), (130, 70)), returns=True),
        ),
        views=(ReferenceView("stand.jpg", PHOTO_WH, DESK_CORNERS),) if window == "A02" else (),
    )


def empty_desk(seed: int = 1) -> NDArray[np.uint8]:
    """A photo of a desk with nothing on it: sharp enough for the quality gate, and what must stand there is missing."""
    noise = np.random.default_rng(seed)
    width, height = PHOTO_WH
    image = np.full((height, width, 3), (150, 155, 160), np.uint8)
    cv2.fillConvexPoly(image, np.array(DESK_PX, np.int32), (95, 140, 180))
    for x in range(0, width, 40):
        cv2.line(image, (x, 0), (x, height), (120, 125, 130), 1)
    grain = noise.integers(-25, 26, image.shape, dtype=np.int16)
    return np.clip(image.astype(np.int16) + grain, 0, 255).astype(np.uint8)


def photo_file(folder: Path, seed: int = 1) -> Path:
    """Write a photo of an empty desk and return its path."""
    path = folder / f"desk-{seed}.jpg"
    cv2.imwrite(str(path), empty_desk(seed), [cv2.IMWRITE_JPEG_QUALITY, 90])
    return path


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def furnish(services: Services) -> None:
    """Add centre, areas, windows with approved layouts (one has none, one has a view) and a person of each role."""
    with services.database.writing() as session:
        centre = places.add_centre(session, "test", CentreNew(code="C1", name_zh="政务中心", name_en="Service centre"))
        for position, (code, zh, en) in enumerate((("A", "综合区", "General area"), ("B", "税务区", "Tax area"))):
            area = AreaNew(centre_id=centre.id, code=code, name_zh=zh, name_en=en, position=position)
            area_id = places.add_area(session, "test", area).id
            for place, (window, name_zh, name_en) in enumerate(WINDOWS if code == "A" else (BARE_WINDOW,)):
                new = WindowNew(
                    area_id=area_id,
                    code=window,
                    name_zh=name_zh,
                    name_en=name_en,
                    responsible="负责人甲",
                    position=place,
                )
                places.add_window(session, "test", new)
        for window, _, _ in WINDOWS:
            places.import_layout(session, "test", dump_layout(layout_of(window)))
        add_people(session)


def add_people(session: Session) -> None:
    """Add a person of each role; they share one password and one hash, since argon2 is slow on purpose."""
    for name, (display_name, role) in PEOPLE.items():
        session.add(
            User(
                name=name,
                display_name=display_name,
                password_hash=_password_hash(),
                active=True,
                created_at=utc_now(),
                roles=[UserRole(role=role)],
            )
        )


def furnished_template(folder: Path) -> Path:
    """Return a migrated and furnished SQLite file, made once for tests that copy it."""
    path = folder / "deskcheck.db"
    settings = Settings(database_url=f"sqlite:///{path}", log_level="error")
    migrate.upgrade(settings)
    services = build_services(settings)
    furnish(services)
    services.close()
    return path


def judge_photos(services: Services, windows: Iterable[str], folder: Path) -> None:
    """Send a photo of an empty desk of each window, as an inspector does; what must stand there is found missing."""
    with services.database.reading() as session:
        user = accounts.user_by_name(session, "inspector")
    if user is None:
        raise LookupError("inspector")
    inspector = Principal(user.id, user.name, user.display_name, None, (RoleGrant(Role.INSPECTOR),))
    corners = " ".join(f"{x},{y}" for x, y in DESK_PX)
    for seed, window in enumerate(windows, start=1):
        content = photo_file(folder, seed).read_bytes()
        check_photo(services, inspector, window, Upload(content, "desk.jpg", {"corners_px": corners}))


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of this machine and yield its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # Listening before the server runs: an early request waits in the queue instead of being refused.
    listener.listen(64)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
