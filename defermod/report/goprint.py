"""Go source as HTML: coloured by Pygments' lexer, with the changed words of a line marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import overload

from pygments.lexers.go import GoLexer
from pygments.token import Token, _TokenType

from defermod.report.intraline import Piece

_CLASSES = (
    (Token.Comment, "c"),
    (Token.Keyword, "k"),
    (Token.Literal.String, "s"),
    (Token.Literal.Number, "n"),
    (Token.Name.Builtin, "b"),
    (Token.Name.Function, "f"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end, in runs of one colour each."""

    runs: tuple[tuple[str, str], ...]
    """(class or nothing, text)."""
    fresh: bool = True
    """True if it begins with a token, and not inside a raw string or a comment."""

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.runs)


def highlighted(text: bytes) -> list[Line]:
    """The lines of a Go file, as ``lines_of`` counts them."""
    source = text.decode("utf-8", "replace")
    lexer = GoLexer(stripnl=False, ensurenl=False)
    lines: list[Line] = []
    runs: list[tuple[str, str]] = []
    fresh = True
    # Not get_tokens(), which would change line ends and drop a byte order mark.
    for _, kind, value in lexer.get_tokens_unprocessed(source):
        first, *more = value.split("\n")
        runs.append((_class(kind), first))
        for number, part in enumerate(more, 1):
            lines.append(_line(runs, fresh))
            runs = [(_class(kind), part)]
            fresh = not part.strip() and number == len(more)
    if any(part for _, part in runs):
        lines.append(_line(runs, fresh))
    return lines


class Region(Sequence[Line]):
    """Lines from the middle of a file, by their numbers in it; those above are not known, and empty."""

    def __init__(self, start: int, lines: Sequence[Line]) -> None:
        self._start, self._lines = start, lines

    def __len__(self) -> int:
        return self._start + len(self._lines)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        number = range(len(self))[at] - self._start
        return self._lines[number] if number >= 0 else Line(())


def region(old: Sequence[Line], old_start: int, after: Sequence[bytes], start: int, end: int) -> Region:
    """The lines of a changed file, of which those from ``start`` to ``end`` (0-based, half-open) are highlighted.

    ``old_start`` is where ``start`` was before.  Lexing begins further up if a raw string or a comment is open there.
    """
    while old_start > 0 and start > 0 and not old[old_start].fresh:
        old_start, start = old_start - 1, start - 1
    return Region(start, highlighted(b"".join(after[start:end])))


def marked_up(line: Line, marks: Sequence[Piece] = ()) -> str:
    """The line as HTML; ``marks`` cut the same text into marked and unmarked pieces."""
    out: list[str] = []
    for marked, parts in _split(line, marks) if marks else [(False, line.runs)]:
        code = "".join(f'<i class="{name}">{escape(text)}</i>' if name else escape(text) for name, text in parts)
        out.append(f"<mark>{code}</mark>" if marked else code)
    return "".join(out)


def _split(line: Line, marks: Sequence[Piece]) -> Iterator[tuple[bool, Sequence[tuple[str, str]]]]:
    """The runs within each piece."""
    runs = list(line.runs)
    for piece in marks:
        left = len(piece.text)
        inside: list[tuple[str, str]] = []
        while left and runs:
            name, text = runs.pop(0)
            inside.append((name, text[:left]))
            if len(text) > left:
                runs.insert(0, (name, text[left:]))
            left -= min(left, len(text))
        yield piece.marked, inside


def _line(runs: list[tuple[str, str]], fresh: bool) -> Line:
    kept = [(name, text) for name, text in runs if text]
    if kept and kept[-1][1].endswith("\r"):
        kept[-1] = (kept[-1][0], kept[-1][1][:-1])
    return Line(tuple(kept), fresh)


@cache
def _class(kind: _TokenType) -> str:
    return next((name for token, name in _CLASSES if kind in token), "")  # type: ignore[comparison-overlap]
