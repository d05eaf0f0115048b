"""One file to a fixed point: bytes in, findings and new bytes out.  No I/O, no Go, no settings but Options.

Fixes that overlap are taken innermost first; the outer ones wait for the next round, which sees the text
as the round before left it.  Every finding that is reported is one of the text that came in.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from defermod.analysis.flow import MAX_DEPTH, too_deep
from defermod.analysis.release import keeping_functions, recovering_functions
from defermod.analysis.types import Types, shifted
from defermod.facts import FileFacts
from defermod.model import (
    Blocker,
    Edit,
    FileResult,
    Finding,
    Fix,
    Options,
    Problem,
    ProblemKind,
    Refusal,
    Safety,
    Span,
    Status,
    apply_edits,
)
from defermod.registry import transforms
from defermod.suppress import silenced
from defermod.syntax.source import Source
from defermod.syntax.tree import Node
from defermod.transform import Declaration, Transform

MAX_ROUNDS = 10
"""Loops nest; each round fixes one level.  More rounds than this mean that two fixes undo each other."""


_FRAMES = 8 * MAX_DEPTH


class NotConvergingError(RuntimeError):
    """Fixes were still being made after ``MAX_ROUNDS`` rounds: a bug in a transform."""


def analyse(
    path: str,
    text: bytes,
    options: Options,
    *,
    skip: frozenset[int] = frozenset(),
    facts: FileFacts | None = None,
) -> FileResult:
    """Find and fix all that ``options`` ask for in one file.

    ``skip``: byte offsets of defers in ``text`` whose fixes a validator has rejected.  ``facts``: what Go's
    type checker says about ``text``; without them the analyses go by the text and are more careful.
    Raises NotConvergingError, or whatever a transform raises on a bug; never because of what the file holds.
    """
    chosen = [transform for rule, transform in transforms().items() if rule in options.select]
    if not any(transform.concerns(text) for transform in chosen):
        return FileResult(path, text, text)
    if facts is not None and not facts.describes(text):
        facts = None
    with _room_to_recurse():
        return _analysed(path, text, options, chosen, skip, facts)


@contextmanager
def _room_to_recurse() -> Iterator[None]:
    """Let the analyses recurse as deep as ``flow.MAX_DEPTH`` allows; a level takes a few frames."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _analysed(
    path: str,
    text: bytes,
    options: Options,
    chosen: list[Transform],
    skip: frozenset[int],
    facts: FileFacts | None,
) -> FileResult:
    source = Source(text)
    baseline = _round(source, options, chosen, facts)
    findings = {finding.span.start: finding for finding in baseline if _on_lines(finding, source, options)}
    problems = _problems(source, chosen)
    result = _fixpoint(source, findings, options, chosen, skip, facts)
    return FileResult(path, text, result.text, tuple(result.findings()), problems)


def _round(source: Source, options: Options, chosen: Iterable[Transform], facts: FileFacts | None) -> list[Finding]:
    """The findings of one text that no comment silences, in source order."""
    found: list[Finding] = []
    comments: list[Span] | None = None
    recovering: frozenset[str] | None = None
    keeping: frozenset[str] = frozenset()
    for transform in chosen:
        for root in source.declarations(transform.concerns):
            if root.has_error:
                continue
            if recovering is None:
                recovering, keeping = recovering_functions(source), keeping_functions(source)
            raw = list(transform.findings(Declaration(source, root, recovering, Types(facts), keeping), options))
            if raw and comments is None:
                comments = source.comments()
            found += _heard(raw, root, source, comments or [])
    return sorted(found, key=lambda finding: finding.span)


def _heard(findings: list[Finding], root: Node, source: Source, comments: list[Span]) -> list[Finding]:
    """Leave out what a comment silences, and every fix that would change a silenced defer with it."""
    quiet = {
        finding.span.start
        for finding in findings
        if silenced(source.text, comments, _anchors(finding, root), root.start)
    }
    return [_spare(finding, quiet) for finding in findings if finding.span.start not in quiet]


def _anchors(finding: Finding, root: Node) -> list[int]:
    """The places whose line may carry a silencing comment: the defer, its loop, its statement."""
    defer = next(node for node in root.find("defer_statement") if node.start == finding.span.start)
    loop = next((up for up in defer.ancestors() if up.kind == "for_statement"), defer)
    return [defer.start, loop.start]


def _spare(finding: Finding, quiet: set[int]) -> Finding:
    fix = finding.fix
    if fix is None:
        return finding
    for start in sorted(quiet):
        if fix.span.start <= start < fix.span.end:
            blocker = Blocker(Span(start, start + len(b"defer")), "silenced by a comment")
            sentence = "the fix would move a defer that a comment says to leave alone"
            return replace(finding, outcome=Refusal("silenced-neighbour", sentence, (blocker,)), status=Status.REFUSED)
    return finding


def _on_lines(finding: Finding, source: Source, options: Options) -> bool:
    if options.lines is None:
        return True
    first, last = options.lines
    return first <= source.line(finding.span.start) <= last


def _problems(source: Source, chosen: list[Transform]) -> tuple[Problem, ...]:
    """What in the file could not be looked at."""
    problems: list[Problem] = []
    if source.has_error:
        problems.append(_syntax_problem(source, chosen))
    for transform in chosen:
        for root in source.declarations(transform.concerns):
            if too_deep(root):
                message = "the code nests too deep here: not analysed"
                problems.append(Problem(message, root.span, fatal=False))
    return tuple(problems)


