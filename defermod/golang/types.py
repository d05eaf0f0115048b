"""Type facts, asked by node: what Go's type checker knows, or nothing where there are no facts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from defermod.golang.facts import (
    CallFact,
    CallKind,
    DeferFact,
    ExprFact,
    FileFacts,
    FunctionFact,
    HazardFact,
    OperandEffect,
    PlaceFact,
    RangeOver,
)
from defermod.golang.file_functions import calls_recover
from defermod.model import Edit, Shift
from defermod.syntax.tree import Node

_NO_FLOW = OperandEffect()


class Types:
    """The facts about one text; every question has the answer None where nothing is known."""

    def __init__(self, facts: FileFacts | None = None) -> None:
        self.facts = facts

    def expression(self, node: Node) -> ExprFact | None:
        """The type of an expression or variable name."""
        return self.facts.expression(node.start, node.end) if self.facts is not None else None

    def call(self, node: Node) -> CallFact | None:
        """Return the facts about a call; None if there are none."""
        return self.facts.call(node.start, node.end) if self.facts is not None else None

    def deferred(self, node: Node) -> DeferFact | None:
        """The verdicts about a ``defer`` statement; None if it is undecided."""
        return self.facts.deferred(node.start, node.end) if self.facts is not None else None

    def function(self, node: Node) -> FunctionFact | None:
        """Return the facts that explicit calls rest on in a function that has a ``defer``; None if there are none."""
        return self.facts.function(node.start, node.end) if self.facts is not None else None

    def range_over(self, loop: Node) -> RangeOver | None:
        """Return what a ``for ... range`` statement ranges over."""
        return self.facts.range_over(loop.start, loop.end) if self.facts is not None else None

    def decided(self, condition: Node) -> bool | None:
        """Return the value that the condition of an ``if`` or ``for`` always has, in every build; None if not known."""
        return self.facts.decided.get((condition.start, condition.end)) if self.facts is not None else None

    def flow(self, call: CallFact, argument: int) -> OperandEffect:
        """Return the effects of the call on its argument (by its place in the source)."""
        arguments = call.arguments
        return arguments[argument] if argument < len(arguments) else _NO_FLOW

    def recovers(self, call: Node) -> bool | None:
        """Return True if the callee calls ``recover`` itself."""
        fact = self.call(call)
        return fact.recovers if fact is not None else None

    def deferred_recovers(self, call: Node) -> bool | None:
        """As ``recovers``, of a deferred call: literals, builtins and the cancel functions of contexts are known."""
        function = call.get("function")
        if function is not None and function.kind == "func_literal":
            return any(calls_recover(node) for node in function.need("body").without("func_literal"))
        fact = self.call(call)
        if fact is not None and fact.kind is CallKind.BUILTIN:
            return fact.callee == "recover"
        kind = self.expression(function) if function is not None else None
        if kind is not None and kind.type == "context.CancelFunc":
            return False
        return fact.recovers if fact is not None else None


def shifted(facts: FileFacts, edits: Sequence[Edit]) -> FileFacts:
    """The facts after edits that leave the expressions themselves as they are.

    The digest stays that of the text that the facts were made for.
    """
    starts = [edit.start for edit in edits]
    moved = Shift(edits).moved

    def span(key: tuple[int, int]) -> tuple[int, int]:
        return moved(key[0]), moved(key[1] - 1) + 1

    def replaced(key: tuple[int, int]) -> bool:
        """Return True if the ends of the span lie in text that is gone."""
        return any(edit.start <= end < edit.end for end in (key[0], key[1] - 1) for edit in edits_at(end))

    def edits_at(offset: int) -> Sequence[Edit]:
        index = bisect_right(starts, offset)
        return edits[max(index - 2, 0) : index]

    def kept(spans: Iterable[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        return frozenset(span(key) for key in spans if not replaced(key))

    def hazard(fact: HazardFact) -> HazardFact:
        return replace(fact, span=span(fact.span))

    def place(fact: PlaceFact) -> PlaceFact:
        hazards = tuple(map(hazard, fact.hazards))
        return replace(fact, span=span(fact.span), loop=span(fact.loop), hazards=hazards)

    def deferred(fact: DeferFact) -> DeferFact:
        return replace(fact, places=tuple(map(place, fact.places)))

    def touched(key: tuple[int, int]) -> bool:
        return any((edit.start < key[1] and key[0] < edit.end) or key[0] < edit.start < key[1] for edit in edits)

    def moved_only(fact: FunctionFact) -> FunctionFact:
        return replace(function(fact), changed=fact.changed)

    def function(fact: FunctionFact) -> FunctionFact:
        return replace(
            fact,
            risks=tuple(replace(risk, span=span(risk.span)) for risk in fact.risks if not replaced(risk.span)),
            quiet=kept(fact.quiet),
            lasting=kept(fact.lasting),
            staying=kept(fact.staying),
            exposed=kept(fact.exposed),
            addressed=kept(fact.addressed),
            framed=kept(fact.framed),
            changed=True,
        )

    return replace(
        facts,
        declarations=tuple(span(key) for key in facts.declarations),
        expression_types={span(key): value for key, value in facts.expression_types.items() if not replaced(key)},
        calls={span(key): value for key, value in facts.calls.items() if not replaced(key)},
        ranges={span(key): value for key, value in facts.ranges.items()},
        hidden=frozenset(map(span, facts.hidden)),
        decided={span(key): value for key, value in facts.decided.items() if not replaced(key)},
        defers={span(key): deferred(value) for key, value in facts.defers.items()},
        functions={
            span(key): function(value) if touched(key) else moved_only(value)
            for key, value in facts.functions.items()
            if not replaced(key)
        },
    )
