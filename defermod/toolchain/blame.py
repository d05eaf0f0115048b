"""Find the fix that causes a complaint about a line of the new text."""

from __future__ import annotations

from difflib import SequenceMatcher

from defermod.lines import line_of
from defermod.model import FileResult, Status


def fixed_starts(result: FileResult) -> frozenset[int]:
    """The byte offsets in ``before`` at which the defers start whose fixes are in ``after``."""
    return frozenset(found.span.start for found in result.findings if found.status is Status.FIXED)


def nearest_fix(result: FileResult, line: int) -> frozenset[int]:
    """The start of the fixed defer nearest to ``line`` (1-based) of ``after``; empty if none was fixed.

    The line is carried back to ``before`` first.  What the fix of a nested loop and that of the loop
    around it each did there cannot be told apart: the nearer defer is a guess, which the caller
    tests by rejecting it.
    """
    starts = fixed_starts(result)
    if not starts:
        return starts
    origin = _line_before(result, line)
    distances = {start: abs(line_of(result.before, start) - origin) for start in starts}
    return frozenset({min(sorted(starts), key=distances.__getitem__)})


def _line_before(result: FileResult, line: int) -> int:
    """The line of ``before`` that ``line`` of ``after`` is, or stands where it stood; both 1-based."""
    # Without their indentation the lines of a wrapped body are the same lines as before.
    before = [text.strip() for text in result.before.splitlines()]
    after = [text.strip() for text in result.after.splitlines()]
    for _, low, high, new_low, new_high in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if new_low < line <= new_high:
            return min(low + line - new_low, max(high, low + 1))
    return len(before)
