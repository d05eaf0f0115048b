"""Scopes and bindings of one top-level declaration, by the block rules of the Go specification.

Preconditions:
- the declaration has no syntax error;
- names that no scope of the declaration declares belong to the file, the package or the universe
  and have no ``Binding``: what they mean is for type facts to say.

Not handled: a struct literal's keys look like uses of variables (only types can tell them apart);
they are resolved as uses, which makes every question asked of uses more cautious.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from defermod.golang.defuse import address_taken, assigns
from defermod.syntax.tree import Node

FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})
LOOP = "for_statement"
_SCOPED = FUNCTIONS | {
    "block",
    "if_statement",
    LOOP,
    "expression_switch_statement",
    "type_switch_statement",
    "select_statement",
    "expression_case",
    "type_case",
    "default_case",
    "communication_case",
}
_NAMES = frozenset({"identifier", "type_identifier", "package_identifier"})
_DECLARING = frozenset(
    {"short_var_declaration", "var_spec", "const_spec", "type_spec", "type_alias", "range_clause", "receive_statement"}
)
_OF_INTEREST = _NAMES | _SCOPED | _DECLARING


@dataclass(eq=False, slots=True)
class Binding:
    """One declared entity.  Compared by identity."""

    name: str
    kind: str
    """``param``, ``receiver``, ``result``, ``var``, ``range``, ``const``, ``type``, ``typeparam``."""
    node: Node
    """The declaring identifier."""
    function: Node | None
    """The function (declaration or literal) that it belongs to; None at package level."""
    uses: list[Node] = field(default_factory=list)
    """Every identifier that means it, the declaring one and later ``:=`` of it included, in source order."""

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} at {self.node.start}>"


class Assignments:
    """The assignments to a variable, in an order that can be searched."""

    __slots__ = ("_address_taken", "_binding", "_functions", "_starts")

    def __init__(self, binding: Binding) -> None:
        assigning = [use for use in binding.uses if assigns(use)]
        self._binding = binding
        self._starts = sorted(use.start for use in assigning)
        self._functions = {enclosing_function(use) for use in assigning}
        self._address_taken = any(address_taken(use) for use in binding.uses)

    def between(self, start: int, end: int) -> bool:
        """Return True if an assignment starts at a byte from ``start`` (included) to ``end`` (excluded)."""
        at = bisect_left(self._starts, start)
        return at < len(self._starts) and self._starts[at] < end

    def after(self, start: int) -> bool:
        """Return True if an assignment starts after byte ``start``."""
        return bool(self._starts) and self._starts[-1] > start

    def outside(self, function: Node | None) -> bool:
        """Return True if anything but assignments in ``function`` itself, not its literals, can change the variable."""
        if self._address_taken or self._functions - {function}:
            return True
        declared_here = enclosing_function(self._binding.node) is function
        return not declared_here and any(assigns(use) for use in self._binding.uses[1:])


class Scope:
    """One block of the source and the names it declares."""

    __slots__ = ("names", "node", "parent")

    def __init__(self, node: Node, parent: Scope | None) -> None:
        self.node = node
        self.parent = parent
        self.names: dict[str, list[tuple[int, Binding]]] = {}

    @property
    def declared(self) -> Mapping[str, list[tuple[int, Binding]]]:
        """The names that the block declares; each clause of a type switch declares the switch's own variable, too."""
        around = self.parent
        if around is None or around.node.kind != "type_switch_statement" or self.node.parent is not around.node:
            return self.names
        return {name: found for name, found in around.names.items() if _is_alias(found[-1][1].node)} | self.names

    def lookup(self, name: str, offset: int) -> Binding | None:
        """Return what ``name`` means at byte ``offset``, here or further out."""
        scope: Scope | None = self
        while scope is not None:
            for visible_from, binding in reversed(scope.names.get(name, ())):
                if visible_from <= offset:
                    return binding
            scope = scope.parent
        return None


