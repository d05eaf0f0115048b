"""``defer-in-loop``: wrap what an iteration does with its resource in a closure, so that its defers run there.

What it finds: a ``defer`` that control can pass twice in one call of its function.
What it writes: the smallest tail of a statement list that holds the resource, as a closure called on the
spot; or, for a ``defer`` that is the last statement, the call itself.
When it refuses: see ``doc.REFUSALS`` and docs/semantics.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from defermod.analysis.early import Early, body_hazards
from defermod.analysis.knowledge import knowledge
from defermod.analysis.release import Setting
from defermod.codemod import Declaration, RuleDoc
from defermod.golang.cfg import Flow
from defermod.golang.hazard import Hazard
from defermod.golang.loops import LoopDefer, function_name, functions, loop_defers, may_repeat_defer
from defermod.golang.scopes import Binding, own_nodes
from defermod.model import Blocker, Edit, Finding, Fix, Options, Refusal, Safety, Severity, Span, status_of
from defermod.rewrite.closure import call_in_place, wrap
from defermod.rewrite.forms import Form, FormChooser
from defermod.rewrite.region import Region, region_exits
from defermod.rewrite.reporting import reporting_form
from defermod.scan import suspects
from defermod.syntax.tree import Node

from .doc import DOC
from .explicit import LATER_STAYS, explicit, wanted
from .helper import helper_of_region
from .regions import candidates


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Loop defers whose regions end with the same statement list: one closure serves them all."""

    members: tuple[Early, ...]
    lowest: int = 0
    """No region may start before this statement of the list."""

    @property
    def first(self) -> Early:
        return self.members[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """A region that can be wrapped, and how."""

    region: Region
    form: Form | None
    """None: the region is one ``defer``, whose call can be made where it stands."""
    covered: list[Node]
    """All defers of the function that end up in the closure."""
    hazards: list[Hazard]

    def rank(self) -> tuple[bool, bool, int]:
        """Less is better: refused, unsafe, how much the form adds to the text."""
        return bool(_forbidding(self.hazards)), bool(self.hazards), self.form.rank if self.form else -1


class LoopClosure:
    """The transform.  Stateless."""

    id = "loop-closure"
    rule = "defer-in-loop"
    doc: RuleDoc = DOC

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
            defers = loop_defers(function, flow)
            if defers:
                setting = Setting(
                    knowledge(options.knowledge),
                    options.go_version,
                    declaration.recovering,
                    declaration.types,
                    declaration.keeping,
                )
                yield from _Function(declaration, function, flow, defers, setting, options).findings()


class _Function:
    """The loop defers of one function."""

    def __init__(
        self,
        declaration: Declaration,
        function: Node,
        flow: Flow,
        defers: list[LoopDefer],
        setting: Setting,
        options: Options,
    ) -> None:
        self.options = options
        self.explicit = wanted(declaration, function, options)
        self.declaration = declaration
        self.source = declaration.source
        self.scopes = declaration.scopes
        self.function = function
        self.flow = flow
        self.defers = defers
        self.setting = setting
        self.name = function_name(function)
        self.has_labels = any(node.kind == "labeled_statement" for node in own_nodes(function))
        self.judged = {
            defer.node: Early(defer, flow, declaration.scopes, setting) for defer in defers if defer.loop is not None
        }
        self.bystanders: dict[tuple[Node, Node], Early] = {}
        """Defers that a closure in a loop would move, though they are no loop defers of that loop, by both."""

    def findings(self) -> list[Finding]:
        outcomes: dict[Node, Fix | Refusal] = {}
        loops = {defer.node: defer.loop for defer in self.defers}
        for defer in self.defers:
            if defer.loop is None:
                outcomes[defer.node] = _refuse_goto(defer)
        for group in chain.from_iterable(map(self._parted, _grouped(self.judged.values()))):
            called = self._called(group)
            outcome, covered = self._outcome(group, called)
            if isinstance(called, Refusal) and called.code == LATER_STAYS and isinstance(outcome, Refusal):
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
            severity=Severity.ERROR if defer.endless else Severity.WARNING,
        )

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

    def _stays(self, member: Early) -> bool:
        """Will the defer not be moved, whatever its neighbours are?"""
        return bool(_forbidding(member.hazards) if self.options.unsafe_fixes else member.hazards)

    def _own_refusal(self, member: Early) -> Refusal | None:
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
        types = self.setting.types
        for candidate in candidates(
            first.home, first.home.index, acquired, group.lowest, self.flow, self.scopes, types
        ):
            covered = [node for node in candidate.region.own() if node.kind == "defer_statement"]
            moved = [self._moved(node, first.loop) for node in covered]
            reported = _reported(moved)
            form = None if candidate.in_place and not reported else self._form(candidate.region, reported)
            if isinstance(form, Refusal):
                refusals.append(form)
                continue
            hazards = self._hazards_of(candidate.region, moved)
            if form is not None:
                helper = helper_of_region(candidate.region, self.function, self.scopes, self.setting.types)
                if isinstance(helper, Hazard):
                    hazards.append(helper)
                else:
                    form = replace(form, opening=helper)
            choices.append(_Choice(candidate.region, form, covered, hazards))
        if choices:
            return min(choices, key=_Choice.rank)
        return refusals[0] if refusals else _refuse_neighbour(first)

    def _moved(self, node: Node, loop: Node) -> Early:
        """What is known of a defer that a closure in the body of ``loop`` would move.

        Which loop it piles up in, if in any, doesn't matter for that: one that control passes once runs at the
        function's end, too, and what it releases may be used until then.
        """
        judged = self.judged.get(node)
        if judged is not None and judged.loop.within(loop):
            return judged
        if (node, loop) not in self.bystanders:
            defer = LoopDefer(node, self.function, loop, endless=False)
            self.bystanders[node, loop] = Early(defer, self.flow, self.scopes, self.setting)
        return self.bystanders[node, loop]

    def _form(self, region: Region, reported: list[Binding]) -> Form | Refusal:
        exits = region_exits(region, self.flow, self.scopes, self.setting.types)
        if reported:  # a function has one last result: of several, all but one make the form refuse
            return reporting_form(region, exits, self.function, self.scopes, reported[-1])
        return FormChooser(region, exits, self.function, self.scopes, self.setting.types).choose()

    def _hazards_of(self, region: Region, moved: list[Early]) -> list[Hazard]:
        hazards = body_hazards(list(region.own()), self.scopes, self.setting.knowledge)
        repeated = {defer.node for defer in self.defers if defer.loop is None}
        for early in moved:
            hazards += early.hazards
            if early.defer.node in repeated or not early.home.holder.within(region.place.holder):
                sentence = "what a defer in the same block releases may be in use when the block ends"
                hazards.append(Hazard("escapes-iteration", sentence, early.defer.node, "shares the block"))
        return hazards

    def _edits(self, choice: _Choice) -> tuple[Edit, ...]:
        if choice.form is None:
            return call_in_place(choice.region.statements[0])
        return wrap(self.source, self.function, choice.region, choice.form)

    def _fix(self, group: _Group, edits: tuple[Edit, ...], choice: _Choice) -> Fix:
        title = "wrap in a closure called each iteration" if choice.form else "call it here, at the iteration's end"
        hazards = choice.hazards
        if hazards:
            values = tuple(hazard.value for hazard in hazards)
            return Fix(title, edits, Safety.UNSAFE, values, alone=self.has_labels)
        names = dict.fromkeys(root.name for member in group.members for root in member.release.roots)
        reason = f"{', '.join(names)}: made in the iteration, and nothing that outlives it can hold on to it"
        return Fix(title, edits, Safety.SAFE, proof=reason, alone=self.has_labels)


