"""The deferred calls of one hot function: which can be made explicit, together with which, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from defermod.codemod import Declaration
from defermod.golang.cfg import CASES, statements
from defermod.golang.facts import CallKind
from defermod.golang.may_panic import Panics
from defermod.golang.nilness import Nilness
from defermod.golang.scopes import root_name
from defermod.golang.stdlib import HARMLESS
from defermod.model import Blocker, Edit, Fix, Hazard, Refusal, Safety
from defermod.rewrite.explicit.exits import Ways
from defermod.rewrite.explicit.operands import Plan, Planner, repeated_names
from defermod.rewrite.explicit.removal import replaced, says_panic, trailing_comment
from defermod.rewrite.explicit.stability import Values
from defermod.rewrite.explicit.writer import Exits, over_declaration
from defermod.syntax.tree import Node

TITLE = "make the call on every way out"
_SAFE = "nothing between the defer and the returns can panic, stack overflow and running out of memory aside"
_SHOWN = 60
"""Bytes of code that a sentence quotes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Deferred calls that are made explicit together: the first, and all that are registered after it."""

    plans: tuple[Plan, ...]
    edits: tuple[Edit, ...]
    culprit: Node | None
    """What may panic; None where nothing can."""
    typed: bool
    """Do the facts of Go's type checker stand behind that?"""

    @property
    def fix(self) -> Fix:
        if self.culprit is None:
            return Fix(TITLE, self.edits, Safety.SAFE, proof=_SAFE)
        line = self.culprit.tree.text.count(b"\n", 0, self.culprit.start) + 1
        known = "" if self.typed else "as far as the text alone tells, "
        reason = f"{known}{_quoted(self.culprit)} on line {line} may panic, and then the call would not be made"
        return Fix(TITLE, self.edits, Safety.UNSAFE, (Hazard("may-panic", reason, self.culprit.span),))


