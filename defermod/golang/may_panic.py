"""What may panic, end the goroutine or run unknown code, from one point of a function to its exits.

An explicit call is lost on a path that panics, where a deferred one is not; so a rewrite that makes it
explicit is proven only where nothing between can panic.  The question is answered by a list of what is
known to be harmless: whatever is not on it may panic.

Preconditions:

- those of ``Scopes`` and ``Flow``; the flow was made with ``by_name=False``;
- nothing else writes the variables that the code between reads, without synchronisation, at the same time.

Not handled, by intent: running out of memory, stack overflow, and ``fatal error``s, which no deferred call
survives either; deadlocks.

Not handled, so that they count as possible panics: what the called functions of the same package do,
indexes that only arithmetic shows to be in range.
"""

from __future__ import annotations

from defermod.golang.cfg import CASES, Point
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.facts import CallKind, RangeOver
from defermod.golang.nilness import BASIC, Nilness, bare
from defermod.golang.scopes import Binding, root_name
from defermod.golang.stdlib import HARMLESS
from defermod.syntax.tree import Node

LITERALS = frozenset(
    {
        "int_literal", "float_literal", "imaginary_literal", "rune_literal", "interpreted_string_literal",
        "raw_string_literal", "true", "false", "nil", "iota",
    }
)  # fmt: skip
_HARMLESS_BUILTINS = frozenset(
    {"append", "cap", "clear", "complex", "copy", "imag", "len", "max", "min", "new", "real"}
)
_COMPARED_PLAINLY = frozenset({"bool", "channel", "float", "integer", "pointer", "string", "unsigned"})
"""Kinds whose values can be compared with ``==`` without a panic."""


