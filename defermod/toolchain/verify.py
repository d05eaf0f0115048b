"""The tests of the packages that change, before and after: what passed before must pass after.

The rules, in the order in which they are tried:

- a package whose every test passes after the fixes is fine, and nothing more is run, unless one of
  its test files changes: then a test might have got lost, and what ran before has to be known;
- what failed, was skipped or did not run before doesn't count;
- a package that passed in part before, and not in all of that after, is run again as a whole (a test
  by itself may pass where it fails after others), at most twice on each side: a test that passes
  once with the fixes, or fails once without them, is *flaky*, which is reported and proves nothing;
- what is left is *broken*: every fix in the package's files is dropped. A package that still fails
  because of one that it needs, takes the fixes of that one with it;
- a package that doesn't end in time on either side, doesn't build before, has no tests, or is for
  another platform or for tags that the user has not set, is *not verified*, with the reason.

Not handled: the tests of packages that use those that change, and tests that read the source they
are made of, which find on the disk what was there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from defermod.model import FileResult
from defermod.toolchain import packages
from defermod.toolchain.blame import fixed_starts
from defermod.toolchain.go import Go
from defermod.toolchain.gotest import PACKAGE, Outcome, PackageRun, run_tests
from defermod.toolchain.overlay import Overlay, unsaved
from defermod.toolchain.packages import Group, Target
from defermod.toolchain.validate import Validation, ValidationStatus, real_place, restored

TESTS = "tests"

_AGAIN = 2
"""The number of further runs of a package, on each side, before a test of it is called broken."""
_NAMED = 3
"""Tests named in a message; the others are counted."""
_LEAST_TIME = 60.0
"""Seconds that a package gets at least when it is run again."""
_SLOWER = 10.0
"""The factor by which a package's tests may take longer after the fixes than before."""


def verify(
    changes: Sequence[FileResult], *, go: Go, cwd: Path, timeout: float | None = None
) -> tuple[list[FileResult], dict[str, Validation]]:
    """Return ``changes``, in order, less the fixes that break a test, and what the tests say, by path.

    Relative paths are relative to ``cwd``.  ``timeout``: seconds for the tests of one package; None
    leaves it to the user's GOFLAGS, or to go, which gives them ten minutes.  Nothing is written but
    to temporary directories, unless the tests themselves write something.
    """
    tried = {result.path: result for result in changes if result.changed}
    real = {path: real_place(cwd / path) for path in tried}
    verifier = _Verifier(
        go,
        {real[path]: result.before for path, result in tried.items()},
        {real[path]: result.after for path, result in tried.items()},
        timeout,
    )
    verifier.settle()
    validations = {path: _validation(verifier, real[path], result) for path, result in tried.items()}
    dropped = {path for path, validation in validations.items() if validation.status is ValidationStatus.FAILED}
    return [restored(result) if result.path in dropped else result for result in changes], validations


def _validation(verifier: _Verifier, path: Path, result: FileResult) -> Validation:
    if path in verifier.broken:
        starts = tuple(sorted(fixed_starts(result)))
        return Validation(TESTS, ValidationStatus.FAILED, verifier.broken[path], starts)
    if path in verifier.unverified:
        return Validation(TESTS, ValidationStatus.SKIPPED, verifier.unverified[path])
    return Validation(TESTS, ValidationStatus.PASSED)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """The result for one package in one round; fine if it is empty."""

    broken: str = ""
    """The failure of its tests that the fixes cause."""
    unverified: str = ""
    """The reason for which the tests decide nothing."""
    culprit: str = ""
    """The import path of the package that is behind it, where that is another one."""


