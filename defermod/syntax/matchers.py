"""Matchers: declarative descriptions of nodes.

    nil_test = Kind("binary_expression", operator=Text("!="), right=Kind("nil"), left=Save("value"))
    for found in find_all(function, nil_test):
        print(found["value"].text)

``match``, ``find_all``, ``extract`` and ``replace`` take a matcher, or Go text, which is read as a pattern
(``defermod.syntax.patterns``).  A kind or field that the grammar does not know raises ValueError when it is written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from defermod.model import Edit, Span, apply_edits
from defermod.syntax.nodes import FIELDS
from defermod.syntax.tree import Node

Captures = dict[str, tuple[Node, ...]]


@dataclass(frozen=True, slots=True)
class Match:
    """A match: the node, and the captures by name."""

    nodes: tuple[Node, ...]
    """The nodes in source order; several only for a pattern of several statements."""
    captures: Mapping[str, tuple[Node, ...]]
    gaps: Mapping[str, Span]
    """For captured lists: all bytes between the neighbours, comments and blanks included."""

    @property
    def node(self) -> Node:
        return self.nodes[0]

    @property
    def span(self) -> Span:
        return Span(self.nodes[0].start, self.nodes[-1].end)

    def __getitem__(self, name: str) -> Node:
        """Return the one node captured as ``name``.  Raises KeyError if there is none or if there are several."""
        nodes = self.captures[name]
        if len(nodes) != 1:
            raise KeyError(f"{len(nodes)} nodes are captured as {name!r}")
        return nodes[0]

    def all(self, name: str) -> tuple[Node, ...]:
        """Return the nodes captured as ``name``, possibly none.  Raises KeyError for a name that the matcher lacks."""
        return self.captures[name]

    def fill(self, template: str) -> str:
        """Return ``template`` with ``$name`` and ``$*name`` replaced by the source text of the captures."""
        from defermod.syntax.patterns import fill

        return fill(template, self)


class Matcher(ABC):
    """A description of a node; combine matchers with ``|`` (either), ``&`` (both) and ``~`` (not)."""

    @abstractmethod
    def captured(self, node: Node) -> Captures | None:
        """Return the captures if ``node`` matches, otherwise None."""

    def match(self, node: Node | None) -> Match | None:
        """Return the match of ``node`` itself, or None; None never matches."""
        captures = self.captured(node) if node is not None else None
        return Match((node,), captures, {}) if node is not None and captures is not None else None

    def matches(self, node: Node | None) -> bool:
        """Return True if ``node`` matches."""
        return node is not None and self.captured(node) is not None

    def find_all(self, top: Node) -> Iterator[Match]:
        """Yield the matches at or below ``top``, in source order; matches may be nested."""
        for node in top.walk():
            if (found := self.match(node)) is not None:
                yield found

    def __or__(self, other: Matcher) -> Matcher:
        return OneOf(self, other)

    def __and__(self, other: Matcher) -> Matcher:
        return AllOf(self, other)

    def __invert__(self) -> Matcher:
        return Not(self)


def _same(old: Sequence[Node], new: Sequence[Node]) -> bool:
    return [node.text for node in old] == [node.text for node in new]


def _merged(old: Captures, new: Captures) -> Captures | None:
    """Both captures; None where one name stands for different texts."""
    if any(name in old and not _same(old[name], nodes) for name, nodes in new.items()):
        return None
    return {**new, **old}


class Anything(Matcher):
    """Any node."""

    def captured(self, node: Node) -> Captures | None:
        return {}


class Kind(Matcher):
    """Matches a node of one of the kinds, or of any kind if none is given.

    ``has``: a direct child of this kind (``"&"``, ``":="``).  ``fields``: each named field must match; None means
    that the field must be absent.
    """

    def __init__(self, *kinds: str, has: str = "", **fields: Matcher | None) -> None:
        for kind in kinds:
            if kind not in FIELDS:
                raise ValueError(f"the grammar has no node {kind!r}")
        for name in fields:
            if not any(name in FIELDS[kind] for kind in kinds or FIELDS):
                raise ValueError(f"no node of {', '.join(kinds) or 'the grammar'} has a field {name!r}")
        self._kinds = frozenset(kinds)
        self._has = has
        self._fields = fields

    def captured(self, node: Node) -> Captures | None:
        if (self._kinds and node.kind not in self._kinds) or (self._has and node.child(self._has) is None):
            return None
        found: Captures | None = {}
        for name, matcher in self._fields.items():
            field = node.get(name)
            if matcher is None or field is None:
                if matcher is not None or field is not None:
                    return None
                continue
            captures = matcher.captured(field)
            found = _merged(found, captures) if captures is not None and found is not None else None
            if found is None:
                return None
        return found


class Text(Matcher):
    """Matches a node whose text is one of the texts."""

    def __init__(self, *texts: str) -> None:
        self._texts = frozenset(texts)

    def captured(self, node: Node) -> Captures | None:
        return {} if node.text in self._texts else None


class OneOf(Matcher):
    """Matches a node if one of the matchers does; the first that does captures."""

    def __init__(self, *matchers: Matcher) -> None:
        self._matchers = matchers

    def captured(self, node: Node) -> Captures | None:
        return next((c for matcher in self._matchers if (c := matcher.captured(node)) is not None), None)


class AllOf(Matcher):
    """Matches a node if all of the matchers do."""

    def __init__(self, *matchers: Matcher) -> None:
        self._matchers = matchers

    def captured(self, node: Node) -> Captures | None:
        found: Captures | None = {}
        for matcher in self._matchers:
            captures = matcher.captured(node)
            found = _merged(found, captures) if captures is not None and found is not None else None
            if found is None:
                return None
        return found


class Not(Matcher):
    """Matches a node if the matcher does not; captures nothing."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def captured(self, node: Node) -> Captures | None:
        return {} if self._matcher.captured(node) is None else None


