"""Variables of the package, and calls that may come to where they are used, for the two rules that look at locks."""

from __future__ import annotations

from defermod.codemod import CallKind, Context, Node

_NOWHERE = frozenset({CallKind.BUILTIN, CallKind.CONVERSION, CallKind.LITERAL})
"""Kinds of calls of which the statements, if there are any, stand where the call does."""


def is_package_variable(context: Context, name: Node) -> bool:
    """Return True if an identifier means a variable of the package; False without types."""
    return context.binding(name) is None and context.types.expression(name) is not None


def comes_home(context: Context, call: Node) -> bool:
    """Return True if a call may come to another function of the package."""
    fact = context.call(call)
    if fact is None or fact.kind in (CallKind.DYNAMIC, CallKind.INTERFACE):
        return True
    if fact.kind in _NOWHERE:
        return False
    imported = {one.path for one in context.imports.all}
    return fact.callee.lstrip("(*").rpartition(")")[0].rpartition(".")[0] not in imported and not _is_imported(
        context, call.need("function")
    )


def _is_imported(context: Context, function: Node) -> bool:
    """Return True if a called function is ``os.Open``: one that an import's name leads to."""
    package = function.get("operand") if function.kind == "selector_expression" else None
    return (
        package is not None
        and package.kind == "identifier"
        and any(context.names_package(package, one.path) for one in context.imports.all)
    )
