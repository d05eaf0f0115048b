"""Git's patterns, as ``wildmatch.c`` and ``dir.c`` of git understand them, matched in linear time.

A pattern is a nondeterministic automaton whose sets of states are bit masks.  What a set becomes after a byte is
computed once and kept, so that a match takes one look-up a byte; no pattern, whoever wrote it, makes it backtrack.

Patterns and paths are bytes.  Nothing that can be written is an error: what git can't match (a class without its
end, a backslash at the end) never matches.
"""

from __future__ import annotations

from dataclasses import dataclass

_SLASH = ord("/")
_SPECIAL = b"*?[\\"
_ANY = frozenset(range(256))
_NO_SLASH = _ANY - {_SLASH}
_MOST_KEPT = 4096
"""Transitions that one pattern remembers; more than a real tree's names take."""


def _among(*ranges: tuple[str, str]) -> frozenset[int]:
    return frozenset(byte for first, last in ranges for byte in range(ord(first), ord(last) + 1))


_ALPHA = _among(("A", "Z"), ("a", "z"))
_DIGIT = _among(("0", "9"))
_GRAPH = _among(("!", "~"))
_CLASSES = {
    b"alnum": _ALPHA | _DIGIT,
    b"alpha": _ALPHA,
    b"blank": frozenset(b" \t"),
    b"cntrl": frozenset({*range(32), 127}),
    b"digit": _DIGIT,
    b"graph": _GRAPH,
    b"lower": _among(("a", "z")),
    b"print": _GRAPH | {32},
    b"punct": _GRAPH - _ALPHA - _DIGIT,
    b"space": frozenset(b" \t\n\r"),
    b"upper": _among(("A", "Z")),
    b"xdigit": _DIGIT | _among(("A", "F"), ("a", "f")),
}
"""Of ASCII only, and ``space`` without the two that git doesn't count."""


@dataclass(frozen=True, slots=True)
class _State:
    """One state: the bytes that lead to the next, those that lead back to it, and where it leads without any."""

    onward: frozenset[int]
    stay: frozenset[int]
    free: tuple[int, ...] = ()
    """The states that can be reached without reading a byte, as distances from this one."""


class Glob:
    """A compiled pattern.  With ``pathname``, as ``WM_PATHNAME`` of git, only ``**`` between slashes crosses one."""

    def __init__(self, pattern: bytes, *, pathname: bool) -> None:
        states = _states(pattern, pathname=pathname)
        self._valid = states is not None
        self._states = states or []
        self._least = sum(1 for state in self._states if not (state.free or state.stay))
        """The length of the shortest text that matches: what is shorter isn't tried."""
        self._start = 0
        self._kept: dict[tuple[int, int], int] = {}

    def matches(self, text: bytes) -> bool:
        """Return True if the pattern matches all of ``text``."""
        if not self._valid or len(text) < self._least:
            return False
        if not self._start:
            self._start = self._closed(1)
        here, kept = self._start, self._kept
        for byte in text:
            following = kept.get((here, byte))
            if following is None:
                following = self._after(here, byte)
            if not following:
                return False
            here = following
        return bool(here >> len(self._states) & 1)

    def _after(self, here: int, byte: int) -> int:
        """The states after one more byte."""
        reached = 0
        for at, state in enumerate(self._states):
            if here >> at & 1:
                if byte in state.onward:
                    reached |= 1 << at + 1
                if byte in state.stay:
                    reached |= 1 << at
        reached = self._closed(reached)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[here, byte] = reached
        return reached

    def _closed(self, reached: int) -> int:
        """The states with all that they lead to at no cost; that is always further on."""
        for at, state in enumerate(self._states):
            if state.free and reached >> at & 1:
                for step in state.free:
                    reached |= 1 << at + step
        return reached


