"""Names for what a rule writes."""

from __future__ import annotations

from collections.abc import Iterator

from defermod.codemod import Node


def top_level(node: Node) -> Node:
    """The top-level declaration around a node, or the node itself: a name that it uses nowhere is free in all of it."""
    around = (node, *node.ancestors())
    return next((up for up in around if up.parent is None or up.parent.parent is None), node)


def wishes(*names: str) -> Iterator[str]:
    """Yield the names, then the last of them with numbers."""
    yield from names
    yield from (f"{names[-1]}{number}" for number in range(2, 1000))
