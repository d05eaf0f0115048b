"""What is known about the pointers and maps of a function: their kinds, and which of them can't be nil.

Preconditions: those of ``Panics``, which asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from defermod.golang.cfg import CASES, Flow, statements, terminates
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.scopes import Binding, Scopes, root_name
from defermod.golang.types import Types
from defermod.syntax.tree import Node

BASIC = frozenset(
    {
        "bool", "byte", "complex128", "complex64", "float32", "float64", "int", "int16", "int32", "int64", "int8",
        "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
    }
)  # fmt: skip
_NUMBERS = frozenset({"float", "integer", "unsigned"})


class Nilness:
    """The questions, for one function."""

    def __init__(self, flow: Flow, scopes: Scopes, types: Types, dereferenced: Iterable[Node] = ()) -> None:
        """``dereferenced``: expressions that are known to be no nil pointers, if nothing assigns to them."""
        self.flow = flow
        self.scopes = scopes
        self.types = types
        self._dereferenced = {self._key(node) for node in dereferenced}

    def _key(self, node: Node) -> tuple[str, Binding | None]:
        """Equal for expressions that read alike and start from the same variable."""
        root = root_name(node)
        return node.text, self.scopes.of.get(root) if root is not None else None

    # -- nil ------------------------------------------------------------------------------------

    def not_nil(self, node: Node, at: Node) -> bool:
        """Is the pointer or map known not to be nil where ``at`` stands?

        Because it was dereferenced already, is tested, or was made there; and nothing assigns to it but such.
        """
        node = bare(node)
        if node.kind == "unary_expression" and node.children[0].kind == "&":
            return True
        if root_name(node) is None or any(n.kind in ("call_expression", "index_expression") for n in node.walk()):
            return False
        if self._changes(node):
            return self._made(node) and not self._address_known(node)
        return self._key(node) in self._dereferenced or self._made(node) or self._tested(node, at)

    def _made(self, node: Node) -> bool:
        """Is it a local variable that is only ever given what a literal, ``new`` or ``make`` gives?"""
        binding = self.scopes.of.get(node)
        if binding is None or binding.kind not in ("var",):
            return False
        values = [_assigned_value(use) for use in binding.uses if assigns(use)]
        return bool(values) and all(value is not None and _makes(value) for value in values)

    def _address_known(self, node: Node) -> bool:
        binding = self.scopes.of.get(node)
        return binding is None or any(address_taken(use) for use in binding.uses)

    def _tested(self, node: Node, at: Node) -> bool:
        """Does an ``if`` around ``at``, or one before it that leaves or makes it, show that it isn't nil?"""
        below = at
        for up in at.ancestors():
            if up.kind == "if_statement" and below is up.get("consequence"):
                if self._says(up.need("condition"), node, "!=", "&&"):
                    return True
            elif up.kind == "if_statement" and below is up.get("alternative"):
                if self._says(up.need("condition"), node, "==", "||"):
                    return True
            elif up.kind == "binary_expression" and below is up.get("right"):
                sign = {"&&": "!=", "||": "=="}.get(up.need("operator").text)
                if sign and self._says(up.need("left"), node, sign, up.need("operator").text):
                    return True
            listed = statements(up) if up.kind == "block" or up.kind in CASES else []
            if any(s.end <= at.start and self._ensures(s, node) for s in listed):
                return True
            if up is self.flow.function:
                return False
            below = up
        return False

    def _ensures(self, statement: Node, node: Node) -> bool:
        """Is the expression not nil after the statement?"""
        if any(self._key(pointer) == self._key(node) for pointer in _followed(statement)):
            return True
        if statement.kind != "if_statement" or not self._says(statement.need("condition"), node, "==", "||"):
            return False
        then = statements(statement.need("consequence"))
        if terminates(then):
            return True
        pairs = (_assigned_pair(s) for s in then)
        made = (pair for pair in pairs if pair is not None and self._key(pair[0]) == self._key(node))
        return statement.get("alternative") is None and any(_makes(value) for _, value in made)

    def _says(self, condition: Node, node: Node, sign: str, joined: str) -> bool:
        """Is ``node sign nil`` the condition, or one of those that ``joined`` joins to it?"""
        condition = bare(condition)
        if condition.kind != "binary_expression":
            return False
        left, right = condition.need("left"), condition.need("right")
        operator = condition.need("operator").text
        if operator == joined:
            return self._says(left, node, sign, joined) or self._says(right, node, sign, joined)
        return operator == sign and right.kind == "nil" and self._key(bare(left)) == self._key(node)

    def _changes(self, node: Node) -> bool:
        """May anything in the function give the expression another value that may be nil?

        Assignments to a field count whatever they are a field of.
        """
        root = root_name(node)
        if root is None:
            return True
        binding = self.scopes.of.get(root)
        if binding is not None and self._reassigned(binding, node is root):
            return True
        fields = {n.need("field").text for n in node.find("selector_expression")}
        if not fields:
            return False
        for statement in self.flow.function.find("assignment_statement", "range_clause", "unary_expression"):
            if statement.kind == "unary_expression":
                target = bare(statement.need("operand"))
                if statement.children[0].kind == "&" and _field(target) in fields:
                    return True
                continue
            left = statement.get("left")
            places = left.named_children if left is not None else []
            for number, place in enumerate(places):
                if _field(place) in fields and not _stores_made(statement, number):
                    return True
                if place.kind == "unary_expression" and self.kind(place) not in _NUMBERS | {"string", "bool"}:
                    return True
        return False

    def _reassigned(self, binding: Binding, whole: bool) -> bool:
        for use in binding.uses:
            if use is binding.node:
                continue
            if address_taken(use):
                return True
            value = _assigned_value(use)
            if assigns(use) and not (whole and value is not None and _makes(value)):
                return True
        return False

    # -- types ----------------------------------------------------------------------------------

    def kind(self, node: Node) -> str:
        """What the expression's type is made as, by the facts or, for plain cases, by the text; empty if unknown."""
        node = bare(node)
        fact = self.types.expression(node)
        if fact is not None:
            return fact.kind
        binding = self.scopes.of.get(node)
        declared = None
        if binding is not None:
            holder = binding.node.parent
            if holder is not None and holder.kind in ("parameter_declaration", "var_spec"):
                declared = holder.get("type")
        return _kind_of_type(declared) if declared is not None else ""

    def _same_root(self, one: Node, other: Node) -> bool:
        roots = root_name(one), root_name(other)
        return None not in roots and self.scopes.of.get(roots[0]) is self.scopes.of.get(roots[1])  # type: ignore[arg-type]


