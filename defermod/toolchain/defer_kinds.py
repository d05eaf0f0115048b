"""The compiler's kind of each defer: ``open-coded``, ``stack-allocated`` or ``heap-allocated``."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from defermod.toolchain import packages
from defermod.toolchain.go import Go
from defermod.toolchain.overlay import Overlay, unsaved, without_line_directives
from defermod.toolchain.validate import real_place

_TOLD = re.compile(r"^(?P<file>.+\.go):(?P<line>\d+):\d+: (?P<kind>[\w-]+) defer$")


def defer_kinds(go: Go, files: Mapping[Path, bytes]) -> dict[Path, tuple[tuple[int, str], ...]]:
    """Return the 1-based lines of the defers of ``files`` (texts by path) and their kinds, by the same paths.

    The packages are compiled for that, without race detector and with optimisation; nothing is linked.
    Files that aren't compiled here have no entry.  Lines are the file's own, whatever ``//line`` comments say.
    """
    found: dict[Path, dict[int, str]] = defaultdict(dict)
    given = {real_place(path.absolute()): path for path in files}
    texts = {place: files[path] for place, path in given.items()}
    with Overlay(unsaved({place: without_line_directives(text) for place, text in texts.items()})) as overlay:
        for group in packages.plan(go, texts, overlay.flags()).groups:
            command = ["list", "-e", "-test", "-export", "-gcflags=-d=defer=1", "-f={{.ImportPath}}", *overlay.flags()]
            done = go.run([*command, *group.flags, "--", *group.arguments()], cwd=group.root,
                          variables=dict(group.variables))  # fmt: skip
            for line in done.stderr.decode(errors="replace").splitlines():
                if match := _TOLD.match(line):
                    path = overlay.original(Path(os.path.realpath(group.root / match["file"])))
                    if path in given:
                        found[given[path]][int(match["line"])] = match["kind"]
    return {path: tuple(sorted(kinds.items())) for path, kinds in found.items()}


__all__ = ["defer_kinds"]
