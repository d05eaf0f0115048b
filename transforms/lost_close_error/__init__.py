"""``lost-close-error``: report the error with which closing a written file or writer fails.

What it finds: ``defer w.Close()`` in a function with an error result, of something that the function opened for writing
and wrote to.
What it writes: a deferred literal that gives the error to the named result; unnamed results get names.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from defermod.codemod import Binding, Context, Finding, Fix, Metadata, Node, Refusal, Rule, RuleDoc, Shared
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.loops import functions

from ..error_results import ErrorResult
from ..naming import wishes
from ..written import closed_unseen
from .doc import DOC, Reason


class LostCloseError(Rule):
    """The rule.  Stateless."""

    rule = "lost-close-error"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.CONFIRMS, Metadata.SCOPES})
    words: ClassVar[tuple[str, ...]] = (".Close()",)

    def visit(self, context: Context) -> Iterator[Finding]:
        for function in functions(context.root):
            error = ErrorResult.of(context, function)
            if error is None:
                continue
            for defer in function.need("body").without("func_literal"):
                closed = closed_unseen(context, function, defer) if defer.kind == "defer_statement" else None
                if closed is None or _in_loop(defer, function):
                    continue
                message = f"the error of {closed.name}.Close is lost, and with it that writing has failed"
                yield context.finding(defer, message, _outcome(context, defer, closed, error))


def _in_loop(defer: Node, function: Node) -> bool:
    return any(up.kind == "for_statement" and up.within(function) for up in defer.ancestors())


def _outcome(context: Context, defer: Node, closed: Binding, error: ErrorResult) -> Fix | Refusal:
    if any(address_taken(use) or (assigns(use) and use.start > defer.start) for use in closed.uses):
        why = f"{closed.name} is given another value after the defer"
        return context.refuse(Reason.OPERANDS_CHANGE, why, (closed.node, "declared here"))
    rewriter = context.rewriter()
    name = error.name_at(defer, rewriter)
    if not name:
        return context.refuse(Reason.SHADOWED_RESULT, "the error result means another variable here", (defer, "here"))
    taken = {name, closed.name}
    own = next(w for w in wishes("cerr", "closeErr") if w not in taken and context.meaning(w, defer) is None)
    source = context.source
    line = source.text[source.line_start(defer.start) : defer.start].decode("utf-8", "replace")
    if line.strip() or next(defer.find("comment"), None) is not None:
        return context.refuse(Reason.LAYOUT, "the defer shares its line, or holds a comment", (defer, "here"))
    lines = (
        "defer func() {",
        f"\tif {own} := {closed.name}.Close(); {name} == nil {{",
        f"\t\t{name} = {own}",
        "\t}",
        "}()",
    )
    rewriter.replace(defer, f"\n{line}".join(lines))
    title = "return the error of Close"
    if not context.has_types:
        return rewriter.unsafe(title, Shared.NO_TYPES, "without Go's types nothing tells what is closed", defer)
    return rewriter.unsafe(
        title, Reason.RETURNS_ERROR, "the function returns the error of Close where it returned none", defer
    )


TRANSFORM = LostCloseError()
