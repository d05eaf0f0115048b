"""Which files a command line means.

Named by a directory or a pattern, a file is passed over when it, or a directory between, is

- called ``testdata`` or ``vendor``, or starts with ``_`` or ``.``;
- in a module of its own below the one that the walk began in, and no go.work there uses both;
- ignored by git, excluded by the user, or generated.

Named as itself, it is taken whatever it is.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pathspec import GitIgnoreSpec

from defermod.files.content import is_generated
from defermod.files.ignored import IgnoreRules
from defermod.model import Problem
from defermod.toolchain import modules

_HEAD = 4096
"""Bytes that are nearly always enough to see whether a file is generated."""


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """A file to work on."""

    path: str
    """For the user: relative to the working directory, unless it lies elsewhere and was named in full;
    with slashes."""
    absolute: Path
    explicit: bool
    """Was it named as itself?"""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files that a command line means, sorted by path, and what went wrong in finding them."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def discover(
    paths: Sequence[str],
    *,
    cwd: Path,
    exclude: Sequence[str] = (),
    include_generated: bool = False,
    include_vendor: bool = False,
) -> Discovery:
    """Find the Go files that ``paths`` mean: files, directories, patterns with ``...``; none is ``./...``.

    ``exclude`` holds patterns as in a .gitignore in ``cwd``.  Raises ValueError for one that is none.
    """
    walk = _Walk(
        cwd=Path(os.path.normpath(cwd.absolute())),
        exclude=GitIgnoreSpec.from_lines(exclude),
        include_generated=include_generated,
        include_vendor=include_vendor,
    )
    for path in paths or ("./...",):
        walk.add(path)
    return walk.discovery()


def passed_over(
    path: Path, *, exclude: Sequence[str] = (), exclude_root: Path | None = None, include_vendor: bool = False
) -> bool:
    """Would a walk from the root of the module of ``path`` (absolute) never come to it, whatever it holds?

    For a file that an editor opened, which nobody named.  ``exclude`` holds patterns as in a .gitignore in
    ``exclude_root``.  Raises ValueError for one that is none.
    """
    path = path.parent.resolve() / path.name
    root = modules.module_root(path) or path.parent
    walk = _Walk(
        cwd=(exclude_root or root).resolve(),
        exclude=GitIgnoreSpec.from_lines(exclude),
        include_generated=True,
        include_vendor=include_vendor,
    )
    return not walk.reaches(path, root)


class _Walk:
    """The files found so far, and the rules by which more are found."""

    def __init__(self, *, cwd: Path, exclude: GitIgnoreSpec, include_generated: bool, include_vendor: bool) -> None:
        self._cwd, self._exclude = cwd, exclude
        self._include_generated = include_generated
        self._passed_over = {"testdata"} if include_vendor else {"testdata", "vendor"}
        self._found: dict[Path, SourceFile] = {}
        self._problems: list[Problem] = []

    def discovery(self) -> Discovery:
        files = sorted(_without_aliases(self._found.values()), key=lambda file: file.path)
        return Discovery(tuple(files), tuple(self._problems))

    def add(self, argument: str) -> None:
        """Add the files that one argument means."""
        fixed, wildcard, _ = argument.partition("...")
        # Of `./cmd/go...` the walk begins in ./cmd.
        start = Path(f"{fixed}*").parent if wildcard else Path(argument)
        place = Path(os.path.normpath(self._cwd / start))
        if wildcard and _is_directory(place):
            self._add_directory(place, argument, _directories_like(self._cwd / argument))
        elif wildcard or not os.path.lexists(place):
            self._complain(argument, _why_missing(argument))
        elif _is_directory(place):
            self._add_directory(place, argument, None)
        else:
            self._take(place, argument, explicit=True)

    def reaches(self, path: Path, root: Path) -> bool:
        """Does a walk that begins in ``root`` come to ``path``, if it is there?"""
        rules = IgnoreRules.above(root).entering(root)
        for directory in reversed(path.relative_to(root).parents[:-1]):
            if not self._is_wanted(root / directory, rules, is_directory=True):
                return False
            rules = rules.entering(root / directory)
        return self._is_wanted(path, rules, is_directory=False)

    def _add_directory(self, root: Path, argument: str, directories: re.Pattern[str] | None) -> None:
        problems = len(self._problems)
        empty = True
        for path in self._walk(root, root, IgnoreRules.above(root), self._modules(root)):
            if directories is None or directories.fullmatch(path.parent.as_posix()):
                empty = False
                self._take(path, argument, explicit=False)
        if empty and len(self._problems) == problems:
            nothing = "no Go files here, save what is generated, ignored, vendored, testdata or another module"
            self._complain(argument, nothing, fatal=False)

    def _modules(self, root: Path) -> frozenset[Path] | None:
        """The modules that a walk from ``root`` may go into; None for any, as from outside all modules."""
        own = modules.module_root(root)
        if own is None:
            return None
        workspace = modules.workspace_root(root)
        used = modules.workspace_modules(workspace) if workspace else frozenset()
        return used if own in used else frozenset()

    def _walk(self, directory: Path, root: Path, rules: IgnoreRules, allowed: frozenset[Path] | None) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError as error:
            self._complain(self._display(directory, "."), f"cannot be read: {(error.strerror or str(error)).lower()}")
            return
        names = {entry.name for entry in entries}
        if directory != root and "go.mod" in names and not _may_enter(directory, allowed):
            return
        if names & {".gitignore", ".git"}:
            rules = rules.entering(directory)
        for entry in entries:
            path = directory / entry.name
            is_directory = entry.is_dir(follow_symlinks=False)
            if not is_directory and not (entry.name.endswith(".go") and _is_file(path)):
                continue
            if not self._is_wanted(path, rules, is_directory=is_directory):
                continue
            if is_directory:
                yield from self._walk(path, root, rules, allowed)
            elif self._is_handmade(path):
                yield path

    def _is_wanted(self, path: Path, rules: IgnoreRules, *, is_directory: bool) -> bool:
        if path.name.startswith(("_", ".")) or (is_directory and path.name in self._passed_over):
            return False
        if len(self._exclude) and path.is_relative_to(self._cwd):
            relative = path.relative_to(self._cwd).as_posix()
            if self._exclude.match_file(f"{relative}/" if is_directory else relative):
                return False
        return not rules.ignores(path, is_directory=is_directory)

    def _is_handmade(self, path: Path) -> bool:
        if self._include_generated:
            return True
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD)
                # A long licence may stand before the line that says so.
                more = b"" if len(head) < _HEAD or b"\npackage " in head else file.read()
        except OSError:
            return True  # reading it will say what is wrong
        return not is_generated(head + more)

    def _take(self, path: Path, argument: str, *, explicit: bool) -> None:
        known = self._found.get(path)
        if known is None:
            self._found[path] = SourceFile(self._display(path, argument), path, explicit)
        elif explicit:
            self._found[path] = replace(known, explicit=True)

    def _display(self, path: Path, argument: str) -> str:
        if path.is_relative_to(self._cwd):
            return path.relative_to(self._cwd).as_posix()
        if not Path(argument).is_absolute():
            path = Path(os.path.relpath(path, self._cwd))
        return path.as_posix()

    def _complain(self, place: str, message: str, *, fatal: bool = True) -> None:
        self._problems.append(Problem(f"{place}: {message}", fatal=fatal))


def _is_directory(path: Path) -> bool:
    return stat.S_ISDIR(_mode(path))


def _is_file(path: Path) -> bool:
    return stat.S_ISREG(_mode(path))


def _mode(path: Path) -> int:
    """The mode of what ``path`` leads to; 0 where it leads nowhere, or nowhere we may look."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return 0


