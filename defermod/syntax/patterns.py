"""Go snippets as patterns: ``for $i := 0; $i < $n; $i++ { $*body }``.

- ``$name`` stands for one node, the same text wherever the name stands again; ``$_`` for any one node.
- ``$*name`` stands for any number of list items: statements, arguments, parameters, results; ``$*_`` likewise.
- Everything else stands for itself.  Comments, line ends and trailing commas of the source are ignored.

A snippet is parsed as an expression, one or more statements, a declaration or a type: the first that succeeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from defermod.model import Span
from defermod.syntax.matchers import Captures, Match, Matcher
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

_VARIABLE = re.compile(r"\$(\*?)([A-Za-z_][A-Za-z0-9_]*)")
_ONE, _MANY = "defermodOne_", "defermodMany_"
_FLAT = frozenset({"statement_list", "expression_list"})
_WRAPPERS = frozenset({"expression_statement", "parameter_declaration", "type_elem", "literal_element"})
"""Nodes that contain nothing but a variable, and so represent it."""
_PASSED_OVER = frozenset({"comment", ",", "\n", "\0"})
_FRAMES = (
    ("package p\n\nvar _ = ", "\n", ("var_declaration", "var_spec", "expression_list")),
    ("package p\n\nfunc _() {\n", "\n}\n", ("function_declaration", "block", "statement_list")),
    ("package p\n\n", "\n", ()),
    ("package p\n\nvar _ ", "\n", ("var_declaration", "var_spec")),
)


class PatternError(ValueError):
    """A snippet that is not Go."""


class Pattern(Matcher):
    """A compiled snippet.  A pattern of several statements matches consecutive statements anywhere in a block."""

    def __init__(self, snippet: str) -> None:
        """Raises PatternError if the snippet is neither an expression, statements, a declaration nor a type."""
        self.snippet = snippet
        self.names = frozenset(name for _, name in _VARIABLE.findall(snippet) if name != "_")
        self._parts = _parse(snippet)

    def __repr__(self) -> str:
        return f"Pattern({self.snippet!r})"

    def captured(self, node: Node) -> Captures | None:
        found = self.match(node)
        return dict(found.captures) if found is not None else None

    def match(self, node: Node | None) -> Match | None:
        if node is None:
            return None
        if len(self._parts) > 1 or _many(self._parts[0]):
            siblings = _flat(node.parent) if node.parent is not None else [node]
            return self._in_row(siblings[siblings.index(node) :]) if node in siblings else None
        state = _State()
        return self._made((node,), state) if _node(self._parts[0], node, state) else None

    def find_all(self, top: Node) -> Iterator[Match]:
        kinds = {part.kind for part in self._parts[:1] if not _variable(part)}
        for node in top.find(*kinds) if kinds else (node for node in top.walk() if node.named):
            if (found := self.match(node)) is not None:
                yield found

    def _in_row(self, nodes: Sequence[Node]) -> Match | None:
        """The match of the statements that ``nodes`` begin with."""
        for count in range(1, len(nodes) + 1):
            state = _State()
            if _list(self._parts, nodes[:count], state, nodes[0].start, nodes[count - 1].end):
                return self._made(tuple(node for node in nodes[:count] if node.named), state)
        return None

    def _made(self, nodes: tuple[Node, ...], state: _State) -> Match:
        return Match(nodes, state.captures, state.gaps)


@lru_cache(maxsize=1024)
def pattern(snippet: str) -> Pattern:
    """Return the pattern for a snippet, which is compiled once.  Raises PatternError."""
    return Pattern(snippet)


class _State:
    __slots__ = ("captures", "gaps")

    def __init__(self) -> None:
        self.captures: Captures = {}
        self.gaps: dict[str, Span] = {}

    def saved(self) -> tuple[Captures, dict[str, Span]]:
        return dict(self.captures), dict(self.gaps)

    def restore(self, saved: tuple[Captures, dict[str, Span]]) -> None:
        self.captures, self.gaps = dict(saved[0]), dict(saved[1])

    def take(self, name: str, nodes: Sequence[Node], gap: Span | None = None) -> bool:
        """Capture the nodes; return False if the name has captured something else."""
        if name == "_":
            return True
        old = self.captures.get(name)
        if old is not None:
            return [_words(node) for node in old] == [_words(node) for node in nodes]
        self.captures[name] = tuple(nodes)
        if gap is not None:
            self.gaps[name] = gap
        return True


def _words(node: Node) -> list[str]:
    """The tokens of a node: two nodes with the same ones mean the same."""
    return [inner.text for inner in node.walk() if not inner.children and inner.kind not in _PASSED_OVER]


def _parse(snippet: str) -> list[Node]:
    """The snippet's nodes."""
    text = _VARIABLE.sub(lambda found: (_MANY if found[1] else _ONE) + found[2], snippet.strip())
    for before, after, way in _FRAMES:
        root = Source((before + text + after).encode()).root
        if root.has_error:
            continue
        top: Node | None = root
        for kind in way:
            top = top.child(kind) if top is not None else None
        if top is None:
            continue
        if way[-1:] == ("var_spec",):
            held = top.get("type")
            parts = [held] if held is not None else []
        else:
            parts = [node for node in top.named_children if node.start >= len(before.encode())]
        if way[-1:] == ("expression_list",) and len(parts) != 1:
            continue
        if parts:
            return parts
    raise PatternError(f"no Go expression, statement, declaration or type: {snippet!r}")


