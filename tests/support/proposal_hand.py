"""The demonstration hall's first desk, photographed in order, as the tests of drafting in the browser need it."""

from __future__ import annotations

from dataclasses import replace

from deskcheck_calibration.layout_file import dump_layout, load_layout
from deskcheck_service.accounts import repository as accounts
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.captures.service import check_photo
from deskcheck_service.demo.hall_file import demo_hall_path, read_hall
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services
from deskcheck_service.tables import Role
from deskcheck_service.uploads import Upload


def judge_tidy_desk(services: Services, window: str = "A01", version: int = 2) -> int:
    """Give a window the demonstration hall's first layout and judge photos of that desk by it, and one of another.

    Returns:
        How many photos there are.
    """
    hall = read_hall(demo_hall_path())
    shown = hall.windows[0]
    assert shown.layout is not None
    layout = load_layout(hall.folder / shown.layout)
    with services.database.writing() as session:
        places.import_layout(session, "test", dump_layout(replace(layout, window=window, version=version, views=())))
        user = accounts.user_by_name(session, "inspector")
        assert user is not None
        inspector = Principal(user.id, user.name, user.display_name, None, (RoleGrant(Role.INSPECTOR),))
    for photo in shown.photos:
        assert photo.corners_px is not None
        corners = " ".join(f"{x},{y}" for x, y in photo.corners_px)
        content = (hall.folder / photo.file).read_bytes()
        check_photo(services, inspector, window, Upload(content, "a.jpg", {"corners_px": corners}))
    other = (hall.folder / hall.windows[1].photos[0].file).read_bytes()
    check_photo(services, inspector, window, Upload(other, "b.jpg", {}))
    return len(shown.photos) + 1