def _states(pattern: bytes, *, pathname: bool) -> list[_State] | None:
    """The states of the automaton; None for a pattern that matches nothing."""
    nothing = frozenset[int]()
    star, stars = _State(nothing, _NO_SLASH if pathname else _ANY, (1,)), _State(nothing, _ANY, (1,))
    one = _State(_NO_SLASH if pathname else _ANY, nothing)
    states: list[_State] = []
    at, end = 0, len(pattern)
    while at < end:
        byte = pattern[at]
        if byte == ord("*"):
            first = at
            while at < end and pattern[at] == byte:
                at += 1
            between = first == 0 or pattern[first - 1] == _SLASH
            if at - first == 1 or not pathname or not between:
                states.append(star)
            elif at == end or pattern[at : at + 2] == b"\\/":
                states.append(stars)
            elif pattern[at] == _SLASH:
                # `**/`: nothing at all, or anything that ends with a slash.
                states += [_State(nothing, nothing, (1, 2)), _State(frozenset({_SLASH}), _ANY)]
                at += 1
            else:
                states.append(star)
            continue
        if byte == ord("?"):
            states.append(one)
        elif byte == ord("["):
            found = _bracket(pattern, at)
            if found is None:
                return None
            members, at = found
            states.append(_State(members - {_SLASH} if pathname else members, nothing))
            continue
        else:
            if byte == ord("\\"):
                at += 1
                if at == end:
                    return None
            states.append(_State(frozenset({pattern[at]}), nothing))
        at += 1
    return states


def _bracket(pattern: bytes, at: int) -> tuple[frozenset[int], int] | None:
    """The bytes that the bracket expression at ``at`` matches, and where it ends; None if it doesn't."""
    end = len(pattern)
    at += 1
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[int] = set()
    previous, first = 0, True
    while first or pattern[at : at + 1] != b"]":
        if at >= end:
            return None
        byte = pattern[at]
        if byte == ord("\\"):
            at += 1
            if at >= end:
                return None
            byte = pattern[at]
            members.add(byte)
        elif byte == ord("-") and previous and at + 1 < end and pattern[at + 1] != ord("]"):
            at += 1
            if pattern[at] == ord("\\"):
                at += 1
                if at >= end:
                    return None
            members.update(range(previous, pattern[at] + 1))
            byte = 0
        elif pattern[at : at + 2] == b"[:":
            close = pattern.find(b"]", at + 2)
            if close < 0:
                return None
            name = pattern[at + 2 : close]
            if name[-1:] != b":":
                members.add(byte)
            elif name[:-1] in _CLASSES:
                members |= _CLASSES[name[:-1]]
                at, byte = close, 0
            else:
                return None
        else:
            members.add(byte)
        previous, first = byte, False
        at += 1
        if at >= end:
            return None
    return _ANY - members if negated else frozenset(members), at + 1


@dataclass(frozen=True, slots=True)
class _Line:
    """One pattern that takes more than comparing the name."""

    at: int
    """Its place among the patterns: the last that matches decides."""
    only_directories: bool
    whole: bool
    """True if the whole path is matched, and not just its last part."""
    literal: bytes
    """The bytes before the first special one, compared first."""
    rest: Glob | None
    """The rest of the pattern; None if there is none."""

    def matches(self, path: bytes, name: bytes) -> bool:
        text = path if self.whole else name
        if not self.whole:
            return self.rest is not None and text.startswith(self.literal) and self.rest.matches(text)
        if not text.startswith(self.literal):
            return False
        text = text[len(self.literal) :]
        return not text if self.rest is None else self.rest.matches(text)


