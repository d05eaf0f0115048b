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

from collections.abc import Iterable, Iterator

from defermod.analysis.errors import address_taken, assigns
from defermod.analysis.flow import CASES, Flow, Point, statements, terminates
from defermod.analysis.scopes import Binding, Scopes, root_name
from defermod.analysis.types import Types
from defermod.facts import CallKind, RangeOver
from defermod.syntax.tree import Node

LITERALS = frozenset(
    {
        "int_literal", "float_literal", "imaginary_literal", "rune_literal", "interpreted_string_literal",
        "raw_string_literal", "true", "false", "nil", "iota",
    }
)  # fmt: skip
_BASIC = frozenset(
    {
        "bool", "byte", "complex128", "complex64", "float32", "float64", "int", "int16", "int32", "int64", "int8",
        "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
    }
)  # fmt: skip
_HARMLESS_BUILTINS = frozenset(
    {"append", "cap", "clear", "complex", "copy", "imag", "len", "max", "min", "new", "real"}
)
_COMPARED_PLAINLY = frozenset({"bool", "channel", "float", "integer", "pointer", "string", "unsigned"})
"""Kinds whose values can be compared with ``==`` without a panic."""
_NUMBERS = frozenset({"float", "integer", "unsigned"})
_LOCKS = frozenset({"Mutex", "RWMutex"})
HARMLESS = (
    frozenset(f"(*sync.{lock}).{name}" for lock in _LOCKS for name in ("Lock", "Unlock", "TryLock"))
    | frozenset(f"(*sync.RWMutex).{name}" for name in ("RLock", "RUnlock", "TryRLock"))
    | frozenset(f"(*sync/atomic.{t}).{m}"
                for t in ("Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Bool", "Pointer")
                for m in ("Add", "And", "CompareAndSwap", "Load", "Or", "Store", "Swap"))
    | frozenset(f"(time.Time).{m}"
                for m in ("Add", "After", "Before", "Compare", "Equal", "IsZero", "Sub", "Unix", "UnixMilli",
                          "UnixNano", "UTC"))
    | frozenset(f"(time.Duration).{m}" for m in ("Hours", "Milliseconds", "Minutes", "Nanoseconds", "Seconds"))
    | frozenset({"errors.New", "time.Now", "time.Since", "time.Until"})
    | frozenset(f"strings.{f}" for f in ("Compare", "Contains", "EqualFold", "HasPrefix", "HasSuffix", "Index",
                                         "IndexByte", "ToLower", "ToUpper", "TrimPrefix", "TrimSpace", "TrimSuffix"))
    | frozenset({"strconv.Itoa", "strconv.Quote", "strconv.FormatBool"})
    | frozenset(f"math.{f}" for f in ("Abs", "Ceil", "Floor", "Inf", "IsInf", "IsNaN", "Max", "Min", "NaN", "Pow",
                                      "Round", "Sqrt", "Trunc"))
)  # fmt: skip
"""Functions and methods, as facts name them, that neither panic nor call back.  Misusing a lock is a fatal error,
not a panic.  The receiver is another matter: it is looked at like any operand."""
UNLOCKS = frozenset({"(*sync.Mutex).Unlock", "(*sync.RWMutex).Unlock", "(*sync.RWMutex).RUnlock"})


