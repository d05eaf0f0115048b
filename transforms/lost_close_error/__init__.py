"""``lost-close-error``: report the error with which closing a written file or writer fails.

What it finds: ``defer w.Close()`` in a function with an error result, of something that the function opened for writing
and wrote to.
What it writes: a deferred literal that gives the error to the named result; unnamed results get names.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from defermod.codemod import Binding, Context, Finding, Fix, Metadata, Node, Refusal, Rule, RuleDoc, Shared
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.loops import functions
from defermod.golang.statements import statements

from ..error_results import ErrorResult, wishes
from .doc import DOC, Reason

_OPENERS = {
    "os": {"Create", "CreateTemp", "OpenFile"},
    "io/ioutil": {"TempFile"},
    "compress/gzip": {"NewWriter", "NewWriterLevel"},
    "compress/zlib": {"NewWriter", "NewWriterLevel", "NewWriterLevelDict"},
    "compress/flate": {"NewWriter", "NewWriterDict"},
    "archive/zip": {"NewWriter"},
    "archive/tar": {"NewWriter"},
    "mime/multipart": {"NewWriter"},
}
_WRITING = re.compile(r"\bO_(WRONLY|RDWR|APPEND|CREATE|TRUNC)\b")
_READS = frozenset({"Close", "Name", "Stat", "Fd", "Read", "ReadAt", "Seek", "FormDataContentType", "Boundary"})


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
                closed = _closed(context, defer) if defer.kind == "defer_statement" else None
                if closed is None or _in_loop(defer, function) or not _is_written(context, function, closed):
                    continue
                message = f"the error of {closed.name}.Close is lost, and with it that writing has failed"
                yield context.finding(defer, message, _outcome(context, defer, closed, error))


def _closed(context: Context, defer: Node) -> Binding | None:
    """The local variable whose Close is deferred, alone or as the one statement of a literal."""
    call = defer.named_children[0]
    called = call.need("function")
    if called.kind == "func_literal":
        body = statements(called.need("body"))
        if len(body) != 1 or body[0].kind != "expression_statement" or call.need("arguments").named_children:
            return None
        call = body[0].named_children[0]
        called = call.need("function") if call.kind == "call_expression" else call
    if called.kind != "selector_expression" or called.need("field").text != "Close":
        return None
    operand = called.need("operand")
    binding = context.binding(operand) if operand.kind == "identifier" else None
    return binding if binding is not None and binding.kind == "var" else None


def _in_loop(defer: Node, function: Node) -> bool:
    return any(up.kind == "for_statement" and up.within(function) for up in defer.ancestors())


def _is_written(context: Context, function: Node, closed: Binding) -> bool:
    """Return True if the function opened the variable for writing, wrote to it, and nobody asks Close or Sync."""
    if closed.function is not function or not _opened_for_writing(context, closed):
        return False
    written = False
    for use in closed.uses:
        parent = use.parent
        if parent is None or use is closed.node or assigns(use):
            continue
        if parent.kind == "argument_list":
            written = True
        elif parent.kind == "selector_expression":
            method = parent.need("field").text
            call = parent.parent
            statement = call.parent if call is not None else None
            unseen = statement is None or statement.kind in ("expression_statement", "defer_statement")
            if method in ("Close", "Sync") and not unseen:
                return False
            written = written or method not in _READS
        else:
            return False  # stored, returned, compared: another may close it
    return written


def _opened_for_writing(context: Context, closed: Binding) -> bool:
    declaration = closed.node.parent.parent if closed.node.parent is not None else None
    if declaration is None or declaration.kind not in ("short_var_declaration", "assignment_statement"):
        return False
    values = declaration.need("right").named_children
    if (
        len(values) != 1
        or values[0].kind != "call_expression"
        or closed.node is not declaration.need("left").named_children[0]
    ):
        return False
    called = values[0].need("function")
    if called.kind != "selector_expression":
        return False
    for path, names in _OPENERS.items():
        if called.need("field").text in names and context.names_package(called.need("operand"), path):
            return called.need("field").text != "OpenFile" or _WRITING.search(values[0].text) is not None
    return False


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
