"""``conditional-release``: close what an error's way out leaves open, where other ways close it or give it away.

What it finds: ``return nil, err`` after ``f, err := os.Open(name)`` and its check, with nothing on the way that closes,
keeps or hands on ``f``, in a function that does so on another way; the same of ``mu.Lock()``.
What it writes: ``f.Close()``, or ``mu.Unlock()``, before the return.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from defermod.codemod import (
    CFG,
    Binding,
    CallFact,
    CallKind,
    Context,
    Finding,
    Fix,
    Metadata,
    Node,
    OperandEffect,
    Refusal,
    Rule,
    RuleDoc,
    Severity,
    Span,
)
from defermod.golang.cfg import Point
from defermod.golang.deferred import ends_way, listed_after
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.known_errors import is_not_nil_test
from defermod.golang.loops import functions

from ..error_results import ErrorResult
from .deferred import REPEATED, Held, Left, deferred
from .doc import DOC, Reason
from .guards import guard_of, moved, tested_result
from .locks import locked
from .returned import returns_error

_PLAIN_CALLS = frozenset({CallKind.FUNCTION, CallKind.INTERFACE})


def _may_leave_open(text: bytes) -> bool:
    """Return False only if no function can open something and check the error, or lock, and return an error."""
    opens = b":=" in text and b"nil" in text
    return b"error" in text and b"return" in text and (opens or b"Lock()" in text)


class ConditionalRelease(Rule):
    """The rule.  Stateless."""

    rule = "conditional-release"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.TYPES, Metadata.SCOPES, Metadata.CFG})

    def suspects(self, text: bytes) -> Iterator[Span]:
        if _may_leave_open(text):
            yield Span(0, len(text))

    def visit(self, context: Context) -> Iterator[Finding]:
        if not context.has_types:
            return  # by the text nothing tells what must be closed
        for function in functions(context.root):
            if ErrorResult.of(context, function) is not None:
                left = [one for opened in _opened(context, function) for one in opened.left()]
                yield from _findings(context, [*left, *locked(context, function)])


def _findings(context: Context, left: list[Left]) -> Iterator[Finding]:
    """Yield a finding for each; of several at one return those of what was taken earlier stand on what is returned.

    So they are fixed from the last that was taken to the first, each before the return.
    """
    places: dict[Node, dict[Span, Node]] = {}
    for one in sorted(left, key=lambda one: one.since.start, reverse=True):
        free = places.setdefault(one.statement, {node.span: node for node in one.statement.walk()})
        if free:
            place = free.pop(next(iter(free)))
            yield context.finding(place, one.message, one.outcome, Severity.ERROR)


def _opened(context: Context, function: Node) -> Iterator[_Opened]:
    """Yield the resources that the function's own statements open, with a check at once."""
    for statement in function.need("body").without("func_literal"):
        if statement.kind != "short_var_declaration":
            continue
        names, values = statement.need("left").named_children, statement.need("right").named_children
        if len(values) != 1 or values[0].kind != "call_expression" or len(names) < 2:
            continue
        fact = context.call(values[0])
        if fact is None or fact.old or fact.kept or fact.kind not in _PLAIN_CALLS:
            continue
        check = next(iter(listed_after(statement)), None)
        if check is None or not _checks(context, check, names[-1]):
            continue
        for index, name in enumerate(names[:-1]):
            binding = context.binding(name) if name.kind == "identifier" else None
            if binding is not None and binding.node is name and (verb := _releaser(fact, index)):
                yield _Opened(context, function, statement, check, binding, verb)


def _releaser(fact: CallFact, index: int) -> str:
    """The method that releases a result of a call; empty if there is none."""
    words = (word.partition(":") for word in fact.traits)
    return next((method or "Close" for word, _, method in words if word == f"opens={index}"), "")


def _checks(context: Context, check: Node, error: Node) -> bool:
    """Return True if a statement is ``if err != nil { ... }`` whose block leaves."""
    if check.kind != "if_statement" or check.get("initializer") is not None or check.get("alternative") is not None:
        return False
    tested = context.binding(error)
    return (
        tested is not None
        and is_not_nil_test(check.need("condition"), tested, context.scopes(check))
        and ends_way(check.need("consequence"))
    )


