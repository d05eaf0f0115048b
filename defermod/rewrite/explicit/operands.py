"""One deferred call: what is saved where it was deferred, and what is written on every way out.

Go evaluates a deferred call's function value, receiver and arguments at the ``defer``.  What may have
another value at the exits is saved there; for a receiver of which too little is known a method value does
that exactly (``unlock := c.mu.Unlock``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from defermod.codes import Shared
from defermod.golang.defuse import assigns, unparenthesized
from defermod.golang.file_functions import calls_recover
from defermod.golang.noreturn import ends_path, never_returns
from defermod.golang.scopes import Binding
from defermod.golang.statements import statements
from defermod.model import Blocker, Refusal, Span
from defermod.rewrite.codes import Obstacle
from defermod.rewrite.explicit.stability import Values, free_name, hidden_name, names_in, wishes_for_saved
from defermod.syntax.tree import Node

_SAYS_RECOVER = re.compile(r"recover|panic|crash", re.IGNORECASE)
_MOST_INLINED = 3
"""Statements of a literal that are written out on more than one way out; longer ones get a name."""
_DECLARES = frozenset({"short_var_declaration", "var_declaration", "const_declaration", "type_declaration"})
_NOT_INLINED = frozenset({"return_statement", "defer_statement", "labeled_statement", "goto_statement"})


class _Saver(Protocol):
    """Keeps a value under the first of the names wished for that is free; the rest is as in ``Save``."""

    def __call__(self, value: Node, wished: list[str], address: bool, tail: bytes = b"") -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Save:
    """A value that is kept in a variable from the ``defer`` on."""

    name: str
    """Or several, separated by commas, for a call with several results."""
    value: Node
    address: bool = False
    """True if it is the address of the value that is kept."""
    tail: bytes = b""
    """The text after ``value``: the index of a called element, or type arguments."""

    @property
    def statement(self) -> bytes:
        return f"{self.name} := {'&' if self.address else ''}".encode() + self.value.raw + self.tail


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The rewrite of one deferred call."""

    defer: Node
    call: Node
    saves: tuple[Save, ...] = ()
    literal_name: str = ""
    """The name that the deferred literal gets; empty if it gets none."""
    body: tuple[Node, ...] | None = None
    """The statements of the literal that stand on each way out instead of a call."""
    in_place: bool = False
    """Return True if the defer is the last thing that the function does, so the call can be made just there."""
    comment: Span | None = None
    """The comment after the ``defer`` on its line, which goes with the call."""

    @property
    def named(self) -> Iterable[Node]:
        """The parts of the source that are repeated on each way out."""
        if self.body is not None or self.in_place:
            return self.body or ()
        saved = {save.value for save in self.saves}
        function, arguments = self.call.need("function"), self.call.need("arguments").named_children
        parts = [function] if not self.literal_name else []
        return [part for part in (*parts, *arguments) if part not in saved and _inner(part) not in saved]


