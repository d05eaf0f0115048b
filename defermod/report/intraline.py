"""New words within changed lines, for diffs that people read.

A rewrite mostly pushes lines to the right.  Indentation is therefore no difference here: what is marked is what a
reviewer has to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from defermod.report.diff import changes

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_LIMIT = 3_000
"""Words on both sides of one change up to which they are compared; above, whole lines have to do."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    line: int
    indentation: bool


def pieces(old: Sequence[str], new: Sequence[str]) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """Both sides of a change, lines without their ends, each line cut where marked and unmarked words meet.

    Nothing is marked where the two sides have no word in common: then everything is new.
    """
    here, there = _words(old), _words(new)
    keys_old, keys_new = ([word.text for word in side if not word.indentation] for side in (here, there))
    if not old or not new or len(here) + len(there) > _LIMIT:
        return _unmarked(old), _unmarked(new)
    matcher = SequenceMatcher(None, keys_old, keys_new, autojunk=False)
    same_old: set[int] = set()
    same_new: set[int] = set()
    for match in matcher.get_matching_blocks():
        same_old.update(range(match.a, match.a + match.size))
        same_new.update(range(match.b, match.b + match.size))
    if not any(keys_old[at].strip() for at in same_old):
        return _unmarked(old), _unmarked(new)
    return _lines(here, same_old, len(old)), _lines(there, same_new, len(new))


def aligned(old: Sequence[str], new: Sequence[str]) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """Both sides of a hunk, context included; lines that are the same but for their indentation are found first.

    Lines that have nothing in common with the other side are marked whole.
    """
    cut_old, cut_new = _unmarked(old), _unmarked(new)
    for change in changes([line.strip().encode() for line in old], [line.strip().encode() for line in new]):
        here, there = slice(change.old_start, change.old_end), slice(change.new_start, change.new_end)
        left, right = pieces(old[here], new[there])
        if not any(piece.marked for line in (*left, *right) for piece in line):
            left, right = [_whole(line) for line in old[here]], [_whole(line) for line in new[there]]
        cut_old[here], cut_new[there] = left, right
    return cut_old, cut_new


def _unmarked(lines: Sequence[str]) -> list[list[Piece]]:
    return [[Piece(line, False)] for line in lines]


def _whole(line: str) -> list[Piece]:
    text = line.strip()
    start = line.find(text) if text else len(line)
    parts = ((line[:start], False), (text, True), (line[start + len(text) :], False))
    return [Piece(part, marked) for part, marked in parts if part]


def _words(lines: Sequence[str]) -> list[_Word]:
    return [
        _Word(match[0], number, match.start() == 0 and match[0].isspace())
        for number, line in enumerate(lines)
        for match in _WORD.finditer(line)
    ]


def _lines(words: list[_Word], same: set[int], count: int) -> list[list[Piece]]:
    found: list[list[Piece]] = [[] for _ in range(count)]
    at = 0
    for word in words:
        marked = False
        if not word.indentation:
            marked, at = at not in same, at + 1
        found[word.line].append(Piece(word.text, marked))
    return [list(_joined(line)) for line in found]


def _joined(line: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind together; a blank between two marked words is marked with them."""
    text, marked = "", False
    for at, piece in enumerate(line):
        kind = piece.marked
        if piece.text.isspace() and 0 < at < len(line) - 1:
            kind = line[at - 1].marked and line[at + 1].marked
        if text and kind != marked:
            yield Piece(text, marked)
            text = ""
        text, marked = text + piece.text, kind
    if text:
        yield Piece(text, marked)
