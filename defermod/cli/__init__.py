"""The command line: arguments in, exit status out.

Exit status: 0 nothing found, or everything asked was done; 1 ``check`` found something or
``fix --diff`` printed a diff; 2 it could not do its work; 130 interrupted.
"""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

FOUND = 1
FAILED = 2
INTERRUPTED = 130


def main() -> NoReturn:
    """The console script: run the command line of this process and exit."""
    # A syntax tree is many objects that all live equally long: looking at them often finds nothing to free.
    gc.set_threshold(50_000, 20, 20)
    try:
        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Exception:
        # Python's own exit status for this is 1, which here means "found something".
        import traceback

        traceback.print_exc()
        print("defermod: error: this is a bug in defermod, please report it with the above", file=sys.stderr)
        status = FAILED
    sys.exit(status)


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

        return check(Flags(**plain))
    from defermod.cli.app import invoke

    return invoke(arguments)
