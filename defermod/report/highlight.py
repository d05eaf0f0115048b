"""Go source as HTML: coloured, with the changed words of a line marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import overload

from defermod.printable import printable
from defermod.report.intraline import Piece

_KEYWORDS = (
    "break case chan const continue default defer else fallthrough for func go goto if import interface map package"
    " range return select struct switch type var"
)
_BUILTINS = "append cap clear close complex copy delete imag len make max min new panic print println real recover"
_TOKEN = re.compile(
    rf"""
    (?P<c> // [^\n]* | /\* .*? (?: \*/ | \Z ) )
    | (?P<s> ` [^`]* (?: ` | \Z ) | " (?: \\. | [^"\\\n] )* "? | ' (?: \\. | [^'\\\n] )* '? )
    | (?P<k> \b (?: {_KEYWORDS.replace(" ", "|")} ) \b )
    | (?P<b> \b (?<! \. ) (?: {_BUILTINS.replace(" ", "|")} ) \b (?= \( ) )
    | (?P<n> \b \d (?: (?<= [eEpP] ) [+-] | [\w.] )* | \. \d (?: (?<= [eEpP] ) [+-] | [\w.] )* )
    | (?: \w+ | [^\w/`"'.]+ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
"""One token of a colour, under the name of its class, or text without one.

Any text matches from its start to its end; a string or comment that isn't closed ends with its line or the text.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end, in runs of one colour each."""

    runs: tuple[tuple[str, str], ...]
    """(class or nothing, text)."""
    text: str
    fresh: bool = True
    """True if it begins with a token, and not inside a raw string or a comment."""


def highlighted(text: bytes) -> list[Line]:
    """The lines of a Go file, as ``lines_of`` counts them."""
    source = text.decode("utf-8", "replace")
    lines: list[Line] = []
    runs: list[tuple[str, str]] = []
    fresh = True
    for kind, value in _runs(source):
        if "\n" not in value:
            runs.append((kind, value))
            continue
        first, *more = value.split("\n")
        runs.append((kind, first))
        for part in more:
            lines.append(_line(runs, fresh))
            runs = [(kind, part)]
            fresh = not kind
    if any(part for _, part in runs):
        lines.append(_line(runs, fresh))
    return lines


def _runs(source: str) -> Iterator[tuple[str, str]]:
    """The text in runs of one class each; those without a class are as long as can be."""
    start = 0
    for match in _TOKEN.finditer(source):
        if kind := match.lastgroup:
            if start < match.start():
                yield "", source[start : match.start()]
            yield kind, match[0]
            start = match.end()
    if start < len(source):
        yield "", source[start:]


_UNKNOWN = Line((), "")


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
        return self._lines[number] if number >= 0 else _UNKNOWN


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
        code = "".join(f'<i class="{name}">{_shown(text)}</i>' if name else _shown(text) for name, text in parts)
        out.append(f"<mark>{code}</mark>" if marked else code)
    return "".join(out)


def _shown(text: str) -> str:
    """The text as HTML, with what a reader would not see, such as marks that turn the direction of text, escaped."""
    if not text.isprintable():
        text = "\t".join(printable(part) for part in text.removesuffix("\r").split("\t"))
    return escape(text)


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
    return Line(tuple(kept), "".join([text for _, text in kept]), fresh)
