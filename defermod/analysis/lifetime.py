"""Which values of an iteration may hold on to the resource: a taint analysis over the loop's body.

A variable is *held* if its value is known to hold on to the resource (the resource itself, a reader made
from it, a closure that captures it) and *suspect* if it may (the result of an unknown call).

It does not follow control flow: a variable that is tainted anywhere in the body is tainted everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from defermod.analysis.origin import BASIC, LOGGERS, Origins, standard_package
from defermod.analysis.release import Ends, Release, Setting, given_values, stored_values
from defermod.golang.cfg import Flow as ControlFlow
from defermod.golang.defuse import assigns
from defermod.golang.facts import CallFact, CallKind, Flow
from defermod.golang.facts import Holds as Memory
from defermod.golang.scopes import Binding, Scopes, own_nodes
from defermod.syntax.tree import Node


class Holds(IntEnum):
    """Can a value hold on to the resource?"""

    NO = 0
    MAYBE = 1
    YES = 2


NUMBERS = frozenset({"len", "cap", "min", "max", "print", "println", "delete", "close", "clear", "panic"})
"""Predeclared functions whose result holds nothing and that keep nothing."""


class Lifetime:
    """The values of one iteration of ``loop`` that depend on what ``release`` releases."""

    def __init__(
        self, release: Release, defer: Node, loop: Node, flow: ControlFlow, scopes: Scopes, setting: Setting
    ) -> None:
        self.release = release
        self.defer = defer
        self.loop = loop
        self.body = loop.need("body")
        self.scopes = scopes
        self.knowledge = setting.knowledge
        self.types = setting.types
        self.names_end = release.ends in (Ends.NAME, Ends.UNKNOWN)
        """Do even plain strings that name the resource die with it?"""
        self.origins = Origins(defer, loop, flow, scopes, setting, names_end=self.names_end)
        self.roots = [root for root in release.roots if self.origins.in_iteration(root)]
        self.acquisitions = [value for root in self.roots for value in self.origins.acquisitions(root)]
        """The expressions that made the resource."""
        self.held: dict[Binding, Holds] = {}
        self._pending: list[Binding] = []
        self._seed()
        resource = list(self.held)
        self._spread()
        self.itself: frozenset[Binding] = frozenset(self.held)
        """The variables whose use is a use of the resource: the held ones without those that it was made from."""
        self._seed_sources(resource)
        self._spread()

    @property
    def plain_file(self) -> bool:
        """Was the resource made by nothing but opening a file?  Then the file's name outlives it."""
        return bool(self.acquisitions) and all(
            value.kind == "call_expression" and self._opens(value) for value in self.acquisitions
        )

    def _opens(self, call: Node) -> bool:
        fact = self.types.call(call)
        name = fact.callee if fact is not None else call.need("function").text
        return name in self.knowledge.opens

    # -- taint -----------------------------------------------------------------------------------

    def _seed(self) -> None:
        for root in self.roots:
            self._hold(root, Holds.YES)
            for use in root.uses:
                for other in _assigned_with(use) if assigns(use) else ():
                    binding = self.scopes.of.get(other)
                    if binding is not None and self.origins.in_iteration(binding) and not self._exempt(other, None):
                        self._hold(binding, Holds.YES)
        todo = list(self.roots)
        while todo:
            for value in given_values(todo.pop()):
                binding = self.origins.binding(value) if value is not None and value.kind in _SAME else None
                if binding is not None and binding not in self.held and self.origins.in_iteration(binding):
                    self._hold(binding, Holds.YES)
                    todo.append(binding)

    def _seed_sources(self, resource: list[Binding]) -> None:
        """Taint what the resource was made from: closing a wrapper may close what it wraps.

        The receiver of the call that made it is left out: by convention ``tx.Rollback()`` doesn't end the
        connection that ``conn.Begin()`` was called on.
        """
        todo = resource
        while todo:
            resource_part = todo.pop()
            values = [*given_values(resource_part), *stored_values(resource_part), *self.origins.handed(resource_part)]
            for value in values:
                for name in self._sources(value) if value is not None else ():
                    binding = self.scopes.of.get(name)
                    if binding is not None and binding not in self.held and self.origins.in_iteration(binding):
                        self._hold(binding, Holds.MAYBE)
                        todo.append(binding)

    def _sources(self, value: Node) -> Iterator[Node]:
        """The variables that a value is made from, less those that hold nothing that could be closed."""
        names = value.find("identifier")
        if value.kind == "call_expression":
            names = (name for part in self._made_from(value) for name in part.find("identifier"))
        return (name for name in names if not self._unending(name))

    def _unending(self, name: Node) -> bool:
        """By its type, can nothing end the variable's value?"""
        fact = self.types.expression(name)
        return fact is not None and (
            self.types.holds_nothing(name, names=False, memory=True) or fact.type in self.knowledge.unending
        )

    def _made_from(self, call: Node) -> list[Node]:
        """The arguments that the result of a call may lead to."""
        fact = self.types.call(call)
        arguments = call.need("arguments").named_children
        receiver = self._asked(call)
        if fact is not None and fact.kind is CallKind.FUNCTION:
            pairs = self.operands(call, fact)[int(fact.has_receiver) :]
            return [*receiver, *(argument for argument, flow in pairs if flow.whole.results or flow.whole.unknown)]
        if call.need("function").text in self.knowledge.opens:
            return []
        return [
            *receiver,
            *(argument for argument in arguments if fact is not None or not self._looks_like_a_name(argument)),
        ]

    def _asked(self, call: Node) -> list[Node]:
        """``cmd.StdinPipe()``: what a method without arguments gives may be a part of its receiver."""
        function = call.need("function")
        if function.kind != "selector_expression" or call.need("arguments").named_children:
            return []
        creates = function.need("field").text.lower().startswith(self.knowledge.creates)
        return [] if creates else [function.need("operand")]

    def _looks_like_a_name(self, argument: Node) -> bool:
        """By the text alone: was it computed as a path or another string?"""
        binding = self.origins.binding(argument)
        values = list(given_values(binding)) if binding is not None else []
        return bool(values) and all(value is not None and self._makes_name(value) for value in values)

    def _makes_name(self, value: Node) -> bool:
        if value.kind == "call_expression":
            function = value.need("function")
            operand = function.get("operand")
            pure = operand is not None and operand.text in self.knowledge.pure_packages
            return pure or function.text in self.knowledge.computes or function.text == "string"
        return value.kind in ("binary_expression", "selector_expression", "index_expression") or "literal" in value.kind

    def _spread(self) -> None:
        """Follow the values from each variable that is tainted, or is so by more, to those that they flow into."""
        while self._pending:
            for node in self.above(self._pending.pop()):
                for target, value in value_flows(node):
                    level = self.holds(value)
                    if value.parent is not None and value.parent.kind == "range_clause":
                        level = min(level, Holds.MAYBE)
                    if level is not Holds.NO and not self._exempt(target, value):
                        self._taint(target, level)
                if node.kind == "call_expression":
                    self._taint_receiver(node)
                    self._taint_operands(node)

    def above(self, binding: Binding) -> set[Node]:
        """The nodes of the loop's body that mention a variable."""
        first, last = self.body.index, self.body.last
        found: set[Node] = set()
        for use in binding.uses:
            node: Node | None = use
            while node is not None and node not in found and first < node.index < last:
                found.add(node)
                node = node.parent
        return found

    def _hold(self, binding: Binding, level: Holds) -> None:
        if self.held.get(binding, Holds.NO) < level:
            self.held[binding] = level
            self._pending.append(binding)

    def _exempt(self, target: Node, value: Node | None) -> bool:
        """A target that can't hold on: of a plain type, or the error, count or flag that a call returns."""
        if target.kind != "identifier":
            return False
        called = value is None or self.plainly_called(value)
        fact = self.types.expression(target)
        if fact is not None:
            if fact.is_error:
                return called
            plain = self._plain(target)
            return plain and (value is None or not (self.names_resource(value) or self._view(value)))
        name = target.text
        return called and (name.startswith("err") or (name in ("ok", "n", "cerr", "e") and _one_of_several(target)))

    def plainly_called(self, value: Node) -> bool:
        """A call or the like, and none that wraps an error which was made to hold on to the resource."""
        if value.kind != "call_expression":
            return value.kind in ("type_assertion_expression", "index_expression")
        for argument in value.need("arguments").named_children:
            fact = self.types.expression(argument)
            made = argument.kind in ("unary_expression", "composite_literal") or (fact is not None and fact.is_error)
            if made and self.holds(argument) is Holds.YES:
                return False
        return True

    def _taint(self, target: Node, level: Holds) -> None:
        binding = self.origins.binding(target)
        if level is Holds.NO or binding is None or not self.origins.in_iteration(binding):
            return
        self._hold(binding, level)
        if target.kind != "identifier":  # a store through an alias changes what it was made from
            for value in given_values(binding):
                alias = value is not None and value.kind in _ALIASES
                source = self.origins.binding(value) if alias else None
                if source is not None and source is not binding and self.origins.in_iteration(source):
                    self._hold(source, level)

    def exempt(self, target: Node) -> bool:
        """Is the target one that can't hold on to what a call gives beside it: an error, a count, a flag?"""
        return target.text == "_" or self._exempt(target, None)

    def _taint_operands(self, call: Node) -> None:
        """What the call stores in one operand of what another leads to: ``bind(m, r)``."""
        fact = self.types.call(call)
        if fact is None or fact.kind is not CallKind.FUNCTION or self.uses_only(call):
            return
        operands = self.operands(call, fact)
        for operand, flow in operands:
            level = min(self.holds(operand), Holds.MAYBE) if flow.whole.operands else Holds.NO
            for other in flow.whole.operands if level else ():
                if other < len(operands):
                    self._taint(operands[other][0], level)

    def _taint_receiver(self, call: Node) -> None:
        """``x.Reset(f)``: a variable of the iteration may hold on to ``f`` from now on."""
        function = call.need("function")
        if function.kind != "selector_expression" or self.uses_only(call):
            return
        level = max((self.holds(a) for a in call.need("arguments").named_children), default=Holds.NO)
        self._taint(function.need("operand"), min(level, Holds.MAYBE))

    # -- values ----------------------------------------------------------------------------------

    def holds(self, value: Node) -> Holds:
        """Can the value of an expression hold on to the resource?"""
        if value.kind != "identifier" and self._plain(value):
            return max(self._name_holds(value), self._view(value), self._carried(value))
        match value.kind:
            case "identifier":
                binding = self.scopes.of.get(value)
                return self.held.get(binding, Holds.NO) if binding is not None else Holds.NO
            case "selector_expression":
                return self._field_holds(value)
            case "call_expression":
                named = Holds.MAYBE if self._works_out_name(value) else Holds.NO
                return max(self._call_holds(value), self._view(value), named)
            case "func_literal":
                return self.captures(value)
            case "binary_expression":
                names = self.names_end or self.names_resource(value)
                return self._max(value.named_children) if names and value.child("+") is not None else Holds.NO
            case "unary_expression":
                sign = value.children[0].kind
                return self.holds(value.need("operand")) if sign in ("&", "*", "<-") else Holds.NO
            case "type_conversion_expression" | "type_assertion_expression":
                return self.holds(value.need("operand"))
            case "slice_expression" | "index_expression":
                return min(self.holds(value.need("operand")), Holds.MAYBE)
            case _:
                return self._max(value.named_children)

    def _plain(self, node: Node) -> bool:
        memory = self.release.ends is not Ends.VALUE
        return self.types.holds_nothing(node, names=self.names_end, memory=memory)

    def _view(self, value: Node) -> Holds:
        """``it.Key()``: memory that a method of the resource gives may be the resource's own, and used again.

        What the standard library's readers give is the caller's, and so is what is known to be a copy.
        """
        fact = self.types.call(value) if value.kind == "call_expression" else None
        function = value.get("function")
        if fact is None or function is None or function.kind != "selector_expression" or standard_package(fact):
            return Holds.NO
        memory = any(result.holds is Memory.MEMORY for result in fact.results)
        if not memory or function.need("field").text in self.knowledge.plain:
            return Holds.NO
        flow = fact.receiver
        if fact.kind is CallKind.FUNCTION and flow is not None and not flow.memory.results + flow.whole.results:
            return Holds.NO
        return min(self.holds(function.need("operand")), Holds.MAYBE)

    def _name_holds(self, value: Node) -> Holds:
        """Of a value of a plain type: does it name the resource?"""
        if not self.names_resource(value):
            return Holds.NO
        known = any(n.need("field").text in self.knowledge.parts for n in value.find("selector_expression"))
        return Holds.YES if known else Holds.MAYBE

    def names_resource(self, value: Node) -> bool:
        """Does the expression ask the resource for a name that dies with it: an address, a port, a URL?"""
        for node in value.find("selector_expression"):
            name = node.need("field").text
            if name not in self.knowledge.naming or (self.plain_file and name != "Fd"):
                continue
            binding = self.origins.binding(node.need("operand")) or self._receiver_of_chain(node)
            if binding is not None and binding in self.held:
                return True
        return any(self._works_out_name(call) for call in value.find("call_expression"))

    def _carried(self, value: Node) -> Holds:
        """``append(urls, url)``: of a plain value made from others, does one of those name the resource?"""
        if value.kind == "call_expression":
            name = value.need("function").text
            if name != "append" and name not in self.knowledge.computes:
                return Holds.NO
        elif value.kind not in ("binary_expression", "composite_literal"):
            return Holds.NO
        names = (self.scopes.of.get(name) for name in value.find("identifier") if self._plain(name))
        carried = any(binding in self.held and binding not in self.roots for binding in names)
        return Holds.MAYBE if carried else Holds.NO

    def _works_out_name(self, call: Node) -> bool:
        """``portOf(l)``: by its name, does the call make a name for something that it is given, or called on?"""
        function = call.need("function")
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        words = {word.lower() for word in _WORD.findall(name)} | {name.lower()}
        if self.plain_file or not words & self.knowledge.naming_words:
            return False
        given = list(call.need("arguments").named_children)
        if function.kind == "selector_expression":
            given.append(function.need("operand"))
        return any(self.origins.binding(operand) in self.held for operand in given)

    def _receiver_of_chain(self, node: Node) -> Binding | None:
        """The variable that ``x.A().B().C`` starts with."""
        current: Node | None = node
        while current is not None and current.kind in _CHAIN:
            current = current.get("operand") or current.get("function") or next(iter(current.named_children), None)
        return self.origins.binding(current)

    def captures(self, node: Node) -> Holds:
        """Of all that a literal or statement mentions, what holds most."""
        names = (self.scopes.of.get(n) for n in node.find("identifier"))
        return max((self.held.get(b, Holds.NO) for b in names if b is not None), default=Holds.NO)

    def _max(self, nodes: list[Node]) -> Holds:
        return max((self.holds(node) for node in nodes), default=Holds.NO)

    def _field_holds(self, value: Node) -> Holds:
        owner = self.holds(value.need("operand"))
        name = value.need("field").text
        if name in self.knowledge.plain_fields and not self.names_end and self.types.expression(value) is None:
            return Holds.NO
        known = name in self.knowledge.parts or self.types.expression(value) is not None
        return owner if known else min(owner, Holds.MAYBE)

    def _call_holds(self, call: Node) -> Holds:
        fact = self.types.call(call)
        by_body = fact is not None and fact.kind in (CallKind.FUNCTION, CallKind.LITERAL)
        if fact is not None and by_body and self.release.ends in (Ends.VALUE, Ends.RIGHT):
            return self._result_holds(call, fact)
        function = call.need("function")
        if function.text in self.knowledge.contents and function.need("operand") not in self.scopes.of:
            return Holds.NO
        given = self._max([a for a in call.need("arguments").named_children if not self._copied(a)])
        if function.kind == "identifier" and function not in self.scopes.of:
            if function.text in BASIC or function.text in NUMBERS:
                return Holds.NO
            if function.text in ("append", "copy"):
                return given
            if function.text == "string":
                return given if self.names_end else Holds.NO
        if function.kind in ("slice_type", "parenthesized_expression"):
            return given
        if function.kind == "func_literal":
            return min(max(given, self.captures(function)), Holds.MAYBE)
        if function.kind != "selector_expression":
            return min(max(given, self.holds(function)), Holds.MAYBE)
        if function.text in self.knowledge.holds and function.need("operand") not in self.scopes.of:
            return given
        if self.uses_only(call) and not self.names_end:
            return Holds.MAYBE if self.names_resource(call) else Holds.NO
        receiver = self._receiver_holds(call, function)
        if self.names_end and function.need("field").text in self.knowledge.naming:
            return receiver
        return min(max(given, receiver), Holds.MAYBE)

    def _copied(self, argument: Node) -> bool:
        """``append(kept, key...)``: the elements are copied, and hold on to nothing."""
        if argument.kind != "variadic_argument" or self.names_end:
            return False
        return self.types.holds_nothing(argument.named_children[0], names=False)

    def _receiver_holds(self, call: Node, function: Node) -> Holds:
        receiver = self.holds(function.need("operand"))
        name = function.need("field").text
        if name in self.knowledge.naming and not self.plain_file:
            return receiver
        reads = name in self.knowledge.plain and (name not in ("Read", "Scan") or _has_arguments(call))
        return Holds.NO if reads and not self.names_end else receiver

    def _result_holds(self, call: Node, fact: CallFact) -> Holds:
        """What the callee's own body says of its results."""
        level = Holds.NO
        for operand, flow in self.operands(call, fact):
            if flow.whole.results:
                level = max(level, self.holds(operand))
            elif flow.memory.results or (
                (flow.whole.unknown or flow.whole.heap) and not self.uses_only(call)
            ):  # what looks like plain memory may be the resource itself
                level = max(level, min(self.holds(operand), Holds.MAYBE))
        return level

    def operands(self, call: Node, fact: CallFact) -> list[tuple[Node, Flow]]:
        """The receiver, if there is one, and the arguments, each with what the call does with it."""
        operands = list(call.need("arguments").named_children)
        if fact.has_receiver:
            operands.insert(0, call.need("function").need("operand"))
        return list(zip(operands, fact.flows, strict=False))

    def uses_only(self, call: Node) -> bool:
        """Is the callee known to keep nothing of its arguments, other than in its results?"""
        function = call.need("function")
        if function.kind != "selector_expression":
            return False
        operand = function.need("operand")
        package = operand.kind == "identifier" and operand not in self.scopes.of
        if package:
            name = function.text
            if name in self.knowledge.uses or name in self.knowledge.holds:
                return True
            if operand.text in self.knowledge.pure_packages:
                return True
        return function.need("field").text in self.knowledge.reports and self._reporter(call, operand, package)

    def _reporter(self, call: Node, operand: Node, package: bool) -> bool:
        """A test or a logger: by the callee that the type checker names, or else by the look of the receiver."""
        fact = self.types.call(call)
        if fact is not None and fact.callee:
            owner = fact.callee.rpartition(".")[0].strip("(*)")
            return owner.startswith(("testing.", "log", "log/slog")) or owner.rpartition(".")[2] in LOGGERS
        last = operand.text.rpartition(".")[2].lower()
        if last in ("t", "b", "tb", "f"):
            binding = self.origins.binding(operand)
            return binding is not None and binding.kind == "param"
        return last.endswith(("log", "logger", "logrus"))


