"""Two runs beside each other: what is new, gone or changed between versions, rules, or days."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from defermod.fleet.store import Repository, Results, code
from defermod.fleet.targets import names
from defermod.report.places import printable

FORMATS = ("text", "json")
_SIGNS = {"new": "+", "gone": "-", "changed": "~"}

Finding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    repository: str
    kind: str
    """``new``, ``gone`` or ``changed``."""
    rule: str
    """Empty for the change of a file that no finding accounts for."""
    path: str
    line: int
    function: str
    before: str
    """Its verdict, such as ``refused (escapes-iteration)``; empty if it is new."""
    after: str
    what: tuple[str, ...] = ()
    """The parts that have changed: ``verdict``, ``message``, ``reason``, ``rewrite``."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two runs."""

    before: str
    after: str
    differences: list[Difference] = field(default_factory=list)
    repositories: int = 0
    """Repositories that both runs have looked at."""
    moved: list[str] = field(default_factory=list)
    """Repositories that were at another commit."""
    incomparable: list[tuple[str, str]] = field(default_factory=list)
    """Repositories of which one run has no results, with the reason."""

    @property
    def differs(self) -> bool:
        """True if anything is new, gone or changed, or could not be compared."""
        return bool(self.differences or self.incomparable)


def compare(before: Results, after: Results) -> Comparison:
    """Compare two runs, repository by repository."""
    old = {repository.target.key: repository for repository in before.repositories}
    new = {repository.target.key: repository for repository in after.repositories}
    found = Comparison(_title(before), _title(after))
    count = 0
    for key in sorted(old.keys() | new.keys()):
        if why := _incomparable(old.get(key), new.get(key)):
            found.incomparable.append((key, why))
            continue
        count += 1
        here, there = old[key].outcome, new[key].outcome
        assert here is not None and there is not None
        if here.commit != there.commit:
            found.moved.append(key)
        of_findings = list(_of_findings(key, here.findings, there.findings))
        found.differences.extend(of_findings)
        explained = {difference.path for difference in of_findings}
        diffs = [{change.path: change.diff for change in outcome.changes} for outcome in (here, there)]
        for path in sorted(diffs[0].keys() | diffs[1].keys()):
            one, other = diffs[0].get(path), diffs[1].get(path)
            if one != other and path not in explained and here.commit == there.commit:
                kind = "new" if one is None else "gone" if other is None else "changed"
                shown = ["" if diff is None else "a diff" for diff in (one, other)]
                found.differences.append(Difference(key, kind, "", path, 0, "", shown[0], shown[1], ("rewrite",)))
    return Comparison(found.before, found.after, found.differences, count, found.moved, found.incomparable)


def render(found: Comparison, output_format: str) -> str:
    """The comparison as text, or as one JSON object."""
    if output_format == "json":
        data = {"version": 1, **asdict(found)}
        data["incomparable"] = [{"repository": key, "reason": why} for key, why in found.incomparable]
        return json.dumps(data, indent=2) + "\n"
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Comparison) -> Iterator[str]:
    keys = {difference.repository for difference in found.differences} | {key for key, _ in found.incomparable}
    shown = names(sorted(keys | set(found.moved)))
    at = None
    for difference in found.differences:
        if difference.repository != at:
            at = difference.repository
            moved = " (another commit)" if at in found.moved else ""
            yield f"{printable(shown[at])}{moved}"
        place = f"{printable(difference.path)}:{difference.line}" if difference.line else printable(difference.path)
        verdict = " -> ".join(dict.fromkeys(filter(None, (difference.before, difference.after))))
        what = "" if not difference.what or difference.what == ("verdict",) else f" [{', '.join(difference.what)}]"
        rule = f" {difference.rule}" if difference.rule else ""
        yield f"  {_SIGNS[difference.kind]} {place}{rule}: {printable(verdict)}{what}"
    for key, why in found.incomparable:
        yield f"{printable(shown[key])}: not compared: {printable(why)}"
    counts = {kind: sum(one.kind == kind for one in found.differences) for kind in _SIGNS}
    touched = len({difference.repository for difference in found.differences})
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    yield f"{said}, in {touched} of {found.repositories} repositories"


def _incomparable(old: Repository | None, new: Repository | None) -> str:
    if old is None or new is None:
        return f"only in the {'second' if old is None else 'first'} run"
    for repository, which in ((old, "first"), (new, "second")):
        if repository.outcome is None:
            return f"not done in the {which} run"
        if repository.outcome.state == "failed":
            return f"{repository.outcome.reason} in the {which} run"
    return ""


def _of_findings(key: str, old: list[Finding], new: list[Finding]) -> Iterator[Difference]:
    """Pair the findings: those at the same place first, then those of one function in their order."""
    pairs: list[tuple[Finding | None, Finding | None]] = []
    for identity in (_place, _function):
        old, new = _paired(old, new, identity, pairs)
    pairs += [(one, None) for one in old] + [(None, one) for one in new]
    differences = [difference for one, other in pairs if (difference := _difference(key, one, other)) is not None]
    yield from sorted(differences, key=lambda one: (one.path, one.line, one.rule, one.kind))


def _paired(
    old: list[Finding],
    new: list[Finding],
    identity: Callable[[Finding], Hashable],
    pairs: list[tuple[Finding | None, Finding | None]],
) -> tuple[list[Finding], list[Finding]]:
    """Add what belongs together to ``pairs``, and return what is left of both."""
    waiting: dict[Hashable, list[Finding]] = {}
    for one in old:
        waiting.setdefault(identity(one), []).append(one)
    left = []
    for other in new:
        same = waiting.get(identity(other))
        if same:
            pairs.append((same.pop(0), other))
        else:
            left.append(other)
    return [one for rest in waiting.values() for one in rest], left


def _place(finding: Finding) -> Hashable:
    return finding.get("rule"), finding.get("path"), finding.get("line"), finding.get("column")


def _function(finding: Finding) -> Hashable:
    return finding.get("rule"), finding.get("path"), finding.get("function")


def _difference(key: str, old: Finding | None, new: Finding | None) -> Difference | None:
    shown: Finding = new or old or {}
    what = []
    if old is not None and new is not None:
        if verdict(old) != verdict(new):
            what.append("verdict")
        if old.get("message") != new.get("message"):
            what.append("message")
        if _reason(old) != _reason(new):
            what.append("reason")
        # Offsets and lines move with the file: only the texts put in are compared then.
        if _texts(old) != _texts(new):
            what.append("rewrite")
        if not what:
            return None
    kind = "new" if old is None else "gone" if new is None else "changed"
    return Difference(
        key,
        kind,
        str(shown.get("rule", "")),
        str(shown.get("path", "")),
        int(shown.get("line") or 0),
        str(shown.get("function", "")),
        "" if old is None else verdict(old),
        "" if new is None else verdict(new),
        tuple(what),
    )


def verdict(finding: Finding) -> str:
    """The status of a finding with its code, if it has one."""
    status, named = str(finding.get("status", "")), code(finding)
    return f"{status} ({named})" if named else status


def _reason(finding: Finding) -> object:
    fix, refusal = finding.get("fix") or {}, finding.get("refusal") or {}
    return fix.get("reason"), refusal.get("explanation")


def _texts(finding: Finding) -> list[object]:
    fix = finding.get("fix") or {}
    return [edit.get("new") for edit in fix.get("edits") or ()]


def _title(results: Results) -> str:
    return f"defermod {results.run.tool}: {' '.join(results.run.command)}"
