"""Verdict figures counted by hand."""

from __future__ import annotations

from collections import Counter

import pytest
from deskcheck_calibration.findings import State
from deskcheck_models.verdict_cases import Key
from deskcheck_models.verdicts import CaseVerdict, verdict_figures


def _worst(rule: str, suspected: set[Key], doubtful: set[Key]) -> State:
    if any(key[0] == rule for key in suspected):
        return State.SUSPECTED
    return State.INCONCLUSIVE if any(key[0] == rule for key in doubtful) else State.PASS


def _verdict(
    planted: set[Key], suspected: set[Key], doubtful: set[Key] | None = None, **changes: object
) -> CaseVerdict:
    doubts = doubtful or set()
    state = State.SUSPECTED if suspected else State.INCONCLUSIVE if doubts else State.PASS
    return CaseVerdict(
        picture="a.jpg",
        camera_kind=str(changes.get("kind", "phone")),
        state=state,
        planted=frozenset(planted),
        suspected=frozenset(suspected),
        doubtful=frozenset(doubts),
        assessed=Counter({"V01": 3, "V04": 1}),
        doubts=Counter(rule for rule, _ in doubts),
        rules={
            "V01": _worst("V01", suspected, doubts),
            "V04": _worst("V04", suspected, doubts),
        },
        errors_cm=changes.get("errors", ()),  # type: ignore[arg-type]
        covered=changes.get("covered", ()),  # type: ignore[arg-type]
    )


def test_figures_by_hand() -> None:
    figures = verdict_figures(
        [
            _verdict({("V01", "food"), ("V04", "cup")}, {("V01", "food")}, {("V04", "cup")}),
            _verdict({("V01", "bag")}, {("V01", "umbrella")}, errors=(1.0, 3.0, 2.0), covered=(True, True, False)),
            _verdict(set(), set(), {("V01", "food")}),
            _verdict(set(), set(), kind="ceiling", errors=(5.0,), covered=(True,)),
        ]
    )
    assert (figures.planted, figures.found, figures.doubtful, figures.false) == (3, 1, 1, 1)
    assert figures.verdict_recall == pytest.approx(1 / 3, abs=1e-4)
    assert figures.verdict_precision == 0.5
    assert figures.false_per_picture == 0.25
    assert figures.inconclusive_statements == 2 / 16
    assert figures.inconclusive_share == 2 / 8  # V04 of the first picture and V01 of the third, of two rules in four
    assert (figures.rules["V01"].judged, figures.rules["V01"].unsettled) == (4, 1)
    assert figures.inconclusive_pictures == 0.25  # the first one has a suspicion besides its doubt
    assert (figures.footprint_photo_cm, figures.footprint_camera_cm) == (2.0, 5.0)
    assert (figures.footprint_items, figures.footprint_coverage) == (4, 0.75)
    assert set(figures.rules) == {"V01", "V04"}
    assert figures.rules["V04"].recall == 0.0
    assert figures.rules["V04"].precision is None
    assert figures.rules["V01"].false == 1


def test_a_rule_that_suspects_one_thing_and_doubts_another_has_made_up_its_mind() -> None:
    figures = verdict_figures([_verdict({("V01", "food")}, {("V01", "food")}, {("V01", "bag")})])
    assert figures.inconclusive_share == 0.0
    assert figures.inconclusive_statements == 1 / 4


def test_the_right_rule_about_another_thing_is_a_miss_and_a_false_alarm() -> None:
    figures = verdict_figures([_verdict({("V01", "food")}, {("V01", "bag")})])
    assert (figures.found, figures.false) == (0, 1)


def test_nothing_judged_says_nothing() -> None:
    figures = verdict_figures([])
    assert figures.verdict_recall is None
    assert figures.verdict_precision is None
    assert figures.footprint_photo_cm is None
    assert figures.inconclusive_share == 0.0
