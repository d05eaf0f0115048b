"""The transforms there are: those of ``defermod.transforms`` and of the entry-point group, found, not listed."""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from defermod.codemod import Transform

GROUP = "defermod.transforms"
"""Entry-point group for transforms of other distributions; each names an object with a Transform's shape."""


@lru_cache(maxsize=1)
def transforms() -> dict[str, Transform]:
    """Every transform by the name of its rule, in the order of the names."""
    package = import_module("defermod.transforms")
    found: list[Transform] = [
        import_module(f"defermod.transforms.{info.name}").TRANSFORM
        for info in pkgutil.iter_modules(package.__path__)
        if info.ispkg
    ]
    if _others_may_exist():
        from importlib.metadata import entry_points

        found += [point.load() for point in entry_points(group=GROUP)]
    return {transform.rule: transform for transform in sorted(found, key=lambda t: t.rule)}


def concerned(text: bytes, rules: Iterable[str]) -> bool:
    """May the text hold a finding of one of the rules?

    The transforms are only loaded if there is no other way: their analyses take longer to import than many files
    to look at.
    """
    return any(concerns(text) for concerns in _scans(tuple(rules)))


def only_defers() -> bool:
    """Are all rules about defers, so that a text without the word is of no concern to any?"""
    return not _others_may_exist()


@lru_cache(maxsize=8)
def _scans(rules: tuple[str, ...]) -> list[Callable[[bytes], bool]]:
    from defermod.scan import SCANS

    # A transform of another distribution may have taken over the name of a rule.
    own = {} if _others_may_exist() else SCANS
    return [own.get(rule) or partial(_concerned, rule) for rule in rules]


def _concerned(rule: str, text: bytes) -> bool:
    from defermod.codemod import concerned

    return concerned(transforms()[rule], text)


def installed() -> tuple[str, ...]:
    """Differs when the program, a transform or the grammar is another than before; nothing of it is imported."""
    from importlib.util import find_spec

    from defermod import __path__ as packages
    from defermod import __version__
    from defermod.files.cache import code_state

    places = [Path(packages[0])]
    places += [Path(package, "transforms") for package in packages[1:]]
    if _others_may_exist():
        modules = [sys.modules[type(transform).__module__] for transform in transforms().values()]
        places += [Path(module.__file__).parent for module in modules if module.__file__]
    for name in ("tree_sitter", "tree_sitter_go"):
        spec = find_spec(name)
        places += [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    return __version__, sys.version, code_state(*places)


@lru_cache(maxsize=1)
def _others_may_exist() -> bool:
    """May another distribution name a transform?  Asking importlib.metadata takes longer than checking a file.

    A wrong yes costs time.  What can't be told from plain directories is a yes: archives, finders of others.
    """
    if any(hasattr(finder, "find_distributions") for finder in sys.meta_path if finder is not PathFinder):
        return True
    return any(_names_group(path) for place in dict.fromkeys(sys.path) for path in _entry_point_files(place or "."))


def _entry_point_files(place: str) -> Iterator[str]:
    """The files in which the distributions in one place of ``sys.path`` would name their entry points."""
    try:
        with os.scandir(place) as entries:
            names = [entry.name for entry in entries]
    except NotADirectoryError:
        yield place
    except OSError:
        return
    else:
        kinds = (".dist-info", ".egg-info")
        yield from (os.path.join(place, name, "entry_points.txt") for name in names if name.lower().endswith(kinds))  # noqa: PTH118
        if any(name.lower().endswith(".egg") for name in names) or place.lower().rstrip("/\\").endswith(".egg"):
            yield place


def _names_group(path: str) -> bool:
    """Does the file name the group?  An archive or a directory may."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is slower, and there may be many
            return path.lower().endswith((".whl", ".zip", ".egg")) or GROUP.encode() in file.read()
    except IsADirectoryError:
        return True
    except OSError:
        return False
