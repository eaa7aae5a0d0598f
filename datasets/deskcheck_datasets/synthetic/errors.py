"""Errors of the scene generator."""

from __future__ import annotations

from deskcheck_vision.errors import DeskcheckError


class MitsubaMissingError(DeskcheckError):
    """Mitsuba is not installed."""

    code = "synthetic.mitsuba_missing"
    zh = "未安装 Mitsuba，无法渲染场景。"
    en = "Mitsuba is not installed, so scenes cannot be rendered."
    next_zh = "请安装附加包：pip install 'deskcheck[synth]'。"
    next_en = "Install the extra: pip install 'deskcheck[synth]'."


class TruthError(DeskcheckError):
    """A truth record contradicts itself."""

    code = "synthetic.truth_invalid"
    zh = "场景真值不成立：{reason}。"
    en = "The scene's truth does not hold: {reason}."
    next_zh = "请用另一个种子重新生成，并报告该种子。"
    next_en = "Make the scene again from another seed and report this one."
