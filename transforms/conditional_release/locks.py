"""Locks that are given back by hand on some ways out, and on another, that of an error, are not."""

from __future__ import annotations

from collections.abc import Iterator

from defermod.codemod import CFG, CallKind, Context, Fix, Node, Refusal
from defermod.golang.cfg import Point
from defermod.golang.deferred import ends_way, root_of

from ..of_package import comes_home, is_package_variable
from .deferred import REPEATED, Held, Left, deferred
from .doc import Reason
from .returned import returns_error

_UNLOCKS = {
    "(*sync.Mutex).Lock": "Unlock",
    "(*sync.RWMutex).Lock": "Unlock",
    "(*sync.RWMutex).RLock": "RUnlock",
}
"""The method that gives back what a call has taken."""


def locked(context: Context, function: Node) -> Iterator[Left]:
    """Yield the returns of errors of a function at which a lock stays taken that other ways out give back."""
    for call in function.need("body").without("func_literal"):
        if call.kind != "call_expression" or call.parent is None or call.parent.kind != "expression_statement":
            continue
        fact = context.call(call)
        verb = _UNLOCKS.get(fact.callee, "") if fact is not None else ""
        if verb:
            mutex = call.need("function").need("operand")
            root = root_of(call.need("function"))
            if root is None or not _is_path(mutex):
                continue
            binding = context.binding(root)
            if is_package_variable(context, root) or (binding is not None and binding.function is function):
                yield from _Locked(context, function, call.parent, mutex, root, verb).left()


def _is_path(node: Node) -> bool:
    while node.kind == "selector_expression":
        node = node.need("operand")
    return node.kind == "identifier"


