"""What administrators do with accounts; the command line's ``user add`` comes here too."""

from __future__ import annotations

from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts import repository
from deskcheck_service.accounts.rights import Principal
from deskcheck_service.accounts.schemas import AuditOut, AuditPage, Grant, UserChange, UserNew, UserOut
from deskcheck_service.accounts.secrets import hash_password
from deskcheck_service.accounts.service import user_out
from deskcheck_service.errors import CursorError, ExistsError, LastAdministratorError, NotFoundError, RequestError
from deskcheck_service.tables import Role, User, UserRole, utc_now


def _check_grants(session: Session, grants: list[Grant]) -> None:
    if any(grant.centre_id is not None and grant.area_id is not None for grant in grants):
        raise RequestError(problem="a role holds for a centre or for an area, not both")
    centres = {grant.centre_id for grant in grants if grant.centre_id is not None}
    areas = {grant.area_id for grant in grants if grant.area_id is not None}
    if not repository.places_exist(session, centres, areas):
        raise NotFoundError(what="centre_id / area_id")


def _rows(grants: list[Grant]) -> list[UserRole]:
    return [UserRole(role=grant.role, centre_id=grant.centre_id, area_id=grant.area_id) for grant in grants]


def list_users(session: Session) -> list[UserOut]:
    """Return every account."""
    return [user_out(user) for user in repository.all_users(session)]


def add_user(session: Session, actor: Principal | str, body: UserNew) -> UserOut:
    """Add an account.

    Args:
        session: a writing session.
        actor: the administrator, or a plain name such as "command line".
        body: name, password, roles.

    Raises:
        ExistsError: the name is taken.
        NotFoundError: a role names a centre or area that does not exist.
    """
    name = body.name.lower()
    if repository.user_by_name(session, name) is not None:
        raise ExistsError(what=name)
    _check_grants(session, body.roles)
    user = User(
        name=name,
        display_name=body.display_name,
        password_hash=hash_password(body.password),
        language=body.language,
        active=True,
        created_at=utc_now(),
        roles=_rows(body.roles),
    )
    session.add(user)
    session.flush()
    audit.record(session, actor, "user.add", "user", name, _grants_text(body.roles))
    return user_out(user)


def _grants_text(grants: list[Grant]) -> str:
    return ", ".join(f"{g.role}@{_where(g)}" for g in grants)


def _where(grant: Grant) -> str:
    if grant.centre_id is not None:
        return f"centre {grant.centre_id}"
    return f"area {grant.area_id}" if grant.area_id is not None else "all"


def change_user(session: Session, actor: Principal | str, user_id: int, body: UserChange) -> UserOut:
    """Change an account; a new password or switching it off ends its browser sessions.

    Raises:
        NotFoundError: there is no such account, centre or area.
        LastAdministratorError: nobody would be left to administer.
    """
    repository.lock_accounts(session)
    user = repository.user_by_id(session, user_id)
    if user is None:
        raise NotFoundError(what=f"user {user_id}")
    if body.roles is not None:
        _check_grants(session, body.roles)
        user.roles = _rows(body.roles)
    if body.active is not None:
        user.active = body.active
    if body.display_name is not None:
        user.display_name = body.display_name
    if body.password is not None:
        user.password_hash = hash_password(body.password)
    if body.password is not None or not user.active:
        repository.end_sessions_of(session, user.id)
    session.flush()
    if not _administers(user) and repository.other_administrators(session, user.id) == 0:
        raise LastAdministratorError
    changed = ", ".join(sorted(body.model_fields_set))
    audit.record(session, actor, "user.change", "user", user.name, changed)
    return user_out(user)


def _administers(user: User) -> bool:
    everywhere = (r for r in user.roles if r.centre_id is None and r.area_id is None)
    return user.active and any(role.role is Role.ADMINISTRATOR for role in everywhere)


def list_audit(session: Session, after: str | None, limit: int = 100) -> AuditPage:
    """Return entries of the audit log, newest first.

    Raises:
        CursorError: ``after`` is not a page mark.
    """
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise CursorError
    rows = audit.page(session, int(after) if after else None, limit + 1)
    items = [
        AuditOut(
            id=row.id,
            at=row.at,
            actor_name=row.actor_name,
            action=row.action,
            subject_kind=row.subject_kind,
            subject=row.subject,
            detail=row.detail,
            address=row.address,
            request_id=row.request_id,
        )
        for row in rows[:limit]
    ]
    return AuditPage(items=items, next=str(items[-1].id) if len(rows) > limit else None)
