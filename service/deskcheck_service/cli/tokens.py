"""``deskcheck token``: API tokens for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.service_access import fitted, opened_database
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of
from deskcheck_service.cli.users import user_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from deskcheck_service.accounts.rights import Principal

app = typer.Typer(name="token", help="API 令牌 / API tokens.", no_args_is_help=True)

Owner = Annotated[str, typer.Argument(metavar="USER", help="令牌所属账号 / account that the token acts for.")]


@app.command("add")
def add(
    context: typer.Context,
    user: Owner,
    name: Annotated[str, typer.Option("--name", help="用途 / what it is for.")],
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="有效天数 / days until it ends.")] = 90,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """新建令牌，密文只显示一次 / make a token; its secret is shown this once."""
    from deskcheck_service.accounts import service
    from deskcheck_service.accounts.schemas import TokenNew

    terminal, settings = terminal_of(context), read_settings()
    body = fitted(TokenNew, name=name, days=days)
    with opened_database(settings) as database, database.writing() as session:
        made = service.make_token(session, settings, _principal(session, user), body)
    if as_json:
        terminal.json({"id": made.token.id, "secret": made.secret, "expires_at": made.token.expires_at.isoformat()})
        return 0
    terminal.line(made.secret)
    terminal.note(
        f"令牌 {made.token.id} 到 {made.token.expires_at:%Y-%m-%d} 有效；请妥善保存，不会再次显示。",
        f"Token {made.token.id} is valid until {made.token.expires_at:%Y-%m-%d}. Keep it: it is not shown again.",
    )
    return 0


@app.command("list")
def list_tokens(context: typer.Context, user: Owner, as_json: Json = False, lang: Lang = None) -> int:
    """列出账号的令牌（不含密文） / list an account's tokens, without their secrets."""
    from deskcheck_service.accounts import service

    terminal = terminal_of(context)
    with opened_database() as database, database.reading() as session:
        tokens = service.list_tokens(session, _principal(session, user))
    if as_json:
        terminal.json({"tokens": [token.model_dump(mode="json") for token in tokens]})
        return 0
    terminal.table(
        "",
        ["id", "name", "created", "expires", "revoked"],
        [
            (
                str(token.id),
                token.name,
                f"{token.created_at:%Y-%m-%d}",
                f"{token.expires_at:%Y-%m-%d}",
                f"{token.revoked_at:%Y-%m-%d}" if token.revoked_at else "",
            )
            for token in tokens
        ],
    )
    return 0


@app.command("revoke")
def revoke(
    context: typer.Context,
    user: Owner,
    token_id: Annotated[int, typer.Argument(metavar="ID", help="令牌编号 / number of the token.")],
    lang: Lang = None,
) -> int:
    """作废令牌 / end a token now."""
    from deskcheck_service.accounts import service

    terminal = terminal_of(context)
    with opened_database() as database, database.writing() as session:
        service.revoke_token(session, _principal(session, user), token_id)
    terminal.say(f"令牌 {token_id} 已作废。", f"Token {token_id} has ended.")
    return 0


def _principal(session: Session, name: str) -> Principal:
    """Return the account as the API's own functions want it; they look at nothing but whose tokens they are."""
    from deskcheck_service.accounts.rights import Principal

    user = user_of(session, name)
    return Principal(user.id, user.name, user.display_name, None, ())
