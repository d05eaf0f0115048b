"""Indenting and layout of Go text by edits: never inside a raw string, never a ``//line`` directive."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter

from defermod.model import Edit, Span
from defermod.syntax.source import Source
from defermod.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Lines:
    """Replace bytes ``start`` to ``end`` by lines; all but the first are indented like the edited statement."""

    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """Remove the statement from ``start`` to ``end`` with its line; if it shares the line, leave a ``return``."""

    start: int
    end: int


StatementEdit = Edit | Lines | Removal
"""An edit of a statement, whose layout depends on where the statement will stand."""

_START = attrgetter("start")


class Layout:
    """The starts of lines in a region, and which lines may be indented."""

    def __init__(self, source: Source, around: Node) -> None:
        self.source = source
        raw = around.find("raw_string_literal")
        self._frozen = [n.span for n in raw]

    def line_start(self, offset: int) -> int:
        """The offset at which the line of ``offset`` starts."""
        return self.source.line_start(offset)

    def starts_line(self, offset: int) -> bool:
        """Return True if nothing but white space stands before ``offset`` on its line."""
        return not self.source.text[self.line_start(offset) : offset].strip()

    def ends_line(self, offset: int) -> bool:
        """Return True if nothing but white space stands after ``offset`` on its line."""
        return not self.source.text[offset : self.source.line_end(offset)].strip()

    def indent(self, offset: int) -> bytes:
        """The white space that the line of ``offset`` starts with."""
        line = self.source.text[self.line_start(offset) : self.source.line_end(offset)]
        return line[: len(line) - len(line.lstrip(b" \t"))]

    def unit(self, offset: int) -> bytes:
        """Return one level of indentation: a tab, as in gofmt, unless the line is indented by spaces."""
        indent = self.indent(offset)
        return b"    " if indent and b"\t" not in indent else b"\t"

    def deeper(self, span: Span, unit: bytes) -> list[Edit]:
        """Return insertions that indent every line that starts inside ``span``, except its first, by one level."""
        ends = re.finditer(rb"\n", self.source.text[span.start : span.end - 1])
        starts = [span.start + end.end() for end in ends]
        return [Edit(start, start, unit) for start in starts if self._may_move(start)]

    def _may_move(self, start: int) -> bool:
        text = self.source.text
        if text[start : start + 1] in (b"\n", b"\r", b"") or text.startswith((b"//line ", b"/*line "), start):
            return False
        at = bisect_left(self._frozen, start, key=_START) - 1  # they are in source order, and none is in another
        return at < 0 or self._frozen[at].end <= start


def merge(edits: list[Edit]) -> tuple[Edit, ...]:
    """Sort edits; insertions that fall strictly inside a replacement, or at its end, give way to it."""
    replaced = sorted(edit for edit in edits if edit.start < edit.end)
    starts = [edit.start for edit in replaced]
    ends = list(accumulate((edit.end for edit in replaced), max, initial=0))
    kept = [edit for edit in edits if edit.start < edit.end or ends[bisect_left(starts, edit.start)] <= edit.start]
    return tuple(sorted(kept, key=lambda edit: (edit.start, edit.end)))


__all__ = ["Layout", "merge"]
