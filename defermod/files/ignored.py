"""Git's ignore rules, as far as a walk needs them: .gitignore files and .git/info/exclude.

Not read: the user's own core.excludesFile, and the index.  A file that is tracked although a
pattern names it counts as ignored, as it does for most tools that read .gitignore.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from defermod.bounded import IGNORE_LIMIT, UnfitError, read_bounded

if TYPE_CHECKING:
    from defermod.files.wildmatch import Patterns

Complain = Callable[[str, str], None]
"""Told of a file that can't be used: its absolute path, and why."""

_MOST_GLOBS = 5000
"""Patterns of one file that are more than a name or ``*.suffix``: each is tried on each path."""


def _unheard(path: str, why: str) -> None:
    """For who has nobody to tell."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of one file, and the directory that they are relative to."""

    root: str
    """Ends with a separator."""
    patterns: Patterns

    def decision(self, path: str, *, is_directory: bool) -> bool | None:
        """True: ignored; False: taken back by a ``!`` pattern; None: not mentioned."""
        name = path[len(self.root) :].replace(os.sep, "/")
        return self.patterns.decision(name, is_directory=is_directory)


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """Every rule that holds in one directory, the deepest first."""

    rules: tuple[_Rules, ...] = ()

    @classmethod
    def above(cls, directory: Path, complain: Complain = _unheard) -> IgnoreRules:
        """The rules that reach ``directory`` (absolute) from its parents, up to the repository's root.

        Outside a repository, and when the rules ignore the directory itself, none do: whoever asks
        for it wants to see what is in it.
        """
        repository = next((above for above in directory.parents if (above / ".git").exists()), None)
        if repository is None:
            return cls()
        rules = cls().entering(repository, complain)
        for parent in reversed(directory.relative_to(repository).parents[:-1]):
            if rules.ignores(str(repository / parent), is_directory=True):
                return cls()
            rules = rules.entering(repository / parent, complain)
        return cls() if rules.ignores(str(directory), is_directory=True) else rules

    def entering(self, directory: Path, complain: Complain = _unheard) -> IgnoreRules:
        """These rules and those that ``directory`` adds for what is in it."""
        if (directory / ".git").exists():  # a repository of its own: what is above says nothing here
            return IgnoreRules(tuple(_read(directory, (".gitignore", ".git/info/exclude"), complain)))
        return IgnoreRules((*_read(directory, (".gitignore",), complain), *self.rules))

    def ignores(self, path: str, *, is_directory: bool) -> bool:
        """Return True if ``path`` (absolute) is ignored; its parents are taken not to be."""
        decisions = (rules.decision(path, is_directory=is_directory) for rules in self.rules)
        return next((decision for decision in decisions if decision is not None), False)


def compiled(patterns: Sequence[str]) -> Patterns | None:
    """The patterns of a .gitignore; None if there are none."""
    if not patterns:
        return None
    from defermod.files.wildmatch import Patterns  # most runs have no patterns

    return Patterns.of(tuple(patterns))


def _read(directory: Path, names: Sequence[str], complain: Complain) -> Iterator[_Rules]:
    for name in names:
        path = f"{str(directory).rstrip(os.sep)}{os.sep}{name}"
        try:
            # git itself reads no .gitignore through a link.
            text = read_bounded(path, IGNORE_LIMIT, follow=name != ".gitignore")
        except UnfitError as unfit:
            complain(path, f"{unfit}, and was not read")
            continue
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK) and name == ".gitignore":
                complain(path, "is a link, which git does not read either")
            continue
        from defermod.files.wildmatch import Patterns

        patterns = Patterns(text)
        if patterns.count > _MOST_GLOBS:
            complain(path, f"has more than {_MOST_GLOBS} patterns with wildcards, and was not used")
        elif patterns:
            yield _Rules(f"{str(directory).rstrip(os.sep)}{os.sep}", patterns)
