"""Evidence files that no row names: left where the transaction after them failed."""

from __future__ import annotations

from datetime import timedelta

from deskcheck_service.captures import repository
from deskcheck_service.services import Services


def remove_orphans(services: Services, older_than: timedelta = timedelta(hours=1)) -> int:
    """Remove them and return how many there were.

    Args:
        services: store and database.
        older_than: younger files may belong to a photo that is being saved right now, and stay.
    """
    with services.database.reading() as session:
        known = repository.evidence_names(session)
    return services.evidence.remove_orphans(known, older_than)
