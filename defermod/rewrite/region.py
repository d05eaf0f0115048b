"""The ways out of a region of statements, and what each must become once the region is a closure.

A *region* is the tail of one statement list.  Control leaves it by falling off its end or by a jump
or ``return`` in it whose destination lies outside.  Exits are compared by where they lead, not by how
they are spelled: a ``continue`` that does what falling off the end would do is no exit at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from defermod.golang.cfg import CFG, Point
from defermod.golang.defuse import address_taken, assigns, past_parentheses
from defermod.golang.known_errors import known_error
from defermod.golang.loops import Place
from defermod.golang.predeclared import LITERALS
from defermod.golang.scopes import Binding, Scopes, root_name, running_function
from defermod.golang.statements import jump_target
from defermod.golang.types import Types
from defermod.syntax.tree import Node

_REFERRING = frozenset({"break_statement", "continue_statement"})
JUMPS = _REFERRING | {"goto_statement", "fallthrough_statement"}


class ExitKind(Enum):
    """The effects of an exit, as far as the closure's form depends on them."""

    FALL = auto()
    """The same as falling off the region's end."""
    CONSTANT = auto()
    """A statement that means the same outside the closure: a jump, or a ``return`` of settled values."""
    ERROR = auto()
    """``return`` of settled values and, last, an error that is known not to be nil."""
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
        return self.place.body[self.first].start

    @property
    def end(self) -> int:
        """Byte offset just after the last statement."""
        return self.place.body[self.last].end

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
    kind: ExitKind
    statement: str = ""
    """Of CONSTANT: the statement; exits with the same one can share one outside the closure."""
    values_before_error: str = ""
    """Of ERROR: the text of the results before the error, which exits can share in the same way; may be empty."""


def region_exits(region: Region, flow: CFG, scopes: Scopes, types: Types | None = None) -> list[Exit]:
    """Return the exits of ``region`` in source order, FALL ones included.

    A ``break`` or ``continue`` of a statement inside the region is none, wherever it leads: it stays as it is.
    Where a jump follows the region, falling off the end leads where that jump does.
    """
    ends = _ends(region, flow)
    settled = Settled(region, scopes, types or Types())
    exits: list[Exit] = []
    for node in region.own():
        if node.kind == "return_statement":
            exits.append(_return_exit(node, scopes, settled))
        elif node.kind in JUMPS and not (node.kind in _REFERRING and jumps_within(node, region)):
            destination = flow.destination(node)
            if destination in ends:
                exits.append(Exit(node, ExitKind.FALL))
            elif destination.node is None or not region.holds(destination.node):
                exits.append(Exit(node, ExitKind.CONSTANT, node.text))
    return exits


def _ends(region: Region, flow: CFG) -> list[Point]:
    """Return where control goes when it falls off the region's end: to the statement behind, and on if that jumps."""
    after = flow.after(region.statements[-1])
    behind = region.place.body[region.last + 1 :]
    return [after, flow.destination(behind[0])] if behind and behind[0].kind in JUMPS else [after]


def jumps_within(jump: Node, region: Region) -> bool:
    """Return True for a jump, no ``goto``, of a loop, switch or select that lies in the region."""
    target = jump_target(jump)
    return target is not None and region.holds(target)


def _return_exit(node: Node, scopes: Scopes, settled: Settled) -> Exit:
    values = return_values(node)
    texts = [value.text for value in values]
    same = [constant(value, scopes) or settled.holds(value) for value in values]
    if all(same):
        return Exit(node, ExitKind.CONSTANT, f"return {', '.join(texts)}".strip())
    if all(same[:-1]) and known_error(values[-1], scopes):
        return Exit(node, ExitKind.ERROR, values_before_error=", ".join(texts[:-1]))
    return Exit(node, ExitKind.VALUES)


