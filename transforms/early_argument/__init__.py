"""``early-argument``: evaluate at the end what a deferred call's argument was meant to be then.

What it finds: a duration measured in an argument or the receiver of a deferred call (``time.Since`` and helpers whose
body calls it), an error variable without a value so far as an argument, and a deferred call whose result, a function,
is not called.
What it writes: a literal around the call; ``()`` after it.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from defermod.codemod import (
    Binding,
    CallKind,
    Context,
    Finding,
    Fix,
    FunctionFact,
    Metadata,
    Node,
    Refusal,
    Rewriter,
    Rule,
    RuleDoc,
    Severity,
    Shared,
)
from defermod.golang.defuse import address_taken, assigns

from ..naming import top_level
from .doc import DOC, Reason

_PATHS = frozenset({"selector_expression", "index_expression"})
_TITLE = "evaluate it at the end, in a literal"


class EarlyArgument(Rule):
    """The rule.  Stateless."""

    rule = "early-argument"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.DEFERS, Metadata.SCOPES, Metadata.DEFUSE})
    words: ClassVar[tuple[str, ...]] = ("defer",)

    def visit(self, context: Context) -> Iterator[Finding]:
        for defer in context.root.find("defer_statement"):
            call = defer.named_children[0]
            if call.kind != "call_expression":
                continue
            measured = next((c for c in _evaluated(call) if _measures(context, c)), None)
            if measured is not None:
                message = f"{_brief(measured)} is evaluated at the defer, and not when the function ends"
                yield context.finding(defer, message, _late(context, defer, measured), Severity.ERROR)
            elif (error := _error_without_value(context, call)) is not None:
                message = f"{error.text} is evaluated at the defer, where it is always nil"
                yield context.finding(defer, message, _seeing(context, defer, error))
            elif (kind := _function_result(context, call)) is not None:
                message = f"the function that {_brief(call.need('function'))} returns is never called"
                yield context.finding(defer, message, _called(context, defer, kind))


def _evaluated(call: Node) -> Iterator[Node]:
    """The calls in the operands of a deferred call, literals left out."""
    for node in call.without("func_literal"):
        if node.kind == "call_expression" and node is not call:
            yield node


def _measures(context: Context, call: Node) -> bool:
    """Return True if a call says how much time has gone by since a variable's time."""
    function = call.need("function")
    arguments = call.need("arguments").named_children
    if function.text in ("time.Since", "time.Until") and len(arguments) == 1:
        operand = function.need("operand")
        return context.names_package(operand, "time") and _is_variable(arguments[0])
    if function.kind == "selector_expression" and function.need("field").text == "Sub" and len(arguments) == 1:
        return function.need("operand").text == "time.Now()" and _is_variable(arguments[0])
    fact = context.call(call)
    if fact is not None:
        return "elapsed" in fact.traits and any(_is_variable(argument) for argument in arguments)
    return not context.has_types and _helper_measures(context, function) and any(map(_is_variable, arguments))


def _helper_measures(context: Context, function: Node) -> bool:
    """Return True if a function of this file, by the text, measures a time."""
    for declared in context.declared_functions(function.text):
        if declared.get("result") is not None:
            return "time.Time" in declared.need("parameters").text and "time.Since(" in declared.text
    return False


def _is_variable(expression: Node) -> bool:
    return expression.kind in ("identifier", "selector_expression")


def _late(context: Context, defer: Node, measured: Node) -> Fix | Refusal:
    rewriter = _wrapped(context, defer)
    if not context.has_types:
        return rewriter.unsafe(_TITLE, Shared.NO_TYPES, "without Go's types nothing tells what stays the same", defer)
    call = defer.named_children[0]
    if context.recovers(call) is not False:
        return rewriter.unsafe(
            _TITLE, Reason.RECOVERS, "in a literal around it, the call would not recover panics", call
        )
    changing = _changing(context, defer, measured)
    if changing is not None:
        why = f"{_brief(changing)} is evaluated at the end, too, and may not be the same then"
        return rewriter.unsafe(_TITLE, Reason.EVALUATED_LATE, why, changing)
    why = "another duration is measured: look whether the time until the function's end is what was meant"
    return rewriter.unsafe(_TITLE, Reason.EVALUATED_LATE, why, call)


