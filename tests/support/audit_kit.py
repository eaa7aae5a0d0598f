"""Cameras that stand in folders of pictures, one window each, and rounds that are due now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from deskcheck_service.captures.storing import add_evidence
from deskcheck_service.layouts import service as places
from deskcheck_service.layouts.schemas import WindowNew
from deskcheck_service.services import Services
from deskcheck_service.tables import Camera, EvidenceKind, Window, utc_now
from deskcheck_service.tables.audits import AuditRound, CameraVisit, OwedView
from deskcheck_service.tables.cameras import CameraState
from deskcheck_service.tables.sources import CameraSource, SourceType
from photos import photo
from rounds_kit import permit_of, view_of
from service_kit import Hall, layout_yaml
from sqlalchemy import select

WH = (1920, 1080)


def fill_folder(folder: Path, content: bytes, frames: int = 3, every_s: float = 1.0) -> None:
    """Put pictures into a folder as a recorder does, the last one of just now."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC) + timedelta(hours=8)
    for number in range(frames):
        taken = now - timedelta(seconds=every_s * (frames - 1 - number) + 1)
        (folder / f"{taken:%Y%m%d_%H%M%S}.jpg").write_bytes(content)


def add_cameras(
    services: Services,
    hall: Hall,
    media: Path,
    count: int,
    *,
    content: bytes | None = None,
    alike: bool = True,
    kind: SourceType = SourceType.FOLDER,
    addresses: dict[int, str] | None = None,
) -> list[int]:
    """Add windows, each with an approved layout and a camera of its own, and return the cameras' keys.

    Args:
        services: of the service.
        hall: where.
        media: the media folder of the settings; each camera gets a folder in it.
        count: how many.
        content: JPEG that every camera shows, 1920 x 1080; a picture of noise where None.
        alike: every camera shows the same; otherwise each has its own picture of noise.
        kind: of the sources.
        addresses: number of a camera -> its address, instead of its folder.
    """
    shown = content or photo()
    sha256 = services.evidence.put(shown)
    keys: list[int] = []
    for number in range(count):
        code = f"W{number:04d}"
        if not alike:
            shown = photo(number)
            sha256 = services.evidence.put(shown)
        now = utc_now()
        address = (addresses or {}).get(number, code)
        with services.database.writing() as session:
            new = WindowNew(area_id=hall.area_ids["A"], code=code, name_zh=code, name_en=code, position=number)
            places.add_window(session, "test", new)
            places.import_layout(session, "test", layout_yaml(code))
            window = session.scalar(select(Window).where(Window.code == code))
            assert window is not None
            camera = Camera(
                centre_id=hall.centre_id, code=f"cam-{number:04d}", name_zh=code, name_en=code,
                state=CameraState.ACTIVE, reference_sha256=sha256, reference_width_px=WH[0],
                reference_height_px=WH[1], created_at=now,
            )  # fmt: skip
            session.add(camera)
            session.flush()
            session.add(CameraSource(camera_id=camera.id, kind=kind, address=address, secret=None, changed_at=now))
            view = view_of(window, camera.id, sha256)
            session.add(view)
            session.flush()
            session.add(permit_of(view.id, now))
            add_evidence(session, window.id, EvidenceKind.REFERENCE, (sha256, len(shown)))
            keys.append(camera.id)
        if addresses is None or number not in addresses:
            fill_folder(media / code, shown)
    return keys


def owed(services: Services) -> dict[str, list[tuple[str, str | None]]]:
    """Window code -> what came of it in each round: state and reason."""
    query = (
        select(Window.code, OwedView.state, OwedView.reason)
        .join(Window, Window.id == OwedView.window_id)
        .order_by(Window.code, OwedView.id)
    )
    found: dict[str, list[tuple[str, str | None]]] = {}
    with services.database.reading() as session:
        for code, state, reason in session.execute(query):
            found.setdefault(code, []).append((state.value, reason))
    return found


def visits(services: Services) -> list[CameraVisit]:
    with services.database.reading() as session:
        return list(session.scalars(select(CameraVisit).order_by(CameraVisit.id)))


def rounds_of(services: Services) -> list[AuditRound]:
    with services.database.reading() as session:
        return list(session.scalars(select(AuditRound).order_by(AuditRound.id)))
