"""Build constraints: which platform and tags a file is for, and the language version it sets.

As in ``go/build`` and ``go/build/constraint``: the ``//go:build`` line (or, without one, the older
``// +build`` lines), and the ``_linux``, ``_arm64``, ``_linux_arm64`` at the end of a file's name.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from defermod.files.content import comments_before_package


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


_UNIX = frozenset(_words("aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris"))
_SYSTEMS = _UNIX | frozenset(_words("js nacl plan9 wasip1 windows zos"))
_MACHINES = frozenset(
    _words(
        "386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le",
        "mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm",
    )
)
_IMPLIED = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
_PLATFORMS = tuple(
    pair.split("/")
    for pair in _words(
        "linux/amd64 darwin/arm64 windows/amd64 freebsd/amd64 openbsd/amd64 netbsd/amd64 dragonfly/amd64",
        "solaris/amd64 illumos/amd64 aix/ppc64 plan9/amd64 js/wasm wasip1/wasm linux/arm64 linux/386",
        "linux/arm linux/loong64 linux/mips linux/mips64 linux/mips64le linux/mipsle linux/ppc64",
        "linux/ppc64le linux/riscv64 linux/s390x darwin/amd64 windows/386 windows/arm64 freebsd/386",
        "freebsd/arm freebsd/arm64 openbsd/386 openbsd/arm openbsd/arm64 netbsd/386 netbsd/arm netbsd/arm64",
        "plan9/386 plan9/arm android/arm64 ios/arm64",
    )
)
"""The platforms that the go command can type-check for, the usual first, so that files share as few as possible."""

_NEVER_BY_TAG = re.compile(r"go1\.\d+|gc|gccgo|cgo|unix|goexperiment\..*")
_MOST_TAGS = 4


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform that ``go vet`` is run for."""

    goos: str
    goarch: str
    cgo: bool
    tags: tuple[str, ...] = ()

    def has(self, tag: str, minor: int) -> bool:
        """Return True if ``tag`` is satisfied here, for the release go1.``minor``."""
        if release := re.fullmatch(r"go1\.(\d+)", tag):
            return number(release[1]) <= minor
        if tag == "unix":
            return self.goos in _UNIX
        if tag == "cgo":
            return self.cgo
        return tag in (self.goos, self.goarch, _IMPLIED.get(self.goos), "gc", *self.tags)


class Expression:
    """A build constraint, parsed: ``tag``, ``!x``, ``x && y``, ``x || y``.

    It is kept in postfix order and evaluated with a stack, so that no depth is too deep.
    """

    def __init__(self, operator: str, *operands: Expression, tag: str = "") -> None:
        """``operator`` is ``tag``, ``!``, ``&&`` or ``||``; without operands ``&&`` holds, ``||`` doesn't."""
        own = (operator, len(operands), tag)
        self._postfix: tuple[tuple[str, int, str], ...] = (*itertools.chain(*(x._postfix for x in operands)), own)

    @classmethod
    def _of(cls, postfix: Iterable[tuple[str, int, str]]) -> Expression:
        made = cls("&&")
        made._postfix = tuple(postfix)
        return made

    def holds(self, has: Callable[[str], bool]) -> bool:
        """Return True if the constraint is satisfied where ``has`` says which tags are."""
        stack: list[bool] = []
        for operator, count, tag in self._postfix:
            operands = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            match operator:
                case "tag":
                    stack.append(has(tag))
                case "!":
                    stack.append(not operands[0])
                case "&&":
                    stack.append(all(operands))
                case _:
                    stack.append(any(operands))
        return stack[0]

    def tags(self) -> set[str]:
        """Every tag that is named."""
        return {tag for operator, _, tag in self._postfix if operator == "tag"}

    def go_minor(self) -> int | None:
        """The least N for which ``go1.N`` is implied; None where the constraint implies none."""
        # Of each operand: what it implies where it holds, and what where it doesn't.
        stack: list[tuple[int | None, int | None]] = []
        for operator, count, tag in self._postfix:
            operands = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            if operator == "tag":
                release = re.fullmatch(r"go1\.(\d+)", tag)
                stack.append((number(release[1]) if release else None, None))
            elif operator == "!":
                stack.append((operands[0][1], operands[0][0]))
            else:
                held, failed = [one[0] for one in operands], [one[1] for one in operands]
                both = operator == "&&"
                stack.append((_all(held), _any(failed)) if both else (_any(held), _all(failed)))
        return stack[0][0]


def _all(implied: Sequence[int | None]) -> int | None:
    """Return the version implied where all hold."""
    return max((minor for minor in implied if minor is not None), default=None)


def _any(implied: Sequence[int | None]) -> int | None:
    """Return the version implied where one holds, nobody knows which."""
    known = [minor for minor in implied if minor is not None]
    return min(known, default=None) if len(known) == len(implied) else None


