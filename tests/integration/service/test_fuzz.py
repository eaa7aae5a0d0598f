"""Every operation of the API with generated input: no server error, and answers as described."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import schemathesis
from deskcheck_service.accounts.secrets import token_sha256
from deskcheck_service.app import create_app
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import ApiToken, Role, User, UserRole, utc_now
from hypothesis import HealthCheck, settings
from photos import services_that_know
from postgresql import in_database
from real_server import served as served_app
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from seed_queue import seed_queue
from service_kit import Hall, approve, make_hall
from sqlalchemy import delete, select, update

pytestmark = [pytest.mark.fuzz, pytest.mark.filterwarnings("default")]
TOKEN = "fuzz-token"
Served = tuple[Services, Hall]
_FOREVER = utc_now().replace(year=2199)


@pytest.fixture(scope="module")
def served(postgresql_uri: str, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A hall with findings in PostgreSQL, the stricter of the two databases, made once for all operations."""
    with psycopg.connect(postgresql_uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE fuzz TEMPLATE "{postgresql_template}"')
    chosen = Settings(
        database_url=in_database(postgresql_uri, "fuzz"),
        evidence_url=str(tmp_path_factory.mktemp("evidence")),
        log_level="error",
    )
    made = services_that_know(chosen)
    hall = make_hall(made)
    approve(made, "A01")
    seed_queue(made.database, 50)
    yield made, hall
    made.close()


@pytest.fixture(scope="module")
def address(served: Served) -> Iterator[str]:
    with served_app(create_app(served[0].settings, served[0])) as url:
        yield url


# Only described here, so nothing is opened: the address of the database is nobody's.
_UNOPENED = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", evidence_url="memory://unopened")
SCHEMA = schemathesis.openapi.from_dict(create_app(_UNOPENED).openapi())


def _restore_person(services: Services, hall: Hall) -> None:
    """Give the fuzzing person every role and a live token again: some operations take them away."""
    key = hall.users["nobody"]
    with services.database.writing() as session:
        session.execute(update(User).where(User.id == key).values(active=True))
        session.execute(delete(UserRole).where(UserRole.user_id == key))
        session.add_all(UserRole(user_id=key, role=role) for role in Role)
        token = session.scalar(select(ApiToken).where(ApiToken.token_sha256 == token_sha256(TOKEN)))
        if token is None:
            token = ApiToken(
                user_id=key, name="fuzz", token_sha256=token_sha256(TOKEN), created_at=utc_now(), expires_at=_FOREVER
            )
            session.add(token)
        token.revoked_at = None


@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_operation(case: schemathesis.Case, served: Served, address: str) -> None:
    _restore_person(*served)
    case.call_and_validate(
        base_url=address,
        headers={"Authorization": f"Bearer {TOKEN}"},
        checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
    )
