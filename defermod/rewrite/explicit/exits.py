"""The ways out of a function, and which defers they pass."""

from __future__ import annotations

from dataclasses import dataclass

from defermod.golang.cfg import Flow, ends_path, runs_defers
from defermod.golang.facts import RangeOver
from defermod.golang.scopes import own_nodes
from defermod.golang.types import Types
from defermod.model import Blocker, Refusal
from defermod.rewrite.codes import Obstacle
from defermod.syntax.tree import Node


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A ``return`` statement, or, without one, falling off the end of the body."""

    node: Node | None
    place: Node
    """The ``return``, or the body's closing brace: where names are looked up."""


class Ways:
    """Every way out of ``function`` but panics."""

    def __init__(self, function: Node) -> None:
        self.function = function
        self.top = function
        """What the ways lead out of."""
        self.flow = Flow(function, by_name=False)
        body = function.need("body")
        brace = body.children[-1]
        self._returns = [Way(node, node) for node in own_nodes(function) if node.kind == "return_statement"]
        self._end = Way(None, brace)

    def after(self, defer: Node) -> list[Way]:
        """The ways out that can be reached from ``defer``, in source order."""
        reached = self.flow.reachable(self.flow.after(defer))
        return self._among(reached)

    def without(self, defer: Node) -> list[Way]:
        """The ways out that can be reached without passing ``defer``."""
        return self._among(self.flow.reachable(self.flow.entry, without=self.flow.before(defer)))

    def _among(self, reached: set) -> list[Way]:  # type: ignore[type-arg]
        ways = [way for way in self._returns if way.node is not None and self.flow.before(way.node) in reached]
        exit_ = self.flow.exit
        falls = any(
            exit_ in point.next and (point.node is None or point.node.kind != "return_statement") for point in reached
        )
        if falls or (exit_ in reached and not any(exit_ in point.next for point in reached)):
            ways.append(self._end)
        return ways

    def refusal(self, defer: Node, types: Types | None) -> Refusal | None:
        """Why the ways out don't allow to make the call on each of them.

        ``types`` tell what is ranged over; None where the language has no loops over functions.
        """
        after, without = self.after(defer), self.without(defer)
        shared = [way for way in after if any(way.place is other.place for other in without)]
        if shared:
            blocker = Blocker(shared[0].place.span, "reached both with and without the defer")
            return Refusal(Obstacle.CONDITIONAL, "not every way to this exit passes the defer", (blocker,))
        if not after:
            blocker = Blocker(defer.span, "deferred here")
            return Refusal(Obstacle.NEVER_RETURNS, "the function is left by a panic only, if at all", (blocker,))
        for way in after:
            clause = self._within_iterator(way, types) if types is not None else None
            if clause is not None:
                blocker = Blocker(clause.span, "the iterator ends first, and then the deferred calls run")
                return Refusal(Obstacle.ITERATOR, "a way out leaves a loop over a function", (blocker,))
        for point in self.flow.reachable(self.flow.after(defer)):
            node = point.node
            if node is not None and ends_path(node) and runs_defers(node) and not node.text.startswith("panic("):
                blocker = Blocker(node.span, "ends the goroutine, and runs the deferred calls")
                return Refusal(Obstacle.ENDS_GOROUTINE, "a way out ends the goroutine instead of returning", (blocker,))
        return None

    def _within_iterator(self, way: Way, types: Types) -> Node | None:
        """The loop over a function that the way out may leave: its iterator ends before the deferred calls run."""
        for up in way.place.ancestors():
            if up is self.top:
                return None
            clause = up.child("range_clause") if up.kind == "for_statement" else None
            if clause is not None and _may_be_function(up, clause.need("right"), types):
                return clause
        return None

    def later(self, defer: Node, others: list[Node]) -> list[Node]:
        """Those of the ``others`` that can be registered after ``defer``, the last of them last."""
        reached = self.flow.reachable(self.flow.after(defer))
        return [other for other in others if other is not defer and self.flow.before(other) in reached]


def _may_be_function(loop: Node, over: Node, types: Types) -> bool:
    fact = types.facts.range_over(loop.start, loop.end) if types.facts is not None else None
    if fact is not None:
        return fact in (RangeOver.FUNCTION, RangeOver.UNKNOWN)
    literal = over.kind in ("composite_literal", "int_literal", "interpreted_string_literal", "slice_expression")
    return not (literal or (over.kind == "call_expression" and over.need("function").text in ("len", "cap")))
