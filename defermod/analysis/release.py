"""What a deferred call releases, and what it does besides.

The call is taken apart into the variables it names and the kind of thing that ends when it runs.  What
it does to anything else (it recovers, signals, writes a result...) is a hazard of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from defermod.analysis.knowledge import Knowledge
from defermod.analysis.reporting import reported_result
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.hazard import Hazard
from defermod.golang.loops import LoopDefer
from defermod.golang.scopes import Binding, Scopes, own_nodes, root_name
from defermod.golang.types import Types
from defermod.syntax.source import Source
from defermod.syntax.tree import Node


class Ends(Enum):
    """What is no longer there once the deferred call has run."""

    VALUE = auto()
    """The resource and what reads through it; data read from it lives on."""
    NAME = auto()
    """Even a plain string or number that names the resource."""
    SHARE = auto()
    """A value that was lent: a right, if something that outlives the iteration lent it."""
    RIGHT = auto()
    """A right, such as a lock, that other code may rely on without naming it."""
    UNKNOWN = auto()


@dataclass(slots=True)
class Release:
    """One deferred call, understood as far as the text allows."""

    ends: Ends
    roots: list[Binding] = field(default_factory=list)
    """Variables of the enclosing functions whose value the call releases."""
    outside: list[Node] = field(default_factory=list)
    """Released expressions whose root is no variable of the function: package variables, calls."""
    hazards: list[Hazard] = field(default_factory=list)
    reported: Binding | None = None
    """The result of the function in which a deferred literal reports the error of the release, and does no more."""
    lasting: bool = False
    """Is what ends something at work, such as a server, that others may use while it lasts?"""


_SAYS_RECOVER = re.compile(r"recover|crash|panic", re.IGNORECASE)
_SAYS_RELEASE = re.compile(
    r"cancel|clean|close|destroy|detach|done|drop|finish|free|release|remove|shutdown|stop|teardown|unlock|unregister",
    re.IGNORECASE,
)
_BUILTINS = frozenset({"append", "cap", "complex", "imag", "len", "make", "max", "min", "new", "real"})
_CHANGES = frozenset({"clear", "copy", "delete"})
_SIGNAL_NODES = frozenset({"send_statement", "select_statement", "receive_statement"})
_ENDS_EARLY = frozenset({"Fatal", "Fatalf", "Fatalln", "FailNow", "Skip", "SkipNow", "Skipf", "Exit", "Goexit"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What the analyses of a function are told from outside it."""

    knowledge: Knowledge
    go_version: tuple[int, int] | None = None
    """The file's language version; None where nothing says, which is taken for an old one."""
    recovering: Container[str] = frozenset()
    """Names of the functions and methods of this file whose own body calls ``recover``."""
    types: Types = field(default_factory=Types)
    keeping: Container[str] = frozenset()
    """Names of the functions and methods of this file that store something in a variable of the package."""


def understand(defer: LoopDefer, scopes: Scopes, setting: Setting) -> Release:
    """Take one deferred call apart."""
    return _Reader(defer, scopes, setting).read()


