"""Comments that silence findings on a line or in a function.

This program's own:

- ``//defermod:ignore reason``: every rule; ``//defermod:ignore defer-in-loop reason``: the rules that are listed;
- ``//nolint`` and ``//nolint:all``; ``//nolint:errcheck,defermod``, or the name of a rule in the list.

And other tools' comments for the same problem; a rule lists their names in ``other_tools``:

- ``//nolint:gocritic``; ``//lint:ignore SA9001 reason`` and ``//lint:file-ignore``;
- ``//revive:disable-line:defer``, ``disable-next-line``, and ``disable`` up to ``enable``;
- ``//noinspection GoDeferInLoop``.

Each is a line comment: ``/* nolint */`` has never meant anything to Go's linters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from defermod.engine.registry import mark_words
from defermod.model import Span

NAME = "defermod"
# Compiled when first needed: most texts silence nothing.
_NOLINT = r"//[/ \t]*nolint(?::(?P<names>[^/]*)|(?=[ \t/]|$))"
_OWN = r"//[ \t]*defermod:(?P<word>[\w-]+)(?:[ \t]+(?P<rest>.*))?$"
_LINT = r"//[ \t]*lint:(?P<scope>ignore|file-ignore)[ \t]+(?P<names>\S+)"
_REVIVE = r"//[ \t]*revive:(?P<scope>disable|enable)(?P<line>-line|-next-line)?(?::(?P<names>[\w,-]+))?"
_NOINSPECTION = r"//[ \t]*noinspection[ \t]+(?P<names>[\w, \t]+)"
_MARKS = (b"nolint", b"defermod:", b"lint:", b"revive:", b"noinspection")

OtherTools = Mapping[str, tuple[str, ...]]
"""The names that other tools have for a rule's problem, by ``nolint``, ``lint``, ``revive`` or ``noinspection``."""


def may_silence(text: bytes) -> bool:
    """Return False only if no comment of the text can silence anything."""
    return any(mark in text for mark in _MARKS)