def _changing(context: Context, defer: Node, measured: Node) -> Node | None:
    """Return the part of the call, except the measurement, that may have another value at the end; None if none has."""
    call = defer.named_children[0]
    function = context.function(defer)
    about = context.function_facts(function) if function is not None else None
    fact = context.call(call)
    if about is None or fact is None:
        return call
    called = call.need("function")
    dynamic = fact.kind is CallKind.DYNAMIC
    hoisted = _hoisted(call)
    for node in call.without("func_literal"):
        if node is call or (hoisted is not None and node.within(hoisted)):
            continue
        if node.kind == "call_expression" and not (node.within(measured) or _pure(context, node, measured)):
            return node
        if node.kind in ("unary_expression", "index_expression", "composite_literal", "slice_expression"):
            return node
        if node.kind == "identifier":
            binding = context.binding(node)
            if binding is None and context.type(node) is not None:
                return node  # a variable of the package
            if binding is not None and binding.kind != "const" and not _settled(context, binding, defer, about):
                return node
        if node.kind == "selector_expression" and context.type(node) is not None:
            inner = node is not called and node.field == "function"
            method = inner or (node is called and not dynamic)
            if not method and not any(start <= node.start and node.end <= end for start, end in about.lasting):
                return node
    return None


def _pure(context: Context, call: Node, measured: Node) -> bool:
    """Return True if a call only turns the measured duration into another number: ``time.Since(t).Seconds()``."""
    fact = context.call(call)
    if fact is None:
        return False
    if fact.kind is CallKind.CONVERSION:
        return True  # what is converted is looked at by itself
    return fact.callee.startswith("(time.Duration).") and measured.within(call.need("function"))


def _settled(context: Context, binding: Binding, defer: Node, about: FunctionFact) -> bool:
    """Return True if a local variable keeps, from the defer on, the value that it has there."""
    declared = (binding.node.start, binding.node.end)
    if declared in about.addressed or declared in about.exposed or any(address_taken(use) for use in binding.uses):
        return False
    writes = [use for use in binding.uses if use is not binding.node and assigns(_path(use))]
    if any(use.start > defer.start or context.function(use) is not binding.function for use in writes):
        return False
    return (
        not any(up.kind == "for_statement" and binding.node.start < up.start for up in defer.ancestors()) or not writes
    )


def _path(use: Node) -> Node:
    """The ``a.b[i]`` that begins with a use of ``a``."""
    while use.parent is not None and use.field == "operand" and use.parent.kind in _PATHS:
        use = use.parent
    return use


def _error_without_value(context: Context, call: Node) -> Node | None:
    """The argument that is an error variable to which nothing is assigned before the defer, and something after it."""
    if call.need("function").kind == "func_literal":
        return None
    for argument in call.need("arguments").named_children:
        if argument.kind != "identifier":
            continue
        binding = context.binding(argument)
        if binding is None or binding.kind not in ("var", "result") or not _is_error(context, binding):
            continue
        if any(up.kind == "for_statement" and up.start > binding.node.start for up in call.ancestors()):
            continue
        writes = [use for use in binding.uses if use is not binding.node and (assigns(use) or address_taken(use))]
        if all(use.start > call.end for use in writes) and (writes or _is_returned(context, binding)):
            return argument
    return None


def _seeing(context: Context, defer: Node, error: Node) -> Fix | Refusal:
    """The fix by which a deferred call gets an error as it is at the end."""
    call = defer.named_children[0]
    hoisted = _hoisted(call)
    for called in _evaluated(call):
        if not (hoisted is not None and called.within(hoisted)) and not _is_conversion(context, called):
            why = f"{_brief(called)} would be called at the end, too"
            return context.refuse(Reason.CALLED_LATE, why, (called, "called at the defer"))
    why = f"{_brief(call.need('function'))} gets the error now, and not nil"
    return _wrapped(context, defer).unsafe(_TITLE, Reason.SEES_ERROR, why, error)


def _is_conversion(context: Context, call: Node) -> bool:
    fact = context.call(call)
    return fact is not None and fact.kind is CallKind.CONVERSION


