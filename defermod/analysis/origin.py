"""Where values of an iteration come from: made in it and for it alone, or shared with what outlives it.

- *born here*: every value that a variable may have at the defer was made in this iteration: by a call that
  opens or makes something, or by a literal that refers to nothing outside.
- *owned*: born here, and known to lead to nothing outside: a literal, ``make``, ``new``, a constructor.
  What is stored in it stays in the iteration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from defermod.analysis.release import Setting, given_values, stored_values, value_given
from defermod.golang.cfg import Flow
from defermod.golang.defuse import assigns
from defermod.golang.facts import CallFact, CallKind
from defermod.golang.liveness import dead_between_iterations
from defermod.golang.scopes import Binding, Scopes, root_name
from defermod.syntax.tree import Node, Tree

BASIC = frozenset(
    {"bool", "byte", "float32", "float64", "int", "int16", "int32", "int64", "int8", "rune", "uint", "uint16",
     "uint32", "uint64", "uint8", "uintptr", "error"}
)  # fmt: skip
"""Predeclared types whose values hold on to nothing (an ``error`` by convention)."""
_CONSTRUCTORS = ("new", "make", "create", "open")


class Origins:
    """The origins of the variables of one iteration of ``loop``, as they are at ``defer``."""

    def __init__(
        self, defer: Node, loop: Node, flow: Flow, scopes: Scopes, setting: Setting, *, names_end: bool
    ) -> None:
        self.defer = defer
        self.loop = loop
        self.flow = flow
        self.body = loop.need("body")
        self.scopes = scopes
        self.knowledge = setting.knowledge
        self.types = setting.types
        self.keeping = setting.keeping
        self.names_end = names_end
        self._born: dict[Binding, bool] = {}
        self._own: dict[Binding, bool] = {}
        self._passing: dict[Binding, bool] = {}

    def binding(self, node: Node | None) -> Binding | None:
        """The variable at the root of an expression."""
        root = root_name(node) if node is not None else None
        return self.scopes.of.get(root) if root is not None else None

    def in_iteration(self, binding: Binding) -> bool:
        """Is it declared in the loop's body, or could it as well be?"""
        return binding.node.within(self.body) or self._remembered(
            self._passing, binding, lambda: self._is_passing(binding)
        )

    def _is_passing(self, binding: Binding) -> bool:
        """Is it a variable from outside that carries nothing from one iteration to the next, or out of the loop?

        Its type must say that a method call doesn't take its address: ``defer b.Reset()`` of a struct is a call on
        the variable itself, which at the function's end has the last iteration's value.
        """
        deferred = any(use.within(self.defer) for use in binding.uses)
        if not self._is_reference(binding, _POINTERS if deferred else _REFERENCES):
            return False
        return dead_between_iterations(binding, self.loop, self.flow)

    def _is_reference(self, binding: Binding, kinds: tuple[str, ...]) -> bool:
        """By its type, does a method call on the variable leave its address alone?"""
        fact = self.types.expression(binding.node)
        if fact is not None:
            return fact.type.startswith(kinds)
        declaration = binding.node.parent
        kind = declaration.get("type") if declaration is not None else None
        return kind is not None and kind.text.startswith(kinds)

    def outside(self, node: Node) -> bool:
        """Is the expression rooted in a variable that outlives the iteration, one of a package perhaps?"""
        binding = self.binding(node)
        if binding is not None:
            return not self.in_iteration(binding)
        return self._of_package(node)

    def _of_package(self, node: Node) -> bool:
        """As far as types are known: a variable of this package or, behind its name, of another one."""
        root = root_name(node)
        if root is None or root in self.scopes.of:
            return False
        if self.types.expression(root) is not None:
            return True
        member = root.parent
        return (
            member is not None
            and member.kind == "selector_expression"
            and member.field != "function"
            and self.types.expression(member) is not None
        )

    def born_here(self, binding: Binding) -> bool:
        """Was the variable's value made in this iteration, by a call or a literal, and for it alone?"""
        return self._remembered(self._born, binding, lambda: self._fresh(binding, frozenset()))

    def owned(self, binding: Binding, seen: frozenset[Binding] = frozenset()) -> bool:
        """Does everything that the variable ever holds lead to nothing outside the iteration?"""
        if not seen:
            return self._remembered(self._own, binding, lambda: self._owned(binding, seen))
        return self._owned(binding, seen)

    @staticmethod
    def _remembered(known: dict[Binding, bool], binding: Binding, ask: Callable[[], bool]) -> bool:
        """The answer for a binding; each is asked once, for it may have very many uses."""
        if binding not in known:
            known[binding] = ask()
        return known[binding]

    def _owned(self, binding: Binding, seen: frozenset[Binding]) -> bool:
        if not self.in_iteration(binding) or binding.kind != "var" or binding in seen:
            return False
        return all(self._owned_value(value, binding, seen | {binding}) for value in given_values(binding))

    def acquisitions(self, binding: Binding) -> Iterator[Node]:
        """The expressions that may have made what the variable holds at the defer."""
        return (value for value in self._reaching(binding) if value is not None)

    # -- born here -------------------------------------------------------------------------------

    def _fresh(self, binding: Binding, seen: frozenset[Binding]) -> bool:
        if not self.in_iteration(binding) or binding.kind != "var" or binding in seen:
            return False
        values = list(given_values(binding)) if seen else self._reaching(binding)
        if any(value is None for value in values) and self._given_unseen(binding):
            return False
        if any(self._brings_in(value) for value in chain(stored_values(binding), self.handed(binding))):
            return False
        return bool(values) and all(self._fresh_value(value, binding, seen | {binding}) for value in values)

    def handed(self, binding: Binding) -> Iterator[Node]:
        """What is handed to methods of the variable that store it in there: ``w.Attach(f)``."""
        for use in binding.uses:
            function = use.parent
            call = function.parent if function is not None else None
            fact = self.types.call(call) if call is not None and call.get("function") is function else None
            if call is None or fact is None or not fact.has_receiver or fact.kind is not CallKind.FUNCTION:
                continue
            for argument, flow in zip(call.need("arguments").named_children, fact.arguments, strict=False):
                if 0 in flow.whole.operands:
                    yield argument

    def _given_unseen(self, binding: Binding) -> bool:
        """May the variable get a value from a range clause, or through its address?"""
        if any(assigns(use) and use is not binding.node and value_given(use) is None for use in binding.uses):
            return True
        return any(_addressed(use) for use in binding.uses)

    def _brings_in(self, value: Node) -> bool:
        """Is it something from outside that could be ended by the release of what it is stored in?"""
        fact = self.types.expression(value)
        return self.outside(value) and (fact is None or fact.ends) and not self._harmless_argument(value)

    def _reaching(self, binding: Binding) -> list[Node | None]:
        """The values that the variable may have at the defer.

        Only the nearest assignment, if that stands before the defer in the defer's own statement list;
        else every one.
        """
        siblings = self.defer.parent.children if self.defer.parent is not None else []
        for use in reversed(binding.uses):
            if not assigns(use) or use.start > self.defer.start:
                continue
            statement = use.parent.parent if use.parent is not None else None
            if statement in siblings:
                return [value_given(use)]
            break
        return list(given_values(binding))

    def _fresh_value(self, value: Node | None, binding: Binding, seen: frozenset[Binding]) -> bool:
        if value is None:
            return binding.node.parent is not None and binding.node.parent.kind == "var_spec"
        match value.kind:
            case "call_expression":
                return self._fresh_call(value, seen)
            case "composite_literal":
                return not self._refers_outside(value)
            case "func_literal" | "nil":
                return True
            case "unary_expression":
                operand, sign = value.need("operand"), value.children[0].kind
                if operand.kind == "composite_literal":
                    return sign == "&" and not self._refers_outside(operand)
                return sign == "&" and self._fresh_root(operand, seen)
            case "identifier" | "selector_expression" | "parenthesized_expression" | "type_assertion_expression":
                return self._fresh_root(value, seen)
            case "binary_expression":
                return any(self._fresh_value(part, binding, seen) for part in value.named_children)
        return False

    def _fresh_call(self, call: Node, seen: frozenset[Binding]) -> bool:
        function = call.need("function")
        if self.names_end and self._computes(function):
            arguments = call.need("arguments").named_children
            return any(self._fresh_root(argument, seen) for argument in arguments)
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        if (function.kind == "identifier" and name in self.keeping) or self._accessor(call, name):
            return False
        if name.lower().startswith(self.knowledge.shared):
            return False
        fact = self.types.call(call)
        return fact is None or self._makes_new(call, fact, name, seen)

    def _makes_new(self, call: Node, fact: CallFact, name: str, seen: frozenset[Binding]) -> bool:
        """By what its body says, or by the convention that its name follows, does the call make something new?"""
        arguments = call.need("arguments").named_children
        if fact.kind is CallKind.CONVERSION:
            return all(
                self._fresh_root(argument, seen) or self.types.holds_nothing(argument, names=False)
                or argument.kind.endswith("literal")
                for argument in arguments
            )  # fmt: skip
        if fact.kind is CallKind.BUILTIN:
            return name in ("new", "make") or all(self._fresh_root(argument, seen) for argument in arguments)
        if name.lower().startswith(self.knowledge.creates):
            return True
        package = standard_package(fact)
        if package:
            return package in USERS and not fact.callee.endswith(").Value")
        if fact.kind is not CallKind.FUNCTION:
            return fact.kind is CallKind.INTERFACE and bool(arguments)
        operands = [*([call.need("function").need("operand")] if fact.has_receiver else []), *arguments]
        given_back = any(
            (flow.whole.itself or flow.whole.unknown) and not self._new_operand(operand, seen)
            for operand, flow in zip(operands, fact.flows, strict=False)
        )
        return not fact.old and not given_back

    def _new_operand(self, operand: Node, seen: frozenset[Binding]) -> bool:
        """Is what a call may give back of an operand no older than the iteration, or nothing that could be ended?"""
        if self.types.holds_nothing(operand, names=False) or self._harmless_argument(operand):
            return True
        if operand.kind == "call_expression":
            return self._fresh_call(operand, seen)
        return self._fresh_root(operand, seen) or (self.binding(operand) is None and not self._of_package(operand))

    def _computes(self, function: Node) -> bool:
        """A function that makes a name out of other names: that a file is called so doesn't make it new."""
        if function.kind != "selector_expression" or function.need("operand") in self.scopes.of:
            return False
        return function.text in self.knowledge.computes or function.need("operand").text in ("strings", "strconv")

    def _accessor(self, call: Node, name: str) -> bool:
        """``p.Conn()``: a method of something that outlives the iteration, which may hand out the same thing again."""
        function, statement = call.need("function"), call.parent.parent if call.parent is not None else None
        if call.need("arguments").named_children or name.lower().startswith(self.knowledge.creates):
            return False
        left = statement.get("left") if statement is not None else None
        single = left is None or len(left.named_children) == 1
        return single and function.kind == "selector_expression" and self.outside(function.need("operand"))

    def _fresh_root(self, value: Node, seen: frozenset[Binding]) -> bool:
        binding = self.binding(value)
        return binding is not None and self._fresh(binding, seen)

    def leads_nowhere(self, value: Node) -> bool:
        """Does an expression's value lead to nothing outside the iteration?"""
        binding = self.binding(value)
        return self.owned(binding) if binding is not None else self._owned_value(value, _NOBODY, frozenset())

    # -- owned -----------------------------------------------------------------------------------

    def _owned_value(self, value: Node | None, binding: Binding, seen: frozenset[Binding]) -> bool:
        if value is None:
            return binding.node.parent is not None and binding.node.parent.kind == "var_spec"
        match value.kind:
            case "composite_literal":
                return not self._refers_outside(value)
            case "unary_expression":
                operand = value.need("operand")
                if operand.kind == "composite_literal":
                    return not self._refers_outside(operand)
                return value.children[0].kind == "&" and self._owned_root(operand, seen)
            case "call_expression":
                return self._constructs(value)
            case "identifier" | "parenthesized_expression" | "slice_expression":
                return self._owned_root(value, seen)
        return value.kind.endswith("literal") or value.kind == "nil"

    def _owned_root(self, value: Node, seen: frozenset[Binding]) -> bool:
        binding = self.binding(value)
        return binding is not None and self.owned(binding, seen)

    def _constructs(self, call: Node) -> bool:
        """``make``, ``new``, ``append`` to what is owned, ``NewX``: a function that makes something new."""
        function = call.need("function")
        if function.kind == "selector_expression":
            if self.binding(function.need("operand")) is not None:
                return False
            known = function.text in self.knowledge.holds or _says_new(function.need("field").text)
            return known and not self._takes_outside(call)
        if function.text == "append":
            arguments = call.need("arguments").named_children
            return bool(arguments) and self._owned_value(arguments[0], _NOBODY, frozenset())
        plain = function.kind == "identifier" and function not in self.scopes.of and _says_new(function.text)
        return plain and not self._takes_outside(call)

    def _takes_outside(self, call: Node) -> bool:
        """Does what a constructor makes lead to something from outside, that it is given or that it finds?"""
        fact = self.types.call(call)
        if fact is not None and fact.kind is CallKind.FUNCTION and fact.old and not standard_package(fact):
            return True
        return any(
            self.outside(argument) and not self._harmless_argument(argument)
            for argument in call.need("arguments").named_children
        )

    def _refers_outside(self, literal: Node) -> bool:
        """Does a literal hold on to a variable that outlives the iteration?"""
        for name in literal.find("identifier"):
            binding = self.scopes.of.get(name)
            if binding is None and not _is_key(name) and self._of_package(name):
                return not self.types.holds_nothing(name, names=False)
            if binding is None or self.in_iteration(binding) or _is_key(name):
                continue
            if _addressed(name):
                return True
            if binding.kind in ("const", "type", "typeparam") or self.types.holds_nothing(name, names=False):
                continue
            if not self._plain_parameter(binding):
                return True
        return False

    def _plain_parameter(self, binding: Binding) -> bool:
        """A parameter or loop variable of which the text says that it holds nothing, and no address is taken."""
        if self.types.expression(binding.node) is not None or any(_addressed(use) for use in binding.uses):
            return False
        declaration = binding.node.parent
        kind = declaration.get("type") if declaration is not None else None
        if kind is not None:
            return kind.text in BASIC or kind.text == "string"
        return binding.kind == "range" or any(up.kind == "for_clause" for up in binding.node.ancestors())

    # -- lenders ---------------------------------------------------------------------------------

    def lent_from_outside(self, acquisition: Node) -> bool:
        """Was it handed out by a method of something that outlives the iteration?"""
        function = acquisition.get("function") if acquisition.kind == "call_expression" else None
        return (
            function is not None and function.kind == "selector_expression" and self.outside(function.need("operand"))
        )

    def writes_through(self, acquisition: Node) -> bool:
        """Does what was made write to, or end with, something outside: ``gzip.NewWriter(&out)``, ``tls.Client(c)``?"""
        if acquisition.kind != "call_expression":
            return False
        function = acquisition.need("function")
        fact = self.types.call(acquisition)
        if fact is not None and fact.kind is CallKind.FUNCTION:
            pairs = zip(acquisition.need("arguments").named_children, fact.arguments, strict=False)
            if any(flow.whole.results and self._brings_in(argument) for argument, flow in pairs):
                return True
        name = (function.need("field") if function.kind == "selector_expression" else function).text.lower()
        if not any(word in name for word in self.knowledge.wraps):
            return False
        return any(
            self.outside(argument) and not self._harmless_argument(argument)
            for argument in acquisition.need("arguments").named_children
        )

    def gives_access(self, argument: Node) -> bool:
        """Does what outlives the iteration let a callee write to it?"""
        if not self.outside(argument) or self._harmless_argument(argument):
            return False
        fact, binding = self.types.expression(argument), self.binding(argument)
        if fact is not None:
            return not fact.is_error and fact.type.rpartition(".")[2] not in LOGGERS
        if binding is None or binding.kind in ("const", "range") or binding.name == "ctx":
            return False
        declaration = binding.node.parent
        kind = declaration.get("type") if declaration is not None else None
        if kind is not None:
            return kind.text.startswith(("*", "[]", "map["))
        return any(value is None or not value.kind.endswith("_literal") or value.kind == "composite_literal"
                   for value in given_values(binding))  # fmt: skip

    def _harmless_argument(self, argument: Node) -> bool:
        """Nothing that could be written through to: a plain value, a context, a test."""
        fact = self.types.expression(argument)
        if fact is not None:
            return self.types.holds_nothing(argument, names=False) or fact.type.lstrip("*").startswith(_HARMLESS_TYPES)
        binding = self.binding(argument)
        declaration = binding.node.parent if binding is not None else None
        kind = declaration.get("type") if declaration is not None else None
        return kind is not None and (
            kind.text in BASIC or kind.text.lstrip("*").startswith(("string", *_HARMLESS_TYPES))
        )


