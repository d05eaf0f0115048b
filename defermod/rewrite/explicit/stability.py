"""Which expressions may be evaluated before or after a call alike, and names for those that may not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from defermod.golang.defuse import address_taken, assigns
from defermod.golang.facts import CallKind
from defermod.golang.may_panic import LITERALS
from defermod.golang.scopes import Binding, Scopes, enclosing_function, root_name
from defermod.golang.types import Types
from defermod.rewrite.region import return_values
from defermod.syntax.tree import Node

_UNNAMED_TYPES = frozenset({"pointer_type", "map_type", "slice_type", "channel_type", "function_type"})
"""Types whose values have no methods that could change the variable itself."""
_PLAIN_KINDS = frozenset(
    {"bool", "float", "function", "integer", "interface", "pointer", "string", "unsigned", "channel"}
)
_OPERATORS = frozenset({"+", "-", "*", "&", "|", "^", "&^", "&&", "||", "<", "<=", ">", ">="})
_SENTINEL = re.compile(r"^(?:err|Err)[A-Z]\w*$|^EOF$|^ErrSkip$")
_KEYWORDS = frozenset(
    {
        "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for",
        "func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return", "select",
        "struct", "switch", "type", "var",
    }
)  # fmt: skip
_PREDECLARED = frozenset(
    {
        "any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex128",
        "complex64", "copy", "delete", "error", "false", "float32", "float64", "imag", "int", "int16",
        "int32", "int64", "int8", "iota", "len", "make", "max", "min", "new", "nil", "panic", "print",
        "println", "real", "recover", "rune", "string", "true", "uint", "uint16", "uint32", "uint64", "uint8",
        "uintptr",
    }
)  # fmt: skip


class Values:
    """What a function's variables can be told to do, for one function."""

    def __init__(self, function: Node, scopes: Scopes, types: Types) -> None:
        self.function = function
        self.scopes = scopes
        self.types = types

    def untouched(self, binding: Binding) -> bool:
        """Is it a variable that only plain assignments in the function itself can change?

        One of an enclosing function is, if nothing but its declaration ever gives it a value.
        """
        if binding.kind in ("const", "type", "typeparam"):
            return True
        if binding.function is not self.function:
            again = any(assigns(use) for use in binding.uses if use is not binding.node)
            # A loop's variable may be one for all iterations.
            if again or binding.function is None or binding.kind == "range":
                return False
        return not any(self._exposes(use, binding) for use in binding.uses)

    def _exposes(self, use: Node, binding: Binding) -> bool:
        if address_taken(use) or _address_within(use):
            return True
        if use is not binding.node and assigns(use) and enclosing_function(use) is not self.function:
            return True
        return _takes_address(use) and not self._has_no_methods(use, binding)

    def _has_no_methods(self, use: Node, binding: Binding) -> bool:
        fact = self.types.expression(use)
        if fact is not None:
            return fact.kind in _PLAIN_KINDS or fact.type.startswith(("[]", "map["))
        holder = binding.node.parent
        declared = holder.get("type") if holder is not None and holder.kind != "type_switch_statement" else None
        return declared is not None and declared.kind in _UNNAMED_TYPES

    def observed(self, result: Binding, besides: Iterable[Node] = ()) -> bool:
        """May anything but the function's own statements, and ``besides``, see the result before it is left?"""
        uses = (use for use in result.uses[1:] if not any(use.within(node) for node in besides))
        return any(address_taken(use) or enclosing_function(use) is not self.function for use in uses)

    def assigned_by(self, statement: Node, result: Binding) -> bool:
        """Does the ``return`` give the named result another value, which calls in front of it would find?

        Where all that it returns stays the same, and nobody sees the results, nothing is assigned.
        """
        results, given = self.scopes.results(self.function), return_values(statement)
        if result not in results or not given:
            return False
        if not any(map(self.observed, results)) and all(map(self.stays, given)):
            return False
        return len(given) != len(results) or self.scopes.of.get(given[results.index(result)]) is not result

    def stays(self, node: Node) -> bool:
        """Is the expression's value the same after a call that changes only what ``untouched`` leaves it?

        True of constants, variables that are untouched, sentinel errors by their names, and of what plain
        operators and composite literals make of such.
        """
        if self.constant(node):
            return True
        match node.kind:
            case "identifier":
                binding = self.scopes.of.get(node)
                if binding is not None:
                    return self.untouched(binding)
                return bool(_SENTINEL.match(node.text))
            case "selector_expression":
                if root_name(node) in self.scopes.of:
                    return False
                return bool(_SENTINEL.match(node.need("field").text))
            case "func_literal":
                return True  # it finds the variables as they are when it is called
            case "parenthesized_expression":
                return all(self.stays(child) for child in node.named_children)
            case "unary_expression":
                sign, operand = node.children[0].kind, node.need("operand")
                if sign == "&":
                    # Where a variable lies does not change.
                    own = operand.kind == "identifier" and operand in self.scopes.of
                    return own or (operand.kind == "composite_literal" and self.stays(operand))
                return sign in ("-", "+", "!", "^") and self.stays(operand)
            case "binary_expression":
                return self._stays_binary(node)
            case "composite_literal":
                return self._stays_composite(node.need("body"))
            case "call_expression":
                return self._stays_call(node)
        return False

    def constant(self, node: Node) -> bool:
        """Is it a constant expression, as far as the text and the facts about its names tell?"""
        match node.kind:
            case "identifier":
                binding = self.scopes.of.get(node)
                return self._is_constant(node) if binding is None else binding.kind == "const"
            case "selector_expression":
                return root_name(node) not in self.scopes.of and self._is_constant(node)
            case "parenthesized_expression":
                return all(self.constant(child) for child in node.named_children)
            case "unary_expression":
                return node.children[0].kind in ("-", "+", "!", "^") and self.constant(node.need("operand"))
            case "binary_expression":
                return self.constant(node.need("left")) and self.constant(node.need("right"))
            case "call_expression":
                fact = self.types.call(node)
                converts = fact is not None and fact.kind is CallKind.CONVERSION
                return converts and all(self.constant(child) for child in node.need("arguments").named_children)
        return node.kind in LITERALS

    def _stays_binary(self, node: Node) -> bool:
        left, right = node.need("left"), node.need("right")
        operator = node.need("operator").text
        plain = operator in _OPERATORS or (
            operator in ("==", "!=") and (right.kind in LITERALS or left.kind in LITERALS)
        )
        return plain and self.stays(left) and self.stays(right)

    def _stays_composite(self, body: Node) -> bool:
        for element in body.named_children:
            parts = element.named_children
            if element.kind == "keyed_element":
                key = parts[0].named_children[0] if parts[0].named_children else parts[0]
                parts = parts[1:] if key.kind == "identifier" and key not in self.scopes.of else parts
            else:
                parts = [element]
            for part in parts:
                inner = part.named_children[0] if part.kind == "literal_element" and part.named_children else part
                if not (self._stays_composite(inner) if inner.kind == "literal_value" else self.stays(inner)):
                    return False
        return True

    def _stays_call(self, node: Node) -> bool:
        """``len`` of an untouched string or slice, ``errors.New`` of a literal."""
        function, arguments = node.need("function"), node.need("arguments").named_children
        fact = self.types.call(node)
        if len(arguments) != 1 or fact is None:
            return False
        if fact.kind is CallKind.BUILTIN and function.text in ("len", "cap"):
            argument = self.types.expression(arguments[0])
            return argument is not None and argument.kind in ("string", "slice", "array") and self.stays(arguments[0])
        return fact.callee == "errors.New" and arguments[0].kind in LITERALS

    def _is_constant(self, node: Node) -> bool:
        """Is a name that the function doesn't declare known to be a constant, or nil, or a function?"""
        facts = self.types.facts
        return facts is not None and facts.covers(node.start, node.end) and self.types.expression(node) is None


