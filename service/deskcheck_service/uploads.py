"""Photos from multipart forms, kept in memory.

Starlette's own form parser spools files over 1 MB to the disk. People are on these photos, and nothing of
them may touch a disk before it is masked, so the form is parsed here, in memory, up to the allowed size.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import cast

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


async def _memory_form(request: Request) -> FormData:
    """Parse a multipart form once a request.

    Raises:
        TooLargeError: more bytes than allowed.
        RequestError: not a readable form.
    """
    cached = getattr(request.state, "memory_form", None)
    if cached is not None:
        return cast(FormData, cached)
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
    request.state.memory_form = form
    return form


async def read_upload(request: Request) -> Upload:
    """Return the photo of a multipart form; a dependency.

    Raises:
        TooLargeError: more bytes than allowed.
        RequestError: not a multipart form, or it has no file ``photo``.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise RequestError(problem="multipart/form-data expected")
    form = await _memory_form(request)
    photo = form.get("photo")
    if not isinstance(photo, UploadFile):
        raise RequestError(problem="the form has no file 'photo'")
    content = await photo.read()
    await photo.seek(0)
    if len(content) > request.app.state.services.settings.max_photo_bytes:
        raise TooLargeError(limit_mb=request.app.state.services.settings.max_photo_mb)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    name = (photo.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    return Upload(content, name, fields)


async def form_field(request: Request, name: str) -> str:
    """Return a field of whatever form was sent; empty if there is none."""
    content_type = request.headers.get("content-type", "").lower()
    if content_type.startswith("multipart/form-data"):
        form = await _memory_form(request)
    elif content_type.startswith("application/x-www-form-urlencoded"):
        form = await request.form()
    else:
        return ""
    value = form.get(name)
    return value if isinstance(value, str) else ""
