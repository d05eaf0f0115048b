"""``fix --interactive``: asks about the fixes one by one, like ``git add -p``.

Nothing is written before the last answer, and the chosen fixes have to pass the validators together: fixes that
are right together may be wrong alone.  Ctrl-C leaves everything as it was; q and the end of the input keep the fixes
chosen so far.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from defermod.cli import output, programs
from defermod.model import FileResult, Finding, Safety, Status, apply_edits, status_of
from defermod.report.ansi import paint
from defermod.report.diff import Change, changes, lines_of, unified
from defermod.report.phrases import detail
from defermod.report.places import Places, printable
from defermod.toolchain.validate import Refix

_HELP = """\
y - apply this fix
n - leave this one alone
q - quit; apply what was taken so far, and nothing else
a - apply this fix and all later ones in the file
d - leave this one and all later ones in the file alone
e - edit the file as this fix leaves it, and take what you make of it
? - this help
"""


@dataclass(frozen=True, slots=True)
class _Offer:
    """One fix, which may resolve several findings."""

    findings: tuple[Finding, ...]
    alone: bytes
    """The file with only this fix applied."""

    @property
    def starts(self) -> frozenset[int]:
        return frozenset(finding.span.start for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Choice:
    """The answers about one file."""

    left: frozenset[int]
    """The defers to leave as they are."""
    rejected: frozenset[int]
    """Those whose fix a validator had rejected before the questions."""
    edited: Mapping[frozenset[int], bytes] = field(default_factory=dict)
    """The file as the user edited it, with only that fix, by the defers of the fix."""


class Questions:
    """Asks the user; see ``defermod.pipeline.run.Chooser``."""

    def __init__(self, before_asking: Callable[[], None]) -> None:
        self._before_asking = before_asking
        self._choices: dict[str, _Choice] = {}
        self._refix: Refix | None = None
        self._quit = False
        self._declined: set[tuple[Path, str]] = set()
        """Changes to several files, by directory and name, that the user has declined in part: the other parts are
        skipped."""
        self._asked = self._of = 0

    def choose(self, results: list[FileResult], refix: Refix) -> list[FileResult]:
        self._refix = refix
        self._before_asking()
        offers = {result.path: _offers(result, refix) for result in results if result.changed}
        self._asked, self._of = 0, sum(len(found) for found in offers.values())
        return [self._file(result, offers[result.path]) if result.path in offers else result for result in results]

    def again(self, result: FileResult, skip: frozenset[int]) -> FileResult:
        assert self._refix is not None
        choice = self._choices.get(result.path, _Choice(frozenset(), frozenset()))
        by_hand = {starts: text for starts, text in choice.edited.items() if not starts & skip}
        edited = frozenset[int]().union(*choice.edited)
        made = self._refix(result, skip | choice.rejected | choice.left | edited)
        taken: set[int] = set()
        for starts, text in by_hand.items():
            merged = _merged(made.before, made.after, text)
            if merged is None:
                output.say(f"{printable(result.path)}: your edit overlaps another chosen fix, and is left out")
                continue
            made = replace(made, after=merged)
            taken |= starts
        findings = tuple(_labelled(finding, choice.left | edited, taken, skip) for finding in made.findings)
        return replace(made, findings=findings)

    def _file(self, result: FileResult, offers: list[_Offer]) -> FileResult:
        left: set[int] = set()
        edited: dict[frozenset[int], bytes] = {}
        rest = ""
        for offer in offers:
            self._asked += 1
            change = _change(result, offer)
            declined = self._quit or change in self._declined
            answer = "n" if declined else rest or self._ask(result, offer)
            if answer in ("a", "d"):
                rest = answer = {"a": "y", "d": "n"}[answer]
            if answer == "q":
                self._quit, answer = True, "n"
            if answer == "e":
                text = self._edited(result, offer)
                if text is not None:
                    edited[offer.starts] = text
                    continue
                answer = "n"
            if answer == "n":
                left |= offer.starts
                if change is not None:
                    self._declined.add(change)
        rejected = frozenset(found.span.start for found in result.findings if found.status is Status.REJECTED)
        self._choices[result.path] = _Choice(frozenset(left), rejected, edited)
        return self.again(result, frozenset()) if left or edited else result

    def _ask(self, result: FileResult, offer: _Offer) -> str:
        """Return the user's answer: y, n, q, a, d or e."""
        colour = output.colour(sys.stdout)
        output.put(_shown(result, offer, colour=colour))
        while True:
            prompt = f"({self._asked}/{self._of}) Apply this fix [y,n,q,a,d,e,?]? "
            output.put(f"\x1b[1;34m{prompt}\x1b[m" if colour else prompt)
            line = sys.stdin.readline()
            if not line:
                output.put("\n")
                return "q"
            answer = line.strip().lower()[:1]
            if answer and answer in "ynqade":
                return answer
            output.put(_HELP)

    def _edited(self, result: FileResult, offer: _Offer) -> bytes | None:
        """Return the file as the user edited the fix; None if the fix is declined."""
        first = changes(lines_of(result.before), lines_of(offer.alone))[0].new_start + 1
        text = programs.edit(Path(result.path).name, offer.alone, first, os.environ)
        if text is None:
            output.say("the editor failed; the fix is left out")
        elif text == result.before:
            output.say("the edit removes all of the fix; it is left out")
            return None
        return text


