"""A Go file: bytes, line index and the tree; the only module that imports tree_sitter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

import tree_sitter
import tree_sitter_go

from defermod.model import Span
from defermod.syntax.tree import Node

MAX_BYTES = 1 << 31
"""tree-sitter counts bytes in 32 bits."""


@lru_cache(maxsize=1)
def language() -> tree_sitter.Language:
    """The Go grammar."""
    return tree_sitter.Language(tree_sitter_go.language())


@lru_cache(maxsize=1)
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(language())


class Source:
    """The text of one file and its syntax tree.  Lossless: every byte belongs to a token or lies between two."""

    def __init__(self, text: bytes) -> None:
        if len(text) >= MAX_BYTES:
            raise ValueError("file of 2 GiB or more")
        self.text = text
        self._tree = _parser().parse(text)

    @cached_property
    def root(self) -> Node:
        """The whole file as nodes."""
        return _copy(self._tree.root_node, self.text)

    def declarations(self, concerns: Callable[[bytes], bool] = lambda _: True) -> Iterator[Node]:
        """The top-level declarations one by one; only those whose bytes are of concern become nodes.

        A tree spoilt by an error still has the declarations around it: each says for itself
        whether it ``has_error``.
        """
        for child in self._tree.root_node.children:
            if child.is_named and concerns(self.text[child.start_byte : child.end_byte]):
                yield _copy(child, self.text)

    def comments(self) -> list[Span]:
        """The spans of the file's comments, in order."""
        return [span for match in self.query("(comment) @c") for span in match["c"]]

    @property
    def has_error(self) -> bool:
        """Did the grammar fail anywhere in the file?"""
        return self._tree.root_node.has_error

    def errors(self) -> list[Span]:
        """Where the grammar failed: ERROR nodes, and places where it invented a missing token.

        Where it invented one inside a token that has no node of its own: the smallest node around it.
        """
        found: list[Span] = []
        stack = [self._tree.root_node]
        while stack:
            node = stack.pop()
            if node.is_error or node.is_missing:
                found.append(Span(node.start_byte, node.end_byte))
            elif node.has_error:
                below = [child for child in node.children if child.has_error]
                stack.extend(reversed(below))
                if not below:
                    found.append(Span(node.start_byte, node.end_byte))
        return sorted(found)

    def query(self, pattern: str) -> list[dict[str, list[Span]]]:
        """The matches of a tree-sitter query over the file, as capture name to spans.

        Raises tree_sitter.QueryError on a malformed pattern.
        """
        cursor = tree_sitter.QueryCursor(tree_sitter.Query(language(), pattern))
        return [
            {name: [Span(n.start_byte, n.end_byte) for n in nodes] for name, nodes in captures.items()}
            for _, captures in cursor.matches(self._tree.root_node)
        ]

    @cached_property
    def line_starts(self) -> list[int]:
        """The byte offset at which each line starts."""
        starts = [0]
        at = self.text.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find(b"\n", at + 1)
        return starts

    def line(self, offset: int) -> int:
        """The 1-based line that holds byte ``offset``."""
        return bisect_right(self.line_starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and 1-based column in bytes, as Go's tools count them."""
        line = self.line(offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_span(self, line: int) -> Span:
        """The bytes of a 1-based line without its line ending."""
        start = self.line_starts[line - 1]
        end = self.text.find(b"\n", start)
        end = len(self.text) if end < 0 else end
        if end > start and self.text[end - 1 : end] == b"\r":
            end -= 1
        return Span(start, end)

    @cached_property
    def newline(self) -> bytes:
        """The file's line ending, by its first line."""
        first = self.text.find(b"\n")
        return b"\r\n" if first > 0 and self.text[first - 1 : first] == b"\r" else b"\n"


def _copy(top: tree_sitter.Node, text: bytes) -> Node:
    """Copy a tree-sitter subtree into Nodes, in one pass and without recursion."""
    cursor = top.walk()
    parent: Node | None = None
    root: Node | None = None
    while True:
        raw = cursor.node
        assert raw is not None
        node = Node(raw.type, raw.is_named, cursor.field_name, raw.start_byte, raw.end_byte, parent, text)
        node.has_error = raw.has_error
        if parent is None:
            root = root or node
        else:
            parent.children.append(node)
        if cursor.goto_first_child():
            parent = node
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                assert root is not None
                return root
            parent = parent.parent if parent is not None else None
