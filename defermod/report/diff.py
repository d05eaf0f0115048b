"""Unified diffs over bytes, in the form that ``git apply`` and ``patch -p1`` take.

What the standard library's ``unified_diff`` does not do, and this has to:

- lines end at ``\\n`` only: a carriage return or a form feed is part of its line;
- a last line without newline is marked ``\\ No newline at end of file``;
- names are quoted as git quotes them;
- large files stay fast.  Lines that occur once on each side are matched first ("patience"), which
  cuts a file into small gaps; ``difflib`` only sees these.

No ``diff --git`` line is written on purpose: without it ``git apply`` takes the names as relative
to the directory it runs in, which is how they are given.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

_CONTEXT = 3
_EXACT_LIMIT = 2_000
"""Lines in a gap up to which difflib is asked for an exact answer; above, for a quick one."""

_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


@dataclass(frozen=True, slots=True)
class Change:
    """Lines ``old_start`` to ``old_end`` became ``new_start`` to ``new_end`` (0-based, half-open)."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def patch_names(paths: Iterable[str]) -> dict[str, str]:
    """Return the files' names in a patch: their paths, if all lie below the working directory.

    Else all are named from the root of the file system: no tool takes a patch with ``..`` or a leading ``/`` in its
    names, but ``patch -d / -p1`` takes these.
    """
    names = {path: Path(path).as_posix() for path in paths}
    if any(is_elsewhere(name) for name in names.values()):
        return {path: Path(os.path.normpath(Path(path).absolute())).as_posix().removeprefix("/") for path in names}
    return names


def is_elsewhere(path: str) -> bool:
    """Return True if it is no path below the working directory, as ``files`` spells such paths."""
    return Path(path).is_absolute() or ".." in Path(path).parts


def unified(path: str, before: bytes, after: bytes) -> bytes:
    """The diff that makes ``after`` of ``before``; empty if they are the same.

    ``path`` is written as given, behind ``a/`` and ``b/``, with ``/`` between its parts.
    """
    if before == after:
        return b""
    old, new = lines_of(before), lines_of(after)
    out = [file_header(path)]
    for hunk in _hunks(changes(old, new)):
        out += _hunk(hunk, old, new)
    return b"".join(out)


def file_header(path: str) -> bytes:
    """The two lines that name the file."""
    return b"".join([b"--- ", _name("a/" + path), b"\n+++ ", _name("b/" + path), b"\n"])


def changes(old: Sequence[bytes], new: Sequence[bytes]) -> list[Change]:
    """Return the differences between two lists of lines, in order, with at least one equal line between two of them."""
    found: list[Change] = []
    old_at = new_at = 0
    for old_start, new_start, size in [*_matches(old, new), (len(old), len(new), 0)]:
        if (old_at, new_at) != (old_start, new_start):
            found.append(Change(old_at, old_start, new_at, new_start))
        old_at, new_at = old_start + size, new_start + size
    return found


