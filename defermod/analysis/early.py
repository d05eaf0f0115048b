"""May the deferred calls of an iteration run at its end?  The hazards of docs/semantics.md, put together.

A hazard either forbids the rewrite or leaves it unproven.  No hazard at all means: the call releases
something that was made in this iteration, that the iteration uses, and that nothing outside it can
hold on to; so nothing after the iteration can tell when it was released.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from defermod.analysis.escape import escapes
from defermod.analysis.knowledge import Knowledge
from defermod.analysis.lifetime import Holds, Lifetime, brief, targets
from defermod.analysis.release import Ends, Release, Setting, understand
from defermod.analysis.usage import call_on, consumed
from defermod.golang.cfg import CASES, Flow, Point, statements
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.hazard import Hazard, doubt
from defermod.golang.loops import LoopDefer, Place, places
from defermod.golang.scopes import FUNCTIONS, LOOP, Binding, Scopes, running_function
from defermod.syntax.tree import Node


class Early:
    """The question for one loop defer: where its calls may run instead, and what stands against it."""

    def __init__(
        self,
        defer: LoopDefer,
        flow: Flow,
        scopes: Scopes,
        setting: Setting,
    ) -> None:
        assert defer.loop is not None
        self.defer = defer
        self.loop = defer.loop
        self.flow = flow
        self.scopes = scopes
        self.knowledge = setting.knowledge
        self.release: Release = understand(defer, scopes, setting)
        self.life = Lifetime(self.release, defer.node, defer.loop, flow, scopes, setting)
        self.home = self._home()

    # -- where -----------------------------------------------------------------------------------

    def _home(self) -> Place:
        """The innermost statement list after whose end the iteration doesn't use the resource."""
        around = list(places(self.defer.node, self.loop))
        for place in around[:-1]:
            if self._confined(place):
                return place
        return around[-1]

    def _confined(self, place: Place) -> bool:
        again = self.flow.after(self.loop.need("body"))
        ways = [way for way in self.flow.leaving(place.body) if way.node is not None and way.node.within(self.loop)]
        if all(way is again for way in ways):
            return True
        if any(not self.life.origins.in_iteration(root) for root in self.release.roots) or not self.release.roots:
            return False
        later = set[Point]().union(*(self.flow.reachable(way, inside=self.loop, without=again) for way in ways))
        if any(self._assigned_in(binding, later, place) for binding in self._captured()):
            return False
        held = [b for b, level in self.life.held.items() if level is not Holds.NO]
        for binding in held:
            for use in binding.uses:
                statement = self.flow.statement_of(use)
                inside = place.body[0].start <= use.start <= place.body[-1].end
                if inside or statement is None:
                    continue
                if self.flow.before(statement) in later:
                    return False  # the iteration goes on with it
                # Another deferred call may have it too, even one that an earlier run has put into a closure.
                if self._deferred(use) and self._comes_before(statement, place, again):
                    return False
        return True

    def _deferred(self, use: Node) -> bool:
        """Does the use stand in a ``defer`` of the function, or of a literal in it?"""
        return any(up.kind == "defer_statement" for up in use.ancestors() if up.within(self.flow.function))

    def _comes_before(self, statement: Node, place: Place, again: Point) -> bool:
        """Can control come from the statement to the list, in the same iteration?"""
        start = self.flow.before(statement)
        return self.flow.before(place.body[0]) in self.flow.reachable(start, inside=self.loop, without=again)

    def _captured(self) -> set[Binding]:
        """The variables that the deferred call, if it is a literal, finds as they are when it runs."""
        literals = self.defer.node.find("func_literal")
        names = (self.scopes.of.get(name) for literal in literals for name in literal.find("identifier"))
        return {binding for binding in names if binding is not None and not binding.node.within(self.defer.node)}

    def _assigned_in(self, binding: Binding, later: set[Point], place: Place) -> bool:
        """Can the variable get another value after the list, in the same iteration?"""
        for use in binding.uses:
            inside = place.body[0].start <= use.start <= place.body[-1].end
            statement = self.flow.statement_of(use)
            if inside or statement is None or not use.within(self.loop):
                continue
            in_literal = running_function(use) is not self.defer.function  # which can be called at any time
            if (assigns(use) or address_taken(use)) and (in_literal or self.flow.before(statement) in later):
                return True
        return False

    def acquired_at(self, place: Place) -> int:
        """The index in ``place`` of the statement that makes the resource, or that of the defer itself.

        Of a variable that is used between two values that it gets, the last one counts.
        """
        roots = [root for root in self.release.roots if self.life.origins.in_iteration(root)]
        return min((_made_at(root, place) for root in roots), default=place.index)

    # -- why not ---------------------------------------------------------------------------------

    @cached_property
    def hazards(self) -> tuple[Hazard, ...]:
        """Everything that stands against running this deferred call at the end of its iteration."""
        found = list(self.release.hazards)
        found += escapes(self.life)
        found += self._held_for_later()
        found += self._called_back()
        found += self._subject()
        return tuple(found)

    def _called_back(self) -> Iterator[Hazard]:
        """``c.OnClose(func() { closed++ })``: what the release calls may change what the loop goes on with."""
        for binding in self.life.itself:
            for use in binding.uses:
                call = call_on(use)
                method = call.need("function").need("field").text if call is not None else ""
                if call is None or not (method in self.knowledge.keeps or _EVENT.match(method)):
                    continue
                for literal in call.need("arguments").find("func_literal"):
                    names = (name for name in literal.find("identifier") if assigns(name))
                    bindings = [self.scopes.of.get(name) for name in names]
                    if any(b is not None and not self.life.origins.in_iteration(b) for b in bindings):
                        sentence = f"what {method} is given may be called by the release, and changes what outlives it"
                        yield doubt("writes-outer", sentence, call, "called back")

    def _subject(self) -> Iterator[Hazard]:
        """A test that is about when things are released may still pass after the rewrite, and show less."""
        around = [self.flow.function, *self.flow.function.ancestors()]
        test = next((up for up in around if up.kind in FUNCTIONS and up.get("name") is not None), None)
        if test is None or b"testing." not in test.need("parameters").raw:
            return
        name = test.need("name")
        if any(word in name.text.lower() for word in self.knowledge.subjects):
            sentence = f"by its name, {name.text} is about when things are released"
            yield doubt("held-for-later", sentence, name, "the test's subject")

    def _held_for_later(self) -> Iterator[Hazard]:
        later = self._later_code()
        stranger = self._not_born_here()
        call = self.defer.node.named_children[0]
        if stranger is not None:
            name, node = stranger
            if self._declared_here(node):
                what = f"{name} may be something that the iteration did not make"
            elif self._assigned_here(node):
                what = f"{name} outlives the iteration: it is declared outside the loop's body"
            else:
                what = f"{name} is not made in the iteration"
            if later is not None and self._releases_nothing(call):
                sentence = "the call releases nothing: when it runs is all that it is about"
                yield Hazard("unknown-release", sentence, later, "runs later")
            elif later is not None:
                yield Hazard("held-for-later", f"{what}, and code after it may rely on what the call undoes", later,
                             "runs later")  # fmt: skip
            else:
                yield doubt("held-for-later", f"{what}: later iterations may rely on what the call undoes", call,
                            "released here")  # fmt: skip
        elif not consumed(self.life) and not self._context_discarded():
            yield from self._unused(self._later_in_iteration() or later, call)
        elif self.release.ends is Ends.RIGHT or self._locks() or (self.release.ends is Ends.SHARE and self._lent()):
            sentence = "the call gives up a right that later code may rely on without naming it"
            yield doubt("held-for-later", sentence, later or call, "may rely on it")
        yield from self._given_outer(call)
        for value in self.life.acquisitions:
            if self.release.ends is not Ends.NAME and self.life.origins.writes_through(value):
                sentence = f"{brief(value)} writes through to something outside, which now gets the rest earlier"
                yield doubt("flushes", sentence, value, "made here")

    def _context_discarded(self) -> bool:
        """``_, cancel := context.WithCancel(parent)``: nobody can tell when a context ends that nobody has."""
        made = self.life.acquisitions
        return bool(made) and all(
            value.kind == "call_expression" and value.need("function").text.startswith("context.With")
            and [name.text for name in targets(value)][:1] == ["_"]
            for value in made
        )  # fmt: skip

    def _releases_nothing(self, call: Node) -> bool:
        """``defer fmt.Println(i)``: known, and no release."""
        return call.need("function").text in self.knowledge.uses

    def _given_outer(self, call: Node) -> Iterator[Hazard]:
        """``defer j.Close(totals)``: the call may write to what it is given, and the loop goes on with it."""
        function = call.get("function")
        if function is None or function.kind != "selector_expression" or self.life.origins.binding(function) is None:
            return
        for argument in call.need("arguments").named_children:
            if argument.kind == "identifier" and self.life.origins.gives_access(argument):
                sentence = f"{function.text} may change {argument.text}, which now happens earlier"
                yield doubt("writes-outer", sentence, argument, "given to the call")

    def _locks(self) -> bool:
        """Does the resource stand for a lock?"""
        callees = (value.get("function") for value in self.life.acquisitions if value.kind == "call_expression")
        names = (callee.text.rpartition(".")[2].lower() for callee in callees if callee is not None)
        return any(name.startswith(self.knowledge.locks) for name in names)

    def _lent(self) -> bool:
        return any(self.life.origins.lent_from_outside(value) for value in self.life.acquisitions)

    def _unused(self, later: Node | None, call: Node) -> Iterator[Hazard]:
        sentence = "the iteration doesn't use the resource itself: it may be held for what comes after"
        last = self.home.statement is self.home.body[-1]
        if self.defer.endless:
            yield Hazard("held-for-later", f"{sentence}, as long as the function runs", call, "runs earlier")
        elif later is not None and last:
            yield Hazard("held-for-later", sentence, later, "runs later")
        elif later is not None or not self.life.plain_file:
            yield doubt("held-for-later", sentence, later or call, "may rely on it")

    def _later_in_iteration(self) -> Node | None:
        """The first statement of the iteration after the list that the closure would stand in."""
        inner: Node = self.home.holder
        for up in self.home.holder.ancestors():
            if up is self.loop:
                return None
            if up.kind == "block" or up.kind in CASES:
                following = [s for s in statements(up) if s.start > inner.end and s.kind not in _NOTHING]
                if following:
                    return following[0]
        return None

    def _declared_here(self, node: Node) -> bool:
        binding = self.scopes.of.get(node)
        return binding is not None and binding.node.within(self.loop.need("body"))

    def _assigned_here(self, node: Node) -> bool:
        binding = self.scopes.of.get(node)
        return binding is not None and any(use.within(self.loop) for use in binding.uses[1:])

    def _not_born_here(self) -> tuple[str, Node] | None:
        """Something that the call releases and that wasn't made in this iteration."""
        for node in self.release.outside:
            return brief(node), node
        for root in self.release.roots:
            if not self.life.origins.born_here(root):
                return root.name, root.node
        return None

    def _later_code(self) -> Node | None:
        """The first statement, after the loop or in a loop around it, that is more than a trivial return."""
        loop: Node = self.loop
        for up in self.loop.ancestors():
            if up is self.flow.function:
                return None
            if up.kind == "block" or up.kind in CASES:
                body = statements(up)
                index = next(i for i, s in enumerate(body) if s.start <= loop.start and loop.end <= s.end)
                for statement in body[index + 1 :]:
                    if not _trivial(statement):
                        return statement
            if up.kind == LOOP:
                return up
            if up.kind in FUNCTIONS:
                return None
        return None


