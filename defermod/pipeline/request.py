"""A run's parameters and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from defermod.config import Settings
from defermod.model import (
    FileResult,
    Finding,
    Problem,
)
from defermod.pipeline.inputs import Buffer

if TYPE_CHECKING:
    from defermod.toolchain.validate import Refix, Validation


class Mode(Enum):
    """The things that a run does with the fixes."""

    CHECK = "check"
    """Nothing: findings come from the text alone, and most validations are undecided."""
    VERDICTS = "verdicts"
    """Validate them, and show them as fixable."""
    DIFF = "diff"
    """Validate them, and show them as a diff."""
    FIX = "fix"
    """Validate and write them."""


@dataclass(frozen=True, slots=True)
class Request:
    """The parameters of a run."""

    mode: Mode
    paths: tuple[str, ...]
    """Files, directories and Go patterns, relative to the working directory."""
    settings: Settings = field(default_factory=Settings)
    lines: tuple[int, int] | None = None
    """Only findings that start on these lines (1-based, both included)."""
    since: str | None = None
    """Only findings on lines that have changed since the merge base of this revision and HEAD."""
    buffer: Buffer | None = None
    """The one text to work on instead of ``paths``."""


@dataclass(frozen=True)
class RunResult:
    """The immutable result of a run, complete before anything is written."""

    mode: Mode
    files: tuple[FileResult, ...] = ()
    """The files with findings or problems, sorted by path."""
    validations: Mapping[str, tuple[Validation, ...]] = field(default_factory=dict)
    """The validations of the validators on the files that change, by path."""
    problems: tuple[Problem, ...] = ()
    """Problems of the run, or of a file that has no text; the message names it."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The real path of each file when it was read."""
    looked_at: int = 0
    """Files that were read."""
    unmatched: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The values of settings, by setting, that match nothing in these files, each with a message for the user."""

    codemod: bool = False
    """True if the rule was a codemod given on the command line, which other commands don't know."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all files."""
        return tuple(finding for result in self.files for finding in result.findings)

    @cached_property
    def changed(self) -> tuple[FileResult, ...]:
        """The files that change, or would; none in a check."""
        return () if self.mode is Mode.CHECK else tuple(result for result in self.files if result.changed)

    @property
    def validated(self) -> Iterator[tuple[FileResult, tuple[Validation, ...]]]:
        """The files that change, or would have if a validator had not rejected it, with their validations."""
        for result in self.files:
            if self.mode is not Mode.CHECK and (result.changed or result.path in self.validations):
                yield result, self.validations.get(result.path, ())

    @property
    def all_problems(self) -> Iterator[tuple[FileResult | None, Problem]]:
        """Every problem, with its file if it has one."""
        yield from ((None, problem) for problem in self.problems)
        yield from ((result, problem) for result in self.files for problem in result.problems)

    @property
    def failed(self) -> bool:
        """True if the run could not do something that was asked."""
        return any(problem.fatal for _, problem in self.all_problems)


Watch = Callable[[str, int, int], None]
"""A callback with the present step, the amount done and the total; 0 and 0 if they are not known."""


ASKING = "asking Go for types"
"""The step that a watch receives while the type checker works; it counts packages."""


class Chooser(Protocol):
    """Chooses among the fixes that could be made."""

    def choose(self, results: list[FileResult], refix: Refix) -> list[FileResult]:
        """Return the results with the chosen fixes; ``refix`` computes a result without some of its fixes."""

    def again(self, result: FileResult, skip: frozenset[int]) -> FileResult:
        """Return a chosen result again, after a validator has rejected the fixes of the defers at ``skip``."""


def merged(results: Sequence[RunResult]) -> RunResult:
    """Merge several results of one mode; a file in more than one counts with the first."""
    if len(results) == 1:
        return results[0]
    files = {file.path: file for result in reversed(results) for file in result.files}
    return RunResult(
        mode=results[0].mode,
        files=tuple(sorted(files.values(), key=order)),
        validations={path: said for result in reversed(results) for path, said in result.validations.items()},
        problems=tuple(dict.fromkeys(problem for result in results for problem in result.problems)),
        places={path: place for result in reversed(results) for path, place in result.places.items()},
        looked_at=sum(result.looked_at for result in results),
        unmatched={p: said for p, said in results[0].unmatched.items() if all(p in r.unmatched for r in results)},
        codemod=results[0].codemod,
    )


def order(result: FileResult) -> tuple[str, ...]:
    """Return the key by which files are sorted: the files of a directory stay together."""
    return Path(result.path).parts
