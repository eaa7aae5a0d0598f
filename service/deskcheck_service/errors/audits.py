"""Rounds, schedules and the working calendar."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError
from deskcheck_service.errors.requests import RequestError


class RoundRunningError(ServiceError):
    """A round that somebody started at the centre is still running. Facts: ``round``."""

    code = "round.running"
    zh = "该中心已有一轮临时巡检正在进行（第 {round} 号）。"
    en = "A round that somebody started at this centre is still running (number {round})."
    next_zh = "请等它结束后再开始新的一轮。"
    next_en = "Wait until it has ended."


class NothingOwedError(ServiceError):
    """No view can be audited."""

    code = "round.nothing_owed"
    zh = "没有可以巡检的机位。"
    en = "There is no view that could be audited."
    next_zh = "机位需要关联摄像机、窗口需要已批准的布局，并且该机位的启用已经审批。"
    next_en = "A view needs a camera, its window an approved layout, and the view a recorded permit."


class ScheduleConflictError(ServiceError):
    """Somebody changed the schedule since it was read. Facts: ``schedule``."""

    code = "schedule.conflict"
    zh = "计划 {schedule} 已被他人修改，您的修改没有保存。"
    en = "Schedule {schedule} was changed by somebody else; your change was not saved."
    next_zh = "请刷新后查看最新内容再修改。"
    next_en = "Reload it, look at what it says now, and change it again."


class ScheduleUnfitError(RequestError):
    """A schedule contradicts itself. Facts: ``problem_zh``, ``problem_en``."""

    code = "schedule.unfit"
    zh = "巡检计划填写有误：{problem_zh}。"
    en = "The schedule is not right: {problem_en}."
    next_zh = "请改正后重新保存。"
    next_en = "Correct it and save it again."


class CalendarTextError(RequestError):
    """A line of a holiday list cannot be read. Facts: ``line``, ``text``."""

    code = "calendar.text"
    zh = "第 {line} 行无法识别：“{text}”。"
    en = "Line {line} cannot be read: '{text}'."
    next_zh = "每行写“日期,休或班,名称”，例如：2027-10-01,休,国庆节；日期可写成 2027-10-01~2027-10-07。"
    next_en = (
        "Write 'date,rest or work,name' on each line, such as 2027-10-01,rest,National Day; "
        "a span is 2027-10-01~2027-10-07."
    )
