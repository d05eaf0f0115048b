"""The ways out of a region of statements, and what each must become once the region is a closure.

A *region* is the tail of one statement list.  Control leaves it by falling off its end or by a jump
or ``return`` in it whose destination lies outside.  Exits are compared by where they lead, not by how
they are spelled: a ``continue`` that does what falling off the end would do is no exit at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from defermod.golang.cfg import Flow
from defermod.golang.known_errors import known_error
from defermod.golang.loops import Place
from defermod.golang.scopes import Scopes
from defermod.syntax.tree import Node

JUMPS = frozenset({"break_statement", "continue_statement", "goto_statement", "fallthrough_statement"})


class Leaves(Enum):
    """What an exit does, as far as the closure's form depends on it."""

    FALL = auto()
    """The same as falling off the region's end."""
    CONSTANT = auto()
    """A statement that means the same outside the closure: a jump, or a ``return`` of constants."""
    ERROR = auto()
    """``return`` of constants and, last, an error that is known not to be nil."""
    VALUES = auto()
    """``return`` of anything else."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Statements ``first`` to ``last`` (indices, both included) of a statement list."""

    place: Place
    first: int
    last: int

    @property
    def statements(self) -> list[Node]:
        return self.place.body[self.first : self.last + 1]

    @property
    def start(self) -> int:
        """Byte offset of the first statement."""
        return self.statements[0].start

    @property
    def end(self) -> int:
        """Byte offset just after the last statement."""
        return self.statements[-1].end

    def holds(self, node: Node) -> bool:
        return self.start <= node.start and node.end <= self.end

    def own(self) -> Iterator[Node]:
        """All nodes of the region that belong to the enclosing function itself."""
        for statement in self.statements:
            if statement.kind != "func_literal":
                yield from statement.without("func_literal")


@dataclass(frozen=True, slots=True, eq=False)
class Exit:
    """One jump or return that leaves a region."""

    node: Node
    leaves: Leaves
    key: str
    """Exits with the same ``leaves`` and ``key`` can share one dispatch statement, which is ``key`` itself
    for CONSTANT, and the text of the results before the error for ERROR."""


def region_exits(region: Region, flow: Flow, scopes: Scopes) -> list[Exit]:
    """The exits of ``region`` in source order, FALL ones included."""
    fall = flow.after(region.statements[-1])
    exits: list[Exit] = []
    for node in region.own():
        if node.kind == "return_statement":
            exits.append(_return_exit(node, scopes))
        elif node.kind in JUMPS:
            destination = flow.destination(node)
            if destination is fall:
                exits.append(Exit(node, Leaves.FALL, ""))
            elif destination.node is None or not region.holds(destination.node):
                exits.append(Exit(node, Leaves.CONSTANT, node.text))
    return exits


def _return_exit(node: Node, scopes: Scopes) -> Exit:
    values = return_values(node)
    texts = [value.text for value in values]
    if all(constant(value, scopes) for value in values):
        return Exit(node, Leaves.CONSTANT, f"return {', '.join(texts)}".strip())
    if all(constant(value, scopes) for value in values[:-1]) and known_error(values[-1], scopes):
        return Exit(node, Leaves.ERROR, ", ".join(texts[:-1]))
    return Exit(node, Leaves.VALUES, "")


def return_values(node: Node) -> list[Node]:
    """The expressions of a ``return`` statement."""
    values = node.child("expression_list")
    return values.named_children if values is not None else []


_LITERALS = frozenset(
    {
        "int_literal", "float_literal", "imaginary_literal", "rune_literal", "interpreted_string_literal",
        "raw_string_literal", "true", "false", "nil",
    }
)  # fmt: skip


def constant(value: Node, scopes: Scopes) -> bool:
    """Does the expression give the same value, with no effect, wherever in the function it is evaluated?"""
    match value.kind:
        case "unary_expression":
            return value.children[0].kind in ("-", "+", "!", "^") and constant(value.need("operand"), scopes)
        case "composite_literal":
            kind, body = value.need("type"), value.need("body")
            names = [n for n in kind.walk() if n.named and n.kind.endswith("identifier")]
            plain = kind.kind in ("type_identifier", "qualified_type")
            return plain and not body.named_children and not any(n in scopes.of for n in names)
        case kind:
            return kind in _LITERALS and b"\n" not in value.raw
