"""How commands reach the service's own functions: the database opened and closed, values checked as the API does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.errors import PasswordMissingError
from deskcheck_service.cli.settings import read_settings

if TYPE_CHECKING:
    from pydantic import BaseModel

    from deskcheck_service.db import Database
    from deskcheck_service.services import Services
    from deskcheck_service.settings import Settings

# Who the audit log names where nobody is logged in.
ACTOR = "command line"

_Schema = TypeVar("_Schema", bound="BaseModel")


class ValueUnfitError(DeskcheckError):
    """A value is not one that the service takes."""

    code = "cli.value_unfit"
    zh = "{name} 的值不可用：{reason}。"
    en = "The value of {name} cannot be used: {reason}."
    next_zh = "请改正后重新运行。"
    next_en = "Correct it and run the command again."


@contextmanager
def opened_database(settings: Settings | None = None) -> Iterator[Database]:
    """Open the database of the settings, whose tables must be this program's.

    Raises:
        DatabaseError: it is absent, locked or of another version.
    """
    from deskcheck_service.db import Database
    from deskcheck_service.migrate import check_current

    chosen = settings or read_settings()
    require_existing(chosen)
    database = Database(chosen)
    try:
        check_current(database.engine)
        yield database
    finally:
        database.close()


@contextmanager
def opened_services(settings: Settings) -> Iterator[Services]:
    """Open everything that the service holds; the database's tables must be this program's.

    Raises:
        DatabaseError: it is absent, locked or of another version.
    """
    from deskcheck_service.migrate import check_current
    from deskcheck_service.services import build_services

    require_existing(settings)
    services = build_services(settings)
    try:
        check_current(services.database.engine)
        yield services
    finally:
        services.close()


def require_existing(settings: Settings) -> None:
    """Refuse a SQLite file that is not there: opening it would make an empty one.

    Raises:
        DatabaseAbsentError: there is none.
    """
    from deskcheck_service.errors import DatabaseAbsentError

    file = sqlite_file(settings)
    if file is not None and not file.is_file():
        raise DatabaseAbsentError(path=file)


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of a SQLite database; None for a server or a database in memory."""
    from sqlalchemy.engine import make_url

    url = make_url(settings.database_url)
    named = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(str(url.database)) if named else None


def fitted(schema: type[_Schema], **values: Any) -> _Schema:
    """Build a schema of the service from what a person typed.

    Raises:
        ValueUnfitError: a value is not accepted; a password is never repeated.
    """
    from pydantic import ValidationError

    try:
        return schema(**values)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or schema.__name__
        raise ValueUnfitError(name=name, reason=str(first["msg"]).rstrip(".")) from None


def ask_password(*, from_stdin: bool, zh: str, en: str) -> str:
    """Read a new password: twice from the terminal, or the first line of standard input.

    Raises:
        PasswordMissingError: none came.
    """
    import typer

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise PasswordMissingError(reason="stdin is empty")
        return password
    if not sys.stdin.isatty():
        raise PasswordMissingError(reason="stdin is not a terminal")
    answer: str = typer.prompt(f"{zh} / {en}", hide_input=True, confirmation_prompt=True, err=True)
    return answer
