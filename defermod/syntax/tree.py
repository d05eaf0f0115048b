"""The concrete syntax tree: plain, picklable nodes that keep every byte's place.

tree-sitter's own nodes are views into C memory: slow to ask, impossible to send to another process
and forgetful (a node has no identity).  One pass with a cursor copies them into ``Node``, on which
every analysis works.  The kinds and field names are those of the tree-sitter Go grammar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from defermod.model import Span


class Node:
    """One node of the tree; tokens such as ``{`` or ``:=`` are nodes too (``named`` is False).

    Nodes are compared by identity.  ``start`` and ``end`` are byte offsets into ``Source.text``.
    """

    __slots__ = ("children", "end", "field", "has_error", "kind", "named", "parent", "start", "text_of")

    def __init__(
        self,
        kind: str,
        named: bool,
        field: str | None,
        start: int,
        end: int,
        parent: Node | None,
        text_of: bytes,
    ) -> None:
        self.kind = kind
        self.named = named
        self.field = field
        self.start = start
        self.end = end
        self.parent = parent
        self.children: list[Node] = []
        self.text_of = text_of
        self.has_error = False

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}-{self.end} {self.text[:40]!r}>"

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def raw(self) -> bytes:
        """The node's bytes."""
        return self.text_of[self.start : self.end]

    @property
    def text(self) -> str:
        """The node's bytes as text; invalid UTF-8 is replaced, never raised on."""
        return self.raw.decode("utf-8", "replace")

    def get(self, field: str) -> Node | None:
        """The first child in the grammar's field ``field``, or None."""
        for child in self.children:
            if child.field == field:
                return child
        return None

    def need(self, field: str) -> Node:
        """As ``get``, for fields that the grammar guarantees.  Raises LookupError."""
        found = self.get(field)
        if found is None:
            raise LookupError(f"{self.kind} without {field} at byte {self.start}")
        return found

    def all(self, field: str) -> list[Node]:
        """All named children in ``field``, in order."""
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
        """Is this node ``other`` or inside it?"""
        return other.start <= self.start and self.end <= other.end and (self is other or other in self.ancestors())

    def walk(self, into: Callable[[Node], bool] | None = None) -> Iterator[Node]:
        """This node and all below it in source order, without recursion.

        ``into`` says of a node whether to go below it (the node itself is always yielded).
        """
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children and (into is None or into(node)):
                stack.extend(reversed(node.children))

    def find(self, *kinds: str) -> Iterator[Node]:
        """The nodes of the given kinds at or below this one, in source order."""
        return (node for node in self.walk() if node.kind in kinds)
