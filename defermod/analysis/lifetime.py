"""What outlives an iteration: does anything that may hold on to the resource leave it?

A taint analysis over the statements of the loop's body.  A variable is *held* if its value is known to
hold on to the resource (the resource itself, a reader made from it, a closure that captures it) and
*suspect* if it may (the result of an unknown call).  A held value that leaves the iteration forbids the
rewrite; a suspect one makes it unproven.

It does not follow control flow: a variable that is tainted anywhere in the body is tainted everywhere.
Returning a value is no escape by itself: the deferred calls have run before the caller sees it, now as
before; only the resource itself is reported, because a caller that gets a closed file is a mistake
that a rewrite should not touch.
"""

from __future__ import annotations

from enum import IntEnum

from defermod.analysis.errors import assigns
from defermod.analysis.hazard import Hazard
from defermod.analysis.release import Ends, Release, Setting, given_values, value_given
from defermod.analysis.scopes import Binding, Scopes, root_name
from defermod.facts import CallFact, CallKind, Flow
from defermod.syntax.match import Shape
from defermod.syntax.tree import Node


class Holds(IntEnum):
    """Can a value hold on to the resource?"""

    NO = 0
    MAYBE = 1
    YES = 2


STANDARD_PACKAGES = frozenset(
    {
        "archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database", "debug",
        "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "io", "iter",
        "log", "maps", "math", "mime", "net", "os", "path", "reflect", "regexp", "runtime", "slices", "sort",
        "strconv", "strings", "sync", "syscall", "testing", "text", "time", "unicode",
    }
)  # fmt: skip
"""First elements of the standard library's import paths."""
_BASIC = frozenset(
    {"bool", "byte", "float32", "float64", "int", "int16", "int32", "int64", "int8", "rune", "uint", "uint16",
     "uint32", "uint64", "uint8", "uintptr", "error"}
)  # fmt: skip
_NUMBERS = frozenset({"len", "cap", "copy", "min", "max", "print", "println", "delete", "close", "clear", "panic"})
_ERRORS = ("err", "e", "cerr", "ok", "n")
_PARALLEL = ("Parallel",)