class _Reader:
    def __init__(self, defer: LoopDefer, scopes: Scopes, setting: Setting) -> None:
        self.defer = defer
        self.scopes = scopes
        self.knowledge = setting.knowledge
        self.recovering = setting.recovering
        self.types = setting.types
        self.own_loop_variables = setting.go_version is not None and setting.go_version >= (1, 22)
        self.release = Release(Ends.UNKNOWN)
        self.substitutes: dict[Binding, Node] = {}
        """Parameters of a deferred literal, by the argument each was given."""

    def read(self) -> Release:
        call = self.defer.node.named_children[0]
        function = call.get("function")
        if call.kind != "call_expression" or function is None:
            self._hazard("unknown-release", "the deferred expression is not a plain call", call, "deferred here")
        elif function.kind == "func_literal":
            self._literal(function, call.need("arguments").named_children)
        else:
            self._call(call, deferred=True)
        if not self.release.roots and not self.release.outside and not self.release.hazards:
            self.release.outside.append(call)
        roots = self.release.roots
        if roots and all(self.types.holds_nothing(root.node, names=False, memory=True) for root in roots):
            self._ends(Ends.NAME)  # a handle that is a number: plain values can be the resource
        return self.release

    def _hazard(self, code: str, sentence: str, node: Node, note: str, *, forbids: bool = True) -> None:
        self.release.hazards.append(Hazard(code, sentence, node, note, forbids))

    # -- calls ----------------------------------------------------------------------------------

    def _call(self, call: Node, *, deferred: bool) -> None:
        function = call.need("function")
        arguments = call.need("arguments").named_children
        if deferred:
            for argument in arguments:
                self._address_of_outer(argument)
        if function.kind == "selector_expression":
            self._selector_call(call, function, arguments, deferred)
        elif function.kind == "identifier":
            self._plain_call(call, function, arguments, deferred)
        else:
            self._hazard("unknown-release", "what the deferred call does is not plain from the text", call, "called")

    def _selector_call(self, call: Node, function: Node, arguments: list[Node], deferred: bool) -> None:
        root = root_name(function.need("operand"))
        binding = self._binding(root)
        knowledge = self.knowledge
        name = function.need("field").text
        method = name[:1].upper() + name[1:]
        if binding is None and function.text in knowledge.ends_name:
            self._ends(Ends.NAME)
            self._release_arguments(call, arguments)
            return
        if method in knowledge.signals:
            sentence = f"{function.text} waits for or wakes other goroutines, which now happens earlier"
            self._hazard("waits-or-signals", sentence, call, "waits or signals", forbids=False)
            self._released(function.need("operand"))
            return
        recovers = self.types.recovers(call)
        if deferred and (recovers or (recovers is None and name in self.recovering)):
            self._hazard("recovers", f"{name} recovers a panic, and the loop would go on", call,
                         "recovers")  # fmt: skip
            return
        if name in _ENDS_EARLY and not deferred:
            self._ends_early(call)
            return
        if name in knowledge.reports and not deferred:
            return
        if method in knowledge.acts and function.need("operand").text.endswith("Process"):
            self._unknown(call, function, name)
            self._released(function.need("operand"))
            return
        if method in knowledge.flushes:
            sentence = f"{function.text} writes to what {function.need('operand').text} was made from, now earlier"
            self._hazard("flushes", sentence, call, "flushed here", forbids=False)
            self._released(function.need("operand"))
            return
        if binding is None and _is_package(root, self.scopes, function):
            self._package_call(call, function, arguments, deferred)
            return
        if method in knowledge.ends_value or method in knowledge.ends_work:
            self._ends(Ends.VALUE)
            self.release.lasting |= method in knowledge.ends_work
            self._released(function.need("operand"))
        elif method in knowledge.ends_share:
            self._ends(Ends.SHARE)
            self._released(function.need("operand"))
        elif method in knowledge.ends_right:
            self._ends(Ends.RIGHT)
            self._released(function.need("operand"))
        elif _SAYS_RELEASE.search(name):
            self._ends(_ends_by_name(name))
            self._released(function.need("operand"))
        elif deferred or not self._harmless(function):
            self._unknown(call, function, name)
            self._released(function.need("operand"))

    def _package_call(self, call: Node, function: Node, arguments: list[Node], deferred: bool) -> None:
        name = function.text
        if not deferred and self._harmless(function):
            return
        recovers = self.types.recovers(call) if deferred else False
        if recovers or (recovers is None and _SAYS_RECOVER.search(name)):
            self._hazard("recovers", f"{name} may recover a panic, and the loop would go on", call, "may recover")
            return
        if _SAYS_RELEASE.search(name) and arguments:
            self._ends(Ends.NAME if self._all_plain(arguments) else _ends_by_name(name))
        else:
            self._unknown(call, function, name)
        self._release_arguments(call, arguments)

    def _plain_call(self, call: Node, function: Node, arguments: list[Node], deferred: bool) -> None:
        name = function.text
        binding = self._binding(function)
        if binding is not None:
            literal = _literal_of(binding)
            if literal is not None:
                self._literal(literal, arguments, deferred=deferred)
                return
            method = _method_value_of(binding)
            if method is not None:
                self._selector_call(call, method, arguments, deferred)
                return
            self._ends(Ends.VALUE if "cancel" in name.lower() else Ends.NAME)
            self.release.roots.append(binding)
            if not _SAYS_RELEASE.search(name):
                self._unknown(call, function, name)
            return
        if name == "close":
            self._hazard("waits-or-signals", "closing a channel earlier wakes its receivers earlier", call,
                         "closes a channel", forbids=False)  # fmt: skip
            self._release_arguments(call, arguments)
        elif name == "recover":
            self._hazard("recovers", "a recovered panic used to leave the function; now the loop would go on", call,
                         "recovers")  # fmt: skip
        elif name == "panic":
            self._ends_early(call)
        elif name in _CHANGES:
            self._hazard("writes-outer", f"{name} changes what may outlive the iteration", call, "changes it")
            self._release_arguments(call, arguments)
        elif deferred or not (name in _BUILTINS or _is_conversion(name)):
            self._named_function(call, function, arguments, deferred)

    def _named_function(self, call: Node, function: Node, arguments: list[Node], deferred: bool) -> None:
        name = function.text
        fact = self.types.call(call)
        if fact is not None and fact.callee in self.knowledge.ends_name:  # Remove(path), in package os itself
            self._ends(Ends.NAME)
            self._release_arguments(call, arguments)
            return
        recovers = self.types.recovers(call)
        if deferred and (recovers or (recovers is None and (name in self.recovering or _SAYS_RECOVER.search(name)))):
            self._hazard("recovers", f"{name} may recover a panic, and the loop would go on", call, "may recover")
            return
        if _SAYS_RELEASE.search(name) and arguments:
            self._ends(Ends.NAME if self._all_plain(arguments) else _ends_by_name(name))
        else:
            self._unknown(call, function, name)
        self._release_arguments(call, arguments)

    def _unknown(self, call: Node, function: Node, name: str) -> None:
        sentence = f"what {function.text} releases, and whether it recovers, is not known"
        self._hazard("unknown-release", sentence, call, f"{name} is not a known release", forbids=False)

    def _ends_early(self, call: Node) -> None:
        self._hazard("ends-early", "the deferred call may end the function, now before later iterations", call,
                     "ends the function", forbids=False)  # fmt: skip

    def _harmless(self, function: Node) -> bool:
        """A query in a deferred literal, such as ``time.Since(start)`` or ``err.Error()``."""
        operand = function.need("operand")
        package = operand.kind == "identifier" and operand not in self.scopes.of
        if package and (operand.text in self.knowledge.pure_packages or function.text in self.knowledge.ask_functions):
            return True
        return not package and function.need("field").text in self.knowledge.asks

    # -- literals -------------------------------------------------------------------------------

    def _literal(self, literal: Node, arguments: list[Node], *, deferred: bool = True) -> None:
        parameters = [b for b in self.scopes.bindings if b.kind == "param" and b.function is literal]
        for parameter, argument in zip(parameters, arguments, strict=False):
            self.substitutes[parameter] = argument
            self._address_of_outer(argument)
        self.release.reported = self.release.reported or reported_result(literal, self.scopes)
        if self.release.reported is not None:
            sentence = "an error that the deferred call reports now ends the loop, before later iterations"
            self._hazard("writes-result", sentence, literal, "reports an error", forbids=False)
        for node in literal.need("body").walk():
            if node.kind == "identifier":
                self._captured(node, literal)
            elif node.kind == "call_expression":
                self._call_in_literal(node, literal)
            elif node.kind in _SIGNAL_NODES or (node.kind == "unary_expression" and node.children[0].kind == "<-"):
                self._hazard("waits-or-signals", "the deferred call sends or receives, which now happens earlier",
                             node, "waits or signals", forbids=False)  # fmt: skip
            elif node.kind == "go_statement":
                self._hazard("unknown-release", "the deferred call starts a goroutine", node, "starts a goroutine",
                             forbids=False)  # fmt: skip

    def _call_in_literal(self, call: Node, literal: Node) -> None:
        function = call.get("function")
        if function is None or function.kind == "func_literal":
            return
        if function.text == "recover":
            if call in set(own_nodes(literal)):
                self._hazard("recovers", "a recovered panic used to leave the function; now the loop would go on",
                             call, "recovers")  # fmt: skip
            return
        self._call(call, deferred=False)

    def _captured(self, node: Node, literal: Node) -> None:
        binding = self.scopes.of.get(node)
        if binding is None or binding.node.within(literal) or binding.kind in ("type", "const", "typeparam"):
            if binding is None and node.text != "_" and (assigns(node) or _root_of_assigned(node)):
                self._hazard("writes-outer", f"the deferred call writes {node.text}, now before later iterations",
                             node, f"writes {node.text}")  # fmt: skip
            return
        written = assigns(node) or _root_of_assigned(node) or address_taken(node)
        if binding is self.release.reported:
            return
        if binding.kind == "result":
            verb = "writes" if written else "reads"
            what = "overwritten by the function's later return" if written else "not set yet at the iteration's end"
            self._hazard(f"{verb}-result", f"the deferred call {verb} result {binding.name}, which would be {what}",
                         node, f"{verb} {binding.name}")  # fmt: skip
        elif self._in_iteration(binding):
            if _root_of_assigned(node) and _is_alias(binding):
                self._hazard("writes-outer", f"the deferred call writes what {binding.name} leads to", node,
                             f"writes through {binding.name}", forbids=False)  # fmt: skip
        elif written:
            self._hazard("writes-outer", f"the deferred call writes {binding.name}, which outlives the iteration",
                         node, f"writes {binding.name}")  # fmt: skip
        elif self._shared_loop_variable(binding):
            self._hazard("loop-variable-shared", f"before Go 1.22 all iterations share {binding.name}", node,
                         f"reads {binding.name}", forbids=False)  # fmt: skip
        elif _reassigned(binding) and not self._own_loop_variable(binding):
            self._hazard("reads-outer", f"{binding.name} is assigned elsewhere: earlier, it has another value", node,
                         f"reads {binding.name}", forbids=False)  # fmt: skip
        elif self._reads_through(node):
            self._hazard("reads-outer", f"what {binding.name} leads to may have another value earlier", node,
                         f"reads through {binding.name}", forbids=False)  # fmt: skip

    def _reads_through(self, name: Node) -> bool:
        """Is something read that the variable leads to: a field, an element, a pointee, a length?"""
        if self.types.holds_nothing(name, names=False, memory=True):
            return False
        node = name
        while node.parent is not None and node.parent.kind in ("selector_expression", "parenthesized_expression"):
            node = node.parent
        parent = node.parent
        if parent is None or (parent.kind == "call_expression" and node.field == "function"):
            return False  # a method call is looked at as such
        argument = parent.kind == "argument_list"
        known = self.types.expression(name) is not None
        return node is not name or parent.kind in ("index_expression", "unary_expression") or (argument and known)

    # -- bindings -------------------------------------------------------------------------------

    def _binding(self, name: Node | None) -> Binding | None:
        binding = self.scopes.of.get(name) if name is not None else None
        while binding is not None and binding in self.substitutes:
            root = root_name(self.substitutes[binding])
            binding = self.scopes.of.get(root) if root is not None else None
        return binding

    def _in_iteration(self, binding: Binding) -> bool:
        loop = self.defer.loop
        return loop is not None and binding.node.within(loop.need("body"))

    def _loop_variable(self, binding: Binding) -> bool:
        return any(up.kind in ("for_clause", "range_clause") for up in binding.node.ancestors()) and not (
            self._in_iteration(binding)
        )

    def _shared_loop_variable(self, binding: Binding) -> bool:
        return self._loop_variable(binding) and not self.own_loop_variables

    def _own_loop_variable(self, binding: Binding) -> bool:
        loop = self.defer.loop
        return self._loop_variable(binding) and loop is not None and binding.node.within(loop)

    def _released(self, operand: Node) -> None:
        root = root_name(operand)
        binding = self._binding(root)
        if binding is None:
            if root is None or root not in self.scopes.of or not self._parameter(root):
                self.release.outside.append(operand)
        elif binding not in self.release.roots:
            self.release.roots.append(binding)

    def _parameter(self, root: Node) -> bool:
        return self.scopes.of.get(root) in self.substitutes

    def _release_arguments(self, call: Node, arguments: list[Node]) -> None:
        if self.release.ends is not Ends.NAME:
            arguments = [a for a in arguments if not self.types.holds_nothing(a, names=False)]
        names = [n for argument in arguments for n in argument.find("identifier") if n in self.scopes.of]
        found = [b for b in (self._binding(n) for n in names) if b is not None]
        if not found:
            self.release.outside.append(call)
        for binding in found:
            if binding not in self.release.roots:
                self.release.roots.append(binding)

    def _all_plain(self, arguments: list[Node]) -> bool:
        """Nothing but numbers and strings, as in ``closeFD(fd)``: then what they name ends."""
        return all(self.types.holds_nothing(argument, names=False, memory=True) for argument in arguments)

    def _ends(self, ends: Ends) -> None:
        """Of several releases in one literal the most far-reaching counts."""
        order = [Ends.UNKNOWN, Ends.VALUE, Ends.SHARE, Ends.RIGHT, Ends.NAME]
        if order.index(ends) > order.index(self.release.ends):
            self.release.ends = ends

    def _address_of_outer(self, argument: Node) -> None:
        for node in argument.find("unary_expression"):
            root = root_name(node)
            binding = self.scopes.of.get(root) if root is not None and node.children[0].kind == "&" else None
            if binding is None or self._in_iteration(binding):
                continue
            code = "writes-result" if binding.kind == "result" else "writes-outer"
            self._hazard(code, f"the deferred call gets the address of {binding.name} and may write it", node,
                         f"address of {binding.name}")  # fmt: skip