_POINTERS = ("*",)
_REFERENCES = ("*", "[]", "map[", "chan ", "func(", "io.", "net.Conn", "error")
USERS = frozenset(
    {
        "archive", "bufio", "bytes", "compress", "context", "crypto", "database", "debug", "embed", "encoding",
        "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "io", "log", "math", "mime", "net",
        "os", "path", "regexp", "runtime", "sort", "strconv", "strings", "syscall", "testing", "text", "time",
        "unicode",
    }
)  # fmt: skip
"""First elements of the standard library's import paths, less those of packages that are all about keeping things."""
_SHARING = frozenset({"cmp", "container", "iter", "maps", "reflect", "slices", "sync", "unique", "weak"})
"""The packages of the standard library whose functions keep, and hand out, what they were given."""
_HARMLESS_TYPES = ("context.", "testing.")
LOGGERS = frozenset({"Logger", "Entry", "SugaredLogger", "LoggerV2", "Event", "FieldLogger"})
_NOBODY = Binding("", "var", Node("identifier", True, None, 0, 0, None, Tree(b""), 0), None)


def standard_package(fact: CallFact) -> str:
    """The first element of the callee's import path if that is one of the standard library's; else empty."""
    owner = fact.callee.lstrip("(*").partition(")")[0]
    first, slash, _ = owner.partition("/")
    first = first if slash else first.partition(".")[0]
    return first if first in USERS | _SHARING else ""


def _says_new(name: str) -> bool:
    return name.lower().startswith(_CONSTRUCTORS)


def _is_key(name: Node) -> bool:
    """Is it the key in ``T{key: value}``?"""
    return name.parent is not None and name.parent.kind == "literal_element" and name.parent.field == "key"


def _addressed(use: Node) -> bool:
    parent = use.parent
    return parent is not None and parent.kind == "unary_expression" and parent.children[0].kind == "&"
