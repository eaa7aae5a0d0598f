"""``deskcheck user``: accounts, the first administrator among them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.service_access import ACTOR, ask_password, fitted, opened_database
from deskcheck_service.cli.terminal import terminal_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from deskcheck_service.accounts.schemas import UserOut
    from deskcheck_service.tables import User

app = typer.Typer(name="user", help="账号 / accounts.", no_args_is_help=True)


class RoleName(StrEnum):
    """The roles, spelled out here so that --help need not load the database's tables; a test keeps them the same."""

    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


Name = Annotated[str, typer.Argument(metavar="NAME", help="登录名 / log-in name.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读取密码 / read the password from standard input.")
]


@app.command("add")
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[
        list[RoleName] | None,
        typer.Option("--role", help="角色，可重复 / role, may be repeated; default: inspector."),
    ] = None,
    display_name: Annotated[
        str | None, typer.Option("--display-name", help="显示姓名 / name shown to people; default: NAME.")
    ] = None,
    centre: Annotated[
        str | None, typer.Option("--centre", help="角色限于该中心 / code of the one centre that the roles reach.")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", help="角色限于该责任区 / code of the one area of --centre.")
    ] = None,
    language: Annotated[Literal["zh", "en"] | None, typer.Option("--language", help="页面语言 / language.")] = None,
    password_stdin: FromStdin = False,
    lang: Lang = None,
) -> int:
    """新建账号（首位管理员也由此建立） / add an account; this is how the first administrator comes to be."""
    from deskcheck_service.accounts import people
    from deskcheck_service.accounts.schemas import UserNew

    terminal = terminal_of(context)
    with opened_database() as database:
        password = ask_password(from_stdin=password_stdin, zh=f"{name} 的密码", en=f"password of {name}")
        with database.writing() as session:
            place = _place(session, centre, area)
            body = fitted(
                UserNew,
                name=name,
                display_name=display_name or name,
                password=password,
                language=language,
                roles=[{"role": one, **place} for one in role or [RoleName.INSPECTOR]],
            )
            user = people.add_user(session, ACTOR, body)
            administered = any(_administers(one) for one in people.list_users(session))
    terminal.say(f"已建立账号 {user.name}（{_roles(user)}）。", f"Added {user.name} ({_roles(user)}).")
    if not administered:
        terminal.note(
            "注意：还没有管理员，请用 --role administrator 建立一位。",
            "Note: there is no administrator yet; add one with --role administrator.",
        )
    return 0


@app.command("list")
def list_users(context: typer.Context, as_json: Json = False, lang: Lang = None) -> int:
    """列出账号 / list the accounts."""
    from deskcheck_service.accounts import people

    terminal = terminal_of(context)
    with opened_database() as database, database.reading() as session:
        users = people.list_users(session)
    if as_json:
        terminal.json({"users": [user.model_dump(mode="json") for user in users]})
        return 0
    chinese = terminal.language == "zh"
    states = ("启用", "停用") if chinese else ("active", "off")
    terminal.table(
        "",
        ["登录名", "姓名", "角色", "状态"] if chinese else ["name", "display name", "roles", "state"],
        [(user.name, user.display_name, _roles(user), states[0 if user.active else 1]) for user in users],
    )
    return 0


@app.command("disable")
def disable(context: typer.Context, name: Name, lang: Lang = None) -> int:
    """停用账号并结束其登录 / switch an account off and end its log-ins; its history stays."""
    terminal = terminal_of(context)
    _change(name, active=False)
    terminal.say(f"已停用账号 {name}。", f"Switched {name} off.")
    return 0


@app.command("enable")
def enable(context: typer.Context, name: Name, lang: Lang = None) -> int:
    """重新启用账号 / switch an account on again."""
    terminal = terminal_of(context)
    _change(name, active=True)
    terminal.say(f"已启用账号 {name}。", f"Switched {name} on.")
    return 0


@app.command("set-password")
def set_password(context: typer.Context, name: Name, password_stdin: FromStdin = False, lang: Lang = None) -> int:
    """设置新密码并结束其登录 / set a new password and end the account's log-ins."""
    terminal = terminal_of(context)
    password = ask_password(from_stdin=password_stdin, zh=f"{name} 的新密码", en=f"new password of {name}")
    _change(name, password=password)
    terminal.say(f"已设置 {name} 的新密码。", f"Set a new password for {name}.")
    return 0


def user_of(session: Session, name: str) -> User:
    """Return the account of a log-in name.

    Raises:
        NotFoundError: there is none.
    """
    from deskcheck_service.accounts import repository
    from deskcheck_service.errors import NotFoundError

    user = repository.user_by_name(session, name)
    if user is None:
        raise NotFoundError(what=f"user {name}")
    return user


def _change(name: str, **change: Any) -> None:
    from deskcheck_service.accounts import people
    from deskcheck_service.accounts.schemas import UserChange

    body = fitted(UserChange, **change)
    with opened_database() as database, database.writing() as session:
        people.change_user(session, ACTOR, user_of(session, name).id, body)


def _place(session: Session, centre_code: str | None, area_code: str | None) -> dict[str, int]:
    """Return the key that a role is limited to: of the area, else of the centre, else none."""
    from deskcheck_service.errors import NotFoundError
    from deskcheck_service.layouts import repository

    if centre_code is None:
        if area_code is not None:
            raise NotFoundError(what=f"area {area_code}: --centre?")
        return {}
    centre = repository.centre_by_code(session, centre_code)
    if centre is None:
        raise NotFoundError(what=f"centre {centre_code}")
    if area_code is None:
        return {"centre_id": centre.id}
    area = repository.area_by_code(session, centre.id, area_code)
    if area is None:
        raise NotFoundError(what=f"area {area_code}")
    return {"area_id": area.id}


def _administers(user: UserOut) -> bool:
    return user.active and any(grant.role == "administrator" for grant in user.roles)


def _roles(user: UserOut) -> str:
    return ", ".join(grant.role for grant in user.roles) or "-"
