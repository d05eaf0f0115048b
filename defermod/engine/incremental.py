"""One round over a whole text, which reuses the previous round's results for declarations that no edit has changed.

A transform sees a declaration, the options, the type facts about it, and facts about the file's functions by name;
no fix changes the rest of what it reads (calls of ``recover``, the package clause, comments above).  So a
declaration with unchanged bytes is not analysed again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from defermod.codemod import Context, Declaration, Metadata, Rule, Transform, concerned
from defermod.codes import Shared
from defermod.context import parsed
from defermod.engine.registry import transforms
from defermod.engine.suppress import Note, Silencer, may_silence
from defermod.golang.facts import FileFacts
from defermod.golang.file_functions import FileFunctions
from defermod.golang.types import Types
from defermod.model import (
    Blocker,
    Edit,
    Finding,
    Fix,
    Hazard,
    Options,
    Refusal,
    Safety,
    Shift,
    Span,
    Status,
    status_of,
)
from defermod.syntax.source import Outline, Source
from defermod.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class DeclarationResult:
    """The findings of a transform in one declaration, silenced ones included."""

    span: Span
    """The declaration."""
    text: bytes
    """Its text from the start of its first line on, as rewrites look at the indentation."""
    has_error: bool = False
    """True if it has a syntax error; then it was not analysed."""
    too_deep: bool = False
    findings: tuple[Finding, ...] = ()
    loops: tuple[int, ...] = ()
    """For each finding, the start of the loop around its defer, where a comment counts, too."""
    declarations: tuple[int, ...] = ()
    """The offsets of the declarations, if ``span`` is a whole file."""
    unread: str = ""
    """The file of the package that can't be read or parsed, if the rule did not run because of it."""
    no_call: Span | None = None
    """The first ``defer`` or ``go`` without a call, which the grammar accepts and Go does not."""

    def moved_to(self, start: int) -> DeclarationResult:
        """Return the same result for the declaration at another offset."""
        by = start - self.span.start
        if by == 0:
            return self
        outcomes = {id(finding.outcome): _moved_outcome(finding.outcome, by) for finding in self.findings}
        return replace(
            self,
            span=_moved_span(self.span, by),
            findings=tuple(
                replace(finding, span=_moved_span(finding.span, by), outcome=outcomes[id(finding.outcome)])
                for finding in self.findings
            ),
            loops=tuple(loop + by for loop in self.loops),
        )


