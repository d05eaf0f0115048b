"""What is known from earlier runs: of folders, which files need another look; of texts, what the analysis said.

Two files in the user's cache directory for each configuration, version of the program and command line: one with an
entry for each folder in a state (see ``states``), one with an entry for each text that was analysed.  An entry is
never wrong, it only stops being asked for, so runs at the same time do no harm: each replaces the file whole, and
the last one stays.  A run writes what it has seen and nothing else, so what is gone from the tree is gone from the
cache.

A cache that can't be read or written, or that is not what was written, is no error: the files are looked at.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from defermod.model import FileResult

DIRECTORY_VARIABLE = "DEFERMOD_CACHE_DIR"
"""The environment variable that names another directory than the user's usual one for caches."""

_FORMAT = b"defermod cache 1\n"
_SUFFIX = ".folders"
_VERDICTS_SUFFIX = ".verdicts"
_MOST_FILES = 200
_UNUSED_AFTER = 30 * 24 * 3600.0
"""Seconds after which a file that nobody wrote or read anew is removed."""
_STALE_AFTER = 24 * 3600.0
_TOUCHED_AFTER = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Known:
    """A folder that was looked at."""

    count: int
    """Its files, less the generated ones if these are passed over."""
    suspects: tuple[str, ...]
    """The names of those that gave something, or could not be looked at."""


class Cache:
    """The entries of one configuration on one tree."""

    def __init__(self, directory: Path, key: Iterable[str]) -> None:
        self._path = directory / f"{_name(key)}{_SUFFIX}"
        self._before: dict[str, str] | None = None
        self._now: dict[str, str] = {}

    def get(self, state: bytes) -> Known | None:
        """What is known of a folder in this state."""
        if self._before is None:
            text = _read(self._path).decode("utf-8", "surrogateescape")
            self._before = {record[:32]: record for record in text.split("\0") if record}
        if (record := self._before.get(state.hex())) is None:
            return None
        self._now[record[:32]] = record
        count, *suspects = record[32:].split("/")
        return Known(int(count), tuple(suspects))

    def put(self, state: bytes, known: Known) -> None:
        """Note what was found out about a folder in this state."""
        self._now[state.hex()] = state.hex() + "/".join((str(known.count), *known.suspects))

    def save(self) -> None:
        """Write what was asked for and what was noted."""
        with contextlib.suppress(OSError):
            if self._now == self._before:
                _touch(self._path)
            elif self._now:
                _write(self._path, "\0".join(self._now.values()).encode("utf-8", "surrogateescape"))


class Verdicts:
    """What the analysis said of whole texts, by the text and all else that it depends on."""

    def __init__(self, directory: Path, key: Iterable[str]) -> None:
        self._path = directory / f"{_name(key)}{_VERDICTS_SUFFIX}"
        self._before: dict[bytes, bytes] | None = None
        self._now: dict[bytes, bytes] = {}

    def get(self, path: str, text: bytes, given: str) -> FileResult | None:
        """What was said of the text at this path; ``given`` stands for all else that was told to the analysis."""
        import pickle  # only for who has texts to ask about

        if self._before is None:
            body = _read(self._path)
            self._before = pickle.loads(body) if body else {}
        digest = _digest(path, text, given)
        if (kept := self._before.get(digest)) is None:
            return None
        self._now[digest] = kept
        after, findings, problems = pickle.loads(kept)
        return FileResult(path, text, text if after is None else after, findings, problems)

    def put(self, result: FileResult, given: str) -> None:
        """Note what was said of ``result.before``."""
        import pickle

        after = result.after if result.changed else None
        kept = pickle.dumps((after, result.findings, result.problems), pickle.HIGHEST_PROTOCOL)
        self._now[_digest(result.path, result.before, given)] = kept

    def save(self) -> None:
        """Write what was asked for and what was noted."""
        import pickle

        with contextlib.suppress(OSError):
            if self._now == self._before:
                _touch(self._path)
            elif self._now or self._before:
                _write(self._path, pickle.dumps(self._now, pickle.HIGHEST_PROTOCOL))


def _digest(path: str, text: bytes, given: str) -> bytes:
    seen = blake2b(f"{path}\0{given}\0".encode("utf-8", "surrogateescape"), digest_size=16)
    seen.update(text)
    return seen.digest()


def _name(key: Iterable[str]) -> str:
    return blake2b("\0".join(key).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def user_directory() -> Path:
    """Where the caches are: what the environment says, else where this system's user has such things."""
    if named := os.environ.get(DIRECTORY_VARIABLE):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("defermod", appauthor=False)


def code_state(*packages: Path) -> str:
    """Differs when any module or table below one of the ``packages`` does, as for who works on the program."""
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
    """The body of a cache file; empty if there is no such file, or it is damaged."""
    try:
        text = path.read_bytes()
    except OSError:
        return b""
    start = len(_FORMAT) + 16
    body = text[start:]
    return body if text[: len(_FORMAT)] == _FORMAT and text[len(_FORMAT) : start] == _checksum(body) else b""


def _touch(path: Path) -> None:
    """Have it count as used.  Raises OSError."""
    if time.time() - path.stat().st_mtime > _TOUCHED_AFTER:
        os.utime(path)


def _checksum(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


def _write(path: Path, body: bytes) -> None:
    """Replace the file as a whole.  Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _prune(path.parent)
    import tempfile  # slow to import, and only for who writes

    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(_FORMAT + _checksum(body) + body)
            file.close()
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _prune(directory: Path) -> None:
    """Remove what was not used for long, and the oldest of what is too much."""
    now = time.time()
    found = []
    for entry in os.scandir(directory):
        age = now - entry.stat(follow_symlinks=False).st_mtime
        if entry.name.endswith((_SUFFIX, _VERDICTS_SUFFIX)):
            found.append((age, entry.path))
        elif entry.name.endswith(".tmp") and age > _STALE_AFTER:
            Path(entry.path).unlink(missing_ok=True)
    for at, (age, path) in enumerate(sorted(found), 1):
        if age > _UNUSED_AFTER or at >= _MOST_FILES:
            Path(path).unlink(missing_ok=True)