class _Locked:
    """One statement that takes a lock."""

    def __init__(self, context: Context, function: Node, locking: Node, mutex: Node, root: Node, verb: str) -> None:
        self.context = context
        self.function = function
        self.locking = locking
        self.mutex = mutex.text
        self.root = root.text
        self.binding = context.binding(root)
        """The variable that leads to the lock; None if it is the package's."""
        self.release = f"{mutex.text}.{verb}()"
        self.flow: CFG = context.cfg(function)

    def left(self) -> Iterator[Left]:
        releases = [call for call in self.function.find("call_expression") if call.text == self.release]
        if not releases or not all(self._is_plain(call) or self._is_elsewhere(call) for call in releases):
            return
        if any(self._is_aliased(use) for use in self._uses()):
            return
        if any(up.kind == "defer_statement" for call in self._home_calls() for up in call.ancestors()):
            return
        own = {call.parent for call in releases if call.parent is not None and self._is_plain(call)}
        may = {statement for use in self._uses() if (statement := self._may_release(use)) is not None}
        may |= {statement for call in self._home_calls() if (statement := self.flow.statement_of(call)) is not None}
        returns, given = self._ways(own, may)
        missing = []
        for statement in returns if given else ():
            between = [s for s in own if self.locking.end <= s.start and s.end <= statement.start]
            if not all(s.parent is not None and s.parent.parent is not None and _leaves(s) for s in between):
                continue  # perhaps given back under a condition that the return has, too
            missing.append(statement)
        single = {statement: self._outcome(statement) for statement in missing}
        least = 1 if any(isinstance(outcome, Refusal) for outcome in single.values()) else REPEATED
        held = Held(self.locking, self.locking, self.release, own | may)
        together = deferred(self.context, self.function, held, missing, least=least) if missing else None
        for statement, outcome in single.items():
            line = self.context.source.line(self.locking.start)
            message = f"{self.mutex}, locked on line {line}, stays locked where this error is returned"
            yield Left(statement, self.locking, message, together or outcome)

    def _is_plain(self, call: Node) -> bool:
        """Return True if a release is a statement of the function itself."""
        holder = call.parent
        return (
            holder is not None
            and holder.kind == "expression_statement"
            and (self.context.function(call) is self.function)
        )

    def _is_elsewhere(self, call: Node) -> bool:
        """Return True if a release is deferred where control comes neither from the lock nor to it."""
        defer = call.parent
        if defer is None or defer.kind != "defer_statement" or self.context.function(call) is not self.function:
            return False
        one, other = self.flow.before(defer), self.flow.before(self.locking)
        return not (self.flow.reaches(one, other) or self.flow.reaches(other, one))

    def _ways(self, releases: set[Node], may: set[Node]) -> tuple[list[Node], bool]:
        """The returns of errors to which control comes with the lock, and whether it comes to a release; ``may``: the
        statements at which something else may give it back.
        """
        seen: set[Point] = set()
        todo, found, given = [self.flow.after(self.locking)], [], False
        while todo:
            point = todo.pop()
            if point in seen or point.node is self.locking:
                continue
            seen.add(point)
            if point.node is not None and (point.node in releases or point.node in may):
                given = given or point.node in releases
                continue
            if point.node is not None and point.node.kind == "return_statement":
                if returns_error(self.context, point.node) and self._below(point.node):
                    found.append(point.node)
                continue
            todo.extend(point.next)
        return sorted(found, key=lambda node: node.start), given

    def _uses(self) -> list[Node]:
        """The uses of the variable, of a package's those in the function."""
        if self.binding is not None:
            return [use for use in self.binding.uses if use is not self.binding.node]
        return [n for n in self.function.find("identifier") if n.text == self.root and self._is_root(n)]

    def _is_root(self, name: Node) -> bool:
        binding = self.context.binding(name)
        return binding is self.binding and (binding is not None or is_package_variable(self.context, name))

    def _home_calls(self) -> Iterator[Node]:
        """The calls by which another function of the package may give back a lock of the package."""
        if self.binding is None:
            yield from (call for call in self.function.find("call_expression") if comes_home(self.context, call))

    def _whole(self, use: Node) -> Node:
        """The longest path from a use of the variable on the way to the lock: ``s``, ``s.next`` or ``s.next.mu``."""
        whole = use
        while True:
            up = whole.parent
            if up is None or up.kind != "selector_expression" or not f"{self.mutex}.".startswith(f"{up.text}."):
                return whole
            whole = up

    def _is_aliased(self, use: Node) -> bool:
        """Return True if a use gives the lock, or what it lies in, another name, or a literal that may give it back."""
        whole = self._whole(use)
        holder = whole.parent
        if holder is None:
            return True
        if self.context.function(use) is not self.function and self._may_release(use) is not None:
            return True  # a literal, which may do so wherever it is called
        if holder.kind == "selector_expression":
            called = holder.parent is not None and holder.parent.get("function") is holder
            fact = self.context.types.expression(holder)
            return not called and (fact is None or fact.type.startswith("func("))
        if holder.kind == "unary_expression" and holder.parent is not None:
            holder = holder.parent
        if holder.kind == "expression_list" and holder.parent is not None:
            return holder.parent.kind != "return_statement"
        return holder.kind not in ("argument_list", "binary_expression", "parenthesized_expression")

    def _may_release(self, use: Node) -> Node | None:
        """The statement of a use of the variable at which something else may give the lock back."""
        whole, statement = self._whole(use), self.flow.statement_of(use)
        holder = whole.parent
        if whole.within(self.locking) or holder is None:
            return None
        if holder.kind == "selector_expression":
            call = holder.parent
            if call is None or call.kind != "call_expression" or call.get("function") is not holder:
                return None  # a field beside the lock, or one on the way to something else
            fact, index = self.context.call(call), 0
        elif holder.kind == "argument_list" and holder.parent is not None:
            call = holder.parent
            fact = self.context.call(call) if call.kind == "call_expression" else None
            index = holder.named_children.index(whole) + (fact.has_receiver if fact is not None else 0)
        elif holder.kind in ("binary_expression", "parenthesized_expression"):
            return None
        else:
            return statement
        known = fact is not None and fact.kind is CallKind.FUNCTION and f"unlocks={index}" not in fact.traits
        return None if known else statement

    def _below(self, statement: Node) -> bool:
        """Return True if a return stands in the list of the statement that locks, or in one below that."""
        holder = self.locking.parent
        return holder is not None and statement.within(holder)

    def _outcome(self, statement: Node) -> Fix | Refusal:
        if self.context.meaning(self.root, statement) is not self.binding:
            return self.context.refuse(Reason.NAME_TAKEN, f"{self.root} means something else here", (statement, "here"))
        read = next((n for n in statement.find("identifier") if self._is_guarded(n)), None)
        if read is not None:
            return self.context.refuse(
                Reason.STILL_READ, "what is returned may be guarded by the lock", (read, "read under the lock")
            )
        why = f"{self.release[:-2]} is called where it was not called before"
        rewriter = self.context.rewriter().insert_before(statement, self.release)
        return rewriter.unsafe("give the lock back before the return", Reason.CLOSES_NOW, why, statement)

    def _is_guarded(self, name: Node) -> bool:
        """Return True if a name leads to what the lock may guard: of a package's, any variable but an error's."""
        if self.binding is not None:
            return self._is_root(name)
        fact = self.context.types.expression(name)
        return is_package_variable(self.context, name) and fact is not None and not fact.is_error


def _leaves(statement: Node) -> bool:
    """Return True if the block that a statement stands in never falls off its end."""
    block = statement.parent.parent if statement.parent is not None else None
    return block is not None and block.kind == "block" and ends_way(block)
