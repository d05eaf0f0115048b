"""The results of a function: names, types, zero values, and whether deferred calls can see them."""

from __future__ import annotations

from dataclasses import dataclass

from defermod.golang.defuse import address_taken
from defermod.golang.predeclared import BASIC_TYPES
from defermod.golang.scopes import Binding, Scopes
from defermod.rewrite.region import Region
from defermod.syntax.tree import Node

_ZEROS = {"error": "nil", "any": "nil", "bool": "false", "string": '""'} | dict.fromkeys(
    BASIC_TYPES - {"bool", "string"}, "0"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One result of the function around the region."""

    type: Node
    binding: Binding | None

    @property
    def zero(self) -> str | None:
        """A plain text for the type's zero value; None if there is none."""
        return _zero(self.type)


def _zero(kind: Node) -> str | None:
    if kind.kind in ("pointer_type", "slice_type", "map_type", "channel_type", "function_type", "interface_type"):
        return "nil"
    return _ZEROS.get(kind.text) if kind.kind == "type_identifier" else None


def function_results(function: Node, scopes: Scopes) -> list[Result]:
    """The results of a function, one entry each, named or not."""
    result = function.get("result")
    if result is None:
        return []
    if result.kind != "parameter_list":
        return [Result(result, None)]
    found: list[Result] = []
    for declaration in result.named_children:
        kind = declaration.need("type")
        names = declaration.all("name")
        found += [Result(kind, scopes.of.get(name)) for name in names] or [Result(kind, None)]
    return found


def is_observed(result: Binding, region: Region) -> bool:
    """Return True if the result can be seen or changed between a ``return`` of the region and the function's defers.

    True if its address is taken, or if a function literal mentions it, other than one that is deferred
    outside the region: that one runs after the results are set, as it did before.
    """
    for use in result.uses[1:]:
        if address_taken(use):
            return True
        literal = _literal_around(use, result.function)
        if literal is not None and not (_deferred(literal) and not region.holds(literal)):
            return True
    return False


def _literal_around(node: Node, function: Node | None) -> Node | None:
    """The outermost function literal around ``node`` inside ``function``."""
    found: Node | None = None
    for up in node.ancestors():
        if up is function:
            return found
        if up.kind == "func_literal":
            found = up
    return found


def _deferred(literal: Node) -> bool:
    """Return True if the literal itself is what a defer statement calls."""
    call = literal.parent
    return (
        call is not None
        and call.get("function") is literal
        and call.parent is not None
        and call.parent.kind == "defer_statement"
    )
