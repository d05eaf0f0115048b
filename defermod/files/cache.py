"""The cache of earlier runs: which files of a folder need another look, and the analysis of texts.

Two files in the user's cache directory for each configuration, version of the program and command line: one with an
entry for each folder in a state (see ``states``), one with an entry for each text that was analysed.  An entry is
never wrong, it only stops being asked for, so runs at the same time do no harm: each replaces the file whole, and
the last one stays.  A run writes what it has seen and nothing else, so what is gone from the tree is gone from the
cache.

A cache that can't be read or written, or that this user's program did not write, is no error: the files are
checked anew.  The content is data (JSON); nothing in it is ever executed.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from defermod.bounded import read_bounded
from defermod.files.private import SEAL_SIZE, is_sealed, made_private, sealed
from defermod.model import FileResult, Finding, Problem

_FORMAT = b"defermod cache 2\n"
_SUFFIX = ".folders"
_RESULTS_SUFFIX = ".results"
_MOST_FILES = 200
_MOST_BYTES = 1 << 30
_UNUSED_AFTER = 30 * 24 * 3600.0
"""Seconds after its last use until a file is removed."""
_STALE_AFTER = 24 * 3600.0
_TOUCHED_AFTER = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """The cached facts about a folder."""

    count: int
    """The number of its files, without generated ones if these are skipped."""
    suspects: tuple[str, ...]
    """The names of files with findings or problems."""


class Cache:
    """The entries of one configuration on one tree."""

    def __init__(self, directory: Path, key: Iterable[str]) -> None:
        """Nothing is kept in a ``directory`` that others can write; see ``made_private``."""
        self._path = directory / f"{_name(key)}{_SUFFIX}"
        self._before: dict[str, str] | None = None
        self._now: dict[str, str] = {}

    def get(self, state: bytes) -> FolderEntry | None:
        """Return the entry of a folder in this state; None if there is none."""
        if self._before is None:
            text = _read(self._path).decode("utf-8", "surrogateescape")
            self._before = {record[:32]: record for record in text.split("\0") if record}
        if (record := self._before.get(state.hex())) is None:
            return None
        self._now[record[:32]] = record
        count, *suspects = record[32:].split("/")
        return FolderEntry(int(count), tuple(suspects))

    def put(self, state: bytes, known: FolderEntry) -> None:
        """Record the facts about a folder in this state."""
        self._now[state.hex()] = state.hex() + "/".join((str(known.count), *known.suspects))

    def save(self) -> None:
        """Write what was asked for and what was noted."""
        with contextlib.suppress(OSError):
            if self._now == self._before:
                _touch(self._path)
            elif self._now:
                _write(self._path, "\0".join(self._now.values()).encode("utf-8", "surrogateescape"))


class Results:
    """The results of the analysis for whole texts, keyed by the text and all else that they depend on."""

    def __init__(self, directory: Path, key: Iterable[str]) -> None:
        self._path = directory / f"{_name(key)}{_RESULTS_SUFFIX}"
        self._before: dict[str, str] | None = None
        self._now: dict[str, str] = {}

    def get(self, path: str, text: bytes, given: str) -> FileResult | None:
        """Return the stored result for the text at this path; ``given`` stands for the analysis's other inputs."""
        if self._before is None:
            records = _read(self._path).decode("ascii", "replace").split("\n")
            self._before = {record[:_DIGITS]: record for record in records if record}
        digest = _digest(path, text, given)
        if (record := self._before.get(digest)) is None:
            return None
        import json  # only for who has texts that are known

        from defermod.files.plain import from_plain

        try:
            after, findings, problems = from_plain(_KEPT)(json.loads(record[_DIGITS:]))
        except (ValueError, RecursionError):
            return None
        self._now[digest] = record
        return FileResult(path, text, text if after is None else after, findings, problems)

    def put(self, result: FileResult, given: str) -> None:
        """Record the result for ``result.before``."""
        import json

        from defermod.files.plain import to_plain

        if sum(len(finding.fix.edits) for finding in result.findings if finding.fix) > _MOST_EDITS:
            return  # findings share their edits, which as text would be as many as findings times edits
        after = result.after if result.changed else None
        digest = _digest(result.path, result.before, given)
        self._now[digest] = digest + json.dumps(to_plain((after, result.findings, result.problems)))

    def save(self) -> None:
        """Write what was asked for and what was noted."""
        with contextlib.suppress(OSError):
            if self._now == self._before:
                _touch(self._path)
            elif self._now or self._before:
                _write(self._path, "\n".join(self._now.values()).encode("ascii"))


_KEPT = tuple[bytes | None, tuple[Finding, ...], tuple[Problem, ...]]
_DIGITS = 32
_MOST_EDITS = 100_000
"""The most edits in all findings of one text; results with more are not cached."""


def _digest(path: str, text: bytes, given: str) -> str:
    seen = blake2b(f"{path}\0{given}\0".encode("utf-8", "surrogateescape"), digest_size=16)
    seen.update(text)
    return seen.hexdigest()


def _name(key: Iterable[str]) -> str:
    return blake2b("\0".join(key).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def code_state(*packages: Path) -> str:
    """Return a key that changes with any module or table below ``packages``, for people who work on the program."""
    parts = []
    for package in packages:
        for directory, below, names in os.walk(package):
            below[:] = sorted(name for name in below if name != "__pycache__")
            for name in sorted(names):
                if name.endswith((".py", ".toml", ".so", ".pyd")):
                    status = os.stat(os.path.join(directory, name))  # noqa: PTH116, PTH118
                    parts.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _read(path: Path) -> bytes:
    """The body of a cache file; empty if there is no such file, or it is not what this program wrote there."""
    try:
        text = read_bounded(path, _MOST_BYTES, follow=False)
    except OSError:
        return b""
    start = len(_FORMAT) + SEAL_SIZE
    body = text[start:]
    intact = text[: len(_FORMAT)] == _FORMAT and is_sealed(_place(path) + body, text[len(_FORMAT) : start])
    return body if intact else b""


def _touch(path: Path) -> None:
    """Mark the file as used.  Raises OSError."""
    if time.time() - path.stat().st_mtime > _TOUCHED_AFTER:
        os.utime(path)


def _place(path: Path) -> bytes:
    """Return the name that is sealed with the body, so one file can't replace another."""
    return f"{path.name}\0".encode()


def _write(path: Path, body: bytes) -> None:
    """Replace the file as a whole.  Raises OSError."""
    seal = sealed(_place(path) + body) if made_private(path.parent) else None
    if seal is None or len(body) > _MOST_BYTES - 100:
        return
    if not path.exists():
        _prune(path.parent)
    import tempfile  # slow to import, and only for who writes

    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(_FORMAT + seal + body)
            file.close()
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _prune(directory: Path) -> None:
    """Remove files that were not used for long, and the oldest ones beyond the size limit."""
    now = time.time()
    found = []
    for entry in os.scandir(directory):
        age = now - entry.stat(follow_symlinks=False).st_mtime
        if entry.name.endswith((_SUFFIX, _RESULTS_SUFFIX)):
            found.append((age, entry.path))
        elif entry.name.endswith(".tmp") and age > _STALE_AFTER:
            Path(entry.path).unlink(missing_ok=True)
    for at, (age, path) in enumerate(sorted(found), 1):
        if age > _UNUSED_AFTER or at >= _MOST_FILES:
            Path(path).unlink(missing_ok=True)
