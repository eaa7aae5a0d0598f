"""What a request asks for, or how."""

from __future__ import annotations

from deskcheck_service.errors.base import ServiceError


class NotFoundError(ServiceError):
    """There is no such thing, or it is not theirs to see."""

    code = "request.not_found"
    zh = "找不到：{what}。"
    en = "Not found: {what}."
    next_zh = "请检查地址或编号。"
    next_en = "Check the address or the number."


class ExistsError(ServiceError):
    """There is one of that name already."""

    code = "request.exists"
    zh = "已存在：{what}。"
    en = "Exists already: {what}."
    next_zh = "请换一个名称或编号。"
    next_en = "Choose another name or code."


class RequestError(ServiceError):
    """The request itself cannot be read."""

    code = "request.invalid"
    zh = "请求内容不正确：{problem}。"
    en = "The request is not right: {problem}."
    next_zh = "请按接口说明 /api/v1/openapi.json 修改。"
    next_en = "See the description at /api/v1/openapi.json."


class TooLargeError(RequestError):
    """More bytes than allowed."""

    code = "request.too_large"
    zh = "文件过大：上限 {limit_mb} MB。"
    en = "The file is too large: the limit is {limit_mb} MB."
    next_zh = "请缩小图片后重试。"
    next_en = "Make the picture smaller and try again."


class CursorError(RequestError):
    """The mark of the next page cannot be read."""

    code = "request.cursor"
    zh = "翻页标记无效。"
    en = "The page mark is not valid."
    next_zh = "请从第一页重新开始。"
    next_en = "Start again from the first page."


class OtherWindowError(RequestError):
    """The position stickers in the photo are another window's. Facts: ``window``, ``shown``."""

    code = "photo.other_window"
    zh = "照片上的定位贴属于窗口 {shown}，不是 {window}。"
    en = "The position stickers in the photo are those of window {shown}, not of {window}."
    next_zh = "请在窗口 {shown} 下上传这张照片，或重新拍摄窗口 {window}。"
    next_en = "Upload this photo for window {shown}, or take another one of {window}."


class ViewUnfitError(RequestError):
    """The chosen view's pictures have other proportions than the photo."""

    code = "photo.view_unfit"
    zh = "照片（{width_px}×{height_px}）与机位“{view}”的画面比例不同。"
    en = "The photo ({width_px}x{height_px}) has other proportions than the view '{view}'."
    next_zh = "请选择正确的机位，或在照片上点出台面四角。"
    next_en = "Choose the right view, or tap the desk's four corners on the photo."