def _syntax_problem(source: Source, chosen: list[Transform]) -> Problem:
    """The grammar's first failure, those in code that may hold a finding first."""
    errors = source.errors()
    spoilt = [root.span for transform in chosen for root in source.declarations(transform.concerns) if root.has_error]
    blind = spoilt and ([error for error in errors if any(error in span for span in spoilt)] or spoilt)
    first = (blind or errors)[0]
    line, column = source.position(first.start)
    kind = ProblemKind.SYNTAX_BLIND if blind else ProblemKind.SYNTAX_ELSEWHERE
    return Problem(f"the grammar does not understand line {line}, column {column}", first, fatal=False, kind=kind)


class _Fixpoint:
    """The state of the rounds: the text as it is, and where the baseline's defers have gone."""

    def __init__(
        self, text: bytes, findings: Mapping[int, Finding], skip: frozenset[int], facts: FileFacts | None
    ) -> None:
        self.text = text
        self.baseline = findings
        self.skip = skip
        self.facts = facts
        self.fixed: set[int] = set()
        self.refused: dict[int, Refusal] = {}
        self.origin = {start: start for start in findings}
        """Offset of a defer now, to its offset in the baseline."""

    def findings(self) -> Iterable[Finding]:
        for start, finding in sorted(self.baseline.items()):
            if start in self.fixed:
                yield replace(finding, status=Status.FIXED)
            elif start in self.skip and finding.fix is not None:
                yield replace(finding, status=Status.REJECTED)
            elif start in self.refused:
                yield replace(finding, outcome=self.refused[start], status=Status.REFUSED)
            else:
                yield finding

    def allows(self, finding: Finding, current: Mapping[int, Finding], options: Options) -> bool:
        """Did the baseline allow to move every defer of the same function that the fix would move?

        An inner fix puts code into a literal, where a later round sees less of it: the first verdict stands.
        """
        fix = finding.fix
        assert fix is not None
        return all(
            _allowed(self.baseline[self.origin[now]], options)
            for now, other in current.items()
            if other.function == finding.function and fix.span.start <= now < fix.span.end
        )

    def apply(self, fixes: list[tuple[Fix, set[int]]]) -> None:
        edits = sorted((e for fix, _ in fixes for e in fix.edits), key=lambda e: (e.start, e.end))
        self.text = apply_edits(self.text, edits)
        if self.facts is not None:
            self.facts = shifted(self.facts, edits)
        self.origin = {_moved(now, edits): start for now, start in self.origin.items()}
        for _, starts in fixes:
            self.fixed |= starts


def _fixpoint(
    source: Source,
    findings: dict[int, Finding],
    options: Options,
    chosen: list[Transform],
    skip: frozenset[int],
    facts: FileFacts | None,
) -> _Fixpoint:
    state = _Fixpoint(source.text, findings, skip, facts)
    current = findings
    for _ in range(MAX_ROUNDS + sum(f.fix is not None and f.fix.alone for f in findings.values())):
        fixes = _choose(current, state, options)
        if not fixes:
            return state
        state.apply(fixes)
        again = _round(Source(state.text), options, chosen, state.facts)
        current = {f.span.start: f for f in again if f.span.start in state.origin}
        _note_new_refusals(current, state)
    raise NotConvergingError(f"still changing after {MAX_ROUNDS} rounds")


def _choose(current: dict[int, Finding], state: _Fixpoint, options: Options) -> list[tuple[Fix, set[int]]]:
    """The fixes to apply in this round, each with the baseline offsets of the defers it settles."""
    wanted: dict[tuple[Edit, ...], tuple[Fix, set[int]]] = {}
    rejected: set[tuple[Edit, ...]] = set()
    for now, finding in current.items():
        fix, start = finding.fix, state.origin[now]
        if fix is None or not _allowed(finding, options) or not state.allows(finding, current, options):
            continue
        if finding.rule != state.baseline[start].rule:
            # What one rule has moved into a literal is not another's to move on in the same run.
            continue
        if start in state.skip:
            rejected.add(fix.edits)
        wanted.setdefault(fix.edits, (fix, set()))[1].add(start)
    taken: list[tuple[Fix, set[int]]] = []
    candidates = [pair for edits, pair in wanted.items() if edits not in rejected]
    for fix, starts in sorted(candidates, key=lambda pair: (pair[0].span.end - pair[0].span.start, pair[0].span)):
        if not any(fix.span.overlaps(other.span) or (fix.alone and other.alone) for other, _ in taken):
            taken.append((fix, starts))
    return taken


def _allowed(finding: Finding, options: Options) -> bool:
    """May the finding's fix be applied, by the options?"""
    return finding.fix is not None and (finding.fix.safety is Safety.SAFE or options.unsafe_fixes)


def _note_new_refusals(current: dict[int, Finding], state: _Fixpoint) -> None:
    """A fix that waited for an inner one may be refused once that one is made."""
    for now, finding in current.items():
        start = state.origin[now]
        before = state.baseline[start]
        if finding.refusal is not None and before.fix is not None and start not in state.fixed:
            state.refused[start] = replace(finding.refusal, blockers=(Blocker(before.span, "after the inner fix"),))
        elif finding.fix is not None:
            state.refused.pop(start, None)


def _moved(offset: int, edits: list[Edit]) -> int:
    """Where a byte of the old text stands in the new one; insertions at the offset go before it."""
    last = bisect_right([edit.start for edit in edits], offset)
    shift = 0
    for edit in edits[:last]:
        if edit.end <= offset:
            shift += len(edit.new) - (edit.end - edit.start)
    return offset + shift


__all__ = ["MAX_ROUNDS", "NotConvergingError", "analyse"]
