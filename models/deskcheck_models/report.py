"""One self-contained HTML page about an evaluation: figures, charts, guards and the worst pictures."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import jinja2
from deskcheck_calibration.rules.catalogue import BY_RULE
from deskcheck_vision.operating import operating_points
from deskcheck_vision.taxonomy import CLASSES
from markupsafe import Markup

from deskcheck_models.evaluate import Evaluation, Group
from deskcheck_models.metrics_file import Guard
from deskcheck_models.report_charts import class_bars, confusion_grid, reliability_diagram
from deskcheck_models.report_font import font_uri
from deskcheck_models.report_sheet import sheet, worst
from deskcheck_models.verdicts import CaseVerdict, VerdictFigures, verdict_figures

_JPEG_QUALITY = 82
_CONFUSIONS = 12
_FONT_PLACE = "data:font/woff;base64,"
_TEMPLATES = Path(__file__).parent / "templates"


def _charts(name: str, group: Group) -> dict[str, Any]:
    # Every part of these texts that comes from a file is escaped where they are made.
    figures = group.figures
    return {
        "name": name,
        "figures": figures,
        "beside_start": group.beside_start,
        "bars": Markup(class_bars(figures.classes, f"AP50 {name}")),  # noqa: S704 -- our own SVG, see above
        "reliability": Markup(  # noqa: S704 -- our own SVG, see above
            reliability_diagram(figures.reliability, f"reliability {name}")
        ),
        "confusion": Markup(confusion_grid(figures.confusion, f"confusion {name}")),  # noqa: S704 -- as above
        "confusions": figures.confusion.frequent()[:_CONFUSIONS],
    }


def _verdict_rows(figures: VerdictFigures) -> list[dict[str, Any]]:
    return [
        {"id": name, "zh": BY_RULE[name].zh, "en": BY_RULE[name].en, "row": row} for name, row in figures.rules.items()
    ]


def write_report(
    folder: Path,
    evaluation: Evaluation,
    verdicts: Mapping[str, Sequence[CaseVerdict]],
    guards: Sequence[Guard],
    broken: Sequence[str],
) -> list[Path]:
    """Write ``report.html`` and, where a picture has a mistake, ``worst.jpg``; return what was written.

    Args:
        folder: where they go.
        evaluation: the model on everything.
        verdicts: name -> judged pictures; empty ones are left out.
        guards: of the metrics file.
        broken: a line for each that does not hold.

    Raises:
        DataFolderError: a picture of the sheet cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    groups = {**evaluation.rendered, **evaluation.real}
    bad = worst(groups, operating_points(evaluation.thresholds))
    written = []
    inline = ""
    if bad:
        _, encoded = cv2.imencode(".jpg", sheet(bad), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        (folder / "worst.jpg").write_bytes(encoded.tobytes())
        written.append(folder / "worst.jpg")
        inline = "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode("ascii")
    judged = {name: verdict_figures(list(cases)) for name, cases in verdicts.items() if cases}
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    page = environment.get_template("report.html").render(
        font=_FONT_PLACE,
        evaluation=evaluation,
        groups=[_charts(name, group) for name, group in groups.items()],
        verdicts=[{"name": name, "figures": own, "rules": _verdict_rows(own)} for name, own in judged.items()],
        guards=guards,
        broken=broken,
        names={item.id: item for item in CLASSES},
        sheet=inline,
        worst_count=len(bad),
    )
    # The font can be cut only when the words are known.
    (folder / "report.html").write_text(page.replace(_FONT_PLACE, font_uri(page)), encoding="utf-8")
    return [folder / "report.html", *written]
