"""The errors that returns give."""

from __future__ import annotations

from defermod.codemod import Context, Node
from defermod.golang.known_errors import known_error

from ..of_package import is_package_variable


def returns_error(context: Context, statement: Node) -> bool:
    """Return True if the last value of a return is an error that isn't nil.

    A variable of a package, ``io.EOF``, is taken for one: that it is nil would be worse than a release too many.
    """
    values = [value for child in statement.named_children for value in child.named_children]
    return bool(values) and (known_error(values[-1], context.scopes(statement)) or _is_of_package(context, values[-1]))


def _is_of_package(context: Context, value: Node) -> bool:
    fact = context.types.expression(value)
    if fact is None or not fact.is_error:
        return False
    name = value.need("operand") if value.kind == "selector_expression" else value
    if name.kind != "identifier" or context.binding(name) is not None:
        return False
    return name is value or not is_package_variable(context, name)
