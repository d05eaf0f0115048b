"""Find the functions of a file that call ``recover``, by name."""

from __future__ import annotations

from collections.abc import Callable, Container

from defermod.golang.scopes import own_nodes
from defermod.syntax.source import Source
from defermod.syntax.tree import Node


class FileFunctions:
    """The functions and methods of one file by name; each is analysed when it is asked for.

    ``known``: answers about declarations by their text, which is all that they depend on; added to.
    """

    def __init__(self, source: Source, known: dict[bytes, bool] | None = None) -> None:
        self._source = source
        self._known = {} if known is None else known
        self.recovering = Names(self._any_recovers)
        """Those whose own body calls ``recover``."""

    def _any_recovers(self, name: str) -> bool:
        for outline in self._source.functions(name):
            if outline.text not in self._known:
                self._known[outline.text] = b"recover" in outline.text and _recovers_itself(outline.node())
            if self._known[outline.text]:
                return True
        return False

    def in_text(self, source: Source) -> FileFunctions:
        """The functions of another text, with the same memory."""
        return FileFunctions(source, self._known)

    def answer_as(self, other: FileFunctions) -> bool:
        """Return True if everything that ``other`` was asked has the same answer here."""
        return self.recovering.answer_as(other.recovering)


class Names(Container[str]):
    """A set of names that remembers what it was asked."""

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self._holds = holds
        self._answers: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        assert isinstance(name, str)
        if name not in self._answers:
            self._answers[name] = self._holds(name)
        return self._answers[name]

    def answer_as(self, other: Names) -> bool:
        """Return True if everything that ``other`` was asked has the same answer here."""
        return all((name in self) == answer for name, answer in other._answers.items())


def _recovers_itself(root: Node) -> bool:
    return any(calls_recover(node) for node in own_nodes(root))


def calls_recover(node: Node) -> bool:
    """Return True for a call of ``recover``, by its name."""
    return node.kind == "call_expression" and node.need("function").text == "recover"
