"""What can be taken or left by itself of all that a run would change in one file.

A line of the new text may be the work of several fixes, of an inner and an outer loop for example.  Such fixes are
one unit.  The changes of different units lie in different lines, so that any set of units makes a patch.
"""

from __future__ import annotations

from dataclasses import dataclass

from defermod.model import Edit, FileResult, Finding, Fix, Status, apply_edits
from defermod.report.diff import Change, changes, lines_of
from defermod.report.places import Places


@dataclass(frozen=True, slots=True)
class Unit:
    """Findings that one piece of new text settles, or that have a fix which was not made."""

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    after: tuple[bytes, ...]
    """The lines that the changes' new sides are lines of."""
    made: bool
    """Is it part of the run's new text?"""


def units(result: FileResult) -> list[Unit]:
    """The units of one file, in source order; findings without a fix, and those that are undecided, belong to none."""
    places = Places(result.before)
    old, new = lines_of(result.before), tuple(lines_of(result.after))
    made: list[tuple[int, int, list[Finding]]] = []
    single: dict[tuple[Edit, ...], list[Finding]] = {}
    for finding in result.findings:
        if finding.fix is None or finding.status is Status.UNDECIDED:
            continue
        if _is_made(finding, result):
            first, last = _lines(finding.fix, places)
            made = _with(made, first, last, finding)
        else:
            single.setdefault(_edits(finding), []).append(finding)
    parts: list[list[Change]] = [[] for _ in made]
    for change in changes(old, list(new)) if made else []:
        parts[_nearest(change, made)].append(change)
    found: list[Unit] = []
    for (_, _, findings), part in zip(made, parts, strict=True):
        if part:
            found.append(Unit(tuple(findings), tuple(part), new, True))
        for finding in findings if not part else ():
            # It may be made, and yet no round of the engine came to it.
            single.setdefault(_edits(finding), []).append(finding)
    for edits, findings in single.items():
        alone = tuple(lines_of(apply_edits(result.before, edits)))
        found.append(Unit(tuple(findings), tuple(changes(old, list(alone))), alone, False))
    return sorted(found, key=lambda unit: unit.findings[0].span)


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix else ()


def _is_made(finding: Finding, result: FileResult) -> bool:
    return result.changed and finding.status in (Status.FIXED, Status.FIXABLE)


def _lines(fix: Fix, places: Places) -> tuple[int, int]:
    """The 0-based lines, half-open, that a fix changes at most."""
    return places.position(fix.span.start)[0] - 1, places.position(fix.span.end)[0]


def _with(
    made: list[tuple[int, int, list[Finding]]], first: int, last: int, finding: Finding
) -> list[tuple[int, int, list[Finding]]]:
    """The groups with one finding more, which may join several of them."""
    apart = [group for group in made if group[1] <= first or last <= group[0]]
    touched = [group for group in made if group not in apart]
    findings = sorted([finding, *(f for group in touched for f in group[2])], key=lambda f: f.span)
    joined = (min([first, *(g[0] for g in touched)]), max([last, *(g[1] for g in touched)]), findings)
    return sorted([*apart, joined], key=lambda group: group[0])


def _nearest(change: Change, made: list[tuple[int, int, list[Finding]]]) -> int:
    """The group that a change belongs to; gofmt may also have touched a line beside it."""

    def distance(at: int) -> int:
        first, last, _ = made[at]
        return max(0, first - change.old_end, change.old_start - last)

    return min(range(len(made)), key=distance)
