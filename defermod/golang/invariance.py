"""Loop-invariant expressions: those whose value stays the same while a statement runs.

Known to be invariant:

- constants: literals, names that the file declares as constants, and operations, conversions and lengths of such;
- local variables of basic underlying types that nothing assigns meanwhile, and ``len`` and ``cap`` of slices,
  strings and arrays in such variables;
- operators, conversions, ``min`` and ``max`` of invariant operands.

Not handled, so reported as possibly changing: fields, elements, variables of packages, calls, constants of other files
and packages.
"""

from __future__ import annotations

from collections.abc import Callable

from defermod.golang.defuse import address_taken, assigns, past_parentheses, unparenthesized
from defermod.golang.facts import CallKind
from defermod.golang.scopes import Binding, enclosing_function
from defermod.golang.types import Types
from defermod.syntax.tree import Node

_NUMBERS = frozenset({"int_literal", "float_literal", "imaginary_literal", "rune_literal"})
_STRINGS = frozenset({"interpreted_string_literal", "raw_string_literal"})
_OPERATORS = frozenset({"+", "-", "*", "/", "%", "&", "|", "^", "&^"})
_BASIC_KINDS = frozenset({"integer", "unsigned", "float", "string", "bool"})
_SIZED_KINDS = {"len": frozenset({"slice", "string", "array"}), "cap": frozenset({"slice", "array"})}
_VARIABLES = frozenset({"var", "param", "result", "range", "receiver"})


class Invariance:
    """Answers for one file.

    ``binding`` gives the meaning of an identifier in a function; ``constant`` the value with which the file declares
    an identifier as a constant, if it does (None for one whose value stands further up, as with ``iota``).
    """

    def __init__(
        self,
        types: Types,
        binding: Callable[[Node], Binding | None],
        constants: Callable[[Node], tuple[bool, Node | None]],
    ) -> None:
        self._types = types
        self._binding = binding
        self._constants = constants

    def is_constant(self, expression: Node) -> bool:
        """Return True if an expression is a constant that the file alone shows to be one."""
        node = unparenthesized(expression)
        if node.kind in _NUMBERS or node.kind in _STRINGS:
            return True
        if node.kind == "identifier":
            return self._constants(node)[0]
        if node.kind == "call_expression":
            fact = self._types.call(node)
            known = fact is not None and (fact.kind is CallKind.CONVERSION or fact.callee in ("len", "min", "max"))
            return known and self._gives_basic(node) and all(map(self.is_constant, _arguments(node)))
        return node.kind in ("binary_expression", "unary_expression") and all(map(self.is_constant, _operands(node)))

    def is_integer_constant(self, expression: Node) -> bool:
        """Return True if an expression is an untyped integer constant, made of integer literals alone."""
        node = unparenthesized(expression)
        if node.kind == "identifier":
            known, value = self._constants(node)
            return known and value is not None and self.is_integer_constant(value)
        if node.kind in ("binary_expression", "unary_expression"):
            operands = _operands(node)
            return bool(operands) and all(map(self.is_integer_constant, operands))
        return node.kind == "int_literal"

    def may_change(self, expression: Node, during: Node) -> str:
        """Return why the value of an expression may change while ``during`` runs; empty if it does not."""
        node = unparenthesized(expression)
        if self.is_constant(node):
            return ""
        if node.kind == "identifier":
            return self._variable_may_change(node, during, _BASIC_KINDS)
        operands: list[Node] = []
        if node.kind in ("binary_expression", "unary_expression"):
            operands = _operands(node)
        elif node.kind == "call_expression":
            fact, arguments = self._types.call(node), _arguments(node)
            if fact is not None and fact.callee in _SIZED_KINDS and len(arguments) == 1:
                return self._variable_may_change(unparenthesized(arguments[0]), during, _SIZED_KINDS[fact.callee])
            if fact is not None and (fact.kind is CallKind.CONVERSION or fact.callee in ("min", "max")):
                operands = arguments if self._gives_basic(node) else []
        reasons = [reason for operand in operands if (reason := self.may_change(operand, during))]
        if operands and not reasons:
            return ""
        return reasons[0] if reasons else "only constants, local variables, their lengths and arithmetic stay the same"

    def _variable_may_change(self, name: Node, during: Node, kinds: frozenset[str]) -> str:
        binding = self._binding(name) if name.kind == "identifier" else None
        if binding is None or binding.kind not in _VARIABLES:
            return "only constants, local variables, their lengths and arithmetic stay the same"
        fact = self._types.expression(name)
        if fact is None or fact.kind not in kinds:
            return "the type is not known, or its values can change without an assignment"
        uses = [use for use in binding.uses if use is not binding.node]
        if any(address_taken(use) for use in uses):
            return "the address of the variable is taken"
        if any(_holder(use) in ("selector_expression", "slice_expression") and fact.kind != "string" for use in uses):
            return "a method may change the variable" if fact.kind != "array" else "a slice may share the array"
        writes = [use for use in uses if assigns(use)]
        own = binding.function
        if enclosing_function(during) is not own and writes:
            return "something may assign to the variable meanwhile"
        if any(use.within(during) or enclosing_function(use) is not own for use in writes):
            return "something may assign to the variable meanwhile"
        return ""

    def _gives_basic(self, call: Node) -> bool:
        """Return True if a call has one result, of a type whose values hold nothing that can change."""
        fact = self._types.call(call)
        return fact is not None and len(fact.results) == 1 and fact.results[0].kind in _BASIC_KINDS


def _arguments(call: Node) -> list[Node]:
    return [node for node in call.need("arguments").named_children if node.kind != "comment"]


def _operands(node: Node) -> list[Node]:
    """The operands of an operator whose result depends on nothing else; empty for the other operators."""
    operator = node.need("operator").text
    if node.kind == "unary_expression":
        return [node.need("operand")] if operator in ("+", "-", "^") else []
    return [node.need("left"), node.need("right")] if operator in _OPERATORS else []


def _holder(use: Node) -> str:
    """The kind of what an operand stands in, as ``selector_expression`` for the ``x`` of ``x.f``."""
    parent = past_parentheses(use)
    return parent.kind if parent is not None else ""
