"""Photos from multipart forms, kept in memory.

Starlette's own form parser spools files over 1 MB to the disk. People are on these photos, and nothing of
them may touch a disk before it is masked, so the form is parsed here, in memory, up to the allowed size.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from deskcheck_service.errors import RequestError, TooLargeError

_OVERHEAD = 64 * 1024  # part headers and the small fields
_MAX_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo with the fields that came with it.

    Attributes:
        photo: the bytes as sent.
        file_name: name on the sender's side, for picking a view; never a path.
        fields: the other fields of the form.
    """

    photo: bytes
    file_name: str
    fields: dict[str, str]


async def _limited(request: Request, limit: int, limit_mb: int) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise TooLargeError(limit_mb=limit_mb)
        yield chunk


@dataclass(frozen=True, slots=True)
class _Form:
    """A multipart form in plain values, with the one file that it may carry; ``content`` is None without one."""

    fields: dict[str, str]
    file_field: str = ""
    content: bytes | None = None
    file_name: str = ""

    def file(self, field: str) -> bytes | None:
        """Return the bytes of the file in a field, None if there is none."""
        return self.content if self.file_field == field else None


async def _memory_form(request: Request) -> _Form:
    """Parse a multipart form, once a request.

    Raises:
        TooLargeError: more bytes than allowed.
        RequestError: not a readable form.
    """
    cached = getattr(request.state, "memory_form", None)
    if cached is not None:
        return cast(_Form, cached)
    settings = request.app.state.services.settings
    limit = settings.max_photo_bytes + _OVERHEAD
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLargeError(limit_mb=settings.max_photo_mb)
    stream = _limited(request, limit, settings.max_photo_mb)
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=_MAX_FIELDS, max_part_size=_OVERHEAD)
    parser.spool_max_size = limit + 1
    try:
        form = await parser.parse()
    except MultiPartException as exc:
        raise RequestError(problem=exc.message) from exc
    request.state.memory_form = await _plain(form)
    return cast(_Form, request.state.memory_form)


async def _plain(form: FormData) -> _Form:
    """Return a form in plain values and let go of its buffers."""
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        for field, part in form.items():
            if isinstance(part, UploadFile):
                name = (part.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
                return _Form(fields, field, await part.read(), name)
    finally:
        await form.close()
    return _Form(fields)


async def read_upload(request: Request) -> Upload:
    """Return the photo of a multipart form; a dependency.

    Raises:
        TooLargeError: more bytes than allowed.
        RequestError: not a multipart form, or it has no file ``photo``.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise RequestError(problem="multipart/form-data expected")
    form = await _memory_form(request)
    photo = form.file("photo")
    if photo is None:
        raise RequestError(problem="the form has no file 'photo'")
    settings = request.app.state.services.settings
    if len(photo) > settings.max_photo_bytes:
        raise TooLargeError(limit_mb=settings.max_photo_mb)
    return Upload(photo, form.file_name, form.fields)


async def form_field(request: Request, name: str) -> str:
    """Return a field of whatever form was sent; empty if there is none."""
    content_type = request.headers.get("content-type", "").lower()
    if content_type.startswith("multipart/form-data"):
        return (await _memory_form(request)).fields.get(name, "")
    if content_type.startswith("application/x-www-form-urlencoded"):
        value = (await request.form()).get(name)
        return value if isinstance(value, str) else ""
    return ""


def photo_form(*, corners_required: bool = False) -> dict[str, Any]:
    """Return the OpenAPI description of a form that ``read_upload`` reads.

    Args:
        corners_required: the form is of no use without the desk's corners.
    """
    fields: dict[str, Any] = {
        "photo": {"type": "string", "format": "binary", "description": "JPEG, PNG, WebP or HEIC."},
        "corners_px": {
            "type": "string",
            "maxLength": 200,
            "description": 'Corners of the desk in px, "x,y x,y x,y x,y": outer-left, outer-right, inner-right, '
            "inner-left, left and right as the staff see them.",
        },
    }
    if not corners_required:
        fields["view"] = {"type": "string", "maxLength": 200, "description": "Name of the view it was taken from."}
        fields["taken_at"] = {"type": "string", "format": "date-time", "description": "When it was taken."}
    schema = {
        "type": "object",
        "required": ["photo", "corners_px"] if corners_required else ["photo"],
        "properties": fields,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def picture_form() -> dict[str, Any]:
    """Return the OpenAPI description of a form with a picture of a camera, which ``read_upload`` reads."""
    form = photo_form()
    properties = form["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    for name in ("corners_px", "view"):
        del properties[name]
    return form


async def read_text(request: Request, name: str, max_kb: int) -> str:
    """Return the text of a file in a multipart form; empty if none was chosen.

    Args:
        request: the request.
        name: name of the form's file field.
        max_kb: largest accepted file in kB.

    Raises:
        TooLargeError: more bytes than allowed.
        RequestError: not a multipart form, or the file is not UTF-8 text.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise RequestError(problem="multipart/form-data expected")
    content = (await _memory_form(request)).file(name) or b""
    if len(content) > max_kb * 1024:
        raise TooLargeError(limit_mb=max_kb / 1024)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RequestError(problem="the file is not UTF-8 text / 文件不是 UTF-8 文本") from exc