def _ends_by_name(name: str) -> Ends:
    return Ends.RIGHT if "unlock" in name.lower() else Ends.SHARE


def _is_alias(binding: Binding) -> bool:
    """Is the variable given anything but what a literal makes?"""
    return any(value is None or not value.kind.endswith("literal") for value in given_values(binding))


def _is_package(root: Node | None, scopes: Scopes, function: Node) -> bool:
    """``pkg.F``: a name that no scope declares, in lower case, right before the selector."""
    return root is not None and root is function.need("operand") and root not in scopes.of and root.text.islower()


def _is_conversion(name: str) -> bool:
    return name in {"bool", "byte", "error", "float32", "float64", "int", "int32", "int64", "rune", "string",
                    "uint", "uint32", "uint64", "uintptr"}  # fmt: skip


def _method_value_of(binding: Binding) -> Node | None:
    """``x.Close``, if that is all that the variable ever holds."""
    values = list(given_values(binding))
    if len(values) == 1 and values[0] is not None and values[0].kind == "selector_expression":
        return values[0]
    return None


def _literal_of(binding: Binding) -> Node | None:
    """The function literal that a variable holds, if it is given one once and nothing else."""
    values = list(given_values(binding))
    if len(values) == 1 and values[0] is not None and values[0].kind == "func_literal":
        return values[0]
    return None


