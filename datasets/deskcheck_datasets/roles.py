"""Lists of what teaches, what decides and what only checks, written down so that a training run can be audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from deskcheck_datasets.converters.yolo import pictures_of
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.readers import BOXED_SETS
from deskcheck_datasets.splits import Role, percent_of, role_of

RoleLists = Mapping[Role, Sequence[str]]


def roles_of_real_sets(data_dir: Path) -> dict[str, RoleLists]:
    """Return for every boxed set of the data folder its pictures by role, as sorted paths inside the data folder.

    Raises:
        DataFolderError: no boxed set is there.
    """
    table: dict[str, RoleLists] = {}
    for source in BOXED_SETS:
        if not (data_dir / source).is_dir():
            continue
        lists: dict[Role, list[str]] = {role: [] for role in Role}
        for picture in pictures_of(data_dir / source):
            path = picture.relative_to(data_dir).as_posix()
            lists[role_of(path)].append(path)
        table[source] = lists
    if not table:
        raise DataFolderError(path=data_dir, reason="none of its boxed sets is there")
    return table


def roles_by_hash(folder: Path, validation_percent: int, held_out_percent: int) -> RoleLists:
    """Split a made set (composed, rendered, converted) by the hash of each picture's path inside it.

    Args:
        folder: a set with ``images/``.
        validation_percent: share that decides, 0 to 100.
        held_out_percent: share that only checks, 0 to 100; both together at most 100.

    Raises:
        DataFolderError: no picture is there.
    """
    lists: dict[Role, list[str]] = {role: [] for role in Role}
    for picture in pictures_of(folder):
        path = picture.relative_to(folder).as_posix()
        place = percent_of(f"split/{path}")
        held = place < held_out_percent
        decides = place < held_out_percent + validation_percent
        lists[Role.HELD_OUT if held else Role.VAL if decides else Role.TRAIN].append(path)
    if not any(lists.values()):
        raise DataFolderError(path=folder, reason="no picture under images/")
    return lists


def write_role_lists(out_dir: Path, lists: RoleLists) -> list[Path]:
    """Write ``train.txt``, ``val.txt`` and ``held_out.txt``, one path a line, and return them."""
    out_dir.mkdir(parents=True, exist_ok=True)
    written = []
    for role in Role:
        path = out_dir / f"{role.value}.txt"
        path.write_text("".join(f"{line}\n" for line in lists[role]), encoding="utf-8")
        written.append(path)
    return written
