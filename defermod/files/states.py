"""Detect from files' status alone whether they may have changed since the last look.

What is compared is size, times of the content's and of the inode's last change, and the inode's number.  A tool
can set the first of these times back, the second is the system's.  Times are only as fine as the file system's
clock: a file that changed a moment ago can change again without another time (git calls it racy), so it has no
state yet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterable
from hashlib import blake2b
from pathlib import Path

from defermod.toolchain import modules

_SETTLED_AFTER = 2_000_000_000
"""Nanoseconds after which a change has a time of its own on every file system; FAT's clock is the coarsest."""


class States:
    """The states of folders as they are now."""

    def __init__(self) -> None:
        self._settled_before = time.time_ns() - _SETTLED_AFTER

    def above(self, root: str) -> str | None:
        """The version part for a walk that begins in ``root``: what is above it can set the language version."""
        module = modules.module_root(Path(root))
        if module is None:
            return ""
        parts = [self._of(str(module / "go.mod"))]
        if (vendored := module / "vendor" / "modules.txt").is_file():
            parts.append(self._of(str(vendored)))
        return None if None in parts else f"{module}{parts}"

    def of_versions(self, directory: str, names: Container[str], above: str | None) -> str | None:
        """The version part of ``directory``, with these ``names`` in it: a digest of what can set it there."""
        version = above
        for name in ("go.mod", "modules.txt"):
            if name in names and version is not None:
                own = self._of(f"{directory}{os.sep}{name}")
                version = None if own is None else f"{version if name != 'go.mod' else ''}{directory}{own}"
        return version

    def of_files(self, directory: str, files: Iterable[os.DirEntry[str]], version: str | None) -> bytes | None:
        """The state of a folder with these files, none of them a symlink."""
        if version is None:
            return None
        settled = self._settled_before
        parts = [directory, version]
        for entry in files:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                return None
            changed, inode_changed = status.st_mtime_ns, status.st_ctime_ns
            if changed > settled or inode_changed > settled:
                return None
            parts.append(f"{entry.name}/{status.st_size} {changed} {inode_changed} {status.st_ino}")
        return blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).digest()

    def _of(self, path: str) -> str | None:
        """The state of one file; None if it may still change unseen."""
        try:
            status = os.stat(path)  # noqa: PTH116
        except OSError:
            return None
        times = status.st_mtime_ns, status.st_ctime_ns
        return None if max(times) > self._settled_before else f"{status.st_size} {times} {status.st_ino}"
