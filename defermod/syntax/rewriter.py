"""Edits by node: replace, insert, remove, imports; comments and layout are kept.

All places refer to the original text.  Edits that overlap raise EditError: two parts of a codemod disagree.
Inserted text is indented like the line where it is inserted; ``gofmt`` does the rest if the file was clean.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from defermod.model import Blocker, Edit, EditError, Fix, Hazard, Refusal, Safety, Span
from defermod.rewrite.layout import Layout
from defermod.syntax.imports import Imports
from defermod.syntax.matchers import Match
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

COMMENT_LOST = "comment-lost"
"""The code of a refusal: the fix would drop a comment."""
_LISTS = frozenset({"argument_list", "parameter_list", "expression_list", "literal_value", "type_arguments"})


class Rewriter:
    """The edits of one fix."""

    def __init__(self, source: Source, imports: Imports | None = None) -> None:
        self._source = source
        self._imports = imports or Imports(source)
        self._edits: list[Edit] = []
        self._lost: list[Span] = []
        self._added: list[tuple[str, str]] = []
        self._removed: list[str] = []

    def replace(self, place: Node | Match, new: str) -> Rewriter:
        """Replace a node by ``new``; or a match by ``new`` with its captures filled in (``$n``, ``$*body``)."""
        text = place.fill(new) if isinstance(place, Match) else new
        nodes = place.nodes if isinstance(place, Match) else (place,)
        self._drop_comments(nodes, text)
        span = place.span
        self._edits.append(Edit(span.start, span.end, self._bytes(text)))
        return self

    def insert_before(self, statement: Node, text: str) -> Rewriter:
        """Insert ``text``, one or more lines, before a statement or declaration and the comments that belong to it."""
        start = _with_comments_above(statement).start
        line = self._source.line_start(start)
        indent = self._source.text[line:start]
        if indent.strip():
            self._edits.append(Edit(statement.start, statement.start, self._bytes(f"{text.strip()}; ")))
        else:
            self._edits.append(Edit(line, line, self._lines(text, indent) + self._source.newline))
        return self

    def insert_after(self, statement: Node, text: str) -> Rewriter:
        """Insert ``text``, one or more lines, after a statement or declaration and the comment on its last line."""
        end = self._source.line_end(statement.end)
        rest = self._source.text[statement.end : end].strip()
        line = self._source.line_start(statement.start)
        head = self._source.text[line : statement.start]
        if (rest and not rest.startswith(b"//")) or head.strip():
            self._edits.append(Edit(statement.end, statement.end, self._bytes(f"; {text.strip()}")))
        else:
            self._edits.append(Edit(end, end, self._source.newline + self._lines(text, head)))
        return self

    def move_after(self, statement: Node, other: Node) -> Rewriter:
        """Move a statement, with the comments that belong to it, after a later one of the same list.

        A blank line below it is removed if there is one above it, or if nothing else is left between the two.
        """
        source = self._source
        first = _with_comments_above(statement).start
        start, end = source.line_start(first), source.line_end(statement.end)
        below = source.line_end(other.end)
        alone = not source.text[start:first].strip() and not source.text[other.end : below].strip()
        rest = source.text[statement.end : end].strip()
        if not alone or (rest and not rest.startswith(b"//")) or below <= end:
            self._edits.append(Edit(statement.start, other.start, b""))
            moved = b"; " + source.text[statement.start : statement.end]
            self._edits.append(Edit(other.end, other.end, moved))
            return self
        moved = source.text[start:end]
        gap = source.text[end : source.line_start(other.start)]
        until = source.line_start(other.start) if not gap.strip() else end + len(source.newline)
        self._edits.append(Edit(start, until, b""))
        self._edits.append(Edit(below, below, source.newline + moved))
        return self

    def insert(self, offset: int, text: str) -> Rewriter:
        """Insert ``text`` unchanged at a byte offset."""
        self._edits.append(Edit(offset, offset, self._bytes(text)))
        return self

    def cut(self, start: int, end: int) -> Rewriter:
        """Delete the bytes from ``start`` (included) to ``end`` (excluded) with the comments in them."""
        if start < end:
            self._edits.append(Edit(start, end, b""))
        return self

    def indent(self, node: Node) -> Rewriter:
        """Indent the lines that begin inside of a node by one more level; those of raw strings stay."""
        layout = Layout(self._source, node)
        self._edits += layout.deeper(node.span, layout.unit(node.start))
        return self

    def remove(self, node: Node) -> Rewriter:
        """Remove a statement or declaration with the lines that become empty, or an item of a list with its comma."""
        self._drop_comments((node,), "")
        span = _list_item(node) if node.parent is not None and node.parent.kind in _LISTS else self._whole_lines(node)
        self._edits.append(Edit(span.start, span.end, b""))
        return self

    def add_import(self, path: str, name: str = "") -> Rewriter:
        """Add an import of ``path`` unless the file has it under that name."""
        if (path, name) not in self._added:
            self._added.append((path, name))
        return self

    def remove_import(self, path: str) -> Rewriter:
        """Remove the import of ``path``."""
        if path not in self._removed:
            self._removed.append(path)
        return self

    def edits(self) -> tuple[Edit, ...]:
        """Return all edits, sorted.  Raises EditError if any two overlap."""
        return tuple(_checked([*self._edits, *self._header()]))

    def safe(self, title: str, proof: str, assumes: Iterable[str] = ()) -> Fix | Refusal:
        """Return a safe fix, justified by ``proof``; a refusal if a comment would be lost."""
        return self._fix(title, Safety.SAFE, (), proof, tuple(assumes))

    def unsafe(self, title: str, code: str, why: str, place: Node | None = None) -> Fix | Refusal:
        """Return an unsafe fix: ``code`` names the hazard, and ``why`` describes it."""
        hazard = Hazard(code, why, place.span if place is not None else None)
        return self._fix(title, Safety.UNSAFE, (hazard,), "", ())

    def _fix(
        self, title: str, safety: Safety, hazards: tuple[Hazard, ...], proof: str, assumes: tuple[str, ...]
    ) -> Fix | Refusal:
        if self._lost:
            blockers = tuple(Blocker(span, "the comment") for span in self._lost)
            return Refusal(COMMENT_LOST, "the rewrite has no place for a comment", blockers)
        edits = self.edits()
        if not edits:
            raise EditError(f"{title}: a fix without an edit")
        header = frozenset(self._header())
        return Fix(title, edits, safety, hazards, assumes, proof, header=tuple(e for e in edits if e in header))

    def _header(self) -> list[Edit]:
        return self._imports.edits(self._added, self._removed)

    def _drop_comments(self, nodes: Iterable[Node], text: str) -> None:
        for node in nodes:
            self._lost += [comment.span for comment in node.find("comment") if comment.text not in text]

    def _lines(self, text: str, indent: bytes) -> bytes:
        lines = textwrap.dedent(text).strip("\n").split("\n")
        return self._source.newline.join(
            indent + line.encode("utf-8", "surrogateescape") if line else b"" for line in lines
        )

    def _bytes(self, text: str) -> bytes:
        made = text.encode("utf-8", "surrogateescape")
        return made if self._source.newline == b"\n" else made.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def _whole_lines(self, node: Node) -> Span:
        text = self._source.text
        start, end = self._source.line_start(node.start), self._source.line_end(node.end)
        if text[start : node.start].strip() or text[node.end : end].strip(b" \t;"):
            semicolon = text[node.end : end].lstrip(b" \t")
            skipped = end - node.end - len(semicolon)
            return Span(node.start, node.end + skipped + 1) if semicolon.startswith(b";") else node.span
        return Span(start, text.find(b"\n", end) + 1 or len(text))


def _checked(edits: Iterable[Edit]) -> list[Edit]:
    ordered = sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
    at = 0
    for edit in ordered:
        if edit.start < at:
            raise EditError(f"edit {edit.start}-{edit.end} overlaps an earlier one")
        at = edit.end
    return ordered


def _with_comments_above(node: Node) -> Node:
    """The first of the whole-line comments directly above, or the node itself."""
    text = node.tree.text
    siblings = list(node.parent.children) if node.parent is not None else [node]
    first = node
    for before in reversed(siblings[: siblings.index(node)]):
        gap = text[before.end : first.start]
        if before.kind == "comment" and gap.count(b"\n") == 1 and not gap.strip() and _begins_line(before):
            first = before
        elif before.kind not in ("\n", "comment") or before.kind == "comment":
            break
    return first


def _begins_line(node: Node) -> bool:
    text = node.tree.text
    return not text[text.rfind(b"\n", 0, node.start) + 1 : node.start].strip()


def _list_item(node: Node) -> Span:
    assert node.parent is not None
    items = node.parent.named_children
    at = items.index(node)
    if at + 1 < len(items):
        return Span(node.start, items[at + 1].start)
    return Span(items[at - 1].end, node.end) if at else node.span
