"""``deskcheck settings`` and the one way in which commands read the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from deskcheck_service.settings import Settings


class SettingsError(DeskcheckError):
    """An environment variable has a value that cannot be used."""

    code = "cli.settings"
    zh = "设置 {name} 的值“{value}”不可用：{reason}。"
    en = "The setting {name} cannot be '{value}': {reason}."
    next_zh = "请修改该环境变量；运行 deskcheck settings 查看全部设置及其范围。"
    next_en = "Change that environment variable; docs/settings.md lists every setting with its range."


def read_settings() -> Settings:
    """Return the settings of the environment; from then on, log lines go to standard error as they ask.

    Raises:
        SettingsError: one has a value that cannot be used; the first one is named.
    """
    from pydantic import ValidationError

    from deskcheck_service.logs import configure_command_logging
    from deskcheck_service.settings import Settings

    try:
        settings = Settings()
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "?"
        value = _shown(field, first["input"])
        raise SettingsError(name=variable(field), value=value, reason=str(first["msg"]).rstrip(".")) from exc
    configure_command_logging(settings)
    return settings


def variable(field: str) -> str:
    """Return the environment variable of a settings field."""
    return f"DESKCHECK_{field.upper()}"


def _shown(field: str, value: Any) -> str:
    """Return a value for people: a database URL without its password, and never a key."""
    text = "***" if field in {"secret_keys", "metrics_token"} and value is not None else str(value)
    if field != "database_url" or "@" not in text:
        return text
    scheme, _, rest = text.partition("://")
    account, _, place = rest.rpartition("@")
    return f"{scheme}://{account.partition(':')[0]}:***@{place}"


def settings(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """列出全部设置 / list every setting, its value, and the environment variable that changes it."""
    terminal = terminal_of(context)
    current = read_settings()
    fields = type(current).model_fields
    values = {name: _shown(name, getattr(current, name)) for name in fields}
    if as_json:
        terminal.json({variable(name): value for name, value in values.items()}, indent=2)
        return 0
    default = {name: "" if name in current.model_fields_set else "*" for name in fields}
    terminal.table(
        "设置（* 为默认值）" if terminal.language == "zh" else "settings (* default)",
        ["variable", "value", "", "description"],
        [(variable(name), values[name], default[name], field.description or "") for name, field in fields.items()],
    )
    return 0
