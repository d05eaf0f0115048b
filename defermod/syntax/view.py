"""The base of the generated node classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

from defermod.syntax.tree import Node


class View:
    """A node seen as one of a certain kind."""

    __slots__ = ("node",)

    KIND: ClassVar[str] = ""

    def __init__(self, node: Node) -> None:
        """Raises ValueError for a node of another kind."""
        if node.kind != self.KIND:
            raise ValueError(f"{node.kind} is no {self.KIND}")
        self.node = node

    @classmethod
    def of(cls, node: Node | None) -> Self | None:
        """Return the view of ``node``, or None if it is of another kind."""
        return cls(node) if node is not None and node.kind == cls.KIND else None

    @classmethod
    def find(cls, top: Node) -> Iterator[Self]:
        """The nodes of this kind at or below ``top``, in source order."""
        return map(cls, top.find(cls.KIND))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.node!r})"
