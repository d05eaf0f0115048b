"""Facts about the rule that are known before it is loaded: a look without a parse, several times as fast as one.

Of a file that has the words in question, the functions with a ``defer`` are looked at, each from its beginning
to the last one.  That text is boiled down to a few bytes: literals and comments go first, then all but the
braces and the words.  What is left is small enough to be walked through one by one.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator

from defermod.model import Span
from defermod.syntax.pieces import FunctionStarts, pieces, plain_code
from defermod.syntax.scan import DEFER, SIMPLE_TYPE

# A literal prefix first, which the search is fast with; what stands before it is looked at afterwards.
# Beside a letter beyond ASCII the words count although they are no words: that costs a parse at most.
_FOR = re.compile(rb"for(?<!\wfor)(?!\w)")
_GOTO = re.compile(rb"goto(?<!\wgoto)(?!\w)")
_LABEL = re.compile(rb"(?<![\w\x80-\xff])([\w\x80-\xff]++)[\s;]*+:")
_JUMP = re.compile(rb"goto(?<!\wgoto)[\s;]++([\w\x80-\xff]++)")
"""A comment is a semicolon in plain code.  That what is in a clause or a literal counts for a label does no harm."""
_LIST = rb"\([^(){}\x01-\x03]*+\)"
_FUNCTION = re.compile(
    rb"func(?<![\w\x80-\xff]func)[ \t]*+"
    rb"\((?:[^(){}\x01-\x03]++|" + _LIST + rb")*\)[ \t]*+"
    rb"(?:" + _LIST + rb"|(?:\[\w*+\])?[*]*+" + SIMPLE_TYPE + rb")?[ \t]*+\{"
)
"""The head of a function literal with its brace, if it is a simple one.

On one line after the parameters: a line's end would end the statement.  No list after a result: the ``func`` would
be a type, and the brace a loop's, in ``for range []func() error(hooks) {``.  That it takes ``[]func() int{f}``
for one does no harm: a statement in there is in a function of its own all the same.
"""

_IS_FOR, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES = 1, 2, 3, ord("{"), ord("}")
_ALL = bytes(range(256))
_ALL_BUT_STRUCTURE = _ALL.translate(None, bytes([_IS_FOR, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES]))


def may_match(text: bytes) -> bool:
    """Return False only if no ``defer`` in the text can run more than once in one call of its function.

    ``text`` is a whole file or a top-level declaration.  No wherever no ``defer`` stands in a block after a
    ``for``, within one function literal or declaration, and none between a label and a later ``goto`` to it.
    """
    return next(suspects(text), None) is not None


def suspects(text: bytes) -> Iterator[Span]:
    """Yield the places in the text where such a ``defer`` may be, in no particular order, each once.

    Each begins between two top-level declarations and ends with the last ``defer`` in question or with a
    declaration; or it is the whole text.  What stands outside the functions with a ``defer`` is only read where it
    takes that to know where they begin.
    """
    found: list[Span] = []
    end, at = len(text), _last_defer(text, len(text))
    jumps = at >= 0 and _GOTO.search(text) is not None
    starts = FunctionStarts(text)
    while at >= 0:
        last = at + len(b"defer")
        start = starts.around(at, end if jumps else last)
        if start is None:
            return (yield from _by_piece(text))
        part = text[start : end if jumps else last]
        if jumps or _FOR.search(part):
            code = plain_code(part)
            if code is None:
                return (yield from _by_piece(text))
            if _may_repeat(code):
                found.append(Span(start, last))
        end, at = start, _last_defer(text, start)
    yield from found


def _by_piece(text: bytes) -> Iterator[Span]:
    """The same by all of the text: where its functions begin can't be told from a part of it."""
    found = pieces(text)
    if found is None:
        yield Span(0, len(text))
        return
    yield from (Span(piece.start, piece.end) for piece in found if b"defer" in piece.code and _may_repeat(piece.code))


def _may_repeat(code: bytes) -> bool:
    """The answer for plain code that begins between two declarations."""
    return _loops_around(_structure(code)) or (b"goto" in code and _jumps_back(code))


def _jumps_back(code: bytes) -> bool:
    """Return True if a ``defer`` stands between a label and a ``goto`` to it.

    Without a loop, control can't come back to what it has passed but by such a jump.
    """
    defers = [found.start() for found in DEFER.finditer(code)]
    if not defers:
        return False
    labels: dict[bytes, int] = {}
    for found in _LABEL.finditer(code, 0, defers[-1]):
        labels.setdefault(found[1], found.start())
    for jump in _JUMP.finditer(code, defers[0]):
        label = labels.get(jump[1], jump.start())
        if bisect(defers, label) < bisect(defers, jump.start()):
            return True
    return False


def _last_defer(text: bytes, end: int) -> int:
    """Return the last offset of the word before ``end``, lines that are only a comment left out; -1 if there is none.

    A line that begins with // is no code whatever it stands in, as long as it does not end a raw string or a
    comment before the word; other literals don't reach over a line's end.
    """
    at = text.rfind(b"defer", 0, end)  # a pattern is many times as slow to look for
    while at >= 0:
        before = at
        if DEFER.match(text, at):
            before = text.rfind(b"\n", 0, at) + 1
            line = text[before:at].lstrip(b" \t")
            if not line.startswith(b"//") or b"`" in line or b"*/" in line:
                return at
        at = text.rfind(b"defer", 0, before)
    return at


def _structure(code: bytes) -> bytes:
    """Reduce plain code to its structure: a byte for each brace and each of the words."""
    code = _FOR.sub(bytes([_IS_FOR]), DEFER.sub(bytes([_IS_DEFER]), code))
    if b"func" in code:
        code = _FUNCTION.sub(bytes([_OPENS_FUNCTION]), code)
    return code.translate(None, _ALL_BUT_STRUCTURE).replace(b"{}", b"")


def _loops_around(structure: bytes) -> bool:
    """Return True if a ``defer`` stands in a loop or outside all braces, or there are too many closing ones."""
    outer: list[tuple[bool, bool]] = []
    after_loop = in_loop = False
    for byte in structure:
        if byte in (_OPENS, _OPENS_FUNCTION):
            outer.append((after_loop, in_loop))
            in_loop = byte == _OPENS and (in_loop or after_loop)
            after_loop = False
        elif byte == _CLOSES:
            if not outer:
                return True
            after_loop, in_loop = outer.pop()
        elif byte == _IS_FOR:
            after_loop = True
        elif in_loop or not outer:
            return True
    return False
