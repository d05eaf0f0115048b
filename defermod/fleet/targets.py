"""TARGETS: directories, addresses, files with one of these per line, or commands that print such lines."""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from defermod.fleet import git
from defermod.fleet.values import FleetError, Target

_DEPTH = 4
"""Levels below a directory without a repository of its own that are searched for repositories."""
_LIST_LIMIT = 64 << 20
"""Bytes of a list that are read at most."""
_VERSION = re.compile(r"v\d+(@|$)")


def resolve(arguments: Sequence[str]) -> list[Target]:
    """The targets, each once, in the order in which they are named.  Raises FleetError.

    An argument is, tried in this order: ``-``, for lines on stdin; a directory, which is a repository or holds some; a
    file, read as lines, or run if it is an executable script; an address; a command for the shell, told by the blank
    in it.  A line is an address or a directory, and may name a branch, tag or commit after a blank; ``#`` begins a
    comment.
    """
    found: dict[str, Target] = {}
    for argument in arguments:
        for target in _of_argument(argument):
            found.setdefault(target.key, target)
    if not found:
        raise FleetError("no repositories: the targets name none")
    return list(found.values())


def _of_argument(argument: str) -> Iterator[Target]:
    path = Path(argument)
    if argument == "-":
        yield from _of_lines(sys.stdin.buffer.read(_LIST_LIMIT), Path.cwd(), "stdin")
    elif path.is_dir():
        yield from _of_directory(path)
    elif path.is_file():
        if _is_script(path):
            yield from _of_lines(_printed([str(path.absolute())]), Path.cwd(), argument)
        else:
            with path.open("rb") as file:
                yield from _of_lines(file.read(_LIST_LIMIT), path.absolute().parent, argument)
    elif git.is_address(argument):
        yield _address(argument, "")
    elif len(argument.split()) > 1:
        yield from _of_lines(_printed(argument), Path.cwd(), argument)
    else:
        raise FleetError(f"{argument}: neither a directory, a file, an address, nor a command with arguments")


def _of_directory(directory: Path) -> Iterator[Target]:
    """The directory, or the repositories below it if it is none itself."""
    if _is_root(directory) or any(directory.glob("*.go")) or not (below := list(_below(directory, _DEPTH))):
        below = [directory]
    for path in below:
        location = os.path.realpath(path)
        yield Target(location, location, is_directory=True)


def _below(directory: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(entry for entry in directory.iterdir() if entry.is_dir() and not entry.is_symlink())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "_")) or entry.name in ("vendor", "testdata", "node_modules"):
            continue
        if _is_root(entry):
            yield entry
        elif depth > 1:
            yield from _below(entry, depth - 1)


def _is_root(directory: Path) -> bool:
    """Return True for a repository, also a bare one, or a module."""
    return (
        (directory / ".git").exists()
        or (directory / "go.mod").exists()
        or ((directory / "HEAD").is_file() and (directory / "objects").is_dir())
    )


def _of_lines(text: bytes, base: Path, source: str) -> Iterator[Target]:
    for number, raw in enumerate(text.split(b"\n"), 1):
        line = os.fsdecode(raw).strip()
        if not line or line.startswith("#"):
            continue
        line = line.partition(" #")[0].rstrip()
        name, _, revision = line.partition(" ")
        if (base / line).is_dir():
            name, revision = line, ""
        revision = revision.strip()
        if revision.startswith("-") or len(revision.split()) > 1:
            raise FleetError(f"{source}:{number}: after the address comes at most a branch, tag or commit: {line!r}")
        directory = base / Path(name).expanduser()
        if git.is_address(name):
            yield _address(name, revision)
        elif directory.is_dir():
            for target in _of_directory(directory):
                yield Target(_key(target.location, revision), target.location, True, revision)
        elif os.sep in name or name.startswith("."):
            location = os.path.normpath(directory)
            yield Target(_key(location, revision), location, True, revision)  # reported by whoever looks for it
        else:
            raise FleetError(f"{source}:{number}: neither a clone address nor a directory: {name!r}")


def _address(address: str, revision: str) -> Target:
    return Target(_key(address, revision), address, False, revision)


def _key(location: str, revision: str) -> str:
    return f"{location} {revision}" if revision else location


def _is_script(path: Path) -> bool:
    if not os.access(path, os.X_OK):
        return False
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def _printed(command: str | list[str]) -> bytes:
    """Return the output of a user's command.  Raises FleetError if it fails: half a list is worse than none."""
    try:
        done = subprocess.run(
            command, shell=isinstance(command, str), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
        )
    except OSError as error:
        raise FleetError(f"{command}: {error.strerror}") from None
    if done.returncode:
        shown = command if isinstance(command, str) else command[0]
        raise FleetError(f"the command that lists the targets ended with {done.returncode}: {shown}")
    return done.stdout


def matches(globs: Sequence[str], *texts: str) -> bool:
    """Return True if one of the texts, such as name and key of a repository, matches a glob, or there are no globs."""
    return not globs or any(fnmatch.fnmatchcase(text, glob) for glob in globs for text in texts)


def names(keys: Iterable[str]) -> dict[str, str]:
    """Short names for keys, each as many of the last parts as tell it from all others."""
    parts = {key: [part for part in re.split(r"[/\\:]", key.removesuffix(".git")) if part] or [key] for key in keys}
    shown: dict[str, str] = {}
    # The last part of a module's path may be nothing but its major version.
    left = {key: 2 if len(own) > 1 and _VERSION.match(own[-1]) else 1 for key, own in parts.items()}
    while left:
        tried: dict[str, list[str]] = {}
        for key, count in left.items():
            tried.setdefault("/".join(parts[key][-count:]), []).append(key)
        taken = set(shown.values())
        following: dict[str, int] = {}
        for name, sharing in tried.items():
            for key in sharing:
                if (len(sharing) == 1 and name not in taken) or left[key] >= len(parts[key]):
                    shown[key] = name if left[key] < len(parts[key]) else key
                else:
                    following[key] = left[key] + 1
        left = following
    return shown
