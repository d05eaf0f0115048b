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
import time
from dataclasses import dataclass
from pathlib import Path

TEMPORARY_PREFIX = ".defermod-"

# Without waiting: a named pipe called x.go would wait for its writer for ever.
_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

_TEMPORARY = re.compile(re.escape(TEMPORARY_PREFIX) + r"(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-")
_ABANDONED_AFTER = 24 * 3600.0
"""Seconds after which a temporary file is nobody's any more, whichever machine wrote it."""


class FileError(Exception):
    """A file that cannot be read or written; the message is one line that names it."""


class ChangedMeanwhile(FileError):  # noqa: N818 - it reads as what happened
    """The file is not what it was when it was read: somebody else's change would be lost."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when it was read."""

    digest: bytes
    """SHA-256 of the content."""
    size: int
    """In bytes."""
    mtime_ns: int

    @classmethod
    def of(cls, text: bytes, mtime_ns: int) -> Stamp:
        """The stamp of a file with this content."""
        return cls(hashlib.sha256(text).digest(), len(text), mtime_ns)


def read(path: Path) -> tuple[bytes, Stamp]:
    """The content of ``path``, and the stamp by which ``write`` knows it again.

    Raises FileError when there is no such file, it is no regular file or it cannot be read.
    """
    text, mtime_ns = content(str(path))
    return text, Stamp.of(text, mtime_ns)


def content(path: str) -> tuple[bytes, int]:
    """The content of ``path``, and when it was last modified, in nanoseconds.  Raises FileError as ``read`` does.

    In as few system calls as can be: this is done for every file of a tree.
    """
    try:
        handle = os.open(path, _AT_ONCE)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                what = "is a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
                raise FileError(f"{path}: {what}")
            text = os.read(handle, status.st_size + 1)
            if len(text) != status.st_size:
                text += _rest(handle)
        finally:
            os.close(handle)
    except IsADirectoryError:
        raise FileError(f"{path}: is a directory") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {_plainly(error)}") from error
    return text, status.st_mtime_ns


def _rest(handle: int) -> bytes:
    """What there is still to read, of a file that grows or a system that gives less at once than it was asked for."""
    parts = []
    while part := os.read(handle, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def write(path: Path, new: bytes, stamp: Stamp) -> None:
    """Put ``new`` in the place of what ``read`` gave with ``stamp``.

    Raises ChangedMeanwhile when the file has other content by now, FileError when it cannot be
    written: it is read-only (for root too: the mode says what the owner wants), the directory takes
    no temporary file, the disk is full.  Whatever is raised, the file is as it was.
    """
    target = _target(path)
    _check_writable(path, target)
    _remove_stale_temporaries(target.parent)
    import tempfile  # slow to import, and only for who writes

    try:
        with tempfile.NamedTemporaryFile(
            prefix=_temporary_prefix(), suffix=".tmp", dir=target.parent, delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                file.write(new)
                file.flush()
                _carry_over(target, temporary)
                os.fsync(file.fileno())
                file.close()
                # As late as can be: what is left is the instant between this and the next line.
                _check_unchanged(path, target, stamp)
                temporary.replace(target)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {_plainly(error)}") from error
    _sync_directory(target.parent)


def _target(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symlinks
        raise ChangedMeanwhile(f"{path}: is gone, and was not written") from error


def _check_writable(path: Path, target: Path) -> None:
    try:
        mode = target.stat().st_mode
    except OSError as error:
        raise ChangedMeanwhile(f"{path}: is gone, and was not written") from error
    if not stat.S_ISREG(mode):
        raise FileError(f"{path}: not a regular file")
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise FileError(f"{path}: is read-only, and was not written")


def _check_unchanged(path: Path, target: Path, stamp: Stamp) -> None:
    try:
        text = target.read_bytes()
    except FileNotFoundError as error:
        raise ChangedMeanwhile(f"{path}: is gone, and was not written") from error
    # The content decides; a file that was only touched, or written with the same text, is the same.
    if len(text) != stamp.size or hashlib.sha256(text).digest() != stamp.digest:
        raise ChangedMeanwhile(f"{path}: was changed by somebody else meanwhile, and was not written")


def _carry_over(source: Path, temporary: Path) -> None:
    """Give ``temporary`` the owner, extended attributes (access lists too) and mode of ``source``."""
    status = source.stat()
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(temporary, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(source):
                os.setxattr(temporary, name, os.getxattr(source, name))
    # Last, because a change of owner clears set-user-id bits.
    temporary.chmod(stat.S_IMODE(status.st_mode))


def _sync_directory(directory: Path) -> None:
    """Have the new name survive a power cut, where directories can be synced at all."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _temporary_prefix() -> str:
    return f"{TEMPORARY_PREFIX}{_machine()}-{os.getpid()}-"


def _machine() -> str:
    """Eight hex digits for this machine: a process id means nothing on another that shares the disk."""
    import platform

    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _remove_stale_temporaries(directory: Path) -> None:
    """Remove what runs that were killed have left in ``directory``; failing that is no harm."""
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            match = _TEMPORARY.match(entry.name)
            if match and _is_stale(entry, match["machine"], int(match["process"])):
                Path(entry.path).unlink()


def _is_stale(entry: os.DirEntry[str], machine: str, process: int) -> bool:
    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED_AFTER:
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
