"""Sentences, titles and reasons in both languages, taken from the one place that words them.

The rules are imported when the first sentence is asked for: they bring geometry libraries with them, which a
server that is only starting does not need.
"""

from __future__ import annotations

from functools import cache

from deskcheck_calibration.findings import Finding, Reason

from deskcheck_service.schemas import Text


@cache
def rule_title(rule: str) -> Text:
    """Return a rule's title; a rule of a newer rule set shows as its id."""
    from deskcheck_calibration import wording

    return Text(zh=wording.rule_title(rule, "zh"), en=wording.rule_title(rule, "en"))


@cache
def reason(value: Reason) -> Text:
    """Return why a rule could not be judged."""
    from deskcheck_calibration import wording

    return Text(zh=wording.reason_text(value, "zh"), en=wording.reason_text(value, "en"))


def sentence(finding: Finding) -> Text:
    """Return a finding as a sentence."""
    from deskcheck_calibration import wording

    return Text(zh=wording.sentence(finding, "zh"), en=wording.sentence(finding, "en"))
