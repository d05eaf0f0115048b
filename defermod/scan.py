"""Which bytes can possibly hold a finding: a look without a parse, at several times the speed of one.

A wrong yes costs a parse; a wrong no is a bug.  Whatever is not plainly well-formed (an open string, a bad
escape, braces that don't match) is a yes: what the grammar makes of it is for the grammar to say.

Of a file that has the words in question, the functions with a ``defer`` are looked at, each from its beginning
to the last one.  That text is boiled down to a few bytes: literals and comments go first, then all but the
braces and the words.  What is left is small enough to be walked through one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from defermod.model import Span
from defermod.syntax.pieces import plain_code

# A literal prefix first, which the search is fast with; what stands before it is looked at afterwards.
# Beside a letter beyond ASCII the words count although they are no words: that costs a parse at most.
_DEFER = re.compile(rb"defer(?<!\wdefer)(?!\w)")
_FOR = re.compile(rb"for(?<!\wfor)(?!\w)")
_GOTO = re.compile(rb"goto(?<!\wgoto)(?!\w)")
_FUNCTION = re.compile(
    rb"func(?<![\w\x80-\xff]func)[ \t]*+"
    rb"\((?:[^(){}\x01-\x03]|\([^(){}\x01-\x03]*+\))*+\)"
    rb"(?:\([^(){}\x01-\x03]*+\)|[\w.* \t]|\[[\w.* \t]*+\])*+\{"
)
"""The head of a function literal with its brace, if it is a simple one.

On one line after the parameters: a line's end would end the statement.  That it takes ``[]func() int{f}``
for one does no harm: a statement in there is in a function of its own all the same.
"""

_DECLARATION = re.compile(
    rb"\n\}\n(?:(?://[^\n]*+)?\n)*+"
    rb"func (?:[A-Za-z_]|\([^()\n]*+\) (?!(?:func|chan)\()\w+\([^\n]*\{\n)"
)
"""The end of a declaration and, but for comments, the beginning of a function's.

The line's end after a closing brace ends a statement, and none begins with ``func name``, or with a ``func``, a
list in parentheses, a name and another such list, unless the name is a word of a type's.
"""

_IS_FOR, _IS_GOTO, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES = 1, 2, 3, 4, ord("{"), ord("}")
_ALL = bytes(range(256))
_ALL_BUT_STRUCTURE = _ALL.translate(None, bytes([_IS_FOR, _IS_GOTO, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES]))


def may_hold_loop_defer(text: bytes) -> bool:
    """May a ``defer`` in the text run more than once in one call of its function?

    ``text`` is a whole file or a top-level declaration.  No wherever no ``defer`` stands in a block after a
    ``for``, within one function literal or declaration, and none shares a top-level declaration's braces
    with a ``goto``.
    """
    return next(suspects(text), None) is not None


def suspects(text: bytes) -> Iterator[Span]:
    """Where in the text such a ``defer`` may be, the last place first.

    Each place begins between two top-level declarations and ends with the last ``defer`` in question, or it is
    the whole text.  What stands outside the functions with a ``defer`` is only read where it takes that to know
    where they begin.
    """
    at = _last_defer(text, len(text))
    if at < 0:
        return
    in_doubt = _GOTO.search(text) is not None
    while at >= 0 and not in_doubt:
        start = _function_start(text, at)
        place = Span(start, at + len(b"defer"))
        part = text[start : place.end]
        in_doubt = start > 0 and (b"`" in part or b"*/" in part) and plain_code(text[:start]) is None
        if not in_doubt and _FOR.search(part):
            code = plain_code(part)
            in_doubt = code is None
            if code is not None and _structure_may_repeat(_structure(code)):
                yield place
        at = _last_defer(text, start)
    if in_doubt and _may_repeat(text):
        yield Span(0, len(text))


def _last_defer(text: bytes, end: int) -> int:
    """Where the word stands last before ``end``, lines that are nothing but a comment left out; -1 if nowhere.

    A line that begins with // is no code whatever it stands in, as long as it does not end a raw string or a
    comment before the word; other literals don't reach over a line's end.
    """
    at = text.rfind(b"defer", 0, end)  # a pattern is many times as slow to look for
    while at >= 0:
        if _DEFER.match(text, at):
            before = text[text.rfind(b"\n", 0, at) + 1 : at].lstrip(b" \t")
            if not before.startswith(b"//") or b"`" in before or b"*/" in before:
                return at
        at = text.rfind(b"defer", 0, at)
    return at


def _function_start(text: bytes, at: int) -> int:
    """Where the function declaration around ``at`` begins, or one before it; 0 if neither can be told.

    What is code at ``at`` has to be so here, too: either nothing in between ends a raw string or a comment, or
    the text up to here is known to be complete.
    """
    end = text.rfind(b"\n}\n", 0, at)
    while end >= 0:
        if _DECLARATION.match(text, end):
            return end + len(b"\n}\n")
        end = text.rfind(b"\n}\n", 0, end)
    return 0


def _may_repeat(text: bytes) -> bool:
    """The answer by all braces of the text."""
    code = plain_code(text)
    if code is None:
        return True
    structure = _structure(code)
    opened = structure.count(_OPENS) + structure.count(_OPENS_FUNCTION)
    return _structure_may_repeat(structure) or opened > structure.count(_CLOSES)


def _structure(code: bytes) -> bytes:
    """What matters of plain code: a byte for each brace and each of the words."""
    code = _FOR.sub(bytes([_IS_FOR]), _DEFER.sub(bytes([_IS_DEFER]), code))
    if b"goto" in code:
        code = _GOTO.sub(bytes([_IS_GOTO]), code)
    if b"func" in code:
        code = _FUNCTION.sub(bytes([_OPENS_FUNCTION]), code)
    return code.translate(None, _ALL_BUT_STRUCTURE).replace(b"{}", b"")


SCANS = {"defer-in-loop": may_hold_loop_defer}
"""What the transform of a rule says to "does this concern you?", for those who would not load it to ask.

A rule that isn't here is asked itself.
"""


def _structure_may_repeat(structure: bytes) -> bool:
    """Does a ``defer`` stand in a loop, or with a ``goto``, or are there too many closing braces?"""
    outer: list[tuple[bool, bool]] = []
    after_loop = in_loop = jumps = defers = False
    for byte in structure:
        if byte in (_OPENS, _OPENS_FUNCTION):
            outer.append((after_loop, in_loop))
            in_loop = byte == _OPENS and (in_loop or after_loop)
            after_loop = False
        elif byte == _CLOSES:
            if not outer:
                return True
            after_loop, in_loop = outer.pop()
            if not outer:
                jumps = defers = False
        elif byte == _IS_FOR:
            after_loop = True
        else:
            if byte == _IS_DEFER and (in_loop or not outer):
                return True
            jumps |= byte == _IS_GOTO
            defers |= byte == _IS_DEFER
            if jumps and defers:
                return True
    return False
