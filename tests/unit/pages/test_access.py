from __future__ import annotations

import pytest
from deskcheck_service.pages.access import go, safe_next


@pytest.mark.parametrize("target", ["/", "/review?state=suspected&after=1-2", "/windows/A01#desk", "/检查"])
def test_addresses_of_this_site_are_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "review",
        "/a\\b",
        "/a\r\nSet-Cookie: x=1",
        "/\t/evil.example",
    ],
)
def test_anything_that_could_lead_elsewhere_goes_home(target: str) -> None:
    assert safe_next(target) == "/"
    assert go(target).headers["location"] == "/"


def test_going_on_is_a_get() -> None:
    assert go("/review").status_code == 303
