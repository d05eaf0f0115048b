"""Find the files that command-line arguments refer to.

A file below a named directory or pattern is skipped if it, or a directory on the way, is

- called ``testdata`` or ``vendor``, or starts with ``_`` or ``.``;
- in a module of its own below the one that the walk began in, and no go.work there uses both;
- ignored by git, or excluded by the user;
- a link to a file that is neither below that directory nor in its module.

A file or directory that is itself named is always included; files in it have to be excluded by a pattern of their
own.  Whether a file is generated depends on its text: that is left to the
reader of the file, so that no file is opened twice.

Names are kept as plain strings: for a hundred thousand files, that is most of the time and of the memory.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from defermod.files.ignored import IgnoreRules, compiled
from defermod.files.states import States
from defermod.model import Problem
from defermod.toolchain import modules

_LEADS_OUT = "is a link that leads out of this tree, and was left alone; name the file itself to have it looked at"


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """A file to work on."""

    path: str
    """The path to show: relative to the working directory, unless the file lies elsewhere and was named in full;
    with slashes."""
    place: str
    """The absolute path."""
    explicit: bool
    """True if the file itself was named."""

    @property
    def absolute(self) -> Path:
        """The absolute path."""
        return Path(self.place)


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one directory, in the order of their names."""

    shown: str
    """The prefix of file names in output; empty, or ending with a slash."""
    place: str
    """The absolute path of the directory."""
    names: tuple[str, ...]
    explicit: bool = False
    """True if the files themselves were named."""
    state: bytes | None = None
    """A key that changes whenever a file, or something else that decides its language version, may have changed.

    None if it can't be determined or is not needed.
    """

    def __iter__(self) -> Iterator[SourceFile]:
        for name in self.names:
            yield SourceFile(self.shown + name, os.path.join(self.place, name), self.explicit)  # noqa: PTH118 - speed


def passed_over(
    path: Path, *, exclude: Sequence[str] = (), exclude_root: Path | None = None, include_vendor: bool = False
) -> bool:
    """Return True if a walk from the root of its module never comes to ``path`` (absolute), whatever it holds.

    For a file that an editor has opened.  ``exclude`` has patterns as in a .gitignore in
    ``exclude_root``.
    """
    path = path.parent.resolve() / path.name
    root = modules.module_root(path) or path.parent
    walk = Walk((), cwd=(exclude_root or root).resolve(), exclude=exclude, include_vendor=include_vendor)
    return not walk.reaches(path, root)


