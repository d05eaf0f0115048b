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
    from defermod.toolchain.validate import Refix, Verdict


class Mode(Enum):
    """The things that a run can do with the fixes."""

    CHECK = "check"
    """Nothing: the text alone was asked, and decides next to nothing."""
    VERDICTS = "verdicts"
    """Validated, and shown as fixable."""
    DIFF = "diff"
    """Validated, and shown as a diff."""
    FIX = "fix"
    """Validated and written."""


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
    """Instead of ``paths``: this one text."""


@dataclass(frozen=True)
class RunResult:
    """The result of a run; immutable, and complete before anything is written."""

    mode: Mode
    files: tuple[FileResult, ...] = ()
    """Those files that gave anything at all, sorted by path."""
    verdicts: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """The verdicts of the validators on the files that change, by path."""
    problems: tuple[Problem, ...] = ()
    """Problems of the run, or of a file that has no text; the message names it."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The real path of each file when it was read."""
    looked_at: int = 0
    """Files that were read."""
    unmatched: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The values of settings, by setting, that name what these files don't have, each with a message for the user."""

    codemod: bool = False
    """True if it was a codemod that the command line names, of which the other commands know nothing."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all files."""
        return tuple(finding for result in self.files for finding in result.findings)

    @cached_property
    def changed(self) -> tuple[FileResult, ...]:
        """The files that change, or would; none in a check."""
        return () if self.mode is Mode.CHECK else tuple(result for result in self.files if result.changed)

    @property
    def judged(self) -> Iterator[tuple[FileResult, tuple[Verdict, ...]]]:
        """The files that change, or would have but for a validator, with all that was said of them."""
        for result in self.files:
            if self.mode is not Mode.CHECK and (result.changed or result.path in self.verdicts):
                yield result, self.verdicts.get(result.path, ())

    @property
    def all_problems(self) -> Iterator[tuple[FileResult | None, Problem]]:
        """Every problem, with its file if it has one."""
        yield from ((None, problem) for problem in self.problems)
        yield from ((result, problem) for result in self.files for problem in result.problems)

    @property
    def failed(self) -> bool:
        """True if there was anything that the run could not do."""
        return any(problem.fatal for _, problem in self.all_problems)


Watch = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much is done; 0 of 0 where that is not known."""


ASKING = "asking Go for types"
"""The step that a watch receives while the type checker works; it counts packages."""


class Chooser(Protocol):
    """Somebody who says which of the fixes that could be made are wanted."""

    def choose(self, results: list[FileResult], refix: Refix) -> list[FileResult]:
        """The results with what is wanted; ``refix`` makes one again without some of its fixes."""

    def again(self, result: FileResult, skip: frozenset[int]) -> FileResult:
        """A chosen result once more, because a validator said no to the fixes of the defers at ``skip``."""


def merged(results: Sequence[RunResult]) -> RunResult:
    """Several runs of one mode as one; a file that more than one has looked at counts with the first."""
    if len(results) == 1:
        return results[0]
    files = {file.path: file for result in reversed(results) for file in result.files}
    return RunResult(
        mode=results[0].mode,
        files=tuple(sorted(files.values(), key=order)),
        verdicts={path: said for result in reversed(results) for path, said in result.verdicts.items()},
        problems=tuple(dict.fromkeys(problem for result in results for problem in result.problems)),
        places={path: place for result in reversed(results) for path, place in result.places.items()},
        looked_at=sum(result.looked_at for result in results),
        unmatched={p: said for p, said in results[0].unmatched.items() if all(p in r.unmatched for r in results)},
        codemod=results[0].codemod,
    )


def order(result: FileResult) -> tuple[str, ...]:
    """The key by which files are sorted: a directory's own files stand together."""
    return Path(result.path).parts