def _address_within(use: Node) -> bool:
    """``&x.f``, ``&x[i]``: an address inside the variable."""
    node = use
    while node.parent is not None and node.field == "operand" and node.parent.kind in (
        "selector_expression", "index_expression", "parenthesized_expression",
    ):  # fmt: skip
        node = node.parent
    return node is not use and address_taken(node)


def _takes_address(use: Node) -> bool:
    """Is it what a method is called on, or sliced: then its address may be taken without being written?"""
    node = use
    while node.parent is not None and node.field == "operand":
        node = node.parent
        if node.kind == "slice_expression":
            return True
        if node.kind == "selector_expression" and node.field == "function":
            return True
        if node.kind == "selector_expression" and node.parent is not None and node.parent.kind != "selector_expression":
            # A method value looks like a field.
            return node.parent.kind in ("argument_list", "expression_list", "go_statement") and node.field != "left"
    return False


def free_name(wishes: Iterable[str], place: Node, taken: frozenset[str], scopes: Scopes) -> str:
    """The first of the wishes that is free at ``place``, or the last with a number.

    Free: no keyword, nothing predeclared, no variable in sight there, and not in ``taken``.
    """
    last = "result"
    for wish in wishes:
        last = wish
        if _is_free(wish, place, taken, scopes):
            return wish
    return next(f"{last}{n}" for n in range(2, 1000) if _is_free(f"{last}{n}", place, taken, scopes))