class Settled:
    """The variables that have, just after a region, the value that they have at a ``return`` in it.

    The deferred calls of the region run in between, so:

    - the variable is declared outside the region, in sight where the region starts;
    - nobody holds its address: no ``&``, no call of a method and no slice of it unless its type shows that
      these take none;
    - no function literal gives it, or a part of it, a value, except one that is called where it stands.

    What the value leads to may change in between; whoever gets the value sees that either way.

    All uses of a variable are looked at once, however many returns name it.
    """

    __slots__ = ("_known", "_region", "_scopes", "_types")

    def __init__(self, region: Region, scopes: Scopes, types: Types) -> None:
        self._region, self._scopes, self._types = region, scopes, types
        self._known: dict[Binding, bool] = {}

    def holds(self, value: Node) -> bool:
        """Return True if the expression is such a variable."""
        binding = self._scopes.of.get(value) if value.kind == "identifier" else None
        if binding is None:
            return False
        if binding not in self._known:
            self._known[binding] = self._is_settled(binding)
        return self._known[binding]

    def _is_settled(self, binding: Binding) -> bool:
        if binding.kind not in ("param", "range", "receiver", "result", "var") or self._region.holds(binding.node):
            return False
        first = self._region.place.body[self._region.first]
        if self._scopes.meaning(binding.name, first) is not binding:
            return False
        here = running_function(first)
        return not any(
            _may_share(use, self._types) or (_changes(use) and running_function(use) is not here)
            for use in binding.uses
        )


def _changes(use: Node) -> bool:
    """Return True if the statement gives the variable, or a part of it, a value."""
    if assigns(use):
        return True
    whole = _whole(use)
    parent = whole.parent
    if parent is None or whole is use:
        return False
    if parent.kind in ("inc_statement", "dec_statement"):
        return True
    return parent.kind == "expression_list" and parent.field == "left"


def _may_share(use: Node, types: Types) -> bool:
    """Return True if an address of the variable, or of a part of it, may be taken here."""
    whole = _whole(use)
    if address_taken(use) or address_taken(whole):
        return True
    parent = past_parentheses(use)
    if parent is None or parent.kind not in ("selector_expression", "slice_expression", "index_expression"):
        return False
    fact = types.expression(use)
    if fact is not None and (fact.kind == "interface" or fact.type.startswith(("*", "[]", "map["))):
        return False
    called = whole.parent is not None and whole.parent.kind == "call_expression" and whole.field == "function"
    sliced = fact is None or fact.kind not in ("slice", "string")
    return called or (sliced and any(up.kind == "slice_expression" for up in use.ancestors() if up.within(whole)))


def _whole(use: Node) -> Node:
    """Return the largest ``x``, ``x.f``, ``x[i]``, ``(x)``, ``x[i:j]`` of which ``use`` is the root."""
    whole = use
    for up in use.ancestors():
        if up.kind not in _PATHS or root_name(up) is not use:
            break
        whole = up
    return whole


_PATHS = frozenset({"index_expression", "parenthesized_expression", "selector_expression", "slice_expression"})


def return_values(node: Node) -> list[Node]:
    """The expressions of a ``return`` statement."""
    values = node.child("expression_list")
    return values.named_children if values is not None else []


def constant(value: Node, scopes: Scopes) -> bool:
    """Return True if the expression gives the same value, with no effect, wherever in the function it is evaluated."""
    match value.kind:
        case "unary_expression":
            return value.children[0].kind in ("-", "+", "!", "^") and constant(value.need("operand"), scopes)
        case "composite_literal":
            kind, body = value.need("type"), value.need("body")
            names = [n for n in kind.walk() if n.named and n.kind.endswith("identifier")]
            plain = kind.kind in ("array_type", "map_type", "qualified_type", "slice_type", "type_identifier")
            return plain and not body.named_children and not any(n in scopes.of for n in names)
        case kind:
            return kind in LITERALS and b"\n" not in value.raw


__all__ = [
    "JUMPS",
    "Exit",
    "ExitKind",
    "Region",
    "Settled",
    "constant",
    "jumps_within",
    "region_exits",
    "return_values",
]