def _flat(node: Node) -> list[Node]:
    """Return the significant children; lists are replaced by their items."""
    found: list[Node] = []
    for child in node.children:
        if child.kind in _FLAT:
            found += _flat(child)
        elif child.kind not in _PASSED_OVER and not (child.kind == ";" and node.kind == "statement_list"):
            found.append(child)
    return found


def _bare(part: Node) -> Node:
    while part.kind in _WRAPPERS and len(_flat(part)) == 1:
        part = _flat(part)[0]
    return part


def _variable(part: Node) -> str:
    text = _bare(part).text
    return text.removeprefix(_ONE) if text.startswith(_ONE) and text.isidentifier() else ""


def _many(part: Node) -> str:
    text = _bare(part).text
    return text.removeprefix(_MANY) if text.startswith(_MANY) and text.isidentifier() else ""


def _node(part: Node, node: Node, state: _State) -> bool:
    if name := _variable(part):
        return node.named and state.take(name, [node])
    if part.kind != node.kind:
        return False
    parts, nodes = _flat(part), _flat(node)
    if not parts or not nodes:
        return not parts and not nodes and part.text == node.text
    return _list(parts, nodes, state, node.start, node.end)


def _list(parts: Sequence[Node], nodes: Sequence[Node], state: _State, start: int, end: int) -> bool:
    """Match a list; ``start`` and ``end`` bound what belongs to it, in bytes."""
    if not parts:
        return not nodes
    name = _many(parts[0])
    if not name:
        if not nodes or len(parts) > len(nodes) + sum(bool(_many(part)) for part in parts):
            return False
        saved = state.saved()
        if _node(parts[0], nodes[0], state) and _list(parts[1:], nodes[1:], state, nodes[0].end, end):
            return True
        state.restore(saved)
        return False
    most = next((at for at, node in enumerate(nodes) if not node.named), len(nodes))
    for count in range(most, -1, -1):
        saved = state.saved()
        gap = Span(start, nodes[count].start if count < len(nodes) else end) if _statements(parts[0]) else None
        after = nodes[count - 1].end if count else start
        if state.take(name, nodes[:count], gap) and _list(parts[1:], nodes[count:], state, after, end):
            return True
        state.restore(saved)
    return False


def fill(template: str, found: Match) -> str:
    """Return ``template`` with the captures' source texts; a list of statements keeps its comments and blank lines.

    Raises KeyError for a variable without a capture.
    """
    text = found.node.tree.text

    def one(variable: re.Match[str]) -> str:
        nodes = found.captures[variable["name"]]
        gap = found.gaps.get(variable["name"])
        braced = template[: variable.start()].endswith("{") and template[variable.end() :].startswith("}")
        if gap is not None:
            held = text[gap.start : gap.end].decode("utf-8", "surrogateescape")
            return held if braced else held.strip()
        held = text[nodes[0].start : nodes[-1].end].decode("utf-8", "surrogateescape") if nodes else ""
        return variable["before"] + held + variable["after"]

    return _IN_TEMPLATE.sub(one, template)


_IN_TEMPLATE = re.compile(r"(?P<before>(?:(?<=\{)\s*(?=\$\*))?)\$\*?(?P<name>[A-Za-z_]\w*)(?P<after>(?:\s*(?=\}))?)")


def _statements(part: Node) -> bool:
    """Return True if the variable represents statements."""
    return part.kind == "expression_statement"


__all__ = ["Pattern", "PatternError", "pattern"]
