"""Matchers: shapes of nodes, written down once and asked often.

    nil_test = Shape("binary_expression", right=Shape("nil"))
    if nil_test.matches(node): ...

A shape names a kind (or several), the text, the shapes of fields and of a child.  For patterns over a
whole file use ``Source.query``, which takes tree-sitter's own query language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from defermod.syntax.tree import Node

FieldShape: TypeAlias = "Shape | None"


class Shape:
    """What a node must look like.

    ``kinds``: one of these; any kind if none is given.  ``text``: one of these texts, exactly.
    ``has``: a direct child of this kind (``"&"``, ``":="``).  ``fields``: each named field must match;
    None means that the field must be absent.
    """

    __slots__ = ("fields", "has", "kinds", "texts")

    def __init__(self, *kinds: str, text: str | frozenset[str] = "", has: str = "", **fields: FieldShape) -> None:
        self.kinds = frozenset(kinds)
        self.texts = text if isinstance(text, frozenset) else frozenset({text} if text else ())
        self.has = has
        self.fields = fields

    def matches(self, node: Node | None) -> bool:
        """Does ``node`` have this shape?  None never has."""
        if node is None or (self.kinds and node.kind not in self.kinds):
            return False
        if self.texts and node.text not in self.texts:
            return False
        if self.has and node.child(self.has) is None:
            return False
        for name, shape in self.fields.items():
            found = node.get(name)
            if (found is not None) if shape is None else not shape.matches(found):
                return False
        return True

    def find(self, top: Node) -> Iterator[Node]:
        """The nodes of this shape at or below ``top``, in source order."""
        return (node for node in top.walk() if self.matches(node))
