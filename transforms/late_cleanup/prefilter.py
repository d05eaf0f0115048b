"""The bytes that can possibly hold a finding, told without a parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from defermod.model import Span
from defermod.syntax.pieces import FunctionStarts


def may_match(text: bytes) -> bool:
    """Return False only if no test with a ``defer`` can have subtests that run in parallel."""
    if not (b".Parallel()" in text and b".Run(" in text and b"testing.T" in text and b"defer" in text):
        return False
    return next(parallel_subtests(text), None) is not None


_PARALLEL = re.compile(rb"\.Parallel\(\)")
_NEXT_FUNCTION = re.compile(rb"\nfunc[ \t]")


def parallel_subtests(text: bytes) -> Iterator[Span]:
    """Yield the places in the text where such a test may be, as ``suspects`` has it."""
    spans: set[Span] = set()
    starts = FunctionStarts(text)
    for found in _PARALLEL.finditer(text):
        after = _NEXT_FUNCTION.search(text, found.end())
        end = after.start() + 1 if after is not None else len(text)
        start = starts.around(found.start(), end)
        part = text[start or 0 : end]
        if b".Run(" in part and b"defer" in part:
            if not start:
                spans = {Span(0, len(text))}
                break
            spans.add(Span(start, end))
    yield from sorted(spans)
