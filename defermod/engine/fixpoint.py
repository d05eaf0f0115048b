"""One file to a fixed point: bytes in, findings and new bytes out.  No I/O, no Go, no settings but Options.

Of overlapping fixes the innermost is applied first; the outer ones wait for the next round, which sees the text
that the round before has made.  Every reported finding is one of the original text.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from threading import Lock

from defermod.codemod import Transform, concerned
from defermod.engine.incremental import Round, first_round, next_round
from defermod.engine.registry import chosen_rules
from defermod.engine.suppress import NAME
from defermod.golang.facts import FileFacts
from defermod.golang.statements import MAX_DEPTH
from defermod.golang.types import shifted
from defermod.model import (
    Blocker,
    Edit,
    FileResult,
    Finding,
    FindingKey,
    Fix,
    Hazard,
    Options,
    Problem,
    ProblemKind,
    Refusal,
    Safety,
    Shift,
    Span,
    Status,
    apply_edits,
)
from defermod.syntax.source import Source

MAX_ROUNDS = 10
"""Loops nest; each round fixes one level.  More rounds than this mean that two fixes undo each other."""


_FRAMES = 8 * MAX_DEPTH


_OWN = NAME.encode()
Parse = Callable[[bytes], Source]


class NotConvergingError(RuntimeError):
    """Fixes were still being made in the last round that is allowed: a bug in a transform."""


def analyse(
    path: str,
    text: bytes,
    options: Options,
    *,
    skip: frozenset[int] = frozenset(),
    facts: FileFacts | None = None,
    partly: bool = False,
) -> FileResult:
    """Find and fix everything that ``options`` select in one file.

    ``partly``: skip declarations that can't contain a finding; syntax errors in them are not reported.
    ``skip``: where in ``text`` the findings start whose fixes a validator has rejected, whichever rule's they are.
    ``facts``: Go's type facts about ``text``; without them the analyses use the text alone and are more
    careful.
    Raises NotConvergingError, or any exception that a bug in a transform raises; never because of the file's content.
    """
    chosen = chosen_rules(options.select)
    # A comment that names this program is read even where no rule can find anything: it may be misspelt, or silence
    # nothing.  With ``partly`` the rules are asked about each declaration instead.
    if not (partly or _OWN in text or any(concerned(transform, text) for transform in chosen)):
        return FileResult(path, text, text)
    if facts is not None and not facts.describes(text):
        facts = None
    with _room_to_recurse():
        return _analysed(path, text, options, chosen, skip, facts, partly)


_limit = 0
_entered = 0
_entering = Lock()


@contextmanager
def _room_to_recurse() -> Iterator[None]:
    """Let the analyses recurse as deep as ``statements.MAX_DEPTH`` allows; a level takes a few frames.

    The limit is the whole process's: while any thread is in here, it stays.
    """
    global _entered, _limit
    with _entering:
        if _entered == 0:
            _limit = sys.getrecursionlimit()
            sys.setrecursionlimit(max(_limit, _FRAMES))
        _entered += 1
    try:
        yield
    finally:
        with _entering:
            _entered -= 1
            if _entered == 0:
                sys.setrecursionlimit(_limit)


def _analysed(
    path: str,
    text: bytes,
    options: Options,
    chosen: list[Transform],
    skip: frozenset[int],
    facts: FileFacts | None,
    partly: bool,
) -> FileResult:
    parse: Parse = partial(Source, suspects=partial(_suspects, chosen)) if partly else Source
    source = parse(text)
    baseline = first_round(source, options, chosen, facts)
    problems = _problems(source, baseline, chosen)
    result = _fixpoint(source, parse, baseline, options, chosen, skip, facts, partly)
    if result.fixed and _spoils(source, result.text):
        # A transform's mistake: where nothing validates, it must not reach the file all the same.
        starts = frozenset(key[1].start for key in result.fixed)
        problems += (Problem("with the fixes the file does not parse, so none is applied: please report this bug"),)
        result = _fixpoint(source, parse, baseline, options, chosen, skip | starts, facts, partly)
    return FileResult(path, text, result.text, tuple(result.findings()), problems)


def _spoils(source: Source, text: bytes) -> bool:
    """Return True if ``text`` has more syntax errors than the text it was made from."""
    after = Source(text)
    return after.has_error and len(after.errors()) > len(source.errors())


def _suspects(chosen: list[Transform], text: bytes) -> Iterator[Span]:
    return chain.from_iterable(transform.suspects(text) for transform in chosen)


def _on_lines(finding: Finding, source: Source, options: Options) -> bool:
    start, end = source.line(finding.span.start), source.line(finding.span.end)
    if options.lines is not None and not options.lines[0] <= start <= options.lines[1]:
        return False
    return options.changed is None or any(first <= end and start <= last for first, last in options.changed)


def _problems(source: Source, baseline: Round, chosen: list[Transform]) -> tuple[Problem, ...]:
    """Return the parts of the file that could not be analysed, as problems."""
    problems: list[Problem] = []
    no_calls = [result.no_call for result in baseline.results.values() if result.no_call is not None]
    if source.has_error:
        problems.append(_syntax_problem(source, chosen))
    elif no_calls:
        problems.append(_not_understood(source, min(no_calls), ProblemKind.SYNTAX_BLIND))
    for result in baseline.results.values():
        if result.too_deep:
            message = "the code nests too deep here: not analysed"
            problems.append(Problem(message, result.span, fatal=False))
        if result.unread:
            message = f"{result.unread} can't be read or parsed, so rules about the whole package have not looked"
            problems.append(Problem(message, result.span, fatal=False))
    problems += [Problem(note.message, note.span, fatal=False) for note in baseline.notes]
    return tuple(problems)


def _syntax_problem(source: Source, chosen: list[Transform]) -> Problem:
    """Return the first syntax error, preferably one in code that may contain a finding."""
    errors = source.errors()
    spoilt = [
        part.span for transform in chosen for part in source.outlines(partial(concerned, transform)) if part.has_error
    ]
    blind = spoilt and ([error for error in errors if any(error in span for span in spoilt)] or spoilt)
    first = (blind or errors)[0]
    return _not_understood(source, first, ProblemKind.SYNTAX_BLIND if blind else ProblemKind.SYNTAX_ELSEWHERE)


def _not_understood(source: Source, place: Span, kind: ProblemKind) -> Problem:
    line, column = source.position(place.start)
    return Problem(f"the grammar does not understand line {line}, column {column}", place, fatal=False, kind=kind)


class _Fixpoint:
    """The state of the rounds: the text as it is, and where the baseline's defers have gone."""

    def __init__(
        self, text: bytes, findings: Mapping[FindingKey, Finding], skip: frozenset[int], facts: FileFacts | None
    ) -> None:
        self.text = text
        self.baseline = dict(findings)
        self.skip = skip
        self.facts = facts
        self.fixed: dict[FindingKey, Fix] = {}
        """The applied fixes, by the finding's key in the baseline."""
        self.stopped: dict[FindingKey, Fix | Refusal] = {}
        """The reasons against a fix that a later round was to apply."""
        self.origin = {key: key for key in findings}
        """The key of a finding now, to its key in the baseline."""
        self.defers: dict[Span, Span] = {}
        """The present offsets of the defers that are followed, each with its offset in the original text."""
        self.exposed: set[FindingKey] = set()
        """Findings of the baseline that only a later round has found."""
        self.around: dict[FindingKey, Fix] = {}
        """The last fix of the same rule that has moved a finding's statement without resolving the finding."""

    def findings(self) -> Iterable[Finding]:
        for key, finding in sorted(self.baseline.items(), key=lambda item: (item[0][1], item[0][0])):
            if key in self.exposed and key not in self.fixed:
                continue
            if key in self.fixed:
                yield replace(_as_made(finding, self.fixed[key]), status=Status.FIXED)
            elif finding.span.start in self.skip and finding.fix is not None:
                yield replace(finding, status=Status.REJECTED)
            elif key in self.stopped:
                outcome = self.stopped[key]
                status = Status.REFUSED if isinstance(outcome, Refusal) else Status.UNSAFE
                yield replace(finding, outcome=outcome, status=status)
            else:
                yield finding

    def apply(self, fixes: list[tuple[Fix, set[FindingKey]]]) -> list[Edit]:
        """Apply the fixes, and return their edits, sorted."""
        shared = {edit for fix, _ in fixes for edit in fix.header}
        own = [edit for fix, _ in fixes for edit in fix.edits if edit not in fix.header]
        edits = sorted([*sorted(shared), *own], key=lambda e: (e.start, e.end))
        shift = Shift(edits)
        elsewhere = self._written_elsewhere(fixes, shift)
        self.text = apply_edits(self.text, edits)
        if self.facts is not None:
            self.facts = shifted(self.facts, edits)
        self._note_neighbours(fixes)

        def moved(span: Span) -> Span:
            return elsewhere.get(span) or shift.moved_span(span)

        self.origin = {(rule, moved(now)): key for (rule, now), key in self.origin.items()}
        self.defers = {moved(now): place for now, place in self.defers.items()}
        for fix, keys in fixes:
            self.fixed |= dict.fromkeys(keys, fix)
        return edits

    def _written_elsewhere(self, fixes: list[tuple[Fix, set[FindingKey]]], shift: Shift) -> dict[Span, Span]:
        """Return where the statements come to stand that a fix cuts out, and writes anew in another place."""
        followed = sorted({*self.defers, *(now for _, now in self.origin)})
        found: dict[Span, Span] = {}
        for fix, _ in fixes:
            for cut in (edit for edit in fix.edits if edit.start < edit.end):
                for span in followed[bisect_left(followed, Span(cut.start, 0)) :]:
                    if span.start >= cut.end:
                        break
                    raw = self.text[span.start : span.end]
                    places = [(edit, at) for edit in fix.edits if (at := edit.new.find(raw)) >= 0]
                    if span.end <= cut.end and len(places) == 1:
                        start = shift.written(places[0][0]) + places[0][1]
                        found[span] = Span(start, start + len(raw))
                    elif span.start == cut.start and (named := _deferred_by_name(fix, span)) is not None:
                        edit, at = named
                        found[span] = Span(shift.written(edit) + at, shift.written(edit) + len(edit.new))
        return found

    def _note_neighbours(self, fixes: list[tuple[Fix, set[FindingKey]]]) -> None:
        """Record the findings that lie in a fix that their own rule makes for other findings."""
        spans = sorted((fix.span, min(keys)[0], number) for number, (fix, keys) in enumerate(fixes))
        for (rule, now), key in self.origin.items():
            at = bisect_right(spans, (Span(now.start, sys.maxsize), "", 0)) - 1
            if at >= 0 and spans[at][1] == rule and now in spans[at][0] and key not in self.fixed:
                self.around[key] = fixes[spans[at][2]][0]

    def follow_ends(self, found: Iterable[Finding]) -> None:
        """Follow the statements that another rule's fix has made longer, as where a literal is put around a call."""
        lost = {(rule, now.start): (rule, now) for rule, now in self.origin}
        for finding in found:
            old = lost.get((finding.rule, finding.span.start))
            if old is not None and finding.key not in self.origin:
                self.origin[finding.key] = self.origin.pop(old)

    def adopt_exposed(self, found: Iterable[Finding], options: Options) -> None:
        """Adopt the findings that have become fixable because another rule's fix has moved their defers.

        Otherwise a second run would fix it.  It is reported if it is fixed, with the edits of that other fix, since
        its own are those of a text that nobody has seen.
        """
        groups: list[tuple[Span, list[tuple[int, Span, Fix]]]] = []
        for finding in found:
            place = self.defers.get(finding.span)
            if place is None or finding.key in self.origin or finding.fix is None or not _allowed(finding, options):
                continue
            key = (finding.rule, place)
            if key in self.baseline:
                continue
            groups = groups or _in_groups(fix for made in self.fixed if (fix := self.baseline[made].fix) is not None)
            at = bisect_right(groups, place.start, key=lambda group: group[0].start) - 1
            inside = groups[at][1] if at >= 0 else []
            around = next((fix for _, span, fix in inside if place in span), None)
            if around is None:
                continue
            fix = replace(finding.fix, edits=around.edits, header=around.header, hazards=_elsewhere(finding.fix))
            self.origin[finding.key] = key
            self.baseline[key] = replace(finding, span=place, outcome=fix)
            self.exposed.add(key)

    def settle_gone(self, current: Mapping[FindingKey, Finding]) -> None:
        """Mark as fixed the findings that are gone because the fix of a neighbour has moved them, too."""
        there = {self.origin[now] for now in current}
        for key, fix in self.around.items():
            finding = self.baseline[key]
            if key not in self.fixed and key not in there and finding.fix is not None:
                self.fixed[key] = fix
                self.stopped.pop(key, None)