_EVENT = re.compile("[oO]n[A-Z]")
_NOTHING = frozenset({"empty_statement", "fallthrough_statement", "continue_statement"})


def _made_at(root: Binding, place: Place) -> int:
    """The index of the statement before the defer with which the variable's present value begins."""
    made = place.index
    for index, statement in enumerate(place.body[: place.index]):
        uses = [use for use in root.uses if use.within(statement)]
        if not uses:
            continue
        if made == place.index or (assigns(uses[0]) and _read_between(root, place.body[made], statement)):
            made = index
    return made


def _read_between(root: Binding, first: Node, last: Node) -> bool:
    """Is the variable read after ``first`` and before ``last``?"""
    return any(first.end <= use.start < last.start and not assigns(use) for use in root.uses)


def _trivial(statement: Node) -> bool:
    """A ``return`` of nothing, constants and plain variables, or an empty statement."""
    if statement.kind == "empty_statement":
        return True
    if statement.kind != "return_statement":
        return False
    plain = ("identifier", "nil", "true", "false", "int_literal", "interpreted_string_literal", "expression_list")
    return all(node.kind in plain or not node.named or node.parent is None or node.parent.kind in plain
               for node in statement.walk() if node is not statement and node.kind != "comment")  # fmt: skip


def body_hazards(nodes: Sequence[Node], scopes: Scopes, knowledge: Knowledge) -> list[Hazard]:
    """What the statements themselves do that a closure around them would change.

    ``nodes``: all nodes of the region that belong to the function itself, literals left out.
    """
    found: list[Hazard] = []
    for node in nodes:
        if node.kind != "call_expression":
            continue
        callee = node.need("function")
        if callee.text == "recover" and callee not in scopes.of:
            sentence = "recover() works only when the deferred function calls it directly"
            found.append(Hazard("body-recovers", sentence, node, "calls recover"))
        elif callee.text in knowledge.looks:
            sentence = f"{callee.text} would see one more frame of the stack"
            found.append(doubt("caller-frame", sentence, node, "looks at the stack"))
    return found
