"""What can be wrong with a page's form before the service is even asked."""

from __future__ import annotations

from deskcheck_service.errors import RequestError


class EmptyLogInError(RequestError):
    """Name or password was left empty."""

    code = "form.log_in_empty"
    zh = "请输入用户名和密码。"
    en = "Enter your name and your password."
    next_zh = ""
    next_en = ""


class NewPasswordError(RequestError):
    """The new password is too short or too long."""

    code = "form.new_password"
    zh = "新密码需要 10 至 200 个字符。"
    en = "The new password needs 10 to 200 characters."
    next_zh = "请换一个更长的密码。"
    next_en = "Choose a longer one."


class OldPasswordError(RequestError):
    """The old password does not fit."""

    code = "form.old_password"
    zh = "原密码不正确。"
    en = "The old password is not right."
    next_zh = "请重新输入原密码。"
    next_en = "Enter it again."


class NoPhotoError(RequestError):
    """The form came without a photo."""

    code = "form.no_photo"
    zh = "还没有照片。"
    en = "There is no photo yet."
    next_zh = "请先拍照或从相册选择一张照片。"
    next_en = "Take one, or choose one from the album."


class NoFileError(RequestError):
    """The form came without a file."""

    code = "form.no_file"
    zh = "还没有选择文件。"
    en = "No file has been chosen."
    next_zh = "请选择布局文件（YAML 或 JSON）。"
    next_en = "Choose a layout file (YAML or JSON)."


class UserFormError(RequestError):
    """A field of the form for a new account is not right."""

    code = "form.user"
    zh = "请检查：{field}。"
    en = "Check this field: {field}."
    next_zh = "用户名用字母、数字和 . _ - @；密码至少 10 个字符；至少选一个角色。"
    next_en = "Names take letters, digits and . _ - @; passwords at least 10 characters; choose at least one role."


class DateError(RequestError):
    """A date of a filter cannot be read."""

    code = "form.date"
    zh = "日期“{text}”无法识别。"
    en = "The date '{text}' cannot be read."
    next_zh = "请按 2026-11-21 的格式填写。"
    next_en = "Write it like 2026-11-21."


class DeskTypeFormError(RequestError):
    """A field of the form for a desk type is not right."""

    code = "form.desk_type"
    zh = "请检查：{field}。"
    en = "Check this field: {field}."
    next_zh = "编号用字母、数字和 . _ -；名称必填；宽与深为 5 至 2000 厘米。"
    next_en = "Codes take letters, digits and . _ -; a name is needed; width and depth are 5 to 2000 cm."


class NoWindowChosenError(RequestError):
    """No window was ticked."""

    code = "form.no_window"
    zh = "还没有选择窗口。"
    en = "No window has been chosen."
    next_zh = "请勾选至少一个窗口。"
    next_en = "Tick at least one."


class NoVersionChosenError(RequestError):
    """No version was ticked."""

    code = "form.no_version"
    zh = "还没有选择要批准的版本。"
    en = "No version has been chosen to be approved."
    next_zh = "请勾选至少一个版本。"
    next_en = "Tick at least one."


class CameraFormError(RequestError):
    """A field of the form for a new camera is not right."""

    code = "form.camera"
    zh = "请检查：{field}。"
    en = "Check this field: {field}."
    next_zh = "编号用字母、数字和 . _ -，以字母或数字开头；名称不能为空。"
    next_en = "Codes take letters, digits and . _ - and begin with a letter or digit; the name must not be empty."


class ReasonError(RequestError):
    """No reason was given."""

    code = "form.reason"
    zh = "请写明理由（3 至 500 个字符）。"
    en = "Say why (3 to 500 characters)."
    next_zh = "例如：已将摄像机扶正。"
    next_en = "For instance: it was pushed back into place."


class SourceFormError(RequestError):
    """A field of the form for a camera's source is not right."""

    code = "form.source"
    zh = "请检查：{field}。"
    en = "Check this field: {field}."
    next_zh = "地址必填；用户名不能含冒号或引号；宽与高须同时填写（64 至 8192）。"
    next_en = "An address is needed; a user has no colon or quote; width and height come together (64 to 8192)."


class PermitFormError(RequestError):
    """Purpose or legal basis is missing."""

    code = "form.permit"
    zh = "请写明用途和法律依据（各 3 至 500 个字符）。"
    en = "Say for what purpose and on what legal basis (3 to 500 characters each)."
    next_zh = "例如：用途“窗口台面规范检查”，依据“中心管理办法第 5 条”。"
    next_en = "For instance: order at the counters; article 5 of the centre's rules."


class TargetFormError(RequestError):
    """A field of the form for an outside system is not right."""

    code = "form.target"
    zh = "请检查：{field}。"
    en = "Please check: {field}."
    next_zh = "名称用字母、数字、点、横线；地址以 http:// 或 https:// 开头。"
    next_en = "A name has letters, digits, dots and dashes; an address begins with http:// or https://."


class RoundFormError(RequestError):
    """A field of the form that starts a round is not right."""

    code = "form.round"
    zh = "请检查开始巡检的各项。"
    en = "Check what you entered for the round."
    next_zh = "时长为 5 至 240 分钟。"
    next_en = "It may take 5 to 240 minutes."


class ScheduleFormError(RequestError):
    """A field of the form for a schedule is not right."""

    code = "form.schedule"
    zh = "请检查：{field}。"
    en = "Check this field: {field}."
    next_zh = "名称必填；时间写成 10:00；每天 1 至 12 次；比例 1 至 100；画面 1 至 20 张，时长 0 至 600 秒。"
    next_en = (
        "A name is needed; times are like 10:00; 1 to 12 a day; a share of 1 to 100; 1 to 20 frames in 0 to 600 s."
    )


class DayFormError(RequestError):
    """A field of the form for a calendar day is not right."""

    code = "form.day"
    zh = "请检查日期、上班或休息、名称。"
    en = "Check the date, whether it is worked, and the name."
    next_zh = "日期写成 2026-11-21；名称不超过 100 字。"
    next_en = "Write the date like 2026-11-21; the name has 100 characters at most."