class HotFunction:
    """One function and its defers."""

    def __init__(
        self,
        declaration: Declaration,
        function: Node,
        defers: Sequence[Node],
        in_loops: Iterable[Node],
        *,
        iterators: bool,
        recovers: bool,
    ) -> None:
        """``iterators``: may loops be over functions, as they may since Go 1.23?  ``recovers``: does the package
        recover panics somewhere?"""
        self.recovers = recovers
        self.source = declaration.source
        self.function = function
        self.defers = list(defers)
        self.in_loops = frozenset(in_loops)
        self.scopes = declaration.scopes
        self.types = declaration.types
        self.values = Values(function, self.scopes, self.types)
        self.ways = Ways(function)
        self.planner = Planner(self.values, self.ways.flow, declaration.recovering)
        self.ranges = Nilness(self.ways.flow, self.scopes, self.types) if iterators else None
        self.exits = Exits(self.source, function, self.values)

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
        plan = self.ways.refusal(defer, self.ranges) or self.planner.plan(defer, self._places(defer), taken)
        if isinstance(plan, Refusal):
            return plan
        if defer is self._last and not self.exits.one_line and len(self._places(defer)) == 1:
            return Plan(defer, plan.call, in_place=True)
        if plan.literal_name:
            return plan
        return replace(plan, comment=trailing_comment(self.source, self.exits.layout, defer))

    @property
    def _last(self) -> Node | None:
        """The last statement that is run before the function is left at its end."""
        return next(reversed(statements(self.function.need("body"))), None)

    def _places(self, defer: Node) -> list[Node]:
        return [way.place for way in self.ways.after(defer)]

    def _batches(self, plans: dict[Node, Plan], found: dict[Node, Refusal]) -> dict[Node, _Batch]:
        """The batch that each planned defer begins; those that turn out not to have one go to ``found``."""
        batches: dict[Node, _Batch] = {}
        for defer in sorted(plans, key=lambda node: len(self.ways.later(node, self.defers))):
            later = self.ways.later(defer, self.defers)
            stays = next((other for other in later if other not in batches), None)
            if stays is not None:
                blocker = Blocker(stays.span, "registered later, and stays")
                found[defer] = Refusal("later-defer-stays", "a deferred call that has to run first stays", (blocker,))
                continue
            members = [plans[node] for node in (defer, *sorted(later, key=self._order))]
            edits = self._edits(members)
            outcome = edits if isinstance(edits, Refusal) else self._judged(defer, members, edits)
            if isinstance(outcome, Refusal):
                found[defer] = outcome
            else:
                batches[defer] = outcome
        return batches

    def _order(self, defer: Node) -> int:
        """Those that more others can follow are registered earlier."""
        return -len(self.ways.later(defer, self.defers))

    def _edits(self, members: Sequence[Plan]) -> tuple[Edit, ...] | Refusal:
        jump = next(self.function.find("goto_statement"), None)
        edits: list[Edit] = []
        if jump is not None and any(plan.saves or plan.literal_name for plan in members):
            return over_declaration(jump)
        reached = {plan.defer: {way.place for way in self.ways.after(plan.defer)} for plan in members}
        first = self.ways.after(members[0].defer)
        self.exits.last = first[-1].place
        for way in first:
            calls = [plan for plan in reversed(members) if way.place in reached[plan.defer]]
            absent = [plan.call for plan in members if plan not in calls]
            made = self.exits.edits(way, calls, absent)
            if isinstance(made, Refusal):
                return made
            edits += made
        layout, one_line = self.exits.layout, self.exits.one_line
        for plan in members:
            edits += replaced(self.source, layout, plan, one_line=one_line)
        if one_line:
            edits = self.exits.expanded(
                edits, [plan.defer for plan in members if not (plan.saves or plan.literal_name)]
            )
        return tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))

    # -- what may panic ---------------------------------------------------------------------------

    def _judged(self, defer: Node, members: Sequence[Plan], edits: tuple[Edit, ...]) -> _Batch | Refusal:
        culprit = self._culprit(members)
        quiet = self._is_quiet(members[0])
        neighbour = self._recovering_neighbour(defer)
        if neighbour is not None and not (culprit is None and quiet):
            blocker = Blocker(neighbour.span, "recovers")
            sentence = "another defer recovers, so that the function may return after a panic without the call"
            return Refusal("recovering-neighbour", sentence, (blocker,))
        flag = next((name for plan in members if (name := self.planner.notices_panic(plan.call))), None)
        if culprit is not None and flag is not None:
            sentence = f"by {flag.text} the deferred call tells whether the function panicked"
            return Refusal("notices-panic", sentence, (Blocker(flag.span, "tells it"),))
        meant = next((plan.defer for plan in members if says_panic(self.source, plan.defer)), None)
        if culprit is not None and meant is not None:
            sentence = "a comment says that the defer is there for panics"
            return Refusal("meant-for-panics", sentence, (Blocker(meant.span, "deferred for panics"),))
        if culprit is not None and self.recovers:
            sentence = (
                "this may panic, and the package recovers panics: it could go on without the call having been made"
            )
            return Refusal("recovering-package", sentence, (Blocker(culprit.span, "may panic"),))
        return _Batch(tuple(members), edits, culprit, self.types.facts is not None)

    def _recovering_neighbour(self, defer: Node) -> Node | None:
        for other in self.defers:
            call = other.named_children[0]
            if other is not defer and call.kind == "call_expression" and self.planner.recovers(call):
                return other
        return None

    def _culprit(self, members: Sequence[Plan]) -> Node | None:
        """What may panic between the first defer and the exits, or where its operands were evaluated."""
        flow = self.ways.flow
        first = members[0]
        before = Panics(flow, self.scopes, self.types, self._followed_before(first))
        saved = any(save.value.within(first.call.need("function")) for save in first.saves)
        # What is saved is evaluated where it was, and the arguments either are or can't panic.
        if not (saved or first.in_place) and (found := before.in_function_value(first.call)) is not None:
            return found
        after = Panics(flow, self.scopes, self.types, self._followed(first.call))
        found = after.first(flow.after(first.defer))
        if found is not None:
            return found
        return next((plan.call for plan in members[1:] if not self._is_quiet(plan)), None)

    def _is_quiet(self, plan: Plan) -> bool:
        """Can the deferred call itself neither panic nor run unknown code?"""
        fact = self.types.call(plan.call)
        return fact is not None and fact.kind is CallKind.FUNCTION and fact.callee in HARMLESS

    def _followed(self, call: Node) -> list[Node]:
        """The pointers, if they are pointers, that evaluating the receiver follows."""
        operand = _operand(call)
        if operand is None:
            return []
        found = [node.need("operand") for node in operand.find("selector_expression")]
        fact, of = self.types.call(call), self.types.expression(operand)
        if fact is not None and of is not None and fact.kind is CallKind.FUNCTION and fact.has_receiver:
            own = fact.callee.startswith(f"({of.type.partition('[')[0]})")
            # A method of something embedded, or with a value receiver, needs more than the pointer.
            found += [] if own else [operand]
        return found

    def _followed_before(self, plan: Plan) -> list[Node]:
        """The same for the statements before the defer that make a call on the same: ``c.mu.Lock()``."""
        operand = _operand(plan.call)
        if operand is None:
            return []
        found: list[Node] = []
        for up in plan.defer.ancestors():
            for statement in statements(up) if up.kind == "block" or up.kind in CASES else ():
                if statement.end <= plan.defer.start and self._calls_on(statement, operand):
                    found += self._followed(statement.named_children[0])
            if up is self.function:
                break
        return found

    def _calls_on(self, statement: Node, operand: Node) -> bool:
        if statement.kind != "expression_statement" or statement.named_children[0].kind != "call_expression":
            return False
        other = _operand(statement.named_children[0])
        if other is None or other.text != operand.text:
            return False
        roots = root_name(other), root_name(operand)
        return None not in roots and self.scopes.of.get(roots[0]) is self.scopes.of.get(roots[1])  # type: ignore[arg-type]


def _operand(call: Node) -> Node | None:
    function = call.need("function")
    return function.need("operand") if function.kind == "selector_expression" else None


def _largest(defer: Node, batches: dict[Node, _Batch]) -> _Batch:
    """The largest batch that the defer is part of and that is as sure as its own: one fix for all."""
    own = batches[defer]
    candidates = [
        batch
        for batch in batches.values()
        if any(plan.defer is defer for plan in batch.plans) and (batch.culprit is None) == (own.culprit is None)
    ]
    return max(candidates, key=lambda batch: len(batch.plans))


def _quoted(node: Node) -> str:
    text = " ".join(node.text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