def given_values(binding: Binding) -> Iterator[Node | None]:
    """The expressions assigned to a variable, declaration included; None where there is no single one."""
    for use in binding.uses:
        if not assigns(use):
            continue
        yield value_given(use)


def stored_values(binding: Binding) -> Iterator[Node]:
    """The expressions that are stored in a part of a variable's value: ``x.f = v``, ``x[i] = v``, ``*x = v``."""
    for use in binding.uses:
        target = use
        while target.parent is not None and target.parent.kind in _PARTS and target.field != "index":
            target = target.parent
        if target is not use and assigns(target):
            value = value_given(target)
            if value is not None:
                yield value


_PARTS = frozenset({"index_expression", "parenthesized_expression", "selector_expression", "unary_expression"})


def value_given(target: Node) -> Node | None:
    """The expression that an assignment gives to ``target``: a multi-value call counts for each target."""
    holder = target.parent
    if holder is None:
        return None
    if holder.kind == "var_spec":
        names, values = holder.all("name"), holder.get("value")
    else:
        statement = holder.parent
        if statement is None or holder.kind != "expression_list":
            return None
        if statement.kind == "type_switch_statement":
            return statement.get("value")
        if statement.kind == "receive_statement":
            return statement.get("right")
        if statement.kind not in ("short_var_declaration", "assignment_statement"):
            return None
        names, values = holder.named_children, statement.get("right")
    if values is None:
        return None
    expressions = values.named_children
    if len(expressions) == len(names):
        return expressions[names.index(target)]
    return expressions[0] if len(expressions) == 1 else None


