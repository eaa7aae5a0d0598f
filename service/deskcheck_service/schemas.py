"""What several parts of the API say in the same way; pages render these very objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

LanguageCode = Literal["zh", "en"]
Code = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _plausible(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:
        raise ValueError("a time between 2000 and 2200 is expected")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
Identifier = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Schema(BaseModel):
    """Base of every schema: nothing unknown is accepted, nothing is changed after it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Schema):
    """The same words in Chinese and English."""

    zh: str
    en: str

    def in_language(self, language: LanguageCode) -> str:
        """Return the words in one language."""
        return self.zh if language == "zh" else self.en


class ErrorDetail(Schema):
    """What went wrong and what to do. ``message`` is in the caller's language."""

    code: str
    message: str
    message_zh: str
    message_en: str
    next_step: str
    facts: dict[str, object] = {}
    request_id: str


class ErrorBody(Schema):
    """The one shape of every error."""

    error: ErrorDetail


class Person(Schema):
    """Someone who did something, as shown to others."""

    id: int
    name: str
    display_name: str
