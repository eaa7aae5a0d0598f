from __future__ import annotations

from datetime import UTC, datetime

import pytest
from deskcheck_calibration.findings import State
from deskcheck_service.captures.schemas import EvidenceLinks, FindingOut, JudgementOut
from deskcheck_service.demo.hall_file import HallClip, HallPhoto, Planted
from deskcheck_service.demo.scoring import Box, JudgedMoment, JudgedPhoto, document, score, score_moments
from deskcheck_service.schemas import Text
from deskcheck_service.tables import ReviewState

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def _finding(rule: str, item: str | None, state: State) -> FindingOut:
    return FindingOut(
        id=1,
        judgement_id=1,
        window_code="A01",
        time_zone="Asia/Shanghai",
        taken_at=NOON,
        rule=rule,
        rule_title=Text(zh=rule, en=rule),
        state=state,
        sentence=Text(zh="", en=""),
        item=item,
        item_name=None,
        place=None,
        measured=1.0,
        limit=0.0,
        unit="count",
        uncertainty=None,
        reason=None,
        reason_text=None,
        confidence=None,
        xyxy=None,
        footprint_cm=None,
        review_state=ReviewState.OPEN,
        version=1,
    )


def _judged(
    name: str, planted: list[tuple[str, str | None]], findings: list[tuple[str, str | None, State]]
) -> JudgedPhoto:
    photo = HallPhoto(
        file=f"photos/{name}",
        captured_at=NOON,
        planted=tuple(Planted(rule=rule, item=item) for rule, item in planted),
    )
    judgement = JudgementOut(
        id=1,
        window_code="A01",
        time_zone="Asia/Shanghai",
        state=State.SUSPECTED,
        taken_at=NOON,
        received_at=NOON,
        layout_id=1,
        layout_version=1,
        pass_count=0,
        suspected_count=0,
        inconclusive_count=0,
        not_assessed_count=0,
        exempt_count=0,
        uploader=None,
        evidence=EvidenceLinks(
            masked="0" * 64,
            overlay_zh="0" * 64,
            overlay_en="0" * 64,
            overlay_zh_narrow=None,
            overlay_en_narrow=None,
            reference=None,
        ),
        model_sha256="0" * 64,
        model_session="known",
        rule_set_version="1",
        photo_sha256="0" * 64,
        image_wh=(10, 10),
        masked_people=0,
        registration="corners",
        residual_cm=None,
        px_per_cm=None,
        findings=[_finding(rule, item, state) for rule, item, state in findings],
        passed=[],
        items=[],
    )
    return JudgedPhoto("A01", photo, judgement)


SUSPECTED, UNSURE = State.SUSPECTED, State.INCONCLUSIVE


@pytest.mark.parametrize(
    ("planted", "findings", "counts"),
    [
        ([], [], (0, 0, 0)),
        ([("V01", "food")], [("V01", "food", SUSPECTED)], (1, 0, 0)),
        ([("V01", "food")], [("V01", "food", UNSURE)], (0, 1, 0)),  # unsure is not found, nor is it false
        ([("V01", "food")], [("V01", "bag", SUSPECTED)], (0, 1, 1)),
        ([("V01", "food")], [("V04", "food", SUSPECTED)], (0, 1, 1)),
        ([], [("V06", "cup", SUSPECTED), ("V04", "cup", UNSURE)], (0, 0, 1)),
        ([("V05", None)], [("V05", None, SUSPECTED)], (1, 0, 0)),
        ([("V01", "food"), ("V06", "cup")], [("V06", "cup", SUSPECTED)], (1, 1, 0)),
    ],
)
def test_found_missed_and_false(
    planted: list[tuple[str, str | None]],
    findings: list[tuple[str, str | None, State]],
    counts: tuple[int, int, int],
) -> None:
    result = score([_judged("a.jpg", planted, findings)])
    assert (len(result.found), len(result.missed), len(result.false)) == counts


