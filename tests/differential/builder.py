"""The state a generator carries: the random source, the scopes, the function it is in, and its taste.

Productions are functions of a Builder that give statements, or None where they don't apply.  They
register themselves with ``@production``; the generator module imports them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tests.differential.tree import Arm, Kind, Stmt, dead_end

if TYPE_CHECKING:
    from collections.abc import Iterator

ZEROS = {
    "int": "0",
    "string": '""',
    "bool": "false",
    "error": "nil",
    "*res": "nil",
    "*failure": "nil",
    "[]string": "nil",
    "pair": "pair{}",
    "func()": "nil",
    "T": "*new(T)",
    "any": "nil",
    "float64": "0",
    "rune": "0",
    "[2]int": "[2]int{}",
    "map[string]int": "nil",
    "struct{ n int }": "struct{ n int }{}",
}
"""The types that generated functions use, and how their zero values are written."""

COMPARABLE = ("int", "string", "bool")


@dataclass(frozen=True, slots=True)
class Taste:
    """The things that forbid a rewrite, or make it hard, which a function may contain."""

    escapes: bool = False
    """Resources are stored where they outlive their iteration."""
    writes: bool = False
    """Deferred literals write results or outer variables."""
    reads: bool = False
    """Deferred literals read results or outer variables."""
    recovers: bool = False
    """Deferred literals recover, or the body does."""
    outer: bool = False
    """The resource or its variable comes from outside the loop."""
    gotos: bool = False
    """Loops made of goto, and jumps out of loops by goto."""
    shadows: bool = False
    """Variables that are named like types."""
    exits: bool = False
    """``runtime.Goexit``, and more ways to end the program."""
    labels: bool = False
    """Many jumps to labels of outer statements."""
    state: bool = False
    """Releases change what others can see: registries, modes, holders, what is behind an interface."""
    hot: bool = False
    """Resources are acquired outside of loops: there calls can be made explicit."""


@dataclass(slots=True)
class Var:
    """A declared name."""

    name: str
    type: str
    home: list[Stmt]
    """The place of a use if there is none."""
    after: Stmt | None
    """The statement in ``home`` that declares it; None puts the use first."""
    loop: int = 0
    """The innermost loop around the declaration."""
    used: bool = False
    constant: bool = False
    """Nothing may assign to it."""


@dataclass(slots=True)
class Target:
    """A statement that break or continue can name."""

    stmt: Stmt
    loop: bool
    """Continue can name it too."""


@dataclass(slots=True)
class Frame:
    """A function or function literal."""

    results: list[str]
    named: list[Var]
    targets: list[Target] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)
    """Labels after loops of this frame, to which a goto is valid here."""
    style: str = ""
    """The form of most returns of this frame."""

    @property
    def loops(self) -> list[Stmt]:
        return [target.stmt for target in self.targets if target.loop]


@dataclass(slots=True)
class Builder:
    """See the module's docstring."""

    rng: Random
    taste: Taste
    version: tuple[int, int]
    budget: int
    scopes: list[dict[str, Var]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    bodies: list[list[Stmt]] = field(default_factory=list)
    _counters: dict[str, int] = field(default_factory=dict)
    _reads: list[Var] = field(default_factory=list)
    wanted: int = 1
    """The number of acquisitions that must still find their place in a loop."""

    # --- chance -----------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def choose(self, **weights: float) -> str:
        """One of the names, by weight."""
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def number(self, kind: str) -> int:
        self._counters[kind] = self._counters.get(kind, 0) + 1
        return self._counters[kind]

    def tag(self, letter: str = "t") -> str:
        """A new Go string literal that names an event."""
        return f'"{letter}{self.number("tag")}"'

    # --- scopes -----------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def in_loop(self) -> bool:
        """Return True if a defer here runs once per iteration."""
        return bool(self.frame.loops)

    def lookup(self, name: str) -> Var | None:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def fresh(self, *names: str, shadow: float = 0.25) -> str:
        """One of the names, not declared in this block, and mostly not around it either."""
        free = [name for name in names if name not in self.scopes[-1]]
        clear = [name for name in free if self.lookup(name) is None]
        if clear and not (free and self.chance(shadow)):
            return self.rng.choice(clear)
        usable = [name for name in free if not self._precious(name)]
        if usable:
            return self.rng.choice(usable)
        return f"{names[0]}{self.number(names[0]) + 1}"

    def _precious(self, name: str) -> bool:
        var = self.lookup(name)
        return var is not None and var.type == "*res"

    def declare(self, name: str, kind: str, stmt: Stmt | None, *, used: bool = False) -> Var:
        loops = self.frame.loops
        var = Var(name, kind, self.bodies[-1], stmt, loops[-1].loop if loops else 0, used)
        self.scopes[-1][name] = var
        return var

    def visible(self, *types: str) -> list[Var]:
        """Variables of these types that their names reach from here."""
        seen: dict[str, Var] = {}
        for scope in reversed(self.scopes):
            for name, var in scope.items():
                seen.setdefault(name, var)
        return [var for var in seen.values() if var.type in types]

    def read(self, *types: str) -> str | None:
        """The name of a visible variable, which counts as used then."""
        found = self.visible(*types)
        if not found:
            return None
        var = self.rng.choice(found)
        self.use(var)
        return var.name

    def use(self, var: Var) -> None:
        """Note that the statement being made reads the variable."""
        if not var.used:
            var.used = True
            self._reads.append(var)

    def clear(self, *words: str) -> bool:
        """Return True if these predeclared names still mean what they should."""
        return all(self.lookup(word) is None for word in words)

    @contextmanager
    def scope(self, body: list[Stmt]) -> Iterator[None]:
        """A block; when it ends, what nothing used is used."""
        self.scopes.append({})
        self.bodies.append(body)
        yield
        self.bodies.pop()
        for var in self.scopes.pop().values():
            if not var.used:
                self._use(var)

    def _use(self, var: Var) -> None:
        value = f"{var.name} != nil" if var.type.startswith("func") else var.name
        use = Stmt(Kind.SIMPLE, f"ev({self.tag('u')}, {value})")
        if var.type == "hideout":
            use = Stmt(Kind.SIMPLE, f"_ = {var.name}")
        at = 0
        if var.after is not None:
            at = next(i for i, stmt in enumerate(var.home) if stmt is var.after) + 1
        while at < len(var.home) and var.home[at].pinned and var.after is None:
            at += 1
        var.home.insert(at, use)

    # --- statements -------------------------------------------------------------------------

    def ev(self, *values: str) -> Stmt:
        return Stmt(Kind.SIMPLE, f"ev({', '.join([self.tag(), *values])})")

    def fill(self, body: list[Stmt], count: int) -> None:
        """Append up to ``count`` random statements to the block that is open."""
        for _ in range(count):
            if body and dead_end(body[-1]):
                return
            self.statement(body)

    def statement(self, body: list[Stmt]) -> None:
        """Append one random production."""
        for _ in range(20):
            weights = [p.weight(self) for p in PRODUCTIONS]
            mark = len(self._reads)
            made = self.rng.choices(PRODUCTIONS, weights)[0].make(self)
            if made is None:
                for var in self._reads[mark:]:
                    var.used = False
                del self._reads[mark:]
            else:
                self.budget -= len(made)
                self.add(body, made)
                return
        self.add(body, [self.ev()])

    @staticmethod
    def add(body: list[Stmt], made: Sequence[Stmt]) -> None:
        """Append statements that are not in the block yet, up to the first that nothing can follow."""
        for stmt in made:
            if body and dead_end(body[-1]):
                return
            body.append(stmt)

    def block(self, count: int, *first: Stmt) -> list[Stmt]:
        """A new block of up to ``count`` statements after the given ones."""
        body = list(first)
        with self.scope(body):
            self.fill(body, count)
        return body

    def arm(self, head: str, count: int, *first: Stmt) -> Arm:
        return Arm(head, self.block(count, *first))

    def size(self, most: int) -> int:
        """Return the number of statements that a block gets: fewer the deeper and the later it is."""
        if self.budget <= 0:
            return 1
        return self.rng.randint(1, max(1, most - len(self.scopes) // 3))

    def label(self, stmt: Stmt) -> str:
        """The statement's label; it gets one if it has none."""
        if not stmt.label:
            word = self.rng.choice(["outer", "loop", "next", "scan", "Files"])
            stmt.label = f"{word}{self.number('label')}"
        return stmt.label


Make = Callable[[Builder], "list[Stmt] | None"]


@dataclass(frozen=True, slots=True)
class Production:
    """A way to make statements, and how much it is wanted at a place."""

    make: Make
    weight: Callable[[Builder], float]


PRODUCTIONS: list[Production] = []


def production(weight: float | Callable[[Builder], float]) -> Callable[[Make], Make]:
    """Register a production with a fixed weight or one that depends on the place."""

    def register(make: Make) -> Make:
        weigh = weight if callable(weight) else (lambda _: weight)
        PRODUCTIONS.append(Production(make, weigh))
        return make

    return register