class Panics(Nilness):
    """The question, for one function."""

    def first(self, start: Point) -> Node | None:
        """The first expression or statement, in source order, that may panic on a way from ``start`` on."""
        found = [
            culprit
            for point in self.flow.reachable(start)
            if point.node is not None and (culprit := self.in_statement(point.node)) is not None
        ]
        return min(found, key=lambda node: node.start, default=None)

    # -- statements -----------------------------------------------------------------------------

    def in_statement(self, node: Node) -> Node | None:
        """What may panic in the statement itself; statements nested in it are points of their own."""
        match node.kind:
            case "if_statement" | "type_switch_statement":
                return self._any(node.get("initializer"), node.get("condition"), node.get("value"))
            case "expression_switch_statement":
                return self._switch(node)
            case "for_statement":
                return self._loop(node)
            case "select_statement":
                return self._any(*(case.get("communication") for case in node.children if case.kind in CASES))
            case "block" | "labeled_statement" | "empty_statement" | "type_declaration" | "const_declaration":
                return None
            case "break_statement" | "continue_statement" | "goto_statement" | "fallthrough_statement":
                return None
            case "go_statement" | "send_statement":
                return node
            case "defer_statement":
                return self.in_operands(node.named_children[0])
            case "return_statement" | "expression_statement" | "var_declaration":
                return self._any(*node.named_children)
            case "inc_statement" | "dec_statement":
                return self._stored(node.named_children[0])
            case "assignment_statement":
                return self._assignment(node)
            case _:
                return self.in_expression(node)

    def _any(self, *nodes: Node | None) -> Node | None:
        for node in nodes:
            if node is not None and (culprit := self.in_expression(node)) is not None:
                return culprit
        return None

    def _switch(self, node: Node) -> Node | None:
        culprit = self._any(node.get("initializer"), node.get("value"))
        if culprit is not None:
            return culprit
        value = node.get("value")
        plain = value is None or self._compares_plainly(value)
        for case in node.children:
            for listed in case.all("value") if case.kind == "expression_case" else ():
                for item in listed.named_children if listed.kind == "expression_list" else [listed]:
                    if (culprit := self.in_expression(item)) is not None:
                        return culprit
                    if not plain and not self._compares_plainly(item):
                        return item
        return None

    def _loop(self, node: Node) -> Node | None:
        clause = next((child for child in node.named_children if child.kind != "block"), None)
        if clause is None:
            return None
        if clause.kind == "for_clause":
            init, condition, update = clause.get("initializer"), clause.get("condition"), clause.get("update")
            parts = (self.in_statement(part) for part in (init, condition, update) if part is not None)
            return next((culprit for culprit in parts if culprit is not None), None)
        if clause.kind != "range_clause":
            return self.in_expression(clause)
        over = clause.need("right")
        if not self._ranges_plainly(node, over):
            return over
        left = clause.get("left")
        places = left.named_children if left is not None else []
        return self._any(over) or next((c for place in places if (c := self._stored(place)) is not None), None)

    def _ranges_plainly(self, loop: Node, over: Node) -> bool:
        fact = self.types.facts.range_over(loop.start, loop.end) if self.types.facts is not None else None
        if fact is RangeOver.ARRAY:
            return self.kind(over) == "array"
        if fact is not None:
            return fact not in (RangeOver.FUNCTION, RangeOver.UNKNOWN)
        return self.kind(over) in ("slice", "map", "string", "integer", "channel")

    def _assignment(self, node: Node) -> Node | None:
        left, right = node.need("left"), node.need("right")
        for place in left.named_children:
            if (culprit := self._stored(place)) is not None:
                return culprit
        operator = node.get("operator")
        if operator is not None and operator.text in ("/=", "%=", "<<=", ">>="):
            return self._any(right) or self._arithmetic(node, operator.text[:-1], right.named_children[0])
        return self._any(right)

    def _stored(self, place: Node) -> Node | None:
        """What may panic where a value is stored in ``place``."""
        if place.kind == "index_expression" and self.kind(place.need("operand")) in ("map", "unsure map"):
            operand = place.need("operand")
            culprit = self._any(operand, place.need("index"))
            if culprit is None and (self.kind(operand) == "unsure map" or not self.not_nil(operand, place)):
                return place
            return culprit
        return self.in_expression(place)

    # -- expressions ----------------------------------------------------------------------------

    def in_expression(self, node: Node) -> Node | None:
        """What may panic when the expression (or a list of them, or a declaration's parts) is evaluated."""
        if node.kind in LITERALS or node.kind in ("identifier", "func_literal", "comment", "field_identifier"):
            return None
        match node.kind:
            case "expression_list" | "parenthesized_expression" | "keyed_element" | "literal_element":
                return self._any(*node.named_children)
            case "literal_value" | "variadic_argument" | "expression_statement":
                return self._any(*node.named_children)
            case "var_spec_list":
                return self._any(*node.named_children)
            case "short_var_declaration":
                return self._any(node.need("right"))
            case "receive_statement":
                left = node.get("left")
                stored = (self._stored(place) for place in (left.named_children if left is not None else ()))
                return self._any(node.need("right")) or next((c for c in stored if c is not None), None)
            case "var_spec":
                return self._any(node.get("value"))
            case "inc_statement" | "dec_statement" | "assignment_statement" | "send_statement":
                return self.in_statement(node)
            case "unary_expression":
                return self._unary(node)
            case "binary_expression":
                return self._binary(node)
            case "selector_expression":
                return self._selector(node)
            case "index_expression":
                return self._index(node)
            case "slice_expression":
                return self._slice(node)
            case "composite_literal":
                return self._composite(node)
            case "call_expression" | "type_conversion_expression":
                return self._call(node)
            case "type_assertion_expression":
                return self.in_expression(node.need("operand")) or (None if _comma_ok(node) else node)
        return node

    def _unary(self, node: Node) -> Node | None:
        operand = node.need("operand")
        if node.children[0].kind == "*":
            return self.in_expression(operand) or (None if self.not_nil(operand, node) else node)
        return self.in_expression(operand)

    def _binary(self, node: Node) -> Node | None:
        left, right = node.need("left"), node.need("right")
        operator = node.need("operator").text
        if (culprit := self._any(left, right)) is not None:
            return culprit
        if operator in ("==", "!="):
            return None if self._compares_plainly(left) or self._compares_plainly(right) else node
        if operator in ("/", "%", "<<", ">>"):
            return self._arithmetic(node, operator, right)
        return None

    def _arithmetic(self, node: Node, operator: str, right: Node) -> Node | None:
        """Division by zero and shifts by less than nothing."""
        kind = self.kind(right)
        if self._is_constant(right) or (operator in "/%" and kind == "float"):
            return None
        return None if operator in ("<<", ">>") and kind == "unsigned" else node

    def _compares_plainly(self, node: Node) -> bool:
        """Can a comparison with this never meet two interfaces (nor arrays or structs of them)?"""
        node = bare(node)
        if node.kind in LITERALS or self.kind(node) in _COMPARED_PLAINLY:
            return True
        return node.kind == "call_expression" and node.need("function").text in ("len", "cap")

    def _is_constant(self, node: Node) -> bool:
        """Is it a constant?  As a divisor or a shift count it is a good one, or the compiler says no."""
        node = bare(node)
        if node.kind in ("int_literal", "float_literal", "rune_literal"):
            return True
        facts = self.types.facts
        named = node.kind in ("identifier", "selector_expression", "binary_expression")
        return (
            named and facts is not None and facts.covers(node.start, node.end) and self.types.expression(node) is None
        )

    def _selector(self, node: Node) -> Node | None:
        operand = node.need("operand")
        if self._is_package(operand):
            return None
        if (culprit := self.in_expression(operand)) is not None:
            return culprit
        facts = self.types.facts
        if facts is None or not facts.covers(node.start, node.end) or (node.start, node.end) in facts.hidden:
            return node
        return None if self._may_be_selected_from(operand, node) else node

    def _may_be_selected_from(self, operand: Node, at: Node) -> bool:
        kind = self.kind(operand)
        return kind == "struct" or (kind == "pointer" and self.not_nil(operand, at))

    def _is_package(self, operand: Node) -> bool:
        """Is it the name of an imported package?  Only facts can tell it from a variable of this package."""
        if operand.kind != "identifier" or operand in self.scopes.of:
            return False
        facts = self.types.facts
        return facts is not None and facts.covers(operand.start, operand.end) and self.types.expression(operand) is None

    def _index(self, node: Node) -> Node | None:
        operand, index = node.need("operand"), node.need("index")
        if (culprit := self._any(operand, index)) is not None:
            return culprit
        kind = self.kind(operand)
        if kind == "map" or (kind == "array" and self._is_constant(index)):
            return None
        return None if kind in ("slice", "string", "array") and self._ranged_over(operand, index) else node

    def _ranged_over(self, operand: Node, index: Node) -> bool:
        """Is it ``x[i]`` in the body of ``for i := range x``, with neither assigned to in the loop?"""
        binding = self.scopes.of.get(index)
        if binding is None or binding.kind != "range" or root_name(operand) not in self.scopes.of:
            return False
        clause = next((up for up in binding.node.ancestors() if up.kind == "range_clause"), None)
        loop = clause.parent if clause is not None else None
        if clause is None or loop is None or clause.need("left").named_children[0] is not binding.node:
            return False
        same = clause.need("right").text == operand.text and self._same_root(clause.need("right"), operand)
        return same and not self._changes(operand) and not _assigned_after(binding)

    def _slice(self, node: Node) -> Node | None:
        operand = node.need("operand")
        bounds = [bound for name in ("start", "end", "capacity") if (bound := node.get(name)) is not None]
        if (culprit := self._any(operand, *bounds)) is not None:
            return culprit
        whole = all(bound.text == "0" for bound in bounds) and node.get("capacity") is None
        return None if whole and self.kind(operand) in ("slice", "string") else node

    def _composite(self, node: Node) -> Node | None:
        kind = node.need("type")
        if kind.kind == "map_type" and self.kind(node) not in ("map",):
            key = kind.need("key")
            if key.text not in BASIC:
                return node
        elif self.kind(node) == "unsure map":
            return node
        keys = [e.named_children[0] for e in node.need("body").named_children if e.kind == "keyed_element"]
        if not self.kind(node) and kind.kind != "map_type" and any(_only(k).kind != "identifier" for k in keys):
            return node
        values: list[Node] = []
        for element in node.need("body").named_children:
            parts = element.named_children
            # A field's name is no expression, and an identifier as a key can't panic either.
            values += parts[-1:] if element.kind == "keyed_element" and _only(parts[0]).kind == "identifier" else parts
        return self._any(*values)

    # -- calls ----------------------------------------------------------------------------------

    def _call(self, node: Node) -> Node | None:
        if node.kind == "type_conversion_expression":
            return self._conversion(node, node.need("type"), [node.need("operand")])
        function = bare(node.need("function"))
        arguments = node.need("arguments").named_children
        fact = self.types.call(node)
        if fact is not None and fact.kind is CallKind.CONVERSION:
            return self._conversion(node, function, arguments)
        if fact is not None and fact.kind is CallKind.FUNCTION and fact.callee in HARMLESS:
            return self.in_operands(node) or (None if self.receives(function) else function)
        if function.kind != "identifier" or function in self.scopes.of:
            return node
        if fact is None and function.text in BASIC:
            return self._any(*arguments)
        if fact is not None and fact.kind is not CallKind.BUILTIN:
            return node
        if fact is None and function.text in ("clear", "max", "min"):
            return node
        return self._builtin(node, function.text, arguments)

    def _builtin(self, node: Node, name: str, arguments: list[Node]) -> Node | None:
        if name == "new":
            return None if arguments[0].kind.endswith("type") or arguments[0].kind == "type_identifier" else node
        if name == "make":
            sizes = arguments[1:]
            plain = all(self._is_size(size) for size in sizes)
            return self._any(*sizes) or (None if plain else node)
        if name == "delete":
            return self._any(*arguments) or (None if self.kind(arguments[0]) == "map" else node)
        if name not in _HARMLESS_BUILTINS:
            return node
        return self._any(*arguments)

    def _is_size(self, node: Node) -> bool:
        """Is it a length that can't be negative?"""
        node = bare(node)
        if node.kind == "binary_expression" and node.need("operator").text in ("+", "*"):
            return self._is_size(node.need("left")) and self._is_size(node.need("right"))
        counted = node.kind == "call_expression" and node.need("function").text in ("len", "cap")
        return counted or node.kind == "int_literal" or self.kind(node) == "unsigned"

    def _conversion(self, node: Node, target: Node, arguments: list[Node]) -> Node | None:
        target = bare(target)
        fact = self.types.call(node)
        if fact is None or fact.kind is not CallKind.CONVERSION:
            plain = target.text in BASIC or (target.kind == "slice_type" and target.named_children[0].text in BASIC)
            return self._any(*arguments) or (None if plain else node)
        result = fact.results[0] if fact.results else None
        to_array = result is None or result.kind in ("array", "typeparam") or _is_array_pointer(result.type)
        source = self.kind(arguments[0]) if arguments else ""
        # A slice is the only thing whose conversion can fail, and only that to an array.
        return self._any(*arguments) or (node if to_array and source in ("slice", "typeparam", "") else None)

    def in_operands(self, call: Node) -> Node | None:
        """What may panic when a call's function value and arguments are evaluated, as a ``defer`` does."""
        if call.kind == "call_expression" and (culprit := self._any(*call.need("arguments").named_children)):
            return culprit
        return self.in_function_value(call)

    def in_function_value(self, call: Node) -> Node | None:
        """What may panic when a call's function value, or the receiver of its method, is evaluated."""
        if call.kind != "call_expression":
            return call
        function = bare(call.need("function"))
        if function.kind in ("identifier", "func_literal"):
            return None
        if function.kind != "selector_expression":
            return self.in_expression(function)
        operand = function.need("operand")
        if self._is_package(operand):
            return None
        if (culprit := self._any(operand)) is not None:
            return culprit
        fact, facts = self.types.call(call), self.types.facts
        if fact is None or facts is None or fact.kind is not CallKind.FUNCTION:
            return function
        if (function.start, function.end) in facts.hidden:
            return function
        return None if self._may_be_method_of(operand, fact.callee, function) else function

    def receives(self, function: Node) -> bool:
        """Is the receiver of a harmless method no nil pointer?  True of a function of a package."""
        if function.kind != "selector_expression":
            return True
        operand = function.need("operand")
        return self._is_package(operand) or self.kind(operand) != "pointer" or self.not_nil(operand, function)

    def _may_be_method_of(self, operand: Node, callee: str, at: Node) -> bool:
        """Can the receiver be made from the operand without a nil pointer being dereferenced?"""
        kind = self.kind(operand)
        if kind != "pointer":
            return kind not in ("", "interface", "typeparam")
        fact = self.types.expression(operand)
        own = fact is not None and callee.startswith(f"({fact.type.partition('[')[0]})")
        return own or self.not_nil(operand, at)


def _only(element: Node) -> Node:
    inner = element.named_children
    return inner[0] if element.kind == "literal_element" and len(inner) == 1 else element


def _comma_ok(node: Node) -> bool:
    """Does the type assertion stand in ``v, ok = x.(T)``?"""
    holder = node.parent
    if holder is None:
        return False
    if holder.kind == "var_spec":
        return len(holder.all("name")) == 2
    if holder.kind != "expression_list" or holder.field not in ("right", "value"):
        return False
    statement = holder.parent
    if statement is None or len(holder.named_children) != 1:
        return False
    left = statement.get("left")
    return (len(left.named_children) if left is not None else len(statement.all("name"))) == 2


def _assigned_after(binding: Binding) -> bool:
    """Does anything but its declaration give the variable a value?"""
    return any((assigns(use) and use is not binding.node) or address_taken(use) for use in binding.uses)


def _is_array_pointer(name: str) -> bool:
    return name.startswith("*[") and not name.startswith("*[]")
