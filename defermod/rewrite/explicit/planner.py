"""The deferred calls of one function or iteration: which can be made explicit, with which others, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from defermod.codemod import Declaration
from defermod.codes import Shared
from defermod.golang.facts import Meant, RiskFact
from defermod.model import Blocker, Edit, Fix, Hazard, Refusal, Safety, Span
from defermod.rewrite.codes import Obstacle
from defermod.rewrite.explicit.endings import Ending, FunctionEnd, ListEnd
from defermod.rewrite.explicit.exits import Exits, FunctionExits, RegionExits, later, refusal
from defermod.rewrite.explicit.operands import Plan, Planner, repeated_names
from defermod.rewrite.explicit.removal import replaced, says_panic, trailing_comment
from defermod.rewrite.explicit.stability import Values
from defermod.rewrite.explicit.writer import ExitWriter, over_declaration
from defermod.rewrite.layout import Layout
from defermod.rewrite.region import Region
from defermod.syntax.tree import Node

TITLE = "make the call on every way out"
_SAFE = "nothing between the defer and the returns can panic, stack overflow and running out of memory aside"
_SHOWN = 60
"""Bytes of code that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Risk:
    """An operation that may panic while the call is still to be made."""

    span: Span
    text: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Deferred calls that are made explicit together: the first, and all that are registered after it."""

    plans: tuple[Plan, ...]
    edits: tuple[Edit, ...]
    risk: Risk | None
    """The operation that may panic; None where nothing can."""

    @property
    def fix(self) -> Fix:
        if self.risk is None:
            return Fix(TITLE, self.edits, Safety.SAFE, proof=_SAFE)
        reason = f"{_quoted(self.risk.text)} may panic, and then the call would not be made"
        return Fix(TITLE, self.edits, Safety.UNSAFE, (Hazard(Shared.MAY_PANIC, reason, self.risk.span),))


class ExplicitCalls:
    """The defers of one function, or of one iteration, and the explicit calls that may replace them."""

    def __init__(
        self,
        declaration: Declaration,
        exits: Exits,
        layout: Layout,
        ending: Ending,
        defers: Sequence[Node],
        in_loops: Iterable[Node] = (),
        *,
        iterators: bool,
        recovers: bool,
    ) -> None:
        """``iterators``: loops may be over functions, as they may since Go 1.23.  ``recovers``: the package recovers
        panics somewhere; it counts only where types don't tell whose."""
        self.recovers = recovers
        self.source = declaration.source
        self.function = exits.function
        self.defers = list(defers)
        self.in_loops = frozenset(in_loops)
        self.scopes = declaration.scopes
        self.types = declaration.types
        self.values = Values(self.function, self.scopes, self.types)
        self.exits = exits
        self.planner = Planner(self.values, declaration.recovering)
        self.ranges = self.types if iterators else None
        self.writer = ExitWriter(self.source, self.function, self.values, layout, ending)
        self._places_after: dict[Node, frozenset[Node]] = {}

    @classmethod
    def of_function(
        cls,
        declaration: Declaration,
        function: Node,
        defers: Sequence[Node],
        in_loops: Iterable[Node],
        *,
        iterators: bool,
        recovers: bool,
    ) -> ExplicitCalls:
        """Return the calls of a function's defers, those in loops left out, at the ends of the function."""
        layout = Layout(declaration.source, function)
        ending = FunctionEnd(declaration.source, layout, function)
        exits = FunctionExits(function)
        return cls(declaration, exits, layout, ending, defers, in_loops, iterators=iterators, recovers=recovers)

    @classmethod
    def of_iteration(
        cls, declaration: Declaration, function: Node, region: Region, *, iterators: bool, recovers: bool
    ) -> ExplicitCalls:
        """Return the calls of a region's defers at the ends of the region."""
        layout = Layout(declaration.source, function)
        ending = ListEnd(declaration.source, layout, region)
        defers = [node for node in region.own() if node.kind == "defer_statement"]
        exits = RegionExits(function, region)
        return cls(declaration, exits, layout, ending, defers, iterators=iterators, recovers=recovers)

    def together(self, defers: Sequence[Node]) -> Fix | Refusal:
        """Return the fix that makes all of these defers, which are in source order, explicit, or why there is none."""
        taken: frozenset[str] = frozenset()
        plans: list[Plan] = []
        for defer in defers:
            plan = self._plan(defer, taken)
            if isinstance(plan, Refusal):
                return plan
            plans.append(plan)
            taken |= repeated_names(plan)
        edits = self._edits(plans)
        outcome = edits if isinstance(edits, Refusal) else self._judged(defers[0], plans, edits)
        return outcome if isinstance(outcome, Refusal) else outcome.fix

    def outcomes(self, refused: Callable[[Node], Refusal | None]) -> dict[Node, Fix | Refusal]:
        """A fix or a refusal for each defer that is in no loop; ``refused``: what the evidence has against it."""
        found: dict[Node, Refusal] = {}
        plans: dict[Node, Plan] = {}
        taken: frozenset[str] = frozenset()
        for defer in self.defers:
            if defer in self.in_loops:
                continue
            plan = refused(defer) or self._plan(defer, taken)
            if isinstance(plan, Refusal):
                found[defer] = plan
            else:
                plans[defer] = plan
                taken |= repeated_names(plan)
        batches = self._batches(plans, found)
        return found | {defer: _largest(defer, batches).fix for defer in batches}

    def _plan(self, defer: Node, taken: frozenset[str]) -> Plan | Refusal:
        plan = refusal(self.exits, defer, self.ranges) or self.planner.plan(defer, self._places(defer), taken)
        if isinstance(plan, Refusal):
            return plan
        if defer is self.exits.last and not self.writer.one_line and len(self._places(defer)) == 1:
            return Plan(defer, plan.call, in_place=True)
        if plan.literal_name:
            return plan
        return replace(plan, comment=trailing_comment(self.source, self.writer.layout, defer))

    def _places(self, defer: Node) -> list[Node]:
        return [way.place for way in self.exits.after(defer)]

    def _passed(self, defer: Node) -> frozenset[Node]:
        """The places of the ways out that control may take after the defer."""
        if defer not in self._places_after:
            self._places_after[defer] = frozenset(self._places(defer))
        return self._places_after[defer]

    def _batches(self, plans: dict[Node, Plan], found: dict[Node, Refusal]) -> dict[Node, _Batch]:
        """The batch that each planned defer begins; those that turn out not to have one go to ``found``."""
        batches: dict[Node, _Batch] = {}
        for defer in sorted(plans, key=lambda node: len(later(self.exits, node, self.defers))):
            after = later(self.exits, defer, self.defers)
            stays = next((other for other in after if other not in batches), None)
            if stays is not None:
                blocker = Blocker(stays.span, "registered later, and stays")
                found[defer] = Refusal(
                    Obstacle.LATER_DEFER_STAYS, "a deferred call that has to run first stays", (blocker,)
                )
                continue
            members = [plans[node] for node in (defer, *sorted(after, key=self._order))]
            edits = self._edits(members)
            outcome = edits if isinstance(edits, Refusal) else self._judged(defer, members, edits)
            if isinstance(outcome, Refusal):
                found[defer] = outcome
            else:
                batches[defer] = outcome
        return batches

    def _order(self, defer: Node) -> int:
        """Return the sort key of a defer: one that more others can follow is registered earlier."""
        return -len(later(self.exits, defer, self.defers))

    def _edits(self, members: Sequence[Plan]) -> tuple[Edit, ...] | Refusal:
        jump = next(self.function.find("goto_statement"), None)
        edits: list[Edit] = []
        if jump is not None and any(plan.saves or plan.literal_name for plan in members):
            return over_declaration(jump)
        first = self.exits.after(members[0].defer)
        self.writer.last = first[-1].place
        for way in first:
            calls = [plan for plan in reversed(members) if way.place in self._passed(plan.defer)]
            absent = [plan.call for plan in members if plan not in calls]
            if isinstance(self.exits, FunctionExits):  # in a loop, a pass before may have come by the others
                absent += [defer for defer in self.defers if way.place not in self._passed(defer)]
            made = self.writer.edits(way, calls, absent)
            if isinstance(made, Refusal):
                return made
            edits += made
        layout, one_line = self.writer.layout, self.writer.one_line
        for plan in members:
            edits += replaced(self.source, layout, plan, one_line=one_line)
        if one_line:
            edits = self.writer.expanded(
                edits, [plan.defer for plan in members if not (plan.saves or plan.literal_name)]
            )
        return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))

    # -- what may panic ---------------------------------------------------------------------------

    def _judged(self, defer: Node, members: Sequence[Plan], edits: tuple[Edit, ...]) -> _Batch | Refusal:
        risk = self._risk(members)
        neighbour = self._recovering_neighbour(defer)
        if neighbour is not None and not (risk is None and self._is_quiet(members[0])):
            blocker = Blocker(neighbour.span, "recovers")
            sentence = "another defer recovers, so that the function may return after a panic without the call"
            return Refusal(Obstacle.RECOVERING_NEIGHBOUR, sentence, (blocker,))
        if risk is None:
            return _Batch(tuple(members), edits, None)
        flag = next((name for plan in members if (name := self.planner.notices_panic(plan.call))), None)
        if flag is not None:
            sentence = f"by {flag.text} the deferred call tells whether the function panicked"
            return Refusal(Obstacle.NOTICES_PANIC, sentence, (Blocker(flag.span, "tells it"),))
        meant = next((plan.defer for plan in members if says_panic(self.source, plan.defer)), None)
        if meant is not None:
            sentence = "a comment says that the defer is there for panics"
            return Refusal(Obstacle.MEANT_FOR_PANICS, sentence, (Blocker(meant.span, "deferred for panics"),))
        if sentence := self._panics_by_design():
            return Refusal(Obstacle.RECOVERING_PACKAGE, sentence, (Blocker(risk.span, "may panic"),))
        return _Batch(tuple(members), edits, risk)

    def _panics_by_design(self) -> str:
        """Return why panics are part of how the code works here; empty if they aren't."""
        about = self.values.about
        if about is None:
            return "the package recovers panics, maybe those of this function" if self.recovers else ""
        match about.meant:
            case Meant.PANIC:
                return "the function panics by intent, and whoever recovers that counts on the deferred call"
            case Meant.HANDLER:
                return "net/http recovers the panics of a handler: it would go on without the call having been made"
            case Meant.CAUGHT:
                return f"{about.caught_by} recovers panics that come from here: it could go on without the call"
            case Meant.NOT:
                return ""

    def _recovering_neighbour(self, defer: Node) -> Node | None:
        for other in self.defers:
            call = other.named_children[0]
            if other is not defer and call.kind == "call_expression" and self.planner.recovers(call):
                return other
        return None

    def _risk(self, members: Sequence[Plan]) -> Risk | None:
        """Return what may panic between the first defer and the exits, or where its operands would be evaluated."""
        first = members[0]
        about = self.values.about
        if about is None:
            return Risk(first.call.span, first.call.text, "may not be all that is left undone by a panic")
        function = first.call.need("function")
        reached = {point.node for point in self.exits.reachable(first.defer)}
        for fact in about.risks:
            start, end = fact.span
            if first.call.start <= start and end <= first.call.end:
                # What is saved is evaluated where it was, and the arguments either are or can't panic.
                saved = any(save.value.start <= start and end <= save.value.end for save in first.saves)
                if not (saved or first.in_place) and start < function.end:
                    return self._quoted_risk(fact)
                continue
            node = _innermost(self.function, start, end)
            statement = self.exits.flow.statement_of(node)
            if statement is None or statement in reached:
                return self._quoted_risk(fact)
        if about.changed:
            return Risk(first.call.span, first.call.text, "is deferred in a function that was rewritten just now")
        noisy = next((plan.call for plan in members[1:] if not self._is_quiet(plan)), None)
        return Risk(noisy.span, noisy.text, "may panic") if noisy is not None else None

    def _quoted_risk(self, fact: RiskFact) -> Risk:
        start, end = fact.span
        return Risk(Span(start, end), self.source.text[start:end].decode(errors="replace"), fact.why)

    def _is_quiet(self, plan: Plan) -> bool:
        """Return True if the deferred call itself can neither panic nor run unknown code."""
        about = self.values.about
        return about is not None and (plan.defer.start, plan.defer.end) in about.quiet


def _innermost(top: Node, start: int, end: int) -> Node:
    """The smallest node that spans ``start`` to ``end``."""
    node = top
    while True:
        inner = next((child for child in node.children if child.start <= start and end <= child.end), None)
        if inner is None:
            return node
        node = inner


def _largest(defer: Node, batches: dict[Node, _Batch]) -> _Batch:
    """The largest batch that the defer is part of and that is as sure as its own: one fix for all."""
    own = batches[defer]
    candidates = [
        batch
        for batch in batches.values()
        if any(plan.defer is defer for plan in batch.plans) and (batch.risk is None) == (own.risk is None)
    ]
    return max(candidates, key=lambda batch: len(batch.plans))


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


__all__ = ["ExplicitCalls"]
