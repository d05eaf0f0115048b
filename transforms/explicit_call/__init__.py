"""``hot-defer``: replace the defer of a hot function by calls on every way out.

What it finds: a function-level ``defer`` in a function that is hot by evidence; never one in a loop.
What it writes: the results, then the call, then the ``return``; last in, first out.
When it refuses: see ``doc.DOC`` and docs/semantics.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from defermod.codemod import (
    Blocker,
    Declaration,
    Finding,
    Fix,
    Metadata,
    Node,
    Options,
    Refusal,
    RuleDoc,
    Safety,
    Span,
    status_of,
)
from defermod.golang.loops import function_name, functions, loop_defers
from defermod.golang.scopes import own_nodes
from defermod.golang.statements import statements, too_deep
from defermod.rewrite.codes import label_twice
from defermod.rewrite.explicit.planner import ExplicitCalls
from defermod.rewrite.explicit.split import split, why_not_open_coded
from defermod.rewrite.region import return_values

from ..hotness import OPEN_CODED, Evidence, Hot, hot_evidence, message, package_recovers, percent, worth
from .doc import DOC, Reason


class ExplicitCall:
    """The transform.  Stateless."""

    id = "explicit-call"
    rule = "hot-defer"
    doc: RuleDoc = DOC
    metadata = frozenset({Metadata.CONFIRMS})

    def suspects(self, text: bytes) -> Iterator[Span]:
        if b"defer" in text:
            yield Span(0, len(text))

    def findings(self, declaration: Declaration, options: Options) -> Iterator[Finding]:
        root = declaration.root
        if too_deep(root):
            return
        evidence = Evidence(declaration.source, hot_evidence(options))
        for function in functions(root):
            hot = evidence.hot(function) if any(n.kind == "defer_statement" for n in own_nodes(function)) else None
            if hot is not None:
                yield from _findings(declaration, function, evidence, hot, options)


def _findings(
    declaration: Declaration, function: Node, evidence: Evidence, hot: Hot, options: Options
) -> Iterator[Finding]:
    flow = declaration.flow(function)
    alive = flow.reachable(flow.entry)
    # What control never comes to has no calls to make, and none that others have to come after.
    defers = [n for n in own_nodes(function) if n.kind == "defer_statement" and flow.before(n) in alive]
    in_loops = [found.node for found in loop_defers(function, flow)]
    name = function_name(function)
    iterators = options.go_version is None or options.go_version >= (1, 23)

    def cold(defer: Node) -> Refusal | None:
        """A refusal for a defer that the profile shows no cost of."""
        cost = evidence.cost(hot, defer)
        if worth(hot, cost, evidence.evidence.threshold):
            return None
        return _unworthy(defer, evidence.compiled(defer), cost)

    recovers = package_recovers(options, declaration.source)
    made = ExplicitCalls.of_function(declaration, function, defers, in_loops, iterators=iterators, recovers=recovers)
    outcomes = made.outcomes(cold)
    why = why_not_open_coded(function, in_loops)
    label = flow.label_twice
    if label is not None:
        outcomes = dict.fromkeys(outcomes, label_twice(label))
    else:
        _prefer_split(made, outcomes, why, evidence, in_loops)
    for defer in defers:
        if defer in outcomes:
            yield Finding(
                rule=ExplicitCall.rule,
                transform=ExplicitCall.id,
                span=defer.span,
                function=name,
                message=message(name, hot, evidence.compiled(defer), evidence.cost(hot, defer))
                + (f"; not open-coded: {why}" if why and evidence.compiled(defer) != OPEN_CODED else ""),
                outcome=outcomes[defer],
                status=status_of(outcomes[defer]),
            )


_COLD = frozenset({Reason.OPEN_CODED, Reason.BELOW_THRESHOLD})


def _split_off(function: Node) -> Node | None:
    """Return the literal that is called on the spot where nothing but it follows a function's defers."""
    listed = statements(function.need("body"))
    if len(listed) < 2 or listed[-2].kind != "defer_statement":
        return None
    values = return_values(listed[-1]) if listed[-1].kind == "return_statement" else listed[-1].named_children
    called = values[0].get("function") if len(values) == 1 and values[0].kind == "call_expression" else None
    return called if called is not None and called.kind == "func_literal" else None


