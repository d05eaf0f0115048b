"""Does the iteration itself use the resource, or is it merely held for what comes after?

A lock, a lease, a server, a hook: made, perhaps started or logged, and released at the end of the function.
Nothing names it later, and yet everything later relies on it.  What tells them from a file that is read is
that the iteration doesn't *consume* them: it takes nothing out of them and puts nothing in.
"""

from __future__ import annotations

from defermod.analysis.lifetime import Lifetime
from defermod.analysis.release import Ends
from defermod.golang.cfg import STATEMENT_KINDS
from defermod.golang.defuse import assigns
from defermod.syntax.match import Shape
from defermod.syntax.tree import Node

_PRINTS = frozenset({"fmt.Println", "fmt.Printf", "fmt.Print", "fmt.Sprint", "fmt.Sprintf", "fmt.Sprintln"})
_NIL_TEST = Shape("binary_expression", has="nil")


def consumed(life: Lifetime) -> bool:
    """Does the iteration take something out of the resource, or put something in?

    What is closed may have been read before the ``defer`` stands, if only to be printed; of anything else only
    what follows the ``defer`` counts, and a log line doesn't.
    """
    start = life.body.start if _closes(life) else life.defer.end
    uses = (use for binding in life.itself for use in binding.uses)
    return any(use.start >= start and use.within(life.body) and _consumes(use, life) for use in uses)


def _closes(life: Lifetime) -> bool:
    return life.release.ends is Ends.VALUE and not life.release.lasting


def _consumes(use: Node, life: Lifetime) -> bool:
    if assigns(use) or _NIL_TEST.matches(use.parent):
        return False
    call = call_on(use)
    for up in use.ancestors():
        if up.kind == "defer_statement":
            return False
        if up.kind == "call_expression" and up is not call and not _closes(life) and _reports(up, use, life):
            return False
        if up.kind in STATEMENT_KINDS:
            break
    if call is None:
        return use.parent is not None and use.parent.kind != "expression_list"
    method = call.need("function").need("field").text
    if method in life.knowledge.naming and any(_is_report(up, life) for up in call.ancestors()):
        return False
    if method == "Fd":
        return False
    if method[:2] in ("on", "On") and method[2:3].isupper():
        method = "on_"
    if _closes(life) and method.lower() == "set":
        return True
    return not method.lower().startswith(life.knowledge.effects) or _result_used(call)


def call_on(use: Node) -> Node | None:
    """The method call whose receiver is rooted in ``use``."""
    node = use
    while node.parent is not None and node.field == "operand":
        node = node.parent
    parent = node.parent
    if parent is None or node is use or node.field != "function" or node.kind != "selector_expression":
        return None
    return parent if parent.kind == "call_expression" else None


def _is_report(node: Node, life: Lifetime) -> bool:
    return node.kind == "call_expression" and (
        node.need("function").text in _PRINTS
        or (node.need("function").text.rpartition(".")[2] in life.knowledge.reports and life.uses_only(node))
    )


def _reports(call: Node, use: Node, life: Lifetime) -> bool:
    """Is ``use`` only printed or logged by ``call``?"""
    function = call.need("function")
    if use.within(function) or function.kind != "selector_expression":
        return False
    return function.text in _PRINTS or (function.need("field").text in life.knowledge.reports and life.uses_only(call))


def _result_used(call: Node) -> bool:
    """Does anything but an error test look at the call's result?"""
    parent = call.parent
    if parent is None or parent.kind == "expression_statement":
        return False
    statement = parent.parent
    if parent.kind != "expression_list" or statement is None:
        return True
    left = statement.get("left")
    if left is None:
        return True
    return any(not name.text.startswith(("err", "_")) for name in left.named_children)