_ALIASES = frozenset({"unary_expression", "selector_expression", "identifier", "index_expression", "slice_expression"})
_SAME = frozenset({"identifier", "parenthesized_expression", "selector_expression", "type_assertion_expression"})
"""A value of these kinds is the same thing as what it is taken from, or a part of it."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""The words of a name in camel case: ``port`` and ``Of``, ``base`` and ``URL``."""
_CHAIN = _ALIASES - {"identifier"} | {"call_expression", "type_assertion_expression", "parenthesized_expression"}


def _has_arguments(call: Node) -> bool:
    return bool(call.need("arguments").named_children)


def brief(node: Node) -> str:
    """The node's text on one line, cut to a readable length."""
    text = " ".join(node.text.split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def _targets_and_values(use: Node) -> tuple[list[Node], Node | None]:
    """The targets that stand in a list with ``use``, and the list of values."""
    holder = use.parent
    if holder is not None and holder.kind == "var_spec":
        return holder.all("name"), holder.get("value")
    if holder is not None and holder.kind == "expression_list" and holder.parent is not None:
        return holder.named_children, holder.parent.get("right")
    return [], None


def _assigned_with(use: Node) -> Iterator[Node]:
    """The other targets of a multi-value call that gives ``use`` its value."""
    names, values = _targets_and_values(use)
    if values is not None and len(values.named_children) != len(names):
        yield from (name for name in names if name is not use and name.kind == "identifier")


def _one_of_several(target: Node) -> bool:
    return any(True for _ in _assigned_with(target))


def value_flows(node: Node) -> list[tuple[Node, Node]]:
    """The (target, value) pairs of an assignment, declaration, range clause, receive, type switch or ``copy``."""
    match node.kind:
        case "short_var_declaration" | "assignment_statement" | "range_clause" | "receive_statement":
            left, right = node.get("left"), node.get("right")
            if left is None or right is None:
                return []
            targets = left.named_children
            values = right.named_children if right.kind == "expression_list" else [right]
        case "var_spec":
            targets, value = node.all("name"), node.get("value")
            values = value.named_children if value is not None else []
        case "type_switch_statement":
            alias, value = node.get("alias"), node.get("value")
            targets = alias.named_children if alias is not None else []
            values = [value] if value is not None else []
        case "inc_statement" | "dec_statement":
            return _keys(node.named_children)
        case "call_expression" if node.need("function").text == "copy":
            arguments = node.need("arguments").named_children
            return [(arguments[0], arguments[1])] if len(arguments) == 2 else []
        case _:
            return []
    keys = _keys(targets)
    if len(values) == 1:
        returned = _returned_at_once(targets, values[0])
        if returned is not None:
            return keys + returned
    if len(targets) == len(values):
        return keys + list(zip(targets, values, strict=True))
    return keys + [(target, values[0]) for target in targets] if values else keys


def _returned_at_once(targets: list[Node], value: Node) -> list[tuple[Node, Node]] | None:
    """What a function literal that is called where it stands returns, by target; None if that isn't to be seen."""
    literal = value.get("function") if value.kind == "call_expression" else None
    if literal is None or literal.kind != "func_literal":
        return None
    result = literal.get("result")
    if result is None or any(declaration.all("name") for declaration in result.find("parameter_declaration")):
        return None  # a deferred call may write a named result
    flows: list[tuple[Node, Node]] = []
    for node in own_nodes(literal):
        if node.kind != "return_statement":
            continue
        returned = node.child("expression_list")
        if returned is None or len(returned.named_children) != len(targets):
            return None
        flows += zip(targets, returned.named_children, strict=True)
    return flows


def _keys(targets: list[Node]) -> list[tuple[Node, Node]]:
    """A map keeps the keys it is given, too: ``live[f] = true``."""
    return [(target, target.need("index")) for target in targets if target.kind == "index_expression"]


def targets(value: Node) -> list[Node]:
    """What the statement that ``value`` alone stands on the right of assigns to."""
    holder = value.parent
    statement = holder.parent if holder is not None and holder.kind == "expression_list" else None
    left = statement.get("left") if statement is not None else None
    alone = holder is not None and len(holder.named_children) == 1
    return left.named_children if left is not None and alone else []
