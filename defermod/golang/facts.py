"""Facts about a file from Go's type checker and the bodies of the called functions, as plain values.

Made by ``defermod.toolchain.typefacts``, read by the analyses.  All positions are byte offsets into
the text that the facts were made for; ``FileFacts.describes`` tells whether a text is that one.
There are facts only about the top-level declarations in which a ``defer`` lies in a loop or, if they
were requested, about all with a ``defer``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

Offsets = tuple[int, int]
"""Start (included) and end (excluded) of a node."""


class Holds(Enum):
    """The things that a value of a type can refer to."""

    NOTHING = "none"
    """Numbers, strings, and structs and arrays of them."""
    MEMORY = "bytes"
    """Slices of those: memory, but nothing that can be closed."""
    ERROR = "error"
    """The type ``error`` itself."""
    REFERENCES = "ref"
    """Anything else, including type parameters."""


class CallKind(Enum):
    """The kinds of callees."""

    FUNCTION = "function"
    """A declared function or method: callee and flows come from its declaration."""
    INTERFACE = "interface"
    """A method of an interface or a type parameter."""
    BUILTIN = "builtin"
    CONVERSION = "conversion"
    DYNAMIC = "dynamic"
    """A function value."""
    LITERAL = "literal"
    """A function literal, called where it stands."""


class RangeOver(Enum):
    """The kinds of things that a ``range`` clause ranges over."""

    ARRAY = "array"
    """Or a pointer to one."""
    CHANNEL = "channel"
    FUNCTION = "function"
    INTEGER = "integer"
    MAP = "map"
    SLICE = "slice"
    STRING = "string"
    UNKNOWN = "unknown"
    """A type parameter."""


@dataclass(frozen=True, slots=True)
class ExprFact:
    """The type of an expression, or of the variable that an identifier names."""

    type: str
    """As Go spells it, names qualified by the whole import path: ``*net/http.Response``."""
    holds: Holds
    ends: bool = False
    """True if a value of the type, or a pointer to it, has a method that ends or writes to it: Close, Write..."""
    kind: str = ""
    """The kind of the underlying type, as ``gofacts/kind.go`` names it: ``map``, ``pointer``, ``unsigned``..."""

    @property
    def is_error(self) -> bool:
        return self.holds is Holds.ERROR


@dataclass(frozen=True, slots=True)
class EscapeSet:
    """The locations from which an operand may be reachable after the call.  Operands count as in ``CallFact.flows``."""

    unknown: bool = False
    """It may be reachable from anywhere: nothing is known."""
    heap: bool = False
    """Locations that other code can read: a package's variable, a goroutine, a panic value."""
    results: tuple[int, ...] = ()
    """A result may be the operand, be part of it, or refer to it."""
    operands: tuple[int, ...] = ()
    """It may be stored in something reachable from these other operands.

    A function that the caller hands over and that is called with it makes it ``unknown`` instead.
    """

    def __bool__(self) -> bool:
        return self.unknown or self.heap or bool(self.results) or bool(self.operands)


NOWHERE = EscapeSet()
ANYWHERE = EscapeSet(unknown=True)


@dataclass(frozen=True, slots=True)
class OperandEffect:
    """The effects of a call on one operand, besides releasing it; false if there are none."""

    whole: EscapeSet = NOWHERE
    """Locations from which the operand, or a value reachable from it, may be reachable after the call."""
    memory: EscapeSet = NOWHERE
    """Locations that at most plain memory inside the operand may reach: a buffer's bytes outlive ``Close``."""

    def __bool__(self) -> bool:
        return bool(self.whole) or bool(self.memory)


