"""The user's own programs: a pager for what is long, an editor for what is not right yet."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from defermod.toolchain.go import find_program, run

_LESS = "FRX"
"""The flags that git gives to less: quit if the text fits, pass colours through, keep the screen."""
_NOT_STARTED = (2, 126, 127)
"""The exit status of a shell that could not start the command."""
_NEUTRAL = os.path.abspath(os.sep)  # noqa: PTH100
_SAFE_SEARCH = {"NoDefaultCurrentDirectoryInExePath": "1"} if os.name == "nt" else {}
"""Keeps cmd.exe from finding programs in the working directory."""
_OF_A_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_CONFIG")
_PATIENCE = 10.0
"""Seconds to wait for git's answer about the pager."""
_EDITORS = ("VISUAL", "EDITOR")
_EDITOR = "notepad" if os.name == "nt" else "vi"
_PLACED = ("vi", "vim", "nvim", "emacs", "nano")
"""The editors that take +LINE."""


def page(text: bytes, environment: Mapping[str, str]) -> bool:
    """Show ``text`` on stdout through the pager that git would use; return False if there is none.

    That is ``GIT_PAGER``, the user's own ``core.pager``, ``PAGER`` or less, a command for the shell.  An empty one, or
    ``cat``, means none.  What the settings of a repository name is never run, and the working directory, which is
    somebody's repository, isn't the pager's.  (``pager.diff`` and the
    like, which are for git's own commands, are not asked for.)
    """
    command = _pager(environment)
    if command in ("", "cat"):
        return False
    try:
        process = subprocess.Popen(
            command,
            shell=True,
            stdin=subprocess.PIPE,
            cwd=_NEUTRAL,
            env={"LESS": _LESS, "LV": "-c", **environment, **_SAFE_SEARCH},
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
    if git := find_program("git", environment):
        # Outside of any repository, and only what is the user's.
        asked = [git, "-c", "safe.bareRepository=explicit", "config", "--global", "--includes", "--get", "core.pager"]
        own = {name: value for name, value in environment.items() if name not in _OF_A_REPOSITORY}
        with contextlib.suppress(OSError):
            done = run(asked, environment={**own, "GIT_CONFIG_NOSYSTEM": "1"}, cwd=Path(_NEUTRAL), timeout=_PATIENCE)
            if done.code == 0 and done.stdout.strip():
                return done.stdout.decode("utf-8", "surrogateescape").strip()
    if "PAGER" in environment:
        return environment["PAGER"].strip()
    less = find_program("less", environment)
    if less is None:
        return ""
    return f'"{less}"' if os.name == "nt" else shlex.quote(less)


def edit(name: str, text: bytes, line: int, environment: Mapping[str, str]) -> bytes | None:
    """Let the user edit ``text`` in a file called ``name``, at a 1-based line; return None if the editor fails.

    The editor is ``VISUAL``, ``EDITOR`` or the system's, a command for the shell.
    """
    command = next((value for key in _EDITORS if (value := environment.get(key, "").strip())), _EDITOR)
    with tempfile.TemporaryDirectory(prefix="defermod-") as directory:
        file = Path(directory, Path(name).name)
        file.write_bytes(text)
        place = [f"+{line}"] if Path(command.split()[0]).name in _PLACED else []
        try:
            process = subprocess.Popen(
                _with(command, [*place, os.fspath(file)]), cwd=directory, env={**environment, **_SAFE_SEARCH}
            )
        except OSError:
            return None
        with _undisturbed():
            return file.read_bytes() if process.wait() == 0 else None


def _with(command: str, arguments: list[str]) -> str | list[str]:
    """The user's command line with arguments added."""
    if os.name == "nt":  # where a command line is one text, which the program splits itself
        return f"{command} {subprocess.list2cmdline(arguments)}"
    return ["/bin/sh", "-c", f'{command} "$@"', command, *arguments]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C while another program runs in the foreground."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
