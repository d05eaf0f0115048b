"""A unified diff for a terminal: in colour, with the words that really changed set off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from defermod.report.intraline import Piece, aligned
from defermod.report.places import printable

_BOLD, _DIM, _HUNK, _OLD, _NEW = "1", "2", "36", "31", "32"
_SENT = re.compile("\x1b\\[[0-9;]*m")
_MARK, _UNMARK = "\x1b[1;7m", "\x1b[22;27m"


def paint(diff: bytes, *, colour: bool = True) -> str:
    """Return the diff of one or more files for a terminal: escape sequences in the sources are shown, not sent.

    Without colour the result is plain text.
    """
    lines = diff.decode("utf-8", "replace").split("\n")
    lines.pop()
    shown: list[str] = []
    hunk: list[tuple[str, str]] = []
    for kind, line in _kinds(lines):
        if kind in "@h":
            shown += _hunk(hunk)
            hunk = []
            shown.append(_coloured(_BOLD if kind == "h" else _HUNK, printable(line)))
        else:
            hunk.append((kind, line))
    shown += _hunk(hunk)
    text = "".join(f"{line}\n" for line in shown)
    return text if colour else _SENT.sub("", text)


def _hunk(members: list[tuple[str, str]]) -> Iterator[str]:
    """Yield a hunk's lines; its two sides are compared as a whole, to distinguish moved words from new ones."""
    sides = {mark: [line for kind, line in members if kind in (mark, " ")] for mark in "-+"}
    cut = dict(zip("-+", aligned(sides["-"], sides["+"]), strict=True))
    replaced = {"-", "+"} <= {kind for kind, _ in members}
    at = {"-": 0, "+": 0}
    for kind, line in members:
        if kind in "-+":
            text = _marked(cut[kind][at[kind]]) if replaced else _safe(line)
            yield _coloured(_OLD if kind == "-" else _NEW, kind + text)
        else:
            yield " " + _safe(line) if kind == " " else _coloured(_DIM, printable(line))
        for mark in at:
            at[mark] += kind in (mark, " ")


def _kinds(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each line with what it is: ``h`` header, ``@``, ``-``, ``+``, blank or ``\\``."""
    left = [0, 0]
    for line in lines:
        if not any(left):
            if line.startswith("@@"):
                left = [int(part.partition(",")[2] or 1) for part in line.split()[1:3]]
                yield "@", line
            else:
                yield ("\\" if line.startswith("\\") else "h"), line
            continue
        if line.startswith("\\"):
            yield "\\", line
            continue
        kind = line[:1]
        left[0] -= kind in ("-", " ")
        left[1] -= kind in ("+", " ")
        yield kind, line[1:]


def _marked(line: list[Piece]) -> str:
    return "".join(f"{_MARK}{_safe(p.text)}{_UNMARK}" if p.marked else _safe(p.text) for p in line)


def _safe(text: str) -> str:
    """Return the text made safe for a terminal: tabs stay, and a carriage return at the line's end is dropped."""
    return "\t".join(printable(part) for part in text.removesuffix("\r").split("\t"))


def _coloured(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[m"
