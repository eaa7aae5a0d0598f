"""Errors of addresses that may not be used.

The tree::

    SourceError
    `-- AddressError               an address may not be used
        |-- AddressUnreadableError     it is no address
        |-- SchemeForbiddenError       another kind of address belongs here
        |-- SecretInAddressError       it holds a user or a password
        |-- HostForbiddenError         the host is outside the allowed networks
        |-- PortForbiddenError         the port is not allowed
        |-- MediaFolderUnsetError      files are not allowed at all
        `-- MediaOutsideError          a file outside the media folder, or none
"""

from __future__ import annotations

from deskcheck_vision.sources.camera_errors import SourceError


class AddressError(SourceError):
    """An address may not be used."""

    code = "source.address"
    zh = "这个地址不可用。"
    en = "This address may not be used."
    next_zh = "请更正地址。"
    next_en = "Correct the address."

    trouble = "unreachable"


class AddressUnreadableError(AddressError):
    """It is no address."""

    code = "source.address_unreadable"
    zh = "看不懂这个地址。"
    en = "This address cannot be read."
    next_zh = "请写成 rtsp://10.1.2.3:554/路径 或 http://10.1.2.3/路径。"
    next_en = "Write it as rtsp://10.1.2.3:554/PATH or http://10.1.2.3/PATH."


class SchemeForbiddenError(AddressError):
    """Another kind of address belongs here. Facts: ``accepted``."""

    code = "source.scheme"
    zh = "这种来源的地址必须以 {accepted} 开头。"
    en = "An address of this kind begins with {accepted}."


class SecretInAddressError(AddressError):
    """It holds a user or a password, which would be readable wherever the address is."""

    code = "source.secret_in_address"
    zh = "地址中不能含有用户名或密码。"
    en = "The address must not hold a user or a password."
    next_zh = "请从地址中去掉，填入用户名和密码栏。"
    next_en = "Take them out of it, and enter them as user and password."


class HostForbiddenError(AddressError):
    """The host is outside the allowed networks. Facts: ``place``."""

    code = "source.host_forbidden"
    zh = "{place} 不在允许的摄像机网段内。"
    en = "{place} is outside the networks that cameras may be in."
    next_zh = "请检查地址；如网段确属摄像机，请管理员加入 DESKCHECK_CAMERA_NETWORKS。"
    next_en = "Check the address; where cameras are in that network, add it to DESKCHECK_CAMERA_NETWORKS."


class PortForbiddenError(AddressError):
    """The port is not allowed. Facts: ``place``."""

    code = "source.port_forbidden"
    zh = "{place} 的端口不在允许范围内。"
    en = "The port of {place} is not allowed."
    next_zh = "请检查端口；如确需使用，请管理员加入 DESKCHECK_CAMERA_PORTS。"
    next_en = "Check the port; where a camera needs it, add it to DESKCHECK_CAMERA_PORTS."


class MediaFolderUnsetError(AddressError):
    """Files are not allowed at all."""

    code = "source.media_folder_unset"
    zh = "没有设置媒体文件夹，不能读取文件。"
    en = "No media folder is set, so that no file may be read."
    next_zh = "请设置 DESKCHECK_MEDIA_FOLDER，并把录像或图片放在其下。"
    next_en = "Set DESKCHECK_MEDIA_FOLDER, and put films or pictures below it."


class MediaOutsideError(AddressError):
    """A file or folder outside the media folder, or none."""

    code = "source.media_outside"
    zh = "媒体文件夹下没有这个文件或文件夹，或它指向文件夹之外。"
    en = "There is no such file or folder below the media folder, or it leads outside."
    next_zh = "请填写 DESKCHECK_MEDIA_FOLDER 之下的相对路径。"
    next_en = "Enter a path relative to DESKCHECK_MEDIA_FOLDER."
