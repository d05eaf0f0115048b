"""Wrap a region in a closure that is called at once: the edits for one chosen form."""

from __future__ import annotations

from defermod.golang.scopes import own_nodes
from defermod.model import Edit, Span
from defermod.rewrite.form import Form
from defermod.rewrite.layout import Layout, Lines, Removal, StatementEdit, merge
from defermod.rewrite.region import JUMPS, Region
from defermod.syntax.source import Source
from defermod.syntax.tree import Node


def wrap(source: Source, function: Node, region: Region, form: Form, *, to_end: bool = True) -> tuple[Edit, ...]:
    """Return the edits that turn ``region`` of ``function`` into a closure of the given form.

    Comments directly above the region's first statement and those after its last one, up to the end of
    the block, go into the closure with it; of those after it, unless ``to_end``, only one on its line.  Labels that
    nothing uses any more are taken out.
    """
    layout = Layout(source, function)
    span = _with_comments(source, layout, region)
    if not to_end:
        span = Span(span.start, _line_with(source, region.end))
    own_line = layout.starts_line(span.start)
    margin = _below_labels(layout, region.statements[0]) if own_line else span.start
    unit = layout.unit(margin)
    indent = layout.indent(margin) if own_line else layout.indent(margin) + unit
    newline = source.newline
    opening = f"{form.header}func({form.parameters}){form.signature} {{".encode() + newline
    if form.opening:
        opening += indent + unit + form.opening.encode() + newline
    edits = [_laid_out(edit, source, layout, unit) for edit in form.edits]
    labels = _unused_labels(source, layout, function, form, span.end)
    edits += labels
    edits += [
        edit for edit in layout.deeper(span, unit) if not any(gone.start <= edit.start < gone.end for gone in labels)
    ]
    if own_line:
        at = layout.line_start(span.start)
        edits.append(Edit(at, at, indent + opening + unit))
    else:
        edits.append(_break_before(source, span.start, newline + indent + opening + indent + unit))
        edits += _one_statement_a_line(source, region, newline + indent + unit)
    closing = (newline + indent + unit + form.closing.encode()) if form.closing else b""
    closing += newline + indent + b"}" + form.call.encode() + _lines(form.footer, newline, indent, unit)
    edits.append(_close(source, layout, span.end, closing, newline, indent, unit))
    return merge(edits)


def _below_labels(layout: Layout, statement: Node) -> int:
    """An offset on a line as deep as the block of a statement: gofmt puts labels one step to the left of it."""
    start = statement.start
    while statement.kind == "labeled_statement":
        statement = statement.named_children[-1]
        if layout.starts_line(statement.start):
            start = statement.start
    return start


def _line_with(source: Source, end: int) -> int:
    """The end of a statement, or of the comment that follows on its line."""
    rest = source.text[end : source.line_end(end)]
    return end + len(rest.rstrip()) if rest.lstrip().startswith(b"//") else end


def call_in_place(defer: Node) -> tuple[Edit, ...]:
    """Return the edit that turns ``defer f()`` into ``f()``."""
    call = defer.named_children[0]
    return (Edit(defer.start, call.start, b""),)


def _with_comments(source: Source, layout: Layout, region: Region) -> Span:
    siblings = region.statements[0].parent
    assert siblings is not None
    start, end = region.start, region.end
    around = [*siblings.children]
    for trailing in siblings.parent.children if siblings.parent else ():
        if trailing.kind == "comment" and trailing not in around:
            around.append(trailing)
    comments = sorted((n for n in around if n.kind == "comment"), key=lambda n: n.start)
    for comment in reversed(comments):
        between = source.text[comment.end : start]
        if (
            comment.end <= start
            and not between.strip()
            and between.count(b"\n") == 1
            and layout.starts_line(comment.start)
        ):
            start = comment.start
    for comment in comments:
        if comment.start >= end and not source.text[end : comment.start].strip(b" \t\r\n;"):
            end = comment.end
    return Span(start, end)


def _laid_out(edit: StatementEdit, source: Source, layout: Layout, unit: bytes) -> Edit:
    """Return the edit of an exit with its line breaks and indentation."""
    if isinstance(edit, Removal):
        if layout.starts_line(edit.start) and layout.ends_line(edit.end):
            start = layout.line_start(edit.start)
            return Edit(start - len(source.newline), source.line_end(edit.end), b"")
        return Edit(edit.start, edit.end, b"return")
    if isinstance(edit, Lines):
        line_break = source.newline + layout.indent(edit.start) + unit
        return Edit(edit.start, edit.end, line_break.join(line.encode() for line in edit.lines))
    return edit


def _break_before(source: Source, offset: int, new: bytes) -> Edit:
    """Put ``new`` at ``offset`` in place of the blanks before it."""
    start = offset
    while source.text[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return Edit(start, offset, new)


def _one_statement_a_line(source: Source, region: Region, line_break: bytes) -> list[Edit]:
    edits = []
    for left, right in zip(region.statements, region.statements[1:], strict=False):
        gap = source.text[left.end : right.start]
        if b"\n" not in gap and not gap.strip(b"; \t"):
            edits.append(Edit(left.end, right.start, line_break))
    return edits


def _close(
    source: Source, layout: Layout, end: int, closing: bytes, newline: bytes, indent: bytes, unit: bytes
) -> Edit:
    if layout.ends_line(end):
        return Edit(end, end, closing)
    rest = end
    while source.text[rest : rest + 1] in (b" ", b"\t", b";"):
        rest += 1
    outer = indent[: -len(unit)] if indent.endswith(unit) else indent
    return Edit(end, rest, closing + newline + outer)


def _lines(footer: tuple[str, ...], newline: bytes, indent: bytes, unit: bytes) -> bytes:
    if not footer:
        return b""
    rest = [newline + indent + line.encode().replace(b"\t", unit) for line in footer[1:]]
    return footer[0].encode() + b"".join(rest)


def _unused_labels(source: Source, layout: Layout, function: Node, form: Form, end: int) -> list[Edit]:
    """Take out the labels whose only uses were exits that the form has rewritten.

    ``end``: where the closure's closing lines go in, which no edit may swallow.
    """
    if next(function.find("labeled_statement"), None) is None:
        return []
    gone = {(edit.start, edit.end) for edit in form.edits}
    kept = {line.split()[-1] for line in form.footer if line.strip().startswith(("break ", "continue ", "goto "))}
    edits: list[Edit] = []
    own = list(own_nodes(function))
    uses = [n for n in own if n.kind in JUMPS and n.child("label_name") is not None]
    rewritten = {_label(use) for use in uses if (use.start, use.end) in gone}
    kept |= {_label(use) for use in uses if (use.start, use.end) not in gone}
    for node in own:
        if node.kind != "labeled_statement":
            continue
        label = node.need("label")
        if label.text in rewritten and label.text not in kept:
            edits.append(_without_label(source, layout, node, label, end))
    return edits


def _label(jump: Node) -> str:
    name = jump.child("label_name")
    return name.text if name is not None else ""


def _without_label(source: Source, layout: Layout, node: Node, label: Node, closing: int) -> Edit:
    colon = next(child for child in node.children if child.kind == ":")
    if closing == colon.end and layout.starts_line(label.start):
        return Edit(layout.line_start(label.start) - len(source.newline), colon.end, b"")
    if layout.starts_line(label.start) and layout.ends_line(colon.end):
        return Edit(layout.line_start(label.start), source.text.find(b"\n", colon.end) + 1, b"")
    end = colon.end
    while source.text[end : end + 1] in (b" ", b"\t"):
        end += 1
    return Edit(label.start, end, b"")


__all__ = ["call_in_place", "wrap"]
