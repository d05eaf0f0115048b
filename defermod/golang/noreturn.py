"""Calls that never return, by their names."""

from __future__ import annotations

from defermod.golang.statements import CASES
from defermod.syntax.tree import Node

_TESTING_ENDS = frozenset({"FailNow", "Fatal", "Fatalf", "Skip", "SkipNow", "Skipf"})
_LOG_ENDS = frozenset({"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln", "Exit", "Exitf", "Exitln", "Goexit"})
_LOGGERS = frozenset({"glog", "klog", "log", "logger", "logrus", "os", "runtime", "syscall", "zap"})
_TESTERS = frozenset({"b", "f", "t", "tb"})


def ends_path(statement: Node) -> bool:
    """Return True for a call that is known, by its name, never to return (or to end the goroutine)."""
    if statement.kind == "select_statement":
        return not any(child.kind in CASES for child in statement.children)
    if statement.kind != "expression_statement":
        return False
    call = statement.named_children[0] if statement.named_children else None
    return call is not None and call.kind == "call_expression" and never_returns(call)


def never_returns(call: Node) -> bool:
    """Return True for a call that is known, by the name of what it calls, never to return."""
    function = call.need("function")
    if function.kind == "identifier":
        return function.text == "panic"
    if function.kind != "selector_expression":
        return False
    operand, name = function.need("operand").text, function.need("field").text
    if operand in _LOGGERS:
        return name in _LOG_ENDS
    return operand in _TESTERS and name in _TESTING_ENDS and _in_test(call)


def ends_always(statement: Node) -> bool:
    """Return True for a statement that ends a path by the language's rules, and not only by its name."""
    return statement.kind == "select_statement" or statement.text.startswith("panic(")


def _in_test(node: Node) -> bool:
    """Return True if a function around ``node`` takes something of package ``testing``."""
    return any(b"testing." in params.raw for up in node.ancestors() if (params := up.get("parameters")))


def runs_defers(statement: Node) -> bool:
    """Return True for a statement that ends a path by unwinding the stack, which runs deferred calls."""
    operand, _, name = statement.text.partition("(")[0].rpartition(".")
    return name in ("panic", "Goexit") or name.startswith("Panic") or operand in _TESTERS
