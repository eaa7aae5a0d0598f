"""The rendered film's place in the file that describes the demonstration hall."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from deskcheck_datasets.synthetic.clip_plan import ACTS, NAME, WINDOW
from deskcheck_datasets.synthetic.clip_record import Clip, read_clip
from deskcheck_datasets.synthetic.hall import window_values
from deskcheck_datasets.synthetic.truth import Truth, Violation
from deskcheck_datasets.synthetic.writing import write_whole

SAMPLE_EVERY_S = 10.0


def join_hall(folder: Path) -> bool:
    """Put the film's window into the ``hall.json`` of a folder, in place of an earlier one.

    Returns:
        False where there is no hall, or no film in it.
    """
    hall, record = folder / "hall.json", folder / "clips" / f"{NAME}.json"
    if not (hall.exists() and record.exists()):
        return False
    values = json.loads(hall.read_text(encoding="utf-8"))
    others = [window for window in values["windows"] if window["code"] != WINDOW.code]
    values["windows"] = [*others, {**window_values(WINDOW), "photos": [], "clips": [_clip_values(read_clip(record))]}]
    write_whole(hall, json.dumps(values, ensure_ascii=False, indent=1) + "\n")
    return True


def _clip_values(clip: Clip) -> dict[str, Any]:
    tidy = next(act for act in ACTS if not act.planted)
    return {
        "file": f"clips/{clip.film}",
        "started_at": clip.started_at,
        "view": clip.view,
        "every_s": SAMPLE_EVERY_S,
        "reference_s": round((tidy.from_s + tidy.to_s) / 2, 1),
        "states": [
            {
                "name": state.name,
                "from_s": state.from_s,
                "to_s": state.to_s,
                "planted": [_violation_values(one, state.truth) for one in state.planted()],
                "covered": [_violation_values(one, state.truth) for one in state.covered()],
            }
            for state in clip.states
        ],
    }


def _violation_values(violation: Violation, truth: Truth) -> dict[str, Any]:
    boxes = [item.box_xyxy for item in truth.items if item.class_id == violation.item and item.box_xyxy is not None]
    return {"rule": violation.rule, "item": violation.item, "xyxy": list(boxes[0]) if boxes else None}
