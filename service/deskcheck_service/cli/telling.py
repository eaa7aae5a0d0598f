"""What ``check`` and ``check-film`` tell of a judgement, to people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcheck_service.cli.detect import box

if TYPE_CHECKING:
    from deskcheck_calibration.findings import Finding, Judgement
    from deskcheck_calibration.judging import Judged

    from deskcheck_service.cli.checking import Check, FoundDesk
    from deskcheck_service.cli.terminal import Terminal

_SHOWN = ("suspected", "inconclusive")


def document(judged: Judged, work: Check, desk: FoundDesk) -> dict[str, Any]:
    """Return a judgement as both commands print it with --json, without what names the picture."""
    findings = [finding_document(finding, work.terminal) for finding in judged.judgement.findings]
    return {**of_judgement(judged.judgement, work), **of_picture(judged, desk), "findings": findings}


def of_judgement(judgement: Judgement, work: Check) -> dict[str, Any]:
    """Return what --json prints of a judgement besides its findings and pictures."""
    model = work.detector.model
    return {
        "window": judgement.window,
        "state": judgement.state.value,
        "captured_at": judgement.captured_at.isoformat(),
        "model": {"name": model.name, "sha256": model.sha256, "session": model.session},
        "layout_version": judgement.layout_version,
        "rule_set": judgement.rule_set_version,
    }


def of_picture(judged: Judged, desk: FoundDesk) -> dict[str, Any]:
    """Return what --json prints of a picture and the desk in it."""
    return {
        "image_wh": list(judged.detections.image_wh),
        "registration": desk.how,
        "view": desk.view,
        "residual_cm": None if judged.plane is None else _rounded(judged.plane.residual_cm),
    }


def finding_document(finding: Finding, terminal: Terminal) -> dict[str, Any]:
    """Return a finding as --json prints it."""
    from deskcheck_calibration.wording import reason_text, rule_title, sentence

    language = terminal.language
    return {
        "rule": finding.rule,
        "title": rule_title(finding.rule, language),
        "state": finding.state.value,
        "item": finding.item,
        "place": finding.place,
        "measured": _rounded(finding.measured),
        "limit": finding.limit,
        "unit": finding.unit,
        "uncertainty": _rounded(finding.uncertainty),
        "reason": finding.reason.value if finding.reason else None,
        "reason_text": reason_text(finding.reason, language) if finding.reason else None,
        "sentence": sentence(finding, language),
        "confidence": _rounded(finding.confidence, 4),
        "xyxy": box(finding.xyxy) if finding.xyxy is not None else None,
        "footprint_cm": [[round(x, 1), round(y, 1)] for x, y in finding.footprint_cm] if finding.footprint_cm else None,
    }


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(float(value), digits)


def tell(terminal: Terminal, photo: str, judgement: Judgement) -> None:
    """Print a judgement for people."""
    from deskcheck_calibration.findings import Reason
    from deskcheck_calibration.wording import sentence, state_name

    language = terminal.language
    state = state_name(judgement.state, language)
    terminal.say(f"{photo}：窗口 {judgement.window} {state}", f"{photo}: window {judgement.window}: {state}")
    for finding in judgement.findings:
        if finding.state.value in _SHOWN:
            name = state_name(finding.state, language)
            terminal.line(f"  {finding.rule} {name}  {sentence(finding, language)}")
    outside = sum(finding.reason is Reason.OUTSIDE_VIEW for finding in judgement.findings)
    if outside:
        terminal.say(f"  {outside} 项在视角之外，未评估", f"  {outside} not assessed: no view shows the place")
