"""What git is told to ignore, as far as a walk needs it: .gitignore files and .git/info/exclude.

Not read: the user's own core.excludesFile, and the index.  A file that is tracked although a
pattern names it counts as ignored, as it does for most tools that read .gitignore.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of one file, and the directory that they are relative to."""

    root: str
    """Ends with a separator."""
    spec: GitIgnoreSpec

    def decision(self, path: str, *, is_directory: bool) -> bool | None:
        """True: ignored; False: taken back by a ``!`` pattern; None: not mentioned."""
        name = path[len(self.root) :].replace(os.sep, "/")
        return self.spec.check_file(f"{name}/" if is_directory else name).include


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """Every rule that holds in one directory, the deepest first."""

    rules: tuple[_Rules, ...] = ()

    @classmethod
    def above(cls, directory: Path) -> IgnoreRules:
        """The rules that reach ``directory`` (absolute) from its parents, up to the repository's root.

        Outside a repository, and when the rules ignore the directory itself, none do: whoever asks
        for it wants to see what is in it.
        """
        repository = next((above for above in directory.parents if (above / ".git").exists()), None)
        if repository is None:
            return cls()
        rules = cls().entering(repository)
        for parent in reversed(directory.relative_to(repository).parents[:-1]):
            if rules.ignores(str(repository / parent), is_directory=True):
                return cls()
            rules = rules.entering(repository / parent)
        return cls() if rules.ignores(str(directory), is_directory=True) else rules

    def entering(self, directory: Path) -> IgnoreRules:
        """These rules and those that ``directory`` adds for what is in it."""
        if (directory / ".git").exists():  # a repository of its own: what is above says nothing here
            return IgnoreRules(tuple(_read(directory, ".gitignore", ".git/info/exclude")))
        return IgnoreRules((*_read(directory, ".gitignore"), *self.rules))

    def ignores(self, path: str, *, is_directory: bool) -> bool:
        """Is ``path`` (absolute) ignored?  Its parents are taken not to be."""
        decisions = (rules.decision(path, is_directory=is_directory) for rules in self.rules)
        return next((decision for decision in decisions if decision is not None), False)


def compiled(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    """The patterns of a .gitignore; None if there are none.  Raises ValueError for one that is none."""
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec  # takes longer to import than most directories to walk

    return GitIgnoreSpec.from_lines(patterns)


def _read(directory: Path, *names: str) -> Iterator[_Rules]:
    for name in names:
        try:
            lines = (directory / name).read_text(encoding="utf-8", errors="replace").splitlines()
            if spec := compiled(lines):
                yield _Rules(f"{str(directory).rstrip(os.sep)}{os.sep}", spec)
        except (OSError, ValueError):  # not there, or a pattern that git would not take either
            continue
