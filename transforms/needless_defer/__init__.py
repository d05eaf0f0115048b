"""``needless-defer``: make the call where a defer is the last thing that a function does.

What it finds: a ``defer`` after which nothing is left to do but to return what the call can't change.
What it writes: the call; a literal's statements where they can stand for it.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar

from defermod.codemod import Context, Finding, Fix, Metadata, Node, RangeOver, Refusal, Rule, RuleDoc, Severity, Shared
from defermod.golang.deferred import listed_before, root_of
from defermod.golang.loops import functions
from defermod.golang.scopes import called_in_place
from defermod.golang.statements import statements

from .doc import DOC, Reason

_CONSTANTS = frozenset(
    {
        "int_literal", "float_literal", "imaginary_literal", "rune_literal", "interpreted_string_literal",
        "raw_string_literal", "true", "false", "nil",
    }
)  # fmt: skip
_DECLARES = frozenset({"short_var_declaration", "var_declaration", "const_declaration", "type_declaration"})
_STAYS_IN_LITERAL = frozenset({"return_statement", "defer_statement", "labeled_statement", "goto_statement"})


class NeedlessDefer(Rule):
    """The rule.  Stateless."""

    rule = "needless-defer"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.DEFERS, Metadata.SCOPES, Metadata.CFG})
    words: ClassVar[tuple[str, ...]] = ("defer",)
    other_tools: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"nolint": ("gocritic",)})

    def visit(self, context: Context) -> Iterator[Finding]:
        for function in functions(context.root):
            for defer in function.need("body").without("func_literal"):
                if defer.kind != "defer_statement" or _is_one_of_several(defer):
                    continue
                if _is_last(context, function, defer):
                    yield _finding(context, function, defer)


def _is_one_of_several(defer: Node) -> bool:
    """Return True if another defer stands directly above: they say together what is done at the end."""
    above = next(listed_before(defer), None)
    return above is not None and above.kind == "defer_statement"


def _is_last(context: Context, function: Node, defer: Node) -> bool:
    """Return True if control goes from the defer to the function's end without doing anything that counts."""
    flow = context.cfg(function)
    after = flow.after(defer)
    around = [up for up in defer.ancestors() if up.kind == "for_statement" and up.within(function)]
    if any(up.child("range_clause") is not None and not _plain_range(context, up) for up in around):
        return False  # an iterator has its own end before the function's
    if after is flow.exit:
        return True
    if after.node is None or after.node.kind != "return_statement":
        return False
    listed = after.node.named_children
    values = listed[0].named_children if listed and listed[0].kind == "expression_list" else listed
    if not values:
        return True
    about = context.function_facts(function)
    named = {name for group in function.find("parameter_list") if group is function.get("result")
             for one in group.named_children for name in one.all("name")}  # fmt: skip
    if named:
        return False  # the call may give a result another value, which a return after it would overwrite
    staying = about.staying if about is not None else frozenset()
    return all(value.kind in _CONSTANTS or (value.start, value.end) in staying for value in values)


def _plain_range(context: Context, loop: Node) -> bool:
    over = context.ranges_over(loop)
    return over is not None and over not in (RangeOver.FUNCTION, RangeOver.UNKNOWN)


def _finding(context: Context, function: Node, defer: Node) -> Finding:
    used = _used_after(context, function, defer)
    if used is not None:
        message = f"{_brief(defer)} is called at once, and {used.text} is used below"
        return context.finding(defer, message, _at_once(context, function, defer, used), Severity.ERROR)
    message = f"{_brief(defer)} is deferred, and nothing comes after it"
    return context.finding(defer, message, _outcome(context, defer))


def _used_after(context: Context, function: Node, defer: Node) -> Node | None:
    """The first use, below a literal called in place that holds only the defer, of what the deferred call releases."""
    if function.kind != "func_literal" or not called_in_place(function) or len(statements(function.need("body"))) > 1:
        return None
    call = defer.named_children[0]
    called = call.need("function")
    roots = [called] if called.kind != "func_literal" else [c.need("function") for c in called.find("call_expression")]
    for path in roots:
        root = root_of(path)
        binding = context.binding(root) if root is not None else None
        if binding is not None and binding.kind in ("var", "range", "param") and binding.function is not function:
            later = [use for use in binding.uses if use.start > function.end]
            if later:
                return later[0]
    return None


