"""The parts of a file's changes that can be taken or left by themselves.

A line of the new text may be the work of several fixes, of an inner and an outer loop for example.  Such fixes are
one unit.  The changes of different units lie in different lines, so that any set of units makes a patch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from defermod.model import Edit, FileResult, Finding, Fix, Status, apply_edits
from defermod.report.diff import Change, changes, lines_of
from defermod.report.places import Places


@dataclass(frozen=True, slots=True)
class Unit:
    """Findings that one piece of new text settles, or that have a fix which was not made."""

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    after: Sequence[bytes]
    """The lines that the changes' new sides are lines of."""
    made: bool
    """True if it is part of the run's new text."""


def units(result: FileResult) -> list[Unit]:
    """The units of one file, in source order; findings without a fix, and those that are undecided, belong to none."""
    places = Places(result.before)
    old, new = lines_of(result.before), tuple(lines_of(result.after))
    spans: list[tuple[int, int, Finding]] = []
    single: dict[tuple[Edit, ...], list[Finding]] = {}
    for finding in result.findings:
        if finding.fix is None or finding.status is Status.UNDECIDED:
            continue
        if _is_made(finding, result):
            spans.append((*_lines(finding.fix, places), finding))
        else:
            single.setdefault(_edits(finding), []).append(finding)
    made = _joined(spans)
    ends = [last for _, last, _ in made]
    parts: list[list[Change]] = [[] for _ in made]
    for change in changes(old, list(new)) if made else []:
        parts[_nearest(change, made, ends)].append(change)
    found: list[Unit] = []
    for (_, _, findings), part in zip(made, parts, strict=True):
        if part:
            found.append(Unit(tuple(findings), tuple(part), new, True))
        for finding in findings if not part else ():
            # It may be made, and yet no round of the engine came to it.
            single.setdefault(_edits(finding), []).append(finding)
    for edits, findings in single.items():
        alone = Spliced(old, _windows(result.before, edits, places))
        found.append(Unit(tuple(findings), tuple(alone.changes()), alone, False))
    return sorted(found, key=lambda unit: unit.findings[0].span)


@dataclass(frozen=True, slots=True)
class _Window:
    """Old lines ``start`` to ``end`` (0-based, half-open), which have become ``new``."""

    start: int
    end: int
    new: tuple[bytes, ...]


class Spliced(Sequence[bytes]):
    """The lines of a text in which some stretches are replaced, without a copy of all the others."""

    def __init__(self, old: Sequence[bytes], windows: Sequence[_Window]) -> None:
        self._old, self._windows = old, windows

    def __len__(self) -> int:
        return len(self._old) + sum(len(window.new) - (window.end - window.start) for window in self._windows)

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, int):
            (line,) = self._between(range(len(self))[at], range(len(self))[at] + 1)
            return line
        start, stop, step = at.indices(len(self))
        return list(self._between(start, max(start, stop)))[::step]

    def changes(self) -> Iterator[Change]:
        """Yield the differences from the old lines, window by window."""
        shift = 0
        for window in self._windows:
            for change in changes(self._old[window.start : window.end], window.new):
                yield Change(
                    window.start + change.old_start,
                    window.start + change.old_end,
                    window.start + shift + change.new_start,
                    window.start + shift + change.new_end,
                )
            shift += len(window.new) - (window.end - window.start)

    def _between(self, start: int, stop: int) -> Iterator[bytes]:
        """The lines from ``start`` to ``stop``."""
        at = old_at = 0
        for window in (*self._windows, _Window(len(self._old), len(self._old), ())):
            size = window.start - old_at
            low, high = max(start, at), min(stop, at + size)
            if low < high:
                yield from self._old[old_at + low - at : old_at + high - at]
            at += size
            yield from window.new[max(start - at, 0) : max(stop - at, 0)]
            at, old_at = at + len(window.new), window.end
            if at >= stop:
                return


def _windows(text: bytes, edits: Sequence[Edit], places: Places) -> list[_Window]:
    """Return the ranges in which the edits change lines: whole lines, no two ranges share one."""
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        start = text.rfind(b"\n", 0, edit.start) + 1
        end = text.find(b"\n", edit.end) + 1 or len(text)
        if groups and start < groups[-1][1]:
            start, _, inside = groups.pop()
            groups.append((start, end, [*inside, edit]))
        else:
            groups.append((start, end, [edit]))
    found = []
    for start, end, inside in groups:
        moved = [Edit(edit.start - start, edit.end - start, edit.new) for edit in inside]
        line = places.position(start)[0] - 1
        new = lines_of(apply_edits(text[start:end], moved))
        found.append(_Window(line, line + len(lines_of(text[start:end])), tuple(new)))
    return found


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix else ()


def _is_made(finding: Finding, result: FileResult) -> bool:
    return result.changed and finding.status in (Status.FIXED, Status.FIXABLE)


def _lines(fix: Fix, places: Places) -> tuple[int, int]:
    """The 0-based lines, half-open, that a fix changes at most."""
    return places.position(fix.span.start)[0] - 1, places.position(fix.span.end)[0]


def _joined(spans: list[tuple[int, int, Finding]]) -> list[tuple[int, int, list[Finding]]]:
    """The findings whose lines overlap, together, with the lines that they have; in order."""
    made: list[tuple[int, int, list[Finding]]] = []
    for first, last, finding in sorted(spans, key=lambda item: item[:2]):
        if made and first < made[-1][1]:
            start, end, findings = made.pop()
            made.append((start, max(end, last), [*findings, finding]))
        else:
            made.append((first, last, [finding]))
    return [(first, last, sorted(findings, key=lambda found: found.span)) for first, last, findings in made]


def _nearest(change: Change, made: list[tuple[int, int, list[Finding]]], ends: list[int]) -> int:
    """The group that a change belongs to; gofmt may also have touched a line beside it."""

    def distance(at: int) -> int:
        first, last, _ = made[at]
        return max(0, first - change.old_end, change.old_start - last)

    # Of those that end above the change the last is the nearest, of the others the first.
    after = bisect_left(ends, change.old_start)
    return min((at for at in (after - 1, after) if 0 <= at < len(made)), key=distance)
