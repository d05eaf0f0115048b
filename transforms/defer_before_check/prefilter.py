"""The bytes that can possibly hold a finding, told without a parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from defermod.model import Span
from defermod.syntax.pieces import FunctionStarts
from defermod.syntax.scan import DEFER

_ASSIGNS = re.compile(rb"[\w.\x80-\xff]++[ \t]*+,(?:[^=\n]*,)?[ \t]*+([\w\x80-\xff]++)[ \t]*+:?=(?!=)")
_NO_ERROR = frozenset({b"cancel", b"stop", b"ok"})
"""Names that nobody gives an error."""
_FARTHEST = 100
"""Lines of one statement that are looked at."""


def may_match(text: bytes) -> bool:
    """Return False only if no ``defer`` directly follows a statement that gives several variables a call's results."""
    return any(_follows_assignment(text, found.start()) for found in DEFER.finditer(text))


def unchecked_releases(text: bytes) -> Iterator[Span]:
    """Yield the places in the text where such a ``defer`` may be, as ``suspects`` has it."""
    ends: dict[int, int] = {}
    starts = FunctionStarts(text)
    for found in DEFER.finditer(text):
        if not _follows_assignment(text, found.start()):
            continue
        start = starts.around(found.start(), found.end())
        if not start:
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
