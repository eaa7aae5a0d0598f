"""Errors of data making and checking.

The tree::

    DeskcheckError
    |-- DataFolderError     a data folder is absent or lacks a part
    |-- YoloSetError        a YOLO set cannot be read
    |-- BoxedSetError       a boxed set of another format cannot be read
    `-- SetRecordError      a record of a set cannot be read
"""

from __future__ import annotations

from deskcheck_vision.errors import DeskcheckError


class DataFolderError(DeskcheckError):
    """A data folder is absent or lacks a part."""

    code = "datasets.folder"
    zh = "数据目录 {path} 不可用：{reason}。"
    en = "The data folder {path} cannot be used: {reason}."
    next_zh = "请用 --data 或环境变量 DESKCHECK_DATA_DIR 指定数据目录。"
    next_en = "Name the data folder with --data or the environment variable DESKCHECK_DATA_DIR."


class YoloSetError(DeskcheckError):
    """A YOLO set cannot be read."""

    code = "datasets.yolo_set"
    zh = "YOLO 数据集 {path} 无法读取：{reason}。"
    en = "The YOLO set {path} cannot be read: {reason}."
    next_zh = "请检查该文件，或重新生成数据集。"
    next_en = "Mend that file, or make the set again."


class BoxedSetError(DeskcheckError):
    """A boxed set cannot be read or written."""

    code = "datasets.boxed_set"
    zh = "标注集 {path} 无法使用：{reason}。"
    en = "The boxed set {path} cannot be used: {reason}."
    next_zh = "请检查该文件；支持的格式：coco、yolo、voc。"
    next_en = "Mend that file; known formats are coco, yolo and voc."


class SetRecordError(DeskcheckError):
    """A record of a set cannot be read."""

    code = "datasets.set_record"
    zh = "数据集记录 {path} 无法读取：{reason}。"
    en = "The record of a set {path} cannot be read: {reason}."
    next_zh = "请用 deskcheck-data record 重新生成记录。"
    next_en = "Write it anew with deskcheck-data record."
