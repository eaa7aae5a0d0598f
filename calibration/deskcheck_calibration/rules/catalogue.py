"""The one table of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from deskcheck_calibration.findings import Finding, Reason, State
from deskcheck_calibration.placed_item import PlacedItem
from deskcheck_calibration.rules import hours, position, presence, relations, unlisted
from deskcheck_calibration.rules.parameters import PARAMETERS, Parameter
from deskcheck_calibration.rules.presence import scene_parameters
from deskcheck_calibration.scene import Scene

# Raised whenever a rule may judge the same scene differently; stored with every judgement.
RULE_SET_VERSION = "6"

_Sighting = tuple[int, str | None, tuple[float, float, float, float] | None]
RuleFunction = Callable[[Scene, Mapping[str, float]], Iterable[Finding]]
OffFunction = Callable[[Scene], tuple[State, Reason] | None]

WHOLE_PICTURE_REASONS = (
    Reason.BLURRED, Reason.DARK, Reason.GLARE, Reason.FROZEN, Reason.REGISTRATION_RESIDUAL, Reason.NOT_REGISTERED,
    Reason.CAMERA_MOVED, Reason.LAYOUT_MISSING, Reason.TOO_FEW_FRAMES,
)  # fmt: skip


def _always_on(_scene: Scene) -> tuple[State, Reason] | None:
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Attributes:
        id: "V01".."V23".
        zh, en: title.
        source: where the requirement comes from, as numbered in the domain notes, with its words.
        inconclusive: reasons of its own, besides ``WHOLE_PICTURE_REASONS``.
        evaluate: the pure function.
        off: says when and why the rule is not applied at all.
    """

    id: str
    zh: str
    en: str
    source: str
    inconclusive: tuple[Reason, ...]
    evaluate: RuleFunction
    off: OffFunction = _always_on

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its numbers with unit, default and range."""
        return PARAMETERS[self.id]


_SEEN = (Reason.SURFACE_OUT_OF_FRAME, Reason.COVERED_BY_PERSON)
_ITEM = (Reason.LOW_CONFIDENCE, Reason.STRADDLES_LIMIT, Reason.VIEWS_DISAGREE, Reason.NOT_STEADY)

RULES: tuple[Rule, ...] = (
    Rule(
        "V01", "台面禁放物品", "forbidden item",
        "D1 前台台面只能是水杯、显示器、电话、笔、印泥、宣传册、高拍仪等；D11 桌面禁止摆放私人物品",
        (*_SEEN, *_ITEM, Reason.MAY_BE_CLIENTS, Reason.ITEM_IN_USE, Reason.WITHIN_GRACE),
        presence.forbidden_items,
    ),
    Rule(
        "V02", "清单外物品", "unlisted item",
        "D1 前台台面只能是水杯、显示器、电话、笔、印泥、宣传册、高拍仪等；D2 其它需增加物品须向中心报备",
        (*_SEEN, Reason.MAY_BE_CLIENTS, Reason.WITHIN_GRACE),
        unlisted.unlisted_things, unlisted.comparison_off,
    ),
    Rule(
        "V03", "外沿距离不足", "edge clearance", "D3 物品摆放的最外沿离外边缘至…（原文数字缺失，由中心填写）",
        (*_SEEN, *_ITEM, Reason.FOOTPRINT_HIDDEN),
        position.edge_clearance, position.clearance_off,
    ),
    Rule(
        "V04", "未按定位摆放", "out of home zone", "D4 三易三定：定位、定容、定数量；D5 统一桌面物品摆放位置",
        (*_ITEM, Reason.ITEM_IN_USE, Reason.AMBIGUOUS_ITEMS, Reason.FOOTPRINT_HIDDEN),
        position.out_of_zone,
    ),
    Rule(
        "V05", "必备物品缺失", "required item missing", "D5 制定窗口桌面标准，进行可视化固定",
        (*_SEEN, Reason.LOW_CONFIDENCE, Reason.VIEWS_DISAGREE, Reason.FOOTPRINT_HIDDEN, Reason.MAY_BE_OUTSIDE_VIEW),
        presence.missing_items,
    ),
    Rule(
        "V06", "超量", "too many", "D4 三易三定：定数量",
        (*_SEEN, Reason.LOW_CONFIDENCE, Reason.VIEWS_DISAGREE, Reason.OVERLAPPING_BOXES),
        presence.too_many,
    ),
    Rule(
        "V07", "水杯/纸巾未归位", "not returned", "D9 水杯、餐巾纸定位于矮柜面板上，已张贴定位贴，使用后及时归位",
        (*_ITEM, Reason.ITEM_IN_USE, Reason.AMBIGUOUS_ITEMS, Reason.FOOTPRINT_HIDDEN, Reason.WITHIN_GRACE),
        hours.not_returned,
    ),
    Rule(
        "V08", "高拍仪/平板未在显示器旁", "not beside the monitor",
        "D6 高拍仪定点摆放在显示器边上；平板电脑固定在显示器一侧",
        (*_ITEM, Reason.ANCHOR_NOT_FOUND, Reason.FOOTPRINT_HIDDEN, Reason.MAY_BE_OUTSIDE_VIEW),
        relations.not_beside, relations.relations_off,
    ),
    Rule(
        "V09", "增高架上放物", "item on the riser", "D7 增高架上方禁止摆放其他物品",
        (*_SEEN, *_ITEM),
        position.on_risers, position.riser_off,
    ),
    Rule(
        "V10", "机器上放物", "item on a machine", "D7 所有机器上禁止摆放物品",
        (*_SEEN, *_ITEM),
        position.on_machines, position.machine_off,
    ),
    Rule(
        "V13", "打印机占主柜面", "printer on the counter", "D10 打印机存放在桌下矮柜内，确保主柜面干净整洁",
        (*_SEEN, *_ITEM),
        presence.printer_on_counter, presence.printer_rule_off,
    ),
)  # fmt: skip

BY_RULE: Mapping[str, Rule] = {rule.id: rule for rule in RULES}


def evaluate(scene: Scene) -> tuple[Finding, ...]:
    """Apply every rule to a scene; findings in the table's order.

    A rule that is off says so whatever the picture is like; a picture that cannot be judged makes all others
    inconclusive, since nothing unseen is ever a pass. V02 comes last: what another rule suspects is not unlisted too.
    """
    told = {rule.id: _apply(rule, scene) for rule in RULES if rule.id != "V02"}
    suspected = [finding for findings in told.values() for finding in findings if finding.state is State.SUSPECTED]
    told["V02"] = _apply(BY_RULE["V02"], unlisted.without_suspected(scene, suspected))
    return tuple(finding for rule in RULES for finding in told[rule.id])


def _apply(rule: Rule, scene: Scene) -> list[Finding]:
    off = rule.off(scene)
    if off is not None:
        return [Finding(rule.id, off[0], reason=off[1])]
    if scene.context.problems:
        return [Finding(rule.id, State.INCONCLUSIVE, reason=scene.context.problems[0])]
    by_box: dict[_Sighting, PlacedItem] = {(item.picture, item.item, item.xyxy): item for item in scene.items}
    return [_of_views(scene, finding, by_box) for finding in rule.evaluate(scene, scene_parameters(scene, rule.id))]


def _of_views(scene: Scene, finding: Finding, by_box: Mapping[_Sighting, PlacedItem]) -> Finding:
    """Say where a doubt about a thing comes from: its picture's edge, two views that disagree, too few frames."""
    item = by_box.get((finding.picture, finding.item, finding.xyxy))
    if item is None or finding.state is not State.INCONCLUSIVE:
        return finding
    if item.is_cut and scene.is_partial:
        return replace(finding, state=State.NOT_ASSESSED, reason=Reason.OUTSIDE_VIEW)
    if item.is_disputed and finding.reason is Reason.LOW_CONFIDENCE:
        return replace(finding, reason=Reason.VIEWS_DISAGREE)
    if item.is_fleeting and finding.reason is Reason.LOW_CONFIDENCE and scene.is_recognised(item):
        return replace(finding, reason=Reason.NOT_STEADY)
    return finding