@dataclass(frozen=True, slots=True)
class CallFact:
    """Facts about one call."""

    kind: CallKind
    callee: str
    """``os.Open``, ``(*database/sql.DB).Query``, ``(io.Reader).Read``, ``append``; without type
    arguments; empty for function values, literals and conversions."""
    has_receiver: bool
    """True if operand 0 is the receiver ``x`` of ``x.M(...)``; argument i is operand i + 1 then."""
    flows: tuple[OperandEffect, ...]
    """By operand: the receiver, if the call has one, then the arguments as written."""
    results: tuple[ExprFact, ...]
    old: bool
    """True if a result may be an object that existed before the call and is not reachable from an operand."""
    kept: bool
    """True if an object that was made for a result may also be stored elsewhere, where other code can reach it."""
    recovers: bool | None
    """True if the callee calls ``recover()`` itself, so that deferring it stops a panic; None if that is not known."""
    traits: frozenset[str] = frozenset()
    """The callee in the words of ``gofacts/family.go``: ``quits`` (ends the program), ``elapsed`` (gives the time since
    a moment), ``frames`` (asks for its caller's line), ``nilproof=0`` (compares that operand with nil),
    ``slow=network``."""

    def trait(self, name: str) -> str:
        """The value of a trait that has one; empty without it."""
        return next((word.partition("=")[2] for word in self.traits if word.startswith(f"{name}=")), "")

    @property
    def receiver(self) -> OperandEffect | None:
        return self.flows[0] if self.has_receiver else None

    @property
    def arguments(self) -> tuple[OperandEffect, ...]:
        return self.flows[1:] if self.has_receiver else self.flows


@dataclass(frozen=True, slots=True)
class HazardFact:
    """A reason why a deferred call may not run where a statement list ends."""

    code: str
    """One of the hazards of docs/semantics.md: ``escapes-iteration``."""
    message: str
    """A sentence without a final stop."""
    span: Offsets
    """The witness: the place in this file that makes the hazard."""
    note: str
    """A few words about the effect of the witness."""
    callee: str = ""
    """The line in the called function that causes the hazard: ``pool.go:41:3``; empty if there is none."""
    forbids: bool = True
    """False if the rewrite is probably right, but not proven."""
    helper: str = ""
    """The ``t`` whose ``t.Helper()``, as a closure's first statement, removes the hazard; empty if there is none."""


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """The consequences of running a deferred call at the end of one of the statement lists around it."""

    span: Offsets
    """From the start of the list's first statement to the end of its last one."""
    loop: Offsets
    """The innermost loop around the list."""
    hazards: tuple[HazardFact, ...] = ()
    """Empty: the call commutes with everything that can run between the list's end and the function's."""
    assumes: tuple[str, ...] = ()
    """Names of the assumptions that this rests on."""


@dataclass(frozen=True, slots=True)
class DeferFact:
    """The verdicts about one ``defer`` statement in a loop."""

    places: tuple[PlaceFact, ...]
    """The statement lists around it, innermost first, up to the body of the outermost loop of its function."""
    deadlock: bool = False
    """True if the second pass waits for ever for what only this deferred call gives back."""

    def place(self, start: int) -> PlaceFact | None:
        """Return the verdict about the list whose first statement starts at ``start``; None if there is none."""
        return next((place for place in self.places if place.span[0] == start), None)


@dataclass(frozen=True, slots=True)
class RiskFact:
    """An operation that may panic, end the goroutine, or run unknown code."""

    span: Offsets
    why: str
    """The predicate of a sentence whose subject is the quoted operation: ``may be out of range``."""


class Meant(Enum):
    """The reasons why panics are part of a function's normal control flow."""

    NOT = ""
    """They are not, judging by its package."""
    PANIC = "panic"
    """The function calls ``panic`` itself."""
    HANDLER = "handler"
    """net/http calls it, and recovers."""
    CAUGHT = "caught"
    """A function of the package that can reach it recovers."""