def _at_once(context: Context, function: Node, defer: Node, used: Node) -> Fix | Refusal:
    statement = function.parent.parent if function.parent is not None else None
    outer = context.function(function)
    why = f"{used.text} is released here, before it is used"
    loop = any(up.kind == "for_statement" and outer is not None and up.within(outer) for up in function.ancestors())
    if statement is None or statement.kind != "expression_statement" or loop or next(function.find("comment"), None):
        return context.refuse(Reason.CLOSED_AT_ONCE, why, (used, "used here"))
    rewriter = context.rewriter().cut(statement.start, defer.start).cut(defer.end, statement.end)
    return rewriter.unsafe("defer it in the function", Reason.CLOSED_AT_ONCE, why, used)


def _outcome(context: Context, defer: Node) -> Fix | Refusal:
    call = defer.named_children[0]
    recovers = context.recovers(call)
    if call.need("function").text == "panic":
        return context.refuse(Reason.RECOVERS, "the deferred call panics", (call, "panics"))
    if recovers:
        return context.refuse(
            Reason.RECOVERS, "the deferred call recovers, and nothing that may panic follows", (call, "")
        )
    rewriter = context.rewriter().cut(defer.start, call.start)
    body = _unwrapped(call)
    if body is not None:
        rewriter = context.rewriter().cut(defer.start, body[0]).cut(body[1], defer.end)
        for start, end in body[2]:
            rewriter.cut(start, end)
    title = "make the call"
    if call.need("function").kind != "func_literal":
        if not context.has_types:
            return rewriter.unsafe(
                title, Shared.NO_TYPES, "without Go's types nothing tells what the call recovers", defer
            )
        if recovers is None:
            return rewriter.unsafe(
                title, Reason.MAY_RECOVER, "whether the deferred function recovers is not known", defer
            )
    for inner in call.find("call_expression"):
        fact = context.call(inner)
        if fact is not None and "frames" in fact.traits:
            return rewriter.unsafe(
                title, Reason.CALLER_FRAME, "the call looks at its caller's line, which is another", inner
            )
    function = context.function(defer)
    others = [other for other in function.find("defer_statement") if other is not defer] if function is not None else []
    if others:
        why = "if the call panics and this deferred call recovers, results that the return would have set are lost"
        return rewriter.unsafe(title, Reason.RESULT_IS_LOST, why, others[0])
    return rewriter.safe(title, "nothing comes between the defer and the function's end")


def _unwrapped(call: Node) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Return the span of a deferred literal's statements, and the indentation to cut; None if it has to stay."""
    literal = call.need("function")
    if literal.kind != "func_literal" or call.need("arguments").named_children:
        return None
    if literal.get("result") is not None or literal.need("parameters").named_children:
        return None
    block = literal.need("body")
    body = statements(block)
    if not body or any(statement.kind in _DECLARES for statement in body):
        return None
    if any(node.kind in _STAYS_IN_LITERAL for node in block.without("func_literal")):
        return None
    text = call.tree.text
    inner = text[block.start + 1 : block.end - 1]
    if b"\n" not in inner:
        return (body[0].start, body[-1].end, []) if len(body) == 1 and not any(block.find("comment")) else None
    first, last = block.start + 1 + len(inner) - len(inner.lstrip()), block.start + 1 + len(inner.rstrip())
    cuts: list[tuple[int, int]] = []
    at = text.find(b"\n", first, last)
    frozen = list(block.find("raw_string_literal"))
    while at >= 0:
        if text[at + 1 : at + 2] == b"\t" and not any(raw.start <= at < raw.end for raw in frozen):
            cuts.append((at + 1, at + 2))
        at = text.find(b"\n", at + 1, last)
    return first, last, cuts


def _brief(defer: Node) -> str:
    function = defer.named_children[0].get("function")
    if function is None or function.kind == "func_literal" or "\n" in function.text:
        return "the literal"
    return function.text


TRANSFORM = NeedlessDefer()
