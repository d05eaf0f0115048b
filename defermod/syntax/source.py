"""A Go file: bytes, line index and the tree; the only module that imports tree_sitter."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from sys import intern
from threading import local

import tree_sitter
import tree_sitter_go

from defermod.model import Span
from defermod.syntax.pieces import Patience, Piece, pieces
from defermod.syntax.tree import Node, Tree
from defermod.syntax.unknown import understandable

MAX_BYTES = 1 << 31
"""tree-sitter counts bytes in 32 bits."""


@lru_cache(maxsize=1)
def language() -> tree_sitter.Language:
    """The Go grammar."""
    return tree_sitter.Language(tree_sitter_go.language())


_threads = local()


def _parser() -> tree_sitter.Parser:
    """Return this thread's parser, as a parser handles one text at a time."""
    if not hasattr(_threads, "parser"):
        _threads.parser = tree_sitter.Parser(language())
    parser: tree_sitter.Parser = _threads.parser
    return parser


def _parse(text: bytes) -> tree_sitter.Tree:
    """The tree of a text: of one that the grammar understands better, if it fails and there is one."""
    tree = _parser().parse(text)
    if not tree.root_node.has_error:
        return tree
    other = understandable(text, lambda part: _parser().parse(part).root_node.has_error)
    if other == text:
        return tree
    better = _parser().parse(other)
    return better if _spoilt(better) < _spoilt(tree) else tree


def _spoilt(tree: tree_sitter.Tree) -> int:
    """The bytes of the declarations in which the grammar failed."""
    return sum(node.end_byte - node.start_byte for node in tree.root_node.children if node.has_error)


@dataclass(frozen=True, slots=True)
class Outline:
    """A top-level declaration of which only the bounds are known; ``node`` makes its nodes."""

    start: int
    end: int
    has_error: bool
    _raw: tree_sitter.Node
    _text: bytes
    _base: int = 0
    """The offset in the file at which the parsed text begins."""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def name(self) -> str | None:
        """The name of a function or method; None for other declarations."""
        name = self._raw.child_by_field_name("name")
        if name is None:
            return None
        return self._text[self._base + name.start_byte : self._base + name.end_byte].decode("utf-8", "replace")

    @property
    def text(self) -> bytes:
        return self._text[self.start : self.end]

    def node(self) -> Node:
        """The declaration as nodes; made anew at each call."""
        return _copy(self._raw, self._text, self._base)


_DECLARATION = re.compile(rb"^(?:const|func|type|var)\b", re.MULTILINE)


