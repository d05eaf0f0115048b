"""A unified diff for a terminal: in colour, with the words that really changed set off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from defermod.report.intraline import Piece, pieces
from defermod.report.places import printable

_BOLD, _HUNK, _OLD, _NEW = "1", "36", "31", "32"
_MARK, _UNMARK = "\x1b[1;7m", "\x1b[22;27m"


def paint(diff: bytes) -> str:
    """The diff of one or more files as text with escape sequences; only those: the sources' own are shown escaped."""
    lines = diff.decode("utf-8", "replace").split("\n")
    lines.pop()
    shown: list[str] = []
    for kind, group in groupby(_kinds(lines), key=lambda pair: pair[0] if pair[0] not in "-+" else "-+"):
        members = list(group)
        shown += _changed(members) if kind == "-+" else (_unchanged(kind, line) for _, line in members)
    return "".join(f"{line}\n" for line in shown)


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


def _unchanged(kind: str, line: str) -> str:
    if kind == " ":
        return " " + _safe(line)
    return _coloured(_BOLD if kind == "h" else _HUNK if kind == "@" else "2", printable(line))


def _changed(members: list[tuple[str, str]]) -> Iterator[str]:
    """A run of removed and added lines; the two sides are compared as a whole."""
    old = [line for kind, line in members if kind == "-"]
    new = [line for kind, line in members if kind == "+"]
    cut = dict(zip("-+", pieces(old, new), strict=True))
    at = {"-": 0, "+": 0}
    for kind, _ in members:
        line = cut[kind][at[kind]]
        at[kind] += 1
        yield _coloured(_OLD if kind == "-" else _NEW, kind + _marked(line))


def _marked(line: list[Piece]) -> str:
    return "".join(f"{_MARK}{_safe(p.text)}{_UNMARK}" if p.marked else _safe(p.text) for p in line)


def _safe(text: str) -> str:
    """The text as it may go to a terminal: tabs stay, and a carriage return at the line's end is not worth showing."""
    return "\t".join(printable(part) for part in text.removesuffix("\r").split("\t"))


def _coloured(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[m"
