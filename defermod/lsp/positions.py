"""Texts as editors count them.

A line of LSP ends at ``\\n``, ``\\r\\n`` or ``\\r`` and nowhere else, and a column counts units of the encoding that
client and server agreed on, UTF-16 unless they did.  Everything else in the program counts bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from lsprotocol import types
from pygls.workspace import TextDocument

from defermod.model import FileResult, Span
from defermod.report.diff import changes, lines_of

_LINE_END = re.compile(r"\r\n|\n|\r")
_LINE_END_BYTES = re.compile(rb"\r\n|\n|\r")


class Document(TextDocument):
    """An open text that follows the editor's changes.

    The library cuts lines wherever Unicode sees one end (form feed, U+2028 ...), which would put every later
    change of such a file into the wrong place.
    """

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines with their ends; the last one has none, and is left out if it is empty."""
        source = self.source
        ends = [match.end() for match in _LINE_END.finditer(source)]
        if not ends or ends[-1] < len(source):
            ends.append(len(source))
        starts = [0, *ends]
        return tuple(source[start:end] for start, end in zip(starts, ends, strict=False) if end > start)


class Positions:
    """Byte offsets of one text as positions in one encoding."""

    def __init__(self, text: bytes, encoding: str) -> None:
        self._text = text
        self._encoding = encoding

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END_BYTES.finditer(self._text))]

    def position(self, offset: int) -> types.Position:
        """The position of byte ``offset``, which must not lie inside a character."""
        line = bisect_right(self._starts, offset) - 1
        return types.Position(line, self._units(self._text[self._starts[line] : offset]))

    def range(self, span: Span) -> types.Range:
        return types.Range(self.position(span.start), self.position(span.end))

    def _units(self, raw: bytes) -> int:
        if self._encoding == types.PositionEncodingKind.Utf8:
            return len(raw)
        text = raw.decode("utf-8", "replace")
        if self._encoding == types.PositionEncodingKind.Utf32:
            return len(text)
        return len(text.encode("utf-16-le")) // 2


def text_edits(result: FileResult, positions: Positions) -> list[types.TextEdit]:
    """The edits, of whole lines, that make ``after`` of ``before``; ``positions`` are those of ``before``."""
    old, new = lines_of(result.before), lines_of(result.after)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    return [
        types.TextEdit(
            positions.range(Span(starts[change.old_start], starts[change.old_end])),
            b"".join(new[change.new_start : change.new_end]).decode("utf-8", "replace"),
        )
        for change in changes(old, new)
    ]