def lines_of(text: bytes) -> list[bytes]:
    """The lines of ``text``, each with its ``\\n`` if it has one."""
    lines = text.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _matches(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Equal runs as (start in old, start in new, length), ascending and never adjacent on both sides."""
    runs: list[tuple[int, int, int]] = []

    def add(at_old: int, at_new: int, size: int) -> None:
        if runs and runs[-1][0] + runs[-1][2] == at_old and runs[-1][1] + runs[-1][2] == at_new:
            at_old, at_new, last = runs.pop()
            size += last
        runs.append((at_old, at_new, size))

    old_at = new_at = 0
    for old_end, new_end in [*_anchors(old, new), (len(old), len(new))]:
        for run in _gap_matches(old, old_at, old_end, new, new_at, new_end):
            add(*run)
        if old_end < len(old) and new_end < len(new):
            add(old_end, new_end, 1)
        old_at, new_at = old_end + 1, new_end + 1
    return runs


def _gap_matches(
    old: Sequence[bytes], old_start: int, old_end: int, new: Sequence[bytes], new_start: int, new_end: int
) -> Iterator[tuple[int, int, int]]:
    """The equal runs inside one gap between anchors."""
    head = 0
    while old_start + head < min(old_end, old_start + new_end - new_start) and (
        old[old_start + head] == new[new_start + head]
    ):
        head += 1
    if head:
        yield old_start, new_start, head
    old_start, new_start = old_start + head, new_start + head
    tail = 0
    while tail < min(old_end - old_start, new_end - new_start) and old[old_end - tail - 1] == new[new_end - tail - 1]:
        tail += 1
    if old_start < old_end - tail and new_start < new_end - tail:
        here, there = old[old_start : old_end - tail], new[new_start : new_end - tail]
        quick = len(here) + len(there) > _EXACT_LIMIT
        for match in SequenceMatcher(None, here, there, autojunk=quick).get_matching_blocks():
            if match.size:
                yield old_start + match.a, new_start + match.b, match.size
    if tail:
        yield old_end - tail, new_end - tail, tail


def _anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """Pairs of equal lines that occur once on each side, ascending on both: the longest such chain."""
    once_old = [line for line, count in Counter(old).items() if count == 1]
    place_new = {line: at for at, line in enumerate(new)}
    counts_new = Counter(new)
    place_old = {line: at for at, line in enumerate(old)}
    pairs = sorted((place_old[line], place_new[line]) for line in once_old if counts_new[line] == 1)
    return _longest_ascending(pairs)


def _longest_ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of ``pairs`` (sorted by their first) that also ascends in their second."""
    tops: list[int] = []
    top_index: list[int] = []
    previous: list[int] = []
    for index, (_, value) in enumerate(pairs):
        pile = bisect_left(tops, value)
        previous.append(top_index[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            top_index.append(index)
        else:
            tops[pile] = value
            top_index[pile] = index
    chain: list[tuple[int, int]] = []
    at = top_index[-1] if top_index else -1
    while at >= 0:
        chain.append(pairs[at])
        at = previous[at]
    return chain[::-1]


def _hunks(found: list[Change]) -> Iterator[list[Change]]:
    """The changes, those together whose context would touch."""
    hunk: list[Change] = []
    for change in found:
        if hunk and change.old_start - hunk[-1].old_end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _hunk(hunk: list[Change], old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    """The header and the lines of one hunk."""
    lead = min(_CONTEXT, hunk[0].old_start)
    trail = min(_CONTEXT, len(old) - hunk[-1].old_end)
    old_start, old_end = hunk[0].old_start - lead, hunk[-1].old_end + trail
    new_start, new_end = hunk[0].new_start - lead, hunk[-1].new_end + trail
    yield f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@\n".encode()
    at = old_start
    for change in hunk:
        yield from _marked(b" ", old[at : change.old_start])
        yield from _marked(b"-", old[change.old_start : change.old_end])
        yield from _marked(b"+", new[change.new_start : change.new_end])
        at = change.old_end
    yield from _marked(b" ", old[at:old_end])


def _range(start: int, end: int) -> str:
    """A hunk header's range; an empty one names the line before it."""
    size = end - start
    if size == 1:
        return str(start + 1)
    return f"{start + 1 if size else start},{size}"


def _marked(mark: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield mark + line
        if not line.endswith(b"\n"):
            yield b"\n\\ No newline at end of file\n"


def _name(name: str) -> bytes:
    """A file name as git writes it in a header: C-quoted if need be; a tab ends it if it has a blank."""
    raw = name.encode("utf-8", "surrogateescape")
    if any(byte < 0x20 or byte >= 0x7F or byte in b'"\\' for byte in raw):
        quoted = "".join(_ESCAPES.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\{b:03o}") for b in raw)
        return f'"{quoted}"'.encode()
    return raw + b"\t" if b" " in raw else raw