def _moved_span(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _moved_outcome(outcome: Fix | Refusal, by: int) -> Fix | Refusal:
    if isinstance(outcome, Fix):
        return replace(
            outcome,
            edits=tuple(Edit(e.start + by, e.end + by, e.new) for e in outcome.edits),
            hazards=tuple(replace(h, place=_moved_span(h.place, by) if h.place else None) for h in outcome.hazards),
        )
    return replace(outcome, blockers=tuple(Blocker(_moved_span(b.span, by), b.note) for b in outcome.blockers))


@dataclass(frozen=True, slots=True)
class Round:
    """The result of one round over a whole text."""

    findings: list[Finding]
    """The findings that no comment silences, in source order."""
    results: Mapping[tuple[str, int], DeclarationResult]
    """The results by transform and offset of the declaration; in source order for each transform."""
    functions: FileFunctions
    newline: bytes
    notes: tuple[Note, ...] = ()
    """Problems with comments."""

    def taken_over(
        self, functions: FileFunctions, newline: bytes, shift: Shift
    ) -> dict[tuple[str, int], DeclarationResult]:
        """Return the results that hold in another text, for declarations with the same bytes at new offsets."""
        if newline != self.newline or not functions.answer_as(self.functions):
            return {}
        return {(name, shift.moved(start)): result for (name, start), result in self.results.items() if start >= 0}


def first_round(source: Source, options: Options, chosen: Iterable[Transform], facts: FileFacts | None) -> Round:
    """Return the round over the original text."""
    return _round(source, options, chosen, facts, FileFunctions(source), {})


def _looks_once(transform: Transform) -> bool:
    return Metadata.PACKAGE in getattr(transform, "metadata", ())


def next_round(
    source: Source,
    options: Options,
    chosen: Iterable[Transform],
    facts: FileFacts | None,
    last: Round,
    edits: Sequence[Edit],
) -> Round:
    """Return the round over the text that ``edits`` make from that of the ``last`` round."""
    functions = last.functions.in_text(source)
    known = last.taken_over(functions, source.newline, Shift(edits))
    # The other files of the package are as they were, and do not go with what was made of this one.
    again = [transform for transform in chosen if not _looks_once(transform)]
    return _round(source, options, again, facts, functions, known)


def _round(
    source: Source,
    options: Options,
    chosen: Iterable[Transform],
    facts: FileFacts | None,
    functions: FileFunctions,
    known: Mapping[tuple[str, int], DeclarationResult],
) -> Round:
    types = Types(facts)
    results: dict[tuple[str, int], DeclarationResult] = {}
    for transform in chosen:
        if isinstance(transform, Rule):
            if concerned(transform, source.text):
                results[transform.id, _WHOLE] = _result_of_file(source, transform, options, types, facts)
            continue
        for outline in source.outlines(partial(concerned, transform)):
            key = (transform.id, outline.start)
            text, old = _from_line_start(source, outline), known.get(key)
            if old is not None and old.text == text and old.has_error == outline.has_error:
                results[key] = old.moved_to(outline.start)
            else:
                declaration = Declaration(source, outline.node(), functions.recovering, types)
                results[key] = _result_of(declaration, text, transform, options)
    found, notes = _drop_silenced(source, results.values(), chosen)
    return Round(sorted(found, key=lambda finding: finding.span), results, functions, source.newline, notes)


_WHOLE = -1
"""Stands in for the offset of a declaration if a rule looks at the whole file."""


def _result_of_file(
    source: Source, rule: Rule, options: Options, types: Types, facts: FileFacts | None
) -> DeclarationResult:
    """Return the findings of a rule that looks at whole files; none if there is a syntax error."""
    root = _root_for(rule, source)
    if root.has_error:
        return DeclarationResult(root.span, source.text, has_error=True)
    if (bad := _no_call(root)) is not None:
        return DeclarationResult(root.span, source.text, no_call=bad)
    if _looks_once(rule) and (unread := _unread(options)):
        return DeclarationResult(root.span, source.text, unread=unread)
    context = Context(source, rule, options, types, facts, root)
    if context.too_deep:
        return DeclarationResult(root.span, source.text, too_deep=True)
    findings = tuple(_on_trust(finding, options) for finding in rule.visit(context))
    declarations = tuple(child.start for child in root.children)
    return DeclarationResult(
        root.span, source.text, findings=findings, loops=_loops(findings, root), declarations=declarations
    )


def _no_call(root: Node) -> Span | None:
    """Return the first ``defer`` or ``go`` in a tree whose operand is not a call, such as an unfinished ``defer
    f.Close``.
    """
    found = (*root.find("defer_statement"), *root.find("go_statement"))
    bad = [node.span for node in found if [child.kind for child in node.named_children] != ["call_expression"]]
    return min(bad, default=None)


def _unread(options: Options) -> str:
    """Return the name of a file of the package that can't be read or parsed; empty if there is none."""
    bad = (file.name for file in options.package if file.text is None or parsed(file.text).has_error)
    return next(bad, "")


def _root_for(rule: Rule, source: Source) -> Node:
    """Return the part of the file that the rule looks at: copying all of it takes several times as long as the
    parse.
    """
    places = list(rule.suspects(source.text)) if rule.within_suspects else []
    if not places or any(place.start == 0 and place.end >= len(source.text) for place in places):
        return source.root
    return source.part(places)


def _from_line_start(source: Source, outline: Outline) -> bytes:
    return source.text[source.text.rfind(b"\n", 0, outline.start) + 1 : outline.end]


def _result_of(declaration: Declaration, text: bytes, transform: Transform, options: Options) -> DeclarationResult:
    root = declaration.root
    if root.has_error:
        return DeclarationResult(root.span, text, has_error=True, too_deep=declaration.too_deep)
    findings = tuple(_on_trust(finding, options) for finding in transform.findings(declaration, options))
    return DeclarationResult(
        root.span, text, too_deep=declaration.too_deep, findings=findings, loops=_loops(findings, root)
    )


def _on_trust(finding: Finding, options: Options) -> Finding:
    """Return the finding; with ``--trust none`` a fix that rests on an assumption becomes unsafe."""
    fix = finding.fix
    if options.trust or fix is None or not fix.assumes or fix.safety is not Safety.SAFE:
        return finding
    doubts = tuple(
        Hazard(Shared.RESTS_ON_ASSUMPTION, f"it rests on the assumption {name}, and --trust none takes none")
        for name in fix.assumes
    )
    doubted = replace(fix, safety=Safety.UNSAFE, hazards=doubts)
    return replace(finding, outcome=doubted, status=status_of(doubted))


def _loops(findings: Iterable[Finding], root: Node) -> tuple[int, ...]:
    """Return the places besides a finding's own line where a comment counts: the loop around a defer."""
    defers = {node.start: node for node in root.find("defer_statement")}

    def anchor(start: int) -> int:
        around = defers[start].ancestors() if start in defers else ()
        return next((up.start for up in around if up.kind == "for_statement"), start)

    return tuple(anchor(finding.span.start) for finding in findings)


def _drop_silenced(
    source: Source, results: Iterable[DeclarationResult], chosen: Iterable[Transform]
) -> tuple[list[Finding], tuple[Note, ...]]:
    """Drop the silenced findings, and refuse every fix that would also change a silenced defer.

    The notes report comments that are misspelt, or that silence nothing.
    """
    if not may_silence(source.text):
        return [finding for result in results for finding in result.findings], ()
    chosen = tuple(chosen)
    rules = {one.rule: getattr(one, "other_tools", {}) for one in (*transforms().values(), *chosen)}
    silencer = Silencer(source.text, source.comments(), rules)
    heard: list[Finding] = []
    for result in results:
        silenced = {
            finding.span.start
            for finding, loop in zip(result.findings, result.loops, strict=True)
            if silencer.silences(finding.rule, [finding.span.start, loop], _around(result, finding))
        }
        heard += [
            _refuse_if_it_moves(finding, silenced) for finding in result.findings if finding.span.start not in silenced
        ]
    unused = silencer.unused(transform.rule for transform in chosen)
    return heard, tuple(sorted((*silencer.notes, *unused), key=lambda note: note.span))


def _around(result: DeclarationResult, finding: Finding) -> int:
    """Return the start of the declaration around a finding."""
    if result.declarations:
        return result.declarations[bisect_right(result.declarations, finding.span.start) - 1]
    return result.span.start


def _refuse_if_it_moves(finding: Finding, silenced: set[int]) -> Finding:
    """Return the finding; refused if its fix would move one of the defers that a comment silences."""
    fix = finding.fix
    if fix is None:
        return finding
    for start in sorted(silenced):
        if fix.span.start <= start < fix.span.end:
            blocker = Blocker(Span(start, start + len(b"defer")), "silenced by a comment")
            sentence = "the fix would move a defer that a comment says to leave alone"
            return replace(
                finding, outcome=Refusal(Shared.SILENCED_NEIGHBOUR, sentence, (blocker,)), status=Status.REFUSED
            )
    return finding
