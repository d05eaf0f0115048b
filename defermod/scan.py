"""Which bytes can possibly hold a finding: a look without a parse, at several times the speed of one.

A wrong yes costs a parse; a wrong no is a bug.  Whatever is not plainly well-formed (an open string, a bad
escape, braces that don't match) is a yes: what the grammar makes of it is for the grammar to say.

Of a file that has the words in question, the functions with a ``defer`` are looked at, each from its beginning
to the last one.  That text is boiled down to a few bytes: literals and comments go first, then all but the
braces and the words.  What is left is small enough to be walked through one by one.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator

from defermod.model import Span
from defermod.syntax.pieces import pieces, plain_code

# A literal prefix first, which the search is fast with; what stands before it is looked at afterwards.
# Beside a letter beyond ASCII the words count although they are no words: that costs a parse at most.
_DEFER = re.compile(rb"defer(?<!\wdefer)(?!\w)")
_FOR = re.compile(rb"for(?<!\wfor)(?!\w)")
_GOTO = re.compile(rb"goto(?<!\wgoto)(?!\w)")
_LABEL = re.compile(rb"(?<![\w\x80-\xff])([\w\x80-\xff]++)[\s;]*+:")
_JUMP = re.compile(rb"goto(?<!\wgoto)[\s;]++([\w\x80-\xff]++)")
"""A comment is a semicolon in plain code.  That what is in a clause or a literal counts for a label does no harm."""
_LIST = rb"\([^(){}\x01-\x03]*+\)"
_TYPE = rb"(?:(?:\[\]|map\[[\w.*]*+\])[*]*+|chan )*+\w++(?:\.\w++)?+(?:\[[\w.*, ]*+\])?+"
"""A simple one, that nothing but a result can be where it follows a list."""
_FUNCTION = re.compile(
    rb"func(?<![\w\x80-\xff]func)[ \t]*+"
    rb"\((?:[^(){}\x01-\x03]|" + _LIST + rb")*+\)[ \t]*+"
    rb"(?:" + _LIST + rb"|(?:\[\w*+\])?+[*]*+" + _TYPE + rb")?+[ \t]*+\{"
)
"""The head of a function literal with its brace, if it is a simple one.

On one line after the parameters: a line's end would end the statement.  No list after a result: the ``func`` would
be a type, and the brace a loop's, in ``for range []func() error(hooks) {``.  That it takes ``[]func() int{f}``
for one does no harm: a statement in there is in a function of its own all the same.
"""

_PLAIN_LIST = rb"\([^()\n/\"'`]*+\)"
_DECLARATION = re.compile(
    rb"\n\}\n(?:(?://[^\n]*+)?\n)*+"
    rb"func (?:[A-Za-z_]|"
    + _PLAIN_LIST
    + rb" (?!(?:func|chan)\()\w+\((?:[^()\n/\"'`]|"
    + _PLAIN_LIST
    + rb")*+\) (?:(?:"
    + _PLAIN_LIST
    + rb"|"
    + _TYPE
    + rb") )?+\{\n)"
)
"""The end of a declaration and, but for comments, the beginning of a function's.

