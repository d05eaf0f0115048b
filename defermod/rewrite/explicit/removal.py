"""The replacement of a ``defer`` in its own place: nothing, what it has to save, or the literal under a name."""

from __future__ import annotations

import re

from defermod.model import Edit, Span
from defermod.rewrite.explicit.operands import Plan
from defermod.rewrite.layout import Layout
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

_COMMENT = re.compile(rb"[ \t]*(//[^\r\n]*)")
DIRECTIVE = re.compile(rb"//(?:[a-z]+:|nolint\b|#nosec| *#nosec)")
"""A comment that a program reads: it has to stand beside every call."""


def trailing_comment(source: Source, layout: Layout, defer: Node) -> Span | None:
    """The comment to the line's end after a ``defer`` that has the rest of its lines to itself."""
    found = _COMMENT.match(source.text, defer.end)
    return Span(*found.span(1)) if found is not None and layout.starts_line(defer.start) else None


def replaced(source: Source, layout: Layout, plan: Plan, *, one_line: bool) -> list[Edit]:
    """The edits that take a ``defer`` out, and its line with it where nothing else is on that."""
    defer, call = plan.defer, plan.call
    indent = layout.indent(defer.start)
    if plan.in_place:
        return [Edit(defer.start, call.start, b"")]
    saved = [save.statement for save in plan.saves]
    if plan.literal_name:
        literal = call.need("function")
        head = b"".join(line + source.newline + indent for line in saved)
        return [
            Edit(defer.start, literal.start, head + f"{plan.literal_name} := ".encode()),
            Edit(literal.end, call.end, b""),
        ]
    end = plan.comment.end if plan.comment is not None else defer.end
    if saved:
        return [Edit(defer.start, end, (source.newline + indent).join(saved))]
    if one_line or not layout.starts_line(defer.start):
        return [_without_separator(source, defer)]
    if not layout.ends_line(end):
        rest = defer.end
        while source.text[rest : rest + 1] in (b" ", b"\t", b";"):
            rest += 1
        return [Edit(defer.start, rest, b"")]
    return [_without_line(source, layout, defer)]


def says_panic(source: Source, defer: Node) -> bool:
    """Return True if a comment beside the ``defer``, or in the lines above it, speaks of panics."""
    first = source.line(defer.start)
    lines = [_line(source, source.line(defer.end)).partition(b"//")[2]]
    while first > 1 and (above := _line(source, first - 1)).startswith(b"//"):
        lines.append(above)
        first -= 1
    return any(b"panic" in line.lower() for line in lines)


def _without_separator(source: Source, defer: Node) -> Edit:
    """On a line with other statements: with the semicolon after it, or else the one before."""
    end = defer.end
    while source.text[end : end + 1] in (b" ", b"\t"):
        end += 1
    if source.text[end : end + 1] == b";":
        end += 1
        while source.text[end : end + 1] in (b" ", b"\t"):
            end += 1
        return Edit(defer.start, end, b"")
    start = defer.start
    while source.text[start - 1 : start] in (b" ", b"\t", b";"):
        start -= 1
    return Edit(start, defer.end, b"")


def _without_line(source: Source, layout: Layout, defer: Node) -> Edit:
    """The whole line, and a blank line that would then open or close its block, or double another."""
    first, last = source.line(defer.start), source.line(defer.end)
    start = layout.line_start(defer.start)
    end = source.line_starts[last] if last < len(source.line_starts) else len(source.text)
    above, below = _line(source, first - 1), _line(source, last + 1)
    opens = above.endswith((b"{", b":")) or not above
    if opens and not below:
        end = source.line_starts[last + 1] if last + 1 < len(source.line_starts) else end
    elif not above and below.startswith(b"}"):
        start = source.line_starts[first - 2]
    return Edit(start, end, b"")


def _line(source: Source, number: int) -> bytes:
    """A 1-based line, stripped; a brace where there is none."""
    if not 1 <= number <= len(source.line_starts):
        return b"{"
    span = source.line_span(number)
    return source.text[span.start : span.end].strip()