def test_a_finding_of_another_photo_finds_nothing() -> None:
    judged = [_judged("a.jpg", [("V01", "food")], []), _judged("b.jpg", [], [("V01", "food", SUSPECTED)])]
    result = document(judged)
    assert (result["found"], result["missed"], result["false"]) == (0, 1, 1)
    assert result["planted"] == [{"window": "A01", "photo": "a.jpg", "rule": "V01", "item": "food"}]


def test_the_document_has_the_published_keys() -> None:
    result = document([_judged("a.jpg", [], [("V01", "food", SUSPECTED)])])
    assert list(result) == ["windows", "planted", "found", "missed", "false"]
    assert result["windows"] == [
        {
            "window": "A01",
            "photo": "a.jpg",
            "state": "suspected",
            "findings": [
                {"rule": "V01", "state": "suspected", "item": "food", "measured": 1.0, "limit": 0.0, "unit": "count"}
            ],
        }
    ]


def _film(*states: dict[str, object]) -> HallClip:
    spans = [{"from_s": 10.0 * k, "to_s": 10.0 * (k + 1), **state} for k, state in enumerate(states)]
    return HallClip.model_validate({"file": "clips/a.mp4", "started_at": NOON, "view": "camera", "states": spans})


BAG = {"rule": "V01", "item": "bag", "xyxy": (10, 10, 30, 40)}


@pytest.mark.parametrize(
    ("state", "findings", "counts"),
    [
        ({}, [], (0, 0, 0, 0)),
        ({}, [("V02", None, SUSPECTED, (10, 10, 30, 40))], (0, 0, 1, 0)),
        ({"planted": [BAG]}, [("V01", "bag", SUSPECTED, (10, 10, 30, 40))], (1, 0, 0, 0)),
        ({"planted": [BAG]}, [("V02", None, SUSPECTED, (12, 20, 30, 44))], (0, 1, 0, 1)),
        ({"planted": [BAG]}, [("V02", None, UNSURE, (12, 20, 30, 44))], (0, 1, 0, 0)),
        ({"planted": [BAG]}, [("V02", None, SUSPECTED, (100, 20, 130, 44))], (0, 1, 1, 0)),
        ({"planted": [BAG]}, [("V02", None, SUSPECTED, None)], (0, 1, 1, 0)),
        ({"covered": [BAG]}, [], (0, 0, 0, 0)),  # nobody can see it
        ({"covered": [BAG]}, [("V01", "bag", SUSPECTED, (10, 10, 30, 40))], (0, 0, 0, 0)),  # and yet it is there
        ({"covered": [BAG]}, [("V05", "mouse", SUSPECTED, None)], (0, 0, 1, 0)),
    ],
)
def test_moments_of_a_film(
    state: dict[str, object], findings: list[tuple[str, str | None, State, Box | None]], counts: tuple[int, ...]
) -> None:
    found = [_finding(*finding[:3]).model_copy(update={"xyxy": finding[3]}) for finding in findings]
    judgement = _judged("a", [], []).judgement.model_copy(update={"findings": found})
    result = score_moments([JudgedMoment("A01", _film({}, state, {}), 10.0, judgement)])
    assert (len(result.found), len(result.missed), len(result.false), len(result.noticed)) == counts


def test_the_film_stands_apart_in_the_document_and_is_absent_where_there_is_none() -> None:
    judgement = _judged("a", [], [("V01", "bag", SUSPECTED)]).judgement
    moments = [JudgedMoment("A01", _film({"planted": [BAG]}), 0.0, judgement)]
    result = document([], moments)
    assert (result["found"], result["missed"], result["false"]) == (0, 0, 0)
    clips = result["clips"]
    assert isinstance(clips, dict)
    assert list(clips) == ["moments", "found", "missed", "false", "noticed"]
    assert clips["found"] == 1
    assert clips["moments"][0]["planted"] == [{"rule": "V01", "item": "bag"}]
    assert "clips" not in document([])
