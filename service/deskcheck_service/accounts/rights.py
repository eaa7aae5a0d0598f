"""Which roles may use which route: the one table, asked by the one dependency that guards every route."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from deskcheck_service.errors import ForbiddenError
from deskcheck_service.tables import DEFAULT_TIME_ZONE, Role

_I, _S, _A = Role.INSPECTOR, Role.SUPERVISOR, Role.ADMINISTRATOR
ANYONE: frozenset[Role] = frozenset()
EVERY_ROLE = frozenset({_I, _S, _A})
_SEES = EVERY_ROLE
_UPLOADS = frozenset({_I, _S})
_REVIEWS = frozenset({_S})
_LAYOUTS = frozenset({_S, _A})
_ADMINISTERS = frozenset({_A})

# Routes that need no log-in at all.
PUBLIC = frozenset({"log_in", "health", "ready"})

# Route name -> roles, one of which is needed. An empty set: any person who is logged in, whatever their roles.
ROUTES: MappingProxyType[str, frozenset[Role]] = MappingProxyType(
    {
        "log_out": ANYONE,
        "me": ANYONE,
        "change_me": ANYONE,
        "change_password": ANYONE,
        "list_tokens": ANYONE,
        "make_token": ANYONE,
        "revoke_token": ANYONE,
        "list_users": _ADMINISTERS,
        "add_user": _ADMINISTERS,
        "change_user": _ADMINISTERS,
        "list_audit": _ADMINISTERS,
        "list_centres": _SEES,
        "add_centre": _ADMINISTERS,
        "list_areas": _SEES,
        "add_area": _ADMINISTERS,
        "list_windows": _SEES,
        "add_window": _ADMINISTERS,
        "window_detail": _SEES,
        "window_stickers": _SEES,
        "list_layouts": _SEES,
        "add_layout": _LAYOUTS,
        "read_layout": _SEES,
        "approve_layout": _LAYOUTS,
        "retire_layout": _LAYOUTS,
        "put_view": _LAYOUTS,
        "restore_layout": _LAYOUTS,
        "layout_changes": _SEES,
        "try_layout": _LAYOUTS,
        "list_desk_types": _LAYOUTS,
        "add_desk_type": _LAYOUTS,
        "change_desk_type": _LAYOUTS,
        "remove_desk_type": _LAYOUTS,
        "give_desk_type": _LAYOUTS,
        "set_desk_type": _LAYOUTS,
        "list_waiting_layouts": _LAYOUTS,
        "approve_layouts": _LAYOUTS,
        "list_copy_candidates": _LAYOUTS,
        "copy_layout": _LAYOUTS,
        "list_policy_presets": ANYONE,
        "read_draft": _LAYOUTS,
        "save_draft": _LAYOUTS,
        "discard_draft": _LAYOUTS,
        "submit_draft": _LAYOUTS,
        "try_draft": _LAYOUTS,
        "still_stickers": _LAYOUTS,
        "list_stills": _LAYOUTS,
        "add_still": _LAYOUTS,
        "list_tidy_pictures": _LAYOUTS,
        "look_at_pictures": _LAYOUTS,
        "propose_zones": _LAYOUTS,
        "still_lens": _LAYOUTS,
        "check_photo": _UPLOADS,
        "window_history": _SEES,
        "list_judgements": _SEES,
        "read_judgement": _SEES,
        "read_evidence": _SEES,
        "list_cameras": _SEES,
        "add_camera": _ADMINISTERS,
        "read_camera": _SEES,
        "change_camera": _ADMINISTERS,
        "remove_camera": _ADMINISTERS,
        "link_view": _LAYOUTS,
        "unlink_view": _LAYOUTS,
        "check_camera": _UPLOADS,
        "list_looks": _SEES,
        "reactivate_camera": _LAYOUTS,
        "list_camera_tasks": _SEES,
        "list_schedules": _SEES,
        "add_schedule": _LAYOUTS,
        "read_schedule": _SEES,
        "change_schedule": _LAYOUTS,
        "change_route": _LAYOUTS,
        "add_usual_schedules": _LAYOUTS,
        "read_calendar": _SEES,
        "set_calendar_day": _LAYOUTS,
        "clear_calendar_day": _LAYOUTS,
        "import_calendar": _LAYOUTS,
        "read_day_marks": _SEES,
        "list_rounds": _SEES,
        "start_round": _LAYOUTS,
        "read_round": _SEES,
        "read_source": _LAYOUTS,
        "set_source": _ADMINISTERS,
        "clear_source": _ADMINISTERS,
        "try_source": _LAYOUTS,
        "list_permits": _SEES,
        "grant_permits": _LAYOUTS,
        "revoke_permit": _LAYOUTS,
        "list_findings": _SEES,
        "count_findings": _SEES,
        "read_finding": _SEES,
        "review_finding": _REVIEWS,
        "undo_review": _REVIEWS,
        "list_problems": _SEES,
        "read_problem": _SEES,
        "list_targets": _ADMINISTERS,
        "add_target": _ADMINISTERS,
        "switch_target": _ADMINISTERS,
        "list_dead_messages": _ADMINISTERS,
        "replay_messages": _ADMINISTERS,
        "reconcile_target": _ADMINISTERS,
        "compare_target": _ADMINISTERS,
        "today_map": _SEES,
        "list_camera_health": _SEES,
        "read_camera_health": _SEES,
        "list_camera_troubles": _SEES,
        "list_rules": ANYONE,
        "list_classes": ANYONE,
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the installation that a person's roles reach.

    Attributes:
        everything: no limit; the two sets are then empty.
        centre_ids: whole centres.
        area_ids: single areas.
    """

    everything: bool
    centre_ids: frozenset[int] = frozenset()
    area_ids: frozenset[int] = frozenset()

    def reaches(self, centre_id: int, area_id: int) -> bool:
        """True if an area of a centre is within it."""
        return self.everything or centre_id in self.centre_ids or area_id in self.area_ids


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """One role of a person with where it holds."""

    role: Role
    centre_id: int | None = None
    area_id: int | None = None