class Walk:
    """Iterates over the files that the arguments refer to, folder by folder, lazily.

    It can be iterated once.  A file is yielded once, however many arguments refer to it: as a named one if it was
    named, and of a file and its symlinks, the file.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        cwd: Path,
        exclude: Sequence[str] = (),
        exclude_root: Path | None = None,
        force_exclude: bool = False,
        include_vendor: bool = False,
        with_state: bool = False,
        apart: Sequence[Path] = (),
    ) -> None:
        """See ``discover``; ``with_state`` has folders carry theirs, which takes a look at each file.

        ``exclude_root``: the directory (absolute, normal) that ``exclude`` is relative to, ``cwd`` if None;
        ``force_exclude``: directories that are named are excluded, too; ``apart``: directories (absolute, normal)
        below which a walk from above does not go.
        """
        self._apart = frozenset(map(str, apart))
        self.problems: list[Problem] = []
        """The errors; complete after the last folder."""
        self._cwd = os.path.normpath(cwd.absolute())
        self._exclude = compiled(exclude)
        self._exclude_root = self._cwd if exclude_root is None else str(exclude_root)
        self._force_exclude = force_exclude
        self._paths = paths or ("./...",)
        self._passed_over = {"testdata"} if include_vendor else {"testdata", "vendor"}
        self._states = States() if with_state else None
        self._seen: dict[str, tuple[str, ...]] = {}
        """The names yielded so far, by the real path of their directory."""
        self._links: list[tuple[Folder, str]] = []
        """Symlinks to files, each with the real path of its directory: they are yielded after the files."""

    def __iter__(self) -> Iterator[Folder]:
        for place, argument in [(self._place(argument), argument) for argument in self._paths if "..." not in argument]:
            if os.path.lexists(place) and not _is_directory(place):
                yield from self._named(place, argument)
        for argument in self._paths:
            yield from self._meant(argument)
        for folder, real in sorted(self._links, key=lambda one: (not one[0].explicit, one[0].shown, one[0].names)):
            target = os.path.realpath(os.path.join(real, folder.names[0]))  # noqa: PTH118
            yield from self._new(folder, *os.path.split(target))

    def reaches(self, path: Path, root: Path) -> bool:
        """Return True if a walk that begins in ``root`` comes to ``path``, if it is there."""
        rules = IgnoreRules.above(root).entering(root)
        for above in reversed(path.relative_to(root).parents[:-1]):
            if not self._is_wanted(str(root / above), above.name, rules, is_directory=True):
                return False
            rules = rules.entering(root / above)
        return self._is_wanted(str(path), path.name, rules, is_directory=False)

    def _place(self, argument: str) -> str:
        """Return the directory in which the walk for an argument begins: ./cmd for `./cmd/go...`."""
        fixed, wildcard, _ = argument.partition("...")
        start = Path(f"{fixed}*").parent if wildcard else Path(argument)
        return os.path.normpath(os.path.join(self._cwd, start))  # noqa: PTH118

    def _meant(self, argument: str) -> Iterator[Folder]:
        """Yield the folders of a directory or a pattern."""
        place, wildcard = self._place(argument), "..." in argument
        if _is_directory(place):
            pattern = _directories_like(Path(self._cwd, argument)) if wildcard else None
            yield from self._below(place, argument, pattern)
        elif wildcard or not os.path.lexists(place):
            self._complain(argument, _why_missing(argument))

    def _named(self, place: str, argument: str) -> Iterator[Folder]:
        """Yield a file that was itself named."""
        directory, name = os.path.split(place)
        folder = Folder(self._shown(directory, argument), directory, (name,), explicit=True)
        if os.path.islink(place):  # noqa: PTH114
            self._links.append((folder, os.path.realpath(directory)))
        else:
            yield from self._new(folder, os.path.realpath(directory), name)

    def _new(self, folder: Folder, real: str, *names: str) -> Iterator[Folder]:
        """Yield the folder without the files yielded before; ``names``: the names of its files in ``real``."""
        seen = self._seen.get(real, ())
        self._seen[real] = (*seen, *names) if seen else names
        if not seen:
            yield folder
        elif fresh := tuple(shown for shown, name in zip(folder.names, names, strict=True) if name not in seen):
            yield Folder(folder.shown, folder.place, fresh, folder.explicit)

    def _below(self, root: str, argument: str, wanted: re.Pattern[str] | None) -> Iterator[Folder]:
        """Yield the folders at and below ``root``."""
        named = _below_directory(root, self._exclude_root) or ""
        if self._force_exclude and self._exclude and named and self._exclude.excludes(named, is_directory=True):
            return
        problems = len(self.problems)
        real_root = os.path.realpath(root)
        own = {real_root, str(modules.module_root(Path(real_root)) or real_root)}
        empty = True
        for place, names, links, state in self._walk(root, named):
            if wanted is not None and not wanted.fullmatch(place.replace(os.sep, "/")):
                continue
            empty = False
            shown, real = self._shown(place, argument), real_root + place[len(root) :]
            for link in links:
                target = os.path.realpath(os.path.join(real, link))  # noqa: PTH118
                if any(_below_directory(target, tree) is not None for tree in own):
                    self._links.append((Folder(shown, place, (link,)), real))
                else:
                    self._complain(f"{shown}{link}", _LEADS_OUT, fatal=False)
            if names:
                yield from self._new(Folder(shown, place, names, state=state), real, *names)
        if empty and len(self.problems) == problems:
            nothing = (
                "no Go files here to look at (not counted are excluded, generated, vendored and git-ignored ones, "
                "testdata, names with _ or . in front, and other modules)"
            )
            self._complain(argument, nothing, fatal=False)

    def _modules(self, root: Path) -> frozenset[Path] | None:
        """Return the modules that a walk from ``root`` may enter; None for all of them, if it begins outside of any
        module.
        """
        own = modules.module_root(root)
        if own is None:
            return None
        workspace = modules.workspace_root(root)
        used = modules.workspace_modules(workspace) if workspace else frozenset()
        return used if own in used else frozenset()

    def _walk(self, root: str, named: str) -> Iterator[tuple[str, tuple[str, ...], list[str], bytes | None]]:
        """Yield the directories at and below ``root`` that have Go files: names, symlinks, state.

        ``named``: the slashed path of ``root`` relative to where the exclusions hold; empty if it is not below.
        """
        allowed = self._modules(Path(root))
        version = self._states.above(root) if self._states is not None else None
        waiting = [(root, IgnoreRules.above(Path(root), self._no_rules), version)]
        while waiting:
            directory, rules, version = waiting.pop()
            if directory != root and directory in self._apart:
                continue
            entries = self._entries(directory)
            if directory != root and "go.mod" in entries and not _may_enter(Path(directory), allowed):
                continue
            if ".gitignore" in entries or ".git" in entries:
                rules = rules.entering(Path(directory), self._no_rules)
            if self._states is not None:
                version = self._states.of_versions(directory, entries, version)
            no_rules = self._exclude is None and not rules.rules
            files: list[os.DirEntry[str]] = []
            links: list[os.DirEntry[str]] = []
            below = []
            for name in sorted(entries):
                entry = entries[name]
                if name[0] in "_.":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if self._is_wanted(entry.path, name, rules, named, is_directory=True):
                        below.append((entry.path, rules, version))
                    continue
                wanted = name.endswith(".go") and (no_rules or self._is_wanted(entry.path, name, rules, named))
                if wanted and _is_file(entry):
                    (links if entry.is_symlink() else files).append(entry)
            waiting += reversed(below)
            if files or links:
                state = self._states.of_files(directory, files, version) if self._states is not None else None
                yield directory, tuple(entry.name for entry in files), [entry.name for entry in links], state

    def _entries(self, directory: str) -> dict[str, os.DirEntry[str]]:
        """Return the entries of a directory by name; none, after a message, if it can't be read."""
        try:
            with os.scandir(directory) as listed:
                return {entry.name: entry for entry in listed}
        except OSError as error:
            shown = self._shown(directory, ".").rstrip("/") or "."
            self._complain(shown, f"cannot be read: {(error.strerror or str(error)).lower()}")
            return {}

    def _is_wanted(
        self, path: str, name: str, rules: IgnoreRules, named: str = "", *, is_directory: bool = False
    ) -> bool:
        if name.startswith(("_", ".")) or (is_directory and name in self._passed_over):
            return False
        relative = _below_directory(path, self._exclude_root) if self._exclude is not None else None
        if relative and self._exclude and self._exclude.excludes(relative, is_directory=is_directory, below=named):
            return False
        return not rules.ignores(path, is_directory=is_directory)

    def _shown(self, directory: str, argument: str) -> str:
        """Return the prefix with which names of files in ``directory`` are shown to the user."""
        relative = _below_directory(directory, self._cwd)
        if relative is None:
            relative = directory if os.path.isabs(argument) else os.path.relpath(directory, self._cwd)  # noqa: PTH117
            relative = relative.replace(os.sep, "/")
        return f"{relative.rstrip('/')}/" if relative else ""

    def _no_rules(self, path: str, why: str) -> None:
        """Report invalid ignore patterns: files that they were meant to exclude are checked and may be changed."""
        directory, name = os.path.split(path)
        problem = Problem(f"{self._shown(directory, '.')}{name}: {why}", fatal="link" not in why)
        if problem not in self.problems:
            self.problems.append(problem)

    def _complain(self, place: str, message: str, *, fatal: bool = True) -> None:
        self.problems.append(Problem(f"{place}: {message}", fatal=fatal))


def _below_directory(path: str, directory: str) -> str | None:
    """Return the path, with slashes, relative to ``directory``; None if it is not at or below it."""
    if path == directory:
        return ""
    start = directory if directory.endswith(os.sep) else directory + os.sep
    return path[len(start) :].replace(os.sep, "/") if path.startswith(start) else None


def _is_directory(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a loop of symlinks
        return False


def _may_enter(module: Path, allowed: frozenset[Path] | None) -> bool:
    return allowed is None or module.resolve() in allowed


def _directories_like(pattern: Path) -> re.Pattern[str]:
    """Return a pattern for the directories, as slashed paths, that a Go pattern means: ``x/...`` includes x."""
    text = re.escape(Path(os.path.normpath(pattern)).as_posix()).replace(re.escape("..."), ".*")
    return re.compile(f"{text[:-3]}(/.*)?" if text.endswith("/.*") else text)


def _why_missing(argument: str) -> str:
    if argument.startswith(".") or Path(argument).is_absolute():
        return "no such file or directory"
    return "no such file or directory; an import path has to be given as a directory, such as ./..."
