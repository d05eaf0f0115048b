"""Cut a file between its top-level declarations, without parsing it.

The cuts are guesses, at lines that hold nothing but a closing brace; what makes them right is that each piece,
read on its own, is lexically complete.  By induction from the file's start, a cut then lies in no comment or
literal and in no pair of brackets; and a line's end after a closing brace ends the declaration (Go spec, Semicolons).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from defermod.syntax.scan import function_start

_ESCAPE = rb"""\\(?:[abfnrtv\\'"]|[0-7]{3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"""
_OPAQUE = re.compile(
    rb"//[^\n]*+"
    rb"|/\*(?s:.*?)(?:\*/|\Z)"
    rb'|"(?:[^"\\\n]++|' + _ESCAPE + rb')*"'
    rb"|`[^`]*+`"
    rb"|'(?:[^'\\\n\x80-\xff]|[\xc0-\xff][\x80-\xbf]{1,3}|" + _ESCAPE + rb")'"
)
"""Comments and literals, which contain no code.  It accepts less than the grammar; other text is not plain.

No group is repeated possessively: Python 3.11.0 to 3.11.4 match such groups wrongly.

An unterminated comment matches, too; otherwise each ``/*`` in it would be searched to the end of the text.
"""
_END = b"\n}"
"""Appended to a text: if this is not code, the text ends in an open comment."""
_NOT_PLAIN = b"\"'`\\" + bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_ALL = bytes(range(256))
_ALL_PLAIN = _ALL.translate(None, _NOT_PLAIN)
_ALL_BUT_BRACKETS = _ALL.translate(None, b"(){}[]")
_PAIRS = (b"()", b"{}", b"[]")
_CUT = re.compile(rb"\}(?<=\n\})\r?\n")
_HEAD = re.compile(rb"func([^{}]*+)")
_NAME = re.compile(rb"[\w\x80-\xff]++")
_PATIENCE = 4
"""The most bytes to read, as a multiple of the file's size; more would cost more than a parse saves."""


@dataclass(slots=True)
class Patience:
    """The number of bytes of a file that may still be read to find pieces."""

    left: int

    @classmethod
    def with_text(cls, text: bytes) -> Patience:
        return cls(_PATIENCE * len(text))


def plain_code(text: bytes) -> bytes | None:
    """Return the text with a semicolon for each comment and literal; None if it is not plainly well-formed.

    An open string, a bad escape and the like are not: they are left to the grammar.
    """
    # Not by a blank, over which a comment's line end would be lost.
    code = _OPAQUE.sub(b";", text + _END)
    return None if not code.endswith(_END) or code.translate(None, _ALL_PLAIN) else code[: -len(_END)]


def blanked(text: bytes) -> bytes:
    """Return the text with comments and literals blanked; all other bytes keep their offsets."""
    return _OPAQUE.sub(lambda found: b" " * len(found[0]), text)


class FunctionStarts:
    """Finds the beginnings of functions in one text with ``scan.function_start``, without parsing."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._patience = len(text)

    def around(self, at: int, end: int) -> int | None:
        """Return the start of the function declaration around ``at``, or of one before it; 0 is the text's start.

        None if it can't be determined: a raw string or a comment that ends between there and ``end`` may begin before
        it, and the text up to there is not complete or has been read too often.
        """
        start = function_start(self._text, at)
        if start and (b"`" in (part := self._text[start:end]) or b"*/" in part):
            self._patience -= start
            if self._patience < 0 or plain_code(self._text[:start]) is None:
                return None
        return start


@dataclass(frozen=True, slots=True)
class Piece:
    """One or more whole top-level declarations, with the text between them."""

    start: int
    end: int
    """Byte offsets in the file."""
    code: bytes
    """The result of ``plain_code``."""

    def names(self) -> set[bytes]:
        """Return the names of the functions and methods that are declared here, among others."""
        return {name for head in _HEAD.findall(self.code) for name in _NAME.findall(head)}


def pieces(
    text: bytes, start: int = 0, until: int | None = None, patience: Patience | None = None
) -> list[Piece] | None:
    """Return the pieces of a file, in order and without gaps; None if finding them takes too long.

    ``start``: where to begin, a place between two declarations.  ``until``: end with the piece that holds the byte
    before it.  ``patience``: the budget that is shared with other calls for this text.
    """
    found: list[Piece] = []
    last = len(text) if until is None else until
    patience = patience or Patience.with_text(text)
    while start < last:
        for end in _cuts(text, start):
            patience.left -= end - start
            if patience.left < 0:
                return None
            code = plain_code(text[start:end])
            if code is not None and _balanced(code):
                found.append(Piece(start, end, code))
                start = end
                break
            # Else the cut was a false one, such as one in a raw string: on to the next.
        else:
            return None
    return found


def _cuts(text: bytes, start: int) -> Iterator[int]:
    """Yield the places where the piece that begins at ``start`` may end."""
    end = start
    for cut in _CUT.finditer(text, start):
        end = cut.end()
        yield end
    if end < len(text):
        yield len(text)


def _balanced(code: bytes) -> bool:
    """Return True if there are as many closing brackets of each kind as opening ones."""
    brackets = code.translate(None, _ALL_BUT_BRACKETS)
    # Counting is slower than deleting where there are many to count.
    return all(len(brackets.translate(None, pair[:1])) == len(brackets.translate(None, pair[1:])) for pair in _PAIRS)


__all__ = ["FunctionStarts", "Piece", "pieces", "plain_code"]
