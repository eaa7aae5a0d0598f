"""Errors of calibration, layouts and judging.

The tree::

    DeskcheckError
    |-- CalibrationError              a desk plane cannot be had from what was given
    |   |-- CornersNotFiniteError     a corner or size is NaN or infinite
    |   |-- CornersOutsideError       a corner lies far outside the picture
    |   |-- CornersOnLineError        three corners lie (almost) on one line, or two coincide
    |   |-- CornersCrossedError       the outline crosses itself
    |   |-- CornersOrderError         the corners run the wrong way round or start at the wrong one
    |   |-- DegeneratePlaneError      the homography is too ill conditioned to be trusted
    |   |-- DeskSizeError             the desk size is zero, negative or absurd
    |   |-- FocalLengthError          the focal length is absurd for the picture's size
    |   |-- NoCameraPoseError         a height was asked for, but the camera's pose is not known
    |   |-- NoReferenceViewError      the layout has no view that fits the picture
    |   |-- DeskNotRecognisedError    a photo's desk is not told surely by its approved picture
    |   |-- LensUnclearError          a picture does not tell how its lens bends it
    |   `-- LensFileError             a camera's calibration file cannot be used
    |       |-- LensFileSizeError     it is of pictures of other proportions
    |       `-- LensFileStrayError    its lens is not told by one number
    |-- UnknownPresetError            there is no preset of policies of that name
    |-- DeskReferenceError            a kept desk reference cannot be read
    |-- ViewsApartError               pictures to be judged together are of different times
    `-- LayoutFileError               a layout file cannot be used (see ``layout_file``)
"""

from __future__ import annotations

from deskcheck_vision.errors import DeskcheckError

_TAP_AGAIN_ZH = "请按 外沿左、外沿右、内沿右、内沿左 的顺序重新点选桌面四角。"
_TAP_AGAIN_EN = "Tap the four desk corners again: outer left, outer right, inner right, inner left (staff-side view)."


class CalibrationError(DeskcheckError):
    """A desk plane cannot be had from what was given."""

    code = "calibration.unusable"
    zh = "无法完成桌面标定。"
    en = "The desk cannot be calibrated."
    next_zh = _TAP_AGAIN_ZH
    next_en = _TAP_AGAIN_EN


class CornersNotFiniteError(CalibrationError):
    """Facts: ``corners_px``."""

    code = "calibration.not_finite"
    zh = "桌角坐标不是有效数字：{corners_px}。"
    en = "A corner coordinate is not a finite number: {corners_px}."


class CornersOutsideError(CalibrationError):
    """Facts: ``corner`` (0-based), ``corner_px``, ``image_wh``."""

    code = "calibration.corners_outside"
    zh = "第 {corner} 个桌角 {corner_px} 远在图片 {image_wh} 之外。"
    en = "Corner {corner} at {corner_px} lies far outside the picture of {image_wh} px."


class CornersOnLineError(CalibrationError):
    """Facts: ``condition_number``, ``error_px`` (smallest height of a corner triangle in px)."""

    code = "calibration.corners_on_line"
    zh = "至少三个桌角几乎在一条直线上（仅差 {error_px:.1f} px）。"
    en = "At least three corners lie almost on one line (off by {error_px:.1f} px only)."


class CornersCrossedError(CalibrationError):
    """Facts: ``corners_px``."""

    code = "calibration.corners_crossed"
    zh = "四个桌角连成的轮廓自相交。"
    en = "The outline through the four corners crosses itself."


class CornersOrderError(CalibrationError):
    """Facts: ``stretch`` (how many times one axis is stretched against the other) or a mirrored outline."""

    code = "calibration.corners_order"
    zh = "桌角的顺序不对：{reason_zh}。"
    en = "The corners are in the wrong order: {reason_en}."


class DegeneratePlaneError(CalibrationError):
    """Facts: ``condition_number``, ``error_px``."""

    code = "calibration.degenerate"
    zh = "由这四个角得到的平面不可靠（条件数 {condition_number:.3g}，反投影误差 {error_px:.2f} px）。"
    en = "The plane through these corners is unreliable (condition {condition_number:.3g}, error {error_px:.2f} px)."


class DeskSizeError(CalibrationError):
    """Facts: ``desk_wh_cm``, ``low_cm``, ``high_cm``."""

    code = "calibration.desk_size"
    zh = "桌面尺寸 {desk_wh_cm} cm 不合理，应在 {low_cm:g} 至 {high_cm:g} cm 之间。"
    en = "A desk of {desk_wh_cm} cm makes no sense; each side must be {low_cm:g} to {high_cm:g} cm."
    next_zh = "请用卷尺量出桌面的长和宽（厘米）后重新填写。"
    next_en = "Measure the desk's width and depth in centimetres and enter them again."


class FocalLengthError(CalibrationError):
    """Facts: ``focal_px``, ``low_px``, ``high_px``."""

    code = "calibration.focal"
    zh = "焦距 {focal_px:g} px 与图片尺寸不符，应在 {low_px:g} 至 {high_px:g} px 之间。"
    en = "A focal length of {focal_px:g} px does not fit the picture; it must be {low_px:g} to {high_px:g} px."
    next_zh = "请更正焦距，或留空由程序估计。"
    next_en = "Correct the focal length, or leave it out to have it estimated."


class NoCameraPoseError(CalibrationError):
    """Facts: ``height_cm``."""

    code = "calibration.no_pose"
    zh = "相机姿态未知，无法计算桌面以上 {height_cm:g} cm 处的位置。"
    en = "The camera pose is unknown, so nothing {height_cm:g} cm above the desk can be located."
    next_zh = "请给出焦距，或换一个倾斜的角度拍摄。"
    next_en = "Give the focal length, or take the picture at a slant."


