"""Findings as sentences, in Chinese and English; numbers always with limit and uncertainty."""

from __future__ import annotations

from types import MappingProxyType

import cv2
import numpy as np
from deskcheck_vision.errors import Language
from deskcheck_vision.taxonomy import BY_ID

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.layout import PolygonCm
from deskcheck_calibration.rules.catalogue import BY_RULE

_STATES: MappingProxyType[State, tuple[str, str]] = MappingProxyType(
    {
        State.PASS: ("合格", "pass"),
        State.SUSPECTED: ("疑似", "suspected"),
        State.INCONCLUSIVE: ("无法判定", "inconclusive"),
        State.NOT_ASSESSED: ("未评估", "not assessed"),
        State.EXEMPT: ("豁免", "exempt"),
    }
)

_REASONS: MappingProxyType[Reason, tuple[str, str]] = MappingProxyType(
    {
        Reason.BLURRED: ("图片模糊", "the picture is blurred"),
        Reason.DARK: ("图片过暗", "the picture is too dark"),
        Reason.GLARE: ("图片过曝或反光", "the picture is blown out or shows glare"),
        Reason.FROZEN: ("画面静止不动", "the stream is frozen"),
        Reason.SURFACE_OUT_OF_FRAME: ("台面未完整入画", "too little of the surface is in the picture"),
        Reason.REGISTRATION_RESIDUAL: ("桌面配准误差过大", "the desk is registered too roughly"),
        Reason.NOT_REGISTERED: ("未能配准到桌面", "the desk could not be found in the picture"),
        Reason.CAMERA_MOVED: ("摄像机已移动，需重新标定", "the camera has moved and needs calibrating again"),
        Reason.COVERED_BY_PERSON: ("被人员遮挡", "a person covers it"),
        Reason.SCALE_TOO_SMALL: ("物品在图片中太小", "it is too small in this picture"),
        Reason.STRADDLES_LIMIT: ("测量值在误差范围内跨越限值", "the measured value is too near the limit"),
        Reason.LAYOUT_MISSING: ("没有适用的已批准布局", "there is no approved layout that fits"),
        Reason.LOW_CONFIDENCE: ("识别把握不足", "the item is not recognised surely enough"),
        Reason.ANCHOR_NOT_FOUND: ("未找到参照物", "the item it has to stand beside was not found"),
        Reason.AMBIGUOUS_ITEMS: ("同类物品难以区分", "alike items cannot be told apart"),
        Reason.OVERLAPPING_BOXES: ("物品重叠，数量不确定", "items overlap, so their number is uncertain"),
        Reason.FOOTPRINT_HIDDEN: ("底部被其他物品遮挡", "its foot is hidden behind another item"),
        Reason.MAY_BE_CLIENTS: ("可能是办事群众的物品", "it may belong to a client"),
        Reason.ITEM_IN_USE: ("物品可能正在使用", "the item may be in use"),
        Reason.WITHIN_GRACE: ("仍在宽限时间内", "it is still within the grace time"),
        Reason.CLASS_UNTRAINED: ("模型尚不能识别这类物品", "the model cannot find this class yet"),
        Reason.CLASS_OFTEN_MISSED: ("模型常漏检这类物品，未见不代表没有", "the model often misses this class"),
        Reason.RULE_OFF: ("规则未启用（未设定限值）", "the rule is off because no limit is set"),
        Reason.OUT_OF_HOURS: ("不在适用时段", "it does not apply at this hour"),
        Reason.NOT_APPLICABLE: ("不适用", "it does not apply here"),
        Reason.NO_CABINET: ("未配矮柜", "no cabinet is fitted"),
        Reason.NO_REFERENCE: ("没有已批准的对照图", "there is no approved reference picture of this view"),
        Reason.NO_FEATURES: ("所用模型文件不支持与对照图比对", "this model file cannot compare with a reference"),
        Reason.VIEW_TOO_DIFFERENT: (
            "拍摄角度或光线与对照图相差过大",
            "view or light differ too much from the reference",
        ),
        Reason.TOO_LITTLE_COMPARED: ("台面可比对部分太少", "too little of the desk could be compared"),
        Reason.OUTSIDE_VIEW: ("此视角看不到该位置", "this view does not show that place"),
        Reason.MAY_BE_OUTSIDE_VIEW: ("可能在此视角看不到的位置", "it may be where this view does not show it"),
        Reason.VIEWS_DISAGREE: ("不同视角的结果不一致", "the views disagree about it"),
        Reason.NOT_STEADY: ("连拍中只有部分画面看到", "only some frames of the burst show it"),
        Reason.TOO_FEW_FRAMES: ("连拍中可用画面太少", "too few frames of the burst can be used"),
    }
)

