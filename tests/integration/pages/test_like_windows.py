"""Pages of desk types, copies and approvals: troubles stand beside their form, with what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from deskcheck_calibration.layout_file import dump_layout
from deskcheck_service.layouts import service as places
from deskcheck_service.services import Services
from deskcheck_service.tables import DeskType, Window
from pages_kit import layout_of
from sqlalchemy import select
from starlette.testclient import TestClient

Visitor = Callable[[str], TestClient]
TYPES = "/layouts/desk-types"


def sent(client: TestClient, path: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(TYPES).text)
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **fields})


def new_type(client: TestClient, **changes: Any) -> Any:
    fields = {"centre_id": 1, "code": "T160", "name_zh": "标准柜台", "width_cm": "160", "depth_cm": "75"}
    return sent(client, TYPES, **{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"width_cm": "4"}, "width_cm"),
        ({"depth_cm": "wide"}, "depth_cm"),
        ({"depth_cm": "nan"}, "depth_cm"),
        ({"code": "柜 台"}, "code"),
        ({"name_zh": " "}, "name_zh"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_what_was_typed_stays(
    visitor: Visitor, changes: dict[str, str], named: str
) -> None:
    answer = new_type(visitor("supervisor"), **changes)
    assert answer.status_code == 422
    assert f"请检查：{named}。" in answer.text
    assert all(f'value="{value}"' in answer.text for value in changes.values())


def test_a_type_is_added_once_and_its_name_stands_in_for_the_english_one(visitor: Visitor, services: Services) -> None:
    client = visitor("supervisor")
    assert new_type(client).headers["location"] == TYPES
    again = new_type(client)
    assert again.status_code == 409
    assert "已存在：T160" in again.text
    with services.database.reading() as session:
        kinds = list(session.scalars(select(DeskType)))
    assert [(one.code, one.name_en, one.width_cm) for one in kinds] == [("T160", "标准柜台", 160.0)]


def test_types_of_windows_are_set_and_taken_away(visitor: Visitor, services: Services) -> None:
    client = visitor("supervisor")
    new_type(client)
    assert sent(client, f"{TYPES}/windows", desk_type_id="1").status_code == 422  # none was ticked
    assert sent(client, f"{TYPES}/windows", desk_type_id="1", windows=["A01", "B01"]).status_code == 303
    assert sent(client, "/windows/A01/desk-type", desk_type_id="").headers["location"] == "/windows/A01/layouts"
    with services.database.reading() as session:
        found = {one.code: one.desk_type_id for one in session.scalars(select(Window))}
    assert found == {"A01": None, "A02": None, "B01": 1}
    refused = sent(client, f"{TYPES}/1/delete")
    assert refused.status_code == 409
    assert "正用于窗口 B01" in refused.text


def test_copies_are_made_of_the_ticked_and_told(visitor: Visitor, services: Services) -> None:
    client = visitor("supervisor")
    page = client.get("/layouts/1/copies")  # A01 has no type: A02's desk is as large
    assert "A02" in page.text
    assert "B01" not in page.text
    assert sent(client, "/layouts/1/copies").status_code == 422
    told = sent(client, "/layouts/1/copies", windows=["B01", "A02"])
    assert "尚不知道窗口 B01 的台面尺寸" in told.text
    assert client.get("/layouts/99/copies").status_code == 404
    with services.database.writing() as session:
        key = places.import_layout(session, "test", dump_layout(layout_of("A01", 2))).id
    retired = client.get("/layouts/1/copies")
    assert retired.status_code == 409
    assert client.get(f"/layouts/{key}/copies").status_code == 200


@pytest.mark.parametrize("ticks", [[], ["x"], ["1"], ["1-2-3"], ["-1-0"], [f"{10**30}-0"], ["²-0"]])
def test_ticks_that_name_no_version_approve_nothing(visitor: Visitor, ticks: list[str]) -> None:
    answer = sent(visitor("second"), "/layouts/waiting", versions=ticks)
    assert answer.status_code == 422
    assert "还没有选择要批准的版本" in answer.text


def test_a_version_that_was_looked_at_against_another_one_is_refused(visitor: Visitor, services: Services) -> None:
    client = visitor("supervisor")
    told = sent(client, "/layouts/1/copies", windows=["A02"]).text
    assert "未生成：相同内容已在生效" in told  # the two are alike but for their views
    with services.database.writing() as session:
        changed = replace(layout_of("A01", 2), edge_clearance_cm=8.0)
        key = places.import_layout(session, "test", dump_layout(changed)).id
    assert "已生成 1 份草稿" in sent(client, f"/layouts/{key}/copies", windows=["A02"]).text
    second = visitor("second")
    (tick,) = re.findall(r'name="versions" value="([\d-]+)"', second.get("/layouts/waiting").text)
    with services.database.writing() as session:
        places.import_layout(session, "test", dump_layout(layout_of("A02", 9)))
    told = sent(second, "/layouts/waiting", versions=[tick])
    assert "现行版本在您查看之后已变更" in told.text
    (now,) = re.findall(r'name="versions" value="([\d-]+)"', told.text)
    assert "已批准" in sent(second, "/layouts/waiting", versions=[now]).text