def _in_groups(fixes: Iterable[Fix]) -> list[tuple[Span, list[tuple[int, Span, Fix]]]]:
    """Return the fixes, numbered, in groups of those whose spans touch; no span of one group touches another's."""
    groups: list[tuple[Span, list[tuple[int, Span, Fix]]]] = []
    distinct = {id(fix): fix for fix in fixes}
    for span, number, fix in sorted((fix.span, number, fix) for number, fix in enumerate(distinct.values())):
        if groups and span.start <= groups[-1][0].end:
            around, members = groups[-1]
            groups[-1] = (Span(around.start, max(around.end, span.end)), members)
            members.append((number, span, fix))
        else:
            groups.append((span, [(number, span, fix)]))
    for _, members in groups:
        members.sort(key=lambda member: member[0])
    return groups


def _deferred_by_name(fix: Fix, span: Span) -> tuple[Edit, int] | None:
    """Return the edit that defers by name the literal of the defer at ``span``, and the offset of that defer in it."""
    places = ((edit, edit.new.find(b"defer ")) for edit in fix.edits if edit.start == edit.end == span.end)
    return next(((edit, at) for edit, at in places if at >= 0), None)


def _as_made(finding: Finding, made: Fix) -> Finding:
    """Return the finding with the fix that was applied, which may be less safe than in the original text."""
    fix = finding.fix
    if fix is None or (made.safety is Safety.SAFE and made.assumes == fix.assumes):
        return finding
    assumes = tuple(dict.fromkeys((*fix.assumes, *made.assumes)))
    return replace(finding, outcome=replace(fix, safety=made.safety, hazards=_elsewhere(made), assumes=assumes))


