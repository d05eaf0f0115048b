"""``defer-in-loop``: wrap what an iteration does with its resource in a closure, so that its defers run there.

What it finds: a ``defer`` that control can pass twice in one call of its function.
What it writes: the smallest tail of a statement list that holds the resource, as a closure called on the
spot; or, for a ``defer`` that is the last statement, the call itself.
When it refuses: see ``doc.REFUSALS`` and docs/semantics.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from types import MappingProxyType

from defermod.codemod import (
    CFG,
    Binding,
    Blocker,
    Declaration,
    Edit,
    Finding,
    Fix,
    Hazard,
    Node,
    Options,
    Refusal,
    RuleDoc,
    Safety,
    Severity,
    Shared,
    Span,
    status_of,
)
from defermod.golang.loops import (
    LoopDefer,
    function_name,
    functions,
    loop_defers,
    may_repeat_defer,
    without_dead_ways,
)
from defermod.golang.scopes import own_nodes
from defermod.rewrite.closure import call_in_place, wrap
from defermod.rewrite.codes import Obstacle, label_twice
from defermod.rewrite.form import Form, FormRank
from defermod.rewrite.form_chooser import FormChooser
from defermod.rewrite.region import Region, region_exits
from defermod.rewrite.reporting import reporting_form
from defermod.syntax.imports import Imports

from ..written import closed_unseen
from .doc import DOC, Reason
from .early import EarlyRelease
from .hazard import ReleaseHazard
from .helper import helper_calls, helper_of_region
from .in_tests import CLEANUP, RUN, TITLES, TestFunction, test_style
from .prefilter import suspects
from .regions import Candidate, candidates


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Loop defers whose regions end with the same statement list: one closure serves them all."""

    members: tuple[EarlyRelease, ...]
    lowest: int = 0
    """No region may start before this statement of the list."""

    @property
    def first(self) -> EarlyRelease:
        return self.members[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """A region that can be wrapped, and how."""

    region: Region
    form: Form | None
    """None: the region is one ``defer``, whose call can be made where it stands."""
    covered: list[Node]
    """All defers of the function that end up in the closure."""
    hazards: list[ReleaseHazard]
    assumes: tuple[str, ...]
    """The assumptions that the absence of hazards rests on."""

    def rank(self) -> tuple[bool, bool, int]:
        """Less is better: refused, unsafe, how much the form adds to the text."""
        return bool(_forbidding(self.hazards)), bool(self.hazards), self.form.rank if self.form else FormRank.NO_CLOSURE


class LoopClosure:
    """The transform.  Stateless."""

    id = "loop-closure"
    rule = "defer-in-loop"
    doc: RuleDoc = DOC
    other_tools: Mapping[str, tuple[str, ...]] = MappingProxyType(
        {
            "nolint": ("gocritic", "revive", "staticcheck"),
            "lint": ("SA9001",),
            "revive": ("defer",),
            "noinspection": ("GoDeferInLoop",),
        }
    )

    def suspects(self, text: bytes) -> Iterator[Span]:
        return suspects(text)

    def findings(self, declaration: Declaration, options: Options) -> Iterator[Finding]:
        root = declaration.root
        if declaration.too_deep:
            return
        for function in functions(root):
            if not may_repeat_defer(function):
                continue
            flow = declaration.flow(function)
            defers = without_dead_ways(loop_defers(function, flow), function, declaration.decided)
            if defers:
                yield from _Function(declaration, function, flow, defers, options).findings()


class _Function:
    """The loop defers of one function."""

    def __init__(
        self,
        declaration: Declaration,
        function: Node,
        flow: CFG,
        defers: list[LoopDefer],
        options: Options,
    ) -> None:
        self.options = options
        self.style = test_style(declaration, options)
        self.explicit = not self.style and _wants_explicit_calls(declaration, function, options)
        self.declaration = declaration
        self.source = declaration.source
        self.scopes = declaration.scopes
        self.function = function
        self.flow = flow
        self.defers = defers
        self.types = declaration.types
        self.name = function_name(function)
        self.helpers = helper_calls(function)
        self.test = TestFunction(declaration, function) if self.style else None
        self.has_labels = any(node.kind == "labeled_statement" for node in own_nodes(function))
        self.repeated = {defer.node for defer in defers if defer.loop is None}
        self.judged = {
            defer.node: EarlyRelease(defer, flow, declaration.scopes, self.types)
            for defer in defers
            if defer.loop is not None
        }
        self.bystanders: dict[tuple[Node, Node], EarlyRelease] = {}
        """Defers that a closure in a loop would move, though they are no loop defers of that loop, by both."""

    def findings(self) -> list[Finding]:
        if self.flow.label_twice is not None:
            refusal = label_twice(self.flow.label_twice)
            return [self._finding(defer, refusal) for defer in self.defers]
        if self.style == CLEANUP:
            return [self._finding(defer, self._registered(defer)) for defer in self.defers]
        outcomes: dict[Node, Fix | Refusal] = {}
        loops = {defer.node: defer.loop for defer in self.defers}
        for defer in self.defers:
            if defer.loop is None:
                outcomes[defer.node] = _refuse_goto(defer)
        for group in chain.from_iterable(map(self._parted, _grouped(self.judged.values()))):
            called = self._called(group)
            outcome, covered = self._outcome(group, called)
            if (
                isinstance(called, Refusal)
                and called.code == Obstacle.LATER_DEFER_STAYS
                and isinstance(outcome, Refusal)
            ):
                # Another run would find it gone, and make this call explicit.
                outcomes |= {node: _refuse_inner(group) for node in self._inside(group) if node not in outcomes}
            for member in group.members:
                outcomes.setdefault(member.defer.node, self._own_refusal(member) or outcome)
            if isinstance(outcome, Fix) and outcome.safety is Safety.SAFE:
                for node in covered:
                    if loops.get(node) is group.first.loop:
                        outcomes.setdefault(node, outcome)
        return [self._finding(defer, outcomes[defer.node]) for defer in self.defers]

    def _finding(self, defer: LoopDefer, outcome: Fix | Refusal) -> Finding:
        name = self.name
        if defer.endless:
            message = f"defer in a loop that is never left: the deferred call never runs, in {name}"
        elif self._deadlocks(defer):
            message = (
                f"defer in a loop: the second pass waits for ever for what the first one holds until {name} returns"
            )
        else:
            message = f"defer in a loop piles up until {name} returns"
        return Finding(
            rule=LoopClosure.rule,
            transform=LoopClosure.id,
            span=defer.node.span,
            function=name,
            message=message,
            outcome=outcome,
            status=status_of(outcome),
            severity=Severity.ERROR if defer.endless or self._deadlocks(defer) else Severity.WARNING,
        )

    def _registered(self, defer: LoopDefer) -> Fix | Refusal:
        """The fix that makes a deferred call one of ``t.Cleanup``, or why there is none."""
        if self.test is None or defer.loop is None:
            return _refuse_goto(defer)
        if self._deadlocks(defer):
            sentence = "the second pass would still wait for what the first one holds"
            return Refusal(Shared.HELD_FOR_LATER, sentence, (Blocker(defer.node.span, "held until the end"),))
        mine = {each.node for each in self.defers}
        others = [n for n in own_nodes(self.function) if n.kind == "defer_statement" and n not in mine]
        return self.test.cleanup(defer, others, self.options.go_version)

    def _deadlocks(self, defer: LoopDefer) -> bool:
        return defer.node in self.judged and self.judged[defer.node].deadlock

    def _parted(self, group: _Group) -> list[_Group]:
        """Part the group after its last member that will stay: those that follow can have a closure without it."""
        staying = [i for i, member in enumerate(group.members) if self._stays(member)]
        cut = staying[-1] + 1 if staying else 0
        if cut in (0, len(group.members)):
            return [group]
        first, second = group.members[:cut], group.members[cut:]
        if first[-1].home.index == second[0].home.index:
            return [group]
        return [_Group(first), _Group(second, lowest=first[-1].home.index + 1)]

    def _stays(self, member: EarlyRelease) -> bool:
        """Return True if the defer will not be moved, whatever its neighbours are."""
        return bool(_forbidding(member.hazards) if self.options.unsafe_fixes else member.hazards)

    def _own_refusal(self, member: EarlyRelease) -> Refusal | None:
        """A defer's own reason comes before that of a neighbour in the same closure."""
        return _refusal(_forbidding(member.hazards))

    def _outcome(self, group: _Group, called: Fix | Refusal | None) -> tuple[Fix | Refusal, list[Node]]:
        """One fix for the group, and all defers of the function that end up in its closure."""
        if isinstance(called, Fix):
            return called, [member.defer.node for member in group.members]
        choice = self._choose(group)
        if isinstance(choice, Refusal):
            return choice, []
        refusal = _refusal(_forbidding(choice.hazards))
        if refusal is not None:
            return refusal, choice.covered
        edits = self._edits(choice)
        return self._fix(group, edits, choice), choice.covered

    def _inside(self, group: _Group) -> list[Node]:
        """The loop defers of the group's region that are not its own."""
        members = [member.defer.node for member in group.members]
        place = group.first.home
        return [
            n for n in self.judged if n.start > place.statement.start and n.within(place.holder) and n not in members
        ]

    def _called(self, group: _Group) -> Fix | Refusal | None:
        """The fix that makes the calls explicit, if that is wanted, or why there is none."""
        if not self.explicit or any(_forbidding(member.hazards) for member in group.members):
            return None
        place = group.first.home
        if len(group.members) == 1 and place.statement is place.body[-1] is group.first.defer.node:
            return None  # the call in its place does the same, and loses nothing in a panic
        from .explicit import explicit  # loaded for this style only

        made = explicit(self.declaration, self.function, group.members, self.options)
        return replace(made, alone=self.has_labels) if isinstance(made, Fix) else made

    def _choose(self, group: _Group) -> _Choice | Refusal:
        """The candidate region with least against it; of those, with the simplest form; of those, the earliest.

        That a region which is simpler to write holds a defer that must stay is no reason to refuse all.
        """
        choices: list[_Choice] = []
        refusals: list[Refusal] = []
        first = min(group.members, key=lambda member: member.defer.node.start)
        acquired = min(member.acquired_at(first.home) for member in group.members)
        for candidate in candidates(
            first.home, first.home.index, acquired, group.lowest, self.flow, self.scopes, self.types
        ):
            choice = self._choice(candidate, first.loop)
            if isinstance(choice, Refusal):
                refusals.append(choice)
            else:
                choices.append(choice)
        if choices:
            return min(choices, key=_Choice.rank)
        return refusals[0] if refusals else _refuse_any_closure(group)

    def _choice(self, candidate: Candidate, loop: Node) -> _Choice | Refusal:
        """Return the choice that one candidate region gives."""
        region = candidate.region
        covered = [node for node in region.own() if node.kind == "defer_statement"]
        moved = [self._moved(node, loop) for node in covered]
        reported = _reported(moved)
        form = None if candidate.in_place and not reported else self._form(region, reported)
        if form is not None and not isinstance(form, Refusal) and self.test is not None:
            form = self.test.run_form(loop, region, form)
        if isinstance(form, Refusal):
            return form
        hazards = self._hazards_of(region, moved)
        if form is not None:
            helper = helper_of_region(region, self.function, self.helpers, self.scopes, self.types)
            if isinstance(helper, ReleaseHazard):
                hazards.append(helper)
            else:
                form = replace(form, opening=helper if self.test is None else "")
            hazards += self._closure_hazards(region, moved, form)
        assumes = dict.fromkeys(name for early in moved for name in early.assumes_at(region.place))
        return _Choice(region, form, covered, hazards, tuple(assumes))

    def _moved(self, node: Node, loop: Node) -> EarlyRelease:
        """Return the judgement of a defer that a closure in the body of ``loop`` would move.

        Which loop it piles up in, if in any, doesn't matter for that: one that control passes once runs at the
        function's end, too, and what it releases may be used until then.
        """
        judged = self.judged.get(node)
        if judged is not None and judged.loop.within(loop):
            return judged
        if (node, loop) not in self.bystanders:
            defer = LoopDefer(node, self.function, loop, endless=False)
            self.bystanders[node, loop] = EarlyRelease(defer, self.flow, self.scopes, self.types)
        return self.bystanders[node, loop]

    def _form(self, region: Region, reported: list[Binding]) -> Form | Refusal:
        exits = region_exits(region, self.flow, self.scopes, self.types)
        if reported:  # a function has one last result: of several, all but one make the form refuse
            return reporting_form(region, exits, self.function, self.scopes, reported[-1])
        return FormChooser(region, exits, self.function, self.scopes, self.types).choose()

    def _hazards_of(self, region: Region, moved: list[EarlyRelease]) -> list[ReleaseHazard]:
        hazards: list[ReleaseHazard] = []
        for early in moved:
            hazards += early.hazards_at(region.place)
            if early.defer.node in self.judged and early.home.holder is not region.place.holder:
                hazards += early.hazards  # it stays, so nothing may move it
            if early.defer.node in self.repeated:
                sentence = "a defer in the same block is passed more than once by a goto"
                hazards.append(ReleaseHazard(Shared.GOTO_LOOP, sentence, early.defer.node.span, "shares the block"))
        return hazards

    def _closure_hazards(self, region: Region, moved: list[EarlyRelease], form: Form) -> list[ReleaseHazard]:
        """Return the hazards of a closure around the region, beyond those of an earlier call."""
        found: dict[tuple[str, Span], ReleaseHazard] = {}
        for early in moved:
            for hazard in early.closure_hazards_at(region.place):
                inside = region.start <= hazard.span.start < region.end
                if inside and not (hazard.helper and form.opening == f"{hazard.helper}.Helper()"):
                    found.setdefault((hazard.code, hazard.span), hazard)
        return list(found.values())

    def _edits(self, choice: _Choice) -> tuple[Edit, ...]:
        if choice.form is None:
            return call_in_place(choice.region.statements[0])
        region = choice.region
        return wrap(self.source, self.function, region, choice.form, to_end=region.last == len(region.place.body) - 1)

    def _fix(self, group: _Group, edits: tuple[Edit, ...], choice: _Choice) -> Fix:
        title = "wrap in a closure called each iteration" if choice.form else "call it here, at the iteration's end"
        hazards = choice.hazards
        if choice.form is not None and self.test is not None:
            values = [self.test.run_hazard(choice.region), *(hazard.value for hazard in hazards)]
            return Fix(TITLES[RUN], edits, Safety.UNSAFE, _listed(values), alone=self.has_labels)
        if hazards:
            return Fix(title, edits, Safety.UNSAFE, _listed(hazard.value for hazard in hazards), alone=self.has_labels)
        if group.first.deadlock:
            proof = "as it is, the loop never gets past its second pass"
        else:
            calls = list(dict.fromkeys(brief(member.call) for member in group.members))
            calls[_MOST_LISTED:] = ["others"] if len(calls) > _MOST_LISTED else []
            proof = f"nothing that runs later can tell when {' and '.join(calls)} run{'s' if len(calls) == 1 else ''}"
            lost = list(dict.fromkeys(name for member in group.members if (name := self._lost(member.defer.node))))
            if lost:
                proof += f"; the error of {' and '.join(lost[:_MOST_LISTED])} is still lost (lost-close-error)"
        return Fix(title, edits, Safety.SAFE, assumes=choice.assumes, proof=proof, alone=self.has_labels)

    @cached_property
    def _names(self) -> _Names:
        return _Names(self.declaration)

    def _lost(self, defer: Node) -> str:
        """The Close of something written whose error nobody sees; empty if the defer makes none."""
        closed = closed_unseen(self._names, self.function, defer)
        return f"{closed.name}.Close" if closed is not None else ""


class _Names:
    """The meanings of names in a declaration."""

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration

    @cached_property
    def _imports(self) -> Imports:
        return Imports(self._declaration.source)

    def binding(self, identifier: Node) -> Binding | None:
        """Return the variable that an identifier refers to."""
        return self._declaration.scopes.of.get(identifier)

    def names_package(self, identifier: Node, path: str) -> bool:
        """Return True if an identifier is the name under which the file imports ``path``."""
        one = self._imports.get(path)
        return one is not None and identifier.text == one.known_as and self.binding(identifier) is None


_MOST_LISTED = 100
"""Of hazards, blockers or names in one outcome, which all findings of a block share: else their number is a square."""


def _grouped(judged: Iterable[EarlyRelease]) -> list[_Group]:
    """Group by the statement list that holds the region, outermost first."""
    by_holder: dict[Node, list[EarlyRelease]] = {}
    for early in judged:
        by_holder.setdefault(early.home.holder, []).append(early)
    ordered = sorted(by_holder.items(), key=lambda item: (item[0].start, -item[0].end))
    return [_Group(tuple(sorted(members, key=lambda m: m.defer.node.start))) for _, members in ordered]


def _reported(moved: Iterable[EarlyRelease]) -> list[Binding]:
    """The results in which deferred calls report errors."""
    return list(dict.fromkeys(early.reported for early in moved if early.reported is not None))


def brief(call: Node) -> str:
    """The deferred expression in a few words: ``f.Close``, ``the deferred literal``."""
    function = call.get("function")
    if function is None or function.kind == "func_literal" or b"\n" in function.raw:
        return "the deferred literal" if function is not None else "the deferred call"
    return function.text


def _forbidding(hazards: Sequence[ReleaseHazard]) -> list[ReleaseHazard]:
    return [hazard for hazard in hazards if hazard.forbids]


_PRECEDENCE = (
    Shared.BODY_RECOVERS,
    Shared.RECOVERS,
    Shared.WRITES_RESULT,
    Shared.READS_RESULT,
    Shared.WRITES_OUTER,
    Shared.UNKNOWN_RELEASE,
    Shared.ESCAPES_ITERATION,
)
"""The order in which hazards name the refusal: those that say most about the code first."""


def _rank(hazard: ReleaseHazard) -> int:
    return _PRECEDENCE.index(hazard.code) if hazard.code in _PRECEDENCE else len(_PRECEDENCE)


def _refusal(hazards: list[ReleaseHazard]) -> Refusal | None:
    if not hazards:
        return None
    first = min(hazards, key=_rank)
    blockers = dict.fromkeys(h.blocker for h in hazards if h.code == first.code)
    return Refusal(first.code, first.sentence, tuple(islice(blockers, _MOST_LISTED)))


def _listed(hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
    """As many of the hazards as somebody reads, at least one with each code."""
    each = dict.fromkeys(hazards)
    first = {hazard.code: hazard for hazard in reversed(each)}
    return tuple(h for number, h in enumerate(each) if number < _MOST_LISTED or first[h.code] is h)


def _refuse_any_closure(group: _Group) -> Refusal:
    holds = "hold a defer that may not run earlier" if group.lowest else "declare a variable again"
    blocker = Blocker(group.first.defer.node.span, "shares its block")
    return Refusal(Reason.NO_CLOSURE, f"every closure around it would {holds}", (blocker,))


def _refuse_inner(outer: _Group) -> Refusal:
    sentence = "the defer of a loop around it stays, and would be called after it"
    return Refusal(Reason.OUTER_DEFER_STAYS, sentence, (Blocker(outer.first.defer.node.span, "stays"),))


def _refuse_goto(defer: LoopDefer) -> Refusal:
    sentence = "the loop is made of goto: it has no body to wrap"
    return Refusal(Shared.GOTO_LOOP, sentence, (Blocker(defer.node.span, "passed again by a goto"),))


def _wants_explicit_calls(declaration: Declaration, function: Node, options: Options) -> bool:
    """Return True if the function's loop defers are to become explicit calls."""
    if dict(options.given).get("loop_style") != "explicit":
        return False
    from .explicit import is_for

    return is_for(declaration, function, options)


TRANSFORM = LoopClosure()
