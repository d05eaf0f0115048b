"""Output: results to stdout as bytes, messages to stderr.  Either may be closed already."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO

from defermod.printable import without_commands


def put(data: str | bytes) -> None:
    """Write results to stdout.  A reader that has closed its end (``| head``) is no error.

    The encoding is UTF-8 in every locale, as in Go files; file names keep their bytes.
    """
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    try:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        raise OSError(error.errno, f"the results can't be written: {(error.strerror or str(error)).lower()}") from None


def page_diff(diff: bytes) -> None:
    """Write a diff to the terminal that stdout is, through a pager, as git does, and in colour if that is wanted."""
    from defermod.cli.programs import page
    from defermod.report.ansi import paint

    text = paint(diff, colour=colour(sys.stdout)).encode("utf-8", "surrogateescape")
    if text and not page(text, os.environ):
        put(text)


def say(message: str) -> None:
    """Write a message of one or more lines to stderr."""
    try:
        sys.stderr.buffer.write(without_commands(message).encode("utf-8", "surrogateescape") + b"\n")
        sys.stderr.buffer.flush()
    except OSError:  # nobody is there to be told
        _discard(sys.stderr)


def error(message: str) -> None:
    """Write an error message to stderr."""
    say(f"defermod: error: {message}")


_wanted = "auto"
_VT = 4
"""ENABLE_VIRTUAL_TERMINAL_PROCESSING."""


def choose_colour(when: str | None) -> None:
    """Set the use of colour from ``--color``.  Raises ConfigError unless it is auto, always or never."""
    global _wanted
    from defermod.settings import check_choices

    if when is not None:
        check_choices((when,), ("auto", "always", "never"), "value of --color")
        _wanted = when


def colour(stream: TextIO) -> bool:
    """Return True if escape sequences may be written there.

    As --color says; else never against NO_COLOR, always with FORCE_COLOR, and otherwise to a terminal only.
    """
    if _wanted != "auto":
        return _wanted == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty() and _understands_colour(stream)


def _understands_colour(terminal: TextIO) -> bool:
    """Have a console of Windows interpret escape sequences; return False if it is one that can't."""
    if sys.platform != "win32":
        return True
    import ctypes
    import msvcrt

    console = msvcrt.get_osfhandle(terminal.fileno())
    mode = ctypes.c_ulong()
    kernel = ctypes.windll.kernel32
    return bool(kernel.GetConsoleMode(console, ctypes.byref(mode)) and kernel.SetConsoleMode(console, mode.value | _VT))


def width(stream: TextIO) -> int | None:
    """Return the width in characters of the terminal behind ``stream``; None if it is not a terminal."""
    if not stream.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _discard(stream: TextIO) -> None:
    """Let all that is still to be written to ``stream`` vanish, the interpreter's last flush included."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
