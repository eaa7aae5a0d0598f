"""Every stored secret, whatever table it is in, encrypted anew with the current key."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.errors.secrets import SecretUnreadableError
from deskcheck_service.secret_box import SecretBox
from deskcheck_service.tables.outbox import WebhookTarget
from deskcheck_service.tables.sources import CameraSource


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many secrets stand under the current key now, and whose could not be read and stay as they were."""

    renewed: int
    unreadable: tuple[str, ...]


def rotate(session: Session, actor: Principal | str, box: SecretBox) -> Rotated:
    """Encrypt every stored secret anew with the current key.

    Raises:
        SecretKeysError: the keys cannot be read.
    """
    sources = session.scalars(select(CameraSource).where(CameraSource.secret.is_not(None)).with_for_update()).all()
    targets = session.scalars(select(WebhookTarget).with_for_update()).all()
    rows: list[tuple[str, CameraSource | WebhookTarget]] = [(f"camera {row.camera_id}", row) for row in sources]
    rows += [(f"webhook {row.name}", row) for row in targets]
    unreadable = []
    for name, row in rows:
        try:
            row.secret = box.renewed(row.secret or "")
        except SecretUnreadableError:
            unreadable.append(name)
    session.flush()
    renewed = len(rows) - len(unreadable)
    audit.record(session, actor, "secrets.rotate", "secrets", "all", f"{renewed} renewed, {len(unreadable)} unreadable")
    return Rotated(renewed, tuple(unreadable))
