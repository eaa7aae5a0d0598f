"""The documents' snippets work and their figure is a picture."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from deskcheck_calibration.layout_file import load_layout

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_layout_example_loads_and_names_every_section() -> None:
    text = (DOCS / "layout-format.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    layout = load_layout(example)
    assert layout.surfaces
    assert layout.zones
    assert layout.relations
    assert layout.policies
    assert layout.views


def test_the_figure_is_there() -> None:
    assert "(coordinates.svg)" in (DOCS / "coordinates.md").read_text(encoding="utf-8")
    assert ET.parse(DOCS / "coordinates.svg").getroot().tag.endswith("svg")  # noqa: S314 -- our own file
