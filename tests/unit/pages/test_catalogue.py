from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from deskcheck_service.pages.i18n import LOCALES_FOLDER, catalogue, translate

PAGES = LOCALES_FOLDER.parent / "pages"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def extracted() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(str(PAGES), method_map=METHODS, options_map={}, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def read(language: str) -> Catalog:
    with (LOCALES_FOLDER / language / "LC_MESSAGES" / "deskcheck.po").open("rb") as text:
        return read_po(text, locale=language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_of_the_pages_is_translated_and_none_is_left_over(language: str) -> None:
    entries = {message.id: message for message in read(language) if message.id}
    wanted = {message if isinstance(message, str) else tuple(message) for message in extracted()}
    assert set(entries) == wanted
    for message in entries.values():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_translations_keep_every_placeholder(language: str) -> None:
    for message in read(language):
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(source)), message.id


def test_chinese_is_chinese_and_english_is_english() -> None:
    assert translate("Suspected", "zh") == "疑似"
    assert translate("Suspected", "en") == "Suspected"
    assert catalogue("zh").ngettext("%(num)s suspected", "%(num)s suspected", 2) == "%(num)s 条疑似"
    assert catalogue("en").ngettext("%(num)s rule passed", "%(num)s rules passed", 2) == "%(num)s rules passed"


def test_templates_hold_no_chinese_of_their_own() -> None:
    allowed = {"中文"}
    for template in Path(PAGES / "templates").rglob("*.html"):
        found = set(re.findall(r"[一-鿿]+|、", template.read_text(encoding="utf-8")))
        assert found <= allowed, f"{template.name}: {found - allowed}"
