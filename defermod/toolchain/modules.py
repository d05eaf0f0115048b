"""Modules and workspaces, read from go.mod and go.work without asking the go command."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

from defermod.bounded import MODULE_LIMIT, UnfitError, read_bounded
from defermod.toolchain import constraints

_UNSTATED = (1, 16)
"""The language of a module whose go.mod has no ``go`` line."""
LEADS_OUT = "is a link that leads out of the repository"
_LEAST_BY_FILE = (1, 21)
"""A ``//go:build`` line cannot set an older language than this."""


def module_root(path: Path) -> Path | None:
    """The nearest directory at or above ``path`` (a file or a directory) with a go.mod in it."""
    return _upwards(path, "go.mod")


def workspace_root(path: Path) -> Path | None:
    """The nearest directory at or above ``path`` with a go.work in it."""
    return _upwards(path, "go.work")


def workspace_modules(root: Path) -> frozenset[Path]:
    """The directories that the go.work in ``root`` uses, of those that there are; empty when it cannot be read."""
    try:
        return _workspace_modules_at(root, (root / "go.work").stat().st_mtime_ns)
    except OSError:
        return frozenset()


# Each module that is looked at asks.  Most of the names of a very long list are nobody's, which is quickly told.
@lru_cache(maxsize=2)
def _workspace_modules_at(root: Path, changed: int) -> frozenset[Path]:
    arguments = _directives_at(root / "go.work", changed, "use")
    named = (os.path.join(root, _unquoted(argument)) for argument in arguments)  # noqa: PTH118
    # Unlike Path.resolve, os.path.realpath takes links that lead in a circle.
    return frozenset(Path(os.path.realpath(path)) for path in named if os.path.lexists(path))


def module_version(root: Path) -> tuple[int, int] | None:
    """The language version that the go.mod in ``root`` names; None when it cannot be read."""
    if not _exists(root / "go.mod"):
        return None
    for argument in _directives(root / "go.mod", "go"):
        if match := re.match(r"(\d+)\.(\d+)", argument):
            return constraints.number(match[1]), constraints.number(match[2])
    return _UNSTATED


def language_version(path: Path, text: bytes = b"") -> tuple[int, int] | None:
    """The language version of the file ``path`` with the content ``text``; None where nothing says.

    That is the one that its go.mod names, unless a ``//go:build go1.N`` line in ``text`` raises or
    lowers it.  For a vendored file it is what vendor/modules.txt says of its module.
    """
    root = module_root(path)
    if root is None:
        return None
    version = _vendored_version(path.parent.resolve(), root) or module_version(root)
    constraint = constraints.of_text(text)
    minor = constraint.go_minor() if constraint else None
    return version if minor is None else max((1, minor), _LEAST_BY_FILE)


def module_name(root: Path) -> str:
    """The path that the go.mod in ``root`` gives the module; empty when it cannot be read."""
    return next((_unquoted(argument.split()[0]) for argument in _directives(root / "go.mod", "module")), "")


def import_path(file: Path) -> str:
    """The import path of the package that the Go file is in; empty outside modules."""
    directory = file.parent.resolve()
    root = module_root(directory)
    if root is None:
        return ""
    inside = directory.relative_to(root.resolve()).as_posix()
    if "vendor/" in f"{inside}/":
        return inside.rpartition("vendor/")[2]
    name = module_name(root)
    return name if inside == "." else f"{name}/{inside}"


def unusable(root: Path) -> tuple[str, str] | None:
    """The file of the module in ``root`` that can't be read as what it should be, and why; None for none."""
    for name in ("go.mod", "go.work", "vendor/modules.txt"):
        try:
            _content(root / name)
        except UnfitError as unfit:
            return name, f"{unfit}, and was not read"
        except OSError:
            continue
    return None


def leads_out(path: Path) -> bool:
    """Return True for a link to a file outside of the repository that ``path`` is in.

    What it holds is not the repository's to show, and an error about it would quote it.  Without a repository around
    it the directory of ``path`` stands for one, or that of the go.work or go.mod above.
    """
    if not path.is_symlink():
        return False
    directory = path.parent.resolve()
    marked = (place for mark in (".git", "go.work", "go.mod") for place in (directory, *directory.parents)
              if os.path.lexists(place / mark))  # fmt: skip
    tree = next(marked, directory)
    return not Path(os.path.realpath(path)).is_relative_to(tree)


def _vendored_version(directory: Path, root: Path) -> tuple[int, int] | None:
    """Return the version in ``vendor/modules.txt`` for the package in ``directory``; None outside ``vendor``."""
    vendor = root / "vendor"
    if vendor not in directory.parents:
        return None
    modules = vendor / "modules.txt"
    try:
        versions = _vendored_at(modules, modules.stat().st_mtime_ns)
    except OSError:
        return _UNSTATED
    return versions.get(directory.relative_to(vendor).as_posix(), _UNSTATED)


# Every file of a module asks for these, so a large one must not be gone through for each.  `changed` is only part of
# the key: an editor's server outlives many versions of a go.mod.
@lru_cache(maxsize=4)
def _vendored_at(path: Path, changed: int) -> dict[str, tuple[int, int]]:
    """Return the language version of each package that a ``vendor/modules.txt`` names."""
    versions: dict[str, tuple[int, int]] = {}
    version = _UNSTATED
    for line in _lines(path):
        if line.startswith("# "):
            version = _UNSTATED
        elif match := re.match(r"## .*\bgo (\d+)\.(\d+)", line):
            version = constraints.number(match[1]), constraints.number(match[2])
        else:
            versions.setdefault(line, version)
    return versions


def _upwards(path: Path, name: str) -> Path | None:
    directory = (path if path.is_dir() else path.parent).resolve()
    above = (directory, *directory.parents)
    return next((candidate for candidate in above if _exists(candidate / name)), None)


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a directory that we may not look into has none of our modules
        return False


def _directives(path: Path, keyword: str) -> tuple[str, ...]:
    """The arguments of every ``keyword`` in a go.mod or go.work, alone on a line or in a block."""
    try:
        return _directives_at(path, path.stat().st_mtime_ns, keyword)
    except OSError:
        return ()


@lru_cache(maxsize=16)
def _directives_at(path: Path, changed: int, keyword: str) -> tuple[str, ...]:
    found: list[str] = []
    block = False
    for raw in _lines(path):
        line = raw.partition("//")[0].strip()
        if block and line == ")":
            block = False
        elif block and line:
            found.append(line)
        elif match := re.match(rf"{keyword}\s*\(\s*$", line):
            block = True
        elif match := re.match(rf"{keyword}\s+(.+)", line):
            found.append(match[1])
    return tuple(found)


def _lines(path: Path) -> list[str]:
    """The lines of ``path``.  Raises OSError when it cannot be read."""
    return _content(path).replace(b"\0", b"?").decode(errors="replace").splitlines()  # no name of a file has a NUL


def _content(path: Path) -> bytes:
    if leads_out(path):
        raise UnfitError(LEADS_OUT)
    return read_bounded(path, MODULE_LIMIT)


def _unquoted(argument: str) -> str:
    return argument[1:-1] if argument[:1] in ('"', "`") else argument
