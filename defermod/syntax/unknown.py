"""Rewrites syntax that Go accepts and the grammar does not into a form that the grammar accepts.

Known gaps, each met by a rewrite that keeps every byte at its offset:

- ``new(f(x))``, since Go 1.26: the grammar wants a type there.  ``new`` becomes another name, and what is in the
  brackets an expression.  The same goes for ``make`` where a variable is called so.
- ``func (r R) Map[T any](...)``, generic methods: the type parameters become blanks.

Only the tree is made from the rewritten text; a node's text is the user's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from defermod.syntax.pieces import blanked

_BUILTIN = re.compile(rb"(?<![\w\x80-\xff.])(?:new|make)(?=[ \t]*\()")
_METHOD = re.compile(rb"^func[ \t]*\([^(){}]*(?:\([^(){}]*\)[^(){}]*)*\)[ \t]*[\w\x80-\xff]+[ \t]*(?=\[)", re.MULTILINE)
_CLOSING = {ord("("): ord(")"), ord("["): ord("]"), ord("{"): ord("}")}
_MOST = 500
"""The most calls to try one by one: a real file has a few, a malicious one many."""


def understandable(text: bytes, has_error: Callable[[bytes], bool]) -> bytes:
    """The text with what the grammar is known not to understand rewritten; of the same length.

    ``has_error`` says whether the grammar fails in a whole file.  Returns ``text`` itself where nothing helps.
    """
    code = blanked(text)
    edits: list[tuple[int, bytes]] = []
    for number, word in enumerate(_BUILTIN.finditer(code)):
        if number == _MOST:
            break
        start = code.index(b"(", word.end())
        end = _matching(code, start)
        if end and has_error(b"package p\n\nvar _ = " + text[word.start() : end] + b"\n"):
            edits.append((word.start(), word[0][:-1] + b"_"))
    for start, end in _type_parameters(code):
        edits.append((start, re.sub(rb"[^\n]", b" ", text[start:end])))
    made = bytearray(text)
    for at, new in edits:
        made[at : at + len(new)] = new
    return bytes(made) if edits else text


def _type_parameters(code: bytes) -> Iterator[tuple[int, int]]:
    for head in _METHOD.finditer(code):
        if end := _matching(code, head.end()):
            yield head.end(), end


def _matching(code: bytes, start: int) -> int:
    """The offset after the bracket that closes the one at ``start``; 0 if none does."""
    open_brackets: list[int] = []
    for at in range(start, len(code)):
        byte = code[at]
        if byte in _CLOSING:
            open_brackets.append(_CLOSING[byte])
        elif byte in b")]}":
            if open_brackets.pop() != byte:
                return 0
            if not open_brackets:
                return at + 1
    return 0