The line's end after a closing brace ends a statement.  None begins with ``func name``, and one that begins with a
``func``, a list in parentheses, a name and another such list, as ``func (x int) T(f)(func() {`` does, goes on as no
method's head does: hence nothing but a simple result, which no operator begins, and no comment or literal that
could hold the brace.
"""

_IS_FOR, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES = 1, 2, 3, ord("{"), ord("}")
_ALL = bytes(range(256))
_ALL_BUT_STRUCTURE = _ALL.translate(None, bytes([_IS_FOR, _IS_DEFER, _OPENS_FUNCTION, _OPENS, _CLOSES]))


def may_hold_loop_defer(text: bytes) -> bool:
    """May a ``defer`` in the text run more than once in one call of its function?

    ``text`` is a whole file or a top-level declaration.  No wherever no ``defer`` stands in a block after a
    ``for``, within one function literal or declaration, and none between a label and a later ``goto`` to it.
    """
    return next(suspects(text), None) is not None


def suspects(text: bytes) -> Iterator[Span]:
    """Where in the text such a ``defer`` may be, in no particular order, each place once.

    Each begins between two top-level declarations and ends with the last ``defer`` in question or with a
    declaration; or it is the whole text.  What stands outside the functions with a ``defer`` is only read where it
    takes that to know where they begin.
    """
    found: list[Span] = []
    end, at = len(text), _last_defer(text, len(text))
    jumps = at >= 0 and _GOTO.search(text) is not None
    patience = len(text)
    while at >= 0:
        start = _function_start(text, at)
        last = at + len(b"defer")
        part = text[start : end if jumps else last]
        if start and (b"`" in part or b"*/" in part):
            patience -= start
            if patience < 0 or plain_code(text[:start]) is None:
                return (yield from _by_piece(text))
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
    """Does a ``defer`` stand between a label and a ``goto`` to it?

    Without a loop, control can't come back to what it has passed but by such a jump.
    """
    defers = [found.start() for found in _DEFER.finditer(code)]
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
    """Where the word stands last before ``end``, lines that are nothing but a comment left out; -1 if nowhere.

    A line that begins with // is no code whatever it stands in, as long as it does not end a raw string or a
    comment before the word; other literals don't reach over a line's end.
    """
    at = text.rfind(b"defer", 0, end)  # a pattern is many times as slow to look for
    while at >= 0:
        before = at
        if _DEFER.match(text, at):
            before = text.rfind(b"\n", 0, at) + 1
            line = text[before:at].lstrip(b" \t")
            if not line.startswith(b"//") or b"`" in line or b"*/" in line:
                return at
        at = text.rfind(b"defer", 0, before)
    return at


def _function_start(text: bytes, at: int) -> int:
    """Where the function declaration around ``at`` begins, or one before it; 0 if neither can be told.

    What is code at ``at`` has to be so here, too: either nothing in between ends a raw string or a comment, or
    the text up to here is complete.
    """
    end = text.rfind(b"\n}\n", 0, at)
    while end >= 0:
        if _DECLARATION.match(text, end):
            return end + len(b"\n}\n")
        end = text.rfind(b"\n}\n", 0, end)
    return 0


def _structure(code: bytes) -> bytes:
    """What matters of plain code: a byte for each brace and each of the words."""
    code = _FOR.sub(bytes([_IS_FOR]), _DEFER.sub(bytes([_IS_DEFER]), code))
    if b"func" in code:
        code = _FUNCTION.sub(bytes([_OPENS_FUNCTION]), code)
    return code.translate(None, _ALL_BUT_STRUCTURE).replace(b"{}", b"")


_ASSIGNS = re.compile(rb"[\w.\x80-\xff]++[ \t]*+,(?:[^=\n]*,)?[ \t]*+([\w\x80-\xff]++)[ \t]*+:?=(?!=)")
_NO_ERROR = frozenset({b"cancel", b"stop", b"ok"})
"""Names that nobody gives an error."""
_FARTHEST = 100
"""Lines of one statement that are looked at."""


def may_defer_before_check(text: bytes) -> bool:
    """May a ``defer`` follow at once a statement that gives several variables the results of a call?"""
    return any(_follows_assignment(text, found.start()) for found in _DEFER.finditer(text))


_HELPER = re.compile(rb"defer[ \t]+(?!(?:func|close|delete|panic)\b)[\w\x80-\xff]+[ \t]*\(")
"""A deferred call of a function by its plain name, whose body says more."""


def unchecked_releases(text: bytes) -> Iterator[Span]:
    """Where in the text such a ``defer`` may be, as ``suspects`` has it.

    It is the whole text where functions are called by their names: what these do is to be read, too.
    """
    ends: dict[int, int] = {}
    for found in _DEFER.finditer(text):
        if not _follows_assignment(text, found.start()):
            continue
        start = _function_start(text, found.start())
        part = text[start : found.end()]
        if not start or b"`" in part or b"*/" in part or _HELPER.match(text, found.start()):
            yield Span(0, len(text))
            return
        ends[start] = found.end()
    for start, end in ends.items():
        yield Span(start, end)


def _follows_assignment(text: bytes, at: int) -> bool:
    """Is the statement before ``at``, comments left out, such an assignment?  A yes where that is not plain to see."""
    start = text.rfind(b"\n", 0, at)
    head = text[start + 1 : at].strip()
    if head:
        return head.endswith((b";", b"*/")) and not head.startswith(b"//")
    depth = 0
    for _ in range(_FARTHEST):
        if start < 0:
            return False
        end, start = start, text.rfind(b"\n", 0, start)
        line = text[start + 1 : end].strip()
        if not line or line.startswith(b"//"):
            continue
        if b"/*" in line or b"*/" in line or b"`" in line:
            return True
        if depth == 0 and not (b")" in line if b"//" in line else line.endswith(b")")):
            return False
        depth += line.count(b")") + line.count(b"}") - line.count(b"(") - line.count(b"{")
        if depth <= 0:
            line = line.rpartition(b";")[2].lstrip()
            found = _ASSIGNS.match(line)
            return (found is not None and found[1] not in _NO_ERROR) or depth < 0
    return True


def may_clean_up_late(text: bytes) -> bool:
    """May a test with a ``defer`` have subtests that run in parallel?"""
    if not (b".Parallel()" in text and b".Run(" in text and b"testing.T" in text and b"defer" in text):
        return False
    return next(parallel_subtests(text), None) is not None


_PARALLEL = re.compile(rb"\.Parallel\(\)")
_NEXT_FUNCTION = re.compile(rb"\nfunc[ \t]")


def parallel_subtests(text: bytes) -> Iterator[Span]:
    """Where in the text such a test may be, as ``suspects`` has it."""
    spans: set[Span] = set()
    for found in _PARALLEL.finditer(text):
        start = _function_start(text, found.start())
        after = _NEXT_FUNCTION.search(text, found.end())
        end = after.start() + 1 if after is not None else len(text)
        part = text[start:end]
        if b".Run(" in part and b"defer" in part:
            if not start or b"`" in part or b"*/" in part:
                spans = {Span(0, len(text))}
                break
            spans.add(Span(start, end))
    yield from sorted(spans)


SCANS = {
    "defer-in-loop": may_hold_loop_defer,
    "defer-before-check": may_defer_before_check,
    "late-cleanup": may_clean_up_late,
}
"""What the transform of a rule says to "does this concern you?", for those who would not load it to ask.

A rule that isn't here is asked itself.
"""


def _loops_around(structure: bytes) -> bool:
    """Does a ``defer`` stand in a loop, or outside all braces, or are there too many closing ones?"""
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
