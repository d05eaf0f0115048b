"""Facts about a file that its bytes alone show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from defermod.model import Problem, Span

_BEFORE_PACKAGE_CLAUSE = re.compile(rb"\s+|//(?P<comment>[^\n]*)|/\*.*?\*/", re.DOTALL)
_GENERATED = re.compile(rb" Code generated .* DO NOT EDIT\.\r?")


def is_generated(text: bytes) -> bool:
    """Return True if a ``// Code generated ... DO NOT EDIT.`` line stands before the package clause."""
    # Most often this is the clause itself; in a comment it can only be if there is one of the other kind.
    head = text.partition(b"\npackage ")[0]
    if b"DO NOT EDIT." not in head and b"/*" not in head:
        return False
    return any(_GENERATED.fullmatch(comment) for comment in comments_before_package(text))


def comments_before_package(text: bytes) -> Iterator[bytes]:
    """Yield the ``//`` comments before the package clause, without the slashes and the line's end."""
    at = 3 if text.startswith(b"\xef\xbb\xbf") else 0
    while match := _BEFORE_PACKAGE_CLAUSE.match(text, at):
        if match["comment"] is not None:
            yield match["comment"]
        at = match.end()


def check_utf8(text: bytes) -> Problem | None:
    """Return a Problem at the first byte of ``text`` that is not UTF-8, as Go requires; None if there is none."""
    if text.isascii():
        return None
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 (byte 0x{text[error.start]:02x}), which Go source must be"
        return Problem(message, Span(error.start, error.start + 1))
    return None
