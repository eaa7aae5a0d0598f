"""What the application holds for its whole life: settings, database, evidence store, the engine that judges."""

from __future__ import annotations

from dataclasses import dataclass

from deskcheck_service.db import Database
from deskcheck_service.engine import JudgeEngine
from deskcheck_service.evidence import EvidenceStore
from deskcheck_service.secret_box import SecretBox
from deskcheck_service.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Built once in ``create_app``.

    Attributes:
        settings: what was configured.
        database: connections and transactions.
        evidence: masked pictures by SHA-256.
        engine: the detector and the way of a picture.
    """

    settings: Settings
    database: Database
    evidence: EvidenceStore
    engine: JudgeEngine

    @property
    def secrets(self) -> SecretBox:
        """What encrypts and decrypts stored secrets, with the keys as they are now."""
        return SecretBox(self.settings)

    def close(self) -> None:
        """Close connections."""
        self.database.close()


def build_services(settings: Settings) -> Services:
    """Return the services of the settings; nothing is opened or loaded before it is used."""
    return Services(settings, Database(settings), EvidenceStore(settings.evidence_url), JudgeEngine(settings))