class NoReferenceViewError(CalibrationError):
    """Facts: ``window``, ``photo``, ``image_wh``, ``known``."""

    code = "calibration.no_view"
    zh = "窗口 {window} 的布局没有适合图片 {photo}（{image_wh}）的参考视图。已有：{known}。"
    en = "The layout of window {window} has no reference view for {photo} ({image_wh}). Known views: {known}."
    next_zh = "请先用 deskcheck calibrate 为这张图片点选桌面四角。"
    next_en = "Run deskcheck calibrate on this picture to tap its desk corners first."


class DeskNotRecognisedError(CalibrationError):
    """Facts: ``reason`` (a ``desk_registration.Refusal``), ``reason_zh``, ``reason_en``."""

    code = "registration.not_recognised"
    zh = "无法凭参考图片确认照片中的桌面：{reason_zh}。"
    en = "The desk cannot be recognised surely by its approved picture: {reason_en}."
    next_zh = "请从能看到整张桌面的位置重拍，或点选桌面四角，或张贴定位贴。"
    next_en = "Take the photo again with the whole desk in it, tap the four corners, or use position stickers."

    @classmethod
    def because(cls, refusal: str) -> DeskNotRecognisedError:
        """Return the error for a refusal."""
        reason_zh, reason_en = _REFUSALS[refusal]
        return cls(reason=refusal, reason_zh=reason_zh, reason_en=reason_en)


_REFUSALS = {
    "few_matches": ("相同的特征太少", "too few features are the same"),
    "no_camera": ("没有相机能这样看到这些特征", "no camera sees these features so"),
    "one_spot": ("相同的特征集中在桌面一处或一条线上", "the same features lie on one spot or line of the desk"),
    "board_unknown": ("台面的纹理与参考照片不符", "the grain of the board is not that of the reference picture"),
    "sides_unseen": ("看到的桌面边缘不足三条", "fewer than three sides of the desk are seen"),
    "sides_ambiguous": ("桌面边缘可有不同解释", "the sides of the desk can be taken in more than one way"),
    "sides_disagree": ("桌面边缘与特征不一致", "the sides of the desk and the features disagree"),
    "uncertain": ("位置误差可能过大", "the place would be too uncertain"),
}


class ViewsApartError(DeskcheckError):
    """Facts: ``apart_min``, ``most_min``."""

    code = "calibration.views_apart"
    zh = "这些图片的拍摄时间相差 {apart_min:.0f} 分钟，一起判定最多允许相差 {most_min:.0f} 分钟。"
    en = "These pictures were taken {apart_min:.0f} minutes apart; at most {most_min:.0f} are judged as one."
    next_zh = "请把各视角在同一时间重新拍摄，或分别判定。"
    next_en = "Take the pictures of all views at one time, or judge them one by one."


class UnknownPresetError(DeskcheckError):
    """Facts: ``name``, ``known``."""

    code = "preset.unknown"
    zh = "没有名为“{name}”的预设。"
    en = "There is no preset named '{name}'."
    next_zh = "现有预设：{known}。"
    next_en = "Known presets: {known}."


class LensUnclearError(CalibrationError):
    """A picture does not tell how its lens bends it."""

    code = "lens.unclear"
    zh = "这张图片看不出镜头畸变：台面直边被遮挡、太短，或经过图片中央。"
    en = "This picture does not tell the lens: the desk's sides are hidden, too short, or run through its middle."
    next_zh = "请换一张台面空一些、边缘清楚的图片，或提供相机的标定文件。"
    next_en = "Take one with the desk cleared and its edges sharp, or give the camera's calibration file."


class LensFileError(CalibrationError):
    """Facts: ``problem``."""

    code = "lens.file"
    zh = "镜头标定文件无法使用（{problem}）。"
    en = "The camera's calibration file cannot be used ({problem})."
    next_zh = (
        "请提供 OpenCV 的标定文件（YAML、XML）或相同字段的 JSON：camera_matrix、distortion_coefficients、"
        "image_width、image_height。"
    )
    next_en = (
        "Give a file as OpenCV's calibration writes it (YAML, XML), or JSON with the same keys: camera_matrix, "
        "distortion_coefficients, image_width, image_height."
    )


class LensFileSizeError(LensFileError):
    """Facts: ``file_wh``, ``image_wh``."""

    code = "lens.file_size"
    zh = "镜头标定文件针对 {file_wh} 的图片，与这张图片 {image_wh} 的长宽比不同。"
    en = "The camera's calibration file is for pictures of {file_wh} px, whose proportions differ from {image_wh}."
    next_zh = "请用与图片相同长宽比的画面标定相机。"
    next_en = "Calibrate the camera with pictures of the same proportions."


class LensFileStrayError(LensFileError):
    """Facts: ``stray_px``, ``limit_px``."""

    code = "lens.file_stray"
    zh = "该镜头不能只用一个畸变系数描述：会相差 {stray_px:.1f} px（允许 {limit_px:.1f} px）。"
    en = "This lens is not told by one number: {stray_px:.1f} px would be left over ({limit_px:.1f} px allowed)."
    next_zh = "请启用摄像机自带的畸变校正后重新标定。"
    next_en = "Switch on the distortion correction of the camera itself and calibrate again."


class DeskReferenceError(DeskcheckError):
    """Facts: ``problem``."""

    code = "calibration.desk_reference"
    zh = "保存的桌面特征无法读取（{problem}）。"
    en = "The kept features of the desk cannot be read ({problem})."
    next_zh = "请由参考图片重新生成。"
    next_en = "Make them again from the reference picture."
