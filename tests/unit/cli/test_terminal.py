from __future__ import annotations

import io
import json

import pytest
from deskcheck_service.cli.errors import FileAbsentError
from deskcheck_service.cli.terminal import Terminal, error_document, error_line, spoken_language
from deskcheck_vision.errors import DeskcheckError, Language


class TwoLinesError(DeskcheckError):
    code = "test.two_lines"
    zh = "第一行\n第二行。"
    en = "first line\n  second line."


def _terminal(language: Language = "en", encoding: str = "utf-8") -> tuple[Terminal, io.BytesIO, io.BytesIO]:
    out, err = io.BytesIO(), io.BytesIO()
    return (
        Terminal(language, io.TextIOWrapper(out, encoding=encoding), io.TextIOWrapper(err, encoding=encoding)),
        out,
        err,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ([], {"LANG": "", "LC_MESSAGES": "zh_TW"}, "zh"),
        (["check", "--lang", "zh"], {"LANG": "en_US.UTF-8"}, "zh"),
        (["check", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["check", "--lang"], {"LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_the_option_wins_over_the_environment(
    arguments: list[str], environment: dict[str, str], language: Language
) -> None:
    assert spoken_language(arguments, environment) == language


def test_an_error_is_one_line_with_its_code_and_the_next_step() -> None:
    assert error_line(FileAbsentError(path="a.jpg"), "en") == (
        "error cli.file_absent: There is no file a.jpg. Next: Check the path."
    )
    assert error_line(FileAbsentError(path="a.jpg"), "zh") == (
        "错误 cli.file_absent：找不到文件：a.jpg。 下一步：请检查路径是否写对。"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_of_two_lines_is_still_one_line_and_no_empty_next_step_is_shown(language: Language) -> None:
    line = error_line(TwoLinesError(), language, about="a.jpg")
    assert "\n" not in line
    assert "a.jpg" in line
    assert "Next" not in line
    assert "下一步" not in line


def test_the_json_of_an_error_has_the_three_keys_of_every_error() -> None:
    document = error_document(FileAbsentError(path="{odd}.jpg"), "en")
    assert document == {
        "code": "cli.file_absent",
        "message": "There is no file {odd}.jpg.",
        "next_step": "Check the path.",
    }


def test_results_go_to_stdout_and_errors_to_stderr() -> None:
    terminal, out, err = _terminal("zh")
    terminal.say("好", "good")
    terminal.note("正在做", "working")
    terminal.json({"名": "杯"})
    terminal.error(FileAbsentError(path="a"))
    assert out.getvalue().decode() == '好\n{"名": "杯"}\n'
    assert err.getvalue().decode().splitlines()[0] == "正在做"
    assert err.getvalue().decode().splitlines()[1].startswith("错误 cli.file_absent")


def test_a_terminal_without_chinese_gets_escapes_rather_than_a_crash() -> None:
    terminal, out, _ = _terminal("zh", encoding="ascii")
    terminal.say("好", "good")
    assert out.getvalue() == b"\\u597d\n"
    terminal.json({"photo": "a\udcff.jpg"})
    assert json.loads(out.getvalue().splitlines()[1].replace(b"\\udcff", b"\\\\udcff")) == {"photo": "a\\udcff.jpg"}


def test_table_texts_are_literal() -> None:
    terminal, out, _ = _terminal()
    terminal.table("found", ["photo", "class"], [["[red]a[/red].jpg", "cup :smile:"]])
    assert "[red]a[/red].jpg" in out.getvalue().decode()
    assert ":smile:" in out.getvalue().decode()


def test_progress_keeps_silent_where_nobody_watches() -> None:
    terminal, out, err = _terminal()
    assert list(terminal.track([1, 2, 3], "检测", "detecting")) == [1, 2, 3]
    with terminal.progress("检测", "detecting", 3) as advance:
        advance()
    assert (out.getvalue(), err.getvalue()) == (b"", b"")
