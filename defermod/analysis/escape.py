"""Where values that may hold on to the resource leave the iteration.

A held value that leaves forbids the rewrite; a suspect one leaves it unproven.  Returning a value is no
escape by itself: the deferred calls have run before the caller sees it, now as before; only the resource
itself is reported, because a caller that gets a closed file is a mistake that a rewrite should not touch.
"""

from __future__ import annotations

from defermod.analysis.lifetime import NUMBERS, Holds, Lifetime, brief, targets, value_flows
from defermod.analysis.origin import BASIC, USERS, standard_package
from defermod.analysis.release import given_values
from defermod.golang.facts import CallFact, CallKind
from defermod.golang.hazard import Hazard
from defermod.golang.scopes import Binding, enclosing_function
from defermod.syntax.tree import Node

_STREAMS = frozenset({"os.Stdout", "os.Stderr"})
_HARMLESS = BASIC | NUMBERS | {"append", "copy", "string"}


def escapes(life: Lifetime) -> list[Hazard]:
    """The places at which a held or suspect value leaves the iteration, in source order."""
    return _Escapes(life).find() if life.held else []


class _Escapes:
    def __init__(self, life: Lifetime) -> None:
        self.life = life
        self.origins = life.origins
        self.knowledge = life.knowledge
        self.types = life.types
        self.found: list[Hazard] = []

    def find(self) -> list[Hazard]:
        life = self.life
        self._made()
        for node in self._relevant():
            match node.kind:
                case "go_statement":
                    self._report(life.captures(node), node, "a goroutine may use", "goroutine")
                case "send_statement":
                    self._report(life.holds(node.need("value")), node, "a channel takes", "sent here")
                case "return_statement":
                    self._returned(node)
                case "call_expression":
                    self._passed(node)
            for target, value in value_flows(node):
                if node.kind == "call_expression" and target.kind != "index_expression" and self._bytes(value):
                    continue  # copy(kept, key)
                if not self._stays(target, value):
                    self._report(life.holds(value), node, f"{brief(target)} keeps", "stored here")
        return self.found

    def _bytes(self, value: Node) -> bool:
        return not self.life.names_end and self.types.holds_nothing(value, names=False)

    def _made(self) -> None:
        """What the calls that made the resource did besides giving it: kept it, gave more of it to others."""
        for value in self.life.acquisitions:
            fact = self.types.call(value) if value.kind == "call_expression" else None
            if fact is not None and fact.kind is CallKind.FUNCTION and fact.kept and not standard_package(fact):
                self._report(Holds.MAYBE, value, f"{brief(value.need('function'))} may keep", "made here")
            for target in targets(value):
                binding = self.life.scopes.of.get(target)
                if binding in self.life.held or self.life.exempt(target) or self._stays(target, None):
                    continue
                self._report(Holds.MAYBE, value, f"{brief(target)} may keep", "stored here")

    def _relevant(self) -> list[Node]:
        """The nodes that mention a tainted variable, in source order, less those in a ``defer``."""
        nodes = set().union(*map(self.life.above, self.life.held))
        for defer in self.life.body.find("defer_statement"):
            nodes.difference_update(defer.walk())
        return sorted(nodes, key=lambda node: node.index)

    def _report(self, level: Holds, node: Node, who: str, note: str) -> None:
        if level is Holds.NO:
            return
        what = " or ".join(sorted(root.name for root in self.life.roots)) or "the resource"
        may = "" if level is Holds.YES else "what may hold on to "
        sentence = f"{who} {may}{what} beyond the iteration"
        self.found.append(Hazard("escapes-iteration", sentence, node, note, level is Holds.YES))

    def _stays(self, target: Node, value: Node | None) -> bool:
        """Is the assigned place part of something that lives no longer than the iteration?"""
        if target.text == "_":
            return True
        binding = self.origins.binding(target)
        if binding is None:
            return False
        if not self.origins.in_iteration(binding):
            called = value is not None and self.life.plainly_called(value)
            fact = self.types.expression(target)
            is_error = fact.is_error if fact is not None else binding.name.startswith("err")
            return target.kind == "identifier" and called and is_error
        return target.kind == "identifier" or self.origins.owned(binding)

    def _returned(self, node: Node) -> None:
        if node.end < self.life.defer.start or _inside_literal(node, self.life.loop):
            return
        values = node.child("expression_list")
        for value in values.named_children if values is not None else ():
            itself = value.kind in ("identifier", "composite_literal", "func_literal", "unary_expression")
            if itself and self.life.holds(value) is Holds.YES and not self._returned_error(value):
                self._report(Holds.YES, node, "the caller gets", "returned here")

    def _returned_error(self, value: Node) -> bool:
        """What a call gave beside the resource, returned as the function's error: ``return nil, problem``."""
        binding = self.life.scopes.of.get(value)
        function = enclosing_function(value)
        result = function.get("result") if function is not None else None
        if binding is None or binding in self.life.roots or result is None or value.parent is None:
            return False
        types = [result] if result.kind != "parameter_list" else [p.need("type") for p in result.named_children]
        last = value is value.parent.named_children[-1] and types[-1].text == "error"
        return last and self._beside(binding, frozenset())

    def _beside(self, binding: Binding, seen: frozenset[Binding]) -> bool:
        """Is a variable only ever what a call gave, or another such variable?"""
        for value in given_values(binding):
            other = self.life.scopes.of.get(value) if value is not None and value.kind == "identifier" else None
            if other is not None and other not in self.life.roots and other not in seen:
                if not self._beside(other, seen | {binding}):
                    return False
            elif value is None or not self.life.plainly_called(value):
                return False
        return True

    # -- calls -----------------------------------------------------------------------------------

    def _passed(self, call: Node) -> None:
        if self._descriptor(call) or self._written(call):
            return
        if self.life.uses_only(call):
            return
        fact = self.types.call(call)
        if fact is not None and fact.kind is CallKind.CONVERSION:
            return
        if fact is not None and fact.kind in (CallKind.FUNCTION, CallKind.INTERFACE, CallKind.DYNAMIC):
            self._passed_by_fact(call, fact)
        else:
            self._passed_by_text(call)

    def _descriptor(self, call: Node) -> bool:
        """``flock(int(f.Fd()))``: what the system does with a descriptor, the text doesn't tell."""
        for argument in call.need("arguments").named_children:
            for node in argument.find("selector_expression"):
                if node.need("field").text == "Fd" and self.life.holds(node.need("operand")) is not Holds.NO:
                    self._report(Holds.MAYBE, call, f"{brief(call.need('function'))} may keep", "passed here")
                    return True
        return False

    def _written(self, call: Node) -> bool:
        """``fmt.Fprintf(&conf, "%s", srv.URL)``: a name of the resource, written where it may be read later."""
        function = call.need("function")
        if function.kind != "selector_expression":
            return False
        arguments = call.need("arguments").named_children
        if not function.need("field").text.lower().startswith(self.knowledge.writes):
            return False
        package = self.origins.binding(function) is None
        target = arguments[0] if package and arguments else function.need("operand")
        place = target.need("operand") if target.kind == "unary_expression" else target
        if place.text in _STREAMS or not self.origins.outside(place):
            return False
        if not any(self._names(argument) for argument in arguments if argument is not target):
            return False
        self._report(Holds.MAYBE, call, f"{brief(place)} gets a name of", "written here")
        return True

    def _names(self, value: Node) -> bool:
        """Does the value hold a name that is of no use when the resource is gone?"""
        return self.life.names_resource(value) or (self.life.names_end and self.life.holds(value) is not Holds.NO)

    def _passed_by_text(self, call: Node) -> None:
        function = call.need("function")
        operand = function.need("operand") if function.kind == "selector_expression" else None
        predeclared = function.kind == "identifier" and function not in self.life.scopes.of
        if predeclared and function.text == "append":
            self._appended(call)
        if predeclared and function.text in _HARMLESS:
            return
        for argument in call.need("arguments").named_children:
            level = self.life.holds(argument)
            if level is Holds.NO or (operand is not None and self._owned(operand)):
                continue
            if argument.kind == "func_literal":
                self._literal_passed(call, function, argument, level)
                continue
            if self._held_receiver(operand):
                continue
            keeps = operand is not None and function.need("field").text in self.knowledge.keeps
            self._report(
                level if keeps else min(level, Holds.MAYBE), call, f"{brief(function)} may keep", "passed here"
            )
            return
        if operand is not None and self._held_receiver(operand) and function.need("field").text in self.origins.keeping:
            self._report(Holds.MAYBE, call, f"{brief(function)} may keep", "kept by the call")
        self._given_outer(call, function, operand)

    def _appended(self, call: Node) -> None:
        """``tmp := append(shared, f)`` may put it into the array of ``shared``."""
        first, *others = call.need("arguments").named_children or [call]
        inside = [self.origins.binding(target) for target in targets(call)]
        if others and self.origins.outside(first) and all(b and self.origins.in_iteration(b) for b in inside):
            level = max(self.life.holds(other) for other in others)
            self._report(min(level, Holds.MAYBE), call, f"{brief(first)} may keep", "appended here")

    def _given_outer(self, call: Node, function: Node, operand: Node | None) -> None:
        """``c.Join(room)``: a method of the resource may leave it in what it is given."""
        if operand is None or not self._held_receiver(operand) or function.need("field").text in self.knowledge.plain:
            return
        for argument in call.need("arguments").named_children:
            if argument.kind == "identifier" and self.origins.outside(argument) and not self._looks_plain(argument):
                self._report(Holds.MAYBE, call, f"{brief(argument)} may keep", "passed here")
                return

    def _looks_plain(self, argument: Node) -> bool:
        """By its declared type, a context by its name, or a loop variable: not something to be kept in."""
        binding = self.origins.binding(argument)
        if binding is None or binding.kind in ("const", "range") or binding.name == "ctx":
            return True
        declaration = binding.node.parent
        kind = declaration.get("type") if declaration is not None else None
        return kind is not None and (kind.text in BASIC or kind.text in ("string", "[]byte", "context.Context"))

    def _held_receiver(self, operand: Node | None) -> bool:
        return operand is not None and self.life.holds(operand) is Holds.YES

    def _passed_by_fact(self, call: Node, fact: CallFact) -> None:
        """As by text, by what the callee's body, or its absence, says of each operand."""
        function = call.need("function")
        operands = self.life.operands(call, fact)
        for index, (operand, flow) in enumerate(operands):
            level = self.life.holds(operand)
            if level is Holds.NO:
                continue
            if self.types.holds_nothing(operand, names=False):
                self._name_passed(call, function)
                continue
            others = [operands[k][0] for k in flow.whole.operands if k < len(operands) and k != index]
            if any(not self._owned(other) and not self._held_receiver(other) for other in others):
                # What a method of an interface does is a guess by its signature.
                sure = Holds.MAYBE if fact.kind is CallKind.INTERFACE else Holds.YES
                self._report(min(level, sure), call, f"{brief(function)} may store for later", "stored by the call")
                return
            if fact.has_receiver and index == 0:
                # What is not known of a method of an interface is presumed, unless its name says that it keeps.
                unknown = flow.whole.unknown and fact.kind in (CallKind.FUNCTION, CallKind.INTERFACE)
                itself = self.life.scopes.of.get(operand) in self.life.roots
                if itself and self._starts(function):
                    continue  # what a resource's own method leaves running, its release is there to end
                if (flow.whole.heap or unknown) and not self._standard_user(fact):
                    self._report(min(level, Holds.MAYBE), call, f"{brief(function)} may keep", "kept by the call")
                continue
            if fact.has_receiver and self._owned(operands[0][0]) and not flow.whole.heap:
                continue
            self._operand_passed(call, function, fact, operand, level, heap=flow.whole.heap, unknown=flow.whole.unknown)

    def _operand_passed(
        self, call: Node, function: Node, fact: CallFact, operand: Node, level: Holds, *, heap: bool, unknown: bool
    ) -> None:
        if not heap and not unknown:
            return
        who = f"{brief(function)} may keep"
        if operand.kind == "func_literal":
            self._literal_passed(call, function, operand, level)
        elif self.types.is_context(operand):
            if self._starts(function):
                self._report(min(level, Holds.MAYBE), call, f"{brief(function)} may go on with", "started here")
        elif self._standard_user(fact):
            return
        elif heap:
            self._report(level, call, who, "passed here")
        else:
            keeps = function.kind == "selector_expression" and function.need("field").text in self.knowledge.keeps
            self._report(level if keeps else min(level, Holds.MAYBE), call, who, "passed here")

    def _name_passed(self, call: Node, function: Node) -> None:
        """A plain name of the resource is passed: the callee can look it up now, and keep it to look it up later."""
        if function.text in self.knowledge.keeps_names:
            self._report(Holds.MAYBE, call, f"{brief(function)} keeps the name of", "passed here")
            return
        if function.kind == "identifier" and function.text.lower().startswith(self.knowledge.std_keeps):
            self._report(Holds.MAYBE, call, f"{brief(function)} may keep", "passed here")
        if function.kind != "selector_expression" or self._owned(function.need("operand")):
            return
        method = function.need("field").text
        keeps = method in self.knowledge.keeps or method.lower().startswith(self.knowledge.std_keeps)
        if keeps and self.origins.outside(function.need("operand")):
            self._report(Holds.MAYBE, call, f"{brief(function)} may keep", "passed here")

    def _standard_user(self, fact: CallFact) -> bool:
        """A function of the standard library that isn't known to keep what it is given."""
        name = fact.callee.rpartition(".")[2].lower()
        return standard_package(fact) in USERS and not name.startswith(self.knowledge.std_keeps)

    def _starts(self, function: Node) -> bool:
        """Does the callee's name say that it leaves something running?"""
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        return name in self.knowledge.keeps or name.lower().startswith(self.knowledge.starts)

    def _owned(self, operand: Node) -> bool:
        return self.origins.leads_nowhere(operand)

    # -- literals --------------------------------------------------------------------------------

    def _literal_passed(self, call: Node, function: Node, literal: Node, level: Holds) -> None:
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        if function.text in self.knowledge.synchronous and not self._shadowed(function):
            return
        if name == "Run" and self._test_parameter(literal) is not None:
            self._subtest(call, literal)
            return
        level = level if name in self.knowledge.keeps else min(level, Holds.MAYBE)
        self._report(level, call, f"{brief(function)} may keep a closure with", "passed here")

    def _shadowed(self, function: Node) -> bool:
        return function.kind == "selector_expression" and function.need("operand") in self.life.scopes.of

    def _test_parameter(self, literal: Node) -> str | None:
        """The name of the ``*testing.T`` that a subtest's literal takes."""
        parameters = literal.need("parameters").named_children
        if len(parameters) != 1 or b"testing." not in parameters[0].raw:
            return None
        names = parameters[0].all("name")
        return names[0].text if names else None

    def _subtest(self, call: Node, literal: Node) -> None:
        """A subtest is over when ``Run`` returns, unless it is parallel, or may be made so by what gets its ``t``."""
        name = self._test_parameter(literal)
        if any(node.text == "Parallel" for node in literal.find("field_identifier")):
            self._report(Holds.YES, call, "a parallel subtest uses", "runs later")
            return
        for inner in literal.need("body").find("call_expression"):
            arguments = inner.need("arguments").named_children
            if any(a.text == name for a in arguments) and not self.life.uses_only(inner):
                self._report(Holds.MAYBE, inner, f"{brief(inner.need('function'))} may make the subtest parallel, with",
                             "gets the test")  # fmt: skip
                return


def _inside_literal(node: Node, loop: Node) -> bool:
    for up in node.ancestors():
        if up is loop:
            return False
        if up.kind == "func_literal":
            return True
    return False
