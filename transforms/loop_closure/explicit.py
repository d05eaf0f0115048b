"""``--loop-style explicit``: no closure, but the call at the iteration's end and before each way out of it.

What ``explicit-call`` does with a function is done here with one iteration: the tail of a statement list from
the defers on.  Its ways out are falling off the list's end and every jump or ``return`` that leads out of it.
The same rules hold for what is saved, for results, and for what may panic: a call that a panic would lose
makes the fix unsafe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from defermod.codemod import Declaration
from defermod.golang.cfg import CASES, SWITCHES, Flow, Point, skip
from defermod.golang.hazard import Hazard
from defermod.golang.scopes import LOOP
from defermod.model import Blocker, Edit, Fix, Options, Refusal, Safety
from defermod.rewrite.codes import Obstacle
from defermod.rewrite.explicit.exits import Way, Ways
from defermod.rewrite.explicit.operands import Plan, Planner, repeated_names
from defermod.rewrite.explicit.planner import HotFunction
from defermod.rewrite.explicit.writer import Exits, over_declaration
from defermod.rewrite.region import JUMPS, Region
from defermod.syntax.tree import Node

from ..hotness import RECOVERS, Evidence, told
from .doc import Reason
from .early import EarlyRelease

TITLE = "make the call at the iteration's end, and before each way out of it"
_SAFE = "nothing between the defer and the iteration's ends can panic, stack overflow and running out of memory aside"


def wanted(declaration: Declaration, function: Node, options: Options) -> bool:
    """Return True if the function's loop defers are to become explicit calls.

    Where something says which functions are hot, only those of these functions are.
    """
    if dict(options.given).get("loop_style") != "explicit":
        return False
    evidence = told(options)
    some = evidence.patterns or evidence.samples
    return not some or Evidence(declaration.source, evidence).hot(function) is not None


def explicit(
    declaration: Declaration, function: Node, members: Sequence[EarlyRelease], options: Options
) -> Fix | Refusal:
    """The fix for loop defers whose iterations end with the same statement list, or why there is none.

    ``members`` are in source order; nothing forbids to run any of them at the end of that list.
    """
    first = members[0]
    place = first.home
    if any(member.home.statement is not member.defer.node for member in members):
        blocker = Blocker(first.defer.node.span, "reached in some iterations only")
        return Refusal(Obstacle.CONDITIONAL, "not every iteration passes the defer", (blocker,))
    region = Region(place, place.index, len(place.body) - 1)
    own = [node for node in region.own() if node.kind == "defer_statement"]
    nodes = [member.defer.node for member in members]
    stays = next((node for node in own if node not in nodes), None)
    if stays is not None:
        blocker = Blocker(stays.span, "registered later, and stays")
        return Refusal(Obstacle.LATER_DEFER_STAYS, "a deferred call that has to run first stays", (blocker,))
    if (refusal := _layout(region)) is not None:
        return refusal
    iterators = options.go_version is None or options.go_version >= (1, 23)
    recovers = told(options).recovers or RECOVERS.search(declaration.source.text) is not None
    made = _Iteration(declaration, function, region, iterators=iterators, recovers=recovers).fix(nodes)
    if isinstance(made, Refusal):
        return made
    hazards: list[Hazard] = [hazard for member in members for hazard in member.hazards]
    reported = next((member for member in members if member.reported is not None), None)
    if reported is not None:
        blocker = Blocker(reported.defer.node.span, "reports it")
        return Refusal(Reason.WRITES_RESULT, "the deferred literal reports an error in a result", (blocker,))
    if not hazards:
        assumes = dict.fromkeys(chain(made.assumes, *(member.assumes_at(member.home) for member in members)))
        return replace(made, title=TITLE, proof=_SAFE, assumes=tuple(assumes))
    return Fix(TITLE, made.edits, Safety.UNSAFE, (*(hazard.value for hazard in hazards), *made.hazards))


def _layout(region: Region) -> Refusal | None:
    """A refusal where the calls can't stand on lines of their own at the end of the list."""
    holder, last = region.place.holder, region.statements[-1]
    text = holder.tree.text
    ends = [statement.end for statement in region.statements]
    split = all(text.find(b"\n", end, _until(region, end)) >= 0 for end in ends)
    fallen = last.kind == "fallthrough_statement"
    trailing = holder.kind in CASES and last.kind == "defer_statement"
    labelled = any(statement.kind == "labeled_statement" for statement in region.statements)
    if split and not (fallen or trailing or labelled):
        return None
    return Refusal(Obstacle.LAYOUT, "the calls can't stand at the end of the list", (Blocker(last.span, "its end"),))


def _until(region: Region, end: int) -> int:
    """Where what follows the statement that ends at ``end`` begins: the next one, or the list's end."""
    following = next((s.start for s in region.statements if s.start >= end), None)
    if following is not None:
        return following
    holder = region.place.holder
    return holder.end if holder.kind in CASES else holder.children[-1].start + 1


