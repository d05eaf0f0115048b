"""The command line: arguments in, exit status out.

Exit status: 0 nothing found, or everything asked was done; 1 ``check`` found something or
``fix --diff`` printed a diff; 2 it could not do its work; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from typing import NoReturn

FOUND = 1
FAILED = 2
INTERRUPTED = 130


def main() -> NoReturn:
    """The console script: run the command line of this process and exit."""
    # A syntax tree is many objects that all live equally long: looking at them often finds nothing to free.
    gc.set_threshold(50_000, 20, 20)
    _open_closed_streams()
    _end_in_order()
    try:
        status = run(sys.argv[1:])
        if not sys.stdout.closed:  # a language server closes what it has talked through
            sys.stdout.flush()
    except KeyboardInterrupt:
        status = INTERRUPTED
    except (OSError, MemoryError) as error:
        # What the world does: a full disk, a stream that nobody takes, a directory that is gone.
        _say(f"defermod: error: {_plainly(error)}")
        status = FAILED
    except Exception as error:
        # Python's own exit status for this is 1, which here means "found something".
        import traceback

        registry = sys.modules.get("defermod.engine.registry")
        if registry is not None and isinstance(error, registry.CodemodError):
            _say(f"defermod: error: {error}")
        else:
            _say(f"{traceback.format_exc()}defermod: error: this is a bug in defermod, please report it with the above")
        status = FAILED
    _forget_unwritten()
    sys.exit(status)


def _open_closed_streams() -> None:
    """Have something behind each standard stream, so that no file that is opened later gets its number.

    A stream that was closed reads as empty, and discards what is written; on stdout, writing is an error.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            # For reading only, so that writing to stdout fails.
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


def _end_in_order() -> None:
    """Make signals that end the program raise an exception, so child processes are ended and temporary files
    removed.
    """

    def end(number: int, frame: object) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with contextlib.suppress(ValueError, OSError):  # not in the main thread
                signal.signal(number, end)


def _plainly(error: OSError | MemoryError) -> str:
    """Return the cause of a failure in one line."""
    if isinstance(error, MemoryError):
        return "out of memory"
    try:
        os.getcwd()  # noqa: PTH109
    except OSError:
        return "the working directory is gone"
    from defermod.printable import printable

    what = (error.strerror or str(error)).lower()
    return printable(f"{os.fsdecode(error.filename)}: {what}" if isinstance(error.filename, str | bytes) else what)


def _say(message: str) -> None:
    """Write to stderr if that is possible."""
    with contextlib.suppress(OSError, ValueError):
        print(message, file=sys.stderr, flush=True)


def _forget_unwritten() -> None:
    """Keep the interpreter's final flush of the standard streams from failing again after an earlier failure."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status.  Only a bug raises anything but KeyboardInterrupt."""
    if arguments in (["--version"], ["-V"]):
        # Answered before typer is imported, which takes several times as long as all the rest.
        from defermod import __version__

        print(f"defermod {__version__}")
        return 0
    from defermod.cli.quick import check_flags

    if (plain := check_flags(arguments)) is not None:
        from defermod.cli.commands import check
        from defermod.cli.flags import Flags

        return check(Flags.of(plain))
    from defermod.cli.app import invoke

    return invoke(arguments)