def _change(result: FileResult, offer: _Offer) -> tuple[Path, str] | None:
    """Return the change to several files that a fix is part of; None if it is not part of one."""
    joint = next((finding.fix.joint for finding in offer.findings if finding.fix and finding.fix.joint), None)
    return (Path(result.path).parent, joint.name) if joint is not None else None


def _offers(result: FileResult, refix: Refix) -> list[_Offer]:
    """Return the fixes in the result, in source order, each applied alone."""
    groups: dict[object, list[Finding]] = {}
    for finding in result.findings:
        if finding.status is Status.FIXED and finding.fix:
            groups.setdefault(finding.fix.edits, []).append(finding)
    every = frozenset(finding.span.start for finding in result.findings if finding.fix)
    offers: list[_Offer] = []
    for findings in groups.values():
        starts = frozenset(finding.span.start for finding in findings)
        alone = refix(result, every - starts).after
        if alone == result.before and findings[0].fix:
            # It needs another fix first, and is shown as it was found.
            alone = apply_edits(result.before, findings[0].fix.edits)
        offers.append(_Offer(tuple(findings), alone))
    return offers


def _shown(result: FileResult, offer: _Offer, *, colour: bool) -> str:
    places = Places(result.before)
    lines = [""]
    for finding in offer.findings:
        line, column = places.position(finding.span.start)
        where = f"{printable(result.path)}:{line}:{column}"
        lines.append(f"\x1b[1m{where}\x1b[m: {finding.message}" if colour else f"{where}: {finding.message}")
    safe = offer.findings[0].fix and offer.findings[0].fix.safety is Safety.SAFE
    said = detail(offer.findings[0])
    lines.append(f"    \x1b[{'32' if safe else '33'}m{said}\x1b[m" if colour else f"    {said}")
    diff = unified(Path(result.path).as_posix(), result.before, offer.alone)
    return "\n".join(lines) + "\n" + paint(diff, colour=colour)


def _labelled(finding: Finding, unwanted: frozenset[int], taken: set[int], skip: frozenset[int]) -> Finding:
    """Return the finding with the status that follows from the answers: a declined fix is not a rejected one."""
    start = finding.span.start
    if start in taken:
        return replace(finding, status=Status.FIXED)
    if finding.fix is None or start not in unwanted or start in skip:
        return finding
    return replace(finding, status=status_of(finding.fix))


def _merged(before: bytes, one: bytes, other: bytes) -> bytes | None:
    """``before`` with the changes of both texts; None where they touch."""
    old = lines_of(before)
    sides = [lines_of(one), lines_of(other)]
    pairs: list[tuple[Change, list[bytes]]] = [(change, side) for side in sides for change in changes(old, side)]
    out: list[bytes] = []
    at = 0
    for change, side in sorted(pairs, key=lambda pair: (pair[0].old_start, pair[0].old_end)):
        if change.old_start < at or (change.old_start == at and out):
            return None
        out += [*old[at : change.old_start], *side[change.new_start : change.new_end]]
        at = change.old_end
    return b"".join([*out, *old[at:]])
