"""Calls that end the program."""

from __future__ import annotations

import re

from defermod.codemod import Context, Node

_BY_NAME = re.compile(
    r"os\.Exit|syscall\.Exit|log\.Fatal(f|ln)?|(logrus|klog|glog)\.(Fatal(f|ln)?|Exit(f|ln)?)|\w*[lL]og(ger)?\.Fatal\w*"
)
_PRINTS = {"Fatal": "Print", "Fatalf": "Printf", "Fatalln": "Println"}


def is_exit(context: Context, statement: Node) -> bool:
    """Return True if a statement is a call that ends the program."""
    return statement.kind == "expression_statement" and bool(statement.named_children) and _ends(context, statement)


def is_deferred_exit(context: Context, defer: Node) -> bool:
    """Return True if a deferred call, or a statement of a deferred literal, ends the program."""
    return _ends(context, defer) or any(is_exit(context, node) for node in defer.find("expression_statement"))


def _ends(context: Context, statement: Node) -> bool:
    call = statement.named_children[0]
    if call.kind != "call_expression":
        return False
    fact = context.call(call)
    if fact is not None:
        return "quits" in fact.traits
    return not context.has_types and _BY_NAME.fullmatch(call.need("function").text) is not None


def std_log(context: Context, exit_: Node) -> bool:
    """Return True if the exit is ``Fatal``, ``Fatalf`` or ``Fatalln`` of package log or of a ``log.Logger``."""
    call = exit_.named_children[0]
    function = call.need("function")
    if function.kind != "selector_expression" or function.need("field").text not in _PRINTS:
        return False
    callee = context.callee(call)
    if callee is not None:
        return callee.startswith(("log.Fatal", "(*log.Logger).Fatal"))
    return function.need("operand").text == "log"


def alone(context: Context, statement: Node) -> bool:
    """Return True if a statement has its lines to itself."""
    source = context.source
    head = source.text[source.line_start(statement.start) : statement.start].strip()
    rest = source.text[statement.end : source.line_end(statement.end)].strip()
    return not head and (not rest or rest.startswith(b"//"))


def prints(fatal: str) -> str:
    """The name of what prints the same as ``Fatal``, ``Fatalf`` or ``Fatalln``, and goes on."""
    return _PRINTS[fatal]
