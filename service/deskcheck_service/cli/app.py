"""All commands of ``deskcheck`` and the one place where their errors become a line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from deskcheck_vision.errors import DeskcheckError

from deskcheck_service.cli import (
    audits,
    camera_source,
    cameras,
    database,
    hall,
    layout_work,
    layouts,
    outbox,
    rounds,
    schedules,
    secrets,
    tokens,
    users,
)
from deskcheck_service.cli.calibrate import calibrate
from deskcheck_service.cli.check import check
from deskcheck_service.cli.check_film import check_film
from deskcheck_service.cli.demo import demo
from deskcheck_service.cli.detect import detect
from deskcheck_service.cli.doctor import doctor
from deskcheck_service.cli.errors import DiskFullError, UnexpectedError, UsageError
from deskcheck_service.cli.options import Lang
from deskcheck_service.cli.presets import presets
from deskcheck_service.cli.print_markers import print_markers
from deskcheck_service.cli.propose import propose
from deskcheck_service.cli.serve import serve
from deskcheck_service.cli.settings import settings
from deskcheck_service.cli.terminal import Terminal, spoken_language
from deskcheck_service.cli.worker import worker

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="deskcheck",
    help="按批准的布局检查窗口台面 / check service counters against their approved layout.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"deskcheck {version('deskcheck')}\n")
        raise typer.Exit()


@app.callback()
def _root(
    lang: Lang = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="版本号 / show the version.")
    ] = False,
) -> None:
    pass


app.command("detect")(detect)
app.command("check")(check)
app.command("check-film")(check_film)
app.command("calibrate")(calibrate)
app.command("propose")(propose)
app.command("presets")(presets)
app.command("print-markers")(print_markers)
app.command("serve")(serve)
app.command("worker")(worker)
app.command("demo")(demo)
app.command("doctor")(doctor)
app.command("settings")(settings)
app.add_typer(database.app)
app.add_typer(users.app)
app.add_typer(tokens.app)
layout_work.add_to(layouts.app)
app.add_typer(layouts.app)
camera_source.add_to(cameras.app)
app.add_typer(cameras.app)
app.add_typer(audits.app)
app.add_typer(hall.app)
app.add_typer(outbox.app)
app.add_typer(secrets.app)
for _part in (rounds.app, schedules.schedule_app, schedules.calendar_app):
    app.add_typer(_part)


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Args:
        arguments: everything after the program's name.

    Returns:
        The exit code. Errors end as one line on stderr and code 2.
    """
    terminal = Terminal(spoken_language(arguments, os.environ), sys.stdout, sys.stderr)
    try:
        result = typer.main.get_command(app).main(
            list(arguments), prog_name="deskcheck", standalone_mode=False, obj=terminal
        )
    except DeskcheckError as error:
        return _failed(terminal, error)
    except typer.TyperException as error:
        return _failed(terminal, _usage(error))
    except typer.Abort:
        return EXIT_INTERRUPTED
    except SystemExit as end:
        # A reader that went away (`| head`) ends in 1, which would say "suspected".
        return 0 if end.code in {None, 0} else EXIT_ERROR
    except MemoryError as error:
        return _failed(terminal, UnexpectedError(kind="MemoryError", reason=str(error) or "out of memory"))
    except Exception as error:  # the last line of defence: a person never sees a traceback unasked
        return _failed(terminal, _unexpected(error))
    return result if isinstance(result, int) else 0


def _failed(terminal: Terminal, error: DeskcheckError) -> int:
    if os.environ.get("DESKCHECK_DEBUG") == "1":
        traceback.print_exc(file=terminal.err)
    terminal.error(error)
    return EXIT_ERROR


def _usage(error: typer.TyperException) -> UsageError:
    context = getattr(error, "ctx", None)
    return UsageError(reason=error.format_message(), command=context.command_path if context else "deskcheck")


def _unexpected(error: Exception) -> DeskcheckError:
    import errno

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(path=error.filename or "?")
    return UnexpectedError(kind=type(error).__name__, reason=error)