def _elsewhere(fix: Fix) -> tuple[Hazard, ...]:
    """Return the hazards of a fix to a later text without places, which mean nothing in the original text."""
    return tuple(replace(hazard, place=None) for hazard in fix.hazards)


def _fixpoint(
    source: Source,
    parse: Parse,
    baseline: Round,
    options: Options,
    chosen: list[Transform],
    skip: frozenset[int],
    facts: FileFacts | None,
    partly: bool,
) -> _Fixpoint:
    findings = {f.key: f for f in baseline.findings if _on_lines(f, source, options)}
    state = _Fixpoint(source.text, findings, skip, facts)
    current, last = findings, baseline
    # Of fixes that have to be made alone, each round takes one.
    rounds = MAX_ROUNDS + sum(f.fix is not None and f.fix.alone for f in findings.values())
    for _ in range(rounds):
        fixes = _choose(current, state, options)
        if not fixes:
            return state
        if not partly and len(chosen) > 1 and not state.fixed:
            state.defers = {node.span: node.span for node in source.root.find("defer_statement")}
        edits = state.apply(fixes)
        if partly and all(key in state.fixed for key, f in findings.items() if f.fix is not None):
            return state  # nothing waited for these fixes; that nothing new comes of them is for who writes them to see
        last = next_round(parse(state.text), options, chosen, state.facts, last, edits)
        state.follow_ends(last.findings)
        state.adopt_exposed(last.findings, options)
        current = {f.key: f for f in last.findings if f.key in state.origin}
        state.settle_gone(current)
        _note_what_stops(current, state, options)
    raise NotConvergingError(f"still changing after {rounds} rounds")


