"""``deskcheck secrets``: the keys under which passwords of cameras and secrets of webhooks are stored."""

from __future__ import annotations

from typing import Annotated

import typer

from deskcheck_service.cli.options import Lang
from deskcheck_service.cli.service_access import ACTOR, opened_database
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

app = typer.Typer(name="secrets", help="密码的加密密钥 / keys of stored passwords.", no_args_is_help=True)

_EXIT_SOME_UNREADABLE = 1


@app.command("new-key")
def make_key(context: typer.Context, lang: Lang = None) -> int:
    """生成新密钥 / make a new key: in front of those of the key file, or shown where the keys are a setting."""
    from deskcheck_service.secret_box import key_file, make_key_file, new_key, read_key_file, write_key_file

    terminal, settings = terminal_of(context), read_settings()
    if settings.secret_keys is not None:
        terminal.line(new_key())
        terminal.note(
            "请放在 DESKCHECK_SECRET_KEYS 最前面，旧密钥保留在后；重启后运行 deskcheck secrets rotate。",
            "Put it first in DESKCHECK_SECRET_KEYS, the old ones after it; restart, run deskcheck secrets rotate.",
        )
        return 0
    path = key_file(settings)
    if path.exists():
        write_key_file(path, [new_key(), *read_key_file(path)])
    else:
        make_key_file(path)
    terminal.say(
        f"新密钥已写入 {path}，此后加密都用它；请运行 deskcheck secrets rotate。",
        f"A new key is in {path} and encrypts from now on; run deskcheck secrets rotate.",
    )
    return 0


@app.command("rotate")
def rotate(
    context: typer.Context,
    forget_old: Annotated[
        bool,
        typer.Option("--forget-old", help="随后从密钥文件删除旧密钥 / then take the old keys out of the key file."),
    ] = False,
    lang: Lang = None,
) -> int:
    """用当前密钥重新加密全部密码 / encrypt every stored password anew; exit 1 if some cannot be read."""
    from deskcheck_service import secret_rows
    from deskcheck_service.secret_box import SecretBox, key_file, read_key_file, write_key_file

    terminal, settings = terminal_of(context), read_settings()
    with opened_database(settings) as database, database.writing() as session:
        found = secret_rows.rotate(session, ACTOR, SecretBox(settings))
    terminal.say(f"已重新加密 {found.renewed} 项。", f"{found.renewed} encrypted anew.")
    for name in found.unreadable:
        terminal.note(f"无法解密，未改动：{name}", f"Cannot be decrypted and stays as it is: {name}")
    if found.unreadable:
        return _EXIT_SOME_UNREADABLE
    if forget_old and settings.secret_keys is None:
        path = key_file(settings)
        write_key_file(path, read_key_file(path)[:1])
        terminal.say(f"{path} 中只保留了当前密钥。", f"{path} holds the current key alone now.")
    return 0
