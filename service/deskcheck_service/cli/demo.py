"""``deskcheck demo``: a small hall from nothing, judged, shown and served."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcheck_service.cli.files import writing
from deskcheck_service.cli.options import Json, Lang
from deskcheck_service.cli.settings import read_settings
from deskcheck_service.cli.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from deskcheck_service.captures.schemas import JudgementOut
    from deskcheck_service.demo.hall_file import Hall
    from deskcheck_service.demo.scoring import JudgedMoment, JudgedPhoto, Score
    from deskcheck_service.services import Services
    from deskcheck_service.settings import Settings

_HOST = "127.0.0.1"  # its passwords are public, so no other machine may reach it
_STATES = {
    "pass": ("合格", "pass"),
    "suspected": ("疑似", "suspected"),
    "inconclusive": ("无法判定", "cannot judge"),
    "not_assessed": ("未评估", "not assessed"),
    "exempt": ("豁免", "exempt"),
}
_SHOWN = ("suspected", "inconclusive")


def demo(
    context: typer.Context,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只检查，不启动网页 / judge, do not serve.")] = False,
    as_json: Json = False,
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="演示数据文件夹，每次重建 / folder, built anew each time.")
    ] = Path("demo-data"),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口 / port; 0 takes a free one.")] = 8321,
    hall: Annotated[
        Path | None, typer.Option("--hall", metavar="FILE", help="另一份大厅文件 / another hall file.")
    ] = None,
    lang: Lang = None,
) -> int:
    """演示：建立小型大厅并检查其照片 / build a small hall, judge its photos, serve the pages until Ctrl-C."""
    from deskcheck_service.cli.serve import listen, run_server
    from deskcheck_service.demo import build
    from deskcheck_service.demo.hall_file import demo_hall_path, read_hall
    from deskcheck_service.demo.scoring import document
    from deskcheck_service.services import build_services

    terminal = terminal_of(context)
    described = read_hall(hall or demo_hall_path())
    listening = None if no_serve else listen(_HOST, port)  # a taken port is told before the work, not after it
    settings = build.demo_settings(read_settings(), folder)
    with writing(folder):
        build.fresh_folder(folder)
    with closing(build_services(settings)) as services:
        services.engine.detector()  # an absent model is told before anything is built
        terminal.note(f"正在 {folder} 中建立演示大厅……", f"building the demonstration hall in {folder} ...")
        build.install(settings, services, described)
        with terminal.progress("检查照片", "judging photos", len(described.photos)) as advance:
            judged = build.judge_hall(services, described, advance)
        moments = _films(terminal, services, described)
    if as_json:
        terminal.json(document(judged, moments), indent=None)
    else:
        _show(terminal, judged, moments)
    if listening is not None:
        _invite(terminal, listening.getsockname()[1])
        run_server(_quiet(settings), listening)
    return 0


def _films(terminal: Terminal, services: Services, hall: Hall) -> list[JudgedMoment]:
    """Judge the hall's films; without the extra that reads them they are left out, and that is said."""
    from deskcheck_vision.sources.errors import FilmReaderMissingError

    from deskcheck_service.demo import build

    if not hall.clips:
        return []
    try:
        with terminal.progress("检查录像", "judging films", len(hall.clips)) as advance:
            return build.judge_clips(services, hall, advance)
    except FilmReaderMissingError as error:
        zh, en = (f"{error.sentence(language)} {error.next_step(language)}" for language in ("zh", "en"))
        terminal.note(f"未检查录像：{zh}", f"The film was left out: {en}")
        return []


def _show(terminal: Terminal, judged: list[JudgedPhoto], moments: list[JudgedMoment]) -> None:
    from deskcheck_service.demo.scoring import score, score_moments

    column = 0 if terminal.language == "zh" else 1
    terminal.table(
        "",
        [
            ("窗口", "window")[column],
            ("照片", "photo")[column],
            ("状态", "state")[column],
            ("发现", "findings")[column],
        ],
        [
            (window, name, _STATES[judgement.state.value][column], _findings(terminal, judgement))
            for window, name, judgement in (
                *((one.window, one.photo.name, one.judgement) for one in judged),
                *((one.window, one.name, one.judgement) for one in moments),
            )
        ],
    )
    _count(terminal, score(judged), "", "")
    if moments:
        in_film = score_moments(moments)
        _count(terminal, in_film, "录像中", "In the film ")
        noticed = len(in_film.noticed)
        if noticed:
            terminal.say(
                f"  遗漏中有 {noticed} 处被 V02 标为清单外物品。",
                f"  {noticed} of the missed were noticed by V02 as unlisted.",
            )


def _count(terminal: Terminal, result: Score, about_zh: str, about_en: str) -> None:
    found, missed, false = (len(keys) for keys in (result.found, result.missed, result.false))
    terminal.say(
        f"{about_zh}预设问题 {found + missed} 处：发现 {found}，遗漏 {missed}；误报 {false}。",
        f"{about_en}{found + missed} deviations were planted: {found} found, {missed} missed; {false} false.",
    )
    for zh, en, keys in (("遗漏", "missed", result.missed), ("误报", "false", result.false)):
        for photo, rule, item in keys:
            terminal.say(f"  {zh}：{photo} {rule} {item or ''}", f"  {en}: {photo} {rule} {item or ''}")


def _findings(terminal: Terminal, judgement: JudgementOut) -> str:
    lines = [
        f"{finding.rule} {finding.sentence.in_language(terminal.language)}"
        for finding in judgement.findings
        if finding.state.value in _SHOWN
    ]
    return "\n".join(lines) or "-"


def _invite(terminal: Terminal, port: int) -> None:
    from deskcheck_service.demo.build import ACCOUNTS

    terminal.note(f"\n页面：http://{_HOST}:{port}/ （Ctrl-C 结束）", f"\npages: http://{_HOST}:{port}/ (Ctrl-C ends)")
    terminal.note("演示账号（仅供演示）：", "demo accounts (for this demonstration only):")
    for account in ACCOUNTS:
        terminal.note(f"  {account.name} / {account.password}", f"  {account.name} / {account.password}")


def _quiet(settings: Settings) -> Settings:
    """Return the settings with only warnings logged: the table and the accounts stay in sight."""
    return settings.model_copy(update={"log_level": "warning"})
