"""Which bytes can possibly hold a finding: a look without a parse, at several times the speed of one.

A wrong yes costs a parse; a wrong no is a bug.  Whatever is not plainly well-formed (an open string, a bad
escape, braces that don't match) is a yes: what the grammar makes of it is for the grammar to say.

The text is boiled down to a few bytes: literals and comments go first, then all but the braces and the
three words in question.  What is left is small enough to be walked through one by one.
"""

from __future__ import annotations

import re

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

_IS_FOR, _IS_GOTO, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES = 1, 2, 3, 4, ord("{"), ord("}")
_ALL = bytes(range(256))
_ALL_BUT_STRUCTURE = _ALL.translate(None, bytes([_IS_FOR, _IS_GOTO, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES]))


def may_hold_loop_defer(text: bytes) -> bool:
    """May a ``defer`` in the text run more than once in one call of its function?

    ``text`` is a whole file or a top-level declaration.  No wherever no ``defer`` stands in a block after a
    ``for``, within one function literal or declaration, and none shares a top-level declaration's braces
    with a ``goto``.
    """
    if not _has_defer(text) or not (_FOR.search(text) or _GOTO.search(text)):
        return False
    code = plain_code(text)
    if code is None:
        return True
    code, defers = _DEFER.subn(bytes([_IS_DEFER]), code)
    if not defers:
        return False
    code, loops = _FOR.subn(bytes([_IS_FOR]), code)
    code, jumps = _GOTO.subn(bytes([_IS_GOTO]), code) if b"goto" in code else (code, 0)
    if not loops and not jumps:
        return False
    code = _FUNCTION.sub(bytes([_OPENS_FUNCTION]), code)
    return _structure_may_repeat(code.translate(None, _ALL_BUT_STRUCTURE).replace(b"{}", b""))


def _has_defer(text: bytes) -> bool:
    """Does the word stand anywhere but in lines that are nothing but a comment?

    A line that begins with // is no code whatever it stands in, as long as it does not end a raw string or a
    comment before the word; other literals don't reach over a line's end.
    """
    at = text.find(b"defer")  # a pattern is many times as slow to look for
    while at >= 0:
        if _DEFER.match(text, at):
            before = text[text.rfind(b"\n", 0, at) + 1 : at].lstrip(b" \t")
            if not before.startswith(b"//") or b"`" in before or b"*/" in before:
                return True
        at = text.find(b"defer", at + 1)
    return False


SCANS = {"defer-in-loop": may_hold_loop_defer}
"""What the transform of a rule says to "does this concern you?", for those who would not load it to ask.

A rule that isn't here is asked itself.
"""


def _structure_may_repeat(structure: bytes) -> bool:
    """The same of what is left of a text: a byte for each brace and each of the words."""
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
    return bool(outer)
