"""Patterns over function names, as ``--hot`` and ``defermod asm`` take them: F, pkg.F, (*T).M, T.M, globs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

_RECEIVER = rb"\([ \t]*(?:\w+[ \t]+)?(?P<star>\*?)[ \t]*(?P<type>\w+)(?:\[[^\]]*\])?[ \t]*\)[ \t]*"
_DECLARED = re.compile(rb"^func[ \t]*(?:" + _RECEIVER + rb")?(?P<name>\w+)[ \t]*[\[(]", re.MULTILINE)
_PACKAGE = re.compile(rb"^[ \t]*package[ \t]+(\w+)", re.MULTILINE)
_LITERAL = re.compile(r"(\.func\d+)+$")
_LITERAL_PATTERN = re.compile(r"\.func[\d*?].*$")


def names_of(function: str, package: str) -> list[str]:
    """Return the names by which a pattern may refer to the function: its own and, for a literal, its declaration's.

    ``function`` is the name that the Go runtime gives, less the package; ``package`` is the package's name.
    """
    outer = _LITERAL.sub("", function)
    names = [function, _without_pointer(function), outer, _without_pointer(outer)]
    return [*names, *(f"{package}.{each}" for each in names)]


def matching(patterns: Iterable[str], function: str, package: str) -> str:
    """Return the first of ``patterns`` that names the function; empty if none does."""
    names = names_of(function, package)
    return next((p for p in patterns if any(p == n or fnmatchcase(n, p) for n in names)), "")


@lru_cache(maxsize=1)
def package_name(text: bytes) -> str:
    """Return the name in the package clause of a Go file; empty if there is none.  Asked for each of its functions."""
    found = _PACKAGE.search(text)
    return found[1].decode() if found else ""


def declared_names(text: bytes) -> set[tuple[str, str]]:
    """Return the functions and methods that a Go file declares, as (name, package), found without parsing."""
    package = package_name(text)
    found: set[tuple[str, str]] = set()
    for match in _DECLARED.finditer(text):
        name = match["name"].decode()
        if match["type"]:
            receiver = match["type"].decode()
            name = f"(*{receiver}).{name}" if match["star"] else f"{receiver}.{name}"
        found.add((name, package))
    return found


def unmatched(setting: str, patterns: Iterable[str], files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the ``patterns`` of a setting that match no function of ``files`` (texts by path), each with a message."""
    known = {name for text in files.values() for name in declared_names(text)}
    found: dict[str, str] = {}
    for pattern in patterns:
        outer = _LITERAL_PATTERN.sub("", pattern)
        if pattern == "*" or any(matching((pattern, outer), name, package) for name, package in known):
            continue
        close = hint(outer, {name for name, _ in known})
        found[pattern] = f"--{setting} {pattern}: no function in a file that has a defer is called so{close}"
    return found


def hint(pattern: str, functions: Iterable[str]) -> str:
    """Return a suffix for a message that suggests a function: `` did you mean ...?``, or nothing."""
    from difflib import get_close_matches  # slow to import, and most runs misspell nothing

    wanted = _without_pointer(pattern).lower()
    spelled = {_without_pointer(name).lower(): name for name in sorted(functions)}
    spelled |= {name.rpartition(".")[2].lower(): full for name, full in spelled.items() if "." in name}
    close = get_close_matches(wanted, spelled, n=3, cutoff=0.6)
    if not close and "." in wanted:
        close = get_close_matches(wanted.rpartition(".")[2], spelled, n=3, cutoff=0.6)
    names = list(dict.fromkeys(spelled[each] for each in close))
    return f"; did you mean {' or '.join(names)}?" if names else ""


def _without_pointer(name: str) -> str:
    return name.replace("(*", "").replace(")", "")


__all__ = ["matching", "package_name", "unmatched"]
