"""The concrete syntax tree: plain, picklable nodes that keep every byte's place.

tree-sitter's own nodes are views into C memory: slow to query, impossible to send to another process
and without identity.  One pass with a cursor copies them into ``Node``, on which
every analysis works.  The kinds and field names are those of the tree-sitter Go grammar.

The nodes of a tree lie in one list in source order, so what is below a node is a slice of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter

from defermod.model import Span

_INDEX = attrgetter("index")
_FEW = 40
"""Up to this many nodes, a linear search is faster than the index by kind."""


class Tree:
    """The data that the nodes of one tree share: the text, and all nodes in source order, parents first."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.nodes: list[Node] = []
        self.statements: dict[Node, list[Node]] = {}
        """The statement lists that ``defermod.golang.cfg.statements`` has been asked for."""

    @cached_property
    def by_kind(self) -> dict[str, list[Node]]:
        """The nodes of each kind, in source order.  For trees that are complete."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.kind, []).append(node)
        return found

    def find(self, kind: str, first: int, last: int) -> list[Node]:
        """The nodes of a kind from index ``first`` (included) to ``last`` (excluded)."""
        if last - first <= _FEW:
            return [node for node in self.nodes[first:last] if node.kind == kind]
        alike = self.by_kind.get(kind, [])
        start = bisect_left(alike, first, key=_INDEX)
        return alike[start : bisect_left(alike, last, start, key=_INDEX)]


class Node:
    """One node of the tree; tokens such as ``{`` or ``:=`` are nodes too (``named`` is False).

    Nodes are compared by identity.  ``start`` and ``end`` are byte offsets into ``Source.text``;
    ``index`` and ``last`` the node's own place in ``Tree.nodes``, and the one after all that is below it.
    """

    __slots__ = ("children", "end", "field", "has_error", "index", "kind", "last", "named", "parent", "start", "tree")

    def __init__(
        self,
        kind: str,
        named: bool,
        field: str | None,
        start: int,
        end: int,
        parent: Node | None,
        tree: Tree,
        index: int,
    ) -> None:
        self.kind = kind
        self.named = named
        self.field = field
        self.start = start
        self.end = end
        self.parent = parent
        self.children: Sequence[Node] = ()
        self.tree = tree
        self.has_error = False
        self.index = index
        self.last = index + 1

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}-{self.end} {self.text[:40]!r}>"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def raw(self) -> bytes:
        """The node's bytes."""
        return self.tree.text[self.start : self.end]

    @property
    def text(self) -> str:
        """The node's bytes as text; invalid UTF-8 is replaced, without an exception."""
        return self.tree.text[self.start : self.end].decode("utf-8", "replace")

    def get(self, field: str) -> Node | None:
        """The first child in the grammar's field ``field``, or None."""
        for child in self.children:
            if child.field == field:
                return child
        return None

    def need(self, field: str) -> Node:
        """Return the child in a field that the grammar guarantees.  Raises LookupError if there is none."""
        found = self.get(field)
        if found is None:
            raise LookupError(f"{self.kind} without {field} at byte {self.start}")
        return found

    def all(self, field: str) -> list[Node]:
        """Return all named children in ``field``, in order."""
        return [child for child in self.children if child.field == field and child.named]

    @property
    def named_children(self) -> list[Node]:
        """The children that are neither tokens nor comments."""
        return [child for child in self.children if child.named and child.kind != "comment"]

    def child(self, kind: str) -> Node | None:
        """The first child of this kind, or None."""
        for child in self.children:
            if child.kind == kind:
                return child
        return None

    def ancestors(self) -> Iterator[Node]:
        """The parent, its parent, and so on to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def within(self, other: Node) -> bool:
        """Return True if this node is ``other`` or inside it."""
        return other.index <= self.index < other.last and other.tree is self.tree

    def walk(self, into: Callable[[Node], bool] | None = None) -> Iterator[Node]:
        """Yield this node and all below it in source order, without recursion.

        ``into`` decides whether to descend into a node (the node itself is always yielded).
        """
        if into is None:
            return iter(self.tree.nodes[self.index : self.last])
        return self._walk(into)

    def _walk(self, into: Callable[[Node], bool]) -> Iterator[Node]:
        nodes, at = self.tree.nodes, self.index
        while at < self.last:
            node = nodes[at]
            yield node
            at = at + 1 if into(node) else node.last

    def without(self, kind: str) -> Iterator[Node]:
        """Yield this node and all below it in source order, except nodes of a kind and everything below those.

        The node itself is always yielded.
        """
        nodes, parts, at = self.tree.nodes, [], self.index
        for gap in self.tree.find(kind, self.index + 1, self.last):
            if gap.index >= at:
                parts.append(nodes[at : gap.index])
                at = gap.last
        return chain(*parts, nodes[at : self.last])

    def find(self, *kinds: str) -> Iterator[Node]:
        """The nodes of the given kinds at or below this one, in source order."""
        found = [node for kind in kinds for node in self.tree.find(kind, self.index, self.last)]
        return iter(found if len(kinds) == 1 else sorted(found, key=_INDEX))