@dataclass(frozen=True, slots=True)
class FunctionFact:
    """The facts needed to replace a function's deferred calls by explicit ones."""

    risks: tuple[RiskFact, ...]
    """In source order; without those inside of function literals."""
    meant: Meant
    caught_by: str
    """The function that recovers, where ``meant`` is CAUGHT."""
    quiet: frozenset[Offsets]
    """The ``defer`` statements whose call can't panic."""
    lasting: frozenset[Offsets]
    """Deferred function values (with their receivers) and arguments that are at the exits what they were at the
    ``defer``, and can be evaluated there."""
    staying: frozenset[Offsets]
    """Expressions in returns whose value deferred calls can't change."""
    exposed: frozenset[Offsets]
    """Declared names of variables that code outside of the function's statements may change."""
    addressed: frozenset[Offsets]
    """Declared names of variables whose address, or one inside of them, is taken anywhere."""
    framed: frozenset[Offsets] = frozenset()
    """Calls that may look at the frames of the stack above them."""
    changed: bool = False
    """True if the function has been rewritten: then ``risks`` may be incomplete."""


@dataclass(frozen=True)
class FileFacts:
    """All that is known about one file."""

    digest: str
    """SHA-256 of the text, in hexadecimal."""
    language: tuple[int, int] | None
    """The Go version whose language the file is in."""
    declarations: tuple[Offsets, ...]
    """The top-level declarations that there are facts about."""
    types: tuple[ExprFact, ...] = field(repr=False)
    expression_types: Mapping[Offsets, int] = field(repr=False)
    """Indexes into ``types``."""
    calls: Mapping[Offsets, CallFact] = field(repr=False)
    ranges: Mapping[Offsets, RangeOver] = field(repr=False)
    hidden: frozenset[Offsets] = field(default=frozenset(), repr=False)
    """The selectors that go through an embedded pointer, which may be nil."""
    decided: Mapping[Offsets, bool] = field(default_factory=dict, repr=False)
    """The conditions of ``if`` and ``for`` that always have the same value, in every build."""
    defers: Mapping[Offsets, DeferFact] = field(default_factory=dict, repr=False)
    """The verdicts by ``defer`` statement; one without an entry is undecided."""
    functions: Mapping[Offsets, FunctionFact] = field(default_factory=dict, repr=False)
    """By the function declaration or literal, if a ``defer`` belongs to it."""

    def describes(self, text: bytes) -> bool:
        """Return True if these are the facts about ``text``, byte for byte."""
        return hashlib.sha256(text).hexdigest() == self.digest

    def expression(self, start: int, end: int) -> ExprFact | None:
        """The type of the expression or variable name at ``start`` to ``end``.

        None for constants, types, package names, and everything else that is not a value.
        """
        index = self.expression_types.get((start, end))
        return None if index is None else self.types[index]

    def call(self, start: int, end: int) -> CallFact | None:
        """The call that spans ``start`` to ``end``; that of a ``defer`` is without the keyword."""
        return self.calls.get((start, end))

    def deferred(self, start: int, end: int) -> DeferFact | None:
        """The verdicts about the ``defer`` statement that spans ``start`` to ``end``; None if it is undecided."""
        return self.defers.get((start, end))

    def function(self, start: int, end: int) -> FunctionFact | None:
        """Return the facts about the function that spans ``start`` to ``end``."""
        return self.functions.get((start, end))

    def range_over(self, start: int, end: int) -> RangeOver | None:
        """Return what the ``for ... range`` statement that spans ``start`` to ``end`` ranges over."""
        return self.ranges.get((start, end))


@dataclass(frozen=True, slots=True)
class NoFacts:
    """The reason why no facts about a file are known."""

    reason: str
    """A clause: ``it does not type-check: a.go:3:5: undefined: x``."""


__all__ = [
    "CallFact",
    "CallKind",
    "DeferFact",
    "EscapeSet",
    "ExprFact",
    "FileFacts",
    "FunctionFact",
    "HazardFact",
    "Holds",
    "Meant",
    "OperandEffect",
    "PlaceFact",
    "RangeOver",
    "RiskFact",
]
