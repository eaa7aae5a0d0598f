"""Errors that a person can act on: a stable code, one sentence, the next step, in Chinese and English.

The tree (each package adds its own leaves in its own ``errors.py``)::

    DeskcheckError
    |-- PictureError                  an uploaded or read picture cannot be used
    |   |-- EmptyPictureError         no bytes at all
    |   |-- TruncatedPictureError     the end is missing
    |   |-- DamagedPictureError       the content contradicts itself
    |   |-- UnknownPictureFormatError not JPEG, PNG, WebP or HEIC
    |   |-- AnimatedPictureError      several frames
    |   |-- TooManyBytesError         larger than the limit on bytes
    |   |-- TooManyPixelsError        larger than the limit on pixels
    |   `-- PictureTooSmallError      too few pixels to see anything
    |-- ModelFileError                a weight file does not fit this program
    |   |-- ModelMissingError         there is no such file
    |   |-- ModelChecksumError        its bytes are not the published ones
    |   |-- ModelUnreadableError      the runtime cannot load it
    |   |-- ModelMetadataError        a metadata entry is missing or malformed
    |   |-- ModelTaxonomyError        made for another version of the taxonomy
    |   `-- ModelLabelError           a label does not fit the taxonomy
    |-- InferenceError                the inference runtime failed
    |-- SessionUnusableError          an inference session cannot be opened here
    |   |-- SessionMissingError       its runtime is not installed
    |   `-- PrecisionUnsupportedError the processor has no units for its precision
    |-- LensBendError                 a lens cannot bend a picture so
    |-- FontMissingError              the font for Chinese labels is not installed
    `-- UnknownClassError             a class name is not in the taxonomy
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

    def __reduce__(self) -> tuple[object, ...]:
        """Let a worker process send the error back: by default an exception is rebuilt from its message alone."""
        return _again, (type(self), self.facts)

    def sentence(self, language: Language = "zh") -> str:
        """What is wrong, as one sentence in the language asked for."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)

    def next_step(self, language: Language = "zh") -> str:
        """What the person can do about it; empty where nothing can be done."""
        return (self.next_zh if language == "zh" else self.next_en).format(**self.facts)


def _again(kind: type[DeskcheckError], facts: dict[str, object]) -> DeskcheckError:
    return kind(**facts)


class PictureError(DeskcheckError):
    """A picture cannot be used."""

    code = "picture.unusable"
    zh = "这张图片无法使用。"
    en = "This picture cannot be used."
    next_zh = "请重新拍一张照片。"
    next_en = "Take the photo again."


class EmptyPictureError(PictureError):
    """A picture has no bytes."""

    code = "picture.empty"
    zh = "图片是空的（0 字节）。"
    en = "The picture is empty (0 bytes)."
    next_zh = "请重新选择或重新拍一张照片。"
    next_en = "Choose the photo again or take a new one."


class TruncatedPictureError(PictureError):
    """A picture's end is missing."""

    code = "picture.truncated"
    zh = "图片不完整，传输可能中断（{format}，收到 {size_bytes} 字节）。"
    en = "The picture is incomplete, its end is missing ({format}, {size_bytes} bytes received)."
    next_zh = "请在网络稳定时重新上传原图。"
    next_en = "Upload the original photo again on a steady connection."


class DamagedPictureError(PictureError):
    """A picture's content contradicts itself."""

    code = "picture.damaged"
    zh = "图片已损坏，无法解码（{format}）。"
    en = "The picture is damaged and cannot be decoded ({format})."
    next_zh = "请重新拍一张照片。"
    next_en = "Take the photo again."


class UnknownPictureFormatError(PictureError):
    """A file is none of the accepted picture formats, whatever its name says."""

    code = "picture.unknown_format"
    zh = "文件内容是 {found}，不是可接受的图片格式（{accepted}）。"
    en = "The file's content is {found}, which is not one of the accepted picture formats ({accepted})."
    next_zh = "请上传 JPEG、PNG、WebP 或 HEIC 照片；改扩展名没有用。"
    next_en = "Upload a JPEG, PNG, WebP or HEIC photo; renaming the file does not help."


class AnimatedPictureError(PictureError):
    """A picture has several frames."""

    code = "picture.animated"
    zh = "这是动态图片（{format}），无法判断用哪一帧。"
    en = "This is an animated picture ({format}); it is unclear which frame counts."
    next_zh = "请上传一张静态照片。"
    next_en = "Upload a still photo."


class TooManyBytesError(PictureError):
    """A picture's file is larger than the limit."""

    code = "picture.too_many_bytes"
    zh = "图片文件为 {size_mb} MB，超过上限 {limit_mb} MB。"
    en = "The picture file has {size_mb} MB, more than the limit of {limit_mb} MB."
    next_zh = "请用较低的照片质量重新拍摄，或先压缩图片。"
    next_en = "Take the photo at a lower quality setting, or compress it first."


class TooManyPixelsError(PictureError):
    """A picture has more pixels than the limit; refused before it is decoded."""

    code = "picture.too_many_pixels"
    zh = "图片为 {width}×{height} 像素，超过上限 {limit_mpx} 百万像素。"
    en = "The picture has {width} x {height} pixels, more than the limit of {limit_mpx} megapixels."
    next_zh = "请用较低的分辨率重新拍摄。"
    next_en = "Take the photo at a lower resolution."


