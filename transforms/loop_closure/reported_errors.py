"""Deferred literals that do nothing with a result but report an error in it.

    defer func() {
        if cerr := w.Close(); err == nil {
            err = cerr
        }
    }()

Run at the function's end, the report is what the caller gets.  Run at the iteration's end, it is lost,
unless what the literal stands in by then has a result of its own for it: the closure.
"""

from __future__ import annotations

from defermod.codemod import Binding, Node, Scopes
from defermod.golang.defuse import assigns
from defermod.golang.statements import statements


def reported_result(literal: Node, scopes: Scopes) -> Binding | None:
    """The one named result, an ``error``, that ``literal`` mentions, if it only reports an error in it; else None.

    It may assign to it, with its old value among what is assigned (``err = errors.Join(err, w.Close())``), and
    compare it with ``nil`` to decide about nothing but such an assignment.  A literal that looks at the result to
    decide about anything else (``if err != nil { tx.Rollback() }``) is about the whole function.
    """
    names = literal.need("body").find("identifier")
    uses = [name for name in names if name.text != "_" and _is_result(scopes.of.get(name))]
    results = {scopes.of[use] for use in uses}
    if len(results) != 1:
        return None
    (result,) = results
    declaration = result.node.parent
    if declaration is None or declaration.need("type").text != "error":
        return None
    if not all(_reports(use, result, scopes) for use in uses) or not any(assigns(use) for use in uses):
        return None
    return result


def _is_result(binding: Binding | None) -> bool:
    return binding is not None and binding.kind == "result"


def _reports(use: Node, result: Binding, scopes: Scopes) -> bool:
    for up in use.ancestors():
        if up.kind == "assignment_statement":
            return _assignment_to(up, result, scopes)
        if up.kind == "if_statement":
            return _decides_about_assignment(up, use, result, scopes)
        if up.kind == "func_literal" or up.kind.endswith("_statement"):
            return False
    return False


def _assignment_to(statement: Node, result: Binding, scopes: Scopes) -> bool:
    """``err = ...``, and to nothing else."""
    targets = statement.need("left").named_children
    return len(targets) == 1 and scopes.of.get(targets[0]) is result and statement.child("=") is not None


def _decides_about_assignment(branch: Node, use: Node, result: Binding, scopes: Scopes) -> bool:
    """Return True if ``use`` is compared with ``nil`` in the condition of an ``if`` that only assigns to the result."""
    comparison = use.parent
    if comparison is None or not use.within(branch.need("condition")) or comparison.kind != "binary_expression":
        return False
    if comparison.child("==") is None or comparison.child("nil") is None or branch.get("alternative") is not None:
        return False
    inner = statements(branch.need("consequence"))
    return bool(inner) and all(s.kind == "assignment_statement" and _assignment_to(s, result, scopes) for s in inner)
