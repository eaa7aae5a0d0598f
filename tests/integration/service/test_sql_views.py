"""docs/sql-view.md against the real views, and its reader against a real PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from deskcheck_service.services import Services
from deskcheck_service.tables import FindingRow, utc_now
from deskcheck_service.tables.problems import Problem, ProblemSighting
from seed_queue import seed_queue
from service_kit import Hall
from sqlalchemy import inspect, select, text, update

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "sql-view.md").read_text(encoding="utf-8")
VIEWS = ("deskcheck_problems_v1", "deskcheck_findings_v1")


def documented(view: str) -> list[str]:
    section = re.search(rf"^## {view}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section
    return re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE)


@pytest.mark.parametrize("view", VIEWS)
def test_page_says_the_columns_of_the_view_in_their_order(services: Services, view: str) -> None:
    columns = [column["name"] for column in inspect(services.database.engine).get_columns(view)]
    assert documented(view) == columns
    assert sorted(inspect(services.database.engine).get_view_names()) == sorted(VIEWS)


@pytest.fixture
def filled(services: Services, hall: Hall) -> Services:
    """Ten findings, the first two of them sightings of one problem."""
    seed_queue(services.database, 10)
    with services.database.writing() as session:
        first, second = session.scalars(select(FindingRow).order_by(FindingRow.id).limit(2)).all()
        problem = Problem(
            window_id=first.window_id, area_id=first.area_id, centre_id=first.centre_id, rule=first.rule, item="cup",
            place="", first_seen=first.taken_at, last_seen=utc_now(), seen_count=2, best_finding_id=second.id,
            standing_id=second.id,
        )  # fmt: skip
        session.add(problem)
        session.flush()
        session.add_all(ProblemSighting(problem_id=problem.id, finding_id=one.id) for one in (first, second))
        session.execute(update(FindingRow).where(FindingRow.id == first.id).values(stands=False))
        session.execute(update(FindingRow).where(FindingRow.id == second.id).values(review_state="confirmed"))
    return services


def test_views_say_what_is_stored(filled: Services) -> None:
    with filled.database.reading() as session:
        problem = session.execute(text("SELECT * FROM deskcheck_problems_v1")).mappings().one()
        findings = session.execute(text("SELECT * FROM deskcheck_findings_v1 ORDER BY finding_id")).mappings().all()
    assert (problem["centre"], problem["window_code"], problem["item"], problem["place"]) == ("C1", "A01", "cup", None)
    assert (problem["state"], problem["decision"], problem["seen_count"]) == ("open", "confirmed", 2)
    assert len(findings) == 10
    told = [(one["problem_id"], one["decision"], one["stands"]) for one in findings[:3]]
    assert told == [(problem["problem_id"], "confirmed", 0), (problem["problem_id"], "confirmed", 1), (None, "open", 1)]


@pytest.fixture
def reader(request: pytest.FixtureRequest, filled: Services) -> Iterator[str]:
    """Address of the database for the role that the page makes."""
    url = filled.settings.database_url
    found = re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    assert found
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(found[1])
        yield url.replace("postgres:@", "outside_reader:@")
        connection.execute("DROP OWNED BY outside_reader; DROP ROLE outside_reader")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_documented_reader_reads_the_views_and_nothing_else(reader: str) -> None:
    with psycopg.connect(reader, autocommit=True) as connection:
        for view, count in zip(VIEWS, (1, 10), strict=True):
            assert len(connection.execute(f"TABLE {view}").fetchall()) == count
        for refused in ("SELECT * FROM finding", "SELECT * FROM user_account", "CREATE TABLE mine (id int)"):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                connection.execute(refused)
