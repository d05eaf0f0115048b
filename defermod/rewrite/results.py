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


def is_observed(result: Binding, region: Region, scopes: Scopes) -> bool:
    """Return True if the result can be seen or changed between a ``return`` of the region and the function's defers.

    True if its address is taken, or if a function literal mentions it, other than one that runs only when it is
    deferred outside the region: that one runs after the results are set, as it did before.
    """
    for use in result.uses[1:]:
        if address_taken(use):
            return True
        literal = _literal_around(use, result.function)
        if literal is not None and not _runs_when_over(literal, result.function, region, scopes):
            return True
    return False


def _runs_when_over(literal: Node, function: Node | None, region: Region, scopes: Scopes) -> bool:
    """Return True if a literal runs only when the function is over, by a defer statement outside the region.

    It is what the statement calls, or is called there by the name that it was declared with, or in what is called so.
    """
    if region.holds(literal):
        return False
    if _is_deferred(literal):
        return True
    variable = _declared_as(literal, scopes)
    if variable is None:
        return False
    for use in variable.uses[1:]:
        outer = _literal_around(use, function)
        within = outer is not None and outer is not literal and not region.holds(outer) and _is_deferred(outer)
        if not (_is_called(use) and (within or (_is_deferred(use) and outer is None and not region.holds(use)))):
            return False
    return True


def _declared_as(literal: Node, scopes: Scopes) -> Binding | None:
    """The variable that ``name := literal`` declares."""
    values = literal.parent
    declaration = values.parent if values is not None else None
    if declaration is None or declaration.kind != "short_var_declaration":
        return None
    names = declaration.need("left").named_children
    return scopes.of.get(names[0]) if len(names) == 1 else None


def _literal_around(node: Node, function: Node | None) -> Node | None:
    """The outermost function literal around ``node`` inside ``function``."""
    found: Node | None = None
    for up in node.ancestors():
        if up is function:
            return found
        if up.kind == "func_literal":
            found = up
    return found


def _is_deferred(function: Node) -> bool:
    """Return True if a literal, or a name, is what a defer statement calls."""
    call = function.parent
    return (
        _is_called(function) and call is not None and call.parent is not None and call.parent.kind == "defer_statement"
    )


def _is_called(function: Node) -> bool:
    """Return True if a literal, or a name, is what a call calls."""
    call = function.parent
    return call is not None and call.kind == "call_expression" and call.get("function") is function