def _reassigned(binding: Binding) -> bool:
    """Is the variable given a value anywhere but where it is declared?"""
    changed = (assigns(use) or address_taken(use) or _root_of_assigned(use) for use in binding.uses[1:])
    return any(changed)


def _root_of_assigned(node: Node) -> bool:
    """Is ``node`` the root of a field, element or pointee that is assigned to?"""
    current = node
    while current.parent is not None and root_name(current.parent) is node:
        current = current.parent
    return current is not node and assigns(current)


class FileFunctions:
    """What the functions and methods of one file do, by name; each is looked at when it is asked about.

    ``known``: answers about declarations by their text, which is all that they depend on; added to.
    """

    def __init__(self, source: Source, known: dict[tuple[str, bytes], bool] | None = None) -> None:
        self._source = source
        self._known = {} if known is None else known
        self.recovering = Names(lambda name: self._any(name, "recovers", _recovers_itself, b"recover"))
        """Those whose own body calls ``recover``."""
        self.keeping = Names(lambda name: self._any(name, "keeps", _keeps, b"="))
        """Those that assign to a package variable or to a part of one."""

    def _any(self, name: str, question: str, ask: Callable[[Node], bool], needed: bytes) -> bool:
        """The answer of ``ask`` for any of the functions; it is no where the text lacks what is ``needed``."""
        for outline in self._source.functions(name):
            key = (question, outline.text)
            if key not in self._known:
                self._known[key] = needed in outline.text and ask(outline.node())
            if self._known[key]:
                return True
        return False

    def in_text(self, source: Source) -> FileFunctions:
        """The functions of another text, with the same memory."""
        return FileFunctions(source, self._known)

    def answer_as(self, other: FileFunctions) -> bool:
        """Is the answer to everything that ``other`` was asked the same here?"""
        return self.recovering.answer_as(other.recovering) and self.keeping.answer_as(other.keeping)


