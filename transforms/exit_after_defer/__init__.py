"""``exit-after-defer``: make the pending deferred calls before a call that ends the program.

What it finds: ``os.Exit``, ``log.Fatal`` and functions that always end in one, where deferred calls are pending.
What it writes: the pending calls before the exit, last in, first out; ``log.Fatal(x)`` becomes ``log.Print(x)``, the
calls, and ``os.Exit(1)``.  All exits of a function are one fix.  A ``main`` with several of them, or with defers for
which that can't be written, becomes ``run() error``, or ``run() int``.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar

from defermod.codemod import Context, Finding, Fix, Metadata, Node, Refusal, Rewriter, Rule, RuleDoc, Shared
from defermod.golang.deferred import listed_before, siblings
from defermod.golang.loops import functions
from defermod.golang.statements import statements

from ..naming import top_level
from .doc import DOC, Reason
from .exits import alone, is_deferred_exit, is_exit, prints, std_log
from .run import is_main, split

_LOST_ANYWAY = re.compile(r"(.*\.)?(R?Unlock|Done|\w*[cC]ancel\w*)|stop\w*|close|os\.(Chdir|Setenv|Unsetenv)")
_CONSTANT = re.compile(r"\d+")


class ExitAfterDefer(Rule):
    """The rule.  Stateless."""

    rule = "exit-after-defer"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.DEFERS, Metadata.SCOPES, Metadata.CFG})
    words: ClassVar[tuple[str, ...]] = ("defer",)
    other_tools: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"nolint": ("gocritic",)})

    def visit(self, context: Context) -> Iterator[Finding]:
        for function in functions(context.root):
            if context.function_name(function).startswith("Example"):
                continue  # it shows something else
            own = list(function.need("body").without("func_literal"))
            deferred = [node for node in own if node.kind == "defer_statement"]
            defers = [node for node in deferred if not is_deferred_exit(context, node)]
            exits = [node for node in own if defers and is_exit(context, node)]
            pending = {each: _pending(context, function, defers, each) for each in exits}
            lost = {
                each: calls
                for each, calls in pending.items()
                if not all(_lost_anyway(defer) for defer in calls) and not _made_already(calls, each)
            }
            if lost:
                outcome = _outcome(context, function, lost)
                if is_main(context, function) and (len(lost) > 1 or isinstance(outcome, Refusal)):
                    outcome = (split(context, function, exits, list(lost)) if defers == deferred else None) or outcome
                for each, calls in lost.items():
                    names = " and ".join(dict.fromkeys(_brief(defer) for defer in calls if not _lost_anyway(defer)))
                    message = f"{_called(each)} ends the program: {names}, deferred above, will not be called"
                    yield context.finding(each, message, outcome)


def _pending(context: Context, function: Node, defers: list[Node], exit_: Node) -> list[Node]:
    """The defers that control may have passed when it comes to the exit, the last one first."""
    flow = context.cfg(function)
    goal = flow.before(exit_)
    return [defer for defer in reversed(defers) if flow.reaches(flow.after(defer), goal)]


def _lost_anyway(defer: Node) -> bool:
    """Return True if nobody misses the call once the process is gone."""
    function = defer.named_children[0].need("function")
    if function.kind == "func_literal":
        return _recovers(function) and not any(_is_plain_call(each) for each in statements(function.need("body")))
    return _LOST_ANYWAY.fullmatch(function.text) is not None


def _is_plain_call(statement: Node) -> bool:
    """Return True if a statement of a recovering literal does something whether there was a panic or not."""
    return statement.kind == "expression_statement" and not statement.text.startswith("recover")


def _recovers(literal: Node) -> bool:
    return any(call.need("function").text == "recover" for call in literal.find("call_expression"))


def _made_already(calls: list[Node], exit_: Node) -> bool:
    """Return True if the statements before the exit are the pending calls."""
    before = {statement.text for statement in listed_before(exit_)}
    return all(_lost_anyway(defer) or _text_of(defer) in before for defer in calls)


def _text_of(defer: Node) -> str:
    """Return the text that stands for the deferred call: the one statement of a literal, or the call itself."""
    call = defer.named_children[0]
    literal = call.need("function")
    if literal.kind == "func_literal" and _is_short(call):
        return statements(literal.need("body"))[0].text
    return call.text


def _is_short(call: Node) -> bool:
    """Return True if a deferred literal is one simple statement on one line."""
    body = statements(call.need("function").need("body"))
    if len(body) != 1 or call.need("arguments").named_children or "\n" in body[0].text:
        return False
    return body[0].kind in ("expression_statement", "assignment_statement", "send_statement")


def _outcome(context: Context, function: Node, lost: Mapping[Node, list[Node]]) -> Fix | Refusal:
    title = "make the pending calls before the exit"
    flow, about = context.cfg(function), context.function_facts(function)
    lasting = about.lasting if about is not None else frozenset()
    named: dict[Node, str] = {}
    wanted = sorted({d for calls in lost.values() for d in calls if not _lost_anyway(d)}, key=lambda node: node.start)
    for defer in wanted:
        call = defer.named_children[0]
        literal = call.need("function")
        if flow.in_one_cycle(flow.before(defer), flow.after(defer)):
            return context.refuse(
                Reason.CONDITIONAL_DEFER, "the defer may have been passed several times", (defer, "here")
            )
        for exit_, calls in lost.items():
            around = flow.reachable(flow.entry, without=flow.before(defer))
            if defer in calls and flow.before(exit_) in around:
                return context.refuse(Reason.CONDITIONAL_DEFER, "the defer may not have been passed", (defer, "here"))
        if literal.kind == "func_literal":
            if _recovers(literal):
                return context.refuse(Reason.RECOVERS, "the pending call is there for panics", (defer, "recovers"))
            if call.need("arguments").named_children:
                return context.refuse(
                    Reason.OPERANDS_CHANGE, "the literal's arguments are evaluated early", (call, "here")
                )
            if not _is_short(call):
                named[defer] = _free_name(function, named)
            continue
        operands = [literal, *call.need("arguments").named_children]
        changing = next((o for o in operands if (o.start, o.end) not in lasting and "literal" not in o.kind), None)
        if changing is not None and context.has_types:
            why = f"{_short(changing)} may be another at the exit"
            return context.refuse(Reason.OPERANDS_CHANGE, why, (changing, "may change"))
    for exit_ in lost:
        if not siblings(exit_) or not alone(context, exit_) or not all(alone(context, defer) for defer in named):
            return context.refuse(Reason.LAYOUT, "the statements share their lines with others", (exit_, "here"))
        if not std_log(context, exit_) or not context.is_declared("os", exit_):
            continue
        return context.refuse(Reason.NAME_TAKEN, "os means something else here", (exit_, "here"))
    rewriter = context.rewriter()
    for defer, name in named.items():
        call = defer.named_children[0]
        literal = call.need("function")
        rewriter.cut(defer.start, literal.start).insert(defer.start, f"{name} := ").cut(literal.end, call.end)
        rewriter.insert_after(defer, f"defer {name}()")
    for exit_, calls in lost.items():
        _write(context, rewriter, exit_, calls, named)
    if not context.has_types:
        return rewriter.unsafe(
            title, Shared.NO_TYPES, "without Go's types nothing tells what stays the same", wanted[0]
        )
    return rewriter.unsafe(title, Reason.CALLS_ADDED, "calls are made that were not made before", wanted[0])


def _write(context: Context, rewriter: Rewriter, exit_: Node, calls: list[Node], named: Mapping[Node, str]) -> None:
    call = exit_.named_children[0]
    function, arguments = call.need("function"), call.need("arguments").named_children
    made = [f"{named[d]}()" if d in named else _text_of(d) for d in calls if not _lost_anyway(d)]
    lines = "\n".join(made)
    if std_log(context, exit_):
        field = function.need("field")
        rewriter.replace(field, prints(field.text)).insert_after(exit_, f"{lines}\nos.Exit(1)").add_import("os")
    elif (
        len(arguments) == 1 and arguments[0].kind == "call_expression" and function.text in ("os.Exit", "syscall.Exit")
    ):
        name = _free_name(exit_, {}, ("code", "status", "exitCode"))
        rewriter.insert_before(exit_, f"{name} := {arguments[0].text}\n{lines}").replace(arguments[0], name)
    else:
        rewriter.insert_before(exit_, lines)


def _free_name(
    around: Node, named: Mapping[Node, str], wished: tuple[str, ...] = ("cleanup", "release", "finish")
) -> str:
    taken = {node.text for node in top_level(around).find("identifier", "type_identifier")} | set(named.values())
    numbered = (f"{wished[0]}{number}" for number in range(2, 1000))
    return next(name for name in (*wished, *numbered) if name not in taken)


def _called(exit_: Node) -> str:
    return _short(exit_.named_children[0].need("function"))


def _brief(defer: Node) -> str:
    function = defer.named_children[0].need("function")
    return "the literal" if function.kind == "func_literal" else _short(function)


def _short(node: Node) -> str:
    return node.text if len(node.text) <= 40 and "\n" not in node.text else f"{node.text.splitlines()[0][:37]}..."


TRANSFORM = ExitAfterDefer()
