"""Byte offsets as people and other programs read them: lines, columns, and lines quoted from the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defermod.printable import printable as printable

if TYPE_CHECKING:
    from defermod.model import Span

_QUOTE_LIMIT = 160
"""Characters of a source line that are quoted at most."""


class Places:
    """The places in one text.  Lines end at ``\\n`` only, as for Go's own tools."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._known = (0, 1)
        """An offset and its line: what is asked for next is mostly near what was asked for last."""

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and 1-based column in bytes of byte ``offset``."""
        known, line = self._known
        if offset >= known:
            line += self._text.count(b"\n", known, offset)
        else:
            line -= self._text.count(b"\n", offset, known)
        self._known = offset, line
        return line, offset - self._start(offset) + 1

    def _start(self, offset: int) -> int:
        """The offset at which the line of byte ``offset`` starts."""
        return self._text.rfind(b"\n", 0, offset) + 1

    def character(self, offset: int) -> tuple[int, int]:
        """1-based line and 1-based column in Unicode code points, for formats that count so."""
        line, _ = self.position(offset)
        return line, len(self._text[self._start(offset) : offset].decode("utf-8", "replace")) + 1

    def quote(self, offset: int) -> str:
        """The source line that holds byte ``offset``, without indentation, safe to print to a terminal."""
        start = self._start(offset)
        end = self._text.find(b"\n", start)
        raw = self._text[start : len(self._text) if end < 0 else end]
        quoted = printable(raw.decode("utf-8", "replace").strip())
        return quoted if len(quoted) <= _QUOTE_LIMIT else quoted[: _QUOTE_LIMIT - 1] + "…"

    def caret(self, span: Span) -> str:
        """Blanks and carets that stand below ``quote`` of the span's start, as far as its first line goes."""
        start = self._start(span.start)
        end = self._text.find(b"\n", span.start, span.end)
        before = printable(self._text[start : span.start].decode("utf-8", "replace").lstrip())
        marked = printable(self._text[span.start : span.end if end < 0 else end].decode("utf-8", "replace").rstrip())
        room = _QUOTE_LIMIT - len(before)
        return " " * len(before) + "^" * max(1, min(len(marked), room)) if room > 0 else ""
