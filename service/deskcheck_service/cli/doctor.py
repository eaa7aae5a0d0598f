"""``deskcheck doctor``: is everything there that deskcheck needs, and what to do about what is not."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from deskcheck_service.cli.examination import Finding, Level, examine, time_sessions
from deskcheck_service.cli.options import Json, Lang, ModelFile
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import terminal_of

_EXIT_ERROR = 2
_MARKS = {Level.GOOD: "✓", Level.WARNING: "!", Level.BAD: "✗"}


def doctor(
    context: typer.Context,
    bench: Annotated[
        bool, typer.Option("--bench", help="测量推理速度 / time the model with each session and number of threads.")
    ] = False,
    model: ModelFile = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """检查安装与环境 / examine the installation. Exit 0, or 2 if anything that is needed is missing."""
    terminal = terminal_of(context)
    settings = read_settings()
    findings = examine(settings, model)
    times = time_sessions(model, settings) if bench and _works(findings, "model") else []
    failed = any(finding.level is Level.BAD for finding in findings)
    if as_json:
        document: dict[str, Any] = {"healthy": not failed, "checks": [_document(finding) for finding in findings]}
        if bench:
            document["bench"] = times
        terminal.json(document, indent=2)
        return _EXIT_ERROR if failed else 0
    chinese = terminal.language == "zh"
    terminal.table(
        "",
        ["", "检查项", "结果", "下一步"] if chinese else ["", "check", "result", "next step"],
        [
            (_MARKS[one.level], one.name, one.zh if chinese else one.en, one.next_zh if chinese else one.next_en)
            for one in findings
        ],
    )
    if times:
        terminal.table(
            "推理速度" if chinese else "inference",
            ["session", "threads", "median ms", "best ms"],
            [(t["session"], str(t["threads"]), f"{t['median_ms']:.1f}", f"{t['best_ms']:.1f}") for t in times],
        )
    return _EXIT_ERROR if failed else 0


def _works(findings: list[Finding], name: str) -> bool:
    return any(finding.name == name and finding.level is not Level.BAD for finding in findings)


def _document(finding: Finding) -> dict[str, str]:
    return {
        "name": finding.name,
        "level": finding.level.value,
        "result": finding.en,
        "result_zh": finding.zh,
        "next_step": finding.next_en,
        "next_step_zh": finding.next_zh,
    }