def scope_of(grants: Iterable[RoleGrant]) -> Scope:
    """Return what roles reach together."""
    grants = tuple(grants)
    if any(grant.centre_id is None and grant.area_id is None for grant in grants):
        return Scope(everything=True)
    centres = frozenset(grant.centre_id for grant in grants if grant.centre_id is not None)
    areas = frozenset(grant.area_id for grant in grants if grant.area_id is not None)
    return Scope(everything=False, centre_ids=centres, area_ids=areas)


@dataclass(frozen=True, slots=True)
class Principal:
    """The person who makes a request.

    Attributes:
        user_id: key of the account.
        name: log-in name.
        display_name: name shown to people.
        language: chosen language; None follows the browser.
        grants: roles and where they hold.
        time_zone: of the first centre that the roles reach, in which days begin and end for this person.
        session_id: key of the browser session; None for a program with a token.
        csrf_token: the session's token that unsafe requests repeat; None for a program.
        address: network address of the caller.
        request_id: id of the request, for the audit log.
    """

    user_id: int
    name: str
    display_name: str
    language: str | None
    grants: tuple[RoleGrant, ...]
    time_zone: str = DEFAULT_TIME_ZONE
    session_id: int | None = None
    csrf_token: str | None = None
    address: str = ""
    request_id: str = ""

    def has(self, *roles: Role) -> bool:
        """True if the person has one of the roles anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def scope(self, *roles: Role) -> Scope:
        """Return where the person has one of the roles; with none given, any role."""
        wanted = roles or tuple(Role)
        return scope_of(grant for grant in self.grants if grant.role in wanted)


def scope_of_actor(actor: Principal | str, *roles: Role) -> Scope:
    """Return where someone has one of the roles; a plain name, such as the command line's, reaches everything."""
    return actor.scope(*roles) if isinstance(actor, Principal) else Scope(everything=True)


def needed_roles(route: str) -> frozenset[Role]:
    """Return the roles of which a route needs one.

    Raises:
        KeyError: the route is not in the table; ``check_routes`` finds that when the application is built.
    """
    return ROUTES[route]


def authorise(principal: Principal, route: str) -> None:
    """Let the person through or not.

    Raises:
        ForbiddenError: none of the needed roles is theirs.
    """
    needed = needed_roles(route)
    if needed and not principal.has(*needed):
        raise ForbiddenError(needed=" / ".join(sorted(needed)))
