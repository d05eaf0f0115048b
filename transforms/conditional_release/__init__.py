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

from .doc import DOC, Reason
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
            if _gives_error(context, function):
                for opened in _opened(context, function):
                    yield from opened.findings()
                yield from locked(context, function)


def _gives_error(context: Context, function: Node) -> bool:
    result = function.get("result")
    if result is None:
        return False
    kind = (
        result.named_children[-1].get("type") if result.kind == "parameter_list" and result.named_children else result
    )
    return kind is not None and kind.text == "error" and not context.is_declared("error", function)


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
        self.flow: CFG = context.cfg(function)

    def findings(self) -> Iterator[Finding]:
        taken = self._taken()
        if taken is None:
            return
        returns, given = self._ways(taken)
        if not given:
            return  # perhaps it is there for as long as the program runs
        line = self.context.source.line(self.opening.start)
        for statement in returns:
            message = f"{self.binding.name}, opened on line {line}, stays open where this error is returned"
            yield self.context.finding(statement, message, self._outcome(statement), Severity.ERROR)

    def _taken(self) -> set[Node] | None:
        """The statements at which the resource may be closed, kept or handed on; None where that isn't followed."""
        tracked, todo, taken = {self.binding}, [self.binding], set[Node]()
        while todo:
            binding = todo.pop()
            for use in binding.uses:
                if use is binding.node:
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

    def _ways(self, taken: set[Node]) -> tuple[list[Node], bool]:
        """The returns of errors to which control comes past no such statement, and whether it comes to one."""
        seen: set[Point] = set()
        todo, found, given = [self.flow.after(self.check)], [], False
        while todo:
            point = todo.pop()
            if point in seen or point.node is self.opening:
                continue  # opened anew, the variable no longer leads to what is left open
            seen.add(point)
            if point.node is not None and point.node in taken:
                given = True
                continue
            if point.node is not None and point.node.kind == "return_statement" and self._is_error(point.node):
                found.append(point.node)
            todo.extend(point.next)
        return sorted(found, key=lambda node: node.start), given

    def _is_error(self, statement: Node) -> bool:
        """Return True if a return gives an error that isn't nil, and mentions nothing else that could matter."""
        mentions = any(self.context.binding(name) is self.binding for name in statement.find("identifier"))
        return not mentions and returns_error(self.context, statement)

    def _outcome(self, statement: Node) -> Fix | Refusal:
        if self.context.meaning(self.binding.name, statement) is not self.binding:
            why = f"{self.binding.name} means something else here"
            return self.context.refuse(Reason.NAME_TAKEN, why, (statement, "here"))
        rewriter = self.context.rewriter().insert_before(statement, f"{self.binding.name}.{self.verb}()")
        why = f"{self.binding.name}.{self.verb} is called where it was not called before"
        return rewriter.unsafe(f"call {self.verb} before the return", Reason.CLOSES_NOW, why, statement)


def _compared(use: Node) -> bool:
    return use.parent is not None and use.parent.kind == "binary_expression"


def _detached(holder: Node) -> bool:
    """Return True if a call's statement makes it later, or elsewhere."""
    return holder.kind in ("defer_statement", "go_statement")


TRANSFORM = ConditionalRelease()
