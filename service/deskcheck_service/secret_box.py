"""Secrets that the service has to know again, such as cameras' passwords: encrypted before they reach the database.

Fernet (AES-128-CBC with HMAC-SHA256) by the package cryptography. There may be several keys: the first encrypts, all of
them decrypt, so that a key can be replaced while the service runs. Keys are read anew each time a box is made: a key
that was added is known to running processes at once.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deskcheck_service.errors.secrets import SecretKeysError, SecretUnreadableError
from deskcheck_service.settings import Settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_COMMENT = "#"
_HOME = Path("deskcheck-data")
_FILE_NAME = "secret-keys"


class SecretBox:
    """Encrypts and decrypts short texts with the installation's keys.

    Args:
        settings: with the keys themselves, or the file that holds them and is made where it is not there.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return "SecretBox()"

    def encrypt(self, text: str) -> str:
        """Return a text encrypted with the current key; ASCII, about 4/3 as long and 100 characters more.

        Raises:
            SecretKeysError: the keys cannot be read or made.
        """
        return self._fernet(make=True).encrypt(text.encode()).decode("ascii")

    def decrypt(self, secret: str) -> str:
        """Return what was encrypted.

        Raises:
            SecretKeysError: the keys cannot be read.
            SecretUnreadableError: none of the keys fits, or the text is damaged.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(secret.encode()).decode()
        except (InvalidToken, ValueError) as exc:
            raise SecretUnreadableError from exc

    def renewed(self, secret: str) -> str:
        """Return a stored secret encrypted anew with the current key.

        Raises:
            SecretKeysError: the keys cannot be read.
            SecretUnreadableError: none of the keys fits, or the text is damaged.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().rotate(secret.encode()).decode("ascii")
        except (InvalidToken, ValueError) as exc:
            raise SecretUnreadableError from exc

    def _fernet(self, *, make: bool = False) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        keys, place = self._keys(make=make)
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            # Without the cause: its text could repeat a key.
            raise SecretKeysError(
                place=place, reason_zh="其中一行不是 Fernet 密钥", reason="one of them is no Fernet key"
            ) from None

    def _keys(self, *, make: bool) -> tuple[list[str], str]:
        if self._settings.secret_keys is not None:
            return keys_in(self._settings.secret_keys.get_secret_value()), "DESKCHECK_SECRET_KEYS"
        path = key_file(self._settings)
        if make and not path.exists():
            make_key_file(path)
        return read_key_file(path), str(path)


def key_file(settings: Settings) -> Path:
    """Return where the keys are where they are not in a setting."""
    from sqlalchemy.engine import make_url

    if settings.secret_key_file is not None:
        return settings.secret_key_file
    url = make_url(settings.database_url)
    embedded = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return (Path(str(url.database)).parent if embedded else _HOME) / _FILE_NAME


def keys_in(text: str) -> list[str]:
    """Return the keys of a text, by commas, spaces or lines; comment lines are left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(_COMMENT)]
    return " ".join(lines).replace(",", " ").split()


def new_key() -> str:
    """Return a new random key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode("ascii")


def read_key_file(path: Path) -> list[str]:
    """Return the keys of a file, the current one first.

    Raises:
        SecretKeysError: it cannot be read, or holds none.
    """
    try:
        keys = keys_in(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else "not a text file"
        raise SecretKeysError(place=path, reason_zh=reason, reason=reason) from None
    if not keys:
        raise SecretKeysError(place=path, reason_zh="文件中没有密钥", reason="it holds no key")
    return keys


def make_key_file(path: Path) -> None:
    """Make a file with one new key that its owner alone may read; where another process was first, theirs stays.

    Raises:
        SecretKeysError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = _written(path, [new_key()])
        try:
            os.link(whole, path)  # unlike a rename it never replaces
        except FileExistsError:
            pass
        finally:
            whole.unlink()
    except OSError as exc:
        raise SecretKeysError(place=path, reason_zh=exc.strerror or "-", reason=exc.strerror or "-") from exc


def write_key_file(path: Path, keys: list[str]) -> None:
    """Replace a key file as a whole.

    Raises:
        SecretKeysError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _written(path, keys).replace(path)
    except OSError as exc:
        raise SecretKeysError(place=path, reason_zh=exc.strerror or "-", reason=exc.strerror or "-") from exc


def _written(path: Path, keys: list[str]) -> Path:
    """Write keys to a file beside ``path``, of mode 0600, and return it."""
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{_COMMENT} Keys of deskcheck's stored secrets, the current one first. Keep a copy; show nobody.\n")
        file.writelines(f"{key}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
