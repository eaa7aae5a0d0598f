"""The commands of ``deskcheck-data`` about finished sets: stats, check, record, convert, split."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deskcheck_datasets.checks import check_set, leaks, statistics
from deskcheck_datasets.converters.boxed import BoxFormat
from deskcheck_datasets.converters.convert import crowds, format_of, read_boxed_set, write_boxed_set
from deskcheck_datasets.converters.yolo import pictures_of
from deskcheck_datasets.errors import DataFolderError
from deskcheck_datasets.near_duplicates import Twin
from deskcheck_datasets.records import PictureRecord, differences, read_record, record_of, write_record
from deskcheck_datasets.roles import RoleLists, roles_by_hash, roles_of_real_sets, write_role_lists
from deskcheck_datasets.splits import SHARED_RECORDINGS, Role

_console = Console()
_errors = Console(stderr=True)

DataDir = Annotated[
    Path,
    typer.Option("--data", envvar="DESKCHECK_DATA_DIR", help="Data folder with cut-outs, backgrounds and boxed sets."),
]
DEFAULT_DATA = Path("../shared/data")


def _leaks(training: list[Path], checking: list[Path]) -> list[Twin]:
    with Progress(console=_errors) as progress:
        task = progress.add_task("fingerprints", total=len(training) + len(checking))
        return leaks(training, checking, lambda: progress.advance(task))


def _is_known(twin: Twin) -> bool:
    """Whether a publisher's own split explains it: nearly the same frame of one recording, not the same file."""
    return not twin.identical and any(name in SHARED_RECORDINGS for name in twin.second.parts)


def _tell(found: Sequence[Twin]) -> int:
    """Print what leaks and return how much of it no publisher's split explains."""
    for twin in found:
        how = "is" if twin.identical else "mirrors" if twin.mirrored else "is nearly"
        if not _is_known(twin):
            what = "" if twin.identical else f" (correlation {twin.correlation})"
            _console.print(
                f"{twin.first.name}: {how} the held-out picture {twin.second.name}{what}", markup=False, soft_wrap=True
            )
    known = sum(_is_known(twin) for twin in found)
    if known:
        _console.print(
            f"{known} pairs of frames of one recording, which their publisher put on both sides: "
            f"{', '.join(sorted(SHARED_RECORDINGS))}",
            markup=False,
            soft_wrap=True,
        )
    return len(found) - known


def _real_lists(data: Path, *, needed: bool) -> dict[Role, list[Path]]:
    """Return the real pictures by role; a set can be checked without them, but that is said."""
    try:
        tables = list(roles_of_real_sets(data).values())
    except DataFolderError:
        if needed:
            raise
        _console.print(f"no real set under {data}: leaks of real pictures are not looked for", markup=False)
        tables = []
    return {role: [data / path for table in tables for path in table[role]] for role in Role}


def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A YOLO set; without it the real sets of --data against each other.")
    ] = None,
    data: DataDir = DEFAULT_DATA,
    against: Annotated[
        list[Path] | None, typer.Option(help="Another set that must share nothing with it, such as a test set.")
    ] = None,
    recorded: Annotated[
        Path | None, typer.Option("--record", help="Record of the set, see `record`: is it the same made again?")
    ] = None,
) -> None:
    """Check files, boxes, classes, and that nothing that decides or checks is in it. Exit code 1 where it is not so."""
    if recorded and not folder:
        raise typer.BadParameter("--record needs a set to compare with it")
    problems = check_set(folder) if folder else []
    if folder and recorded:
        expected = read_record(recorded)
        problems += differences(_record(folder), expected)
    for problem in problems:
        _console.print(f"{problem.path}: {problem.reason}", markup=False)
    lists = _real_lists(data, needed=folder is None)
    deciding, checking = lists[Role.VAL], lists[Role.HELD_OUT]
    for other in against or ():
        checking += pictures_of(other)
    held = deciding + checking
    found = _leaks(pictures_of(folder) if folder else lists[Role.TRAIN], held)
    leaked = _tell(found if folder else [*found, *_leaks(deciding, checking)])
    _console.print(f"{len(problems)} problems, {leaked} leaks ({len(held)} held-out pictures compared)")
    if problems or leaked:
        raise typer.Exit(1)