class _Opened:
    """A resource that a function has opened, from the check of the error on."""

    def __init__(
        self, context: Context, function: Node, opening: Node, check: Node, binding: Binding, verb: str
    ) -> None:
        self.context = context
        self.function = function
        self.opening = opening
        self.check = check
        self.binding = binding
        self.verb = verb
        self.release = f"{binding.name}.{verb}()"
        self.guard = guard_of(context, function, binding, self.release)
        self.flow: CFG = context.cfg(function)

    def left(self) -> Iterator[Left]:
        """Yield the returns of errors at which it stays open."""
        taken = self._taken()
        if taken is None:
            return
        ways = self._ways(taken)
        if not ways.given:
            return  # perhaps it is there for as long as the program runs
        line = self.context.source.line(self.opening.start)
        outcomes = self._outcomes(ways, Held(self.opening, self.check, self.release, taken))
        for statement, outcome in outcomes.items():
            message = f"{self.binding.name}, opened on line {line}, stays open where this error is returned"
            if self.guard is not None and statement in ways.missed:
                message += f": {self.guard.tested.name} {'has been set before' if self.guard.is_flag else 'is nil'}"
            yield Left(statement, self.opening, message, outcome)

    def _outcomes(self, ways: _Ways, held: Held) -> dict[Node, Fix | Refusal]:
        """The returns at which the resource stays open, each with what is to be done."""
        context, function = self.context, self.function
        returns = sorted(ways.before | ways.missed, key=lambda node: node.start)
        if not returns:
            return {}
        single = {statement: self._outcome(statement, ways) for statement in returns}
        if self.guard is None:
            least = 1 if any(isinstance(outcome, Refusal) for outcome in single.values()) else REPEATED
            together = deferred(context, function, held, returns, least=least)
            return dict.fromkeys(returns, together) if together is not None else single
        missed = [statement for statement in returns if statement in ways.missed]
        together = moved(context, self.guard, missed) if missed else None
        if together is None and missed:
            together = tested_result(context, function, self.guard, ways.exits, missed)
        return single | dict.fromkeys(missed, together) if together is not None else single

    def _taken(self) -> set[Node] | None:
        """The statements at which the resource may be closed, kept or handed on; None where that isn't followed."""
        tracked, todo, taken = {self.binding}, [self.binding], set[Node]()
        while todo:
            binding = todo.pop()
            for use in binding.uses:
                if use is binding.node or (self.guard is not None and use.within(self.guard.defer)):
                    continue
                if assigns(use) or address_taken(use) or self.context.function(use) is not self.function:
                    return None
                if _compared(use):
                    return None
                made = self._made_by(use)
                if made is None:
                    statement = self.flow.statement_of(use)
                    if statement is None:
                        return None
                    taken.add(statement)
                    continue
                todo += [other for other in made if other not in tracked]
                tracked.update(made)
        return taken

    def _made_by(self, use: Node) -> list[Binding] | None:
        """The variables that lead to the resource after this use of it; None where it may be closed, kept or gone."""
        parent = use.parent
        call = parent.parent if parent is not None else None
        if parent is None or call is None or call.kind != "call_expression":
            return None
        fact = self.context.call(call)
        if fact is None or fact.kind not in _PLAIN_CALLS or (call.parent is not None and _detached(call.parent)):
            return None
        if parent.kind == "selector_expression" and parent is call.get("function"):
            if not fact.has_receiver:
                return None
            index = 0
        elif parent.kind == "argument_list":
            index = parent.named_children.index(use) + fact.has_receiver
            if f"lends={index}" not in fact.traits:
                return None
        else:
            return None
        return self._results(call, fact, index)

    def _results(self, call: Node, fact: CallFact, index: int) -> list[Binding] | None:
        effect = fact.flows[index] if index < len(fact.flows) else OperandEffect()
        if f"releases={index}" in fact.traits or effect.whole.unknown or effect.whole.heap or effect.whole.operands:
            return None
        if not effect.whole.results:
            return []
        declaration = call.parent.parent if call.parent is not None else None
        if declaration is None or declaration.kind != "short_var_declaration":
            return None
        names = declaration.need("left").named_children
        made = [self.context.binding(names[i]) for i in effect.whole.results if i < len(names)]
        found = [binding for binding in made if binding is not None]
        fresh = all(binding.node.within(declaration) for binding in found)
        return found if fresh and len(found) == len(made) and len(names) == len(fact.results) else None

    def _ways(self, taken: set[Node]) -> _Ways:
        guard, ways = self.guard, _Ways()
        error = self.context.binding(self.opening.need("left").named_children[-1])
        fires = guard.at_first(self.check, error) if guard is not None else None
        seen: set[tuple[Point, bool, bool, bool | None]] = set()
        todo = [(self.flow.after(self.check), False, False, fires)]
        while todo:
            point, kept, guarded, fires = todo.pop()
            node = point.node
            if (point, kept, guarded, fires) in seen or node is self.opening:
                continue  # opened anew, the variable no longer leads to what is left open
            seen.add((point, kept, guarded, fires))
            branches = (fires,) * len(point.next)
            if node is not None:
                if node in taken and not kept:
                    ways.given, kept = True, True
                if guard is not None:
                    guarded = guarded or node is guard.defer
                    fires = guard.after(node, self.flow, fires)
                    branches = (fires,) * len(point.next)
                    if node.kind == "if_statement":
                        branches = guard.in_branches(self.context, node, fires)
                if node.kind == "return_statement":
                    if guard is not None:
                        fires = guarded and guard.at_return(self.context, node, fires)
                    ways.add(node, kept=kept, fires=fires, guarded=guarded)
                    continue
            if guard is not None or not kept:
                todo += [(after, kept, guarded, way) for after, way in zip(point.next, branches, strict=True)]
        self._only_errors(ways)
        return ways

    def _only_errors(self, ways: _Ways) -> None:
        ways.before = {statement for statement in ways.before if self._is_error(statement)}
        ways.missed = {statement for statement in ways.missed if self._is_error(statement)}

    def _is_error(self, statement: Node) -> bool:
        """Return True if a return gives an error that isn't nil, and mentions nothing else that could matter."""
        mentions = any(self.context.binding(name) is self.binding for name in statement.find("identifier"))
        return not mentions and returns_error(self.context, statement)

    def _outcome(self, statement: Node, ways: _Ways) -> Fix | Refusal:
        if statement in ways.released:
            return self.context.refuse(
                Reason.SOMETIMES_RELEASED, "on another way to this return the deferred literal releases"
            )
        if self.context.meaning(self.binding.name, statement) is not self.binding:
            why = f"{self.binding.name} means something else here"
            return self.context.refuse(Reason.NAME_TAKEN, why, (statement, "here"))
        rewriter = self.context.rewriter().insert_before(statement, self.release)
        why = f"{self.binding.name}.{self.verb} is called where it was not called before"
        return rewriter.unsafe(f"call {self.verb} before the return", Reason.CLOSES_NOW, why, statement)


class _Ways:
    """The ways from an opening to the returns."""

    def __init__(self) -> None:
        self.given = False
        """True if control comes to a statement that closes the resource, keeps it or hands it on."""
        self.before: set[Node] = set()
        """The returns to which control comes with the resource open, and past no deferred literal that guards it."""
        self.missed: set[Node] = set()
        """Those at which that literal does not release."""
        self.released: set[Node] = set()
        """Those at which it releases, or may."""
        self.exits: set[tuple[Node, bool | None, bool]] = set()
        """The returns below the literal: whether it would release (None if unknown), and whether another has it."""

    def add(self, statement: Node, *, kept: bool, fires: bool | None, guarded: bool) -> None:
        """Enter one way to a return."""
        if guarded:
            self.exits.add((statement, fires, kept))
        if guarded and fires is not False:
            self.released.add(statement)
        elif not kept:
            (self.missed if guarded else self.before).add(statement)


def _compared(use: Node) -> bool:
    return use.parent is not None and use.parent.kind == "binary_expression"


def _detached(holder: Node) -> bool:
    """Return True if a call's statement makes it later, or elsewhere."""
    return holder.kind in ("defer_statement", "go_statement")


TRANSFORM = ConditionalRelease()
