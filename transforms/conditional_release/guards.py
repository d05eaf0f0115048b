"""Deferred literals that release only where a flag, or an error, says so.

keep := false
defer func() {
    if !keep {
        x.Close()
    }
}()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from defermod.codemod import CFG, Binding, Context, Fix, Node, Refusal
from defermod.golang.deferred import listed_after, listed_before
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.known_errors import is_not_nil_test
from defermod.golang.statements import statements

from ..error_results import ErrorResult
from .doc import Reason
from .returned import gives, returns_error, returns_nil

_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Guard:
    """A deferred literal whose one statement is an ``if`` that releases."""

    defer: Node
    condition: Node
    tested: Binding
    """The variable that the condition asks."""
    fires_at: bool | None
    """The value of the flag with which it releases; None where it is an error, and releases unless that is nil."""

    @property
    def is_flag(self) -> bool:
        return self.fires_at is not None

    def at_first(self, check: Node, error: Binding | None) -> bool | None:
        """Return whether the literal would release after ``check``, which has found ``error`` nil; None if unknown."""
        if not self.is_flag:
            return False if self.tested is error else None
        early = any(assigns(use) and self.tested.node.end < use.start < check.start for use in self.tested.uses)
        declared = self.tested.node.start < check.start and not early
        return self._after_assignment(self._declaration()) if declared else None

    def after(self, statement: Node, flow: CFG, fires: bool | None) -> bool | None:
        """Return whether the literal would release after a statement; ``fires``: whether before it."""
        changes = [use for use in self.tested.uses if assigns(use) and flow.statement_of(use) is statement]
        return self._after_assignment(_statement(changes[-1])) if changes else fires

    def in_branches(self, context: Context, statement: Node, fires: bool | None) -> tuple[bool | None, bool | None]:
        """Return whether the literal would release in the first branch of an ``if``, and elsewhere."""
        if self.is_flag or not is_not_nil_test(statement.need("condition"), self.tested, context.scopes(statement)):
            return fires, fires
        return True, False

    def at_return(self, context: Context, statement: Node, fires: bool | None) -> bool | None:
        """Return whether the literal releases once a return has given the results their values."""
        if self.tested.kind != "result":
            return fires
        if returns_error(context, statement):
            return True
        return False if returns_nil(statement) else None

    def setters(self) -> list[Node]:
        """The statements after which the literal does not release."""
        assigning = [_statement(use) for use in self.tested.uses if assigns(use)]
        return [statement for statement in assigning if self._after_assignment(statement) is False]

    def _declaration(self) -> Node:
        return _statement(self.tested.node)

    def _after_assignment(self, statement: Node) -> bool | None:
        if not self.is_flag or statement.kind not in ("short_var_declaration", "assignment_statement", "var_spec"):
            return None
        value = statement.get("right" if statement.kind != "var_spec" else "value")
        if value is None:
            return self.fires_at is False  # var keep bool
        given = _WORDS.get(value.text)
        return None if given is None else given is self.fires_at


def guard_of(context: Context, function: Node, resource: Binding, release: str) -> Guard | None:
    """The one deferred literal of a function that mentions a resource, where it is such a guard; None otherwise."""
    inside = [use for use in resource.uses if context.function(use) is not function]
    literal = context.function(inside[0]) if inside else None
    if literal is None or literal.kind != "func_literal" or any(context.function(use) is not literal for use in inside):
        return None
    call = literal.parent
    defer = call.parent if call is not None else None
    if defer is None or defer.kind != "defer_statement" or context.function(defer) is not function:
        return None
    if any(up.kind == "for_statement" and up.within(function) for up in defer.ancestors()):
        return None
    body = statements(literal.need("body"))
    test = body[0] if len(body) == 1 and body[0].kind == "if_statement" else None
    if test is None or test.get("initializer") is not None or test.get("alternative") is not None:
        return None
    then = test.need("consequence")
    if not all(use.within(then) for use in inside) or not any(c.text == release for c in then.find("call_expression")):
        return None
    return _guard(context, function, defer, test.need("condition"))


def _guard(context: Context, function: Node, defer: Node, condition: Node) -> Guard | None:
    """The guard of a condition, if all that changes what it asks stands in the function itself."""
    fires_at: bool | None = None
    if condition.kind == "binary_expression":
        name = condition.need("left")
    else:
        negated = condition.kind == "unary_expression" and condition.children[0].kind == "!"
        name, fires_at = (condition.need("operand"), False) if negated else (condition, True)
    tested = context.binding(name) if name.kind == "identifier" else None
    if tested is None or tested.function is not function or tested.kind not in ("var", "result"):
        return None
    if fires_at is None and not is_not_nil_test(condition, tested, context.scopes(condition)):
        return None
    changes = [use for use in tested.uses if assigns(use)]
    if any(address_taken(use) for use in tested.uses) or any(context.function(use) is not function for use in changes):
        return None
    return Guard(defer, condition, tested, fires_at)


def moved(context: Context, guard: Guard, missed: Sequence[Node]) -> Fix | None:
    """The fix that sets a flag after the returns of errors at which it was set too early; None if there is none."""
    setters = guard.setters()
    holder = setters[0].parent if guard.is_flag and len(setters) == 1 else None
    if holder is None:
        return None
    setter, following = setters[0], list(listed_after(setters[0]))
    last = following[-1] if following else None
    if last is None or not returns_nil(last) or len(following) < 2:
        return None
    between = [node for statement in following[:-1] for node in (statement, *statement.without("func_literal"))]
    if {node for node in between if node.kind == "return_statement"} != set(missed):
        return None
    if any(use.start > setter.end and use.within(holder) for use in guard.tested.uses):
        return None
    if any(node.kind in ("goto_statement", "labeled_statement", "comment") for node in between):
        return None
    before = next(listed_before(setter), None)
    above = before.end if before is not None else holder.start
    if any(child.kind == "comment" and above <= child.start < setter.end for child in holder.children):
        return None
    rewriter = context.rewriter()
    rewriter.move_after(setter, following[-2])
    why = f"between its old and its new place {guard.tested.name} has another value, and the deferred literal releases"
    fix = rewriter.unsafe(f"set {guard.tested.name} after the last error", Reason.CLOSES_NOW, why, missed[0])
    return None if isinstance(fix, Refusal) else fix


def tested_result(
    context: Context, function: Node, guard: Guard, exits: set[tuple[Node, bool | None, bool]], missed: Sequence[Node]
) -> Fix | None:
    """The fix that has the literal test the function's own error; None if that would do something else besides.

    ``exits``: the returns below the literal, each with whether it would release there (None if unknown), and whether
    the resource is another's by then.
    """
    error = ErrorResult.of(context, function)
    if guard.is_flag or error is None or error.binding is guard.tested:
        return None
    for way, fires, kept in exits:
        same = returns_nil(way) and fires is False
        told = gives(way, guard.tested, context)
        if not same and not told and (kept or not returns_error(context, way)):
            return None
    names = [node for node in guard.defer.find("identifier") if context.binding(node) is guard.tested]
    if len(names) != 1 or _later_defers(function, guard.defer):
        return None
    rewriter = context.rewriter()
    name = error.name_at(guard.defer, rewriter)
    if not name:
        return None
    rewriter.replace(names[0], name)
    why = "the deferred literal releases with each error that is returned"
    fix = rewriter.unsafe("test the error that the function returns", Reason.CLOSES_NOW, why, missed[0])
    return None if isinstance(fix, Refusal) else fix


def _later_defers(function: Node, defer: Node) -> list[Node]:
    own = function.need("body").without("func_literal")
    return [node for node in own if node.kind == "defer_statement" and node.start > defer.start]


def _statement(name: Node) -> Node:
    """The statement or declaration that assigns to a variable."""
    kinds = ("short_var_declaration", "assignment_statement", "var_spec")
    return next((up for up in name.ancestors() if up.kind in kinds), name)
