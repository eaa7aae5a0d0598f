"""Errors of sources: what keeps a camera's pictures from coming. None of them ever holds a password or a whole address.

The tree::

    SourceError                    a source gives no pictures
    |-- AddressError               its address may not be used (``address_errors``)
    |-- UnreachableError           nobody answers
    |   |-- NameUnknownError       the host's name is not known
    |   |-- DeadHostError          no connection within the limit
    |   |-- RefusedError           the port is closed
    |   |-- SilentPeerError        connected, and then not a word
    |   |-- BrokenOffError         connected, and cut off before an answer
    |   `-- CertificateError       its TLS certificate is not trusted
    |-- LoginRefusedError          wrong user or password, or no right to look
    |   |-- LoginMissingError      it asks for a user and none is stored
    |   `-- LoginSchemeError       it asks in a way that is not spoken here
    |-- NotThereError              there is no such channel or path
    |   `-- RedirectedError        it sends elsewhere, which is never followed
    |-- NoPictureError             it answers, and not with a picture
    |   |-- ReaderMissingError     the extra that reads streams is not installed
    |   |-- ServerFailedError      it says that it failed itself
    |   |-- NotAPictureError       HTML or anything else instead of a JPEG
    |   |-- AnswerTooLargeError    a body without an end
    |   |-- PictureCutError        its end is missing
    |   |-- PictureUnfitError      damaged, too small or too large to be decoded
    |   |-- NoVideoError           a stream without pictures that can be decoded
    |   |-- NoFrameInTimeError     no whole picture came in time
    |   |-- OnvifError             its answers about snapshots cannot be used
    |   `-- FolderEmptyError       no picture in the folder
    |-- StalledError               the stream came to a halt
    |   `-- StreamEndedError       the stream was ended by the other side
    |-- FrozenPictureError         the same picture again and again
    |-- ClockJumpError             its time jumps or runs backward
    `-- FilmError                  (``errors``) a film that stands in for a camera cannot be used
"""

from __future__ import annotations

from typing import ClassVar

from deskcheck_vision.errors import DeskcheckError


class SourceError(DeskcheckError):
    """A source gives no pictures.

    ``trouble`` says what kind of trouble the camera has, in the words by which the service keeps troubles.
    """

    code = "source.unusable"
    zh = "这个画面来源无法使用。"
    en = "This source of pictures cannot be used."
    next_zh = "请检查摄像机及其地址设置。"
    next_en = "Check the camera and its address."

    trouble: ClassVar[str] = "no_picture"


class UnreachableError(SourceError):
    """Nobody answers. Facts of all of these: ``place``, the host with its port."""

    code = "source.unreachable"
    zh = "无法连接 {place}。"
    en = "{place} cannot be reached."
    next_zh = "请检查摄像机的供电、网线和地址。"
    next_en = "Check the camera's power, its cable and its address."

    trouble = "unreachable"


class NameUnknownError(UnreachableError):
    """The host's name is not known."""

    code = "source.name_unknown"
    zh = "找不到主机名 {place}。"
    en = "The host name of {place} is not known."
    next_zh = "请检查主机名，或改用 IP 地址。"
    next_en = "Check the name, or use the IP address."


class DeadHostError(UnreachableError):
    """No connection within the limit. Facts: ``limit_s`` too."""

    code = "source.dead_host"
    zh = "{limit_s:g} 秒内无法连接 {place}，对方没有回应。"
    en = "No connection to {place} within {limit_s:g} s: nothing answers there."


class RefusedError(UnreachableError):
    """The port is closed."""

    code = "source.refused"
    zh = "{place} 拒绝连接：该端口没有服务。"
    en = "{place} refused the connection: nothing listens on that port."
    next_zh = "请检查端口，并确认摄像机已启用 RTSP 或 HTTP。"
    next_en = "Check the port, and that RTSP or HTTP is switched on in the camera."


class SilentPeerError(UnreachableError):
    """Connected, and then not a word. Facts: ``limit_s`` too."""

    code = "source.silent"
    zh = "{place} 已连接，但 {limit_s:g} 秒内没有任何回应。"
    en = "{place} took the connection and then said nothing for {limit_s:g} s."
    next_zh = "请确认端口与协议一致，必要时重启摄像机。"
    next_en = "Check that port and kind belong together; restart the camera if need be."


class BrokenOffError(UnreachableError):
    """Connected, and cut off before an answer."""

    code = "source.broken_off"
    zh = "{place} 在回应之前断开了连接。"
    en = "{place} closed the connection before it answered."
    next_zh = "请确认端口与协议一致，并检查摄像机允许的连接数。"
    next_en = "Check that port and kind belong together, and how many connections the camera allows."