def _grouped(judged: Iterable[Early]) -> list[_Group]:
    """Group by the statement list that holds the region, outermost first."""
    by_holder: dict[Node, list[Early]] = {}
    for early in judged:
        by_holder.setdefault(early.home.holder, []).append(early)
    ordered = sorted(by_holder.items(), key=lambda item: (item[0].start, -item[0].end))
    return [_Group(tuple(sorted(members, key=lambda m: m.defer.node.start))) for _, members in ordered]


def _reported(moved: Iterable[Early]) -> list[Binding]:
    """The results in which deferred calls report errors."""
    return list(dict.fromkeys(early.release.reported for early in moved if early.release.reported is not None))


def _forbidding(hazards: Sequence[Hazard]) -> list[Hazard]:
    return [hazard for hazard in hazards if hazard.forbids]


_PRECEDENCE = (
    "body-recovers",
    "recovers",
    "writes-result",
    "reads-result",
    "writes-outer",
    "unknown-release",
    "escapes-iteration",
)
"""Which of several hazards names the refusal: the one that says most about the code first."""


def _rank(hazard: Hazard) -> int:
    return _PRECEDENCE.index(hazard.code) if hazard.code in _PRECEDENCE else len(_PRECEDENCE)


def _refusal(hazards: list[Hazard]) -> Refusal | None:
    if not hazards:
        return None
    first = min(hazards, key=_rank)
    blockers: dict[Blocker, None] = dict.fromkeys(h.blocker for h in hazards if h.code == first.code)
    return Refusal(first.code, first.sentence, tuple(blockers))


def _refuse_neighbour(member: Early) -> Refusal:
    sentence = "every closure around it would hold a defer that may not run earlier"
    return Refusal("escapes-iteration", sentence, (Blocker(member.defer.node.span, "shares its block"),))


def _refuse_inner(outer: _Group) -> Refusal:
    sentence = "the defer of a loop around it stays, and would be called after it"
    return Refusal("outer-defer-stays", sentence, (Blocker(outer.first.defer.node.span, "stays"),))


def _refuse_goto(defer: LoopDefer) -> Refusal:
    sentence = "the loop is made of goto: it has no body to wrap"
    return Refusal("goto-loop", sentence, (Blocker(defer.node.span, "passed again by a goto"),))


TRANSFORM = LoopClosure()
