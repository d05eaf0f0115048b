"""Comments by which a user says: leave this line, or this function, alone.

Three spellings are understood, the first two shared with golangci-lint:

- ``//nolint`` and ``//nolint:all``: every linter, so this one too;
- ``//nolint:errcheck,defermod``: the linters that are listed;
- ``//defermod:ignore reason``: this program only.

Each is a line comment: ``/* nolint */`` has never meant anything to Go's linters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from defermod.model import Span

_NOLINT = re.compile(rb"//[/ \t]*nolint(?::(?P<names>[^/]*)|(?=[ \t/]|$))")
_IGNORE = re.compile(rb"//[ \t]*defermod:ignore(?=[ \t]|$)")
_NAMES = frozenset({b"all", b"defermod"})


def may_silence(text: bytes) -> bool:
    """Can a comment of the text silence anything?  A wrong yes costs time."""
    return b"nolint" in text or b"defermod:ignore" in text


class Silencer:
    """The comments of one text, asked which findings they silence.

    ``comments`` are the spans of the file's comments (found by a parser, so that ``//`` in a string
    is none).
    """

    def __init__(self, text: bytes, comments: Sequence[Span]) -> None:
        self._text = text
        spoken = [comment for comment in comments if _silences(text[comment.start : comment.end])]
        self._starts = {comment.start for comment in spoken}
        self._lines = {_line_start(text, start) for start in self._starts}
        self._whole_lines = {_line_start(text, c.start): c for c in comments if spoken and _stands_alone(text, c)}

    def silences(self, anchors: Sequence[int], doc_anchor: int | None) -> bool:
        """Is a finding silenced by a comment at one of the places that speak for it?

        ``anchors`` are the byte offsets whose line speaks for the finding: the defer, its
        loop.  ``doc_anchor`` is the offset of the enclosing function's declaration.  At each of these a
        comment counts at the end of that line, or in the block of whole-line comments directly above.
        """
        for place in [*anchors, *([] if doc_anchor is None else [doc_anchor])]:
            line = _line_start(self._text, place)
            if line in self._lines:
                return True
            if any(comment.start in self._starts for comment in _block_above(self._text, line, self._whole_lines)):
                return True
        return False


def _silences(comment: bytes) -> bool:
    """Does the text of one comment tell this program to be silent?"""
    comment = comment.rstrip()
    if _IGNORE.match(comment):
        return True
    match = _NOLINT.match(comment)
    if match is None:
        return False
    names = match["names"]
    # `//nolint:errcheck because ...`: only the first word of each part can be a linter's name.
    return names is None or any(part.split()[:1] == [name] for part in names.lower().split(b",") for name in _NAMES)


def _block_above(text: bytes, line: int, whole_lines: dict[int, Span]) -> Iterator[Span]:
    """The whole-line comments that stand directly above the line starting at offset ``line``, upwards."""
    while line > 0:
        line = _line_start(text, line - 1)
        comment = whole_lines.get(line)
        if comment is None:
            return
        yield comment


def _stands_alone(text: bytes, comment: Span) -> bool:
    """Is the comment a ``//`` comment with nothing but blanks before it on its line?"""
    before = text[_line_start(text, comment.start) : comment.start]
    return text.startswith(b"//", comment.start) and not before.strip(b" \t")


def _line_start(text: bytes, offset: int) -> int:
    """The offset of the first byte of the line that holds byte ``offset``."""
    return text.rfind(b"\n", 0, offset) + 1
