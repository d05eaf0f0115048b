"""Facts about the rule that are known before it is loaded: the bytes that can possibly hold a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from defermod.engine.about import About
from defermod.model import Span
from defermod.syntax.scan import DEFER, function_start

_ASSIGNS = re.compile(rb"[\w.\x80-\xff]++[ \t]*+,(?:[^=\n]*,)?[ \t]*+([\w\x80-\xff]++)[ \t]*+:?=(?!=)")
_NO_ERROR = frozenset({b"cancel", b"stop", b"ok"})
"""Names that nobody gives an error."""
_FARTHEST = 100
"""Lines of one statement that are looked at."""


def may_defer_before_check(text: bytes) -> bool:
    """Return False only if no ``defer`` directly follows a statement that gives several variables a call's results."""
    return any(_follows_assignment(text, found.start()) for found in DEFER.finditer(text))


_HELPER = re.compile(rb"defer[ \t]+(?!(?:func|close|delete|panic)\b)[\w\x80-\xff]+[ \t]*\(")
"""A deferred call of a function by its plain name, whose body says more."""


def unchecked_releases(text: bytes) -> Iterator[Span]:
    """Yield the places in the text where such a ``defer`` may be, as ``suspects`` has it.

    It is the whole text where functions are called by their names: what these do is to be read, too.
    """
    ends: dict[int, int] = {}
    for found in DEFER.finditer(text):
        if not _follows_assignment(text, found.start()):
            continue
        start = function_start(text, found.start())
        part = text[start : found.end()]
        if not start or b"`" in part or b"*/" in part or _HELPER.match(text, found.start()):
            yield Span(0, len(text))
            return
        ends[start] = found.end()
    for start, end in ends.items():
        yield Span(start, end)


def _follows_assignment(text: bytes, at: int) -> bool:
    """Return False only if the statement before ``at``, comments left out, is no such assignment."""
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


ABOUT = About("defer-before-check", on_by_default=True, may_match=may_defer_before_check)
