"""What a transform is: the contract between the engine and ``transforms/<id>/``."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from defermod.golang.cfg import Flow, too_deep
from defermod.golang.scopes import Scopes
from defermod.golang.types import Types
from defermod.model import Finding, Options, Span
from defermod.syntax.source import Source
from defermod.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """A rule's page: ``defermod explain`` and the documentation are made from it."""

    title: str
    what: str
    why: str
    example: str
    """The golden case that shows before and after."""
    refusals: tuple[tuple[str, str], ...]
    """(code, meaning) of every refusal and of every reason for UNSAFE."""


class Declaration:
    """One top-level declaration of a file, with the analyses that a transform may ask for, made when asked."""

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
        self._flows: dict[Node, Flow] = {}

    @cached_property
    def scopes(self) -> Scopes:
        return Scopes(self.root)

    @cached_property
    def too_deep(self) -> bool:
        """Does it nest too deep to be analysed?"""
        return too_deep(self.root)

    def flow(self, function: Node) -> Flow:
        """The control flow of a function of this declaration."""
        if function not in self._flows:
            self._flows[function] = Flow(function)
        return self._flows[function]


class Transform(Protocol):
    """A module-level object ``TRANSFORM`` of ``transforms/<id>/__init__.py``."""

    id: str
    rule: str
    doc: RuleDoc

    def suspects(self, text: bytes) -> Iterator[Span]:
        """Where in the bytes, a file or a declaration, a finding may be.

        No parse; one place too many costs time, one too few is a bug.  A place begins between two top-level
        declarations, and ends where it may: it stands for all of each declaration that it lies in.
        """

    def findings(self, declaration: Declaration, options: Options) -> Iterator[Finding]:
        """The findings in one declaration, a suspect; in source order, spans and edits against its source."""


def concerned(transform: Transform, text: bytes) -> bool:
    """May the bytes hold a finding of the transform?"""
    return next(transform.suspects(text), None) is not None