class PictureTooSmallError(PictureError):
    """A picture has too few pixels to see anything."""

    code = "picture.too_small"
    zh = "图片只有 {width}×{height} 像素，每边至少需要 {limit_px} 像素。"
    en = "The picture has only {width} x {height} pixels; each side needs at least {limit_px}."
    next_zh = "请上传原图，不要上传缩略图。"
    next_en = "Upload the original photo, not a thumbnail."


class ModelFileError(DeskcheckError):
    """A weight file does not fit this program."""

    code = "model.unfit"
    zh = "模型文件不适用：{reason}。"
    en = "The model file does not fit: {reason}."
    next_zh = "请使用本项目发布的模型文件，或重新导出。"
    next_en = "Use a model file that this project publishes, or export it again."


class ModelMissingError(ModelFileError):
    """There is no weight file where one is looked for."""

    code = "model.missing"
    zh = "找不到模型文件：{path}。"
    en = "There is no model file at {path}."
    next_zh = "请重新安装 deskcheck，或用 DESKCHECK_MODEL_PATH 指明模型文件。"
    next_en = "Install deskcheck again, or name a model file in DESKCHECK_MODEL_PATH."


class ModelChecksumError(ModelFileError):
    """A weight file's bytes are not the published ones."""

    code = "model.checksum"
    zh = "模型文件 {path} 与其 SHA-256 校验值不符（应为 {expected}，实为 {actual}）。"
    en = "The model file {path} does not match its SHA-256 (expected {expected}, found {actual})."
    next_zh = "文件可能已损坏或被替换，请重新取得该文件及其 .sha256 文件。"
    next_en = "It may be damaged or replaced: fetch it and its .sha256 file again."


class ModelUnreadableError(ModelFileError):
    """The inference runtime cannot load a weight file."""

    code = "model.unreadable"
    zh = "无法加载模型文件 {path}：{reason}。"
    en = "The model file {path} cannot be loaded: {reason}."


class ModelMetadataError(ModelFileError):
    """A metadata entry of a weight file is missing or malformed."""

    code = "model.metadata"
    zh = "模型文件的元数据 {key} 不可用：{reason_zh}。"
    en = "The model file's metadata entry {key} is unusable: {reason}."


class ModelTaxonomyError(ModelFileError):
    """A weight file was made for another version of the taxonomy."""

    code = "model.taxonomy_version"
    zh = "模型按物品分类表第 {found} 版制作，本程序使用第 {expected} 版。"
    en = "The model was made for version {found} of the item taxonomy; this program uses version {expected}."


class ModelLabelError(ModelFileError):
    """A label of a weight file does not fit the taxonomy."""

    code = "model.label"
    zh = "模型标签“{label}”不可用：{reason_zh}。"
    en = "The model's label '{label}' does not fit: {reason}."


class LensBendError(DeskcheckError):
    """Facts: ``bend``, ``low``, ``high``."""

    code = "lens.bend"
    zh = "镜头畸变 {bend:.3f} 超出 {low:g} 至 {high:g}，没有镜头会这样成像。"
    en = "A lens cannot bend a picture by {bend:.3f}; {low:g} to {high:g} can be undone."
    next_zh = "请更正畸变值，或留空不校正；鱼眼镜头请先用摄像机自带的校正功能。"
    next_en = "Correct the value or leave it out; a fisheye has a correction of its own in the camera's settings."


class FontMissingError(DeskcheckError):
    """The font for the labels of evidence pictures is not installed."""

    code = "font.missing"
    zh = "缺少中文字体文件：{path}。"
    en = "The font file for Chinese labels is missing: {path}."
    next_zh = "请运行 make setup（或 python service/web/build_assets.py）取得字体。"
    next_en = "Run make setup (or python service/web/build_assets.py) to fetch it."


class InferenceError(DeskcheckError):
    """The inference runtime failed."""

    code = "inference.failed"
    zh = "检测运行失败：{reason}。"
    en = "Detection failed to run: {reason}."
    next_zh = "请运行 deskcheck doctor 检查环境。"
    next_en = "Run deskcheck doctor to check the installation."


class SessionUnusableError(DeskcheckError):
    """An inference session cannot be opened on this machine."""

    code = "session.unusable"
    next_zh = "请设置 DESKCHECK_SESSION=onnxruntime，它在任何机器上都可用；deskcheck doctor --bench 会列出可用的会话。"
    next_en = "Set DESKCHECK_SESSION=onnxruntime, which runs everywhere; deskcheck doctor --bench lists what runs here."


class SessionMissingError(SessionUnusableError):
    """A session's runtime is not installed."""

    code = "session.missing"
    zh = "推理运行库 {session} 未安装。"
    en = "The inference runtime {session} is not installed."
    next_zh = "请运行 pip install 'deskcheck[{extra}]'，或设置 DESKCHECK_SESSION=onnxruntime。"
    next_en = "Run pip install 'deskcheck[{extra}]', or set DESKCHECK_SESSION=onnxruntime."


class PrecisionUnsupportedError(SessionUnusableError):
    """The processor has no units for a session's precision."""

    code = "session.precision"
    zh = "本机处理器不支持 {precision}（支持：{known}）。"
    en = "This processor has no units for {precision} (it has: {known})."


class UnknownClassError(DeskcheckError):
    """A class name is not in the taxonomy."""

    code = "taxonomy.unknown_class"
    zh = "未知的物品类别“{name}”。已知类别：{known}。"
    en = "Unknown item class '{name}'. Known classes: {known}."
    next_zh = "请改用列表中的类别名。"
    next_en = "Use one of the listed class names."