class Scopes:
    """The scopes of ``root``, a top-level declaration."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.of: dict[Node, Binding] = {}
        """The binding of each identifier of the declaration; file, package and universe names are absent."""
        self.bindings: list[Binding] = []
        self._scopes: dict[Node, Scope] = {}
        self._assignments: dict[Binding, Assignments] = {}
        self._outermost = Scope(root, None)
        self._resolve(self._declare_all())

    def scope_at(self, node: Node) -> Scope:
        """The innermost scope that ``node`` stands in (the one it opens, if it opens one)."""
        current: Node | None = node
        while current is not None:
            scope = self._scopes.get(current)
            if scope is not None:
                return scope
            current = current.parent
        return self._outermost

    def meaning(self, name: str, node: Node) -> Binding | None:
        """Return what ``name`` would mean in a statement put where ``node`` starts."""
        parent = node.parent
        return self.scope_at(parent if parent is not None else node).lookup(name, node.start)

    @cached_property
    def first_of(self) -> dict[str, Binding]:
        """The first binding of each name that has one, in the order of ``bindings``."""
        found: dict[str, Binding] = {}
        for binding in self.bindings:
            found.setdefault(binding.name, binding)
        return found

    @cached_property
    def redeclared_constants(self) -> list[Node]:
        """Each ``true``, ``false`` and ``nil`` that is declared anew; the grammar has no identifier for those."""
        return [node for node in self.root.find("true", "false", "nil") if _declared(node)]

    @cached_property
    def used_names(self) -> frozenset[str]:
        """Every name that the declaration mentions anywhere: a fresh name must not be one of them."""
        kinds = _NAMES | {"field_identifier", "label_name"}
        return frozenset(node.text for node in self.root.find(*kinds))

    def assignments(self, binding: Binding) -> Assignments:
        """The assignments to a variable, sorted when first asked for."""
        if binding not in self._assignments:
            self._assignments[binding] = Assignments(binding)
        return self._assignments[binding]

    def results(self, function: Node) -> list[Binding]:
        """The named results of a function, blank ones included, in order; empty if unnamed."""
        return [b for b in self.bindings if b.kind == "result" and b.function is function]

    def declare(self, name: Node, kind: str, visible_from: int, scope: Scope, *, redeclares: bool) -> None:
        """Enter a declared name into ``scope``; ``redeclares``: unless that scope has it already."""
        if name.text == "_" and kind != "result":
            return
        if redeclares and (earlier := scope.declared.get(name.text)):
            self.of[name] = earlier[-1][1]
            return
        binding = Binding(name.text, kind, name, enclosing_function(name))
        self.bindings.append(binding)
        self.of[name] = binding
        if name.text != "_":  # a blank result has a place, and no name that anything could mean
            scope.names.setdefault(name.text, []).append((visible_from, binding))

    def open(self, node: Node, parent: Scope) -> Scope:
        """Make the scope that ``node`` opens inside ``parent``."""
        self._scopes[node] = Scope(node, parent)
        return self._scopes[node]

    def _declare_all(self) -> list[tuple[Node, Scope]]:
        """Open the scopes and declare the names, in source order; the identifiers, each with its innermost scope."""
        identifiers: list[tuple[Node, Scope]] = []
        scope = self._outermost
        for node in self.root.walk():
            if node.kind not in _OF_INTEREST:
                continue
            while scope.parent is not None and scope.node.last <= node.index:
                scope = scope.parent
            if node.kind in _NAMES:
                if not _names_nothing(node):
                    identifiers.append((node, scope))
                continue
            if _opens_scope(node):
                scope = self.open(node, scope)
            for name, kind, visible_from in _declared_by(node):
                self.declare(name, kind, visible_from, scope, redeclares=_redeclares(node))
        return identifiers

    def _resolve(self, identifiers: list[tuple[Node, Scope]]) -> None:
        for node, scope in identifiers:
            binding = self.of.get(node)
            if binding is None:
                binding = scope.lookup(node.text, node.start)
            if binding is not None:
                self.of[node] = binding
                binding.uses.append(node)


def _is_alias(name: Node) -> bool:
    """Return True if a declared name is the variable of a type switch."""
    return name.parent is not None and name.parent.field == "alias"


def _declared(node: Node) -> bool:
    """Return True if the constant's name, which the grammar always takes for the constant, names a variable."""
    parent = node.parent
    if parent is None or parent.kind != "expression_list":
        return node.field == "name"
    return parent.field == "left" and parent.parent is not None and parent.parent.kind == "short_var_declaration"