def _is_split_off(function: Node) -> bool:
    """Return True if a function is such a literal of the one that it stands in."""
    up = function.parent
    while up is not None and up.kind not in ("function_declaration", "method_declaration", "func_literal"):
        up = up.parent
    return up is not None and _split_off(up) == function


def _prefer_split(
    made: ExplicitCalls,
    outcomes: dict[Node, Fix | Refusal],
    why: str,
    evidence: Evidence,
    in_loops: Sequence[Node],
) -> None:
    """Prefer a split where explicit calls can't be called safe, and the compiler doesn't open-code the defer.

    Where it open-codes the rest as soon as the calls that are safe are explicit, these are enough.
    What a split has made is left as it is: the compiler open-codes the defers before the literal.
    """
    if not why and _split_off(made.function) is not None:
        for defer in outcomes:
            if evidence.compiled(defer) in (OPEN_CODED, ""):
                sentence = "the compiler open-codes it, as what follows stands in a literal of its own"
                outcomes[defer] = Refusal(Reason.OPEN_CODED, sentence, (Blocker(defer.span, "open-coded"),))
        return
    if not why and _is_split_off(made.function):
        for defer, outcome in outcomes.items():
            doubted = isinstance(outcome, Fix) and outcome.safety is not Safety.SAFE
            if doubted and evidence.compiled(defer) in (OPEN_CODED, ""):
                sentence = "the compiler open-codes it, as it stands in a literal of its own"
                outcomes[defer] = Refusal(Reason.OPEN_CODED, sentence, (Blocker(defer.span, "open-coded"),))
        return
    safe = {d for d, outcome in outcomes.items() if isinstance(outcome, Fix) and outcome.safety is Safety.SAFE}
    doubtful = [
        defer
        for defer, outcome in outcomes.items()
        if defer not in safe
        and not (isinstance(outcome, Refusal) and outcome.code in _COLD)
        and evidence.compiled(defer) != OPEN_CODED
    ]
    enough = not why_not_open_coded(made.function, in_loops, gone=len(safe))
    if enough or not doubtful or made.values.about is None:
        return
    about, planner = made.values.about, made.planner
    moved = split(made.source, made.function, made.values, about.framed, why, planner.recovers, planner.never_recovers)
    if moved is None:
        return
    fix, stay = moved
    for defer in doubtful:
        if defer in stay and about.changed:
            sentence = "the function was rewritten just now, and what follows the defer may move in the next run"
            outcomes[defer] = Refusal(Reason.NOT_OPEN_CODED, sentence, (Blocker(defer.span, "not open-coded"),))
        elif defer in stay and evidence.splits_in_vain(defer):
            sentence = f"{why}, and the compiler does not say that it open-codes it with what follows in a literal"
            outcomes[defer] = Refusal(Reason.NOT_OPEN_CODED, sentence, (Blocker(defer.span, "not open-coded"),))
        elif defer in stay:
            outcomes[defer] = fix


def _unworthy(defer: Node, compiled: str, cost: float) -> Refusal:
    """The refusal for a defer that is not ``worth`` it."""
    if compiled in (OPEN_CODED, ""):
        sentence = (
            f"leave it: an open-coded defer costs about 1 ns a call, and {percent(cost)} of the profile is this one"
        )
        return Refusal(Reason.OPEN_CODED, sentence, (Blocker(defer.span, "open-coded"),), settled=True)
    sentence = f"leave it: {percent(cost)} of the profile is this defer, its handling by the runtime included"
    return Refusal(Reason.BELOW_THRESHOLD, sentence, (Blocker(defer.span, compiled),), settled=True)


TRANSFORM = ExplicitCall()