def _record(folder: Path) -> dict[str, PictureRecord]:
    with Progress(console=_errors) as progress:
        task = progress.add_task("record", total=len(pictures_of(folder)))
        return record_of(folder, lambda: progress.advance(task))


def record(
    folder: Annotated[Path, typer.Argument(help="A YOLO set.")],
    out: Annotated[Path, typer.Argument(help="CSV file to write.")],
) -> None:
    """Note a set's labels and the look of its pictures by hash, so that one made again can be checked against it."""
    made = _record(folder)
    write_record(made, out)
    _console.print(f"{len(made)} pictures -> {out}", markup=False, soft_wrap=True)


def stats(folder: Annotated[Path, typer.Argument(help="A YOLO set.")]) -> None:
    """Count pictures, boxes, sizes and cameras of a set."""
    counted = statistics(folder)
    least, median, most = counted.boxes_per_picture
    _console.print(f"{counted.pictures} pictures; boxes per picture: {least} to {most}, median {median:g}")
    for title, table in (("kind", counted.kinds), ("camera", counted.cameras), ("size", counted.sizes)):
        if table:
            _console.print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in table.items()), markup=False)
    for name, number in counted.boxes.items():
        _console.print(f"{number:7d}  {name}", markup=False)


def convert(
    source: Annotated[Path, typer.Argument(help="A boxed set.")],
    out: Annotated[Path, typer.Argument(help="New or empty folder.")],
    to: Annotated[BoxFormat, typer.Option(help="Format to write.")],
    from_: Annotated[BoxFormat | None, typer.Option("--from", help="Format of the set; told by its files.")] = None,
) -> None:
    """Convert a boxed set, pictures included, between COCO, YOLO and Pascal VOC."""
    boxed = read_boxed_set(source, from_ or format_of(source))
    with Progress(console=_errors) as progress:
        task = progress.add_task("pictures", total=len(boxed.pictures))
        write_boxed_set(out, boxed, to, lambda: progress.advance(task))
    boxes = sum(len(picture.class_id) for picture in boxed.pictures)
    _console.print(
        f"{len(boxed.pictures)} pictures, {boxes} boxes of {len(boxed.names)} classes in {out}", markup=False
    )
    if to is not BoxFormat.COCO and (lost := crowds(boxed)):
        fate = "left out" if to is BoxFormat.YOLO else "kept as plain boxes"
        _console.print(f"{lost} boxes around crowds, which {to} cannot mark, {fate}", markup=False)


def split(
    folder: Annotated[
        Path | None, typer.Argument(help="A set with images/ to split by hash; without it, the real sets of --data.")
    ] = None,
    data: DataDir = DEFAULT_DATA,
    out: Annotated[Path | None, typer.Option(help="Also write train.txt, val.txt and held_out.txt there.")] = None,
    validation: Annotated[int, typer.Option(help="FOLDER: per cent that decides.", min=0, max=100)] = 15,
    held_out: Annotated[int, typer.Option(help="FOLDER: per cent that only checks.", min=0, max=100)] = 15,
) -> None:
    """Show, and write where asked, which pictures teach, which decide and which only check."""
    if validation + held_out > 100:
        raise typer.BadParameter("--validation and --held-out together are more than 100")
    tables: dict[str, RoleLists]
    tables = {folder.name: roles_by_hash(folder, validation, held_out)} if folder else dict(roles_of_real_sets(data))
    shown = Table("set", *(role.value for role in Role))
    for name, lists in tables.items():
        shown.add_row(name, *(str(len(lists[role])) for role in Role))
    _console.print(shown)
    if out is not None:
        merged = {role: [path for lists in tables.values() for path in lists[role]] for role in Role}
        for path in write_role_lists(out, merged):
            _console.print(str(path), markup=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (check, record, stats, convert, split):
        app.command()(command)