class Planner:
    """Takes the deferred calls of one function apart."""

    def __init__(self, values: Values, recovering: Container[str]) -> None:
        self.values = values
        self.scopes = values.scopes
        self.types = values.types
        self.recovering = recovering

    def plan(self, defer: Node, ways: Sequence[Node], taken: frozenset[str]) -> Plan | Refusal:
        """Plan how to make the call explicit at ``ways``, the ways out; ``taken``: names that are taken already."""
        call = next((child for child in defer.named_children), defer)
        function = call.get("function") if call.kind == "call_expression" else None
        if function is None:
            return Refusal(
                Obstacle.UNKNOWN_FORM, "the deferred expression is not a plain call", _at(call, "deferred here")
            )
        if refusal := self.recovers(call):
            return refusal
        if function.text == "panic" and function not in self.scopes.of:
            return Refusal(Shared.RECOVERS, "the deferred call panics", _at(call, "panics"))
        if never_returns(call):
            return Refusal(Obstacle.NEVER_RETURNS, "the deferred call does not return", _at(call, "ends it"))
        saves: list[Save] = []
        names = set(taken)

        def save(value: Node, wished: list[str], address: bool, tail: bytes = b"") -> None:
            name = free_name(wished, defer, frozenset(names) | names_in(self.scopes.root), self.scopes)
            names.add(name)
            if saves and saves[-1].value is value:
                name = f"{saves.pop().name}, {name}"
            saves.append(Save(name, value, address, tail))

        if function.kind != "func_literal":
            self._save_function(function, call, ways, save)
        for argument in call.need("arguments").named_children:
            value = argument.named_children[0] if argument.kind == "variadic_argument" else argument
            if self.values.lasts(value) and not self._hidden(value, ways):
                continue
            count = self._count(value)
            if count is None:
                return Refusal(
                    Obstacle.UNKNOWN_FORM, "how many values the argument has is not known", _at(value, "argument")
                )
            for _ in range(count):
                save(value, wishes_for_saved(value, call), False)
        if function.kind != "func_literal":
            return Plan(defer, call, tuple(saves))
        body = self._inlined(function, call, ways)
        if body is not None:
            return Plan(defer, call, (), body=tuple(body))
        wished = ["cleanup", "release", "finish"]
        name = free_name(wished, defer, frozenset(names) | names_in(self.scopes.root), self.scopes)
        return Plan(defer, call, tuple(saves), name)

    def recovers(self, call: Node) -> Refusal | None:
        """A refusal if the deferred call stops a panic, or may be there to."""
        function = call.need("function")
        if function.kind == "func_literal":
            for node in function.need("body").walk(lambda n: n.kind != "func_literal"):
                if calls_recover(node):
                    return Refusal(Shared.RECOVERS, "the deferred literal recovers a panic", _at(node, "recovers"))
            return None
        held = self.scopes.of.get(function)
        if held is not None and (culprit := _recovering_literal(held)) is not None:
            return Refusal(Shared.RECOVERS, f"{held.name} recovers a panic", _at(culprit, "recovers"))
        known = self.types.recovers(call)
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        if known or (known is None and (name in self.recovering or _SAYS_RECOVER.search(name))):
            return Refusal(Shared.RECOVERS, f"{name} recovers a panic", _at(call, "recovers"))
        return None

    def never_recovers(self, call: Node) -> bool:
        """Return True if what is deferred is known, and does not stop panics."""
        if call.need("function").kind == "func_literal":
            return self.recovers(call) is None
        return self.types.recovers(call) is False

    def notices_panic(self, call: Node) -> Node | None:
        """The variable by which a deferred literal tells whether the function came to its end, if it has one.

        ``done := false; defer func() { if !done { ... } }(); ...; done = true``.
        """
        literal = call.need("function")
        if literal.kind != "func_literal":
            return None
        for condition in (found.need("condition") for found in literal.find("if_statement")):
            for name in condition.find("identifier"):
                binding = self.scopes.of.get(name)
                if binding is not None and binding.function is self.values.function and _is_flag(binding, call):
                    return name
        return None

    # -- function value and receiver --------------------------------------------------------------

    def _save_function(self, function: Node, call: Node, ways: Sequence[Node], save: _Saver) -> None:
        bare = unparenthesized(function)
        named = bare.kind in ("identifier", "selector_expression")
        tail = _tail(call)
        lasts = self.values.lasts(function, len(tail))
        if named and lasts and not self._hidden(bare, ways) and not self._risky(bare):
            return
        if tail:
            save(function, ["release", "finish"], False, tail)
            return
        if bare.kind == "selector_expression":
            self._save_receiver(call, bare, save)
        else:
            save(function, ["done", "finish"] if bare.kind == "call_expression" else ["release", "finish"], False)

    def _risky(self, bare: Node) -> bool:
        """Return True if making the receiver may panic: then it has to be made where it was."""
        return bare.kind == "selector_expression" and self.values.risky(bare.need("operand"))

    def _hidden(self, node: Node, ways: Sequence[Node]) -> bool:
        """Return True if a name in ``node`` means something else on a way out."""
        return any(hidden_name(node, way, self.scopes) for way in ways)

    def _save_receiver(self, call: Node, function: Node, save: _Saver) -> None:
        operand = function.need("operand")
        fact, of = self.types.call(call), self.types.expression(operand)
        receiver = fact.callee.rpartition(".")[0] if fact is not None and fact.has_receiver else ""
        name = of.type.partition("[")[0] if of is not None else ""
        if of is not None and of.kind in ("pointer", "interface") and receiver == f"({name})":
            save(operand, wishes_for_saved(operand), False)
        elif of is not None and of.kind == "struct" and receiver == f"(*{name})" and _is_path(operand):
            save(operand, [*_verbs(operand.need("field").text), "held"], True)
        else:
            save(function, [*_verbs(function.need("field").text), "release"], False)

    # -- literals ---------------------------------------------------------------------------------

    def _inlined(self, literal: Node, call: Node, ways: Sequence[Node]) -> list[Node] | None:
        """The literal's statements, if they mean the same on the ways out as in the literal."""
        if literal.need("parameters").named_children or literal.get("result") is not None:
            return None
        body = statements(literal.need("body"))
        if not body or call.need("arguments").named_children:
            return None
        if any(statement.kind in _DECLARES for statement in body) or (len(ways) > 1 and len(body) > _MOST_INLINED):
            return None
        if len(ways) > 1 and literal.need("body").raw.count(b"\n") > 2 * _MOST_INLINED:
            return None
        for statement in body:
            for node in statement.walk(lambda n: n.kind != "func_literal"):
                if node.kind in _NOT_INLINED or ends_path(node):  # which rules about exits would find there
                    return None
        if any(self._hidden(statement, ways) for statement in body):
            return None
        inside = [node for node in literal.find("raw_string_literal") if b"\n" in node.raw]
        comments = list(literal.find("comment"))
        return None if inside or comments else body

    def _count(self, value: Node) -> int | None:
        """Return the number of values that the expression has; None if it is not known."""
        if value.kind != "call_expression":
            return 1
        fact = self.types.call(value)
        return len(fact.results) if fact is not None else None


