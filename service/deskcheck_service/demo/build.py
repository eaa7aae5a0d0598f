"""The demonstration from nothing: folder, database, hall, accounts, then every photo and film through the real path."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deskcheck_calibration.layout_file import load_layout
from deskcheck_vision.errors import DeskcheckError
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.sources.film import VideoFileSource

from deskcheck_service.accounts import people, repository
from deskcheck_service.accounts.rights import Principal, RoleGrant
from deskcheck_service.accounts.schemas import Grant, UserNew
from deskcheck_service.cameras.watching import check_frame
from deskcheck_service.captures.service import check_photo
from deskcheck_service.demo.hall_file import Hall, HallClip, HallFileError, HallPhoto, HallWindow, Point
from deskcheck_service.demo.install import install_hall
from deskcheck_service.demo.scoring import JudgedMoment, JudgedPhoto
from deskcheck_service.layouts.views import put_reference
from deskcheck_service.migrate import upgrade
from deskcheck_service.services import Services
from deskcheck_service.settings import Settings
from deskcheck_service.tables import Role
from deskcheck_service.uploads import Upload

ACTOR = "demo"
_MARK = ".deskcheck-demo"
_REFERENCE_QUALITY = 95


@dataclass(frozen=True, slots=True)
class Account:
    """An account whose password is public: it opens the demonstration and nothing else."""

    name: str
    password: str
    role: Role
    display_name: str


ACCOUNTS = (
    Account("inspector", "demo-inspector", Role.INSPECTOR, "值周人员 (demo)"),
    Account("supervisor", "demo-supervisor", Role.SUPERVISOR, "监督科 (demo)"),
    Account("administrator", "demo-administrator", Role.ADMINISTRATOR, "管理员 (demo)"),
)


class DemoFolderError(DeskcheckError):
    """The folder holds something that is no demonstration."""

    code = "demo.folder_taken"
    zh = "文件夹 {path} 不是演示文件夹，没有改动。"
    en = "The folder {path} holds something else than a demonstration and was left as it is."
    next_zh = "请用 --dir 另选一个空文件夹。"
    next_en = "Choose an empty or new folder with --dir."


def fresh_folder(folder: Path) -> None:
    """Make an empty demonstration folder, replacing one of an earlier run.

    Raises:
        DemoFolderError: the folder was not made here.
        OSError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / _MARK).is_file():
            raise DemoFolderError(path=folder)
        for entry in folder.iterdir():
            if entry.name == _MARK:
                continue  # last to go, so that an interrupted clean-up is still known as a demonstration
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def demo_settings(base: Settings, folder: Path) -> Settings:
    """Return the settings with database and evidence inside the demonstration folder."""
    place = folder.absolute()
    return base.model_copy(
        update={"database_url": f"sqlite:///{place / 'deskcheck.db'}", "evidence_url": str(place / "evidence")}
    )


def install(settings: Settings, services: Services, hall: Hall) -> None:
    """Migrate the database and add hall and accounts, in one transaction."""
    upgrade(settings)
    with services.database.writing() as session:
        install_hall(session, ACTOR, hall, approve=True)
        for account in ACCOUNTS:
            people.add_user(
                session,
                ACTOR,
                UserNew(
                    name=account.name,
                    display_name=account.display_name,
                    password=account.password,
                    roles=[Grant(role=account.role)],
                ),
            )


def judge_hall(services: Services, hall: Hall, advance: Callable[[], None]) -> list[JudgedPhoto]:
    """Send every photo in as the demo inspector does from a phone.

    Args:
        services: of the demonstration.
        hall: the hall.
        advance: called after each photo.

    Raises:
        HallFileError: a photo is absent.
        DeskcheckError: a photo could not be judged; the demonstration's own photos always can.
    """
    inspector, supervisor = (_principal(services, account) for account in ACCOUNTS[:2])
    for window, photo in hall.photos:
        if photo.reference:
            _keep_reference(services, supervisor, hall, window, photo)
    judged = []
    for window, photo in hall.photos:
        checked = check_photo(services, inspector, window.code, _upload(hall, photo))
        judged.append(JudgedPhoto(window.code, photo, checked.judgement))
        advance()
    return judged


def judge_clips(services: Services, hall: Hall, advance: Callable[[], None]) -> list[JudgedMoment]:
    """Judge the films of the hall, moment by moment, as those of fixed cameras.

    Args:
        services: of the demonstration.
        hall: the hall.
        advance: called after each film.

    Raises:
        FilmError: a film cannot be used, or the extra that reads films is not installed.
        HallFileError: a layout has no view for a film.
    """
    inspector, supervisor = (_principal(services, account) for account in ACCOUNTS[:2])
    judged = []
    for window, clip in hall.clips:
        path = hall.folder / clip.file
        with VideoFileSource(path, every_s=clip.every_s, started_at=clip.started_at) as film:
            shown = encode_jpeg(film.frame_at(clip.reference_s).image, _REFERENCE_QUALITY)
            fields = {"corners_px": _written(_corners(hall, window, clip))}
            put_reference(services, supervisor, window.code, clip.view, Upload(shown, clip.name, fields))
            for frame in film.frames():
                checked = check_frame(services, inspector, window.code, frame, clip.view)
                judged.append(JudgedMoment(window.code, clip, frame.stream_time_s or 0.0, checked.judgement))
        advance()
    return judged


def _corners(hall: Hall, window: HallWindow, clip: HallClip) -> tuple[Point, ...]:
    views = load_layout(hall.folder / window.layout).views if window.layout is not None else ()
    known = next((view for view in views if view.name == clip.view), None)
    if known is None:
        raise HallFileError(path=hall.folder / "hall.json", reason=f"{clip.file}: view {clip.view}")
    return known.corners_px


def _principal(services: Services, account: Account) -> Principal:
    with services.database.reading() as session:
        user = repository.user_by_name(session, account.name)
    if user is None:
        raise LookupError(account.name)
    return Principal(user.id, user.name, user.display_name, None, (RoleGrant(account.role),))


def _keep_reference(
    services: Services, supervisor: Principal, hall: Hall, window: HallWindow, photo: HallPhoto
) -> None:
    """Keep a window's reference picture as a supervisor does, in the layout's view of that photo."""
    views = load_layout(hall.folder / window.layout).views if window.layout is not None else ()
    known = next((view for view in views if view.name in {photo.name, Path(photo.name).stem}), None)
    corners = photo.corners_px or (known.corners_px if known is not None else None)
    if corners is None:
        raise HallFileError(path=hall.folder / "hall.json", reason=f"{photo.file}: corners_px")
    name = known.name if known is not None else Path(photo.name).stem
    upload = Upload(_bytes(hall, photo.file), photo.name, {"corners_px": _written(corners)})
    put_reference(services, supervisor, window.code, name, upload)


def _upload(hall: Hall, photo: HallPhoto) -> Upload:
    fields = {"taken_at": photo.captured_at.isoformat()}
    if photo.corners_px is not None:
        fields["corners_px"] = _written(photo.corners_px)
    return Upload(_bytes(hall, photo.file), photo.name, fields)


def _written(corners_px: tuple[Point, ...]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners_px)


def _bytes(hall: Hall, name: str) -> bytes:
    path = hall.folder / name
    try:
        return path.read_bytes()
    except OSError as exc:
        raise HallFileError(path=path, reason=exc.strerror or exc) from exc
