"""Find the complaints of ``go vet`` about rewritten files that it did not have before.

The rules, in the order in which they are tried:

- a package in which nothing is said after the rewrite is fine, and nothing more is run;
- what was said before the rewrite too doesn't count, wherever in the file it has moved;
- a package that did not type-check before is *not vetted*, with the reason. Before giving up, its
  tests are left out if only they are broken, and a ``package main`` file is tried on its own, as
  directories of several programs want it;
- a package that was not looked at because one that it imports does not compile is not vetted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from defermod.toolchain import packages
from defermod.toolchain.go import Go
from defermod.toolchain.overlay import Overlay, unsaved
from defermod.toolchain.packages import Group, Target
from defermod.toolchain.vet import TYPES, Diagnostic, Report, new_since, vet


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that a rewrite made ``go vet`` say."""

    message: str
    path: Path | None
    """The file it names; None when it names none that was changed."""
    line: int
    """1-based, in the new text."""
    suspects: frozenset[Path]
    """The changed files of the package."""


class Vetter:
    """Judges one version after another of the same files, running only what may have changed its mind."""

    def __init__(self, go: Go, before: Mapping[Path, bytes]) -> None:
        """``before`` by real absolute path: the texts that the rewrite began with, an editor's perhaps."""
        self._go = go
        self._before = dict(before)
        self._unsaved = unsaved(self._before)
        with Overlay(self._unsaved) as overlay:
            plan = packages.plan(go, self._before, overlay.flags())
        self._groups = list(plan.groups)
        self.unvetted: dict[Path, str] = dict(plan.unvetted)
        """The reasons for which ``go vet`` does not judge files; final once ``vet`` finds nothing to complain of."""
        self._settled: dict[Target, Mapping[Path, bytes]] = {}
        self._baselines: dict[Target, Report] = {}

    def vet(self, texts: Mapping[Path, bytes]) -> list[Complaint]:
        """Return the complaints about ``texts``; texts that equal the old ones are not checked."""
        changed = {path: text for path, text in texts.items() if text != self._before[path]}
        complaints: list[Complaint] = []
        blocked: list[tuple[Group, Report]] = []
        with Overlay(self._unsaved | changed) as overlay:
            # The list grows while it is walked: a package that was given up is tried in part.
            for group in self._groups:
                pending = [target for target in group.targets if self._is_pending(target, changed)]
                if not pending:
                    continue
                asked = group.only(*pending)
                report = vet(self._go, asked, overlay)
                complaints += self._compare(asked, report)
                if report.broken_packages():
                    blocked.append((asked, report))
                self._settle(asked, complaints, changed)
        for group, report in blocked:
            for target, reason in self._blocked(group, report):
                if complaints:
                    self._settled.pop(target, None)  # to be asked again without what broke the other
                else:
                    self._give_up((target,), reason)
        return complaints

    def _is_pending(self, target: Target, changed: Mapping[Path, bytes]) -> bool:
        own = {path: changed[path] for path in target.changed if path in changed}
        return bool(own) and self._settled.get(target) != own

    def _settle(self, group: Group, complaints: Iterable[Complaint], changed: Mapping[Path, bytes]) -> None:
        suspects = frozenset[Path]().union(*(complaint.suspects for complaint in complaints))
        for target in group.targets:
            if not target.changed & suspects:
                self._settled[target] = {p: changed[p] for p in target.changed if p in changed}

    def _compare(self, group: Group, report: Report) -> list[Complaint]:
        complaints: list[Complaint] = []
        if report.timed_out:
            self._give_up(group.targets, report.failure)
            return []
        suspicious = [target for target in group.targets if report.failure or report.about(target)]
        self._ask_before(group.only(*suspicious))
        for target in suspicious:
            complaints += self._compare_target(group, target, report)
        return complaints

    def _ask_before(self, group: Group) -> None:
        """Have ``go vet`` say what it said of ``group`` before the rewrite, unless that is known."""
        unknown = [target for target in group.targets if target not in self._baselines]
        if not unknown:
            return
        with Overlay(self._unsaved) as overlay:
            report = vet(self._go, group.only(*unknown), overlay)
        self._baselines |= dict.fromkeys(unknown, report)

    def _compare_target(self, group: Group, target: Target, report: Report) -> list[Complaint]:
        baseline = self._baselines[target]
        if baseline.failure:
            self._give_up((target,), baseline.failure)
            return []
        if report.failure:
            return [Complaint(report.failure, None, 0, target.changed)]
        if broken := baseline.type_errors(target):
            self._try_in_part(group, target, broken)
            return []
        fresh = new_since(baseline.about(target), report.about(target))
        return [_complaint(one, target) for one in fresh]

    def _try_in_part(self, group: Group, target: Target, broken: tuple[Diagnostic, ...]) -> None:
        """A package that did not type-check before: look for a part of it that did."""
        first = broken[0]
        reason = f"it did not type-check before: {first.path.name}:{first.line}: {first.message}"
        tests = frozenset(path for path in target.directory.glob("*_test.go"))
        rest = target.changed - tests
        if target.alone:
            self._give_up((target,), reason)
        elif rest and not target.hidden and all(one.path in tests for one in broken):
            self._give_up((replace(target, changed=target.changed & tests),), reason)
            self._groups.append(group.only(replace(target, changed=rest, hidden=tests)))
        else:
            for path in target.changed:
                if packages.is_program(self._before[path]):
                    self._groups.append(packages.alone(self._go, path, group.platform))
                else:
                    self.unvetted[path] = reason

    def _blocked(self, group: Group, report: Report) -> Iterator[tuple[Target, str]]:
        """The targets that were not looked at because a package that they import does not compile."""
        broken = report.broken_packages()
        for target, needs in packages.dependencies(self._go, group).items():
            culprit = next((name for name in broken if name in needs and name != target.import_path), None)
            if culprit:
                yield target, f"{culprit}, which it needs, does not compile: {broken[culprit]}"

    def _give_up(self, targets: Iterable[Target], reason: str) -> None:
        for target in targets:
            for path in target.changed:
                self.unvetted.setdefault(path, reason)


def _complaint(one: Diagnostic, target: Target) -> Complaint:
    said = one.message if one.analyzer == TYPES else f"{one.analyzer}: {one.message}"
    return Complaint(said, one.path if one.path in target.changed else None, one.line, target.changed)