# The taxonomy's Chinese names list several things; a sentence takes the first, or these.
_SHORT_ZH = {
    "printer": "打印机",
    "personal_appliance": "个人电器",
    "small_stationery": "小文具",
    "personal_ornament": "个人摆件",
    "cleaning_tool": "清洁工具",
}


_DESK = ("台面", "the desk")
_PLACES = {
    "V01": ("台面", "the counter"),
    "V05": ("定位区", "its place"),
    "V09": ("增高架", "the riser"),
    "V10": ("机器", "the machine"),
    "V13": ("主柜面", "the main counter"),
}


def state_name(state: State, language: Language = "zh") -> str:
    """Return the name of a state."""
    return _STATES[state][0 if language == "zh" else 1]


def reason_text(reason: Reason, language: Language = "zh") -> str:
    """Return why something could not be judged or was not assessed, without full stop."""
    return _REASONS[reason][0 if language == "zh" else 1]


def rule_title(rule: str, language: Language = "zh") -> str:
    """Return the title of a rule; of a rule of another rule set, its id."""
    if rule not in BY_RULE:
        return rule
    return BY_RULE[rule].zh if language == "zh" else BY_RULE[rule].en


def item_name(item: str | None, language: Language = "zh") -> str:
    """Return the short name of a class; of a class of another taxonomy, its id; without an item, what was looked at."""
    if item is None:
        return "整个窗口" if language == "zh" else "the window"
    if item not in BY_ID:
        return item
    return _SHORT_ZH.get(item, BY_ID[item].zh.split("/")[0]) if language == "zh" else BY_ID[item].en


def sentence(finding: Finding, language: Language = "zh") -> str:
    """Return a finding as one sentence without full stop.

    "水杯 偏离定位区 14.2 cm（允许 3.0，±1.1）" / "cup 14.2 cm outside its place (limit 3.0, ±1.1)"
    """
    if finding.state in (State.NOT_ASSESSED, State.EXEMPT) or (finding.reason and finding.item is None):
        return _unjudged(finding, language)
    text = _zh(finding) if language == "zh" else _en(finding)
    if finding.reason is None:
        return text
    why = reason_text(finding.reason, language)
    return f"{text}：{why}" if language == "zh" else f"{text}: {why}"


def _unjudged(finding: Finding, language: Language) -> str:
    subject = item_name(finding.item, language) if finding.item else rule_title(finding.rule, language)
    state = state_name(finding.state, language)
    why = reason_text(finding.reason, language) if finding.reason else ""
    if language == "zh":
        return f"{subject} {state}（{why}）" if why else f"{subject} {state}"
    return f"{subject} {state} ({why})" if why else f"{subject} {state}"


def _place(finding: Finding, zh: bool) -> str:
    """Return the place as a person calls it; ids of zones and surfaces are for programs."""
    names = _PLACES.get(finding.rule, _DESK) if finding.place else _DESK
    return names[0 if zh else 1]


def _is_inside(finding: Finding) -> bool:
    """Whether a V04 or V07 finding reads as "inside": it passes, or nothing but doubt is against it."""
    return finding.state is State.PASS or (finding.measured or 0.0) < 0.05


def _numbers(finding: Finding, zh: bool, limit_zh: str = "允许", limit_en: str = "limit") -> str:
    if finding.limit is None:
        return ""
    parts = [f"{limit_zh if zh else limit_en} {_number(finding.limit, finding.unit)}"]
    if finding.uncertainty:
        parts.append(f"±{_number(finding.uncertainty, finding.unit)}")
    return f"（{'，'.join(parts)}）" if zh else f" ({', '.join(parts)})"


def _number(value: float, unit: str) -> str:
    if unit == "count":
        return f"{value:.0f}"
    return f"{value:.0f}%" if unit == "%" else f"{value:.1f}"


