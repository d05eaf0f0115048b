"""Control flow of one function: a graph of its statements, built backwards from the exit.

Every statement has an entry point.  A jump leads to the point that the Go specification names: the
loop's post statement or head, the statement after, a label.  Points that hold nothing (an empty
block, the end of a body) are never made, so two ways that lead to the same next action lead to the
same point: "does ``continue`` do what falling off the end does?" is a comparison.

Preconditions: the function has no syntax error, and its statements nest at most ``MAX_NESTING`` deep.

Not handled: panics.  Any call may panic, so a question about panicking paths is not one for this
graph; only calls *known* never to return (``panic``, ``os.Exit``, ``log.Fatal``, ``t.FailNow`` and
their kin, by name) end a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from defermod.golang.noreturn import ends_always, ends_path
from defermod.golang.statements import (
    CASES,
    _starts_once,
    labelled_statement,
    loop_clause,
    loop_condition,
    loops_forever,
    statements,
)
from defermod.syntax.tree import Node


@dataclass(eq=False, slots=True)
class Point:
    """A moment in the run of a function: just before ``node`` (None for the exit and for joins)."""

    node: Node | None
    next: list[Point] = field(default_factory=list)
    goto: bool = False
    """True if the only successor is the target of a ``goto``."""


class CFG:
    """The control flow graph of ``function`` (a declaration or a literal with a body).

    ``by_name`` False: only ``panic`` and ``select {}`` end a path.  That ``log.Fatal`` doesn't return is a
    matter of its name, and a question whose wrong answer would lose a call shouldn't rest on that.
    ``decided`` gives the value that a condition always has, if it has one: the other way isn't in the graph then.
    """

    def __init__(
        self,
        function: Node,
        *,
        by_name: bool = True,
        decided: Callable[[Node], bool | None] = lambda condition: None,
    ) -> None:
        self.function = function
        self._by_name = by_name
        self._decided = decided
        self.exit = Point(None)
        self._entry: dict[Node, Point] = {}
        self._after: dict[Node, Point] = {}
        self._labels: dict[str, Point] = {}
        self._targets: list[_Target] = []
        self._components: dict[tuple[Node | None, Point | None], dict[Point, int]] = {}
        body = function.need("body")
        self.label_twice: Node | None = None
        """The first label that is declared twice, which doesn't compile: jumps may lead to either."""
        for label in (node for node in body.without("func_literal") if node.kind == "labeled_statement"):
            name = label.need("label")
            if name.text in self._labels:
                self.label_twice = self.label_twice or name
            self._labels[name.text] = Point(None)
        self.entry = self._sequence(statements(body), self.exit)

    def before(self, statement: Node) -> Point:
        """The point just before a statement.  For a loop: before its initialisation."""
        return skip(self._entry[statement])

    def after(self, statement: Node) -> Point:
        """Return the point that control reaches at the statement's end."""
        return skip(self._after[statement])

    def destination(self, jump: Node) -> Point:
        """Return the destination of a ``break``, ``continue``, ``goto``, ``fallthrough`` or ``return``.

        A jump to a missing label, which doesn't compile, leads to itself.
        """
        point = self._entry[jump]
        return skip(point.next[0]) if point.next else point

    def reaches(self, start: Point, goal: Point, *, inside: Node | None = None, gotos: bool = True) -> bool:
        """Return True if control can go from ``start`` to ``goal`` within ``inside``; ``start`` reaches itself."""
        return goal in self.reachable(start, inside=inside, gotos=gotos)

    def in_one_cycle(
        self, one: Point, other: Point, *, inside: Node | None = None, without: Point | None = None
    ) -> bool:
        """Return True if control can go from each point to the other; the rest as for ``reachable``.

        Answered from the strongly connected components, which are computed once for each ``inside`` and ``without``.
        """
        key = (inside, without)
        if key not in self._components:
            self._components[key] = self._strongly_connected(inside, without)
        components = self._components[key]
        return one in components and components[one] == components.get(other)

    def _strongly_connected(self, inside: Node | None, without: Point | None) -> dict[Point, int]:
        """The number of the component of every point that is allowed (Tarjan's algorithm, without recursion)."""

        def allowed(point: Point) -> bool:
            if point is without:
                return False
            if inside is None:
                return True
            return point is not self.exit and (point.node is None or point.node.within(inside))

        order: dict[Point, int] = {}
        low: dict[Point, int] = {}
        component: dict[Point, int] = {}
        path: list[Point] = []
        roots: Iterator[Node] = chain(self._entry, self._after) if inside is None else self._statements_in(inside)
        for root in (points[node] for node in roots for points in (self._entry, self._after) if node in points):
            todo: list[tuple[Point, Iterator[Point]]] = []
            if root not in order and allowed(root):
                order[root] = low[root] = len(order)
                path.append(root)
                todo.append((root, iter(root.next)))
            while todo:
                point, following = todo[-1]
                for after in following:
                    if after not in order:
                        if allowed(after):
                            order[after] = low[after] = len(order)
                            path.append(after)
                            todo.append((after, iter(after.next)))
                            break
                    elif after not in component:
                        low[point] = min(low[point], order[after])
                else:
                    todo.pop()
                    if todo:
                        low[todo[-1][0]] = min(low[todo[-1][0]], low[point])
                    if low[point] == order[point]:
                        while True:
                            member = path.pop()
                            component[member] = order[point]
                            if member is point:
                                break
        return component

    def _statements_in(self, inside: Node) -> Iterator[Node]:
        """The nodes at and below ``inside`` that have points: from theirs all that matters inside can be reached."""
        return (node for node in inside.walk() if node in self._entry or node in self._after)

    def reachable(
        self, start: Point, *, inside: Node | None = None, without: Point | None = None, gotos: bool = True
    ) -> set[Point]:
        """Return every point that is reachable from ``start`` (itself included).

        ``inside``: only by ways that stay at statements of that node.  ``without``: only by ways that do not
        come to that point.  ``gotos``: whether ways through a ``goto`` count.
        """
        seen: set[Point] = set()
        todo = [start]
        while todo:
            point = todo.pop()
            if point in seen or point is without:
                continue
            if inside is not None and (point is self.exit or (point.node and not point.node.within(inside))):
                continue
            seen.add(point)
            if gotos or not point.goto:
                todo.extend(point.next)
        return seen

    def leading_to(self, goal: Callable[[Point], bool]) -> set[Point]:
        """Return every point from which a point that satisfies ``goal`` is reachable (those points included)."""
        before: dict[Point, list[Point]] = {}
        todo = [self.entry, *self._entry.values(), *self._after.values()]
        while todo:
            point = todo.pop()
            if point not in before:
                before[point] = []
                todo.extend(point.next)
        for point in before:
            for after in point.next:
                before[after].append(point)
        found: set[Point] = set()
        todo = [point for point in before if goal(point)]
        while todo:
            point = todo.pop()
            if point not in found:
                found.add(point)
                todo.extend(before[point])
        return found

    def leaving(self, body: Sequence[Node]) -> list[Point]:
        """Return the points at which control leaves a statement list, by its end or by a jump: not empty, no joins."""
        start, end = body[0].start, body[-1].end
        seen: set[Point] = set()
        ways: dict[Point, None] = {}
        todo = [self.before(body[0])]
        while todo:
            point = todo.pop()
            if point in seen:
                continue
            seen.add(point)
            node = point.node
            if point is self.exit or (node is not None and not (start <= node.start and node.end <= end)):
                ways[point] = None
            else:
                todo.extend(point.next)
        return list(ways)

    def statement_of(self, node: Node) -> Node | None:
        """The innermost statement that holds ``node`` and has a point of its own."""
        current: Node | None = node
        while current is not None and current not in self._entry:
            current = current.parent
        return current

    def _sequence(self, body: Sequence[Node], following: Point) -> Point:
        for statement in reversed(body):
            self._after[statement] = following
            following = self._statement(statement, following)
            self._entry[statement] = following
        return following

    def _statement(self, node: Node, following: Point, label: str | None = None) -> Point:
        match node.kind:
            case "block":
                return self._sequence(statements(node), following)
            case "labeled_statement":
                return self._labelled(node, following)
            case "if_statement":
                return Point(node, self._branches(node, following))
            case "for_statement":
                return self._loop(node, following, label)
            case "expression_switch_statement" | "type_switch_statement" | "select_statement":
                return self._switch(node, following, label)
            case "return_statement":
                return Point(node, [self.exit])
            case "break_statement" | "continue_statement" | "fallthrough_statement" | "goto_statement":
                return self._jump(node)
            case _ if ends_path(node) and (self._by_name or ends_always(node)):
                return Point(node)
            case _:
                return Point(node, [following])

    def _labelled(self, node: Node, following: Point) -> Point:
        name = node.need("label").text
        join = self._labels[name]
        inner = labelled_statement(node)
        if inner is not None:
            self._after[inner] = following
            following = self._statement(inner, following, name)
            self._entry[inner] = following
        join.next.append(following)
        return join

    def _branches(self, node: Node, following: Point) -> list[Point]:
        then = node.need("consequence")
        self._after[then] = following
        ways = [self._sequence(statements(then), following)]
        other = node.get("alternative")
        if other is None:
            ways.append(following)
        else:
            self._after[other] = following
            self._entry[other] = self._statement(other, following)
            ways.append(self._entry[other])
        match self._decided(node.need("condition")):
            case True:
                return ways[:1]
            case False:
                return ways[1:]
        return ways

    def _loop(self, node: Node, following: Point, label: str | None) -> Point:
        clause = loop_clause(node)
        head = Point(node)
        again = head
        if clause is not None and clause.kind == "for_clause":
            update = clause.get("update")
            if update is not None:
                again = Point(update, [head])
                self._entry[update] = again
        self._targets.append(_Target(node, label, following, again))
        body = node.need("body")
        self._after[body] = again
        inside = self._sequence(statements(body), again)
        self._targets.pop()
        condition = loop_condition(node)
        match self._decided(condition) if condition is not None else None:
            case True:
                head.next = [inside]
            case False:
                head.next = [following]
            case None:
                head.next = [inside] if loops_forever(node) else [inside, following]
        # A goto to the loop's label starts it anew; a continue doesn't.
        return Point(node, [head]) if _starts_once(clause) else head

    def _switch(self, node: Node, following: Point, label: str | None) -> Point:
        self._targets.append(_Target(node, label, following, None))
        ways: list[Point] = []
        below = following
        cases = [child for child in node.children if child.kind in CASES]
        for case in reversed(cases):
            self._after[case] = following
            self._targets[-1].fallthrough = below
            below = self._sequence(statements(case), following)
            ways.append(below)
        self._targets.pop()
        if node.kind != "select_statement" and not any(case.kind == "default_case" for case in cases):
            ways.append(following)
        return Point(node, ways)

    def _jump(self, node: Node) -> Point:
        label = node.child("label_name")
        if node.kind == "goto_statement":
            return Point(node, [self._labels[label.text]] if label and label.text in self._labels else [], True)
        target = self._target(node.kind, label.text if label else None)
        if target is None:  # does not compile
            return Point(node)
        way = {
            "break_statement": target.after,
            "continue_statement": target.again,
            "fallthrough_statement": target.fallthrough,
        }[node.kind]
        return Point(node, [way] if way is not None else [])

    def _target(self, kind: str, label: str | None) -> _Target | None:
        for target in reversed(self._targets):
            if label is not None:
                if target.label == label:
                    return target
            elif kind == "break_statement" or (kind == "continue_statement") == (target.again is not None):
                return target
        return None


@dataclass(slots=True)
class _Target:
    """A loop, switch or select that jumps can name."""

    node: Node
    label: str | None
    after: Point
    again: Point | None
    fallthrough: Point | None = None


def skip(point: Point) -> Point:
    """Return the first point at or after ``point`` that has a statement."""
    seen: set[Point] = set()
    while point.node is None and len(point.next) == 1 and point not in seen:
        seen.add(point)
        point = point.next[0]
    return point


__all__ = ["CFG", "Point"]
