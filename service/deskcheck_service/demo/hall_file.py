"""The file that describes a hall: centre, areas, windows with their layouts, photos with what is wrong in them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from deskcheck_vision.errors import DeskcheckError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from deskcheck_service.schemas import Code, Name

HALL_FORMAT = "1"
Point = tuple[float, float]


class HallFileError(DeskcheckError):
    """A hall file cannot be used."""

    code = "hall.unusable"
    zh = "窗口大厅文件 {path} 不可用：{reason}。"
    en = "The hall file {path} cannot be used: {reason}."
    next_zh = "请改正后重试。"
    next_en = "Correct it and try again."


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class HallCentre(_Part):
    """The centre."""

    code: Code
    name_zh: Name
    name_en: Name
    time_zone: str = "Asia/Shanghai"


class HallArea(_Part):
    """A responsibility area."""

    code: Code
    name_zh: Name
    name_en: Name
    responsible: str = ""


class HallReference(_Part):
    """A picture of a window as it should look, taken from a view of its layout; ``photo`` is relative to the file."""

    photo: str
    view: str


class HallWindow(_Part):
    """A window; ``layout`` is a path relative to the hall file."""

    code: Code
    area: Code
    name_zh: Name
    name_en: Name
    responsible: str = ""
    layout: str | None = None
    reference: HallReference | None = None


class Planted(_Part):
    """Something that is really wrong in a photo, known from how it was made."""

    rule: Annotated[str, Field(pattern=r"^[VP]\d\d$")]
    item: str | None = None


class HallPhoto(_Part):
    """A photo; ``file`` is a path relative to the hall file.

    ``view`` names a view of the layout; ``corners_px`` are the desk's corners in this very photo.
    """

    window: Code
    file: Annotated[str, Field(min_length=1)]
    taken_at: datetime
    view: str | None = None
    corners_px: tuple[Point, Point, Point, Point] | None = None
    planted: tuple[Planted, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.file).name


class Hall(_Part):
    """A hall. ``folder`` is where its file lies."""

    format: Literal["1"]
    centre: HallCentre
    areas: Annotated[tuple[HallArea, ...], Field(min_length=1)]
    windows: Annotated[tuple[HallWindow, ...], Field(min_length=1)]
    photos: tuple[HallPhoto, ...] = ()
    folder: Path = Path()

    @model_validator(mode="after")
    def _known_names(self) -> Hall:
        areas = {area.code for area in self.areas}
        windows = {window.code for window in self.windows}
        for window in self.windows:
            if window.area not in areas:
                raise ValueError(f"window {window.code} is in the unknown area {window.area}")
        for photo in self.photos:
            if photo.window not in windows:
                raise ValueError(f"photo {photo.file} is of the unknown window {photo.window}")
            if photo.taken_at.tzinfo is None:
                raise ValueError(f"photo {photo.file}: taken_at needs a time zone")
        names = [photo.name for photo in self.photos]
        if len(set(names)) < len(names):
            raise ValueError("two photos have the same file name")
        return self


def read_hall(path: Path) -> Hall:
    """Read a hall file.

    Raises:
        HallFileError: it cannot be read or is not one; the first problem is named.
    """
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise HallFileError(path=path, reason=exc.strerror or exc) from exc
    try:
        hall = Hall.model_validate_json(content)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise HallFileError(path=path, reason=f"{where}: {first['msg']}" if where else first["msg"]) from exc
    return hall.model_copy(update={"folder": path.parent})


def demo_hall_path() -> Path:
    """Return the hall file that comes with deskcheck."""
    return Path(__file__).resolve().parent / "hall" / "hall.json"
