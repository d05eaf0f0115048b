"""The parts of generated functions: statements with text, and blocks inside them.

A statement knows only what printing, the oracle and the reducer ask of it; that it is valid Go is
the generator's business, and, after a reduction, the compiler's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

_JUMPS = re.compile(r"\b(?:break|continue|goto) (\w+)")


class Kind(Enum):
    """The effect of a statement on the flow of control."""

    SIMPLE = "simple"
    LEAVE = "leave"  # return, panic: terminating statements
    JUMP = "jump"  # break, continue, goto: nothing follows in the block
    IF = "if"
    FOR = "for"
    SWITCH = "switch"
    BLOCK = "block"
    LITERAL = "literal"  # a function literal, called or kept or deferred
    DEFER = "defer"


@dataclass(slots=True)
class Arm:
    """The text that opens a block, and the block."""

    head: str
    body: list[Stmt]


@dataclass(slots=True)
class Stmt:
    """One statement: ``head``, then the arms, then ``tail``; a simple one is all head."""

    kind: Kind
    head: str = ""
    arms: list[Arm] = field(default_factory=list)
    tail: str = ""
    label: str = ""
    loop: int = 0
    """The number of a loop, which its marks carry."""
    endless: bool = False
    exhaustive: bool = False
    """Some arm is always taken."""
    releases: str = ""
    """For a defer: the tag of the event that its resource was acquired with."""
    pinned: bool = False
    """Not for the reducer to delete."""

    @property
    def bodies(self) -> list[list[Stmt]]:
        return [arm.body for arm in self.arms]


@dataclass(frozen=True, slots=True)
class Site:
    """A defer in a loop, as the oracle sees it."""

    offset: int
    """Of the defer statement, in the printed text."""
    tag: str
    loops: tuple[int, ...]
    """Its loop and the loops around that, in the same function."""
    block: int
    nested: bool = False
    """It stands in a function literal, which may be called many times."""


@dataclass(slots=True)
class Function:
    """A generated function, and how the program calls it."""

    name: str
    seed: int
    receiver: str
    type_params: str
    params: str
    results: str
    body: list[Stmt]
    args: list[str]
    """The arguments with which the program calls it."""
    values: int
    """The number of its results."""

    @property
    def number(self) -> int:
        return int(self.name[1:])

    def signature(self) -> str:
        receiver = f"({self.receiver}) " if self.receiver else ""
        results = f" {self.results}" if self.results else ""
        return f"func {receiver}{self.name}{self.type_params}({self.params}){results} {{"

    def driver(self) -> str:
        """The statements of the case's ``Run``."""
        kind = self.receiver.removeprefix("o *").replace("[T]", "[int]")
        name = f"new({kind}).{self.name}" if kind else self.name
        call = f"{name}({', '.join(self.args)})"
        if self.values == 0:
            return f"{call}; rt.Sum()"
        names = ", ".join(f"v{i}" for i in range(self.values))
        return f"{names} := {call}; rt.Sum({names})"


def walk(body: list[Stmt]) -> Iterator[Stmt]:
    """Every statement, outer ones first."""
    for stmt in body:
        yield stmt
        for inner in stmt.bodies:
            yield from walk(inner)


def texts(body: list[Stmt]) -> Iterator[str]:
    """Every piece of text of the statements."""
    for stmt in walk(body):
        yield stmt.head
        yield stmt.tail
        for arm in stmt.arms:
            yield arm.head


def jump_targets(body: list[Stmt]) -> set[str]:
    """The labels that something jumps to."""
    return {label for text in texts(body) for label in _JUMPS.findall(text)}


def breaks(stmt: Stmt) -> bool:
    """Return True if a break leaves this loop, switch or select."""
    return any(_breaks(body, stmt.label) for body in stmt.bodies)


def _breaks(body: list[Stmt], label: str, *, bare: bool = True) -> bool:
    for stmt in body:
        if stmt.kind is Kind.JUMP and ((bare and stmt.head == "break") or stmt.head == f"break {label}"):
            return True
        if stmt.kind in (Kind.LITERAL, Kind.DEFER):
            continue
        inside = bare and stmt.kind not in (Kind.FOR, Kind.SWITCH)
        if any(_breaks(inner, label, bare=inside) for inner in stmt.bodies):
            return True
    return False