class _Verifier:
    """The fixes that are left, and what was found out so far."""

    def __init__(
        self, go: Go, before: Mapping[Path, bytes], after: Mapping[Path, bytes], timeout: float | None
    ) -> None:
        """``before`` and ``after`` by real absolute path: the texts that the fixes began with and gave."""
        self._go, self._timeout = go, timeout
        self._changed = dict(after)
        self._unsaved = unsaved(before)
        with Overlay(self._unsaved) as overlay:
            plan = packages.plan(go, before, overlay.flags())
        self.broken: dict[Path, str] = {}
        """Return the reason for which the fixes of a file were dropped."""
        self.unverified: dict[Path, str] = dict(plan.unvetted)
        """Return the reason for which a file can't be judged."""
        self._groups: list[Group] = []
        for group in plan.groups:
            self._take(group)
        self._baselines: dict[Target, PackageRun] = {}
        self._needs: dict[Target, frozenset[str]] = {}

    def settle(self) -> None:
        """Run the tests, and drop what they break, until they break no more."""
        pending = {target for group in self._groups for target in group.targets}
        while pending:
            dropped = self._drop(self._round(pending))
            pending = set(self._shaken(dropped)) if dropped else set()

    def _take(self, group: Group) -> None:
        """Arrange for the tests of ``group`` to run, or note why they can't."""
        platform, reason = group.platform, ""
        if any(target.alone for target in group.targets):
            reason = "it is built by itself, not as part of a package with tests"
        elif (platform.goos, platform.goarch) != (self._go.goos, self._go.goarch):
            reason = f"it is for {platform.goos}/{platform.goarch}, and tests can't be run for that here"
        elif platform.tags != self._go.tags:
            reason = f"it needs the build tags {','.join(platform.tags)}, which GOFLAGS does not set"
        if reason:
            self._doubt(group.targets, reason)
        else:
            self._groups.append(group)

    def _round(self, pending: set[Target]) -> dict[Target, _Judgement]:
        """Judge the packages ``pending``; return those that the fixes break."""
        found: dict[Target, _Judgement] = {}
        with Overlay(self._unsaved | self._changed) as overlay:
            for group in self._groups:
                asked = group.only(*(target for target in group.targets if target in pending))
                if asked.targets:
                    found |= self._judge(asked, overlay)
        for target, judgement in found.items():
            if judgement.unverified:
                self._doubt((target,), judgement.unverified)
        return {target: judgement for target, judgement in found.items() if judgement.broken}

    def _judge(self, group: Group, overlay: Overlay) -> dict[Target, _Judgement]:
        after = run_tests(self._go, group, overlay, timeout=self._timeout)
        curious = [target for target in group.targets if not self._is_enough(target, after[target])]
        self._ask_before(group.only(*curious))
        return {target: self._compare(group.only(target), after[target], overlay) for target in curious}

    def _is_enough(self, target: Target, after: PackageRun) -> bool:
        """Return True if the run after the fixes alone shows that all is well."""
        return after.clean and not any(path.name.endswith("_test.go") for path in target.changed)

    def _ask_before(self, group: Group) -> None:
        """Run the tests of ``group`` as they were, where that has not been done."""
        unknown = group.only(*(target for target in group.targets if target not in self._baselines))
        if unknown.targets:
            with Overlay(self._unsaved) as overlay:
                self._baselines |= run_tests(self._go, unknown, overlay, timeout=self._timeout)

    def _compare(self, group: Group, after: PackageRun, overlay: Overlay) -> _Judgement:
        """Judge the one package of ``group``."""
        before = self._baselines[group.targets[0]]
        if reason := before.failure or after.failure:
            return _Judgement(unverified=reason)
        if before.unbuilt:
            return _Judgement(unverified=f"its tests did not build before: {before.build_error}")
        if after.unbuilt:
            return _Judgement(broken=f"do not build after the fixes: {after.build_error}", culprit=after.unbuilt)
        lost = before.passes - after.passes
        if before.timed_out:
            # What the one run got to and the other didn't is chance; a failure isn't.
            lost = frozenset(name for name in lost if after.tests.get(name) is Outcome.FAILED)
        if lost:
            return self._insist(group, lost, after, overlay)
        return _Judgement(unverified=_why_silent(before, after))

    def _insist(self, group: Group, lost: frozenset[str], after: PackageRun, overlay: Overlay) -> _Judgement:
        """Run the package again, to tell whether the tests ``lost`` are broken or flaky."""
        timeout = self._time_again(self._baselines[group.targets[0]])
        said = "; timed out" if after.timed_out else ""
        left = lost
        for _ in range(_AGAIN):
            left -= run_tests(self._go, group, overlay, timeout=timeout, fresh=True)[group.targets[0]].passes
            if not left:
                names = _names(lost, after)
                return _Judgement(unverified=f"flaky: {names} failed after the fixes{said}, and passed when run again")
        certain = left
        with Overlay(self._unsaved) as original:
            for _ in range(_AGAIN):
                certain &= run_tests(self._go, group, original, timeout=timeout, fresh=True)[group.targets[0]].passes
                if not certain:
                    names = _names(left, after)
                    return _Judgement(unverified=f"flaky: {names} failed before the fixes too when run again")
        return _Judgement(broken=f"failed only after the fixes: {_names(certain, after)}{said}")

    def _time_again(self, before: PackageRun) -> float | None:
        """The time for a further run: what hangs shall not hang five times for the whole of the time."""
        if before.timed_out:
            return self._timeout
        enough = max(_LEAST_TIME, _SLOWER * before.seconds)
        return min(enough, self._timeout) if self._timeout else enough

    def _drop(self, broken: Mapping[Target, _Judgement]) -> set[Target]:
        """Drop the fixes of the packages that are broken, or else of those that they need; return which."""
        dropped: set[Target] = set()
        for target, judgement in broken.items():
            for guilty in self._guilty(target, judgement.culprit):
                message = judgement.broken
                if guilty != target:
                    message = f"{message} (in {target.import_path}, which needs this package)"
                for path in guilty.changed & self._changed.keys():
                    del self._changed[path]
                    self.broken[path] = message
                dropped.add(guilty)
        return dropped

    def _guilty(self, target: Target, culprit: str) -> list[Target]:
        """The packages that still have fixes and answer for what is wrong with ``target``."""
        candidates = [other for group in self._groups for other in group.targets if self._has_fixes(other)]
        if named := [other for other in candidates if other.import_path == culprit]:
            return named
        if target in candidates:
            return [target]
        needs = self._needed(target)
        return [other for other in candidates if other.import_path in needs]

    def _shaken(self, dropped: Iterable[Target]) -> Iterator[Target]:
        """The packages that have to be run again because of the fixes ``dropped``."""
        dropped = set(dropped)
        names = {target.import_path for target in dropped}
        fixed = {t.import_path for group in self._groups for t in group.targets if self._has_fixes(t)}
        for group in self._groups:
            for target in group.targets:
                needs = self._needed(target)
                if (target in dropped and needs & fixed) or (self._has_fixes(target) and needs & names):
                    yield target

    def _has_fixes(self, target: Target) -> bool:
        return not target.changed.isdisjoint(self._changed)

    def _needed(self, target: Target) -> frozenset[str]:
        """The import paths of the other packages that ``target`` and its tests need."""
        if target not in self._needs:
            group = next(group for group in self._groups if target in group.targets)
            self._needs |= packages.dependencies(self._go, group)
        return self._needs[target] - {target.import_path}

    def _doubt(self, targets: Iterable[Target], reason: str) -> None:
        for target in targets:
            for path in target.changed:
                self.unverified.setdefault(path, reason)


def _why_silent(before: PackageRun, after: PackageRun) -> str:
    """Return why nothing can be said of a package in which no test is lost; empty if something can."""
    if before.timed_out or after.timed_out:
        return "timed out" if after.timed_out else "timed out before the fixes"
    if not before.tests:
        return "no tests" if before.passed else "its tests failed as a whole before the fixes"
    if Outcome.PASSED not in before.tests.values():
        return "no test passed before the fixes"
    return ""


def _names(lost: frozenset[str], after: PackageRun) -> str:
    """The tests to name for ``lost``: those that failed before those that didn't get to run."""
    names = lost - {PACKAGE}
    ended = {name for name in names if after.tests.get(name) in (Outcome.FAILED, Outcome.UNFINISHED)}
    names = frozenset(ended) or names
    # A test fails with its subtests: the innermost says most.
    inner = sorted(name for name in names if not any(other.startswith(f"{name}/") for other in names))
    if not inner:
        return "the package as a whole, in TestMain or by an exit"
    more = f" and {len(inner) - _NAMED} more" if len(inner) > _NAMED else ""
    return ", ".join(inner[:_NAMED]) + more
