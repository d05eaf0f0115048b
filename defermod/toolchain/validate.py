"""The last word on rewrites before anything is shown or written: gofmt's, then go vet's.

What a validator rejects is dropped, whole fixes at a time: first the fix nearest to the line
that it names, then, if that doesn't help, every fix of the file, then every fix of the package.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from defermod.model import FileResult, Status, one_line
from defermod.toolchain.blame import fixed_starts, nearest_fix
from defermod.toolchain.go import Go
from defermod.toolchain.gofmt import GofmtError, format_texts
from defermod.toolchain.vetter import Complaint, Vetter

GOFMT = "gofmt"
VET = "vet"
VALIDATORS = frozenset({GOFMT, VET})

_GUESSES = 8
"""The number of complaints about one file that are answered one fix at a time.  ``go vet`` names only the first
error of a package that does not compile, so every bad fix may cost a run."""
_ROUNDS = 4 * _GUESSES

Refix = Callable[[FileResult, frozenset[int]], FileResult]
"""Make a file's result again without the fixes of the defers that start at these offsets of ``before``:
their findings come back as REJECTED."""


class ValidationStatus(Enum):
    """The validations of a validator on a file."""

    PASSED = "passed"
    FAILED = "failed"
    """Some fixes were dropped; a second validation tells about what is left, if anything is."""
    SKIPPED = "skipped"
    """It could not look, for the reason given."""


@dataclass(frozen=True, slots=True)
class Validation:
    """One validator's validation on one file."""

    validator: str
    status: ValidationStatus
    message: str = ""
    """The reason, unless it passed."""
    rejected: tuple[int, ...] = ()
    """The starts, in ``before``, of the defers whose fixes were dropped."""

    def __post_init__(self) -> None:
        one_line(self, "message")


def validate(
    changes: Sequence[FileResult],
    *,
    go: Go,
    refix: Refix,
    cwd: Path,
    validators: frozenset[str] = VALIDATORS,
) -> tuple[list[FileResult], dict[str, tuple[Validation, ...]]]:
    """Return ``changes``, in order, as the validators let them pass, and their validations by path.

    Relative paths are relative to ``cwd``.  Nothing is written but to temporary directories.  In a
    file that gofmt had nothing to change in, gofmt's own rewriting of the new text is the new text.
    Results without a change come back as they are and have no validations.
    """
    trial = _Trial(changes, go=go, refix=refix, cwd=cwd)
    if GOFMT in validators:
        trial.format([result.path for result in changes if result.changed])
    if VET in validators:
        trial.vet(with_gofmt=GOFMT in validators)
    return trial.outcome(validators)


