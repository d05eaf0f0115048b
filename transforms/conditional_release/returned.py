"""The errors that returns give."""

from __future__ import annotations

from defermod.codemod import Binding, Context, Node
from defermod.golang.known_errors import known_error, known_not_nil

from ..error_results import ErrorResult
from ..of_package import is_package_variable


def returns_error(context: Context, statement: Node) -> bool:
    """Return True if the last value of a return is an error that isn't nil.

    A variable of a package, ``io.EOF``, is taken for one: that it is nil would be worse than a release too many.
    """
    value = _last_value(statement)
    if value is None:
        function = context.function(statement)
        result = ErrorResult.of(context, function) if function is not None and function.get("result") else None
        error = result.binding if result is not None else None
        return error is not None and known_not_nil(error, statement, context.scopes(statement))
    return known_error(value, context.scopes(statement)) or _is_of_package(context, value)


def returns_nil(statement: Node) -> bool:
    """Return True if a statement is a return whose last value is ``nil``."""
    value = _last_value(statement) if statement.kind == "return_statement" else None
    return value is not None and value.kind == "nil"


def gives(statement: Node, variable: Binding, context: Context) -> bool:
    """Return True if the last value of a return is a variable."""
    value = _last_value(statement)
    return value is not None and value.kind == "identifier" and context.binding(value) is variable


def _last_value(statement: Node) -> Node | None:
    values = [value for child in statement.named_children for value in child.named_children]
    return values[-1] if values else None


def _is_of_package(context: Context, value: Node) -> bool:
    fact = context.types.expression(value)
    if fact is None or not fact.is_error:
        return False
    name = value.need("operand") if value.kind == "selector_expression" else value
    if name.kind != "identifier" or context.binding(name) is not None:
        return False
    return name is value or not is_package_variable(context, name)
