"""Lines of a text, where there is no ``Source`` to ask."""

from __future__ import annotations


def line_of(text: bytes, offset: int) -> int:
    """Return the 1-based line that holds the byte at ``offset`` (0-based)."""
    return text.count(b"\n", 0, offset) + 1


__all__ = ["line_of"]