def _may_enter(module: Path, allowed: frozenset[Path] | None) -> bool:
    return allowed is None or module.resolve() in allowed


def _directories_like(pattern: Path) -> re.Pattern[str]:
    """What the directories look like, as slashed paths, that a Go pattern means: ``x/...`` means x too."""
    text = re.escape(Path(os.path.normpath(pattern)).as_posix()).replace(re.escape("..."), ".*")
    return re.compile(f"{text[:-3]}(/.*)?" if text.endswith("/.*") else text)


def _why_missing(argument: str) -> str:
    if argument.startswith(".") or Path(argument).is_absolute():
        return "no such file or directory"
    return f"no such file or directory; if it is meant as an import path, name its directory: ./{argument}"


def _without_aliases(files: Iterable[SourceFile]) -> list[SourceFile]:
    """``files`` less those that are others of them by another name, which would be written twice.

    Of a file and the symlinks to it the file is kept, of several symlinks the first.
    """
    ordered = sorted((file.absolute.is_symlink(), file.path, file) for file in files)
    real = {parent: parent.resolve() for parent in {file.absolute.parent for _, _, file in ordered}}
    kept: dict[Path, SourceFile] = {}
    for is_link, _, file in ordered:
        beside = real[file.absolute.parent] / file.absolute.name
        kept.setdefault(beside.resolve() if is_link else beside, file)
    return list(kept.values())