class Where(Matcher):
    """Matches a node for which ``predicate`` is true."""

    def __init__(self, predicate: Callable[[Node], bool]) -> None:
        self._predicate = predicate

    def captured(self, node: Node) -> Captures | None:
        return {} if self._predicate(node) else None


class Save(Matcher):
    """Matches a node if the matcher does (any node, without a matcher), and captures it as ``name``.

    A name that is saved twice must stand for the same text both times.
    """

    def __init__(self, name: str, matcher: Matcher | None = None) -> None:
        self._name = name
        self._matcher = matcher or Anything()

    def captured(self, node: Node) -> Captures | None:
        captures = self._matcher.captured(node)
        return _merged({self._name: (node,)}, captures) if captures is not None else None


class Some(Matcher):
    """In ``Children``: matches zero or more nodes that the matcher matches, and captures them if it has a name."""

    def __init__(self, name: str = "", matcher: Matcher | None = None) -> None:
        self.name = name
        self._matcher = matcher or Anything()

    def captured(self, node: Node) -> Captures | None:
        return self._matcher.captured(node)


class Children(Matcher):
    """Matches a node whose named children, without comments, match the matchers in order; ``Some`` takes any number."""

    def __init__(self, *matchers: Matcher) -> None:
        self._matchers = matchers

    def captured(self, node: Node) -> Captures | None:
        return self._from(node.named_children, self._matchers, {})

    def _from(self, nodes: Sequence[Node], matchers: Sequence[Matcher], found: Captures) -> Captures | None:
        if not matchers:
            return None if nodes else found
        first, rest = matchers[0], matchers[1:]
        if not isinstance(first, Some):
            captures = first.captured(nodes[0]) if nodes else None
            merged = _merged(found, captures) if captures is not None else None
            return self._from(nodes[1:], rest, merged) if merged is not None else None
        most = next((at for at, node in enumerate(nodes) if first.captured(node) is None), len(nodes))
        for count in range(most, -1, -1):
            merged = _merged(found, {first.name: tuple(nodes[:count])} if first.name else {})
            if merged is not None and (whole := self._from(nodes[count:], rest, merged)) is not None:
                return whole
        return None


class Contains(Matcher):
    """Matches a node with a match strictly below it; the first one captures."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def captured(self, node: Node) -> Captures | None:
        below = (self._matcher.captured(inner) for inner in node.walk() if inner is not node)
        return next((captures for captures in below if captures is not None), None)


def match(matcher: Matcher | str, node: Node | None) -> Match | None:
    """Return the match of ``node`` itself, or None."""
    return _matcher(matcher).match(node)


def find_all(top: Node, matcher: Matcher | str) -> Iterator[Match]:
    """The matches at or below ``top``, in source order."""
    return _matcher(matcher).find_all(top)


def extract(top: Node, matcher: Matcher | str) -> list[dict[str, str]]:
    """Return the texts of the captures of each match at or below ``top``; those of a list are joined by ``", "``."""
    return [
        {name: ", ".join(node.text for node in nodes) for name, nodes in found.captures.items()}
        for found in find_all(top, matcher)
    ]


def replace(top: Node, matcher: Matcher | str, template: str | Callable[[Match], str]) -> bytes:
    """Return the text of ``top`` with each outermost match replaced by the filled ``template``."""
    edits: list[Edit] = []
    at = top.start
    for found in find_all(top, matcher):
        if found.span.start >= at:
            new = template(found) if callable(template) else found.fill(template)
            edits.append(Edit(found.span.start - top.start, found.span.end - top.start, new.encode()))
            at = found.span.end
    return apply_edits(top.raw, edits)


def _matcher(matcher: Matcher | str) -> Matcher:
    if isinstance(matcher, Matcher):
        return matcher
    from defermod.syntax.patterns import pattern

    return pattern(matcher)


__all__ = [
    "AllOf",
    "Anything",
    "Children",
    "Contains",
    "Kind",
    "Match",
    "Matcher",
    "Not",
    "OneOf",
    "Save",
    "Some",
    "Text",
    "Where",
    "extract",
    "find_all",
    "match",
    "replace",
]
