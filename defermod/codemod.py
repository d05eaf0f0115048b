"""The contract between the engine and rules; the module that a rule's author imports.

``Rule`` is the base class of codemods: it sees a whole file through a ``Context``.  ``Transform`` is the older
contract of ``transforms/<id>/``, which sees one declaration at a time.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol

from defermod.codes import Code, Shared
from defermod.context import Context, Metadata, MetadataError
from defermod.golang.cfg import CFG
from defermod.golang.facts import (
    CallFact,
    CallKind,
    DeferFact,
    FunctionFact,
    HazardFact,
    Holds,
    OperandEffect,
    PlaceFact,
    RangeOver,
)
from defermod.golang.scopes import Binding, Scopes
from defermod.golang.statements import too_deep
from defermod.golang.types import Types
from defermod.model import Blocker, Edit, Finding, Fix, Hazard, Options, Refusal, Safety, Severity, Span, status_of
from defermod.syntax.matchers import Match, Matcher
from defermod.syntax.rewriter import Rewriter
from defermod.syntax.source import Source
from defermod.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """A rule's page: ``defermod explain`` and the documentation are made from it."""

    title: str
    what: str
    why: str
    example: str = ""
    """The golden case that shows before and after; empty for none."""
    codes: tuple[Code, ...] = ()
    """The code of every refusal and of every reason for UNSAFE, each with its meaning, in the page's order."""
    notes: str = ""
    """Further sections of the page in Markdown, such as a comparison with the rules of other tools."""


class Declaration:
    """One top-level declaration of a file, with the analyses that a transform may use, computed on first use."""

    def __init__(
        self,
        source: Source,
        root: Node,
        recovering: Container[str] = frozenset(),
        types: Types | None = None,
    ) -> None:
        self.source = source
        self.root = root
        self.recovering = recovering
        """Names of the functions and methods of the file whose own body calls ``recover``."""
        self.types = types or Types()
        self._flows: dict[Node, CFG] = {}

    @cached_property
    def scopes(self) -> Scopes:
        return Scopes(self.root)

    @cached_property
    def too_deep(self) -> bool:
        """True if the declaration is nested too deeply to be analysed."""
        return too_deep(self.root)

    def flow(self, function: Node) -> CFG:
        """The control flow of a function of this declaration."""
        if function not in self._flows:
            self._flows[function] = CFG(function)
        return self._flows[function]

    def decided(self, condition: Node) -> bool | None:
        """Return the value that the condition of an ``if`` or ``for`` always has, in every build; None if not known.

        ``true`` and ``false`` need no Go to say so, if nothing in the declaration has one of these names.
        """
        if condition.text in ("true", "false") and self.scopes.meaning(condition.text, condition) is None:
            return condition.text == "true"
        return self.types.decided(condition)


class Transform(Protocol):
    """A module-level object ``TRANSFORM`` of ``transforms/<id>/__init__.py``.

    It may also have ``other_tools``: the names that other tools have for this problem, by the kind of comment
    (``nolint``, ``lint``, ``revive``, ``noinspection``), as a mapping to tuples of names.  Their comments silence
    this rule, too.
    """

    @property
    def id(self) -> str: ...

    @property
    def rule(self) -> str: ...

    @property
    def doc(self) -> RuleDoc: ...

    def suspects(self, text: bytes) -> Iterator[Span]:
        """Yield the places in the text of a file or a declaration where there may be a finding.

        Nothing is parsed; one place too many costs time, one too few is a bug.  A place begins between two top-level
        declarations, and may end anywhere: every declaration that it overlaps is analysed as a whole.
        """

    def findings(self, declaration: Declaration, options: Options) -> Iterator[Finding]:
        """Yield the findings in one declaration, in source order; spans and edits are byte offsets in its source."""


def concerned(transform: Transform, text: bytes) -> bool:
    """Return False only if the bytes cannot hold a finding of the transform."""
    return next(transform.suspects(text), None) is not None


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of a rule: ``--option RULE.NAME=VALUE``, and ``NAME = VALUE`` under ``[RULE]`` in .defermod.toml."""

    name: str
    default: bool | int | str
    help: str = ""

    def value(self, given: object) -> bool | int | str:
        """Return ``given``, a TOML value or a flag's text, as a value of the default's type.  Raises ValueError."""
        if isinstance(given, str) and not isinstance(self.default, str):
            words: dict[str, bool | int] = {"true": True, "false": False}
            given = words.get(given, int(given) if given.lstrip("-").isdecimal() else given)
        if type(given) is not type(self.default):
            raise ValueError(f"{self.name} takes a value such as {str(self.default).lower()!r}, not {given!r}")
        assert isinstance(given, bool | int | str)
        return given


class Rule:
    """One thing to find in Go files, and its fix.  Subclass it, and name an instance as an entry point or on ``run``.

    class NoIoutil(Rule):
        rule = "no-ioutil"
        doc = RuleDoc(title="ioutil is deprecated", what="...", why="...")
        words = ("ioutil",)

        def visit(self, context: Context) -> Iterator[Finding]:
            for found in context.find_all("ioutil.ReadAll($x)"):
                ...
    """

    rule: ClassVar[str]
    """Named by the problem, in kebab-case."""
    doc: ClassVar[RuleDoc]
    metadata: ClassVar[frozenset[Metadata]] = frozenset()
    words: ClassVar[tuple[str, ...]] = ()
    """A file that contains none of these words has no findings and is not parsed; if empty, every file is parsed."""
    options: ClassVar[tuple[Option, ...]] = ()
    within_suspects: ClassVar[bool] = False
    """True if the rule looks only at the declarations that ``suspects`` names: ``Context.root`` has no
    others, and none with a syntax error; where ``suspects`` names the whole text, it is the whole file."""

    @property
    def id(self) -> str:
        """The rewrite's name: the rule's own."""
        return self.rule

    def visit(self, context: Context) -> Iterator[Finding]:
        """Yield the findings in one file, in any order, made by ``context.finding``."""
        raise NotImplementedError

    def suspects(self, text: bytes) -> Iterator[Span]:
        """Yield the whole text if it contains one of the ``words``; see ``Transform.suspects``."""
        if not self.words or any(word.encode() in text for word in self.words):
            yield Span(0, len(text))

    def findings(self, declaration: Declaration, options: Options) -> Iterator[Finding]:
        """Yield nothing: a ``Rule`` looks at whole files."""
        return iter(())


__all__ = [
    "CFG",
    "Binding",
    "Blocker",
    "CallFact",
    "CallKind",
    "Code",
    "Context",
    "Declaration",
    "DeferFact",
    "Edit",
    "Finding",
    "Fix",
    "FunctionFact",
    "Hazard",
    "HazardFact",
    "Holds",
    "Match",
    "Matcher",
    "Metadata",
    "MetadataError",
    "Node",
    "OperandEffect",
    "Option",
    "Options",
    "PlaceFact",
    "RangeOver",
    "Refusal",
    "Rewriter",
    "Rule",
    "RuleDoc",
    "Safety",
    "Scopes",
    "Severity",
    "Shared",
    "Source",
    "Span",
    "Transform",
    "Types",
    "concerned",
    "status_of",
]
