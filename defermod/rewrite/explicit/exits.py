"""The ways out of a function or of one iteration, and which defers they pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from defermod.golang.cfg import CFG, Point, skip
from defermod.golang.facts import RangeOver
from defermod.golang.noreturn import ends_path, runs_defers
from defermod.golang.scopes import own_nodes
from defermod.golang.statements import CASES, statements
from defermod.golang.types import Types
from defermod.model import Blocker, Refusal
from defermod.rewrite.codes import Obstacle
from defermod.rewrite.region import JUMPS, Region, jumps_within
from defermod.syntax.tree import Node


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way out: a statement that leaves or, without one, reaching the end."""

    node: Node | None
    """A ``return``; of an iteration also a jump."""
    place: Node
    """The node where names are looked up: the statement, or the last node of the region."""


class Exits(Protocol):
    """The ways out of a region, except panics: where the deferred calls are made."""

    function: Node
    flow: CFG
    """The control flow of the whole function."""
    top: Node
    """The region that the ways lead out of."""
    last: Node | None
    """The last statement that is run before falling off the end."""

    def reachable(self, defer: Node) -> set[Point]:
        """Return the points that control can come to after ``defer`` without leaving."""

    def after(self, defer: Node) -> list[Way]:
        """Return the ways out that can be reached from ``defer``, in source order."""

    def without(self, defer: Node) -> list[Way]:
        """Return the ways out that can be reached without passing ``defer``."""


class FunctionExits:
    """The ways out of a function: its returns, and falling off the end of its body."""

    def __init__(self, function: Node) -> None:
        self.function = function
        self.flow = CFG(function, by_name=False)
        self.top = function
        body = function.need("body")
        self.last = next(reversed(statements(body)), None)
        self._returns = [Way(node, node) for node in own_nodes(function) if node.kind == "return_statement"]
        self._end = Way(None, body.children[-1])

    def reachable(self, defer: Node) -> set[Point]:
        return self.flow.reachable(self.flow.after(defer))

    def after(self, defer: Node) -> list[Way]:
        return self._among(self.reachable(defer))

    def without(self, defer: Node) -> list[Way]:
        return self._among(self.flow.reachable(self.flow.entry, without=self.flow.before(defer)))

    def _among(self, reached: set[Point]) -> list[Way]:
        ways = [way for way in self._returns if way.node is not None and self.flow.before(way.node) in reached]
        exit_ = self.flow.exit
        falls = any(
            exit_ in point.next and (point.node is None or point.node.kind != "return_statement") for point in reached
        )
        if falls or (exit_ in reached and not any(exit_ in point.next for point in reached)):
            ways.append(self._end)
        return ways


class RegionExits:
    """The ways out of one iteration: falling off the end of a statement list, and what leads out of its tail."""

    def __init__(self, function: Node, region: Region) -> None:
        self.function = function
        self.flow = CFG(function, by_name=False)
        self.region = region
        self.top = region.place.holder
        self.last: Node | None = region.statements[-1]

    def reachable(self, defer: Node) -> set[Point]:
        fall = self.flow.after(self.region.statements[-1])
        seen: set[Point] = set()
        todo = [self.flow.after(defer)]
        while todo:
            point = todo.pop()
            outside = point.node is not None and not self.region.holds(point.node)
            if point in seen or point in (fall, self.flow.exit) or outside:
                continue
            seen.add(point)
            todo.extend(point.next)
        return seen

    def after(self, defer: Node) -> list[Way]:
        reached = self.reachable(defer)
        nodes = {point.node for point in reached if point.node is not None}
        ways = [Way(node, node) for node in self.region.own() if node in nodes and _leaves(node, self.region)]
        if self._falls(reached):
            holder = self.region.place.holder
            ways.append(Way(None, self.region.statements[-1] if holder.kind in CASES else holder.children[-1]))
        return ways

    def without(self, defer: Node) -> list[Way]:
        """Return none: nothing jumps over the defer into what follows it."""
        return []

    def _falls(self, reached: set[Point]) -> bool:
        """Return True if control can come to the list's end, jumps out of the list that lead there left out."""
        last = self.region.statements[-1]
        fall = self.flow.after(last)
        if last.kind == "return_statement" or (last.kind in JUMPS and _leaves(last, self.region)):
            return False
        return any(
            skip(following) is fall
            for point in reached
            if point.node is None or not (point.node.kind in JUMPS and _leaves(point.node, self.region))
            for following in point.next
        )


def refusal(exits: Exits, defer: Node, types: Types | None) -> Refusal | None:
    """Return the reason why the call can't be made on every way out.

    ``types`` tell what is ranged over; None where the language has no loops over functions.
    """
    after, without = exits.after(defer), exits.without(defer)
    shared = [way for way in after if any(way.place is other.place for other in without)]
    if shared:
        blocker = Blocker(shared[0].place.span, "reached both with and without the defer")
        return Refusal(Obstacle.CONDITIONAL, "not every way to this exit passes the defer", (blocker,))
    if not after:
        blocker = Blocker(defer.span, "deferred here")
        return Refusal(Obstacle.NEVER_RETURNS, "the function is left by a panic only, if at all", (blocker,))
    for way in after:
        clause = _within_iterator(way, exits.top, types) if types is not None else None
        if clause is not None:
            blocker = Blocker(clause.span, "the iterator ends first, and then the deferred calls run")
            return Refusal(Obstacle.ITERATOR, "a way out leaves a loop over a function", (blocker,))
    nodes = (point.node for point in exits.reachable(defer) if point.node is not None)
    ending = [node for node in nodes if ends_path(node) and runs_defers(node) and not node.text.startswith("panic(")]
    if ending:
        blocker = Blocker(min(node.span for node in ending), "ends the goroutine, and runs the deferred calls")
        return Refusal(Obstacle.ENDS_GOROUTINE, "a way out ends the goroutine instead of returning", (blocker,))
    return None


def later(exits: Exits, defer: Node, others: Collection[Node]) -> list[Node]:
    """Return those of the ``others`` that can be registered after ``defer``, the last of them last."""
    reached = exits.reachable(defer)
    return [other for other in others if other is not defer and exits.flow.before(other) in reached]


def _within_iterator(way: Way, top: Node, types: Types) -> Node | None:
    """Return the loop over a function that the way out may leave: its iterator ends before the deferred calls run."""
    for up in way.place.ancestors():
        if up is top:
            return None
        clause = up.child("range_clause") if up.kind == "for_statement" else None
        if clause is not None and _may_be_function(up, clause.need("right"), types):
            return clause
    return None


def _may_be_function(loop: Node, over: Node, types: Types) -> bool:
    fact = types.facts.range_over(loop.start, loop.end) if types.facts is not None else None
    if fact is not None:
        return fact in (RangeOver.FUNCTION, RangeOver.UNKNOWN)
    literal = over.kind in ("composite_literal", "int_literal", "interpreted_string_literal", "slice_expression")
    return not (literal or (over.kind == "call_expression" and over.need("function").text in ("len", "cap")))


def _leaves(node: Node, region: Region) -> bool:
    """Return True for a ``return``, and for a jump to something that does not lie in the region."""
    if node.kind == "return_statement":
        return True
    if node.kind not in JUMPS:
        return False
    if node.kind != "goto_statement":
        return not jumps_within(node, region)
    label = node.child("label_name")
    labels = (n for n in region.own() if n.kind == "labeled_statement")
    return label is None or all(n.need("label").text != label.text for n in labels)
