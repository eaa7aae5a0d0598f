"""Errors of films.

The tree::

    FilmError                     a film cannot be used
    |-- FilmReaderMissingError    the extra that reads films is not installed
    |-- FilmAbsentError           there is no such file, or it may not be read
    |-- NotAFilmError             not of an accepted format
    |-- NoVideoStreamError        sound only, or of a coding that cannot be decoded
    |-- FilmTooShortError         shorter than can be sampled
    |-- FilmTooLargeError         more pixels than the limit
    `-- FilmDamagedError          a moment of it cannot be read
"""

from __future__ import annotations

from deskcheck_vision.sources.camera_errors import SourceError


class FilmError(SourceError):
    """A film cannot be used."""

    code = "film.unusable"
    zh = "这段录像无法使用。"
    en = "This film cannot be used."
    next_zh = "请重新导出录像。"
    next_en = "Export the film again."


class FilmReaderMissingError(FilmError):
    """The extra that reads films is not installed."""

    code = "film.reader_missing"
    zh = "未安装读取录像的组件（PyAV）。"
    en = "The package that reads films (PyAV) is not installed."
    next_zh = "请运行 pip install 'deskcheck[video]'。"
    next_en = "Run pip install 'deskcheck[video]'."


class FilmAbsentError(FilmError):
    """A film's file is not there or may not be read."""

    code = "film.absent"
    zh = "无法打开录像 {film}：{reason}。"
    en = "The film {film} cannot be opened: {reason}."
    next_zh = "请检查路径和读取权限。"
    next_en = "Check the path and the permission to read it."


class NotAFilmError(FilmError):
    """A file is no film of an accepted format, whatever its name says."""

    code = "film.unknown_format"
    zh = "{film} 不是可接受的录像格式（{accepted}），或文件开头已损坏。"
    en = "{film} is not a film of an accepted format ({accepted}), or its beginning is damaged."
    next_zh = "请从录像机导出 MP4 文件；改扩展名没有用。"
    next_en = "Export an MP4 file from the recorder; renaming the file does not help."


class NoVideoStreamError(FilmError):
    """A file has no pictures that can be decoded."""

    code = "film.no_video"
    zh = "{film} 中没有可解码的画面（{found}）。"
    en = "{film} has no pictures that can be decoded ({found})."
    next_zh = "请导出含 H.264 或 H.265 画面的录像。"
    next_en = "Export the film with H.264 or H.265 pictures."


class FilmTooShortError(FilmError):
    """A film is shorter than can be sampled."""

    code = "film.too_short"
    zh = "{film} 只有 {duration_s} 秒，至少需要 {limit_s} 秒。"
    en = "{film} lasts only {duration_s} s; at least {limit_s} s are needed."
    next_zh = "请导出更长的一段，或把画面存为照片后用 deskcheck check 检查。"
    next_en = "Export a longer part, or save the picture as a photo and use deskcheck check."


class FilmTooLargeError(FilmError):
    """A film's pictures have more pixels than the limit; refused before one is decoded."""

    code = "film.too_many_pixels"
    zh = "{film} 的画面为 {width}×{height} 像素，超过上限 {limit_mpx} 百万像素。"
    en = "The pictures of {film} have {width} x {height} pixels, more than the limit of {limit_mpx} megapixels."
    next_zh = "请用较低的分辨率导出。"
    next_en = "Export the film at a lower resolution."


class FilmDamagedError(FilmError):
    """A moment of a film cannot be read."""

    code = "film.damaged"
    zh = "{film} 在 {at_s} 秒处无法读取：文件不完整或已损坏。"
    en = "{film} cannot be read at {at_s} s: it is damaged or its end is missing."
    next_zh = "请重新导出录像；其他时刻的结果仍然有效。"
    next_en = "Export the film again; what was judged at other times still holds."
