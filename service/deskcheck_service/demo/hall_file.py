"""The file that describes a hall: its windows with their layouts, photos and films with what is wrong in them.

Photos lie under their window; areas are told by their names. Keys that this version does not know are ignored, so that
a hall file may say more about how its pictures were made.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from deskcheck_vision.errors import DeskcheckError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from deskcheck_service.schemas import Code, Name
from deskcheck_service.tables import DEFAULT_TIME_ZONE

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

    code: Code = "DEMO"
    name_zh: Name = "示范政务服务中心"
    name_en: Name = "Demonstration service centre"
    time_zone: str = DEFAULT_TIME_ZONE


class Planted(_Part):
    """Something that is really wrong in a photo or film, known from how it was made.

    Attributes:
        rule: the rule that it breaks.
        item: taxonomy class it is about.
        xyxy: px around it in a film's picture; None where it is not seen, and in photos.
    """

    rule: Annotated[str, Field(pattern=r"^[VP]\d\d$")]
    item: str | None = None
    xyxy: tuple[float, float, float, float] | None = None


class HallPhoto(_Part):
    """A photo.

    Attributes:
        file: path relative to the hall file.
        captured_at: when it was taken, with its zone.
        reference: it shows the window as it should look.
        corners_px: the desk's corners as the person who took it tapped them; None where the layout has its view.
        planted: what is wrong in it.
    """

    file: Annotated[str, Field(min_length=1)]
    captured_at: datetime
    reference: bool = False
    corners_px: tuple[Point, Point, Point, Point] | None = None
    planted: tuple[Planted, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.file).name


class ClipState(_Part):
    """What a part of a film shows.

    Attributes:
        from_s, to_s: in seconds of the film.
        planted: what is wrong in it, in plain sight.
        covered: what is wrong in it behind somebody or in somebody's hands: not to be found, nor false when it is.
    """

    name: str = ""
    from_s: Annotated[float, Field(ge=0)]
    to_s: Annotated[float, Field(gt=0)]
    planted: tuple[Planted, ...] = ()
    covered: tuple[Planted, ...] = ()


class HallClip(_Part):
    """A film of a fixed camera.

    Attributes:
        file: path relative to the hall file.
        started_at: when it begins, with its zone.
        view: name of the layout's view that is this camera's.
        every_s: between two moments that are judged.
        reference_s: a moment at which the window looks as it should.
        states: what it shows, without gaps from 0 on.
    """

    file: Annotated[str, Field(min_length=1)]
    started_at: AwareDatetime
    view: Name
    every_s: Annotated[float, Field(ge=0.1)] = 10.0
    reference_s: Annotated[float, Field(ge=0)] = 0.0
    states: Annotated[tuple[ClipState, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.file).name

    def at(self, time_s: float) -> ClipState:
        """What is shown at a time of the film."""
        return next((state for state in self.states if time_s < state.to_s), self.states[-1])

    @model_validator(mode="after")
    def _no_gaps(self) -> HallClip:
        begins = [state.from_s for state in self.states]
        if begins != [0.0, *(state.to_s for state in self.states[:-1])]:
            raise ValueError(f"the states of {self.file} leave gaps or overlap")
        return self


class HallWindow(_Part):
    """A window; ``layout`` is a path relative to the hall file."""

    code: Code
    name_zh: Name
    name_en: Name
    area_zh: Name
    area_en: Name
    responsible: str = ""
    layout: str | None = None
    photos: tuple[HallPhoto, ...] = ()
    clips: tuple[HallClip, ...] = ()


class Hall(_Part):
    """A hall. ``folder`` is where its file lies."""

    format: Literal["1"]
    centre: HallCentre = HallCentre()
    windows: Annotated[tuple[HallWindow, ...], Field(min_length=1)]
    folder: Path = Path()

    @property
    def areas(self) -> tuple[tuple[str, str], ...]:
        """Chinese and English names of the areas, in the order of their first windows."""
        return tuple(dict.fromkeys((window.area_zh, window.area_en) for window in self.windows))

    @property
    def photos(self) -> tuple[tuple[HallWindow, HallPhoto], ...]:
        """Every photo with its window."""
        return tuple((window, photo) for window in self.windows for photo in window.photos)

    @property
    def clips(self) -> tuple[tuple[HallWindow, HallClip], ...]:
        """Every film with its window."""
        return tuple((window, clip) for window in self.windows for clip in window.clips)

    @model_validator(mode="after")
    def _no_doubles(self) -> Hall:
        codes = [window.code for window in self.windows]
        if len(set(codes)) < len(codes):
            raise ValueError("two windows have the same code")
        names = [photo.name for _, photo in self.photos]
        if len(set(names)) < len(names):
            raise ValueError("two photos have the same file name")
        for _, photo in self.photos:
            if photo.captured_at.tzinfo is None:
                raise ValueError(f"photo {photo.file}: captured_at needs a time zone")
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
