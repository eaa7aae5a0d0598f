"""Frames of fixed cameras: judged and kept as photos are, but as a camera's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np
import pytest
from deskcheck_service.accounts.repository import user_by_name
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.cameras.watching import check_frame
from deskcheck_service.errors import NoLayoutError, NotFoundError, RequestError, ViewUnfitError
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import AuditEntry, Capture, Role
from deskcheck_vision.frames import Frame
from fastapi import FastAPI
from photos import PERSON_BOX, photo, send, services_that_know
from service_kit import CORNERS_TEXT, Hall, approve, logged_in
from sqlalchemy import select

VIEW = "counter.jpg"
OPEN, CLOSED = datetime(2026, 11, 20, 2, tzinfo=UTC), datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def services(settings: Settings) -> Any:
    built = services_that_know(settings)
    yield built
    built.close()


@pytest.fixture
def principal(app: FastAPI, hall: Hall, services: Services) -> Principal:
    """The supervisor, once window A01 has an approved layout and its view."""
    approve(services, "A01")
    put = logged_in(app, "supervisor").put(
        f"/api/v1/windows/A01/views/{VIEW}",
        files={"photo": ("r.jpg", photo(tidy=True))},
        data={"corners_px": CORNERS_TEXT},
    )
    assert put.status_code in (200, 201), put.text
    with services.database.reading() as session:
        user = user_by_name(session, "supervisor")
    assert user is not None
    return Principal(user.id, user.name, user.display_name, None, (RoleGrant(Role.SUPERVISOR),))


def _frame(seed: int = 1, at: datetime = CLOSED, wh: tuple[int, int] = (1920, 1080)) -> Frame:
    image = cv2.imdecode(np.frombuffer(photo(seed, wh), np.uint8), cv2.IMREAD_COLOR)
    return Frame(np.asarray(image, np.uint8), at, "camera 1", 4.0)


def test_a_frame_is_kept_as_a_cameras_with_people_masked(
    app: FastAPI, principal: Principal, services: Services
) -> None:
    checked = check_frame(services, principal, "A01", _frame(), VIEW)
    assert checked.created
    judgement = checked.judgement
    assert (judgement.source, judgement.uploader, judgement.registration) == ("camera", None, "view")
    assert judgement.taken_at == CLOSED
    assert judgement.masked_people == 1
    with services.database.reading() as session:
        (capture,) = session.scalars(select(Capture)).all()
        (audited,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "capture.add")).all()
        assert (capture.source, capture.uploader_id, capture.view_name) == ("camera", None, VIEW)
        assert audited.actor_name == principal.name  # who asked for it is known all the same
    client = logged_in(app, "inspector")
    kept = client.get(f"/api/v1/evidence/{judgement.evidence.masked}").content
    masked = cv2.imdecode(np.frombuffer(kept, np.uint8), cv2.IMREAD_COLOR)
    assert masked is not None
    left, top, right, bottom = PERSON_BOX
    before = _frame().image[top:bottom, left:right].astype(int)
    assert np.abs(masked[top:bottom, left:right].astype(int) - before).mean() > 15
    assert client.get(f"/api/v1/judgements/{judgement.id}").json()["source"] == "camera"


def test_the_same_moment_is_the_same_capture_and_another_is_not(principal: Principal, services: Services) -> None:
    first = check_frame(services, principal, "A01", _frame(), VIEW)
    again = check_frame(services, principal, "A01", _frame(), VIEW)
    assert (again.created, again.judgement.id) == (False, first.judgement.id)
    for other in (_frame(at=CLOSED + timedelta(seconds=10)), _frame(seed=2)):
        assert check_frame(services, principal, "A01", other, VIEW).created


@pytest.mark.parametrize(("at", "state"), [(OPEN, ("inconclusive", "within_grace")), (CLOSED, ("suspected", None))])
def test_a_cameras_time_of_grace_holds_within_hours(
    principal: Principal, services: Services, at: datetime, state: tuple[str, str | None]
) -> None:
    judgement = check_frame(services, principal, "A01", _frame(at=at), VIEW).judgement
    (drink,) = (f for f in judgement.findings if f.rule == "V01" and f.item == "beverage_container")
    assert (drink.state, drink.reason) == state


def test_a_photo_of_a_person_still_says_so(app: FastAPI, principal: Principal) -> None:
    sent = send(logged_in(app, "inspector"), "A01", photo(3), corners_px=CORNERS_TEXT).json()
    assert (sent["source"], sent["uploader"]["display_name"]) == ("upload", "Inspector")


@pytest.mark.parametrize(
    ("window", "view", "frame", "error"),
    [
        ("Z99", VIEW, {}, NotFoundError),
        ("A01", "other", {}, NotFoundError),
        ("B01", VIEW, {}, NoLayoutError),
        ("A01", VIEW, {"wh": (800, 800)}, ViewUnfitError),
        ("A01", VIEW, {"at": datetime(2199, 1, 1, tzinfo=UTC)}, RequestError),
    ],
)
def test_what_cannot_be_judged_leaves_nothing_behind(
    principal: Principal, services: Services, window: str, view: str, frame: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        check_frame(services, principal, window, _frame(**frame), view)
    with services.database.reading() as session:
        assert session.scalars(select(Capture)).all() == []