def _choose(
    current: dict[FindingKey, Finding], state: _Fixpoint, options: Options
) -> list[tuple[Fix, set[FindingKey]]]:
    """The fixes to apply in this round, each with the baseline keys of the findings it settles."""
    wanted: dict[tuple[Edit, ...], tuple[Fix, set[FindingKey]]] = {}
    rejected: set[tuple[Edit, ...]] = set()
    forbidden = _forbidden(current, state, options)
    for now, finding in current.items():
        fix, key = finding.fix, state.origin[now]
        if fix is None or not _allowed(finding, options):
            continue
        if _moves(fix, forbidden.get((finding.rule, finding.function), [])):
            continue
        if key in state.fixed:
            continue  # the fix has left the defer where it was
        if state.baseline[key].fix is None:
            continue  # what was refused in the text that came in is reported so
        if key[1].start in state.skip:
            rejected.add(fix.edits)
        wanted.setdefault(fix.edits, (fix, set()))[1].add(key)
    candidates = [(fix.span, fix, keys) for edits, (fix, keys) in wanted.items() if edits not in rejected]
    candidates = _widest_before_moves(candidates, {state.origin[now]: now[1] for now in current})
    spans: list[Span] = []
    taken: list[tuple[Fix, set[FindingKey]]] = []
    header: dict[Edit, None] = {}
    alone = False
    for span, fix, keys in sorted(candidates, key=lambda one: (one[0].end - one[0].start, one[0])):
        at = bisect_right(spans, span)
        if (fix.alone and alone) or any(span.overlaps(other) for other in spans[max(0, at - 1) : at + 1]):
            continue
        if any(_clash(mine, other) for mine in fix.header for other in header):
            continue
        spans.insert(at, span)
        taken.append((fix, keys))
        header |= dict.fromkeys(fix.header)
        alone |= fix.alone
    return taken


