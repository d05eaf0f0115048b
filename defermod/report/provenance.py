"""The origin of a report, stated above it, so it can be understood when it is kept."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from defermod.printable import printable


@dataclass(frozen=True, slots=True)
class Provenance:
    """The versions and settings that a run was made with; empty texts where unknown."""

    module: str = ""
    """The module path of the working directory's go.mod."""
    commit: str = ""
    """The commit that is checked out, in git's short form, and if files differ from it."""
    made: str = ""
    """The time, in UTC."""
    command: str = ""
    go: str = ""
    """The version of the go command, where one was asked."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, printable(getattr(self, name)))


def gather(*, asks_go: bool) -> Provenance:
    """Return those of this process and its working directory; ``asks_go``: the run asked the go command.

    The time is that of SOURCE_DATE_EPOCH (seconds) where this is set, so that a report can be made again.
    """
    from defermod.toolchain.git import described
    from defermod.toolchain.go import find_go
    from defermod.toolchain.modules import module_name, module_root

    root = module_root(Path.cwd())
    go = find_go() if asks_go else None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return Provenance(
        module=module_name(root) if root else "",
        commit=described(Path.cwd()),
        made=f"{now:%Y-%m-%d %H:%M} UTC",
        command=shlex.join(["defermod", *sys.argv[1:]]),
        go=go.version if go else "",
    )
