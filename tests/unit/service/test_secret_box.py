"""Stored secrets: encrypted, readable with older keys, never with none, and their keys for the owner alone."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest
from deskcheck_service.errors.secrets import SecretKeysError, SecretUnreadableError
from deskcheck_service.secret_box import SecretBox, key_file, keys_in, new_key, read_key_file, write_key_file
from deskcheck_service.settings import Settings

TEXT = "钥匙 p@ss:w/rd?"


def box(*keys: str) -> SecretBox:
    return SecretBox(Settings(secret_keys=",".join(keys)))


def test_secret_comes_back_and_does_not_show() -> None:
    key = new_key()
    secret = box(key).encrypt(TEXT)
    assert "p@ss" not in secret
    assert secret.isascii()
    assert secret != box(key).encrypt(TEXT)
    assert box(key).decrypt(secret) == TEXT


def test_older_keys_read_and_the_first_one_writes() -> None:
    old, new = new_key(), new_key()
    secret = box(old).encrypt(TEXT)
    assert box(new, old).decrypt(secret) == TEXT
    again = box(new, old).renewed(secret)
    assert box(new).decrypt(again) == TEXT
    with pytest.raises(SecretUnreadableError):
        box(new).decrypt(secret)
    with pytest.raises(SecretUnreadableError):
        box(new).renewed(secret)


@pytest.mark.parametrize("secret", ["", "p", "gAAAAA==", "口令"])
def test_damaged_secret_is_told(secret: str) -> None:
    with pytest.raises(SecretUnreadableError):
        box(new_key()).decrypt(secret)


def test_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(secret_key_file=tmp_path / "new" / "keys")
    with pytest.raises(SecretKeysError, match="No such file"):
        SecretBox(settings).decrypt("x")
    secret = SecretBox(settings).encrypt(TEXT)
    path = key_file(settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SecretBox(settings).decrypt(secret) == TEXT
    assert [one.name for one in path.parent.iterdir()] == ["keys"]


def test_key_file_stands_beside_the_sqlite_file(tmp_path: Path) -> None:
    assert key_file(Settings(database_url=f"sqlite:///{tmp_path}/d.db")) == tmp_path / "secret-keys"
    assert key_file(Settings(database_url="postgresql://h/d")) == Path("deskcheck-data/secret-keys")


def test_processes_that_make_the_file_at_once_share_one_key(tmp_path: Path) -> None:
    settings = Settings(secret_key_file=tmp_path / "keys")
    barrier = Barrier(8)
    secrets: list[str] = []

    def work() -> None:
        barrier.wait()
        secrets.append(SecretBox(settings).encrypt(TEXT))

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_key_file(tmp_path / "keys")) == 1
    assert [SecretBox(settings).decrypt(one) for one in secrets] == [TEXT] * 8


@pytest.mark.parametrize("text", ["", "# nothing\n", "\xff"])
def test_file_without_a_key_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SecretKeysError):
        read_key_file(path)


def test_bad_key_is_told_and_not_repeated() -> None:
    with pytest.raises(SecretKeysError) as caught:
        box("hunter2", new_key()).encrypt(TEXT)
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_keys_are_read_by_commas_spaces_and_lines() -> None:
    assert keys_in("# first is current\na, b\nc d\n") == ["a", "b", "c", "d"]


def test_keys_stay_out_of_the_settings_words(tmp_path: Path) -> None:
    key = new_key()
    settings = Settings(secret_keys=key)
    assert key not in repr(settings) + str(settings) + repr(SecretBox(settings)) + settings.model_dump_json()
    path = tmp_path / "keys"
    write_key_file(path, ["b", "a"])
    assert read_key_file(path) == ["b", "a"]
    assert path.stat().st_mode & 0o777 == 0o600
