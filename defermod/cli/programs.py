"""The user's own programs: a pager for what is long, an editor for what is not right yet."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

_LESS = "FRX"
"""Leave if all fits, let colours through, leave the screen as it is: what git asks of less."""
_NOT_STARTED = (2, 126, 127)
"""What a shell ends with that could not start the command."""
_EDITORS = ("VISUAL", "EDITOR")
_PLACED = ("vi", "vim", "nvim", "emacs", "nano")
"""The editors that take +LINE."""


def page(text: bytes, environment: Mapping[str, str]) -> bool:
    """Show ``text`` on this process's stdout through the pager that git would take; False if there is none.

    That is ``GIT_PAGER``, git's ``core.pager``, ``PAGER`` or less, a command for the shell.  An empty one, or ``cat``,
    means none.  (``pager.diff`` and the like, which are for git's own commands, are not asked for.)
    """
    command = _pager(environment)
    if command in ("", "cat"):
        return False
    try:
        process = subprocess.Popen(
            command, shell=True, stdin=subprocess.PIPE, env={"LESS": _LESS, "LV": "-c", **environment}
        )
    except OSError:
        return False
    assert process.stdin is not None
    with _undisturbed():
        # Whoever leaves the pager early has seen enough.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(text)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        return process.wait() not in _NOT_STARTED


def _pager(environment: Mapping[str, str]) -> str:
    if "GIT_PAGER" in environment:
        return environment["GIT_PAGER"].strip()
    if git := shutil.which("git", path=environment.get("PATH", "")):
        asked = [git, "config", "--get", "core.pager"]
        with contextlib.suppress(OSError):
            done = subprocess.run(asked, capture_output=True, env=dict(environment), stdin=subprocess.DEVNULL)
            if done.returncode == 0 and done.stdout.strip():
                return done.stdout.decode("utf-8", "surrogateescape").strip()
    if "PAGER" in environment:
        return environment["PAGER"].strip()
    return "less" if shutil.which("less", path=environment.get("PATH", "")) else ""


def edit(name: str, text: bytes, line: int, environment: Mapping[str, str]) -> bytes | None:
    """Let the user edit ``text`` as a file called ``name``, at a 1-based line; None if that came to nothing.

    The editor is ``VISUAL``, ``EDITOR`` or vi, a command for the shell; it fails, or can't be started: None.
    """
    command = next((value for key in _EDITORS if (value := environment.get(key, "").strip())), "vi")
    with tempfile.TemporaryDirectory(prefix="defermod-") as directory:
        file = Path(directory, Path(name).name)
        file.write_bytes(text)
        place = [f"+{line}"] if Path(command.split()[0]).name in _PLACED else []
        try:
            process = subprocess.Popen(_with(command, [*place, os.fspath(file)]), env=dict(environment))
        except (OSError, ValueError):
            return None
        with _undisturbed():
            return file.read_bytes() if process.wait() == 0 else None


def _with(command: str, arguments: list[str]) -> list[str]:
    """The user's command line with arguments added.  Raises ValueError for one that can't be split, on Windows."""
    if os.name == "nt":
        return [*shlex.split(command), *arguments]
    return ["/bin/sh", "-c", f'{command} "$@"', command, *arguments]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C is for the program in front."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
