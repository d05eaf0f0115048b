"""Which lines of which files differ from where a branch began, by git."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from defermod.toolchain.go import QUICK_TIMEOUT, Completed, run

Lines = tuple[tuple[int, int], ...]
"""Ranges of 1-based lines, both ends included, in order."""
EVERY_LINE: Lines = ((1, 2**62),)

_PLAIN = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "diff.renames=true")
_DIFF = ("diff", "--unified=0", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/")
"""Nothing that a repository's configuration names is run, and no setting of the user changes the form."""
_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


class GitError(Exception):
    """Git is not there, or can't answer; the message is one line for the user."""


def changed_lines(
    revision: str, files: Iterable[Path], buffers: Mapping[Path, bytes] | None = None
) -> dict[Path, Lines]:
    """The lines of ``files`` (absolute) that differ from the merge base of ``revision`` and HEAD, by file.

    What counts is the text as it is now, be it committed, staged or neither; all lines of a file that git doesn't
    know are changed, and none of one that was only renamed.  ``buffers`` are texts in place of files on the disk.
    A file of no repository has changed as a whole.  Raises GitError.
    """
    found: dict[Path, Lines] = {}
    by_directory: dict[Path, list[Path]] = {}
    for file in files:
        by_directory.setdefault(file.parent, []).append(file)
    by_root: dict[Path, list[Path]] = {}
    for directory, inside in by_directory.items():
        by_root.setdefault(_root(directory), []).extend(inside)
    for root, inside in by_root.items():
        base = _merge_base(root, revision)
        changes = _changes(root, base)
        for file in inside:
            name = (file.parent.resolve() / file.name).relative_to(root)
            text = (buffers or {}).get(file)
            found[file] = changes.get(name, ()) if text is None else _of_buffer(root, base, name, text)
    return found


def described(directory: Path) -> str:
    """The short name of the commit that is checked out there; empty without git, a repository or a commit."""
    try:
        done = _git(directory, "rev-parse", "--verify", "--quiet", "--short=12", "HEAD")
    except GitError:
        return ""
    return "" if done.code else done.stdout.decode(errors="replace").strip()


def _root(directory: Path) -> Path:
    done = _git(directory, "rev-parse", "--show-toplevel")
    if done.code:
        raise GitError(f"{directory} is in no git repository")
    return Path(os.fsdecode(done.stdout.rstrip(b"\n"))).resolve()


def _merge_base(root: Path, revision: str) -> str:
    known = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known.code:
        raise GitError(f"{revision} is no revision that git knows here (a shallow clone has few: git fetch)")
    commit = known.stdout.decode().strip()
    done = _git(root, "merge-base", commit, "HEAD")
    if done.code:
        raise GitError(f"{revision} and HEAD have no commit in common here (a shallow clone: git fetch --unshallow)")
    return done.stdout.decode().strip()


def _changes(root: Path, base: str) -> dict[Path, Lines]:
    """The changed lines of every Go file below ``root`` that differs, by its path relative to that."""
    done = _git(root, *_DIFF, "--dst-prefix=b/", base, "--", "*.go")
    if done.code:
        raise GitError(f"git diff failed: {done.complaint}")
    found = _parsed(done.stdout)
    unknown = _git(root, "ls-files", "--others", "-z", "--", "*.go")
    for name in unknown.stdout.split(b"\0"):
        if name:
            found[Path(os.fsdecode(name))] = EVERY_LINE
    return found


def _of_buffer(root: Path, base: str, name: Path, text: bytes) -> Lines:
    """The lines of a text that stands for the file ``name``."""
    old = _git(root, "show", f"{base}:{name.as_posix()}")
    if old.code:
        return EVERY_LINE
    with tempfile.TemporaryDirectory(prefix="defermod-since-") as scratch:
        sides = [Path(scratch, side) for side in ("old.go", "new.go")]
        for path, side in zip(sides, (old.stdout, text), strict=True):
            path.write_bytes(side)
        done = _git(Path(scratch), *_DIFF, "--dst-prefix=b/", "--no-index", "--", *map(str, sides))
    return next(iter(_parsed(done.stdout).values()), ())


def _parsed(diff: bytes) -> dict[Path, Lines]:
    found: dict[Path, list[tuple[int, int]]] = {}
    lines: list[tuple[int, int]] = []
    skip = 0
    for line in diff.split(b"\n"):
        if skip:  # the hunk's own lines, which may look like anything
            skip -= not line.startswith(b"\\")
        elif line.startswith(b"+++ "):
            lines = found.setdefault(_named(line[4:]), [])
        elif match := _HUNK.match(line):
            start, count = int(match[1]), int(match[2] or 1)
            removed = re.match(rb"@@ -\d+(?:,(\d+))? ", line)
            skip = count + int(removed[1] or 1 if removed else 0)
            if count:
                lines.append((start, start + count - 1))
    return {path: tuple(ranges) for path, ranges in found.items()}


def _named(shown: bytes) -> Path:
    """The path in ``b/path``, or in ``"b/path"`` with escapes."""
    shown = shown.removesuffix(b"\t")
    if shown.startswith(b'"'):
        shown = _ESCAPE.sub(_unescaped, shown[1:-1])
    return Path(os.fsdecode(shown.removeprefix(b"b/")))


def _unescaped(match: re.Match[bytes]) -> bytes:
    what = match[1]
    return bytes([int(what, 8)]) if len(what) == 3 else _ESCAPED.get(what, what)


def _git(directory: Path, *arguments: str) -> Completed:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command: Sequence[str] = ["git", *_PLAIN, *arguments]
    try:
        done = run(command, environment=environment, cwd=directory, timeout=QUICK_TIMEOUT)
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}") from error
    if done.timed_out:
        raise GitError("git took too long")
    return done