def _is_error(context: Context, binding: Binding) -> bool:
    """Return True if a variable is a named result of type error, or declared by ``var err error`` alone."""
    declaration = binding.node.parent
    if declaration is None or declaration.get("value") is not None:
        return False
    kind = declaration.get("type")
    return kind is not None and kind.text == "error" and declaration.kind in ("var_spec", "parameter_declaration")


def _is_returned(context: Context, binding: Binding) -> bool:
    """Return True if a return gives a named result a value."""
    if binding.kind != "result" or binding.function is None:
        return False
    body = binding.function.need("body").without("func_literal")
    return any(node.kind == "return_statement" and node.named_children for node in body)


def _function_result(context: Context, call: Node) -> str | None:
    """The type of the one result of a deferred call if that is a function; None if it is not."""
    fact = context.call(call)
    if fact is not None:
        if len(fact.results) != 1 or fact.kind is CallKind.CONVERSION or fact.results[0].kind != "function":
            return None
        return fact.results[0].type
    function = call.need("function")
    if context.has_types or function.kind != "identifier":
        return None
    for declared in context.declared_functions(function.text):
        result = declared.get("result")
        if result is not None and result.kind == "function_type":
            return result.text
    return None


def _called(context: Context, defer: Node, kind: str) -> Fix | Refusal:
    call = defer.named_children[0]
    if not _takes_nothing(context, kind):
        why = f"the result is a {kind}, which {'takes' if kind.startswith('func(') else 'may take'} arguments"
        return context.refuse(Reason.RESULT_WANTS_ARGUMENTS, why, (call, kind))
    rewriter = context.rewriter().insert(call.end, "()")
    title = "call the result at the end"
    if not context.has_types:
        return rewriter.unsafe(title, Shared.NO_TYPES, "without Go's types nothing tells what the call does", defer)
    why = f"{_brief(call.need('function'))} is called at the defer now, and its result at the end"
    return rewriter.unsafe(title, Reason.CALLED_NOW, why, call)


def _takes_nothing(context: Context, kind: str) -> bool:
    """Return True if a function type, or one that this file declares, is known to have no parameters."""
    if kind.startswith("func()") or kind == "context.CancelFunc":
        return True
    package, _, name = kind.rpartition(".")
    declared = [spec for spec in context.root.find("type_spec") if package and spec.need("name").text == name]
    return len(declared) == 1 and declared[0].need("type").text.startswith("func()")


def _wrapped(context: Context, defer: Node) -> Rewriter:
    """The edits that put a literal around the deferred call.

    What gives the function that is deferred, ``begin()`` of ``defer begin()(err)``, is called where it was.
    """
    call, source = defer.named_children[0], context.source
    if (hoisted := _hoisted(call)) is not None:
        name = _free_name(defer)
        rewriter = context.rewriter().insert_before(defer, f"{name} := {hoisted.text}")
        return rewriter.insert(call.start, "func() { ").replace(hoisted, name).insert(call.end, " }()")
    line = source.text[source.line_start(defer.start) : defer.start].decode("utf-8", "replace")
    rewriter = context.rewriter()
    if line.strip():
        return rewriter.insert(call.start, "func() { ").insert(call.end, " }()")
    return rewriter.insert(call.start, f"func() {{\n{line}\t").indent(call).insert(call.end, f"\n{line}}}()")


def _hoisted(call: Node) -> Node | None:
    """The call that gives the function that a deferred call calls, or the receiver of its method; None if none does."""
    called = call.need("function")
    operand = called.get("operand") if called.kind == "selector_expression" else called
    return operand if operand is not None and operand.kind == "call_expression" else None


def _free_name(around: Node) -> str:
    """A name that the declaration around a node uses for nothing."""
    taken = {node.text for node in top_level(around).find("identifier", "type_identifier")}
    wished = ("end", "finish", *(f"end{number}" for number in range(2, 1000)))
    return next(name for name in wished if name not in taken)


def _brief(node: Node) -> str:
    text = node.text
    return text if len(text) <= 50 and "\n" not in text else f"{text.splitlines()[0][:47]}..."


TRANSFORM = EarlyArgument()