class _Trial:
    """The results as they stand, and what was held against them so far."""

    def __init__(self, changes: Sequence[FileResult], *, go: Go, refix: Refix, cwd: Path) -> None:
        self._go, self._refix = go, refix
        self._results = {result.path: result for result in changes}
        self._tried = [result.path for result in changes if result.changed]
        self._failed: dict[str, list[Validation]] = defaultdict(list)
        self._complaints: Counter[str] = Counter()
        self._skipped: dict[tuple[str, Path], str] = {}
        self._real = {path: real_place(cwd / path) for path in self._tried}
        self._named = {real: path for path, real in self._real.items()}

    def format(self, paths: Iterable[str]) -> None:
        """Hold the new texts of ``paths`` against gofmt, until it takes them."""
        pending = list(paths)
        while pending := [path for path in pending if self._results[path].changed]:
            results = [self._results[path] for path in pending]
            old = format_texts(self._go, [result.before for result in results])
            new = format_texts(self._go, [result.after for result in results])
            refused: list[str] = []
            for result, before, after in zip(results, old, new, strict=True):
                if isinstance(after, GofmtError) and not after.problems:
                    self._skipped[GOFMT, self._real[result.path]] = after.reason
                elif isinstance(after, GofmtError):
                    self._blame_syntax(result, after)
                    refused.append(result.path)
                elif before == result.before:
                    self._results[result.path] = replace(result, after=after)
            pending = refused

    def vet(self, *, with_gofmt: bool) -> None:
        """Hold the new texts against go vet, until it takes them."""
        vetter = Vetter(self._go, {self._real[path]: self._results[path].before for path in self._tried})
        for _ in range(_ROUNDS):
            complaints = vetter.vet({self._real[path]: self._results[path].after for path in self._tried})
            if not complaints:
                break
            refixed = self._answer(complaints)
            if with_gofmt:
                self.format(refixed)
        else:
            for path in self._tried:
                self._drop(VET, path, fixed_starts(self._results[path]), "go vet never came to an end")
        self._skipped |= {(VET, path): reason for path, reason in vetter.unvetted.items()}

    def outcome(self, validators: frozenset[str]) -> tuple[list[FileResult], dict[str, tuple[Validation, ...]]]:
        """The results, and every validation on them."""
        validations = {path: (*self._failed[path], *self._final(path, validators)) for path in self._tried}
        return list(self._results.values()), validations

    def _final(self, path: str, validators: frozenset[str]) -> Iterable[Validation]:
        if not self._results[path].changed:
            return
        for validator in sorted(validators):
            reason = self._skipped.get((validator, self._real[path]), "")
            yield Validation(validator, ValidationStatus.SKIPPED if reason else ValidationStatus.PASSED, reason)

    def _blame_syntax(self, result: FileResult, error: GofmtError) -> None:
        self._complaints[result.path] += 1
        starts = fixed_starts(result)
        if self._complaints[result.path] <= _GUESSES:
            starts = nearest_fix(result, error.problems[0].line)
        self._drop(GOFMT, result.path, starts, str(error))

    def _answer(self, complaints: Iterable[Complaint]) -> set[str]:
        """Drop what ``complaints`` blame; return the paths of the files that are other than before."""
        blamed: dict[str, dict[int, str]] = defaultdict(dict)
        for complaint in complaints:
            for path, starts in self._blamed(complaint).items():
                for start in starts:
                    blamed[path].setdefault(start, complaint.message)
        for path, reasons in blamed.items():
            self._complaints[path] += 1
            self._drop(VET, path, frozenset(reasons), "; ".join(dict.fromkeys(reasons.values())))
        return set(blamed)

    def _blamed(self, complaint: Complaint) -> dict[str, frozenset[int]]:
        """The fixes to drop for ``complaint``, by file: one, or all of the file, or all of the package."""
        if complaint.path:
            path = self._named[complaint.path]
            result = self._results[path]
            if starts := fixed_starts(result):
                guess = self._complaints[path] < _GUESSES
                return {path: nearest_fix(result, complaint.line) if guess else starts}
        suspects = (self._named[real] for real in complaint.suspects)
        return {path: fixed_starts(self._results[path]) for path in suspects}

    def _drop(self, validator: str, path: str, starts: frozenset[int], message: str) -> None:
        """Make the file at ``path`` again without the fixes at ``starts``."""
        result = self._results[path]
        rejected = starts | {f.span.start for f in result.findings if f.status is Status.REJECTED}
        made = self._refix(result, rejected) if starts else result
        if not starts or starts & fixed_starts(made):
            # Nothing was blamed, or making it again did not get rid of it.
            made, starts = restored(result), fixed_starts(result)
        self._results[path] = made
        self._failed[path].append(Validation(validator, ValidationStatus.FAILED, message, tuple(sorted(starts))))


def restored(result: FileResult) -> FileResult:
    """``result`` as if every fix in it had been rejected."""
    findings = tuple(
        replace(found, status=Status.REJECTED) if found.status is Status.FIXED else found for found in result.findings
    )
    return replace(result, after=result.before, findings=findings)


def real_place(path: Path) -> Path:
    """``path`` with the symlinks in its directory resolved; the file keeps the name go knows it by."""
    return path.parent.resolve() / path.name
