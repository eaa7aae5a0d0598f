"""Errors that a person can act on: a stable code, one sentence, the next step, in Chinese and English.

The tree (each package adds its own leaves in its own ``errors.py``)::

    DeskcheckError
    |-- PictureError          an uploaded or read picture cannot be used
    |-- ModelFileError        a weight file does not fit this program
    |-- InferenceError        the inference runtime failed
    `-- UnknownClassError     a class name is not in the taxonomy
"""

from __future__ import annotations

from typing import ClassVar, Literal

Language = Literal["zh", "en"]


class DeskcheckError(Exception):
    """Base of every error that deskcheck raises on purpose.

    A subclass sets ``code`` (stable, dotted) and four templates; the facts given to the constructor fill
    their ``{fields}`` and stay readable as ``error.facts``.

    Args:
        facts: values named in the templates, such as ``limit_mb=30``.
    """

    code: ClassVar[str] = "deskcheck.error"
    zh: ClassVar[str] = "发生错误。"
    en: ClassVar[str] = "Something went wrong."
    next_zh: ClassVar[str] = ""
    next_en: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        self.facts: dict[str, object] = facts
        super().__init__(f"{self.code}: {self.sentence('en')}")

    def sentence(self, language: Language = "zh") -> str:
        """What is wrong, as one sentence in the language asked for."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)

    def next_step(self, language: Language = "zh") -> str:
        """What the person can do about it; empty where nothing can be done."""
        return (self.next_zh if language == "zh" else self.next_en).format(**self.facts)


class PictureError(DeskcheckError):
    """A picture cannot be used."""

    code = "picture.unusable"
    zh = "这张图片无法使用。"
    en = "This picture cannot be used."
    next_zh = "请重新拍一张照片。"
    next_en = "Take the photo again."


class ModelFileError(DeskcheckError):
    """A weight file does not fit this program."""

    code = "model.unfit"
    zh = "模型文件不适用：{reason}。"
    en = "The model file does not fit: {reason}."
    next_zh = "请使用本项目发布的模型文件，或重新导出。"
    next_en = "Use a model file that this project publishes, or export it again."


class InferenceError(DeskcheckError):
    """The inference runtime failed."""

    code = "inference.failed"
    zh = "检测运行失败：{reason}。"
    en = "Detection failed to run: {reason}."
    next_zh = "请运行 deskcheck doctor 检查环境。"
    next_en = "Run deskcheck doctor to check the installation."


class UnknownClassError(DeskcheckError):
    """A class name is not in the taxonomy."""

    code = "taxonomy.unknown_class"
    zh = "未知的物品类别“{name}”。已知类别：{known}。"
    en = "Unknown item class '{name}'. Known classes: {known}."
    next_zh = "请改用列表中的类别名。"
    next_en = "Use one of the listed class names."
