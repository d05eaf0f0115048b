"""Find returned errors that are known not to be nil.

An error is known when it stands in the branch that a test against nil guards, or is made by a
constructor that never returns nil.  Anything else may be nil, and a closure that returns it would go
on where the function returned.
"""

from __future__ import annotations

from defermod.golang.scopes import Binding, Scopes, enclosing_function
from defermod.syntax.tree import Node

_CONSTRUCTORS = frozenset({"errors.New", "fmt.Errorf", "errors.Errorf", "xerrors.New", "xerrors.Errorf"})
_WRAPPERS = frozenset({"errors.Wrap", "errors.Wrapf", "errors.WithMessage", "errors.WithMessagef", "errors.WithStack"})
_SENTINELS = frozenset(
    {
        "context.Canceled", "context.DeadlineExceeded", "http.ErrServerClosed", "io.EOF", "io.ErrClosedPipe",
        "io.ErrNoProgress", "io.ErrShortBuffer", "io.ErrShortWrite", "io.ErrUnexpectedEOF", "net.ErrClosed",
        "os.ErrClosed", "os.ErrExist", "os.ErrInvalid", "os.ErrNotExist", "os.ErrPermission", "sql.ErrNoRows",
        "sql.ErrTxDone",
    }
)  # fmt: skip


def known_error(value: Node, scopes: Scopes) -> bool:
    """Return True if this expression is an error that can't be nil where it stands.

    Preconditions: the name of a constructor's package isn't declared in the function (then it is the
    import, or vet says no).  A variable counts only if nothing between the test and the expression, and
    no function literal or pointer anywhere, can assign to it.
    """
    match value.kind:
        case "identifier":
            binding = scopes.of.get(value)
            return binding is not None and known_not_nil(binding, value, scopes)
        case "call_expression":
            name = _package_function(value, scopes)
            if name in _CONSTRUCTORS:
                return True
            arguments = value.need("arguments").named_children
            return name in _WRAPPERS and bool(arguments) and known_error(arguments[0], scopes)
        case "selector_expression":
            return value.text in _SENTINELS and value.need("operand") not in scopes.of
        case "unary_expression":
            return value.children[0].kind == "&" and value.need("operand").kind == "composite_literal"
        case "parenthesized_expression":
            return any(known_error(inner, scopes) for inner in value.named_children)
    return False


def known_not_nil(error: Binding, place: Node, scopes: Scopes) -> bool:
    """Return True if a variable can't be nil at a place: a use of it, or a ``return`` that gives it by its name."""
    return "nil" not in scopes.first_of and _guarded(place, error, scopes)


def _package_function(call: Node, scopes: Scopes) -> str:
    """``pkg.Name`` of a call through an imported package; empty for anything else."""
    function = call.need("function")
    if function.kind != "selector_expression" or function.need("operand") in scopes.of:
        return ""
    return function.text


def _guarded(use: Node, binding: Binding, scopes: Scopes) -> bool:
    assignments = scopes.assignments(binding)
    if assignments.outside(enclosing_function(use)):
        return False
    inner: Node = use
    for up in use.ancestors():
        if up.kind in ("func_literal", "function_declaration", "method_declaration"):
            return False
        if up.kind == "if_statement":
            branch = _branch_known_not_nil(up, binding, scopes)
            if branch is not None and inner is branch and not assignments.between(branch.start, use.start):
                return True
        if up.kind == "for_statement" and assignments.between(up.start, up.end):
            return False
        if up.kind == "labeled_statement" and assignments.after(up.start):
            return False  # a goto may come back here
        inner = up
    return False


def _branch_known_not_nil(node: Node, binding: Binding, scopes: Scopes) -> Node | None:
    """The branch of an ``if`` in which ``binding`` is not nil by its condition."""
    condition = node.need("condition")
    if _tests_nil(condition, "!=", binding, scopes):
        return node.need("consequence")
    if _tests_nil(condition, "==", binding, scopes, joined=False):
        return node.get("alternative")
    return None


def is_not_nil_test(condition: Node, binding: Binding, scopes: Scopes) -> bool:
    """Return True if the condition is ``err != nil`` for this variable, and nothing else."""
    if condition.kind != "binary_expression" or condition.child("!=") is None:
        return False
    return condition.need("right").kind == "nil" and scopes.of.get(condition.need("left")) is binding


def _tests_nil(condition: Node, operator: str, binding: Binding, scopes: Scopes, joined: bool = True) -> bool:
    """``err != nil`` itself or, for ``joined``, as one term of an ``&&``."""
    if condition.kind == "parenthesized_expression":
        return any(_tests_nil(inner, operator, binding, scopes, joined) for inner in condition.named_children)
    if condition.kind != "binary_expression":
        return False
    sign = condition.need("operator").kind if condition.get("operator") else condition.children[1].kind
    left, right = condition.need("left"), condition.need("right")
    if sign == "&&" and joined:
        return any(_tests_nil(side, operator, binding, scopes) for side in (left, right))
    return sign == operator and right.kind == "nil" and scopes.of.get(left) is binding


__all__ = ["is_not_nil_test", "known_error", "known_not_nil"]
