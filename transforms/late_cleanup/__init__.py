"""``late-cleanup``: register with ``t.Cleanup`` what a test defers and its parallel subtests use.

What it finds: a ``defer`` in a function with a ``*testing.T`` whose ``t.Run`` gets a literal that calls ``Parallel``
and uses what the deferred call releases.
What it writes: ``t.Cleanup(srv.Close)``, or a literal around the call.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from defermod.codemod import (
    Binding,
    Context,
    Finding,
    Fix,
    Metadata,
    Node,
    Refusal,
    Rewriter,
    Rule,
    RuleDoc,
    Severity,
    Shared,
    Span,
)
from defermod.golang.deferred import root_of
from defermod.golang.loops import functions
from defermod.golang.statements import statements

from ..cleanups import is_value, register
from .doc import DOC, Reason
from .prefilter import parallel_subtests

_TESTER = re.compile(r"\*testing\.T")
_ENDS = re.compile(r"(.*\.)?([cC]lose|[sS]top|[sS]hutdown|[cC]leanup|[tT]ear[dD]own|[rR]emove|[cC]ancel)\w*", re.DOTALL)
_SIGNALS = re.compile(r"close|(.*\.)?(R?Unlock|Done|Wait|Signal|Broadcast)", re.DOTALL)
"""Effects that others may wait for: a subtest may need the call to have been made."""
_TITLE = "register it with t.Cleanup"


class LateCleanup(Rule):
    """The rule.  Stateless."""

    rule = "late-cleanup"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.CONFIRMS, Metadata.SCOPES})
    within_suspects: ClassVar[bool] = True

    def suspects(self, text: bytes) -> Iterator[Span]:
        return parallel_subtests(text)

    def visit(self, context: Context) -> Iterator[Finding]:
        for function in functions(context.root):
            tester = _tester(context, function)
            if tester is None:
                continue
            own = list(function.need("body").without("func_literal"))
            parallel = [lit for call in own if (lit := _parallel_subtest(context, call, tester)) is not None]
            defers = [node for node in own if node.kind == "defer_statement"]
            late = {
                d: use for d in defers if parallel and _ends(d) and (use := _used_by(context, d, parallel)) is not None
            }
            if late:
                outcome = _outcome(context, function, tester, defers, list(late))
                for defer, use in late.items():
                    what = _brief(defer)
                    message = f"{what} is called before the parallel subtest that uses {use.text} runs"
                    yield context.finding(defer, message, outcome, Severity.ERROR)


def _ends(defer: Node) -> bool:
    """Return True if a deferred call, by its name, ends something, and gives back nothing that others wait for."""
    called = defer.named_children[0].need("function")
    names = [called] if called.kind != "func_literal" else [c.need("function") for c in called.find("call_expression")]
    return any(_ENDS.fullmatch(name.text) for name in names) and not any(_SIGNALS.fullmatch(n.text) for n in names)


def _tester(context: Context, function: Node) -> Binding | None:
    """The ``t`` that a function gets."""
    for one in function.need("parameters").named_children:
        kind, names = one.get("type"), one.all("name")
        if kind is not None and _TESTER.fullmatch(kind.text) and len(names) == 1 and names[0].text != "_":
            return context.binding(names[0])
    return None


def _parallel_subtest(context: Context, call: Node, tester: Binding) -> Node | None:
    """The literal that ``t.Run`` gets, if it calls ``Parallel`` on its own ``t``."""
    function = call.get("function") if call.kind == "call_expression" else None
    if function is None or function.kind != "selector_expression" or function.need("field").text != "Run":
        return None
    operand, arguments = function.need("operand"), call.need("arguments").named_children
    if operand.kind != "identifier" or context.binding(operand) is not tester or len(arguments) != 2:
        return None
    literal = arguments[1]
    inner = _tester(context, literal) if literal.kind == "func_literal" else None
    if inner is None:
        return None
    for each in literal.need("body").without("func_literal"):
        called = each.get("function") if each.kind == "call_expression" else None
        if called is not None and called.kind == "selector_expression" and called.need("field").text == "Parallel":
            operand = called.need("operand")
            if operand.kind == "identifier" and context.binding(operand) is inner:
                return literal
    return None


def _used_by(context: Context, defer: Node, literals: list[Node]) -> Node | None:
    """The first use in one of the literals of what the deferred call releases, or of what came with it."""
    call = defer.named_children[0]
    called = call.need("function")
    paths = [called, *call.need("arguments").named_children]
    if called.kind == "func_literal":
        paths = [path for inner in called.find("call_expression") for path in (inner.need("function"), inner)]
    for path in paths:
        root = root_of(path)
        binding = context.binding(root) if root is not None else None
        if binding is None or binding.kind != "var" or binding.function is not context.function(defer):
            continue
        for other in _declared_with(context, binding):
            for use in other.uses:
                if any(use.within(literal) for literal in literals):
                    return use
    return None


def _declared_with(context: Context, binding: Binding) -> Iterator[Binding]:
    """The variables that one ``:=`` declares: of ``ctx, cancel := ...`` both; the variable itself otherwise."""
    yield binding
    statement = binding.node.parent.parent if binding.node.parent is not None else None
    if statement is None or statement.kind != "short_var_declaration":
        return
    for name in statement.need("left").named_children:
        other = context.binding(name) if name.kind == "identifier" else None
        if other is None or other is binding or other.node is not name:
            continue
        if name.text != "err" and context.type(name) != "error":
            yield other


def _outcome(context: Context, function: Node, tester: Binding, defers: list[Node], late: list[Node]) -> Fix | Refusal:
    body = statements(function.need("body"))
    doubts: list[tuple[str, str, Node]] = []
    rewriter = context.rewriter()
    for defer in late:
        if defer not in body:
            return context.refuse(Reason.CONDITIONAL_DEFER, "the defer is in a loop or a branch", (defer, "here"))
        recovers = context.recovers(defer.named_children[0])
        if recovers:
            return context.refuse(Shared.RECOVERS, "the deferred call recovers panics", (defer, "recovers"))
        if recovers is None:
            doubts.append((Reason.MAY_RECOVER, "whether the deferred function recovers is not known", defer))
        changing = _write(context, rewriter, function, tester, defer)
        if changing is not None:
            doubts.append((Reason.OPERANDS_CHANGE, f"{changing.text} would be evaluated later", changing))
    if not _is_test(function):
        doubts.append((Reason.CALLED_BY_TEST, "what the caller does then may rely on the call", function))
    staying = [defer for defer in defers if defer not in late]
    if staying:
        doubts.append((Reason.ORDER_OF_DEFERS, "another deferred call stays, and runs before it", staying[0]))
    if not context.has_types:
        return rewriter.unsafe(_TITLE, Shared.NO_TYPES, "without Go's types nothing tells what the call does", late[0])
    doubts.append(
        (
            Reason.RUNS_LATER,
            "a subtest may wait for the call, and a cleanup registered below it may rely on it",
            late[0],
        )
    )
    return rewriter.unsafe(_TITLE, *doubts[0])


def _is_test(function: Node) -> bool:
    """Return True if a function is a test or what ``t.Run`` is given, after which nothing else is done."""
    if function.kind == "function_declaration":
        return function.need("name").text.startswith("Test")
    call = function.parent.parent if function.parent is not None else None
    return call is not None and call.kind == "call_expression" and call.need("function").text.endswith(".Run")


def _write(context: Context, rewriter: Rewriter, function: Node, tester: Binding, defer: Node) -> Node | None:
    """Write the registration of one deferred call; returns the operand that is evaluated later by it, if any is."""
    call = defer.named_children[0]
    fact = context.call(call)
    register(rewriter, defer, tester.name, fact)
    if is_value(call, fact):
        return None
    about = context.function_facts(function)
    lasting = about.lasting if about is not None else frozenset()
    operands = [call.need("function"), *call.need("arguments").named_children]
    return next((o for o in operands if (o.start, o.end) not in lasting and "literal" not in o.kind), None)


def _brief(defer: Node) -> str:
    function = defer.named_children[0].need("function")
    return "the deferred literal" if function.kind == "func_literal" else function.text


TRANSFORM = LateCleanup()
