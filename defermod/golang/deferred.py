"""Helpers for ``defer`` statements and their neighbours that several rules use."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from defermod.golang.noreturn import ends_path
from defermod.golang.scopes import root_name
from defermod.golang.statements import STATEMENT_KINDS, statements
from defermod.syntax.tree import Node

_JUMPS = frozenset({"return_statement", "break_statement", "continue_statement", "goto_statement"})


def siblings(statement: Node) -> list[Node]:
    """The statements of the list that holds a statement, itself included; empty if it stands in none."""
    holder = statement.parent
    if holder is None or holder.kind != "statement_list":
        return []
    return [child for child in holder.children if child.kind in STATEMENT_KINDS]


def listed_before(statement: Node) -> Iterator[Node]:
    """The statements of its list before a statement, the nearest first."""
    children, at = _listed(statement)
    return (children[i] for i in range(at - 1, -1, -1) if children[i].kind in STATEMENT_KINDS)


def listed_after(statement: Node) -> Iterator[Node]:
    """The statements of its list after a statement, the nearest first."""
    children, at = _listed(statement)
    return (children[i] for i in range(at + 1, len(children)) if children[i].kind in STATEMENT_KINDS)


def _listed(statement: Node) -> tuple[Sequence[Node], int]:
    """The children of the list that holds a statement, and where in them it is; who asks each statement of a
    long list for its neighbour must not look through all of it each time.
    """
    holder = statement.parent
    if holder is None or holder.kind != "statement_list":
        return [], 0
    return holder.children, bisect_left(holder.children, statement.start, key=lambda child: child.start)


def ends_way(block: Node) -> bool:
    """Return True if control never reaches a block's end: its last statement is a jump or a call that never
    returns.
    """
    body = [node for node in statements(block) if node.kind != "empty_statement"]
    return bool(body) and (body[-1].kind in _JUMPS or ends_path(body[-1]))


def root_of(expression: Node) -> Node | None:
    """The identifier at the root of ``a.b.c``, calls in between included: of ``f.Name()`` it is ``f``."""
    root = root_name(expression)
    while root is None and expression.kind in ("selector_expression", "call_expression", "index_expression"):
        inner = expression.get("operand") or expression.get("function")
        if inner is None:
            return None
        expression = inner
        root = root_name(expression)
    return root


def nil_test(top: Node) -> Iterator[Node]:
    """Yield the identifiers in comparisons with nil below a node, including the roots of paths."""
    for node in top.find("binary_expression"):
        left, right = node.need("left"), node.need("right")
        if node.need("operator").text in ("==", "!=") and "nil" in (left.kind, right.kind):
            root = root_name(right if left.kind == "nil" else left)
            if root is not None:
                yield root


__all__ = ["ends_way", "listed_after", "listed_before", "nil_test", "root_of", "siblings"]
