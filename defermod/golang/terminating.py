"""Terminating statements, as the Go specification defines them."""

from __future__ import annotations

from collections.abc import Sequence

from defermod.golang.statements import (
    CASES,
    jump_target,
    labelled_statement,
    loops_forever,
    statements,
)
from defermod.syntax.tree import Node


def terminates(body: Sequence[Node], returns: frozenset[Node] = frozenset()) -> bool:
    """Return True if the list's last statement is *terminating* as the Go specification defines it.

    ``returns`` are jumps and calls to be taken as if they were ``return`` statements already.
    """
    rest = [node for node in body if node.kind != "empty_statement"]
    return bool(rest) and _terminating(rest[-1], returns, None)


def _terminating(node: Node, returns: frozenset[Node], label: str | None) -> bool:
    match node.kind:
        case "return_statement" | "goto_statement":
            return True
        case "break_statement" | "continue_statement":
            return node in returns
        case "expression_statement":
            if node in returns:
                return True
            call = node.named_children[0] if node.named_children else None
            return call is not None and call.kind == "call_expression" and call.need("function").text == "panic"
        case "block":
            return terminates(statements(node), returns)
        case "if_statement":
            other = node.get("alternative")
            return (
                other is not None
                and terminates(statements(node.need("consequence")), returns)
                and _terminating(other, returns, None)
            )
        case "for_statement":
            return loops_forever(node) and not _breaks(node, label, returns)
        case "labeled_statement":
            inner = labelled_statement(node)
            return inner is not None and _terminating(inner, returns, node.need("label").text)
        case "expression_switch_statement" | "type_switch_statement" | "select_statement":
            cases = [child for child in node.children if child.kind in CASES]
            if node.kind != "select_statement" and not any(case.kind == "default_case" for case in cases):
                return False
            return not _breaks(node, label, returns) and all(_ends_case(case, returns) for case in cases)
    return False


def _ends_case(case: Node, returns: frozenset[Node]) -> bool:
    body = statements(case)
    return terminates(body, returns) or bool(body and body[-1].kind == "fallthrough_statement")


def _breaks(target: Node, label: str | None, returns: frozenset[Node]) -> bool:
    """Return True if a ``break``, other than those taken as returns, refers to ``target``."""

    for node in target.without("func_literal"):
        if node.kind != "break_statement" or node in returns:
            continue
        name = node.child("label_name")
        if name is not None:
            if name.text == label:
                return True
        elif jump_target(node) is target:
            return True
    return False


__all__ = ["terminates"]