def _is_free(name: str, place: Node, taken: frozenset[str], scopes: Scopes) -> bool:
    if name in _KEYWORDS or name in _PREDECLARED or name in taken:
        return False
    return scopes.meaning(name, place) is None


def hidden_name(top: Node, place: Node, scopes: Scopes) -> str:
    """A name in ``top`` that would mean something else at ``place``; empty if there is none."""
    for name in top.find("identifier", "type_identifier", "package_identifier"):
        binding = scopes.of.get(name)
        if binding is not None and binding.node.within(top):
            continue
        if scopes.meaning(name.text, place) is not binding:
            return name.text
    return ""


def names_in(*nodes: Node) -> frozenset[str]:
    """The names that the nodes mention, fields left out."""
    kinds = ("identifier", "type_identifier", "package_identifier")
    return frozenset(node.text for top in nodes for node in top.find(*kinds))


_BY_TYPE = {"error": ("err", "failure"), "bool": ("ok", "found", "yes"), "string": ("s", "text")}
_NUMBER = ("n", "count", "number")


def wishes(value: Node, kind: str) -> list[str]:
    """Names for a variable that holds ``value``, the best first.  ``kind``: its type as the source spells it."""
    found: list[str] = []
    if kind in ("error", "bool"):
        found += _BY_TYPE[kind]
    while value.kind in ("parenthesized_expression", "unary_expression") and value.named_children:
        value = value.named_children[-1]
    if value.kind == "selector_expression":
        found.append(_lower(value.need("field").text))
    elif value.kind in ("call_expression", "type_conversion_expression"):
        found += _of_call(value)
    elif value.kind == "index_expression":
        found += ["v", "value"]
    elif value.kind == "composite_literal":
        found.append(_lower(re.split(r"\W", value.need("type").text)[-1] or "value"))
    if kind in _BY_TYPE:
        found += _BY_TYPE[kind]
    elif kind.startswith(("int", "uint", "float")):
        found += _NUMBER
    return [name for name in found if re.fullmatch(r"[^\W\d]\w*", name)] + ["result"]


def wishes_for_saved(value: Node, call: Node | None = None) -> list[str]:
    """Names for a variable that keeps what ``value`` is at the defer; ``call``: the deferred call that takes it."""
    own = value.need("field").text if value.kind == "selector_expression" else value.text
    if re.fullmatch(r"[^\W\d]\w*", own):
        return [f"orig{own[:1].upper()}{own[1:]}"]
    function = value.get("function") if value.kind == "call_expression" else None
    if function is not None and call is not None and function.text == call.need("function").text:
        return ["prev", "previous"]  # x.Set(x.Set(v)) puts back what was there before
    stems = _of_call(value) if function is not None else []
    return [*(name for name in stems if re.fullmatch(r"[^\W\d]\w*", name)), "saved"]


def _of_call(call: Node) -> list[str]:
    function = call.get("function")
    if function is None:
        return []
    name = function.need("field").text if function.kind == "selector_expression" else function.text
    if function.text == "time.Now":
        return ["start", "now"]
    if name in ("len", "cap"):
        return ["n"]
    if name == "append":
        arguments = call.need("arguments").named_children
        return ["list"] if not arguments or arguments[0].kind != "identifier" else [f"{arguments[0].text}s", "list"]
    stem = re.sub(r"^(?:get|load|read|find|lookup|make|new|next|peek|pop)(?=[A-Z])", "", name, flags=re.IGNORECASE)
    return [_lower(stem)] if stem != name and stem else []


def _lower(name: str) -> str:
    """``Name`` as ``name``, ``ID`` as ``id``, ``HTTPClient`` as ``httpClient``."""
    head = re.match(r"[A-Z]+(?![a-z])", name)
    if head:
        return head[0].lower() + name[head.end() :]
    return name[:1].lower() + name[1:]
