"""Facts about the rule that are known before it is loaded: the bytes that can possibly hold a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from defermod.engine.about import About
from defermod.model import Span
from defermod.syntax.scan import function_start


def may_clean_up_late(text: bytes) -> bool:
    """Return False only if no test with a ``defer`` can have subtests that run in parallel."""
    if not (b".Parallel()" in text and b".Run(" in text and b"testing.T" in text and b"defer" in text):
        return False
    return next(parallel_subtests(text), None) is not None


_PARALLEL = re.compile(rb"\.Parallel\(\)")
_NEXT_FUNCTION = re.compile(rb"\nfunc[ \t]")


def parallel_subtests(text: bytes) -> Iterator[Span]:
    """Yield the places in the text where such a test may be, as ``suspects`` has it."""
    spans: set[Span] = set()
    for found in _PARALLEL.finditer(text):
        start = function_start(text, found.start())
        after = _NEXT_FUNCTION.search(text, found.end())
        end = after.start() + 1 if after is not None else len(text)
        part = text[start:end]
        if b".Run(" in part and b"defer" in part:
            if not start or b"`" in part or b"*/" in part:
                spans = {Span(0, len(text))}
                break
            spans.add(Span(start, end))
    yield from sorted(spans)


ABOUT = About("late-cleanup", on_by_default=True, may_match=may_clean_up_late)
