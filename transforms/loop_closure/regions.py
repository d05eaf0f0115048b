"""Tails of a statement list that may become the closure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from defermod.codemod import CFG, Node, Scopes, Types
from defermod.golang.defuse import assigns
from defermod.golang.loops import Place
from defermod.golang.scopes import enclosing_function, own_nodes
from defermod.golang.statements import labelled_statement
from defermod.rewrite.region import JUMPS, Region, Settled, constant, return_values


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A region that may be wrapped; ``in_place``: it is one ``defer``, whose call can just be made."""

    region: Region
    in_place: bool


def candidates(
    place: Place, index: int, acquired: int, lowest: int, flow: CFG, scopes: Scopes, types: Types
) -> Iterator[Candidate]:
    """Regions around statement ``index`` of the list, best first where their forms are equally simple.

    From the acquisition on (the diff then shows the resource's whole life), from the defer on (exits
    before it stay as they are), or the whole list.  A start is passed over, for an earlier one, if

    - a ``:=`` in the region gives a value to a variable declared in the list before it: in the closure it
      would declare another one;
    - a ``goto`` before it jumps to a label in the region.

    No region starts before statement ``lowest``: what stands there must not be in a closure.
    """
    last = len(place.body) - 1
    if last > index and _stays_behind(place.body[last], place):
        last -= 1
    statement = place.body[index]
    if statement.kind == "defer_statement":
        alone = Region(place, index, index)
        if all(_runs_after_anything(other, alone, scopes, types) for other in place.body[index + 1 : last + 1]):
            yield Candidate(alone, in_place=True)
            return
    from_acquisition = _extended(place, acquired, last, scopes, flow)
    from_defer = _extended(place, index, last, scopes, flow)
    whole = _extended(place, 0, last, scopes, flow)
    starts = [from_acquisition, from_defer] if from_acquisition == acquired else [from_defer, from_acquisition]
    for start in dict.fromkeys([*starts, whole]):
        if start is not None and start >= lowest:
            yield Candidate(Region(place, start, last), in_place=False)


def _stays_behind(statement: Node, place: Place) -> bool:
    """Return True for a jump at the list's end that may stand where it stands, after the closure.

    What follows the list then remains as unreachable as it was.
    """
    if statement.kind != "goto_statement":
        return statement.kind in JUMPS
    label = statement.child("label_name")
    labelled = (n for s in place.body for n in s.without("func_literal") if n.kind == "labeled_statement")
    return label is not None and all(one.need("label").text != label.text for one in labelled)


def _runs_after_anything(statement: Node, region: Region, scopes: Scopes, types: Types) -> bool:
    """Return True if the call that ``region`` defers can as well be made before ``statement``.

    Jumps, a ``return`` of nothing or of settled values, and ``n++`` where nothing that is called can see or change it.
    """
    match statement.kind:
        case "break_statement" | "continue_statement" | "empty_statement":
            return True
        case "return_statement":
            values = return_values(statement)
            if values and any(
                b.function is enclosing_function(statement) for b in scopes.bindings if b.kind == "result"
            ):
                return False
            settled = Settled(region, scopes, types)
            return all(constant(value, scopes) or settled.holds(value) for value in values)
        case "inc_statement" | "dec_statement":
            (variable,) = statement.named_children
            binding = scopes.of.get(variable)
            if binding is None or not Settled(region, scopes, types).holds(variable):
                return False
            return all(enclosing_function(use) is enclosing_function(statement) for use in binding.uses[1:])
    return False


def _extended(place: Place, start: int, last: int, scopes: Scopes, flow: CFG) -> int | None:
    """The nearest start at or before ``start`` that is not passed over; None if all are.

    Even the whole list can be: a clause's list gives values to what the clause's header declares.
    """
    for first in range(start, -1, -1):
        region = Region(place, first, last)
        if not _redeclares(region, scopes) and not _jumped_into(region, flow):
            return first
    return None


def _redeclares(region: Region, scopes: Scopes) -> bool:
    for statement in map(_unlabelled, region.statements):
        if statement.kind != "short_var_declaration":
            continue
        for name in statement.need("left").named_children:
            binding = scopes.of.get(name)
            if binding is not None and binding.node.start < region.start and assigns(name):
                return True
    return False


def _unlabelled(statement: Node) -> Node:
    while statement.kind == "labeled_statement":
        inner = labelled_statement(statement)
        if inner is None:
            break
        statement = inner
    return statement


def _jumped_into(region: Region, flow: CFG) -> bool:
    labels = {s.need("label").text for s in region.statements if s.kind == "labeled_statement"}
    if not labels:
        return False
    jumps = own_nodes(flow.function)
    return any(node.kind == "goto_statement" and _outside(node, region, labels) for node in jumps)


def _outside(jump: Node, region: Region, labels: set[str]) -> bool:
    label = jump.child("label_name")
    return (
        label is not None and label.text in labels and not region.holds(jump) and enclosing_function(jump) is not None
    )
