"""Routes that tell what there is: rules, item classes, the state of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from deskcheck_service.captures import words
from deskcheck_service.dependencies import App
from deskcheck_service.schemas import Schema, Text

if TYPE_CHECKING:
    from deskcheck_calibration.rules.parameters import Parameter

router = APIRouter(tags=["catalogue"])


class ParameterOut(Schema):
    """A number of a rule that a layout may override."""

    name: str
    label: Text
    unit: str
    default: float
    low: float
    high: float


class RuleOut(Schema):
    """A rule of the rule set."""

    id: str
    title: Text
    source: str
    parameters: list[ParameterOut]


class ClassOut(Schema):
    """An item class of the taxonomy."""

    id: str
    name: Text
    group: str
    size_cm: tuple[float, float, float]
    min_scale_px_per_cm: float
    default_policy: str
    first_release: bool


class Health(Schema):
    """The process is alive."""

    status: str
    version: str


@router.get("/rules")
def list_rules() -> list[RuleOut]:
    """List the rules with their sources and parameters."""
    from deskcheck_calibration.rules.catalogue import RULES

    return [
        RuleOut(
            id=rule.id,
            title=words.rule_title(rule.id),
            source=rule.source,
            parameters=[_parameter(one) for one in rule.parameters],
        )
        for rule in RULES
    ]


def _parameter(one: Parameter) -> ParameterOut:
    label = Text(zh=one.zh, en=one.en)
    return ParameterOut(name=one.name, label=label, unit=one.unit, default=one.default, low=one.low, high=one.high)


@router.get("/classes")
def list_classes() -> list[ClassOut]:
    """List the item classes in their fixed order."""
    from deskcheck_vision.taxonomy import CLASSES

    return [
        ClassOut(
            id=one.id,
            name=Text(zh=one.zh, en=one.en),
            group=one.group,
            size_cm=one.size_cm,
            min_scale_px_per_cm=one.min_scale_px_per_cm,
            default_policy=one.default_policy,
            first_release=one.first_release,
        )
        for one in CLASSES
    ]


def _version() -> str:
    from importlib.metadata import version

    return version("deskcheck")


@router.get("/health")
def health() -> Health:
    """Say that the process is alive."""
    return Health(status="ok", version=_version())


@router.get("/ready")
def ready(services: App) -> Health:
    """Say that photos can be judged: the tables fit and the weights load; 503 with the reason otherwise."""
    from deskcheck_service.migrate import check_current

    check_current(services.database.engine)
    services.engine.detector()
    return Health(status="ready", version=_version())
