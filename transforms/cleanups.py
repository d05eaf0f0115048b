"""Registrations with ``t.Cleanup``, for the two rules that write them."""

from __future__ import annotations

from defermod.codemod import CallFact, Node, Rewriter


def register(rewriter: Rewriter, defer: Node, tester: str, fact: CallFact | None) -> None:
    """Write ``t.Cleanup(...)`` in the place of a ``defer``; ``fact``: what Go says of the deferred call."""
    call = defer.named_children[0]
    arguments = call.need("arguments")
    if is_value(call, fact):
        rewriter.cut(defer.start, call.start).insert(defer.start, f"{tester}.Cleanup(")
        rewriter.cut(arguments.start, arguments.end).insert(arguments.end, ")")
    else:
        rewriter.cut(defer.start, call.start).insert(defer.start, f"{tester}.Cleanup(func() {{ ")
        rewriter.insert(call.end, " })")


def is_value(call: Node, fact: CallFact | None) -> bool:
    """Return True if the called function itself is registered: it is evaluated where it was, with its receiver."""
    plain = call.need("function").kind == "func_literal" or (fact is not None and not fact.results)
    return plain and not call.need("arguments").named_children
