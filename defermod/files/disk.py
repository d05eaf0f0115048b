"""Reading and writing one file.

A file is written whole or not at all: the new text goes into a temporary file beside the old one
and takes its place in one step.  Four things follow that are worth knowing.  A symlink stays, and
its target is replaced.  Mode, and as far as the system lets us owner and extended attributes, are
carried over.  A hard link is cut: the name that was written has the new text, the file's other
names keep the old.  And what a killed run leaves behind is called ``.defermod-*``, which git shows,
Go ignores, and the next run that writes into the directory removes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from defermod.bounded import SOURCE_LIMIT

TEMPORARY_PREFIX = ".defermod-"

# Without waiting: a named pipe called x.go would wait for its writer for ever.
_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

_TEMPORARY = re.compile(re.escape(TEMPORARY_PREFIX) + r"(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-")
_COPYFILE_ACL, _COPYFILE_XATTR = 1, 4
"""Flags of copyfile(3) on macOS."""
_ABANDONED_AFTER = 24 * 3600.0
"""Seconds after which a temporary file is nobody's any more, whichever machine wrote it."""


class FileError(Exception):
    """A file that cannot be read or written; the message is one line that names it."""


class ChangedMeanwhile(FileError):  # noqa: N818 - it reads as what happened
    """The file is not what it was when it was read: somebody else's change would be lost."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The state of a file at the time it was read."""

    digest: bytes
    """SHA-256 of the content."""
    size: int
    """In bytes."""
    place: str
    """The real path, all links followed."""

    @classmethod
    def of(cls, text: bytes, place: str) -> Stamp:
        """The stamp of a file with this content at this real path."""
        return cls(hashlib.sha256(text).digest(), len(text), place)


def read(path: Path) -> tuple[bytes, Stamp]:
    """The content of ``path``, and the stamp by which ``write`` knows it again.

    Raises FileError when there is no such file, it is no regular file or it cannot be read.
    """
    place = os.path.realpath(path)
    text, _ = content(place, str(path))
    return text, Stamp.of(text, place)


def content(path: str, shown: str = "") -> tuple[bytes, int]:
    """The content of ``path``, and when it was last modified, in nanoseconds.  Raises FileError as ``read`` does.

    ``shown`` is what the user calls the file.

    In as few system calls as can be: this is done for every file of a tree.
    """
    shown = shown or path
    try:
        handle = os.open(path, _AT_ONCE)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                what = "is a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
                raise FileError(f"{shown}: {what}")
            if status.st_size > SOURCE_LIMIT:
                raise FileError(f"{shown}: is larger than {SOURCE_LIMIT >> 20} MiB")
            text = os.read(handle, status.st_size + 1)
            if len(text) != status.st_size:
                text += _rest(handle)
        finally:
            os.close(handle)
    except IsADirectoryError:
        raise FileError(f"{shown}: is a directory") from None
    except OSError as error:
        raise FileError(f"{shown}: cannot be read: {_plainly(error)}") from error
    if len(text) > SOURCE_LIMIT:
        raise FileError(f"{shown}: grows beyond {SOURCE_LIMIT >> 20} MiB")
    return text, status.st_mtime_ns