class Lifetime:
    """The values of one iteration of ``loop`` that depend on what ``release`` releases."""

    def __init__(self, release: Release, defer: Node, loop: Node, scopes: Scopes, setting: Setting) -> None:
        self.release = release
        self.defer = defer
        self.loop = loop
        self.body = loop.need("body")
        self.scopes = scopes
        self.knowledge = setting.knowledge
        self.types = setting.types
        self.held: dict[Binding, Holds] = {}
        self.acquisitions: list[Node] = []
        """The expressions that made the resource."""
        self._seed()
        self._spread()

    # -- where the resource comes from -----------------------------------------------------------

    def born_here(self, binding: Binding) -> bool:
        """Was the variable's value made in this iteration, by a call or a literal, and for it alone?"""
        return self._fresh(binding, set())

    def _fresh(self, binding: Binding, seen: set[Binding]) -> bool:
        if binding.kind == "range":
            return self._handed_over(binding)
        if not self.in_iteration(binding) or binding.kind != "var" or binding in seen:
            return False
        values = list(given_values(binding)) if seen else self._reaching(binding)
        return bool(values) and all(self._fresh_value(value, binding, seen | {binding}) for value in values)

    def _handed_over(self, element: Binding) -> bool:
        """Is it this loop's own variable, received from a channel?"""
        loops = [up for up in element.node.ancestors() if up.kind == "for_statement"]
        return bool(loops) and loops[0] is self.loop and self.types.ranges_over_channel(self.loop)

    def _reaching(self, binding: Binding) -> list[Node | None]:
        """The values that the variable may have at the defer.

        Only the nearest assignment, if that stands before the defer in the defer's own statement list;
        else every one.
        """
        siblings = self.defer.parent.children if self.defer.parent is not None else []
        for use in reversed(binding.uses):
            statement = use.parent.parent if use.parent is not None else None
            if assigns(use) and use.start < self.defer.start and statement in siblings:
                return [value_given(use)]
            if assigns(use) and use.start < self.defer.start:
                break
        return list(given_values(binding))

    def _fresh_value(self, value: Node | None, binding: Binding, seen: set[Binding]) -> bool:
        if value is None:
            return binding.node.parent is not None and binding.node.parent.kind == "var_spec"
        match value.kind:
            case "call_expression":
                return not self._shared(value)
            case "composite_literal" | "func_literal" | "nil":
                return not self._refers_outside(value)
            case "unary_expression":
                operand, sign = value.need("operand"), value.children[0].kind
                if sign == "<-":  # what is received is handed over
                    return True
                return sign == "&" and self._fresh_pointee(operand, seen)
            case "identifier" | "selector_expression" | "parenthesized_expression" | "type_assertion_expression":
                return self._fresh_root(value, seen)
        return False

    def _fresh_pointee(self, operand: Node, seen: set[Binding]) -> bool:
        if operand.kind == "composite_literal":
            return not self._refers_outside(operand)
        return self._fresh_root(operand, seen)

    def _refers_outside(self, literal: Node) -> bool:
        """Does a literal take the address of a variable that outlives the iteration?"""
        for node in literal.find("unary_expression"):
            root = root_name(node)
            binding = self.scopes.of.get(root) if root is not None else None
            if node.children[0].kind == "&" and binding is not None and not self.in_iteration(binding):
                return True
        return False

    def lent_from_outside(self) -> bool:
        """Was the resource handed out by a method of something that outlives the iteration?"""
        return any(self._lender_outside(value) for value in self.acquisitions)

    def _lender_outside(self, value: Node) -> bool:
        if value.kind != "call_expression":
            return False
        function = value.need("function")
        root = root_name(function.need("operand")) if function.kind == "selector_expression" else None
        binding = self.scopes.of.get(root) if root is not None else None
        return binding is not None and not self.in_iteration(binding)

    def opened_only(self) -> bool:
        """Was the resource made by nothing but opening a file?"""
        return bool(self.acquisitions) and all(
            value.kind == "call_expression" and value.need("function").text in self.knowledge.opens
            for value in self.acquisitions
        )

    def _fresh_root(self, value: Node, seen: set[Binding]) -> bool:
        root = root_name(value)
        binding = self.scopes.of.get(root) if root is not None else None
        return binding is not None and self._fresh(binding, seen)

    def _shared(self, call: Node) -> bool:
        function = call.need("function")
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        return name.lower().startswith(self.knowledge.shared)

    def in_iteration(self, binding: Binding) -> bool:
        """Is it declared in the loop's body, or a loop variable that each iteration is handed?"""
        return binding.node.within(self.body) or (binding.kind == "range" and self._handed_over(binding))

    # -- taint -----------------------------------------------------------------------------------

    def _seed(self) -> None:
        for root in self.release.roots:
            if not self.in_iteration(root):
                continue
            self.held[root] = Holds.YES
            for use in root.uses:
                if not assigns(use):
                    continue
                for other in _assigned_with(use):
                    binding = self.scopes.of.get(other)
                    if binding is not None and binding.name not in _ERRORS and self.in_iteration(binding):
                        self.held.setdefault(binding, Holds.YES)
                value = value_given(use)
                if value is not None:
                    self.acquisitions.append(value)

    def _spread(self) -> None:
        if not self.held:
            return
        flows = [pair for node in self.body.walk() for pair in _flows(node)]
        calls = list(self.body.find("call_expression"))
        changed = True
        while changed:
            changed = False
            for target, value in flows:
                level = self.holds(value)
                if value.parent is not None and value.parent.kind == "range_clause":
                    level = min(level, Holds.MAYBE)
                if not self._plain(target) or self._names_part(value):
                    changed |= self._taint(target, level)
            for call in calls:
                changed |= self._taint_receiver(call)

    def _taint(self, target: Node, level: Holds) -> bool:
        root = root_name(target)
        binding = self.scopes.of.get(root) if root is not None else None
        if level is Holds.NO or binding is None or not self.in_iteration(binding):
            return False
        if target.kind == "identifier" and binding.name in _ERRORS:
            return False
        if self.held.get(binding, Holds.NO) >= level:
            return False
        self.held[binding] = level
        return True

    def _names_part(self, value: Node) -> bool:
        """Does it name a field that dies with its owner, whatever its type, such as the URL of a server?"""
        return any(node.need("field").text in self.knowledge.parts for node in value.find("selector_expression"))

    def _plain(self, node: Node) -> bool:
        return self.types.holds_nothing(node, names=self._names_end)

    def _taint_receiver(self, call: Node) -> bool:
        """``x.Reset(f)``, where ``x`` is born here: it may hold on to ``f`` from now on."""
        function = call.need("function")
        if function.kind != "selector_expression" or self._uses_only(call):
            return False
        root = root_name(function.need("operand"))
        binding = self.scopes.of.get(root) if root is not None else None
        if binding is None or not self.in_iteration(binding) or not self.born_here(binding):
            return False
        level = max((self.holds(a) for a in call.need("arguments").named_children), default=Holds.NO)
        return self._taint(function.need("operand"), min(level, Holds.MAYBE))

    def holds(self, value: Node) -> Holds:
        """Can the value of an expression hold on to the resource?"""
        if self._plain(value) and value.kind != "identifier" and not self._names_part(value):
            return Holds.NO
        match value.kind:
            case "identifier":
                binding = self.scopes.of.get(value)
                return self.held.get(binding, Holds.NO) if binding is not None else Holds.NO
            case "selector_expression":
                owner = self.holds(value.need("operand"))
                name = value.need("field").text
                if name in self.knowledge.plain_fields and not self._names_end:
                    return Holds.NO
                known = name in self.knowledge.parts or self.types.expression(value) is not None
                return owner if known else min(owner, Holds.MAYBE)
            case "call_expression":
                return self._call_holds(value)
            case "func_literal":
                return self._captures(value)
            case "binary_expression":
                named = value.child("+") is not None and (self._names_end or self._names_part(value))
                return self._max(value.named_children) if named else Holds.NO
            case "unary_expression":
                sign = value.children[0].kind
                return self.holds(value.need("operand")) if sign in ("&", "*", "<-") else Holds.NO
            case "type_conversion_expression":
                return self.holds(value.need("operand"))
            case "type_assertion_expression":
                return self.holds(value.need("operand"))
            case "slice_expression" | "index_expression":
                return min(self.holds(value.need("operand")), Holds.MAYBE)
            case _:
                return self._max(value.named_children)

    @property
    def _names_end(self) -> bool:
        """Do even plain strings that name the resource die with it?"""
        return self.release.ends in (Ends.NAME, Ends.UNKNOWN)

    def _max(self, nodes: list[Node]) -> Holds:
        return max((self.holds(node) for node in nodes), default=Holds.NO)

    def _captures(self, literal: Node) -> Holds:
        names = (self.scopes.of.get(n) for n in literal.find("identifier"))
        return max((self.held.get(b, Holds.NO) for b in names if b is not None), default=Holds.NO)

    def _call_holds(self, call: Node) -> Holds:
        function = call.need("function")
        arguments = call.need("arguments").named_children
        fact = self.types.call(call)
        if fact is not None and fact.kind in (CallKind.FUNCTION, CallKind.LITERAL) and not self._names_end:
            return self._result_holds(call, fact)
        given = self._max(arguments)
        if function.kind == "identifier" and function not in self.scopes.of:
            if function.text in _BASIC or function.text in _NUMBERS:
                return Holds.NO
            if function.text in ("append", "string"):
                return given if function.text == "append" or self._names_end else Holds.NO
        if function.kind in ("slice_type", "parenthesized_expression"):
            return given
        if function.kind == "func_literal":
            return min(max(given, self._captures(function)), Holds.MAYBE)
        receiver = Holds.NO
        if function.kind == "selector_expression":
            if function.text in self.knowledge.holds:
                return given
            if self._uses_only(call) and not self._names_end:
                return Holds.NO
            receiver = self.holds(function.need("operand"))
            if function.need("field").text in self.knowledge.plain:
                return receiver if self._names_end else Holds.NO
        elif function.kind == "identifier":
            receiver = self.holds(function)
        return min(max(given, receiver), Holds.MAYBE)

    def _result_holds(self, call: Node, fact: CallFact) -> Holds:
        """What the callee's own body says of its results."""
        function = call.need("function")
        plain = function.kind == "selector_expression" and function.need("field").text in self.knowledge.plain
        level = Holds.NO
        for index, (operand, flow) in enumerate(self._operands(call, fact)):
            if plain and fact.has_receiver and index == 0:
                continue
            if flow.whole.results:
                level = max(level, self.holds(operand))
            elif (flow.whole.unknown or flow.whole.heap) and not self._uses_only(call):
                level = max(level, min(self.holds(operand), Holds.MAYBE))
        return level

    def _operands(self, call: Node, fact: CallFact) -> list[tuple[Node, Flow]]:
        """The receiver, if there is one, and the arguments, each with what the call does with it."""
        operands = list(call.need("arguments").named_children)
        if fact.has_receiver:
            operands.insert(0, call.need("function").need("operand"))
        return list(zip(operands, fact.flows, strict=False))

    # -- where it goes ---------------------------------------------------------------------------

    def escapes(self) -> list[Hazard]:
        """The places at which a held or suspect value leaves the iteration."""
        if not self.held:
            return []
        found: list[Hazard] = []
        for node in self.body.walk(lambda n: n.kind != "defer_statement"):
            match node.kind:
                case "go_statement":
                    self._report(found, self._captures(node), node, "a goroutine may use", "goroutine")
                case "send_statement":
                    self._report(found, self.holds(node.need("value")), node, "a channel takes", "sent here")
                case "return_statement":
                    self._returned(found, node)
                case "call_expression":
                    self._passed(found, node)
                case _:
                    for target, value in _flows(node):
                        if not self._stays(target):
                            self._report(found, self.holds(value), node, f"{brief(target)} keeps", "stored here")
        return found

    def _report(self, found: list[Hazard], level: Holds, node: Node, who: str, note: str) -> None:
        if level is Holds.NO:
            return
        what = " or ".join(sorted(b.name for b in self.release.roots if b in self.held)) or "the resource"
        may = "" if level is Holds.YES else "what may hold on to "
        sentence = f"{who} {may}{what} beyond the iteration"
        found.append(Hazard("escapes-iteration", sentence, node, note, level is Holds.YES))

    def _stays(self, target: Node) -> bool:
        """Is the assigned place part of something that lives no longer than the iteration?"""
        root = root_name(target)
        if root is None:
            return False
        if root.text == "_":
            return True
        binding = self.scopes.of.get(root)
        if binding is None or not self.in_iteration(binding):
            return target.kind == "identifier" and binding is not None and binding.name in _ERRORS
        return target.kind == "identifier" or self.born_here(binding)

    def _returned(self, found: list[Hazard], node: Node) -> None:
        if self.defer.start > node.end or node.parent is None or _inside_literal(node, self.loop):
            return
        values = node.child("expression_list")
        for value in values.named_children if values is not None else ():
            itself = value.kind in ("identifier", "composite_literal", "func_literal", "unary_expression")
            if itself and self.holds(value) is Holds.YES:
                self._report(found, Holds.YES, node, "the caller gets", "returned here")

    def _passed(self, found: list[Hazard], call: Node) -> None:
        if self._uses_only(call) or _under_defer(call):
            return
        fact = self.types.call(call)
        if fact is not None and fact.kind in (CallKind.FUNCTION, CallKind.INTERFACE, CallKind.DYNAMIC):
            self._passed_by_fact(found, call, fact)
            return
        function = call.need("function")
        operand = function.need("operand") if function.kind == "selector_expression" else None
        for argument in call.need("arguments").named_children:
            level = self.holds(argument)
            if level is Holds.NO:
                continue
            if operand is not None and self._receiver_stays(operand):
                continue
            if argument.kind == "func_literal":
                self._literal_passed(found, call, function, argument, level)
                continue
            if (
                function.kind == "identifier"
                and function not in self.scopes.of
                and (function.text in _BASIC or function.text in _NUMBERS or function.text in ("append", "string"))
            ):
                continue
            keeps = operand is not None and function.need("field").text in self.knowledge.keeps
            level = level if keeps else min(level, Holds.MAYBE)
            self._report(found, level, call, f"{brief(function)} may keep", "passed here")
            return

    def _passed_by_fact(self, found: list[Hazard], call: Node, fact: CallFact) -> None:
        """As ``_passed``, by what the callee's body, or its absence, says of each operand."""
        function = call.need("function")
        operands = self._operands(call, fact)
        for index, (operand, flow) in enumerate(operands):
            level = self.holds(operand)
            if level is Holds.NO or self._name_only(operand):
                continue
            receiver = fact.has_receiver and index == 0
            others = [operands[k][0] for k in flow.whole.operands if k < len(operands) and k != index]
            if any(not self._stays(other) for other in others):
                self._report(found, level, call, f"{brief(function)} may store for later", "stored by the call")
                return
            if receiver or self._receiver_of_iteration(call, fact):
                continue
            if operand.kind == "func_literal" and (flow.whole.heap or flow.whole.unknown):
                self._literal_passed(found, call, function, operand, level)
            elif self.types.is_context(operand):
                if self._starts(function):
                    self._report(
                        found, min(level, Holds.MAYBE), call, f"{brief(function)} may go on with", "started here"
                    )
            elif self._uses_only(call) or self._standard_user(function, fact):
                continue
            elif flow.whole.heap:
                self._report(found, level, call, f"{brief(function)} may keep", "passed here")
            elif flow.whole.unknown:
                keeps = function.kind == "selector_expression" and function.need("field").text in self.knowledge.keeps
                self._report(found, level if keeps else min(level, Holds.MAYBE), call, f"{brief(function)} may keep",
                             "passed here")  # fmt: skip

    def _standard_user(self, function: Node, fact: CallFact) -> bool:
        """A function of the standard library that isn't known to keep what it is given."""
        path = fact.callee.lstrip("(*").rpartition("/")[0] or fact.callee.lstrip("(*").partition(".")[0]
        name = fact.callee.rpartition(".")[2].lower()
        return path.partition("/")[0] in STANDARD_PACKAGES and not name.startswith(self.knowledge.std_keeps)

    def _receiver_of_iteration(self, call: Node, fact: CallFact) -> bool:
        return fact.has_receiver and self._receiver_stays(call.need("function").need("operand"))

    def _starts(self, function: Node) -> bool:
        """Does the callee's name say that it leaves something running?"""
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        return name in self.knowledge.keeps or name.lower().startswith(self.knowledge.starts)

    def _name_only(self, operand: Node) -> bool:
        """A plain name of a resource that ends by name: a call that gets it can only look it up."""
        return self.types.holds_nothing(operand, names=False)

    def _literal_passed(self, found: list[Hazard], call: Node, function: Node, literal: Node, level: Holds) -> None:
        name = function.need("field").text if function.kind == "selector_expression" else function.text
        if name in self.knowledge.synchronous or function.text in self.knowledge.synchronous:
            parallel = any(n.text in _PARALLEL for n in literal.find("field_identifier"))
            if not parallel:
                return
            self._report(found, Holds.YES, call, "a parallel subtest uses", "runs later")
            return
        level = level if name in self.knowledge.keeps else min(level, Holds.MAYBE)
        self._report(found, level, call, f"{brief(function)} may keep a closure with", "passed here")

    def _receiver_stays(self, operand: Node) -> bool:
        root = root_name(operand)
        binding = self.scopes.of.get(root) if root is not None else None
        return binding is not None and self.in_iteration(binding) and self.born_here(binding)

    def _uses_only(self, call: Node) -> bool:
        """Is the callee known to keep nothing of its arguments, other than in its results?"""
        function = call.need("function")
        name = function.text
        if name in self.knowledge.uses or name in self.knowledge.holds:
            return True
        if function.kind != "selector_expression":
            return False
        operand = function.need("operand")
        if (
            operand.kind == "identifier"
            and operand not in self.scopes.of
            and operand.text in self.knowledge.pure_packages
        ):
            return True
        return function.need("field").text in self.knowledge.reports

    # -- use -------------------------------------------------------------------------------------

    def uses_after(self, offset: int) -> list[Node]:
        """Where the iteration mentions a held or suspect variable after byte ``offset``."""
        return sorted(
            (use for binding in self.held for use in binding.uses if use.start >= offset and use.within(self.body)),
            key=lambda use: use.start,
        )

    def used_at_all(self) -> bool:
        """Is the resource mentioned in the body, other than where it is made, tested and released?"""
        for binding in self.held:
            for use in binding.uses:
                if use.within(self.body) and not use.within(self.defer) and not assigns(use) and not _nil_test(use):
                    return True
        return False


