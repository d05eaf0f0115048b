"""The end of a function or a list: the place of the calls made on falling off it, and their text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Protocol

from defermod.golang.statements import CASES, statements
from defermod.model import Edit
from defermod.rewrite.layout import Layout
from defermod.rewrite.region import Region
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

_OUTPUT = re.compile(rb"(?i)//[ \t]*(?:unordered )?output:")
_start = attrgetter("start")


class Ending(Protocol):
    """The end of what the deferred calls are made at the ends of."""

    indent: bytes
    """The indentation of statements there."""

    def edit(self, calls: Sequence[bytes], place: Node) -> Edit:
        """Return the edit that puts the calls, each a statement, at the end; ``place`` is that of the way out."""


class FunctionEnd:
    """The end of a function's body: before its brace, or before the comment that says what an example prints."""

    def __init__(self, source: Source, layout: Layout, function: Node) -> None:
        self.source = source
        self.layout = layout
        self.body = function.need("body")
        self.indent = layout.indent(self.body.start) + layout.unit(self.body.start)
        self._one_line = b"\n" not in self.body.raw

    def edit(self, calls: Sequence[bytes], place: Node) -> Edit:
        brace = self.body.children[-1]
        newline, indent = self.source.newline, self.indent
        if not calls:
            return Edit(brace.start, brace.start, b"")
        comment = self._output_comment()
        if not self._one_line and comment is not None:
            at = self.layout.line_start(comment.start)
            return Edit(at, at, b"".join(indent + call + newline for call in calls) + newline)
        if not self._one_line and self.layout.starts_line(brace.start):
            at = self.layout.line_start(brace.start)
            return Edit(at, at, b"".join(indent + call + newline for call in calls))
        kept = [s for s in statements(self.body) if s.kind != "defer_statement"]
        last = kept[-1] if kept else self.body.children[0]
        outer = self.layout.indent(self.body.start)
        text = b"".join(newline + indent + call for call in calls) + newline + outer
        return Edit(last.end, brace.start, text)

    def _output_comment(self) -> Node | None:
        """Return the first line of the comment that ends an example and says what it prints."""
        listed = self.body.child("statement_list") or self.body
        comments = [n for n in (*listed.children, *self.body.children) if n.kind == "comment"]
        ends = max((s.end for s in statements(self.body)), default=0)
        last = sorted((n for n in comments if n.start >= ends and self.layout.starts_line(n.start)), key=_start)
        return last[0] if any(_OUTPUT.match(n.raw) for n in last) else None


class ListEnd:
    """The end of a statement list: before the closing brace, or after a case's last statement."""

    def __init__(self, source: Source, layout: Layout, region: Region) -> None:
        self.source = source
        self.layout = layout
        self.region = region
        self.indent = layout.indent(region.start)

    def edit(self, calls: Sequence[bytes], place: Node) -> Edit:
        holder, last = self.region.place.holder, self.region.statements[-1]
        newline, indent = self.source.newline, self.indent
        if not calls:
            return Edit(place.start, place.start, b"")
        if holder.kind in CASES:
            at = self.source.line_span(self.source.line(last.end)).end
            return Edit(at, at, b"".join(newline + indent + call for call in calls))
        at = self.layout.line_start(holder.children[-1].start)
        return Edit(at, at, b"".join(indent + call + newline for call in calls))