_Candidate = tuple[Span, Fix, set[FindingKey]]


def _widest_before_moves(candidates: list[_Candidate], now: Mapping[FindingKey, Span]) -> list[_Candidate]:
    """Leave out a fix that takes its statement elsewhere while another rule has a wider fix of the same statement.

    Facts about a statement hold where it stands, or where all that is around it goes with it.
    """
    widest: dict[Span, Span] = {}
    for span, _, keys in candidates:
        for _, place in keys:
            if place not in widest or widest[place] in span:
                widest[place] = span

    def waits(span: Span, fix: Fix, keys: set[FindingKey]) -> bool:
        return any(
            widest[key[1]] != span
            and span in widest[key[1]]
            and any(now[key] in Span(edit.start, edit.end) for edit in fix.edits)
            for key in keys
        )

    return [candidate for candidate in candidates if not waits(*candidate)]


def _clash(one: Edit, other: Edit) -> bool:
    """Return True if the two edits of imports can't be made together."""
    if one == other:
        return False
    if one.start == one.end and other.start == other.end:
        return one.start == other.start and one.new[:1] != b"\t"
    return one.start <= other.end and other.start <= one.end


def _forbidden(
    current: dict[FindingKey, Finding], state: _Fixpoint, options: Options
) -> dict[tuple[str, str], list[int]]:
    """The offsets of the findings whose fix the baseline did not allow, in order, by rule and function.

    An inner fix puts code into a literal, in which a later round can see less: the first result holds.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for now in sorted(current, key=lambda key: key[1]):
        if not _allowed(state.baseline[state.origin[now]], options):
            found.setdefault((now[0], current[now].function), []).append(now[1].start)
    return found


def _moves(fix: Fix, defers: list[int]) -> bool:
    """Return True if the fix would move one of the defers."""
    at = bisect_left(defers, fix.span.start)
    return at < len(defers) and defers[at] < fix.span.end


def _allowed(finding: Finding, options: Options) -> bool:
    """Return True if the options allow the finding's fix."""
    return finding.fix is not None and (finding.fix.safety is Safety.SAFE or options.unsafe_fixes)


def _note_what_stops(current: dict[FindingKey, Finding], state: _Fixpoint, options: Options) -> None:
    """Record fixes that are refused, or no longer safe, after the inner fix that they waited for."""
    for now, finding in current.items():
        key = state.origin[now]
        before = state.baseline[key]
        if before.fix is None or key in state.fixed:
            continue
        if finding.refusal is not None:
            state.stopped[key] = replace(finding.refusal, blockers=(Blocker(before.span, "after the inner fix"),))
        elif finding.fix is not None and _allowed(before, options) and not _allowed(finding, options):
            # Its edits are those of another text: there is nothing to apply to the one that came in.
            state.stopped[key] = replace(finding.fix, edits=before.fix.edits, hazards=_elsewhere(finding.fix))
        else:
            state.stopped.pop(key, None)


__all__ = ["MAX_ROUNDS", "NotConvergingError", "analyse"]
