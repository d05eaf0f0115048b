"""Liveness of variables that are declared outside a loop: dead whenever an iteration ends, or not.

A variable is *live* at a point if its value there may still be read; otherwise it is *dead*.  One that is
dead at the end of every iteration hands nothing on to the next or to the code after the loop: it could
as well be declared in the loop's body.  (Aho, Lam, Sethi, Ullman, section 9.2.5, over the points of ``flow``.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from defermod.golang.cfg import CFG, Point
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.scopes import Binding, running_function
from defermod.golang.statements import statements
from defermod.syntax.tree import Node


def dead_between_iterations(binding: Binding, loop: Node, flow: CFG) -> bool:
    """Return True if no value of the variable is read once an iteration of ``loop`` has ended, however it ended.

    Preconditions of a yes:

    - an ordinary variable of the function itself: no parameter, no result, which the caller reads;
    - no operator takes its address, and no function literal mentions it but one that is called where it
      stands, so that all reads are in sight.

    A statement counts as a read of what it both reads and assigns, and so does the head of an ``if``,
    ``for`` or ``switch`` that assigns.
    """
    return _never_read(binding, flow, lambda: _ends(loop, flow))


def dead_after(binding: Binding, loop: Node, flow: CFG) -> bool:
    """Return True if no value that the variable has when ``loop`` has ended, however it ended, is read.

    The preconditions are those of ``dead_between_iterations``.
    """
    return _never_read(binding, flow, lambda: [flow.after(loop), *flow.leaving([loop])])


def _never_read(binding: Binding, flow: CFG, starts: Callable[[], Iterable[Point]]) -> bool:
    """Return True if the value of the variable at the points is not read on any way from there."""
    if binding.kind != "var" or any(
        running_function(use) is not flow.function or address_taken(use) for use in binding.uses
    ):
        return False
    uses: dict[Node, list[Node]] = {}
    for use in binding.uses:
        statement = flow.statement_of(use)
        if statement is None:
            return False
        uses.setdefault(statement, []).append(use)
    seen: set[Point] = set()
    todo = list(starts())
    while todo:
        point = todo.pop()
        if point in seen:
            continue
        seen.add(point)
        here = uses.get(point.node, []) if point.node is not None else []
        if point.node is not None and (first := _initializer(point, flow)) is not None:
            in_first = [use for use in here if use.within(first)]
            if in_first and _kills(in_first, first):
                continue
        if not here:
            todo.extend(point.next)
        elif not _kills(here, point.node):
            return False
    return True


def _initializer(point: Point, flow: CFG) -> Node | None:
    """Return the initialisation of a loop if the point is before it; None before its later iterations."""
    loop = point.node
    if loop is None or loop.kind != "for_statement" or point is not flow.before(loop):
        return None
    clause = loop.child("for_clause")
    return clause.get("initializer") if clause is not None else None


def _ends(loop: Node, flow: CFG) -> Iterator[Point]:
    """The points at which control is when an iteration has just ended."""
    body = loop.need("body")
    yield flow.after(body)
    if inside := statements(body):
        yield from flow.leaving(inside)


def _kills(uses: list[Node], statement: Node | None) -> bool:
    """Return True if ``statement``, which holds all ``uses``, always assigns to the variable and never reads it."""
    use, *others = uses
    assignment = use.parent.parent if use.parent is not None else None
    if others or assignment is None or statement is None or not assigns(use):
        return False
    plain = assignment.kind == "assignment_statement" and assignment.child("=") is not None
    if not plain and assignment.kind != "short_var_declaration":
        return False
    runs = assignment is statement or (statement.kind in _RUN_FIRST and assignment.field == "initializer")
    return runs and assignment.need("left") is use.parent


_RUN_FIRST = frozenset({"if_statement", "expression_switch_statement", "type_switch_statement"})


__all__ = ["dead_after", "dead_between_iterations"]
