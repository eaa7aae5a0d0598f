"""Errors of the command line.

The tree, below ``deskcheck_vision.errors.DeskcheckError``::

    CommandError
    |-- UsageError             an option or argument that the command does not take
    |-- FileAbsentError        a named file is not there
    |-- FileUnreadableError    a named file cannot be read
    |-- FileUnwritableError    a result cannot be written
    |-- DiskFullError          the disk is full; what was begun has been removed
    |-- FileExistsAlreadyError a result is there already and --force was not given
    |-- CornersUnreadableError --corners is not four points
    |-- PointsUnreadableError  --points is not four points or more
    |-- PointsUnusableError    known points that do not tell where the desk lies
    |-- DeskSizeUnreadableError --desk-size is not two lengths
    |-- TimeUnreadableError    --at or --start is not a time
    |-- SpanUnreadableError    --every is not a length of time
    |-- ViewUnknownError       the layout has no view of that name
    |-- SheetAbsentError       no A4 sheet in the photo
    |-- StickersAbsentError    not all four position stickers in the photo
    |-- PortInUseError         another program listens there
    |-- PasswordMissingError   a password was asked for and none came
    `-- UnexpectedError        a fault of deskcheck itself
"""

from __future__ import annotations

from deskcheck_vision.errors import DeskcheckError


class CommandError(DeskcheckError):
    """A command cannot do what was asked."""

    code = "cli.error"


class UsageError(CommandError):
    """An option or argument that the command does not take."""

    code = "cli.usage"
    zh = "命令写法不对：{reason}"
    en = "The command was not understood: {reason}"
    next_zh = "请运行 {command} --help 查看用法。"
    next_en = "Run {command} --help to see how it is used."


class FileAbsentError(CommandError):
    """A named file is not there."""

    code = "cli.file_absent"
    zh = "找不到文件：{path}。"
    en = "There is no file {path}."
    next_zh = "请检查路径是否写对。"
    next_en = "Check the path."


class FileUnreadableError(CommandError):
    """A named file cannot be read."""

    code = "cli.file_unreadable"
    zh = "无法读取 {path}：{reason}。"
    en = "{path} cannot be read: {reason}."
    next_zh = "请检查文件权限，并确认它是文件而不是文件夹。"
    next_en = "Check its permissions, and that it is a file and not a folder."


class FileUnwritableError(CommandError):
    """A result cannot be written."""

    code = "cli.file_unwritable"
    zh = "无法写入 {path}：{reason}。"
    en = "{path} cannot be written: {reason}."
    next_zh = "请选择有写入权限的位置。"
    next_en = "Choose a place that you may write to."


class DiskFullError(CommandError):
    """The disk is full; what was begun has been removed."""

    code = "cli.disk_full"
    zh = "磁盘已满，{path} 未写入。"
    en = "The disk is full; {path} was not written."
    next_zh = "请腾出空间后重新运行，没有留下半截文件。"
    next_en = "Free some space and run it again; nothing half-written was left."


class FileExistsAlreadyError(CommandError):
    """A result is there already and --force was not given."""

    code = "cli.file_exists"
    zh = "文件 {path} 已存在，未改动。"
    en = "{path} exists already and was left as it is."
    next_zh = "请用 --out 另选文件名，或加 --force 覆盖。"
    next_en = "Choose another name with --out, or overwrite it with --force."


class CornersUnreadableError(CommandError):
    """--corners is not four points."""

    code = "cli.corners_unreadable"
    zh = "无法读懂四角坐标“{text}”。"
    en = "The corners '{text}' cannot be read."
    next_zh = '请写成四个像素点，如 --corners "120,80 1800,90 1900,1000 40,980"，依次为外左、外右、内右、内左。'
    next_en = (
        'Write four pixel points such as --corners "120,80 1800,90 1900,1000 40,980": outer left, outer right, '
        "inner right, inner left."
    )


class DeskSizeUnreadableError(CommandError):
    """--desk-size is not two lengths."""

    code = "cli.desk_size_unreadable"
    zh = "无法读懂台面尺寸“{text}”。"
    en = "The desk size '{text}' cannot be read."
    next_zh = "请写成 宽x深（厘米），如 --desk-size 160x70。"
    next_en = "Write width x depth in cm, such as --desk-size 160x70."


class TimeUnreadableError(CommandError):
    """--at is not a time."""

    code = "cli.time_unreadable"
    zh = "无法读懂时间“{text}”。"
    en = "The time '{text}' cannot be read."
    next_zh = "请写成 ISO 8601，如 --at 2026-11-20T10:30+08:00。"
    next_en = "Write it as ISO 8601, such as --at 2026-11-20T10:30+08:00."