def _is_flag(binding: Binding, call: Node) -> bool:
    """Return True if the variable is set to ``true`` or ``false`` after ``call``."""
    for use in binding.uses:
        statement = use.parent.parent if assigns(use) and use.parent is not None else None
        right = statement.get("right") if statement is not None and use.start > call.end else None
        if right is not None and any(value.kind in ("true", "false") for value in right.named_children):
            return True
    return False


def _recovering_literal(held: Binding) -> Node | None:
    """A call of ``recover`` in a literal that the variable is given."""
    for use in held.uses:
        statement = use.parent.parent if assigns(use) and use.parent is not None else None
        for literal in statement.find("func_literal") if statement is not None else ():
            for call in literal.find("call_expression"):
                if calls_recover(call):
                    return call
    return None


def _inner(part: Node) -> Node | None:
    """The receiver of a method, and the slice of ``s...``: all that can be saved of them."""
    if part.kind == "variadic_argument":
        return part.named_children[0]
    return part.get("operand") if part.kind == "selector_expression" else None


def _is_path(operand: Node) -> bool:
    """Return True for a field of a variable, whose address can be taken."""
    return operand.kind == "selector_expression" and not any(operand.find("call_expression", "index_expression"))


def _verbs(method: str) -> list[str]:
    """Names for a method value or a field: ``unlock`` for ``Unlock``."""
    return [method[:1].lower() + method[1:]]


def _tail(call: Node) -> bytes:
    """Return what stands between the called name and the arguments: ``[i]``, an index or a type, without blanks."""
    function, arguments = call.need("function"), call.need("arguments")
    return call.tree.text[function.end : arguments.start].strip()


def _at(node: Node, note: str) -> tuple[Blocker, ...]:
    return (Blocker(node.span, note),)


def repeated_names(plan: Plan) -> frozenset[str]:
    """The names that stand on each way out."""
    names = names_in(*plan.named) | {name for save in plan.saves for name in save.name.split(", ")}
    return names | {plan.literal_name} if plan.literal_name else names
