"""``deskcheck doctor``: is everything there that deskcheck needs, and what to do about what is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcheck_service.cli.errors import FileUnwritableError
from deskcheck_service.cli.examination import Finding, Level, examine
from deskcheck_service.cli.options import Json, Lang, ModelFile
from deskcheck_service.cli.session_bench import SessionTimes, bench_sessions, record_of
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from deskcheck_service.settings import Settings

_EXIT_ERROR = 2
_MARKS = {Level.GOOD: "✓", Level.WARNING: "!", Level.BAD: "✗"}


def doctor(
    context: typer.Context,
    bench: Annotated[
        bool,
        typer.Option(
            "--bench",
            help="测量各推理会话的速度与偏差并选定 / time each session, measure its drift, choose one for auto.",
        ),
    ] = False,
    model: ModelFile = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """检查安装与环境 / examine the installation. Exit 0, or 2 if anything that is needed is missing."""
    terminal = terminal_of(context)
    settings = read_settings()
    findings = examine(settings, model)
    rows = bench_sessions(settings, model) if bench and _works(findings, "model") else []
    if rows:
        _note(rows, settings, model)
    failed = any(finding.level is Level.BAD for finding in findings)
    if as_json:
        document: dict[str, Any] = {"healthy": not failed, "checks": [_document(finding) for finding in findings]}
        if bench:
            document["bench"] = [row.document() for row in rows]
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
    if rows:
        _show(terminal, rows, settings)
    return _EXIT_ERROR if failed else 0


def _note(rows: list[SessionTimes], settings: Settings, model: Path | None) -> None:
    path = settings.session_record
    try:
        record_of(rows, settings, model).write(path)
    except OSError as exc:
        raise FileUnwritableError(path=path, reason=exc.strerror or exc) from exc


def _show(terminal: Terminal, rows: list[SessionTimes], settings: Settings) -> None:
    chinese = terminal.language == "zh"
    terminal.table(
        "推理会话" if chinese else "inference sessions",
        ["", "会话", "线程", "中位 ms", "最短 ms", "倍速", "保留检测框"]
        if chinese
        else ["", "session", "threads", "median ms", "best ms", "speed", "boxes kept"],
        [
            (
                _MARKS[Level.GOOD] if row.chosen else "" if row.allowed else _MARKS[Level.BAD],
                row.session,
                str(row.threads),
                f"{row.median_ms:.1f}",
                f"{row.best_ms:.1f}",
                f"{row.speedup:.2f} x",
                f"{100 * row.kept:.1f} % / {row.boxes}",
            )
            for row in rows
        ],
    )
    chosen = next(row for row in rows if row.chosen)
    terminal.say(
        f"偏差允许的最快会话：{chosen.session}。DESKCHECK_SESSION=auto 将使用它；现设置为 {settings.session}。",
        f"Fastest with allowed drift: {chosen.session}. DESKCHECK_SESSION=auto uses it; now set: {settings.session}.",
    )


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