class _Inside(Flow):
    """The control flow of one iteration: no way leads out of the region or past its end."""

    def __init__(self, function: Node, region: Region) -> None:
        super().__init__(function, by_name=False)
        self.region = region

    def reachable(
        self, start: Point, *, inside: Node | None = None, without: Point | None = None, gotos: bool = True
    ) -> set[Point]:
        fall = self.after(self.region.statements[-1])
        seen: set[Point] = set()
        todo = [start]
        while todo:
            point = todo.pop()
            outside = point.node is not None and not self.region.holds(point.node)
            if point in seen or point in (without, fall, self.exit) or outside:
                continue
            seen.add(point)
            if gotos or not point.goto:
                todo.extend(point.next)
        return seen


class _WaysOut(Ways):
    """The ways out of one iteration."""

    def __init__(self, function: Node, region: Region) -> None:
        super().__init__(function)
        self.flow = _Inside(function, region)
        self.top = region.place.holder
        self.region = region

    def after(self, defer: Node) -> list[Way]:
        reached = self.flow.reachable(self.flow.after(defer))
        nodes = {point.node for point in reached if point.node is not None}
        ways = [Way(node, node) for node in self.region.own() if node in nodes and _leaves(node, self.region)]
        if self._falls(reached):
            holder = self.region.place.holder
            ways.append(Way(None, self.region.statements[-1] if holder.kind in CASES else holder.children[-1]))
        return ways

    def without(self, defer: Node) -> list[Way]:
        """None: nothing jumps over the defer into what follows it."""
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


def _leaves(node: Node, region: Region) -> bool:
    """Return True for a ``return``, and for a jump to something that does not lie in the region."""
    if node.kind == "return_statement":
        return True
    if node.kind not in JUMPS:
        return False
    label = node.child("label_name")
    if node.kind == "goto_statement":
        labels = (n for n in region.own() if n.kind == "labeled_statement")
        return label is None or all(n.need("label").text != label.text for n in labels)
    for up in node.ancestors():
        if not region.holds(up):
            return True
        if label is not None:
            if up.kind == "labeled_statement" and up.need("label").text == label.text:
                return False
        elif up.kind == LOOP or (up.kind in SWITCHES and node.kind != "continue_statement"):
            return False
    return True


class _WritesOut(Exits):
    """Writes the ways out of one iteration."""

    region: Region

    def edits(self, way: Way, plans: Sequence[Plan], absent: Sequence[Node] = ()) -> list[Edit] | Refusal:
        if way.node is not None and way.node.kind == "return_statement":
            return super().edits(way, plans, absent)
        for plan in plans:
            if refusal := self._out_of_sight(plan, way.place):
                return refusal
        if way.node is None:
            return [self._at_end(plans, way.place)]
        indent, lead = self._indent(way.node)
        calls = b"".join(call + self._newline + indent for call in self._calls(plans, indent, way.place))
        return [Edit(way.node.start, way.node.start, lead + calls)]

    def _at_end(self, plans: Sequence[Plan], place: Node) -> Edit:
        """The calls on lines of their own, before the closing brace or after a case's last statement."""
        holder, last = self.region.place.holder, self.region.statements[-1]
        indent = self.layout.indent(self.region.start)
        calls = self._calls(plans, indent, place)
        if not calls:
            return Edit(place.start, place.start, b"")
        if holder.kind in CASES:
            at = self.source.line_span(self.source.line(last.end)).end
            return Edit(at, at, b"".join(self._newline + indent + call for call in calls))
        at = self.layout.line_start(holder.children[-1].start)
        return Edit(at, at, b"".join(indent + call + self._newline for call in calls))


class _Iteration(HotFunction):
    """One iteration, as the function that explicit-call knows."""

    def __init__(
        self, declaration: Declaration, function: Node, region: Region, *, iterators: bool, recovers: bool
    ) -> None:
        own = [node for node in region.own() if node.kind == "defer_statement"]
        super().__init__(declaration, function, own, (), iterators=iterators, recovers=recovers)
        self.region = region
        self.ways = _WaysOut(function, region)
        self.planner = Planner(self.values, self.ways.flow, declaration.recovering)
        exits = _WritesOut(self.source, function, self.values)
        exits.region = region
        self.exits = exits

    @property
    def _last(self) -> Node | None:
        return self.region.statements[-1]

    def fix(self, defers: Sequence[Node]) -> Fix | Refusal:
        """All of the defers, which are in source order, made explicit together."""
        taken: frozenset[str] = frozenset()
        plans: list[Plan] = []
        for defer in defers:
            plan = self._plan(defer, taken)
            if isinstance(plan, Refusal):
                return plan
            plans.append(plan)
            taken |= repeated_names(plan)
        jump = next(self.function.find("goto_statement"), None)
        if jump is not None and any(plan.saves or plan.literal_name for plan in plans):
            return over_declaration(jump)
        edits = self._edits(plans)
        if isinstance(edits, Refusal):
            return edits
        outcome = self._judged(defers[0], plans, edits)
        return outcome if isinstance(outcome, Refusal) else outcome.fix