class CertificateError(UnreachableError):
    """Its TLS certificate is not trusted, or TLS is not spoken there."""

    code = "source.certificate"
    zh = "{place} 的 TLS 证书不受信任。"
    en = "The TLS certificate of {place} is not trusted."
    next_zh = "请用 DESKCHECK_CAMERA_CA_FILE 指定签发机构，或在可信网络中设 DESKCHECK_CAMERA_TLS_VERIFY=false。"
    next_en = (
        "Name its authority in DESKCHECK_CAMERA_CA_FILE; within a trusted network DESKCHECK_CAMERA_TLS_VERIFY=false."
    )


class LoginRefusedError(SourceError):
    """Wrong user or password, or no right to look. Facts: ``place``."""

    code = "source.login_refused"
    zh = "{place} 不接受所设的用户名或密码，或该用户无权查看画面。"
    en = "{place} does not accept the user or password, or the user may not look."
    next_zh = "请重新输入密码。多次错误会被摄像机锁定，请勿反复尝试。"
    next_en = "Enter the password again. Cameras lock users out after several wrong ones, so do not try over and over."

    trouble = "login_refused"


class LoginMissingError(LoginRefusedError):
    """It asks for a user and none is stored."""

    code = "source.login_missing"
    zh = "{place} 要求登录，但没有设置用户名和密码。"
    en = "{place} asks for a user and a password, and none is set."
    next_zh = "请为该摄像机设置用户名和密码。"
    next_en = "Set the camera's user and password."


class LoginSchemeError(LoginRefusedError):
    """It asks in a way that is not spoken here. Facts: ``scheme`` too."""

    code = "source.login_scheme"
    zh = "{place} 要求的登录方式（{scheme}）不受支持。"
    en = "{place} asks for a kind of log-in that is not supported ({scheme})."
    next_zh = "请在摄像机中改用 digest 或 basic 认证。"
    next_en = "Choose digest or basic authentication in the camera."


class NotThereError(SourceError):
    """There is no such channel or path. Facts: ``place``, ``status``."""

    code = "source.not_there"
    zh = "{place} 上没有这个通道或路径（{status}）。"
    en = "{place} has no such channel or path ({status})."
    next_zh = "请检查地址中的通道号和路径，见 docs/sources.md。"
    next_en = "Check channel and path of the address; docs/sources.md lists those of the makers."

    trouble = "not_there"


class RedirectedError(NotThereError):
    """It sends elsewhere, which is never followed."""

    code = "source.redirected"
    zh = "{place} 把请求转到别处（{status}），为安全起见不跟随。"
    en = "{place} sends elsewhere ({status}), which is never followed."
    next_zh = "请直接填写最终地址，例如用 https 代替 http。"
    next_en = "Enter the address that it sends to, such as https in place of http."


class NoPictureError(SourceError):
    """It answers, and not with a picture. Facts of most of these: ``place``."""

    code = "source.no_picture"
    zh = "{place} 没有给出画面。"
    en = "{place} gives no picture."
    next_zh = "请在浏览器或播放器中打开同一地址核对。"
    next_en = "Open the same address in a browser or a player to compare."


class ReaderMissingError(NoPictureError):
    """The extra that reads streams is not installed."""

    code = "source.reader_missing"
    zh = "未安装读取视频流的组件（PyAV）。"
    en = "The package that reads streams (PyAV) is not installed."
    next_zh = "请运行 pip install 'deskcheck[video]'，或改用快照地址。"
    next_en = "Run pip install 'deskcheck[video]', or use the camera's snapshot address."


class ServerFailedError(NoPictureError):
    """It says that it failed itself. Facts: ``status`` too."""

    code = "source.server_failed"
    zh = "{place} 自身出错（{status}）。"
    en = "{place} says that it failed ({status})."
    next_zh = "摄像机可能正忙或需要重启。"
    next_en = "It may be busy, or need a restart."


class NotAPictureError(NoPictureError):
    """HTML or anything else instead of a JPEG. Facts: ``found`` too, a content type."""

    code = "source.not_a_picture"
    zh = "{place} 返回的不是 JPEG 图片，而是 {found}。"
    en = "{place} answered with {found} instead of a JPEG."
    next_zh = "请检查路径；返回网页通常表示路径不对或需要登录。"
    next_en = "Check the path: a web page usually means a wrong path or a log-in page."