def number(digits: str) -> int:
    """The number in decimal digits, of any length; beyond nine of them all are as large."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) < 10 else 10**9


_MOST_OPERANDS = 1000
"""Go calls a longer constraint too large, and ignores the file."""
_PRECEDENCE = {"||": 1, "&&": 2, "!": 3}


def parse(text: str) -> Expression | None:
    """The constraint after ``//go:build``; None when it is not well-formed (Go then ignores the file)."""
    postfix: list[tuple[str, int, str]] = []
    waiting: list[str] = []
    operand_next, operands = True, 0

    def reduce(least: int) -> None:
        while waiting and waiting[-1] != "(" and _PRECEDENCE[waiting[-1]] >= least:
            operator = waiting.pop()
            postfix.append((operator, 1 if operator == "!" else 2, ""))

    for token in re.findall(r"&&|\|\||[!()]|[\w.]+|\S", text[:_LONGEST_LINE]):
        if operand_next:
            if token == "(" or (token == "!" and waiting[-1:] != ["!"]):
                waiting.append(token)
            elif re.fullmatch(r"[\w.]+", token):
                postfix.append(("tag", 0, token))
                reduce(3)
                operand_next, operands = False, operands + 1
            else:
                return None
        elif token in ("&&", "||"):
            reduce(_PRECEDENCE[token])
            waiting.append(token)
            operand_next = True
        elif token == ")" and "(" in waiting:
            reduce(0)
            waiting.pop()
            reduce(3)
        else:
            return None
        if operands > _MOST_OPERANDS or len(waiting) > 3 * _MOST_OPERANDS:
            return None
    reduce(0)
    if operand_next or waiting or len(text) > _LONGEST_LINE:
        return None
    return Expression._of(postfix)


_LONGEST_LINE = 1 << 20


def of_text(text: bytes) -> Expression | None:
    """The constraint that the lines before the package clause of ``text`` set, if any."""
    older: list[Expression] = []
    for line in _header_lines(text):
        if match := re.fullmatch(r"//go:build\s+(.*)", line):
            return parse(match[1])
        if match := re.fullmatch(r"//\s*\+build\s+(.*)", line):
            older.append(_plus_build(match[1]))
    return Expression("&&", *older) if older else None


def _plus_build(arguments: str) -> Expression:
    """A ``// +build`` line: words are alternatives, commas in a word join, ``!`` negates one tag."""
    words = [
        Expression("&&", *(parse(term) or Expression("tag", tag=term) for term in word.split(",")))
        for word in arguments.split()
    ]
    return Expression("||", *words)


def _header_lines(text: bytes) -> Iterator[str]:
    """The ``//`` comments before the package clause, trailing blanks removed."""
    return (f"//{comment.decode(errors='replace')}".rstrip() for comment in comments_before_package(text))


def of_name(name: str) -> Expression | None:
    """The constraint that a file's name sets, if any: ``poll_windows_test.go`` is for Windows."""
    words = name.partition(".")[0].split("_")[1:]
    if words and words[-1] == "test":
        words.pop()
    if len(words) >= 2 and words[-2] in _SYSTEMS and words[-1] in _MACHINES:
        return Expression("&&", Expression("tag", tag=words[-2]), Expression("tag", tag=words[-1]))
    if words and words[-1] in _SYSTEMS | _MACHINES:
        return Expression("tag", tag=words[-1])
    return None


def of_file(name: str, text: bytes) -> Expression:
    """All that a file asks for: by its name, by its first lines, and by importing "C"."""
    parts = [part for part in (of_name(name), of_text(text)) if part]
    if re.search(rb'^\s*(?:import\s+)?"C"\s*$', text, re.MULTILINE):
        parts.append(Expression("tag", tag="cgo"))
    return Expression("&&", *parts)


def platform_for(needs: Expression, host: Platform, minor: int) -> Platform | None:
    """The platform nearest to ``host`` that takes a file with these ``needs``; None if there is none.

    ``minor`` is the N of the release go1.N.  Nearest is: the host as it is; other platforms, the
    usual ones first; then each of these with some of the tags that the constraint names.
    """
    named = sorted(
        tag for tag in needs.tags() - _SYSTEMS - _MACHINES - {*host.tags} if not _NEVER_BY_TAG.fullmatch(tag)
    )
    for tags in _tag_choices(named):
        for platform in _platforms(host, tags):
            if needs.holds(lambda tag, here=platform: here.has(tag, minor)):  # type: ignore[misc]
                return platform
    return None


def _tag_choices(named: list[str]) -> Iterator[tuple[str, ...]]:
    if len(named) > _MOST_TAGS:
        yield from ((), tuple(named))
        return
    for count in range(len(named) + 1):
        yield from itertools.combinations(named, count)


def _platforms(host: Platform, extra: tuple[str, ...]) -> Iterator[Platform]:
    tags = (*host.tags, *extra)
    yield Platform(host.goos, host.goarch, host.cgo, tags)
    yield Platform(host.goos, host.goarch, False, tags)
    for goos, goarch in _PLATFORMS:
        yield Platform(goos, goarch, False, tags)
