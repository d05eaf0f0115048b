"""Statements as the grammar has them: lists, labels, loops' clauses, jumps' targets, and how deep they nest."""

from __future__ import annotations

from itertools import islice

from defermod.syntax.tree import Node

MAX_NESTING = 150
"""Statements nested deeper than this are not analysed: the builder recurses once a level."""


MAX_DEPTH = 600
"""Nor are declarations with nodes nested deeper than this: questions about expressions recurse as well."""


STATEMENT_KINDS = frozenset(
    {
        "assignment_statement", "block", "break_statement", "const_declaration", "continue_statement",
        "dec_statement", "defer_statement", "empty_statement", "expression_statement",
        "expression_switch_statement", "fallthrough_statement", "for_statement", "go_statement",
        "goto_statement", "if_statement", "inc_statement", "labeled_statement", "return_statement",
        "select_statement", "send_statement", "short_var_declaration", "type_declaration",
        "type_switch_statement", "var_declaration",
    }
)  # fmt: skip


CASES = frozenset({"expression_case", "type_case", "default_case", "communication_case"})


SWITCHES = frozenset({"expression_switch_statement", "type_switch_statement", "select_statement"})


def statements(node: Node) -> list[Node]:
    """The statements of a block or of a case, in order.  The same list each time: not to be changed."""
    known = node.tree.statements.get(node)
    if known is None:
        inner = node.child("statement_list")
        children = inner.children if inner is not None else ()
        known = node.tree.statements[node] = [child for child in children if child.kind in STATEMENT_KINDS]
    return known


def labelled_statement(node: Node) -> Node | None:
    """The statement that a label stands before; None for a label at the end of a block."""
    return next((child for child in node.children if child.kind in STATEMENT_KINDS), None)


def loop_clause(loop: Node) -> Node | None:
    """The ``for`` clause, range clause or condition of a loop; None for ``for {}``."""
    return next((child for child in loop.named_children if child.kind != "block"), None)


def _starts_once(clause: Node | None) -> bool:
    """Return True if the loop does something before its first iteration only: an init statement, a range expression."""
    if clause is None:
        return False
    return clause.kind == "range_clause" or (clause.kind == "for_clause" and clause.get("initializer") is not None)


def loops_forever(loop: Node) -> bool:
    """``for {}`` and ``for init; ; post {}``: only a jump leaves it."""
    clause = loop_clause(loop)
    return clause is None or (clause.kind == "for_clause" and clause.get("condition") is None)


def loop_condition(loop: Node) -> Node | None:
    """The condition of a loop; None for a range clause, and where there is none."""
    clause = loop_clause(loop)
    if clause is None or clause.kind == "range_clause":
        return None
    return clause.get("condition") if clause.kind == "for_clause" else clause


def nesting(function: Node) -> int:
    """Return the depth to which the statements of a declaration nest, literals included."""
    return _depth(function, STATEMENT_KINDS)


def too_deep(root: Node) -> bool:
    """Return True if a declaration, its statements or any nodes in it, nests too deep for the analyses that recurse."""
    depth = _depth(root)
    return depth > MAX_DEPTH or (depth > MAX_NESTING and nesting(root) > MAX_NESTING)


def _depth(root: Node, kinds: frozenset[str] | None = None) -> int:
    """The greatest number of nodes, of these kinds, on one way down from ``root``, itself left out."""
    depths = [0]
    for node in islice(root.walk(), 1, None):
        assert node.parent is not None
        depths.append(depths[node.parent.index - root.index] + (kinds is None or node.kind in kinds))
    return max(depths)


def jump_target(jump: Node) -> Node | None:
    """The statement that a ``break`` or ``continue`` refers to, by the source alone; None if there is none."""
    label = jump.child("label_name")
    for up in jump.ancestors():
        if up.kind in ("func_literal", "function_declaration", "method_declaration"):
            return None
        loop = up.kind == "for_statement"
        if not loop and (up.kind not in SWITCHES or jump.kind == "continue_statement"):
            continue
        if label is None:
            return up
        holder = up.parent
        if holder is not None and holder.kind == "labeled_statement" and holder.need("label").text == label.text:
            return up
    return None


__all__ = ["CASES", "labelled_statement", "statements", "too_deep"]