def _names_nothing(node: Node) -> bool:
    """The ``Name`` of ``pkg.Name``, and a parameter's name in a function type: no scope has a say in them."""
    parent = node.parent
    if node.field != "name" or parent is None:
        return False
    if parent.kind == "qualified_type":
        return True
    if parent.kind not in ("parameter_declaration", "variadic_parameter_declaration"):
        return False
    owner = parent.parent.parent if parent.parent is not None else None
    return owner is not None and owner.kind not in FUNCTIONS


def _opens_scope(node: Node) -> bool:
    """A function's body is no scope of its own: parameters and the body's names share one block."""
    return node.kind in _SCOPED and not (node.kind == "block" and node.parent and node.parent.kind in FUNCTIONS)


def _redeclares(node: Node) -> bool:
    """``:=`` assigns to what its own block has declared already."""
    return node.kind == "short_var_declaration"


def _declared_by(node: Node) -> Iterator[tuple[Node, str, int]]:
    """The names that ``node`` itself declares: (identifier, kind, offset from which it is visible)."""
    match node.kind:
        case "short_var_declaration":
            for name in node.need("left").named_children:
                if name.kind == "identifier":
                    yield name, "var", node.end
        case "var_spec" | "const_spec":
            for name in node.all("name"):
                yield name, "var" if node.kind == "var_spec" else "const", node.end
        case "type_spec" | "type_alias":
            name = node.need("name")
            yield name, "type", name.start
        case "range_clause" | "receive_statement":
            left = node.get("left")
            if left is not None and any(child.kind == ":=" for child in node.children):
                for name in left.named_children:
                    if name.kind == "identifier":
                        yield name, "range" if node.kind == "range_clause" else "var", node.end
        case "type_switch_statement":
            alias = node.get("alias")
            if alias is not None:
                for name in alias.named_children:
                    yield name, "var", node.need("value").end
        case "function_declaration" | "method_declaration" | "func_literal":
            yield from _parameters(node)


def _parameters(function: Node) -> Iterator[tuple[Node, str, int]]:
    body = function.get("body")
    for group, kind in (("receiver", "receiver"), ("parameters", "param"), ("result", "result")):
        params = function.get(group)
        if params is None or params.kind != "parameter_list":
            continue
        for declaration in params.named_children:
            for name in declaration.all("name"):
                yield name, kind, body.start if body is not None else function.end
        if kind == "receiver":
            for argument in params.find("type_arguments"):
                for name in argument.find("type_identifier"):
                    yield name, "typeparam", function.start
    for declaration in function.children:
        if declaration.kind == "type_parameter_list":
            for parameter in declaration.named_children:
                for name in parameter.all("name"):
                    yield name, "typeparam", function.start


def enclosing_function(node: Node) -> Node | None:
    """The innermost function around ``node`` (not ``node`` itself)."""
    return next((up for up in node.ancestors() if up.kind in FUNCTIONS), None)


def running_function(node: Node) -> Node | None:
    """The function in whose run ``node`` runs: as above, but a literal that is called where it stands is part of it."""
    function = enclosing_function(node)
    while function is not None and called_in_place(function):
        function = enclosing_function(function)
    return function


def called_in_place(literal: Node) -> bool:
    """``func() { ... }()``, and no ``go`` or ``defer`` before it."""
    call = literal.parent
    if call is None or call.kind != "call_expression" or literal.field != "function":
        return False
    return call.parent is not None and call.parent.kind not in ("go_statement", "defer_statement")


def own_nodes(top: Node) -> Iterator[Node]:
    """``top`` and what lies below it, function literals and what is in them left out.

    ``top`` itself may be a function literal.
    """
    return top.without("func_literal")


def root_name(node: Node) -> Node | None:
    """The identifier at the root of ``a.b[i].c``, ``(*a).b``, ``&a``, ``a.(T)``; None if there is none."""
    current: Node | None = node
    while current is not None:
        match current.kind:
            case "identifier":
                return current
            case "selector_expression" | "index_expression" | "slice_expression" | "type_assertion_expression":
                current = current.get("operand")
            case "unary_expression":
                current = current.get("operand") if current.children[0].kind in ("&", "*") else None
            case "parenthesized_expression":
                current = next(iter(current.named_children), None)
            case _:
                return None
    return None


__all__ = ["Binding", "Scope", "Scopes", "called_in_place", "enclosing_function", "own_nodes", "root_name"]