def brief(node: Node) -> str:
    """The node's text on one line, cut to a readable length."""
    text = " ".join(node.text.split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def _nil_test(use: Node) -> bool:
    return _NIL_TEST.matches(use.parent)


_NIL_TEST = Shape("binary_expression", has="nil")


def _inside_literal(node: Node, loop: Node) -> bool:
    for up in node.ancestors():
        if up is loop:
            return False
        if up.kind == "func_literal":
            return True
    return False


def _under_defer(call: Node) -> bool:
    return call.parent is not None and call.parent.kind == "defer_statement"


def _assigned_with(use: Node) -> list[Node]:
    """The other targets of a multi-value call that gives ``use`` its value."""
    holder = use.parent
    if holder is None:
        return []
    if holder.kind == "var_spec":
        names, values = holder.all("name"), holder.get("value")
    elif holder.kind == "expression_list" and holder.parent is not None:
        names, values = holder.named_children, holder.parent.get("right")
    else:
        return []
    if values is None or len(values.named_children) == len(names):
        return []
    return [name for name in names if name is not use and name.kind == "identifier"]


def _flows(node: Node) -> list[tuple[Node, Node]]:
    """The (target, value) pairs of an assignment, declaration, range clause, receive or type switch."""
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
        case _:
            return []
    if len(targets) == len(values):
        return list(zip(targets, values, strict=True))
    return [(target, values[0]) for target in targets] if values else []
