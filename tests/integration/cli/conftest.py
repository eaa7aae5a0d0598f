"""Ways to run the command line: in this process (quick) and as a process of its own (real)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from deskcheck_service.cli.app import run


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def deskcheck(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Run a command line in this process, in a folder of its own, speaking English unless told otherwise."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DESKCHECK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def command(*arguments: object, stdin: str | None = None) -> Ran:
        with monkeypatch.context() as patched:
            if stdin is not None:
                reading, writing = os.pipe()
                os.write(writing, stdin.encode())
                os.close(writing)
                patched.setattr(sys, "stdin", os.fdopen(reading, encoding="utf-8"))
            code = run([str(argument) for argument in arguments])
            if stdin is not None:
                sys.stdin.close()
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


def as_process(*arguments: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Ran:
    """Run a command line as a real process; of this one's settings only the model is kept, to try another one."""
    kept = {"DESKCHECK_MODEL_PATH"}
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("DESKCHECK_") or name in kept
    }
    finished = subprocess.run(
        [sys.executable, "-c", "from deskcheck_service.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**environment, "LC_ALL": "en_US.UTF-8", "PYTHONUTF8": "1", **(env or {})},
        cwd=cwd,
        check=False,
        timeout=300,
    )
    return Ran(finished.returncode, finished.stdout, finished.stderr)


@pytest.fixture
def process() -> Command:
    """Run a command line as a real process."""
    return as_process
