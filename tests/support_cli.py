"""Helpers of the tests that run the whole program in a process of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_NO_DISTRIBUTIONS = """import importlib.metadata as m

def distribution(name):
    raise m.PackageNotFoundError(name)

m.distribution = distribution
"""


def command(*arguments: str | Path) -> list[str]:
    """The command line that runs the program from this checkout."""
    return [sys.executable, "-m", "defermod", *(str(argument) for argument in arguments)]


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for ``command``."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(changes or {})}


@cache
def git_without_settings() -> Mapping[str, str]:
    """Changes to the environment by which git has no settings but a repository's own.

    Not the null device: root's ``git config --global`` would put a file in its place.
    """
    directory = tempfile.mkdtemp(prefix="defermod-test-git-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    settings = Path(directory, "config")
    settings.touch()
    return {"GIT_CONFIG_GLOBAL": str(settings), "GIT_CONFIG_NOSYSTEM": "1"}


def signals_as_by_default() -> None:
    """For ``preexec_fn``: end by the signals that a test run in the background may have inherited as ignored."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def without_go(directory: Path) -> dict[str, str]:
    """Changes to the environment that hide every go command; ``directory`` is for what that takes."""
    (directory / "sitecustomize.py").write_text(_NO_DISTRIBUTIONS)
    return {"PATH": "/nowhere", "PYTHONPATH": f"{directory}{os.pathsep}{ROOT}"}


def defermod(
    *arguments: str | Path, cwd: Path, changes: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """One run of the program in ``cwd``."""
    return subprocess.run(
        command(*arguments), cwd=cwd, env=environment(changes), capture_output=True, text=True, timeout=timeout
    )


def until_it_ends(process: subprocess.Popen[bytes], seconds: float, idle: float = 120) -> int:
    """Wait for a process that was started with ``start_new_session``, and return its exit status.

    A slow machine is no hang: what counts is the processor time of its session, at most ``seconds``, and that it gets
    any within ``idle`` seconds.  Raises AssertionError otherwise; a program in Python has then said on stderr where
    it was, if it was started with PYTHONFAULTHANDLER=1.
    """
    used, since = 0.0, time.monotonic()
    while True:
        try:
            return process.wait(0.05)
        except subprocess.TimeoutExpired:
            now = seconds_of_session(process.pid)
        if now > used:
            used, since = now, time.monotonic()
        if used > seconds or time.monotonic() - since > idle:
            process.send_signal(signal.SIGABRT)
            process.wait(10)
            raise AssertionError(f"it hangs: {used:.1f} s of processor time, none for {time.monotonic() - since:.0f} s")


def seconds_of_session(leader: int) -> float:
    """Return the processor time in seconds of the living processes of a session, and of what they waited for."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")
