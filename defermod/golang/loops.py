"""Find the defers that pile up: those that control can pass twice in one call of their function.  Name functions.

Preconditions: those of ``Scopes`` and ``CFG``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from defermod.golang.cfg import CFG, Point
from defermod.golang.noreturn import runs_defers
from defermod.golang.scopes import FUNCTIONS, LOOP, enclosing_function, own_nodes
from defermod.golang.statements import CASES, loop_condition, statements
from defermod.syntax.tree import Node

_START = attrgetter("start")


@dataclass(frozen=True, slots=True, eq=False)
class LoopDefer:
    """A ``defer`` statement that can run more than once in one call of ``function``."""

    node: Node
    function: Node
    loop: Node | None
    """The innermost loop round which control comes back to the defer; None for a loop made of ``goto``."""
    endless: bool
    """Control can't leave the function from here without a panic: the deferred call never runs."""


def functions(root: Node) -> Iterator[Node]:
    """The functions with a body at or below ``root``, declarations and literals, outermost first."""
    return (node for node in root.find(*FUNCTIONS) if node.get("body") is not None)


def may_repeat_defer(function: Node) -> bool:
    """Return False only if the function can't have loop defers of its own; control flow is not looked at."""
    own = [node for node in own_nodes(function) if node.kind in ("defer_statement", "goto_statement")]
    if any(node.kind == "goto_statement" for node in own):
        return True
    return any(up.kind == LOOP and up.within(function) for defer in own for up in defer.ancestors())


def loop_defers(function: Node, flow: CFG) -> list[LoopDefer]:
    """The loop defers that belong to ``function`` itself, in source order."""
    found: list[LoopDefer] = []
    ending = flow.leading_to(lambda point: point is flow.exit or _can_end(point))
    for defer in own_nodes(function):
        if defer.kind != "defer_statement":
            continue
        here, onward = flow.before(defer), flow.after(defer)
        if not flow.in_one_cycle(here, onward):
            continue
        found.append(LoopDefer(defer, function, _loop_of(defer, flow), endless=onward not in ending))
    return found


def without_dead_ways(
    defers: list[LoopDefer], function: Node, decided: Callable[[Node], bool | None]
) -> list[LoopDefer]:
    """Those of the loop defers that control still passes twice where conditions have the values that are ``decided``.

    Which loop a defer belongs to stays as it was: a rewrite is for the text, whose dead code must compile, too.
    """
    conditions = (
        node.get("condition") if node.kind == "if_statement" else loop_condition(node)
        for node in own_nodes(function)
        if node.kind in ("if_statement", LOOP)
    )
    if all(condition is None or decided(condition) is None for condition in conditions):
        return defers
    flow = CFG(function, decided=decided)
    alive = flow.reachable(flow.entry)
    piling = {defer.node: defer.endless for defer in loop_defers(function, flow) if flow.before(defer.node) in alive}
    return [replace(defer, endless=piling[defer.node]) for defer in defers if defer.node in piling]


def _can_end(point: Point) -> bool:
    """Return True for a panic or the goroutine's end: both run the deferred calls, ``os.Exit`` doesn't."""
    return not point.next and point.node is not None and runs_defers(point.node)


def _loop_of(defer: Node, flow: CFG) -> Node | None:
    """The innermost loop that can bring control back to ``defer`` without control leaving the loop."""
    here, onward = flow.before(defer), flow.after(defer)
    for up in defer.ancestors():
        if up is flow.function:
            return None
        if up.kind != LOOP or not flow.in_one_cycle(here, onward, inside=up):
            continue
        again = flow.after(up.need("body"))
        # Round by a goto within one iteration, the defer would pile up in the closure as well.
        return up if not flow.in_one_cycle(here, onward, inside=up, without=again) else None
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A statement list of the source and the index of one of its statements."""

    holder: Node
    """The block or case that holds the list."""
    body: list[Node]
    index: int

    @property
    def statement(self) -> Node:
        return self.body[self.index]


def places(node: Node, loop: Node) -> Iterator[Place]:
    """The statement lists around ``node`` up to the body of ``loop``, innermost first.

    Lists inside a loop nested in ``loop`` are passed over: control may leave that loop with the
    resource still in use in the same iteration of ``loop``.
    """
    found: list[Place] = []
    for up in node.ancestors():
        if up.kind == "block" or up.kind in CASES:
            body = statements(up)
            index = bisect_right(body, node.start, key=_START) - 1
            found.append(Place(up, body, index))
        if up.kind == LOOP:
            if up is loop:
                break
            found.clear()
    yield from found


def function_name(function: Node) -> str:
    """The name that the Go runtime would give: ``F``, ``T.M``, ``(*T).M``, ``F.func1``; ``glob..func1`` outside."""
    if function.kind == "function_declaration":
        return function.need("name").text
    if function.kind == "method_declaration":
        return f"{_receiver(function)}.{function.need('name').text}"
    outer = enclosing_function(function)
    if outer is None:
        top = next(reversed(list(function.ancestors())), None)  # none in a text that is no Go
        return f"glob..func{_ordinal(function, top) if top is not None else 1}"
    return f"{function_name(outer)}.func{_ordinal(function, outer)}"


def _receiver(function: Node) -> str:
    kind = next((n for n in function.need("receiver").find("type_identifier")), None)
    name = kind.text if kind is not None else "?"
    pointer = next(function.need("receiver").find("pointer_type"), None)
    return f"(*{name})" if pointer is not None else name


def _ordinal(literal: Node, outer: Node) -> int:
    direct = [
        n
        for n in outer.find("func_literal")
        if n is not outer and (enclosing_function(n) is outer or enclosing_function(n) is None)
    ]
    return direct.index(literal) + 1


__all__ = [
    "LoopDefer",
    "Place",
    "function_name",
    "functions",
    "loop_defers",
    "may_repeat_defer",
    "places",
    "without_dead_ways",
]
