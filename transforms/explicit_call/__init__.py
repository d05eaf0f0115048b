"""``hot-defer``: replace the defer of a hot function by calls on every way out.

What it finds: a function-level ``defer`` in a function that is hot by evidence; never one in a loop.
What it writes: the results, then the call, then the ``return``; last in, first out.
When it refuses: see ``doc.DOC`` and docs/semantics.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from defermod.codemod import Declaration, RuleDoc
from defermod.golang.cfg import too_deep
from defermod.golang.loops import function_name, functions, loop_defers
from defermod.golang.scopes import own_nodes
from defermod.hotness import RECOVERS, Evidence, Hot, message, unworthy, worth
from defermod.model import Finding, Options, Refusal, Span, status_of
from defermod.rewrite.explicit.planner import HotFunction
from defermod.syntax.tree import Node

from .doc import DOC


class ExplicitCall:
    """The transform.  Stateless."""

    id = "explicit-call"
    rule = "hot-defer"
    doc: RuleDoc = DOC

    def suspects(self, text: bytes) -> Iterator[Span]:
        if b"defer" in text:
            yield Span(0, len(text))

    def findings(self, declaration: Declaration, options: Options) -> Iterator[Finding]:
        root = declaration.root
        if too_deep(root):
            return
        evidence = Evidence(declaration.source, options.hot)
        for function in functions(root):
            defers = [node for node in own_nodes(function) if node.kind == "defer_statement"]
            hot = evidence.hot(function) if defers else None
            if hot is not None:
                yield from _findings(declaration, function, evidence, hot, options)


def _findings(
    declaration: Declaration, function: Node, evidence: Evidence, hot: Hot, options: Options
) -> Iterator[Finding]:
    defers = [node for node in own_nodes(function) if node.kind == "defer_statement"]
    in_loops = [found.node for found in loop_defers(function, declaration.flow(function))]
    name = function_name(function)
    iterators = options.go_version is None or options.go_version >= (1, 23)

    def cold(defer: Node) -> Refusal | None:
        """A refusal for a defer that the profile shows no cost of."""
        cost = evidence.cost(hot, defer)
        if worth(hot, cost, evidence.evidence.threshold):
            return None
        return unworthy(defer, evidence.compiled(defer), cost)

    recovers = options.hot.recovers or RECOVERS.search(declaration.source.text) is not None
    made = HotFunction(declaration, function, defers, in_loops, iterators=iterators, recovers=recovers)
    outcomes = made.outcomes(cold)
    for defer in defers:
        if defer in outcomes:
            yield Finding(
                rule=ExplicitCall.rule,
                transform=ExplicitCall.id,
                span=defer.span,
                function=name,
                message=message(name, hot, evidence.compiled(defer), evidence.cost(hot, defer)),
                outcome=outcomes[defer],
                status=status_of(outcomes[defer]),
            )


TRANSFORM = ExplicitCall()
