"""Bounded reads: regular files of a reasonable size, nothing else; and the sizes, those of Go source included.

The author of a repository decides what ``.gitignore`` or ``go.mod`` is: an endless device, a pipe that nobody
writes to, a file of a gigabyte.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

SETTINGS_LIMIT = 64 << 10
IGNORE_LIMIT = 1 << 20
MODULE_LIMIT = 8 << 20
"""The limit for go.mod, go.work and vendor/modules.txt; in bytes, like the other limits."""
PROFILE_LIMIT = 64 << 20
SOURCE_LIMIT = 256 << 20


class UnfitError(OSError):
    """A file is not a regular file, or too large; ``strerror`` says which, as a phrase."""

    def __init__(self, reason: str) -> None:
        super().__init__(0, reason)

    def __str__(self) -> str:
        return str(self.strerror)


# Without waiting: a named pipe would wait for its writer for ever.
_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_bounded(path: str | Path, limit: int, *, follow: bool = True) -> bytes:
    """Return the content of the regular file at ``path``, of at most ``limit`` bytes.

    With ``follow`` false a symlink is not read.  Raises UnfitError where the file is of another kind or larger, and
    OSError as ``os.open`` does.
    """
    handle = os.open(path, _AT_ONCE | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise UnfitError("is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise UnfitError("is not a regular file")
        parts, left = [], limit + 1
        while left > 0 and (part := os.read(handle, min(left, 1 << 20))):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(handle)
    if left <= 0:
        raise UnfitError(f"is larger than {_size(limit)}")
    return b"".join(parts)


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit >> 10} KiB"