@dataclass(frozen=True, slots=True)
class Note:
    """A message about a comment for its author."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class _Silence:
    """The meaning of one comment."""

    rules: frozenset[str] | None
    """The rules that it silences; None for all."""
    whole: bool = False
    """True if it applies from here on, or up to its counterpart, and not only to one line."""
    own: bool = False
    """True if it is addressed to this program only."""

    def is_for(self, rule: str) -> bool:
        return self.rules is None or rule in self.rules


class Silencer:
    """Decides which findings the comments of one text silence.

    ``comments`` are the spans of the file's comments (found by a parser, so that ``//`` in a string is none);
    ``rules`` has every rule, with the names that other tools have for its problem.
    """

    def __init__(self, text: bytes, comments: Sequence[Span], rules: Mapping[str, OtherTools]) -> None:
        self._text, self._rules = text, rules
        self._spoken: dict[int, _Silence] = {}
        self._spans: dict[int, Span] = {}
        self._used: set[int] = set()
        self._ranges: list[tuple[int, int, int, _Silence]] = []
        """Start, end, the comment's start, and what it says."""
        self.notes: list[Note] = []
        """Comments that are misspelt."""
        for comment in comments:
            self._read(comment, text[comment.start : comment.end].decode("utf-8", "replace").rstrip())
        self._lines = {_line_start(text, start): start for start in self._spoken}
        self._whole_lines = {_line_start(text, c.start): c for c in comments if self._spoken and _stands_alone(text, c)}

    def silences(self, rule: str, anchors: Iterable[int], doc_anchor: int | None) -> bool:
        """Return True if a comment at one of these places silences a finding of ``rule``.

        ``anchors`` are the byte offsets on whose lines a comment counts: the defer, its loop.  ``doc_anchor`` is
        the offset of the enclosing function's declaration.  At each of these a comment counts at the end of that
        line, or in the block of whole-line comments directly above.
        """
        places = [*anchors, *([] if doc_anchor is None else [doc_anchor])]
        found = {start for place in places for start in self._at(place) if self._spoken[start].is_for(rule)}
        for start, end, comment, silence in self._ranges:
            if silence.is_for(rule) and places and start <= places[0] < end:
                found.add(comment)
        self._used |= found
        return bool(found)

    def unused(self, ran: Iterable[str]) -> Iterator[Note]:
        """Yield the comments for this program that have silenced no finding of the rules that ``ran``."""
        asked = frozenset(ran)
        for start, silence in sorted(self._spoken.items()):
            if silence.own and start not in self._used and (silence.rules is None or silence.rules <= asked):
                yield Note(self._spans[start], "this comment silences nothing; remove it")

    def _at(self, place: int) -> Iterator[int]:
        line = _line_start(self._text, place)
        if line in self._lines:
            yield self._lines[line]
        for comment in _block_above(self._text, line, self._whole_lines):
            if comment.start in self._spoken:
                yield comment.start

    def _read(self, span: Span, comment: str) -> None:
        silence: _Silence | None = None
        if match := re.match(_OWN, comment):
            silence = self._own(span, match["word"], match["rest"] or "")
        elif match := re.match(_NOLINT, comment):
            silence = self._nolint(span, match["names"])
        elif match := re.match(_LINT, comment):
            silence = self._named("lint", match["names"].split(","), whole=match["scope"] == "file-ignore")
        elif match := re.match(_REVIVE, comment):
            names = match["names"].split(",") if match["names"] else ["*"]
            silence = self._named("revive", names, whole=not match["line"])
            if match["scope"] == "enable":
                self._close(span, silence)
                return
        elif match := re.match(_NOINSPECTION, comment):
            silence = self._named("noinspection", re.split(r"[,\s]+", match["names"].strip()))
        if silence is None:
            return
        if silence.whole:
            start = 0 if comment.find("file-ignore") >= 0 else span.start
            self._ranges.append((start, len(self._text), span.start, silence))
            return
        self._spoken[span.start], self._spans[span.start] = silence, span

    def _own(self, span: Span, word: str, rest: str) -> _Silence | None:
        if word != "ignore":
            known = ("ignore", *mark_words())
            if word not in known:
                close = _close_to(word, known)
                self.notes.append(Note(span, f"there is no //defermod:{word}{_meant(close, '//defermod:')}"))
            return None
        words = rest.split()
        names = [name for name in words[0].split(",") if name] if words else []
        if names and all(name in self._rules for name in names):
            return _Silence(frozenset(names), own=True)
        if any("-" in name for name in names) and (close := _close_to(names[0], list(self._rules), 1, 0.85)):
            self.notes.append(Note(span, f"there is no rule {names[0]}{_meant(close)}"))
        return _Silence(None, own=True)

    def _nolint(self, span: Span, listed: str | None) -> _Silence | None:
        if listed is None:
            return _Silence(None)
        # `//nolint:errcheck because ...`: only the first word of each part can be a linter's name.
        names = {part.split()[0] for part in listed.lower().split(",") if part.split()}
        if "all" in names:
            return _Silence(None)
        if NAME in names:
            return _Silence(None, own=True)
        for name in sorted(names):
            if (close := _close_to(name, [NAME, *self._rules], 1, 0.8)) and name != close[0]:
                self.notes.append(Note(span, f"nolint:{name} means nothing here{_meant(close)}"))
        if rules := frozenset(names & self._rules.keys()):
            return _Silence(rules, own=True)
        return self._named("nolint", sorted(names))

    def _named(self, tool: str, names: Iterable[str], *, whole: bool = False) -> _Silence | None:
        """Return another tool's silence if one of its names, which may be patterns, is listed for one of the rules."""
        patterns = [name.strip() for name in names]
        rules = frozenset(
            rule
            for rule, others in self._rules.items()
            if any(fnmatchcase(name, pattern) for name in others.get(tool, ()) for pattern in patterns)
        )
        return _Silence(rules, whole=whole) if rules else None

    def _close(self, span: Span, silence: _Silence | None) -> None:
        """End the ranges of rules that are enabled again."""
        rules = silence.rules if silence and silence.rules is not None else frozenset[str]()
        self._ranges = [
            (start, min(end, span.start), comment, opened) if opened.rules and opened.rules & rules and start else old
            for old in self._ranges
            for start, end, comment, opened in [old]
        ]


def _close_to(word: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """``difflib.get_close_matches``, which is slow to import: most comments are spelled right."""
    from difflib import get_close_matches

    return get_close_matches(word, list(known), most, cutoff)


def _meant(close: Sequence[str], prefix: str = "") -> str:
    return f"; did you mean {prefix}{close[0]}?" if close else ""


def _block_above(text: bytes, line: int, whole_lines: dict[int, Span]) -> Iterator[Span]:
    """Yield the whole-line comments directly above the line that starts at offset ``line``, from the nearest
    upwards.
    """
    while line > 0:
        line = _line_start(text, line - 1)
        comment = whole_lines.get(line)
        if comment is None:
            return
        yield comment


def _stands_alone(text: bytes, comment: Span) -> bool:
    """Return True for a ``//`` comment with nothing but blanks before it on its line."""
    before = text[_line_start(text, comment.start) : comment.start]
    return text.startswith(b"//", comment.start) and not before.strip(b" \t")


def _line_start(text: bytes, offset: int) -> int:
    """Return the offset of the first byte of the line that contains byte ``offset``."""
    return text.rfind(b"\n", 0, offset) + 1