class SpanUnreadableError(CommandError):
    """``--every`` is not a length of time."""

    code = "cli.span_unreadable"
    zh = "看不懂间隔：{text}。"
    en = "Not a length of time from 0.1 s to 24 h: {text}."
    next_zh = "写法示例：--every 10s 或 --every 2min。"
    next_en = "Write it like --every 10s or --every 2min."


class ViewUnknownError(CommandError):
    """The layout has no view of that name."""

    code = "cli.view_unknown"
    zh = "布局中没有视图“{view}”。已有：{known}。"
    en = "The layout has no view '{view}'. Known views: {known}."
    next_zh = "请改用其中之一，或用 --corners 指定四角。"
    next_en = "Use one of these, or give the desk's --corners."


class DeskUnknownError(CommandError):
    """Nothing says where the desk lies in a photo."""

    code = "cli.desk_unknown"
    zh = "不知道台面在 {path} 中的位置。"
    en = "Nothing says where the desk lies in {path}."
    next_zh = "请用 --corners 或 --view 指定，或在台面上贴好定位贴后重拍。"
    next_en = "Give --corners or --view, or take it again with the position stickers on the desk."


class NoTidyPhotoError(CommandError):
    """None of the photos to draft a layout from could be used."""

    code = "cli.no_tidy_photo"
    zh = "没有一张照片可用于起草布局。"
    en = "None of the photos can be used to draft a layout."
    next_zh = "各张的原因见上；请改正或重拍后再试。"
    next_en = "Each one's reason is told above; mend it or take the photo again."


class SheetAbsentError(CommandError):
    """No A4 sheet in the photo."""

    code = "cli.sheet_absent"
    zh = "照片 {path} 中没有找到完整的 A4 纸（21 × 29.7 cm）。"
    en = "No whole sheet of A4 paper (21 x 29.7 cm) was found in {path}."
    next_zh = "请把一张白色 A4 纸平放在台面上，四角都拍进画面，与台面颜色分明；或改用 --corners 指定四角。"
    next_en = (
        "Lay a white A4 sheet flat on the desk with all corners in the picture and clear of anything bright, or "
        "give the desk's --corners."
    )


class PointsUnreadableError(CommandError):
    """--points is not four known points or more. Facts: ``text``."""

    code = "cli.points_unreadable"
    zh = "无法读懂已知点“{text}”。"
    en = "The known points '{text}' cannot be read."
    next_zh = '请写成四个以上的“像素=厘米”，如 --points "120,80=0,0 900,95=60,0 880,700=60,70 40,680=0,70"。'
    next_en = 'Write four or more as px=cm, such as --points "120,80=0,0 900,95=60,0 880,700=60,70 40,680=0,70".'


class PointsUnusableError(CommandError):
    """Known points do not tell where the desk lies. Facts: ``path``."""

    code = "cli.points_unusable"
    zh = "照片 {path} 的已知点无法确定台面的位置。"
    en = "The known points in {path} do not tell where the desk lies."
    next_zh = "请核对像素与厘米坐标，并选取分布更开、不在一条直线上的点。"
    next_en = "Check both their px and their cm, and take points that lie far apart and not on one line."


class StickersAbsentError(CommandError):
    """A photo does not show a desk's four position stickers. Facts: ``path``, ``count``."""

    code = "cli.stickers_absent"
    zh = "照片 {path} 中没有看到同一台面四角的全部定位贴（同一台面只看到 {count} 张）。"
    en = "The photo {path} does not show the four position stickers of one desk ({count} of one desk are seen)."
    next_zh = "请让四张定位贴都完整、清楚地入镜，或用 --corners 点选四角。"
    next_en = "Take one that shows all four whole and sharp, or give --corners."


class PortInUseError(CommandError):
    """Another program listens there."""

    code = "cli.port_in_use"
    zh = "{host}:{port} 无法监听：{reason}。"
    en = "{host}:{port} cannot be listened on: {reason}."
    next_zh = "请用 --port 换一个端口，或先停掉占用它的程序。"
    next_en = "Choose another --port, or stop the program that uses it."


class PasswordMissingError(CommandError):
    """A password was asked for and none came."""

    code = "cli.password_missing"
    zh = "没有得到密码：{reason}。"
    en = "No password was given: {reason}."
    next_zh = "请在终端中输入，或用 --password-stdin 从标准输入传入；密码不能写在命令行里。"
    next_en = "Type it at a terminal, or pipe it in with --password-stdin; it is never an argument."


class UnexpectedError(CommandError):
    """A fault of deskcheck itself."""

    code = "cli.unexpected"
    zh = "程序内部出错（{kind}：{reason}）。"
    en = "Something unexpected went wrong inside deskcheck ({kind}: {reason})."
    next_zh = "请用 DESKCHECK_DEBUG=1 重新运行，并把完整输出报告给维护者。"
    next_en = "Run it again with DESKCHECK_DEBUG=1 and report the whole output."
