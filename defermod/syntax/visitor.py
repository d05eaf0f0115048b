"""Visitors with enter and leave, after LibCST's ``visit_X``/``leave_X``; iterative, so depth costs no stack."""

from __future__ import annotations

from collections.abc import Callable

from defermod.syntax.tree import Node


class Visitor:
    """Subclass and define ``enter_<kind>`` and ``leave_<kind>`` for the node kinds of interest.

    ``enter_<kind>(node)`` may return False to pass over what lies below the node; ``leave_<kind>`` is
    called for it all the same.  ``enter`` and ``leave`` are called for nodes of every other kind.
    """

    def enter(self, node: Node) -> bool | None:
        """Called before the children of a node that has no ``enter_<kind>``."""
        return True

    def leave(self, node: Node) -> None:
        """Called after the children of a node that has no ``leave_<kind>``."""

    def visit(self, top: Node) -> None:
        """Walk ``top`` and everything below it in source order."""
        enters: dict[str, Callable[[Node], bool | None]] = {}
        leaves: dict[str, Callable[[Node], None]] = {}
        nodes, at = top.tree.nodes, top.index
        inside: list[Node] = []
        while at < top.last or inside:
            if inside and inside[-1].last <= at:
                node = inside.pop()
                if node.kind not in leaves:
                    leaves[node.kind] = getattr(self, f"leave_{node.kind}", self.leave)
                leaves[node.kind](node)
                continue
            node = nodes[at]
            if node.kind not in enters:
                enters[node.kind] = getattr(self, f"enter_{node.kind}", self.enter)
            inside.append(node)
            at = node.last if enters[node.kind](node) is False else at + 1