class Names(Container[str]):
    """A set of names that remembers what it was asked."""

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self._holds = holds
        self._answers: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        assert isinstance(name, str)
        if name not in self._answers:
            self._answers[name] = self._holds(name)
        return self._answers[name]

    def answer_as(self, other: Names) -> bool:
        """Is the answer to everything that ``other`` was asked the same here?"""
        return all((name in self) == answer for name, answer in other._answers.items())


def _recovers_itself(root: Node) -> bool:
    return any(_recovers(node) for node in own_nodes(root))


def _keeps(root: Node) -> bool:
    if root.get("body") is None or root.has_error:
        return False
    scopes = Scopes(root)
    return any(_stores_globally(node, scopes) for node in root.find("assignment_statement"))


def _stores_globally(assignment: Node, scopes: Scopes) -> bool:
    targets, values = assignment.need("left").named_children, assignment.need("right").named_children
    for target, value in zip(targets, values, strict=False):
        root = root_name(target)
        outer = root is not None and root.text != "_" and root not in scopes.of
        if outer and (target.kind != "identifier" or value.kind in _KEPT or value.text.startswith("append(")):
            return True
    return False


_KEPT = frozenset({"identifier", "unary_expression", "composite_literal"})


def _recovers(node: Node) -> bool:
    return node.kind == "call_expression" and node.need("function").text == "recover"