def _zh(finding: Finding) -> str:
    name, place = item_name(finding.item, "zh"), _place(finding, zh=True)
    measured = finding.measured or 0.0
    numbers = _numbers(finding, zh=True)
    if finding.rule == "V02":
        return _unlisted_zh(finding)
    if finding.state is State.PASS and finding.item is None:
        return f"{rule_title(finding.rule, 'zh')}：{place}未发现"
    match finding.rule:
        case "V01":
            return f"{name} 禁止放在{place}"
        case "V03":
            return f"{name} 距外沿 {measured:.1f} cm{_numbers(finding, zh=True, limit_zh='至少')}"
        case "V04" | "V07":
            verb = "在定位区内，偏离" if _is_inside(finding) else "偏离定位区"
            return f"{name} {verb} {measured:.1f} cm{numbers}"
        case "V05":
            if finding.state is State.PASS:
                return f"{name} 在位"
            return f"{name} 未在{place}找到（应有 {finding.limit or 0:.0f}，实有 {measured:.0f}）"
        case "V06":
            return f"{name} {measured:.0f} 件{numbers}"
        case "V08" if finding.limit == 0:
            return f"{name} 不在规定的一侧，偏 {measured:.1f} cm{_numbers(finding, zh=True)}"
        case "V08" if finding.measured is None:
            return f"{name} 位置无法比对"
        case "V08":
            return f"{name} 距参照物 {measured:.1f} cm{numbers}"
        case "V09" | "V10":
            return f"{name} 放在{place}上"
        case "V13":
            return f"{name} 占用{place}"
        case _:
            return f"{name} {rule_title(finding.rule, 'zh')}"


def _en(finding: Finding) -> str:
    name, place = item_name(finding.item, "en"), _place(finding, zh=False)
    measured = finding.measured or 0.0
    numbers = _numbers(finding, zh=False)
    if finding.rule == "V02":
        return _unlisted_en(finding)
    if finding.state is State.PASS and finding.item is None:
        return f"{rule_title(finding.rule, 'en')}: nothing found on {place}"
    match finding.rule:
        case "V01":
            return f"{name} forbidden on {place}"
        case "V03":
            return f"{name} {measured:.1f} cm from the outer edge{_numbers(finding, zh=False, limit_en='at least')}"
        case "V04" | "V07":
            if _is_inside(finding):
                return f"{name} inside its place, off by {measured:.1f} cm{numbers}"
            return f"{name} {measured:.1f} cm outside its place{numbers}"
        case "V05":
            if finding.state is State.PASS:
                return f"{name} in place"
            return f"{name} not found in {place} (needed {finding.limit or 0:.0f}, found {measured:.0f})"
        case "V06":
            return f"{measured:.0f} x {name}{numbers}"
        case "V08" if finding.limit == 0:
            return f"{name} on the wrong side by {measured:.1f} cm{numbers}"
        case "V08" if finding.measured is None:
            return f"{name} cannot be compared"
        case "V08":
            return f"{name} {measured:.1f} cm from the item it belongs beside{numbers}"
        case "V09" | "V10" | "V13":
            return f"{name} on {place}"
        case _:
            return f"{name} {rule_title(finding.rule, 'en')}"


def _unlisted_zh(finding: Finding) -> str:
    if finding.footprint_cm is None:
        return f"{rule_title('V02', 'zh')}：已比对的台面（{finding.measured or 0.0:.0f}%）未发现"
    (long, wide), (x, y) = extent(finding.footprint_cm)
    return f"未登记物品 约 {long:.0f}×{wide:.0f} cm，位于台面左起 {x:.0f} cm、距外沿 {y:.0f} cm"


def _unlisted_en(finding: Finding) -> str:
    if finding.footprint_cm is None:
        return f"{rule_title('V02', 'en')}: nothing found on the {finding.measured or 0.0:.0f}% of the desk compared"
    (long, wide), (x, y) = extent(finding.footprint_cm)
    return f"unlisted thing, about {long:.0f} x {wide:.0f} cm, at {x:.0f} cm from the left, {y:.0f} cm from the edge"


def unlisted_label(footprint_cm: PolygonCm, language: Language) -> tuple[str, str]:
    """Return what an unlisted thing is called in a picture, and the same with its size in brackets."""
    (long, wide), _ = extent(footprint_cm)
    if language == "zh":
        return "未登记物品", f"未登记物品（约 {long:.0f}×{wide:.0f} cm）"
    return "unlisted thing", f"unlisted thing (about {long:.0f} x {wide:.0f} cm)"


def extent(polygon: PolygonCm) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the longer and shorter side of the smallest rectangle around a polygon, and its middle, in desk cm."""
    middle, sides, _ = cv2.minAreaRect(np.array(polygon, np.float32))
    return (max(sides), min(sides)), (float(middle[0]), float(middle[1]))