def _rest(handle: int) -> bytes:
    """Read the rest, of a file that grows or from a system that returns less than requested."""
    parts, size = [], 0
    while size <= SOURCE_LIMIT and (part := os.read(handle, 1 << 20)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def write(path: Path, new: bytes, stamp: Stamp) -> None:
    """Put ``new`` in the place of what ``read`` gave with ``stamp``.

    Raises ChangedMeanwhile when the file has other content by now or ``path`` leads elsewhere, FileError when it
    cannot be written: it is read-only (for root too: the mode says what the owner wants), the directory takes
    no temporary file, the disk is full.  Whatever is raised, the file is as it was.
    """
    if os.path.realpath(path) != stamp.place or not os.path.lexists(stamp.place):
        gone = "leads elsewhere by now" if os.path.lexists(path) else "is gone"
        raise ChangedMeanwhile(f"{path}: {gone}, and was not written")
    try:
        with _Directory(os.path.dirname(stamp.place)) as directory:  # noqa: PTH120
            _write_in(directory, os.path.basename(stamp.place), path, new, stamp)  # noqa: PTH119
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {_plainly(error)}") from error


def _write_in(directory: _Directory, name: str, path: Path, new: bytes, stamp: Stamp) -> None:
    _check_writable(directory, name, path)
    _remove_stale_temporaries(directory)
    temporary = f"{_temporary_prefix()}{os.urandom(4).hex()}.tmp"
    handle = directory.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    try:
        try:
            rest = memoryview(new)
            while rest:
                rest = rest[os.write(handle, rest) :]
            _carry_over(directory, name, handle, temporary)
            os.fsync(handle)
        finally:
            os.close(handle)
        # As late as can be: what is left is the instant between this and the next line.
        _check_unchanged(directory, name, path, stamp)
        directory.replace(temporary, name)
    except BaseException:
        with contextlib.suppress(OSError):
            directory.unlink(temporary)
        raise
    directory.sync()


class _Directory:
    """A directory that is held open, so that nobody can put another, or a link, in its place meanwhile.

    Where the system has no such calls, it is the path.
    """

    def __init__(self, path: str) -> None:
        """``path`` is a real one.  Raises OSError, for a link in it too."""
        self._path = path
        self._handle: int | None = None
        if {os.open, os.stat, os.rename, os.unlink, os.access} <= os.supports_dir_fd:
            self._handle = _opened(path)

    def __enter__(self) -> _Directory:
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            os.close(self._handle)

    def _named(self, name: str) -> str:
        return name if self._handle is not None else os.path.join(self._path, name)  # noqa: PTH118

    def open(self, name: str, flags: int) -> int:
        """A handle on a file; never through a link."""
        flags |= _NEVER_THROUGH_LINKS
        return os.open(self._named(name), flags, 0o600, dir_fd=self._handle)

    def status(self, name: str) -> os.stat_result:
        """The status of what has the name, be it a link."""
        return os.stat(self._named(name), dir_fd=self._handle, follow_symlinks=False)

    def may_write(self, name: str) -> bool:
        """Return True if this process may write the file."""
        return os.access(self._named(name), os.W_OK, dir_fd=self._handle)

    def replace(self, old: str, new: str) -> None:
        """Give the file ``old`` the name ``new``."""
        os.replace(self._named(old), self._named(new), src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def unlink(self, name: str) -> None:
        """Remove a file."""
        os.unlink(self._named(name), dir_fd=self._handle)

    def names(self) -> list[str]:
        """Return the names in it; none where it can't be read."""
        with contextlib.suppress(OSError):
            if self._handle is None:
                return os.listdir(self._path)  # noqa: PTH208
            handle = os.open(".", os.O_RDONLY, dir_fd=self._handle)
            try:
                return os.listdir(handle)  # noqa: PTH208
            finally:
                os.close(handle)
        return []

    def sync(self) -> None:
        """Have new names survive a power cut, where directories can be synced at all."""
        with contextlib.suppress(OSError):
            handle = os.open(self._named(".") if self._handle is None else ".", os.O_RDONLY, dir_fd=self._handle)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


_NEVER_THROUGH_LINKS = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def _opened(path: str) -> int:
    """A handle on the directory at a real path, opened part by part so that a link in it is an error."""
    flags = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW
    handle = os.open(os.sep, flags)
    for part in Path(path).parts[1:]:
        try:
            below = os.open(part, flags, dir_fd=handle)
        finally:
            os.close(handle)
        handle = below
    return handle


def _check_writable(directory: _Directory, name: str, path: Path) -> None:
    try:
        mode = directory.status(name).st_mode
    except FileNotFoundError as error:
        raise ChangedMeanwhile(f"{path}: is gone, and was not written") from error
    if not stat.S_ISREG(mode):
        raise FileError(f"{path}: not a regular file")
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not directory.may_write(name):
        raise FileError(f"{path}: is read-only, and was not written")


def _check_unchanged(directory: _Directory, name: str, path: Path, stamp: Stamp) -> None:
    changed = ChangedMeanwhile(f"{path}: was changed by somebody else meanwhile, and was not written")
    try:
        handle = directory.open(name, os.O_RDONLY)
    except FileNotFoundError as error:
        raise ChangedMeanwhile(f"{path}: is gone, and was not written") from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise changed
        parts, left = [], stamp.size + 1
        while left > 0 and (part := os.read(handle, left)):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(handle)
    text = b"".join(parts)
    # The content decides; a file that was only touched, or written with the same text, is the same.
    if len(text) != stamp.size or hashlib.sha256(text).digest() != stamp.digest:
        raise changed


def _carry_over(directory: _Directory, name: str, handle: int, temporary: str) -> None:
    """Give the temporary file the owner, extended attributes (access lists too) and mode of the file ``name``."""
    status = directory.status(name)
    if not hasattr(os, "fchmod"):
        Path(directory._named(temporary)).chmod(stat.S_IMODE(status.st_mode))
        return
    with contextlib.suppress(OSError):
        os.fchown(handle, status.st_uid, status.st_gid)
    with contextlib.suppress(OSError):
        source = directory.open(name, os.O_RDONLY)
        try:
            _copy_attributes(source, handle)
        finally:
            os.close(source)
    # Last, because a change of owner clears set-user-id bits.
    os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _copy_attributes(source: int, target: int) -> None:
    """Copy extended attributes and access lists, where the system has them.  Raises OSError."""
    if sys.platform == "darwin":
        import ctypes

        ctypes.CDLL(None).fcopyfile(source, target, None, _COPYFILE_ACL | _COPYFILE_XATTR)
    elif hasattr(os, "listxattr"):
        for attribute in os.listxattr(source):
            os.setxattr(target, attribute, os.getxattr(source, attribute))


def _temporary_prefix() -> str:
    return f"{TEMPORARY_PREFIX}{_machine()}-{os.getpid()}-"


def _machine() -> str:
    """Eight hex digits for this machine: a process id means nothing on another that shares the disk."""
    import platform

    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _remove_stale_temporaries(directory: _Directory) -> None:
    """Remove what runs that were killed have left in ``directory``; failing that is no harm."""
    for name in directory.names():
        match = _TEMPORARY.match(name)
        with contextlib.suppress(OSError):
            if match and _is_stale(directory.status(name), match["machine"], int(match["process"])):
                directory.unlink(name)


def _is_stale(status: os.stat_result, machine: str, process: int) -> bool:
    if time.time() - status.st_mtime > _ABANDONED_AFTER:
        return True
    return machine == _machine() and not _is_running(process)


def _is_running(process: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _plainly(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


__all__ = ["FileError", "read"]