class Patterns:
    """The patterns of one .gitignore, compiled.

    Plain names and ``*.suffix``, which most are, are looked up, so that their number costs nothing.
    """

    def __init__(self, text: bytes) -> None:
        """``text`` is the file's content."""
        self._negated: list[bool] = []
        self._names: dict[tuple[bytes, bool], int] = {}
        """The last pattern that is just this name, by whether it is only for directories."""
        self._suffixes: dict[tuple[bytes, bool], int] = {}
        self._longest_suffix = 0
        self._lines: list[_Line] = []
        for line in _lines(text):
            self._add(line)

    @classmethod
    def of(cls, patterns: tuple[str, ...]) -> Patterns | None:
        """The patterns given one by one; None if there are none."""
        text = "\n".join(patterns).encode("utf-8", "surrogateescape")
        return cls(text) if patterns else None

    @property
    def count(self) -> int:
        """The number of patterns that have to be tried one by one."""
        return len(self._lines)

    def __bool__(self) -> bool:
        return bool(self._negated)

    def decision(self, path: str, *, is_directory: bool) -> bool | None:
        """Return the patterns' decision on a slashed path relative to their directory, its parents not considered.

        True: ignored; False: taken back by a ``!`` pattern; None: not mentioned.
        """
        raw = path.encode("utf-8", "surrogateescape")
        name = raw.rpartition(b"/")[2]
        last = self._names.get((name, False), -1)
        if self._suffixes:
            for start in range(max(0, len(name) - self._longest_suffix), len(name) + 1):
                last = max(last, self._suffixes.get((name[start:], False), -1))
        if is_directory:
            last = max(last, self._names.get((name, True), -1))
            if self._suffixes:
                for start in range(max(0, len(name) - self._longest_suffix), len(name) + 1):
                    last = max(last, self._suffixes.get((name[start:], True), -1))
        for line in reversed(self._lines):
            if line.at < last:
                break
            if (is_directory or not line.only_directories) and line.matches(raw, name):
                last = line.at
                break
        return None if last < 0 else not self._negated[last]

    def excludes(self, path: str, *, is_directory: bool = False, below: str = "") -> bool:
        """Return True if the path or a directory that it is in is ignored.

        ``below``: one of these directories that was asked for, so that neither it nor what it is in is looked at.
        """
        at = path.find("/", len(below) + 1 if below else 0)
        while at >= 0:
            if self.decision(path[:at], is_directory=True):
                return True
            at = path.find("/", at + 1)
        return bool(self.decision(path, is_directory=is_directory))

    def _add(self, pattern: bytes) -> None:
        negated = pattern.startswith(b"!")
        pattern = pattern[negated:]
        only_directories = pattern.endswith(b"/")
        pattern = pattern[: len(pattern) - only_directories]
        at = len(self._negated)
        self._negated.append(negated)
        whole = b"/" in pattern
        literal = next((n for n, byte in enumerate(pattern) if byte in _SPECIAL), len(pattern))
        if not whole:
            if literal == len(pattern):
                self._names[pattern, only_directories] = at
            elif pattern[:1] == b"*" and not any(byte in _SPECIAL for byte in pattern[1:]):
                self._suffixes[pattern[1:], only_directories] = at
                self._longest_suffix = max(self._longest_suffix, len(pattern) - 1)
            else:
                rest = Glob(pattern, pathname=False)
                self._lines.append(_Line(at, only_directories, False, pattern[:literal], rest))
            return
        if pattern.startswith(b"/"):
            pattern, literal = pattern[1:], literal - 1
        tail = Glob(pattern[literal:], pathname=True) if literal < len(pattern) else None
        self._lines.append(_Line(at, only_directories, True, pattern[:literal], tail))


def _lines(text: bytes) -> list[bytes]:
    """The patterns of a file's content: comments and trailing blanks removed, as git does it."""
    found = []
    for line in text.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line and not line.startswith(b"#"):
            pattern = _trimmed(line.removesuffix(b"\r").partition(b"\0")[0])
            if pattern:
                found.append(pattern)
    return found


def _trimmed(line: bytes) -> bytes:
    """The line less the spaces at its end, except for one after a backslash."""
    if not line.endswith(b" "):
        return line
    kept, at = 0, 0
    while at < len(line):
        if line[at] == ord("\\"):
            at += 1
            if at >= len(line):
                return line
            kept = at + 1
        elif line[at] != ord(" "):
            kept = at + 1
        at += 1
    return line[:kept]
