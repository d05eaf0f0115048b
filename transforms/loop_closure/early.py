"""The earliest place for the deferred calls of one ``defer``: the judge's verdicts, by statement list.

The judge (``defermod/toolchain/gofacts``) tells of each statement list around a defer what forbids, or leaves
unproven, that the deferred call runs where the list ends.  Here the list is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from defermod.codemod import CFG, Binding, HazardFact, Node, PlaceFact, Scopes, Shared, Span, Types
from defermod.golang.defuse import assigns
from defermod.golang.loops import LoopDefer, Place, places
from defermod.golang.scopes import root_name

from .hazard import ReleaseHazard, doubt
from .reported_errors import reported_result

OF_CLOSURE = frozenset({Shared.BODY_RECOVERS, Shared.CALLER_FRAME})
"""The codes of hazards that are about what a closure around the list would hold, not about when the call runs."""


_BRANCHES = frozenset({"if_statement", "expression_switch_statement", "type_switch_statement", "select_statement"})


class EarlyRelease:
    """One defer of a loop: the statement list at whose end its calls are to run, and what stands against it."""

    def __init__(self, defer: LoopDefer, flow: CFG, scopes: Scopes, types: Types) -> None:
        assert defer.loop is not None
        self.defer = defer
        self.loop = defer.loop
        self.flow = flow
        self.scopes = scopes
        self.fact = types.deferred(defer.node)

    @property
    def call(self) -> Node:
        """The deferred expression."""
        return self.defer.node.named_children[0]

    @property
    def deadlock(self) -> bool:
        """True if the loop's second pass waits for ever for what only this defer gives back."""
        return self.fact is not None and self.fact.deadlock

    @cached_property
    def home(self) -> Place:
        """The innermost list against which there is nothing; otherwise the innermost with no more than the outermost.

        Where there is something, a list after which the loop's body goes on to use what is released is passed over:
        whatever is in doubt, that use would fail.
        """
        around = list(places(self.defer.node, self.loop))
        least = {(hazard.code, hazard.span) for hazard in self.hazards_at(around[-1])}
        for place in around[:-1]:
            if self._fact_of(place) is None:
                continue
            found = {(hazard.code, hazard.span) for hazard in self.hazards_at(place)}
            if not found or (found <= least and not self._used_after(place)):
                return place
        return around[-1]

    def _used_after(self, place: Place) -> bool:
        """Return True if the loop's body mentions what is released after the list, other branches left out."""
        end = place.body[-1].end
        uses = (use for root in self.roots for use in root.uses if end <= use.start < self.loop.end)
        return any(_common(use, place.holder).kind not in _BRANCHES for use in uses)

    def _fact_of(self, place: Place) -> PlaceFact | None:
        """The judge's facts about the list; None where nothing is decided."""
        return self.fact.place(place.body[0].start) if self.fact is not None else None

    @property
    def hazards(self) -> tuple[ReleaseHazard, ...]:
        """The hazards of running the call at the end of ``home``."""
        return self.hazards_at(self.home)

    def hazards_at(self, place: Place) -> tuple[ReleaseHazard, ...]:
        """Return the hazards of running the call at the end of a list, whatever it is wrapped in."""
        return tuple(hazard for hazard in self._verdict(place) if hazard.code not in OF_CLOSURE)

    def closure_hazards_at(self, place: Place) -> tuple[ReleaseHazard, ...]:
        """Return the hazards of a closure around all of a list."""
        return tuple(hazard for hazard in self._verdict(place) if hazard.code in OF_CLOSURE)

    def assumes_at(self, place: Place) -> tuple[str, ...]:
        """The names of the assumptions that the verdict about the list rests on."""
        fact = self._fact_of(place)
        return fact.assumes if fact is not None else ()

    def _verdict(self, place: Place) -> Iterator[ReleaseHazard]:
        fact = self._fact_of(place)
        if fact is None:
            sentence = "without Go's types nothing tells what the deferred call does, and who may notice"
            yield doubt(Shared.NO_TYPES, sentence, self.defer.node.span, "deferred here")
            return
        if self.reported is not None:
            sentence = "an error that the deferred call reports now ends the loop, before later iterations"
            yield doubt(Shared.WRITES_RESULT, sentence, self.call.span, "reports an error")
        seen: set[tuple[str, tuple[int, int]]] = set()
        for hazard in chain(fact.hazards, self._hazards_around(fact)):
            if self.reported is not None and hazard.code in (Shared.READS_RESULT, Shared.WRITES_RESULT):
                continue
            if (hazard.code, hazard.span) in seen:
                continue
            seen.add((hazard.code, hazard.span))
            note = f"{hazard.note}, in {hazard.callee}" if hazard.callee else hazard.note
            yield ReleaseHazard(hazard.code, hazard.message, Span(*hazard.span), note, hazard.forbids, hazard.helper)

    def _hazards_around(self, fact: PlaceFact) -> Iterator[HazardFact]:
        """Yield the hazards of the lists around one: what runs after it is all that runs after them, and more."""
        assert self.fact is not None
        around = self.fact.places[self.fact.places.index(fact) + 1 :]
        return (hazard for outer in around for hazard in outer.hazards if hazard.code not in OF_CLOSURE)

    @cached_property
    def reported(self) -> Binding | None:
        """The result of the function in which a deferred literal reports an error, and does no more with it."""
        function = self.call.get("function")
        if function is None or function.kind != "func_literal":
            return None
        return reported_result(function, self.scopes)

    # -- where the resource is made --------------------------------------------------------------

    def acquired_at(self, place: Place) -> int:
        """The index in ``place`` of the statement that makes what the call releases, or that of the defer itself.

        Of a variable that is used between two values that it gets, the last one counts.  Where some of the variables
        are the list's own, what is done with others before, such as that of the loop, is no acquisition.
        """
        start, end = place.body[0].start, place.body[-1].end
        own = [root for root in self.roots if start <= root.node.start and root.node.end <= end]
        return min((_made_at(root, place) for root in own or self.roots), default=place.index)

    @cached_property
    def roots(self) -> list[Binding]:
        """The variables at the roots of what is released: receivers, or else arguments, or else functions.

        Of a deferred literal, those of the calls in it.
        """
        function = self.call.get("function")
        if function is None or function.kind != "func_literal":
            return self._roots_of(self.call)
        calls = [node for node in function.need("body").find("call_expression") if node.get("function") is not None]
        inner = (root for call in calls for root in self._roots_of(call))
        return list(dict.fromkeys(root for root in inner if not root.node.within(self.call)))

    def _roots_of(self, call: Node) -> list[Binding]:
        function, arguments = call.get("function"), call.get("arguments")
        if function is None or arguments is None:
            return []
        receivers = self._bindings([function] if function.kind == "selector_expression" else [])
        return receivers or self._bindings(arguments.named_children) or self._bindings([function])

    def _bindings(self, expressions: list[Node]) -> list[Binding]:
        names = [root_name(_called_on(expression)) for expression in expressions]
        found = (self.scopes.of.get(name) for name in names if name is not None)
        return list(dict.fromkeys(_receiver(binding, self.scopes) for binding in found if binding is not None))


def _called_on(expression: Node) -> Node:
    """The ``f`` of ``f.Name()``, a call that an argument is taken from; any other expression itself."""
    function = expression.get("function") if expression.kind == "call_expression" else None
    while function is not None and function.kind == "selector_expression":
        expression = function.need("operand")
        function = expression.get("function") if expression.kind == "call_expression" else None
    return expression


def _receiver(binding: Binding, scopes: Scopes) -> Binding:
    """The ``f`` of ``stop := f.Close``; any other variable itself."""
    declaration = binding.node.parent.parent if binding.node.parent is not None else None
    if declaration is None or declaration.kind != "short_var_declaration":
        return binding
    names, values = declaration.need("left").named_children, declaration.need("right").named_children
    if len(names) != 1 or len(values) != 1 or values[0].kind != "selector_expression":
        return binding
    root = root_name(values[0])
    return scopes.of.get(root, binding) if root is not None else binding


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
    """Return True if the variable is read after ``first`` and before ``last``."""
    return any(first.end <= use.start < last.start and not assigns(use) for use in root.uses)


def _common(node: Node, other: Node) -> Node:
    """The smallest node that holds both."""
    while not other.within(node) and node.parent is not None:
        node = node.parent
    return node
