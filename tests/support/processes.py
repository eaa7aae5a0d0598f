"""Processes of the program itself, as an administrator starts them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from deskcheck_service.settings import Settings


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment that gives a process these settings."""
    told = {f"DESKCHECK_{name.upper()}": str(getattr(settings, name)) for name in settings.model_fields_set}
    return {**os.environ, **{key: value for key, value in told.items() if value != "None"}, **more}


def start(
    arguments: list[str], env: Mapping[str, str], log: Path, *, cores: str = "", namespace: str = ""
) -> subprocess.Popen[bytes]:
    """Start ``deskcheck``, its output into a file, on these cores and in this network namespace where told."""
    program = str(Path(sys.executable).with_name("deskcheck"))
    within = ["ip", "netns", "exec", namespace] if namespace else []
    command = [*within, *(["taskset", "-c", cores] if cores else []), program, *arguments]
    with log.open("ab") as out:
        return subprocess.Popen(command, env=dict(env), stdout=out, stderr=subprocess.STDOUT)


def killed(process: subprocess.Popen[bytes]) -> None:
    """Kill a process as the kernel does when memory is out."""
    process.send_signal(signal.SIGKILL)
    process.wait(20)


def ended(process: subprocess.Popen[bytes], within_s: float = 40) -> int:
    """End a process as systemd does, and return its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(within_s)


def until(condition: Callable[[], bool], within_s: float, every_s: float = 0.2) -> bool:
    """Wait for a condition; False where it did not come in time."""
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(every_s)
    return condition()
