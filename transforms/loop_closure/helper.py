"""``t.Helper()``: it hides the frame of the function that calls it, and not that of a closure in it.

A closure that reports through the same ``t`` calls ``Helper`` itself, as its first statement, so that failures
are reported for the line that they were reported for.
"""

from __future__ import annotations

from collections.abc import Sequence

from defermod.codemod import Binding, Node, Scopes, Shared, Types
from defermod.golang.scopes import own_nodes
from defermod.golang.statements import statements
from defermod.rewrite.region import Region

from .hazard import ReleaseHazard, doubt

_QUIET = frozenset(
    {"Chdir", "Cleanup", "Context", "Deadline", "Failed", "Helper", "Name", "Parallel", "Run", "Setenv", "Skipped",
     "TempDir"}
)  # fmt: skip
"""Methods that report nothing for the line that they are called from."""
_TESTING = frozenset({"*testing.B", "*testing.F", "*testing.T", "testing.TB"})


def helper_calls(function: Node) -> list[Node]:
    """The calls of a method ``Helper`` in a function, less its literals."""
    return [node for node in own_nodes(function) if node.kind == "call_expression" and _is_helper(node)]


def helper_of_region(
    region: Region, function: Node, calls: Sequence[Node], scopes: Scopes, types: Types
) -> str | ReleaseHazard:
    """Return the statement that a closure around ``region`` has to start with; empty if it needs none.

    A hazard where what the function hides can't be hidden by such a statement: the call of ``Helper`` is not
    among the first that the function does, or it is that of another type.  ``calls``: those of ``helper_calls``.
    """
    for call in calls:
        name = call.need("function").need("operand")
        binding = scopes.of.get(name)
        fact = types.expression(name)
        if binding is not None and not _reports(binding, region):
            continue
        if (
            binding is None
            or fact is None
            or fact.type not in _TESTING
            or call.parent not in statements(function.need("body"))
            or call.start > region.start
            or scopes.meaning(binding.name, region.statements[0]) is not binding
        ):
            sentence = f"{call.need('function').text} would not cover what the closure reports"
            return doubt(Shared.CALLER_FRAME, sentence, call.span, "hides this frame only")
        return f"{binding.name}.Helper()"
    return ""


def _is_helper(call: Node) -> bool:
    function = call.need("function")
    return function.kind == "selector_expression" and function.need("field").text == "Helper"


def _reports(binding: Binding, region: Region) -> bool:
    """Return True if the region does anything with the variable but call a method that reports nothing."""
    for use in binding.uses:
        parent = use.parent
        quiet = parent is not None and parent.kind == "selector_expression" and parent.need("field").text in _QUIET
        if region.holds(use) and not quiet:
            return True
    return False