class Source:
    """The text of one file and its lossless syntax tree: every byte belongs to a token or lies between two."""

    def __init__(self, text: bytes, suspects: Callable[[bytes], Iterable[Span]] | None = None) -> None:
        """``suspects``: parse only the declarations that these places lie in.

        A place begins between two declarations; one that holds several is asked about piece by piece.
        Then only what was parsed has outlines and errors; if it has errors, everything is parsed after all.
        Raises ValueError for a text of 2 GiB or more.
        """
        if len(text) >= MAX_BYTES:
            raise ValueError("file of 2 GiB or more")
        self.text = text
        self._parsed: list[tuple[int, tree_sitter.Tree]] = []
        """The trees in order, each with the offset of the text that it is of."""
        self._whole = suspects is None or not self._parse_some(suspects) or self.has_error
        if self._whole:
            self._parsed = [(0, self._tree)]

    def _parse_some(self, suspects: Callable[[bytes], Iterable[Span]]) -> bool:
        """Parse the declarations at the places; reports whether their bounds could be determined."""
        done, patience = 0, Patience.with_text(self.text)
        for place in sorted(suspects(self.text)):
            found = pieces(self.text, max(place.start, done), place.end, patience)
            if found is None:
                return False
            for piece in found:
                part = self.text[piece.start : piece.end]
                if len(found) == 1 or any(True for _ in suspects(part)):
                    self._parsed.append((piece.start, _parse(part)))
                done = piece.end
        return True

    @cached_property
    def _left_out(self) -> dict[bytes, list[Piece]] | None:
        """The unparsed pieces, by the names that may be declared in them; None if they can't be determined."""
        parsed = {start for start, _ in self._parsed}
        found = pieces(self.text)
        if found is None:
            return None
        by_name: dict[bytes, list[Piece]] = {}
        for piece in found:
            if piece.start not in parsed:
                for name in piece.names():
                    by_name.setdefault(name, []).append(piece)
        return by_name

    @cached_property
    def _tree(self) -> tree_sitter.Tree:
        """The tree of the whole text."""
        return _parse(self.text)

    @cached_property
    def root(self) -> Node:
        """The whole file as nodes."""
        return _copy(self._tree.root_node, self.text)

    def part(self, places: Iterable[Span]) -> Node:
        """A ``source_file`` that has nothing but the declarations that these places lie in, without those with errors.

        Made anew at each call; it takes a copy of these declarations, where ``root`` takes one of the whole file.
        """
        wanted = sorted(places)
        starts = [place.start for place in wanted]
        ends = list(accumulate((place.end for place in wanted), max))

        def is_wanted(span: Span) -> bool:
            before = bisect_left(starts, span.end)
            return before > 0 and ends[before - 1] > span.start

        tree = Tree(self.text)
        top = Node("source_file", True, None, 0, len(self.text), None, tree, 0)
        tree.nodes.append(top)
        top.children = [
            _copy(outline._raw, self.text, outline._base, top)
            for outline in self._outlines
            if not outline.has_error and is_wanted(outline.span)
        ]
        top.last = len(tree.nodes)
        return top

    def declarations(self, concerns: Callable[[bytes], bool] = lambda _: True) -> Iterator[Node]:
        """Yield the top-level declarations whose bytes satisfy ``concerns``, as nodes.

        A tree spoilt by an error still has the declarations around it: each says for itself
        whether it ``has_error``.
        """
        return (outline.node() for outline in self.outlines(concerns))

    def outlines(self, concerns: Callable[[bytes], bool] = lambda _: True) -> Iterator[Outline]:
        """Yield the same declarations without making nodes."""
        return (outline for outline in self._outlines if concerns(outline.text))

    @cached_property
    def header(self) -> tuple[Outline, ...]:
        """The package clause and the imports, parsed or not so far."""
        found: Iterable[Outline] = self._outlines
        if not self._whole:
            tree = _parse(self.text[: self._header_end()])
            found = _outlined(self._tree if tree.root_node.has_error else tree, self.text, 0)
        return tuple(outline for outline in found if outline.text.startswith((b"package", b"import")))

    def _header_end(self) -> int:
        """Return the byte offset of what looks like the first declaration.

        If a comment holds that, what stands before it has a syntax error.
        """
        first = _DECLARATION.search(self.text)
        return first.start() if first is not None else len(self.text)

    def functions(self, name: str) -> Iterator[Outline]:
        """Yield the functions and methods with this name anywhere in the file."""
        yield from self._by_name.get(name, ())
        if self._whole or not _may_be_declared(name, self.text):
            return
        parsed = {outline.start for outline in self._outlines}
        if self._left_out is None:
            found = _outlined(self._tree, self.text, 0)
            yield from (one for one in found if one.name == name and one.start not in parsed)
            return
        for piece in self._left_out.get(name.encode(), ()):
            tree = _parse(self.text[piece.start : piece.end])
            yield from (one for one in _outlined(tree, self.text, piece.start) if one.name == name)

    @cached_property
    def _by_name(self) -> dict[str, list[Outline]]:
        found: dict[str, list[Outline]] = {}
        for outline in self._outlines:
            if outline.name is not None:
                found.setdefault(outline.name, []).append(outline)
        return found

    @cached_property
    def _outlines(self) -> list[Outline]:
        return [one for base, tree in self._parsed for one in _outlined(tree, self.text, base)]

    def comments(self) -> list[Span]:
        """The spans of the file's comments, in order."""
        cursor = tree_sitter.QueryCursor(tree_sitter.Query(language(), "(comment) @c"))
        nodes = cursor.captures(self._tree.root_node).get("c", [])
        return sorted(Span(node.start_byte, node.end_byte) for node in nodes)

    @property
    def has_error(self) -> bool:
        """True if the parsed part of the file has a syntax error."""
        return any(tree.root_node.has_error for _, tree in self._parsed)

    def errors(self) -> list[Span]:
        """Return the spans of syntax errors: ERROR nodes, and places where the parser has inserted a missing token.

        Where it invented one inside a token that has no node of its own: the smallest node around it.
        """
        found: list[Span] = []
        for base, tree in self._parsed:
            stack = [tree.root_node]
            while stack:
                node = stack.pop()
                below = [child for child in node.children if child.has_error] if node.has_error else []
                if node.is_error or node.is_missing or (node.has_error and not below):
                    found.append(Span(base + node.start_byte, base + node.end_byte))
                else:
                    stack.extend(reversed(below))
        return sorted(found)

    @cached_property
    def line_starts(self) -> list[int]:
        """The byte offset at which each line starts."""
        starts = [0]
        at = self.text.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find(b"\n", at + 1)
        return starts

    def line_start(self, offset: int) -> int:
        """The offset at which the line of byte ``offset`` starts; without the index that ``line`` needs."""
        return self.text.rfind(b"\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """The offset at which the line of byte ``offset`` ends, its line ending left out."""
        end = self.text.find(b"\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > offset and self.text[end - 1 : end] == b"\r" else end

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
        return Span(start, self.line_end(start))

    @cached_property
    def newline(self) -> bytes:
        """The file's line ending, by its first line."""
        first = self.text.find(b"\n")
        return b"\r\n" if first > 0 and self.text[first - 1 : first] == b"\r" else b"\n"


_AFTER_NAME = re.compile(rb"[^\w\x80-\xff]")
_BLANKS = b" \t\r\n"


def _may_be_declared(name: str, text: bytes) -> bool:
    """Return True if the name stands anywhere after ``func``, a closing parenthesis or a comment."""
    word = name.encode()
    at = text.find(word)
    looked, line, comment = 0, 0, -1  # up to where; where the last line and the last comment before that begin
    while at >= 0:
        if _AFTER_NAME.match(text, at + len(word)):
            near = text[max(0, at - _NEAR) : at]
            before = near.rstrip(_BLANKS)
            end = at - len(near) + len(before)
            line = max(line, text.rfind(b"\n", looked, end) + 1)
            comment = max(comment, text.rfind(b"//", max(looked - 1, 0), end))
            if not before or before.endswith((b"func", b")", b"*/")) or comment >= line:
                return True
            looked = end
        at = text.find(word, at + 1)
    return False


_NEAR = 80
"""Bytes before a name that are looked at."""


@lru_cache(maxsize=1)
def _fields() -> dict[int | None, str | None]:
    """The grammar's field names by their number; what is in no field has None for one."""
    names: dict[int | None, str | None] = {None: None, 0: None}
    return names | {number: language().field_name_for_id(number) for number in range(1, language().field_count + 1)}


def _outlined(tree: tree_sitter.Tree, text: bytes, base: int) -> Iterator[Outline]:
    """All but the comments, which are no declarations and may be very many."""
    for child in tree.root_node.children:
        if child.is_named and child.type != "comment":
            yield Outline(base + child.start_byte, base + child.end_byte, child.has_error, child, text, base)


_kinds: dict[int, tuple[str, bool]] = {}
"""The name of each kind of node that was met, and whether it is named, by the grammar's number."""


def _copy(top: tree_sitter.Node, text: bytes, base: int = 0, above: Node | None = None) -> Node:
    """Copy a tree-sitter subtree into Nodes, in one pass and without recursion.

    ``base``: the offset in ``text`` of what was parsed; ``above``: the node to put the copy under, last in its tree.
    """
    tree = Tree(text) if above is None else above.tree
    first = len(tree.nodes)
    fields = _fields()
    kinds = _kinds
    nodes = tree.nodes
    spoilt = top.has_error
    cursor = top.walk()
    parent = above
    siblings: list[Node] = []
    outer: list[list[Node]] = []
    while True:
        raw = cursor.node
        assert raw is not None
        number = raw.kind_id
        if number not in kinds:
            kinds[number] = intern(raw.type), raw.is_named
        kind, named = kinds[number]
        start, end = raw.byte_range
        node = Node(kind, named, fields[cursor.field_id], base + start, base + end, parent, tree, len(nodes))
        nodes.append(node)
        siblings.append(node)
        if spoilt:
            node.has_error = raw.has_error
        if cursor.goto_first_child():
            parent = node
            outer.append(siblings)
            node.children = siblings = []
            continue
        while not cursor.goto_next_sibling():
            if parent is above or parent is None:
                _mend_calls(tree, first)
                return node
            cursor.goto_parent()
            parent.last = len(nodes)
            node, parent = parent, parent.parent
            siblings = outer.pop()


def _mend_calls(tree: Tree, first: int) -> None:
    """Make calls of what the grammar takes for conversions to a generic type: ``keep[*os.File](f)``.

    Only from the node at index ``first`` on.  Which of the two it is only types can tell, and whoever takes a call for
    a conversion overlooks what it does.  The nodes become those of ``keep[int, string](f)``, which the grammar does
    take for a call.
    """
    for node in [node for node in tree.nodes[first:] if node.kind == "type_conversion_expression"]:
        generic, *rest = node.children
        name, types = generic.get("type"), generic.get("type_arguments")
        bracket = next((part for part in rest if part.kind == "("), None)
        if generic.kind != "generic_type" or node.has_error or name is None or types is None or bracket is None:
            continue
        before, rest = rest[: rest.index(bracket)], rest[rest.index(bracket) :]  # comments may stand anywhere
        inside = tree.nodes[generic.index + 1 : bracket.index]
        for moved in inside:
            moved.index -= 1
            moved.last -= 1
        tree.nodes[generic.index : bracket.index] = [*inside, generic]
        node.kind, node.children = "call_expression", [*generic.children, *before, generic]
        for part in generic.children:
            part.parent = node
        name.field, types.field = "function", "type_arguments"
        _name_as_value(name)
        arguments = generic
        arguments.kind, arguments.field, arguments.children = "argument_list", "arguments", rest
        arguments.start, arguments.end = bracket.start, node.end
        arguments.index, arguments.last = bracket.index - 1, node.last
        for part in rest:
            part.parent, part.field = arguments, None


def _name_as_value(name: Node) -> None:
    """``keep`` and ``pkg.Keep`` as the names of functions, not of types."""
    if name.kind == "type_identifier":
        name.kind = "identifier"
    elif name.kind == "qualified_type":
        package, member = name.need("package"), name.need("name")
        name.kind = "selector_expression"
        package.kind, package.field = "identifier", "operand"
        member.kind, member.field = "field_identifier", "field"
