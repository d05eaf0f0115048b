"""``narrow-scope``: release a resource or a lock after its last use, where something slow follows.

What it finds: a ``defer`` in a function's own statement list that releases a local variable, or a lock, whose last use
has something after it that may take long; and locks held over such.
What it writes: the call after the last use, or a closure from the acquisition to it.
When it refuses: see ``doc.DOC``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from defermod.codemod import (
    Binding,
    CallKind,
    Context,
    Edit,
    Finding,
    Fix,
    Hazard,
    Holds,
    Metadata,
    Node,
    Refusal,
    Rule,
    RuleDoc,
    Safety,
    Shared,
)
from defermod.golang.deferred import root_of
from defermod.golang.defuse import assigns
from defermod.golang.function_names import matching, package_name
from defermod.golang.loops import Place, functions
from defermod.golang.statements import statements
from defermod.rewrite.closure import wrap
from defermod.rewrite.form_chooser import FormChooser
from defermod.rewrite.layout import Layout, merge
from defermod.rewrite.region import JUMPS, Region, region_exits

from ..of_package import comes_home, is_package_variable
from .doc import DOC, Reason
from .spelling import spelled
from .waits import Waits

_RELEASES = frozenset({"Close", "Release", "Rollback", "Unlock", "RUnlock"})
_LOCKS = {"Unlock": "Lock", "RUnlock": "RLock"}
_WORDS = {
    "sleeps": "sleeps",
    "waits": "waits for other goroutines",
    "channel": "waits on a channel",
    "network": "uses the network",
    "process": "runs another process",
    "database": "asks a database",
    "callback": "calls a function that it was given",
}
_STRONG = frozenset({"sleeps", "network", "process", "database"})
"""Operations that speak for an earlier release wherever they are."""
_BY_NAME = re.compile(
    r"time\.(Sleep)|http\.(Get|Post|Head|PostForm)|net\.Dial\w*|exec\.Command\(.*\)\.(Run|Output|CombinedOutput)"
)
_LEAVES = JUMPS | {"return_statement"}


class NarrowScope(Rule):
    """The rule.  Stateless."""

    id = "narrow-scope"
    rule = "wide-defer"
    doc: ClassVar[RuleDoc] = DOC
    metadata: ClassVar[frozenset[Metadata]] = frozenset({Metadata.DEFERS, Metadata.SCOPES, Metadata.CFG})
    words: ClassVar[tuple[str, ...]] = ("defer",)

    def visit(self, context: Context) -> Iterator[Finding]:
        for function in functions(context.root):
            body = statements(function.need("body"))
            for index, statement in enumerate(body):
                held = _Held.of(context, function, body, index) if statement.kind == "defer_statement" else None
                finding = held.finding() if held is not None else None
                if finding is not None:
                    yield finding


@dataclass(frozen=True, slots=True)
class _Slow:
    """Something that may take long."""

    node: Node
    word: str
    statement: int
    """The index of the statement that holds it."""


class _Held:
    """The resource or lock that one ``defer`` holds until the function's end."""

    def __init__(
        self, context: Context, function: Node, body: list[Node], index: int, root: Binding | None, verb: str
    ) -> None:
        self.context = context
        self.function = function
        self.body = body
        self.index = index
        self.root = root
        self.verb = verb
        self.defer = body[index]

    @classmethod
    def of(cls, context: Context, function: Node, body: list[Node], index: int) -> _Held | None:
        call = body[index].named_children[0]
        called = call.get("function") if call.kind == "call_expression" else None
        if called is None or called.kind != "selector_expression" or call.need("arguments").named_children:
            return None
        verb, root = called.need("field").text, root_of(called)
        binding = context.binding(root) if root is not None else None
        of_package = verb in _LOCKS and root is not None and is_package_variable(context, root)
        if verb not in _RELEASES or (binding is None and not of_package):
            return None
        if verb in _LOCKS:
            before = body[index - 1].text if index else ""
            if before != f"{called.need('operand').text}.{_LOCKS[verb]}()":
                return None
        elif (
            binding is None
            or binding.kind != "var"
            or binding.function is not function
            or called.need("operand").kind == "call_expression"
        ):
            return None
        return cls(context, function, body, index, binding, verb)

    @property
    def lock(self) -> bool:
        return self.verb in _LOCKS

    def finding(self) -> Finding | None:
        used = self._used()
        if used is None:
            return None
        tracked, last = used
        if last == self.index:
            return None  # it is held for its own sake
        if not self.asked_for and (self._ends_the_program() or self._in_test() or self._given_up_by_hand()):
            return None
        slow = self._first_slow(last + 1)
        inside = self._first_slow(self.index + 1) if self.lock and slow is None and self.asked_for else None
        name = self.defer.named_children[0].need("function").need("operand").text
        over = slow or inside
        if over is None:
            if last >= len(self.body) - 2 or not self.asked_for:
                return None
            message = f"{name} is held until the function's end, though its last use is above{self._waited_for()}"
            return self.context.finding(self.defer, message, self._outcome(tracked, last))
        line = self.context.source.line(over.node.start)
        message = f"{name} is held while the function {_WORDS[over.word]} (line {line}){self._waited_for()}"
        if slow is None:
            why = "the lock is still needed after it, or for it"
            return self.context.finding(
                self.defer, message, self.context.refuse(Reason.HELD_OVER_USE, why, (over.node, _WORDS[over.word]))
            )
        return self.context.finding(self.defer, message, self._outcome(tracked, last))

    def _in_test(self) -> bool:
        """Return True if the file is a test's, which holds what it has as long as it runs."""
        return self.context.imports.get("testing") is not None or package_name(self.context.source.text).endswith(
            "_test"
        )

    def _ends_the_program(self) -> bool:
        """Return True if the function is a program's main: nobody waits for what it holds."""
        return self.context.function_name(self.function) == "main" and package_name(self.context.source.text) == "main"

    def _given_up_by_hand(self) -> bool:
        """Return True if the function gives the lock up on its way, and so has thought of how long it is held."""
        release = self.defer.named_children[0].text
        return self.lock and any(
            node.text == release and node.parent is not self.defer for node in self.function.find("call_expression")
        )

    def _waited_for(self) -> str:
        """A clause that quotes the profile on the function, to be put behind a sentence."""
        waits = self.context.evidence
        said = waits.said(self.context.function_name(self.function)) if isinstance(waits, Waits) else ""
        return f": {said}" if said else ""

    @property
    def asked_for(self) -> bool:
        """Return True if the user has named the function, or a profile of waiting for locks has it."""
        if self._waited_for():
            return True
        package = package_name(self.context.source.text)
        return bool(matching(self.context.setting("wide", ()), self.context.function_name(self.function), package))

    # -- uses ------------------------------------------------------------------------------------

    def _used(self) -> tuple[set[Binding], int] | None:
        """The variables that are, or hold on to, what is released, and the last statement that uses one.

        A lock of the package is taken to guard the package's other variables.
        None if one gets away: stored, returned or captured by a literal that is not called in place.
        """
        if self.root is None:
            return set(), max(map(self._statement, self._package_uses()), default=self.index)
        tracked = {self.root}
        if self.lock and self.root.function is not self.function:
            return None
        while True:
            more = {b for b in self._made_from(tracked) if b not in tracked}
            if not more:
                break
            tracked |= more
        uses = [use for binding in tracked for use in binding.uses if use.start > self.defer.end]
        if not self.lock and any(self._gets_away(use) for binding in tracked for use in binding.uses):
            return None
        if any(self.context.function(use) is not self.function for use in uses):
            return None
        last = max((self._statement(use) for use in uses), default=self.index)
        return tracked, self._with_check(last) if last > self.index else last

    def _package_uses(self) -> Iterator[Node]:
        """The uses of the package's variables while its lock is held, by way of a call too."""
        for statement in self.body[self.index + 1 :]:
            for node in statement.walk():
                variable = node.kind == "identifier" and is_package_variable(self.context, node)
                if variable or (node.kind == "call_expression" and comes_home(self.context, node)):
                    yield node

    def _with_check(self, last: int) -> int:
        """The index of the check of the error that statement ``last`` gives, where that follows; or ``last``."""
        given = {self.context.binding(name) for name in self.body[last].find("identifier") if assigns(name)} - {None}
        following = self.body[last + 1] if last + 1 < len(self.body) else None
        if following is None or following.kind != "if_statement" or following.get("initializer") is not None:
            return last
        condition = following.need("condition")
        checked = {self.context.binding(name) for name in condition.find("identifier")} & given
        slow = any(self._slow(node) for node in following.without("func_literal"))
        return last + 1 if checked and not slow else last

    def _made_from(self, tracked: set[Binding]) -> Iterator[Binding]:
        """Variables that may hold on to a tracked one after a statement that mentions both."""
        for binding in tracked:
            for use in binding.uses:
                holder = next((up for up in use.ancestors() if up.parent is not None and up in self.body), None)
                simple = next(
                    (up for up in use.ancestors() if up.kind.endswith(("_statement", "_declaration"))), holder
                )
                if simple is None or self.lock or not simple.within(self.function):
                    continue
                for name in simple.find("identifier"):
                    other = self.context.binding(name)
                    if other is not None and self._takes(name, other, use):
                        yield other

    def _takes(self, name: Node, binding: Binding, use: Node) -> bool:
        """Return True if a variable may get hold of another one that is used after it, or in its assignment."""
        if binding.function is not self.function or not self._can_hold(name, binding):
            return False
        return assigns(name) or name.start < use.start

    def _can_hold(self, name: Node, binding: Binding) -> bool:
        fact = self.context.types.expression(name)
        if binding.kind not in ("var", "range"):
            return False
        if fact is None:
            return not name.text.lower().endswith("err") and name.text not in ("ok", "n")
        return fact.holds is Holds.REFERENCES

    def _gets_away(self, use: Node) -> bool:
        """Return True if a use returns the variable, stores it or captures it."""
        for up in use.ancestors():
            if up is self.function:
                return False
            if up.kind in ("go_statement", "send_statement", "composite_literal"):
                return True
            if up.kind == "func_literal":
                return True
            if up.kind == "return_statement":
                return use.parent is not None and use.parent.kind == "expression_list"
            if up.kind == "assignment_statement":
                left = up.need("left")
                bare = use.parent is not None and use.parent.kind == "expression_list" and not use.within(left)
                return bare and any(name.kind != "identifier" for name in left.named_children)
        return False

    def _statement(self, node: Node) -> int:
        return next((i for i, s in enumerate(self.body) if s.start <= node.start and node.end <= s.end), len(self.body))

    # -- what takes long -------------------------------------------------------------------------

    def _first_slow(self, start: int) -> _Slow | None:
        for index in range(start, len(self.body)):
            for node in self.body[index].without("func_literal"):
                word = self._slow(node)
                if word and self._counts(word):
                    return _Slow(node, word, index)
        return None

    def _counts(self, word: str) -> bool:
        """Return True if something slow speaks for an earlier release.

        What waits on a channel often waits for who is at the other end of the resource, or takes turns under the
        lock, and nothing tells whether a given function takes long: these count where the user has named the function.
        """
        return word in _STRONG or (self.lock and self.asked_for)

    def _slow(self, node: Node) -> str:
        match node.kind:
            case "send_statement":
                return "" if _in_select(node) else "channel"
            case "unary_expression" if node.children[0].kind == "<-":
                return "" if _in_select(node) or ".Done()" in node.text else "channel"
            case "select_statement":
                return "" if any(child.kind == "default_case" for child in node.children) else "channel"
            case "range_clause":
                over = self.context.ranges_over(node.parent) if node.parent is not None else None
                return "channel" if over is not None and over.value == "channel" else ""
            case "call_expression":
                return self._slow_call(node)
        return ""

    def _slow_call(self, call: Node) -> str:
        if any(up.kind in ("go_statement", "defer_statement") for up in (call.parent,) if up is not None):
            return ""
        fact, function = self.context.call(call), call.need("function")
        if fact is None:
            if self.context.has_types:
                return ""
            found = _BY_NAME.fullmatch(function.text)
            if found is not None:
                return "sleeps" if found[1] else "network"
            return "callback" if self.lock and self._is_given(function) else ""
        if fact.kind is CallKind.DYNAMIC:
            return "callback" if self.lock and self._is_given(function) else ""
        word = fact.trait("slow")
        return word if word in _WORDS else ""

    def _is_given(self, function: Node) -> bool:
        """Return True if a called variable holds a function that was given: a parameter, a field, an element."""
        if function.kind == "identifier":
            binding = self.context.binding(function)
            return binding is not None and binding.kind in ("param", "range")
        return function.kind in ("selector_expression", "index_expression") and self.context.has_types

    # -- the fix ---------------------------------------------------------------------------------

    def _outcome(self, tracked: set[Binding], last: int) -> Fix | Refusal:
        after = self.body[self.index + 1 : last + 1]
        own = [node for statement in after for node in statement.without("func_literal")]
        about = self.context.function_facts(self.function)
        risky = about is None or any(
            self.defer.end <= risk.span[0] and risk.span[1] <= self.body[last].end for risk in about.risks
        )
        if risky or any(node.kind in _LEAVES or node.kind == "defer_statement" for node in own):
            return self._closure(last)
        rewriter = self.context.rewriter().insert_after(self.body[last], self.defer.named_children[0].text)
        rewriter.remove(self.defer)
        return rewriter.unsafe("release it after the last use", *self._doubt(), place=self.defer)

    def _doubt(self) -> tuple[str, str]:
        if not self.context.has_types:
            return Shared.NO_TYPES, "without Go's types nothing tells what is used, and how long anything takes"
        called = self.defer.named_children[0].need("function").text
        return Reason.RUNS_EARLIER, f"what follows may notice that {called} comes earlier"

    def _closure(self, last: int) -> Fix | Refusal:
        scopes, flow = self.context.scopes(self.function), self.context.cfg(self.function)
        if not self.context.has_types:
            return self.context.refuse(Shared.NO_TYPES, "without Go's types nothing tells what is used, and how long")
        first = self._acquired()
        place = Place(self.function.need("body"), self.body, self.index)
        region = Region(place, first, last)
        hoisted = self._hoisted(region)
        if isinstance(hoisted, Refusal):
            return hoisted
        others = [s for s in region.statements if s.kind == "defer_statement" and s is not self.defer]
        labels = any(node.kind in ("labeled_statement", "goto_statement") for node in region.own())
        if others or labels or not Layout(self.context.source, self.function).starts_line(region.start):
            return self.context.refuse(
                Reason.NO_CLOSURE, "labels or other defers stand among the statements", (self.defer, "")
            )
        exits = region_exits(region, flow, scopes, self.context.types)
        form = FormChooser(region, exits, self.function, scopes, self.context.types).choose()
        if isinstance(form, Refusal):
            return form
        names, edits = hoisted
        layout = Layout(self.context.source, self.function)
        indent = (self.context.source.newline + layout.indent(region.start)).decode()
        header = "".join(f"var {name} {kind}{indent}" for name, kind in names.items())
        made = wrap(
            self.context.source, self.function, region, replace(form, header=header + form.header), to_end=False
        )
        code, why = self._doubt()
        hazard = Hazard(code, why, self.defer.span)
        return Fix("wrap it and its uses in a closure", merge([*made, *edits]), Safety.UNSAFE, (hazard,))

    def _acquired(self) -> int:
        """The index of the statement that makes what is released, or takes the lock."""
        if self.lock or self.root is None:
            return self.index - 1
        made = [use for use in self.root.uses if use.end <= self.defer.start and assigns(use)]
        return min((self._statement(use) for use in made), default=self.index)

    def _hoisted(self, region: Region) -> tuple[dict[str, str], list[Edit]] | Refusal:
        """The variables that have to be declared before the closure, with their types, and what becomes of ``:=``."""
        names: dict[str, str] = {}
        edits: list[Edit] = []
        layout = Layout(self.context.source, self.function)
        indent = (self.context.source.newline + layout.indent(region.start)).decode() + "\t"
        for statement in region.statements:
            if statement.kind not in ("short_var_declaration", "var_declaration"):
                continue
            own = [
                n for n in statement.find("identifier") if (b := self.context.binding(n)) is not None and b.node is n
            ]
            assigned = [n for n in statement.find("identifier") if assigns(n) and n.text != "_"]
            outer = [n for n in assigned if n not in own]
            wanted = any(use.start > region.end for n in own for use in self._binding(n).uses)
            redeclared = any(self._binding(n).node.start < region.start for n in outer)
            if not wanted and not redeclared:
                continue
            if statement.kind == "var_declaration":
                return self.context.refuse(
                    Reason.NO_CLOSURE, "a declaration in it is needed later", (statement, "declared")
                )
            inside: list[str] = []
            for name in own:
                kind = spelled(self.context, name)
                if kind is None:
                    return self.context.refuse(
                        Reason.TYPE_NOT_NAMEABLE,
                        f"the type of {name.text} can't be spelled here",
                        (name, "needed later"),
                    )
                if any(use.start > region.end for use in self._binding(name).uses):
                    names[name.text] = kind
                else:
                    inside.append(f"var {name.text} {kind}{indent}")
            if inside:
                edits.append(Edit(statement.start, statement.start, "".join(inside).encode()))
            token = next(child for child in statement.children if child.kind == ":=")
            edits.append(Edit(token.start, token.end, b"="))
        return names, edits

    def _binding(self, name: Node) -> Binding:
        binding = self.context.binding(name)
        assert binding is not None
        return binding


def _in_select(node: Node) -> bool:
    """Return True if a channel operation is one that a ``select`` chooses."""
    around = (node, *node.ancestors())
    return any(up.field == "communication" or up.kind == "receive_statement" for up in around)


TRANSFORM = NarrowScope()