def dead_end(stmt: Stmt) -> bool:
    """Return True if a statement after this one is unreachable."""
    match stmt.kind:
        case Kind.LEAVE | Kind.JUMP:
            return True
        case Kind.FOR:
            return stmt.endless and not breaks(stmt)
        case Kind.IF | Kind.BLOCK:
            return stmt.exhaustive and all(_ends(body) for body in stmt.bodies)
        case Kind.SWITCH:
            return stmt.exhaustive and not breaks(stmt) and all(_ends(body) for body in stmt.bodies)
        case _:
            return False


def _ends(body: list[Stmt]) -> bool:
    return bool(body) and (dead_end(body[-1]) or body[-1].head == "fallthrough")


def terminates(stmt: Stmt) -> bool:
    """Return True if this is a terminating statement as the language defines it."""
    if stmt.kind is Kind.JUMP:
        return stmt.head.startswith("goto ")
    if stmt.kind in (Kind.IF, Kind.BLOCK, Kind.SWITCH):
        return dead_end(stmt) and all(terminates(body[-1]) or body[-1].head == "fallthrough" for body in stmt.bodies)
    return dead_end(stmt)


_IMPORTS = {
    "gzip": "compress/gzip",
    "context": "context",
    "errors": "errors",
    "fmt": "fmt",
    "io": "io",
    "log": "log",
    "http": "net/http",
    "os": "os",
    "runtime": "runtime",
}
_REAL = frozenset({"errors", "fmt", "runtime"})


def header(text: str, *, stand_ins: bool = False) -> str:
    """The package clause and the imports that the text of some functions needs.

    The tool sees the standard library's packages; what is built has stand-ins for most of them.
    """
    names = sorted(
        f"difftest/std/{name}" if stand_ins and name not in _REAL else path
        for name, path in _IMPORTS.items()
        if re.search(rf"\b{name}\.", text)
    )
    match names:
        case []:
            imports = ""
        case [name]:
            imports = f'import "{name}"\n\n'
        case _:
            imports = "import (\n" + "".join(f'\t"{name}"\n' for name in names) + ")\n\n"
    return f"package gen\n\n{imports}"


@dataclass(slots=True)
class Printed:
    """A file of functions, and the loop defers of each, by the function's name."""

    text: str
    sites: dict[str, list[Site]]


def print_file(functions: list[Function], *, stand_ins: bool = False) -> Printed:
    """Print functions into one gofmt-clean file, which imports what it names, or the stand-ins for that."""
    printer = Printer()
    sites: dict[str, list[Site]] = {}
    for i, function in enumerate(functions):
        if i > 0:
            printer.out.append("\n")
            printer.length += 1
        printer.sites = sites[function.name] = []
        printer.function(function)
    text = "".join(printer.out)
    head = header(text, stand_ins=stand_ins)
    for found in sites.values():
        found[:] = [replace(site, offset=site.offset + len(head)) for site in found]
    return Printed(head + text, sites)


@dataclass(slots=True)
class Printer:
    """Prints functions and notes where their loop defers stand."""

    out: list[str] = field(default_factory=list)
    length: int = 0
    sites: list[Site] = field(default_factory=list)
    blocks: int = 0
    literals: int = 0
    used: set[str] = field(default_factory=set)

    def function(self, function: Function) -> None:
        self.used = jump_targets(function.body)
        self._line(0, function.signature())
        self._body(function.body, 1, ())
        self._line(0, "}")

    def _line(self, depth: int, text: str) -> None:
        line = "\t" * depth + text + "\n"
        self.out.append(line)
        self.length += len(line.encode())

    def _body(self, body: list[Stmt], depth: int, loops: tuple[int, ...]) -> None:
        self.blocks += 1
        block = self.blocks
        for stmt in body:
            if stmt.label in self.used:
                self._line(depth - 1, f"{stmt.label}:")
            if stmt.releases and loops:
                self.sites.append(Site(self.length + depth, stmt.releases, loops, block, self.literals > 0))
            self._stmt(stmt, depth, loops)

    def _stmt(self, stmt: Stmt, depth: int, loops: tuple[int, ...]) -> None:
        if stmt.head:
            self._line(depth, stmt.head)
        inner = loops
        if stmt.kind is Kind.FOR:
            inner = (stmt.loop, *loops)
        elif stmt.kind in (Kind.LITERAL, Kind.DEFER):
            inner = ()
            self.literals += 1
        for arm in stmt.arms:
            self._line(depth, arm.head)
            self._body(arm.body, depth + 1, inner)
        if stmt.kind in (Kind.LITERAL, Kind.DEFER):
            self.literals -= 1
        if stmt.tail:
            self._line(depth, stmt.tail)
