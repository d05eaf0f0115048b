"""Definitions and uses of variables: assignments, and address operators."""

from __future__ import annotations

from defermod.syntax.matchers import Kind
from defermod.syntax.tree import Node

_ADDRESS = Kind("unary_expression", has="&")
_ASSIGNMENTS = frozenset(
    {
        "assignment_statement",
        "short_var_declaration",
        "range_clause",
        "receive_statement",
        "type_switch_statement",
    }
)


def unparenthesized(node: Node) -> Node:
    """Return the expression in any number of parentheses, or the node itself."""
    while node.kind == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def past_parentheses(node: Node) -> Node | None:
    """Return the innermost node around this one that is no pair of parentheses."""
    parent = node.parent
    while parent is not None and parent.kind == "parenthesized_expression":
        parent = parent.parent
    return parent


def address_taken(identifier: Node) -> bool:
    """Return True for the ``x`` of ``&x``: whatever holds the address can assign to the variable."""
    return _ADDRESS.matches(past_parentheses(identifier))


def assigns(identifier: Node) -> bool:
    """Return True if this occurrence of a variable gives it a value.

    Values are given by ``=``, ``:=``, ``op=``, ``++``, ``--``, ``range``, a receive, a type switch and a declaration.
    """
    parent = past_parentheses(identifier)
    if parent is None:
        return False
    if parent.kind in ("inc_statement", "dec_statement", "var_spec"):
        return identifier.field != "type" and identifier.field != "value"
    if parent.kind != "expression_list" or parent.field not in ("left", "alias"):
        return False
    holder = parent.parent
    return holder is not None and holder.kind in _ASSIGNMENTS


__all__ = ["address_taken", "assigns"]