def _kind_of_type(node: Node) -> str:
    if node.kind == "map_type":
        return "map" if node.need("key").text in BASIC else ""
    by_kind = {"pointer_type": "pointer", "slice_type": "slice", "array_type": "array", "channel_type": "channel"}
    if node.kind in by_kind:
        return by_kind[node.kind]
    if node.kind != "type_identifier" or node.text not in BASIC:
        return ""
    if node.text.startswith("uint") or node.text == "byte":
        return "unsigned"
    if node.text.startswith("int") or node.text == "rune":
        return "integer"
    return "float" if node.text.startswith(("float", "complex")) else node.text


def bare(node: Node) -> Node:
    while node.kind == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def _field(place: Node) -> str:
    place = bare(place)
    return place.need("field").text if place.kind == "selector_expression" else ""


def _assigned_pair(statement: Node) -> tuple[Node, Node] | None:
    """The place and the value of ``x = v``."""
    if statement.kind not in ("assignment_statement", "short_var_declaration"):
        return None
    left, right = statement.need("left").named_children, statement.need("right").named_children
    return (left[0], right[0]) if len(left) == len(right) == 1 else None


def _assigned_value(use: Node) -> Node | None:
    """The expression that an assignment gives to the variable at ``use``; None if it can't be told."""
    if use.parent is not None and use.parent.kind == "var_spec":
        value, names = use.parent.get("value"), use.parent.all("name")
        values = value.named_children if value is not None else []
        return values[names.index(use)] if len(values) == len(names) and use in names else None
    statement = use.parent.parent if use.parent is not None else None
    if statement is None or statement.kind not in ("assignment_statement", "short_var_declaration"):
        return None
    left, right = statement.need("left").named_children, statement.need("right").named_children
    return right[left.index(use)] if len(left) == len(right) and use in left else None


def _stores_made(statement: Node, number: int) -> bool:
    if statement.kind != "assignment_statement":
        return False
    left, right = statement.need("left").named_children, statement.need("right").named_children
    return len(left) == len(right) and _makes(right[number])


def _makes(value: Node) -> bool:
    """Does the expression give a pointer, map or slice that isn't nil?"""
    value = bare(value)
    if value.kind == "composite_literal":
        return True
    if value.kind == "unary_expression":
        return value.children[0].kind == "&"
    return value.kind == "call_expression" and value.need("function").text in ("make", "new")


def _followed(statement: Node) -> Iterator[Node]:
    """The pointers (if they are pointers) that running the statement always follows."""
    if statement.kind not in _ALWAYS_EVALUATED:
        parts = [statement.get(name) for name in ("initializer", "condition", "value")]
        if statement.kind not in ("if_statement", "expression_switch_statement"):
            return
    else:
        parts = [statement]
    for part in parts:
        for node in part.walk(_always_evaluated) if part is not None else ():
            if (node.kind == "unary_expression" and node.children[0].kind == "*") or (
                node.kind == "selector_expression" and not (node.field == "function" and _is_call(node.parent))
            ):
                yield node.need("operand")


_ALWAYS_EVALUATED = frozenset(
    {
        "assignment_statement", "dec_statement", "defer_statement", "expression_statement", "inc_statement",
        "return_statement", "short_var_declaration",
    }
)  # fmt: skip


def _always_evaluated(node: Node) -> bool:
    """Is all that is directly below evaluated whenever the node is?"""
    if node.kind == "binary_expression" and node.need("operator").text in ("&&", "||"):
        return False
    return node.kind != "func_literal"


def _is_call(node: Node | None) -> bool:
    return node is not None and node.kind == "call_expression"