class Panics:
    """The question, for one function."""

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
        node = _bare(node)
        if node.kind in LITERALS or self.kind(node) in _COMPARED_PLAINLY:
            return True
        return node.kind == "call_expression" and node.need("function").text in ("len", "cap")

    def _is_constant(self, node: Node) -> bool:
        """Is it a constant?  As a divisor or a shift count it is a good one, or the compiler says no."""
        node = _bare(node)
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
            if key.text not in _BASIC:
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
        function = _bare(node.need("function"))
        arguments = node.need("arguments").named_children
        fact = self.types.call(node)
        if fact is not None and fact.kind is CallKind.CONVERSION:
            return self._conversion(node, function, arguments)
        if fact is not None and fact.kind is CallKind.FUNCTION and fact.callee in HARMLESS:
            return self.in_operands(node) or (None if self.receives(function) else function)
        if function.kind != "identifier" or function in self.scopes.of:
            return node
        if fact is None and function.text in _BASIC:
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
        node = _bare(node)
        if node.kind == "binary_expression" and node.need("operator").text in ("+", "*"):
            return self._is_size(node.need("left")) and self._is_size(node.need("right"))
        counted = node.kind == "call_expression" and node.need("function").text in ("len", "cap")
        return counted or node.kind == "int_literal" or self.kind(node) == "unsigned"

    def _conversion(self, node: Node, target: Node, arguments: list[Node]) -> Node | None:
        target = _bare(target)
        fact = self.types.call(node)
        if fact is None or fact.kind is not CallKind.CONVERSION:
            plain = target.text in _BASIC or (target.kind == "slice_type" and target.named_children[0].text in _BASIC)
            return self._any(*arguments) or (None if plain else node)
        result = fact.results[0] if fact.results else None
        to_array = result is None or result.kind in ("array", "typeparam") or _is_array_pointer(result.type)
        source = self.kind(arguments[0]) if arguments else ""
        # A slice is the only thing whose conversion can fail, and only that to an array.
        return self._any(*arguments) or (node if to_array and source in ("slice", "typeparam", "") else None)

    def in_operands(self, call: Node) -> Node | None:
        """What may panic when a call's function value and arguments are evaluated, as a ``defer`` does."""
        if call.kind != "call_expression":
            return call
        function = _bare(call.need("function"))
        culprit = self._any(*call.need("arguments").named_children)
        if culprit is not None or function.kind in ("identifier", "func_literal"):
            return culprit
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

    # -- nil ------------------------------------------------------------------------------------

    def not_nil(self, node: Node, at: Node) -> bool:
        """Is the pointer or map known not to be nil where ``at`` stands?

        Because it was dereferenced already, is tested, or was made there; and nothing assigns to it but such.
        """
        node = _bare(node)
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
            if up.kind == "block" or up.kind in CASES:
                if any(s.end <= at.start and self._ensures(s, node) for s in statements(up)):
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
        condition = _bare(condition)
        if condition.kind != "binary_expression":
            return False
        left, right = condition.need("left"), condition.need("right")
        operator = condition.need("operator").text
        if operator == joined:
            return self._says(left, node, sign, joined) or self._says(right, node, sign, joined)
        return operator == sign and right.kind == "nil" and self._key(_bare(left)) == self._key(node)

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
                target = _bare(statement.need("operand"))
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
        node = _bare(node)
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
        return "map" if node.need("key").text in _BASIC else ""
    by_kind = {"pointer_type": "pointer", "slice_type": "slice", "array_type": "array", "channel_type": "channel"}
    if node.kind in by_kind:
        return by_kind[node.kind]
    if node.kind != "type_identifier" or node.text not in _BASIC:
        return ""
    if node.text.startswith("uint") or node.text == "byte":
        return "unsigned"
    if node.text.startswith("int") or node.text == "rune":
        return "integer"
    return "float" if node.text.startswith(("float", "complex")) else node.text


def _bare(node: Node) -> Node:
    while node.kind == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def _only(element: Node) -> Node:
    inner = element.named_children
    return inner[0] if element.kind == "literal_element" and len(inner) == 1 else element


def _field(place: Node) -> str:
    place = _bare(place)
    return place.need("field").text if place.kind == "selector_expression" else ""


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
    value = _bare(value)
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
            if node.kind == "unary_expression" and node.children[0].kind == "*":
                yield node.need("operand")
            elif node.kind == "selector_expression" and not (node.field == "function" and _is_call(node.parent)):
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


def _assigned_after(binding: Binding) -> bool:
    """Does anything but its declaration give the variable a value?"""
    return any((assigns(use) and use is not binding.node) or address_taken(use) for use in binding.uses)


def _is_array_pointer(name: str) -> bool:
    return name.startswith("*[") and not name.startswith("*[]")