class AnswerTooLargeError(NoPictureError):
    """A body without an end. Facts: ``limit_mb`` too."""

    code = "source.too_large"
    zh = "{place} 的回应超过 {limit_mb:g} MB 或没有结尾。"
    en = "The answer of {place} is larger than {limit_mb:g} MB, or has no end."
    next_zh = "请改用单张快照的地址；MJPEG 视频流没有结尾。"
    next_en = "Use the address of single snapshots; an MJPEG stream has no end."


class PictureCutError(NoPictureError):
    """A picture's end is missing."""

    code = "source.cut"
    zh = "{place} 的图片不完整，结尾缺失。"
    en = "The picture of {place} is incomplete: its end is missing."
    next_zh = "请检查网络是否稳定。"
    next_en = "Check the network between here and the camera."


class PictureUnfitError(NoPictureError):
    """Damaged, too small or too large to be decoded. Facts: ``reason_zh``, ``reason`` too."""

    code = "source.picture_unfit"
    zh = "{place} 的图片无法使用：{reason_zh}"
    en = "The picture of {place} cannot be used: {reason}"


class NoVideoError(NoPictureError):
    """A stream without pictures that can be decoded. Facts: ``found`` too."""

    code = "source.no_video"
    zh = "{place} 的视频流中没有可解码的画面（{found}）。"
    en = "The stream of {place} has no pictures that can be decoded ({found})."
    next_zh = "请在摄像机中选择 H.264 或 H.265 编码，并核对通道。"
    next_en = "Choose H.264 or H.265 in the camera, and check the channel."


class NoFrameInTimeError(NoPictureError):
    """No whole picture came in time. Facts: ``limit_s`` too."""

    code = "source.no_frame"
    zh = "{place} 在 {limit_s:g} 秒内没有给出完整画面。"
    en = "{place} gave no whole picture within {limit_s:g} s."
    next_zh = "请在摄像机中缩短关键帧（I 帧）间隔，建议 2 秒。"
    next_en = "Shorten the interval of keyframes (I frames) in the camera; 2 s is good."


class OnvifError(NoPictureError):
    """Its answers about snapshots cannot be used. Facts: ``reason_zh``, ``reason`` too."""

    code = "source.onvif"
    zh = "{place} 的 ONVIF 回应无法使用：{reason_zh}。"
    en = "The ONVIF answer of {place} cannot be used: {reason}."
    next_zh = "请确认已启用 ONVIF 且地址为 /onvif/device_service，或直接填写快照地址。"
    next_en = (
        "Check that ONVIF is on and the address ends in /onvif/device_service, or use the snapshot address itself."
    )


class FolderEmptyError(NoPictureError):
    """No picture in the folder."""

    code = "source.folder_empty"
    zh = "文件夹 {place} 中没有可用的图片。"
    en = "There is no picture in the folder {place}."
    next_zh = "请检查录像机的导出设置。"
    next_en = "Check what the recorder exports, and where to."


class StalledError(SourceError):
    """The stream came to a halt. Facts: ``place``, ``limit_s``."""

    code = "source.stalled"
    zh = "{place} 的视频流中断，{limit_s:g} 秒内没有新内容。"
    en = "The stream of {place} came to a halt: nothing for {limit_s:g} s."
    next_zh = "请检查网络和摄像机负载。"
    next_en = "Check the network, and how many others watch the camera."

    trouble = "stalled"


class StreamEndedError(StalledError):
    """The stream was ended by the other side. Facts: ``place``."""

    code = "source.ended"
    zh = "{place} 中途结束了视频流。"
    en = "{place} ended the stream."
    next_zh = "摄像机可能重启了，或连接数已满。"
    next_en = "It may have restarted, or too many others watch it."


class FrozenPictureError(SourceError):
    """The same picture again and again. Facts: ``place``, ``span_s``."""

    code = "source.frozen"
    zh = "{place} 的画面在 {span_s:g} 秒内完全没有变化，已冻结。"
    en = "The picture of {place} did not change at all in {span_s:g} s: it is frozen."
    next_zh = "请重启摄像机或录像机的该通道。"
    next_en = "Restart the camera, or that channel of the recorder."

    trouble = "frozen"


class ClockJumpError(SourceError):
    """Its time jumps or runs backward. Facts: ``place``, ``jump_s``."""

    code = "source.clock_jump"
    zh = "{place} 的时间跳变了 {jump_s:.1f} 秒。"
    en = "The time of {place} jumped by {jump_s:.1f} s."
    next_zh = "请在摄像机中启用网络校时（NTP）。"
    next_en = "Switch on network time (NTP) in the camera."

    trouble = "clock_wrong"
