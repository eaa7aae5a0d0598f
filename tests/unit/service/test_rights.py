"""What a person's roles reach."""

from __future__ import annotations

import pytest
from deskcheck_service.accounts.rights import ROUTES, Principal, RoleGrant, Scope, authorise
from deskcheck_service.errors import ForbiddenError
from deskcheck_service.tables import Role


def person(*grants: RoleGrant) -> Principal:
    return Principal(1, "li", "Li", None, grants)


@pytest.mark.parametrize(
    ("grants", "reached"),
    [
        ((), {}),
        ((RoleGrant(Role.INSPECTOR),), {(1, 10), (1, 11), (2, 20)}),
        ((RoleGrant(Role.INSPECTOR, centre_id=1),), {(1, 10), (1, 11)}),
        ((RoleGrant(Role.INSPECTOR, area_id=11),), {(1, 11)}),
        ((RoleGrant(Role.INSPECTOR, area_id=11), RoleGrant(Role.INSPECTOR, centre_id=2)), {(1, 11), (2, 20)}),
    ],
)
def test_scope(grants: tuple[RoleGrant, ...], reached: set[tuple[int, int]]) -> None:
    scope = person(*grants).scope()
    places = [(1, 10), (1, 11), (2, 20)]
    assert {place for place in places if scope.reaches(*place)} == set(reached)


def test_a_role_reaches_where_that_role_was_given_and_no_further() -> None:
    mixed = person(RoleGrant(Role.INSPECTOR), RoleGrant(Role.SUPERVISOR, area_id=11))
    assert mixed.scope(Role.SUPERVISOR) == Scope(everything=False, area_ids=frozenset({11}))
    assert mixed.scope().everything


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_lets_its_roles_through_and_names_them_to_others(route: str) -> None:
    for role in Role:
        allowed = not ROUTES[route] or role in ROUTES[route]
        if allowed:
            authorise(person(RoleGrant(role)), route)
        else:
            with pytest.raises(ForbiddenError) as refused:
                authorise(person(RoleGrant(role)), route)
            assert all(one.value in str(refused.value.facts["needed"]) for one in ROUTES[route])


def test_administrators_cannot_touch_results() -> None:
    administrator = person(RoleGrant(Role.ADMINISTRATOR))
    for route in ("check_photo", "review_finding", "undo_review"):
        with pytest.raises(ForbiddenError):
            authorise(administrator, route)
