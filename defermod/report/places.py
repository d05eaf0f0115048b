"""Byte offsets as people and other programs read them: lines, columns, and lines quoted from the source."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

_QUOTE_LIMIT = 160
"""Characters of a source line that are quoted at most."""


class Places:
    """The places in one text.  Lines end at ``\\n`` only, as for Go's own tools."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        at = self._text.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self._text.find(b"\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and 1-based column in bytes of byte ``offset``."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def character(self, offset: int) -> tuple[int, int]:
        """1-based line and 1-based column in Unicode code points, for formats that count so."""
        line, column = self.position(offset)
        start = self._starts[line - 1]
        return line, len(self._text[start : start + column - 1].decode("utf-8", "replace")) + 1

    def quote(self, offset: int) -> str:
        """The source line that holds byte ``offset``, without indentation, safe to print to a terminal."""
        line, _ = self.position(offset)
        start = self._starts[line - 1]
        end = self._text.find(b"\n", start)
        raw = self._text[start : len(self._text) if end < 0 else end]
        quoted = printable(raw.decode("utf-8", "replace").strip())
        return quoted if len(quoted) <= _QUOTE_LIMIT else quoted[: _QUOTE_LIMIT - 1] + "…"


def printable(text: str) -> str:
    """``text`` with control characters made harmless: a source file must not drive the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c == "\t" else c.encode("unicode_escape").decode() for c in text)
