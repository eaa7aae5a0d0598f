"""Errors of training, export and evaluation.

The tree::

    DeskcheckError
    |-- UnknownLabelError       a label is not one that the project knows
    |-- RecipeError             a training recipe cannot be used
    |-- TrainingDataError       the training set does not fit the recipe
    |-- MissingExtraError       the extra [train] is not installed
    |-- MetricsFileError        a metrics file cannot be read
    |-- CardError               a model's card cannot take its figures
    `-- ModelFileError
        `-- VerificationError   .pt and .onnx do not agree, or a file is not what its check sum says
"""

from __future__ import annotations

from deskcheck_vision.errors import DeskcheckError, ModelFileError


class UnknownLabelError(DeskcheckError):
    """A label is not one that the project knows."""

    code = "models.unknown_label"
    zh = "未知或重复的模型标签“{name}”。已知标签：{known}。"
    en = "Unknown or repeated model label '{name}'. Known labels: {known}."
    next_zh = "请在 deskcheck_datasets.vocabulary 中登记该标签。"
    next_en = "Register the label in deskcheck_datasets.vocabulary."


class RecipeError(DeskcheckError):
    """A training recipe cannot be used."""

    code = "models.recipe"
    zh = "训练配方 {path} 无法使用：{reason}。"
    en = "The training recipe {path} cannot be used: {reason}."
    next_zh = "请参照 models/recipes 中的示例修改。"
    next_en = "Correct it after the examples in models/recipes."


class TrainingDataError(DeskcheckError):
    """The training set does not fit the recipe."""

    code = "models.training_data"
    zh = "训练数据 {path} 不适用：{reason}。"
    en = "The training data {path} does not fit: {reason}."
    next_zh = "请先运行 deskcheck-data check。"
    next_en = "Run deskcheck-data check first."


class MissingExtraError(DeskcheckError):
    """The extra [train] is not installed."""

    code = "models.missing_extra"
    zh = "此操作需要安装训练组件（缺少 {package}）。"
    en = "This step needs the training extra ({package} is missing)."
    next_zh = "请运行 pip install 'deskcheck[train]'。"
    next_en = "Run pip install 'deskcheck[train]'."


class CardError(DeskcheckError):
    """A model's card cannot take its figures."""

    code = "models.card"
    zh = "模型说明 {path} 无法更新：{reason}。"
    en = "The model card {path} cannot be renewed: {reason}."
    next_zh = "请参照 models/cards 中的说明文件修改。"
    next_en = "Correct it after the cards in models/cards."


class MetricsFileError(DeskcheckError):
    """A metrics file cannot be read."""

    code = "models.metrics_file"
    zh = "指标文件 {path} 无法读取：{reason}。"
    en = "The metrics file {path} cannot be read: {reason}."
    next_zh = "请从版本库恢复该文件，或重新运行 deskcheck-models evaluate。"
    next_en = "Restore it from the repository, or run deskcheck-models evaluate again."


class VerificationError(ModelFileError):
    """.pt and .onnx do not agree, or a file is not what its check sum says."""

    code = "models.verification"
    zh = "模型校验未通过：{reason}。"
    en = "The model failed verification: {reason}."
    next_zh = "请重新导出模型。"
    next_en = "Export the model again."
