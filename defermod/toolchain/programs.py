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
_EDITORS = ("VISUAL", "EDITOR")


def page(text: bytes, environment: Mapping[str, str]) -> bool:
    """Show ``text`` through ``PAGER``, or less, on this process's stdout; False if there is no pager to do it.

    An empty PAGER, or ``cat``, means none, as for git.
    """
    command = shlex.split(environment.get("PAGER", "less"))
    if not command or command == ["cat"] or shutil.which(command[0], path=environment.get("PATH")) is None:
        return False
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env={"LESS": _LESS, **environment})
    except OSError:
        return False
    assert process.stdin is not None
    with _undisturbed():
        # Whoever leaves the pager early has seen enough.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(text)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
    return True


def edit(name: str, text: bytes, line: int, environment: Mapping[str, str]) -> bytes | None:
    """Let the user edit ``text`` as a file called ``name``, at a 1-based line; None if that came to nothing.

    The editor is ``VISUAL``, ``EDITOR`` or vi; it fails, or can't be started: None.
    """
    command = shlex.split(next((value for key in _EDITORS if (value := environment.get(key))), "vi"))
    with tempfile.TemporaryDirectory(prefix="defermod-") as directory:
        file = Path(directory, Path(name).name)
        file.write_bytes(text)
        place = [f"+{line}"] if Path(command[0]).name in ("vi", "vim", "nvim", "emacs", "nano") else []
        try:
            process = subprocess.Popen([*command, *place, os.fspath(file)], env=dict(environment))
        except OSError:
            return None
        with _undisturbed():
            return file.read_bytes() if process.wait() == 0 else None


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C is for the program in front."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
