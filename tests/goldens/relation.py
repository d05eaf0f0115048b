"""The relation that the trace of a program after a rewrite must have to the trace before it.

A trace is what the program prints, line by line, and how it ends.  A line that starts with ``~ `` is printed
by a deferred call: those may move, the others may not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

DEFERRED = "~ "


WRONG = "! "


class Relation(Enum):
    """The allowed differences between the two traces."""

    IDENTICAL = "identical"
    """Nothing."""
    RELEASE_EARLIER = "release-earlier"
    """Deferred lines may come earlier.  Those that come together keep the order they had."""
    MENDED = "mended"
    """Before, the program panics or prints a line that starts with ``! ``, which says what must not be; afterwards it
    does neither, and has printed all other lines of before, in their order."""
    RELEASE_ADDED = "release-added"
    """As above, and deferred lines may appear that were never printed: the function used not to get there."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The output of one run of a program, and its end."""

    lines: tuple[str, ...]
    panic: str = ""
    """The message of the panic that ended it, without the stack."""
    status: int = 0

    @property
    def kept(self) -> list[str]:
        """The lines that no deferred call printed."""
        return [line for line in self.lines if not line.startswith(DEFERRED)]

    @property
    def deferred(self) -> list[str]:
        return [line for line in self.lines if line.startswith(DEFERRED)]

    def moments(self) -> dict[str, list[int]]:
        """For each deferred line, after how many other lines it was printed, each time."""
        moments: dict[str, list[int]] = {}
        others = 0
        for line in self.lines:
            if line.startswith(DEFERRED):
                moments.setdefault(line, []).append(others)
            else:
                others += 1
        return moments

    def groups(self) -> Iterator[list[str]]:
        """The deferred lines that were printed with nothing between them."""
        marks = [-1, *(at for at, line in enumerate(self.lines) if not line.startswith(DEFERRED)), len(self.lines)]
        return (list(self.lines[one + 1 : other]) for one, other in pairwise(marks) if one + 1 < other)


def violations(relation: Relation, before: Trace, after: Trace) -> list[str]:
    """In what ``after`` breaks the relation to ``before``, one sentence each."""
    return list(_violations(relation, before, after))


def _violations(relation: Relation, before: Trace, after: Trace) -> Iterator[str]:
    if relation is Relation.MENDED:
        yield from _mended(before, after)
        return
    if after.status != before.status:
        yield f"exit status {after.status}, used to be {before.status}"
    if after.panic != before.panic:
        yield f"ended by {after.panic!r}, used to be {before.panic!r}"
    if relation is Relation.IDENTICAL:
        yield from _difference(before.lines, after.lines)
        return
    yield from _difference(before.kept, after.kept)
    lost = Counter(before.deferred) - Counter(after.deferred)
    yield from (f"{line!r} is not printed any more" for line in lost)
    if relation is Relation.RELEASE_EARLIER:
        new = Counter(after.deferred) - Counter(before.deferred)
        yield from (f"{line!r} is printed more often than before" for line in new)
    then, now = before.moments(), after.moments()
    for line in then.keys() & now.keys():
        if any(late > early for early, late in zip(then[line], now[line], strict=False)):
            yield f"{line!r} is printed later than before"
    if relation is Relation.RELEASE_EARLIER:
        for group in after.groups():
            if not _in_order(group, before.deferred):
                yield f"{' / '.join(group)} used to come in another order"


def _mended(before: Trace, after: Trace) -> Iterator[str]:
    wrong = [line for line in before.lines if line.startswith(WRONG)]
    if not (wrong or before.panic):
        yield "nothing was wrong before"
    yield from (f"{line!r} is still printed" for line in after.lines if line.startswith(WRONG))
    if after.panic:
        yield f"ended by {after.panic!r}"
    if not _in_order([line for line in before.lines if line not in wrong], after.lines):
        yield "a line of before is not printed any more, or in another order"


def _difference(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The first line in which two traces differ."""
    for at, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        if old != new:
            yield f"line {at} is {new!r}, used to be {old!r}"
            return
    if len(after) != len(before):
        yield f"{len(after)} lines, used to be {len(before)}"


def _in_order(group: Sequence[str], order: Sequence[str]) -> bool:
    """Return True if ``group`` is what remains of ``order`` when some of its items are left out."""
    rest = iter(order)
    return all(item in rest for item in group)
