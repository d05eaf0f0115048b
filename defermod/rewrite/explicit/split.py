"""A defer that stays and becomes open-coded: what follows it moves behind a function literal.

The compiler open-codes the defers of a function only if there are at most eight of them, if the number of its
``return`` statements times that of its defers is at most fifteen, and if none is in a loop
(``cmd/compile/internal/walk`` and ``ssagen``).  What breaks the rule is moved::

    c.mu.Lock()
    defer c.mu.Unlock()
    return func() (int, error) {
        ...
    }()

Nothing is lost in a panic, and the literal ends where the function did, so whatever the body calls may be called.

Preconditions, each a refusal:

- the body does not call ``recover``, which works only in the deferred function itself;
- nothing asks for the frames of the stack (``t.Helper``, ``runtime.Caller``, ``debug.Stack``), nor does a function
  that it calls;
- no ``goto`` leads from one part to the other;
- a ``:=`` that gives another value to a variable of the part that stays would
  declare a new one, so nobody else may see it, its type must be the old one's, and either must be used;
- defers that move along recover nothing, and the results that they could change have no names;
- if defers move along and the function has results, none that stays may recover: a deferred call that panics once the
  results are set leaves them set, but only those of the function that it is deferred in.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence

from defermod.golang.defuse import assigns
from defermod.golang.facts import Offsets
from defermod.golang.loops import Place
from defermod.golang.scopes import Scopes, enclosing_function, own_nodes
from defermod.golang.statements import statements
from defermod.model import Edit, Fix, Refusal, Safety
from defermod.rewrite.closure import wrap
from defermod.rewrite.explicit.stability import Values
from defermod.rewrite.form import Form, FormRank
from defermod.rewrite.region import Region, return_values
from defermod.rewrite.results import Result, function_results
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

TITLE = "move what follows the defer into a function literal, so that the compiler open-codes the defer"
MOST_DEFERS = 8
"""``maxOpenDefers`` in ``cmd/compile/internal/walk/stmt.go``."""
MOST_EXITS = 15
"""Of exits times defers, in ``cmd/compile/internal/ssagen/ssa.go``."""
_FRAMES = frozenset({"Caller", "Callers", "Helper", "PrintStack", "Stack"})


def why_not_open_coded(function: Node, in_loops: Sequence[Node], gone: int = 0) -> str:
    """Return why the compiler does not open-code the defers of a function; empty if nothing in its text says so.

    ``gone``: how many of the defers to leave out.
    """
    own = list(own_nodes(function))
    defers = sum(node.kind == "defer_statement" for node in own) - gone
    exits = sum(node.kind == "return_statement" for node in own)
    if in_loops:
        return "a defer in a loop of the function"
    if defers > MOST_DEFERS:
        return f"{defers} defers > {MOST_DEFERS}"
    if exits * defers > MOST_EXITS:
        return f"{exits} exits x {defers} defer{'s' if defers > 1 else ''} > {MOST_EXITS}"
    return ""


def split(
    source: Source,
    function: Node,
    values: Values,
    framed: Container[Offsets],
    why: str,
    recovers: Callable[[Node], Refusal | None],
    never_recovers: Callable[[Node], bool],
) -> tuple[Fix, tuple[Node, ...]] | None:
    """The fix, and the defers that it is for: those that stay and those that move along; None where there is none.

    ``why``: what ``why_not_open_coded`` says.  ``recovers``: a refusal if a deferred call stops panics.
    ``never_recovers``: reports whether one is known not to.  ``framed``: the calls that may look at the frames of the
    stack.
    """
    scopes = values.scopes
    body = function.need("body")
    listed = statements(body)
    results = function_results(function, scopes)
    last = _last_that_stays(function, listed, bool(results))
    if last is None or last + 1 >= len(listed):
        return None
    region = Region(Place(body, listed, last + 1), last + 1, len(listed) - 1)
    staying = [node for node in listed[: last + 1] if node.kind == "defer_statement"]
    moved = [node for node in region.own() if node.kind == "defer_statement"]
    if moved and (any(result.binding is not None for result in results) or any(recovers(_call(d)) for d in moved)):
        return None
    if moved and results and not all(never_recovers(_call(d)) for d in staying):
        return None
    if not all(_may_be_new(function, *anew, values) for anew in _declared_anew(region, scopes)):
        return None
    if not _can_move(function, region, framed) or not _can_name(scopes, function, region, results):
        return None
    edits = _bare_returns(region, results)
    if edits is None:
        return None
    types = [result.type.text for result in results]
    signature = "" if not types else f" {types[0]}" if len(types) == 1 else f" ({', '.join(types)})"
    form = Form(FormRank.FALLS, "return " if results else "", signature, (), "", tuple(edits), "")
    proof = f"the defer stays, and runs when it did; {why}, which is why the compiler does not open-code it now"
    fix = Fix(TITLE, wrap(source, function, region, form), Safety.SAFE, proof=proof)
    return fix, (*staying, *moved)


def _call(defer: Node) -> Node:
    return defer.named_children[0]


def _last_that_stays(function: Node, listed: Sequence[Node], gives: bool) -> int | None:
    """The index of the last statement that stays: as many defers as the compiler open-codes together."""
    exits, defers, found = 0, 0, None
    for index, statement in enumerate(listed):
        inner = list(statement.without("func_literal"))
        exits += sum(node.kind == "return_statement" for node in inner)
        if statement.kind == "defer_statement":
            defers += 1
            if defers > MOST_DEFERS or (exits + gives) * defers > MOST_EXITS:
                break
            found = index
        elif any(node.kind == "defer_statement" for node in inner):
            break
    return found


def _can_move(function: Node, region: Region, framed: Container[Offsets]) -> bool:
    """Return True if the statements do the same in a function of their own."""
    for node in own_nodes(function):
        if node.kind != "call_expression":
            continue
        called = node.need("function")
        name = called.need("field").text if called.kind == "selector_expression" else called.text
        if name in _FRAMES or (name == "recover" and region.holds(node)):
            return False
    if any((node.start, node.end) in framed for node in function.walk()):
        return False
    labels = {n.need("label").text: region.holds(n) for n in own_nodes(function) if n.kind == "labeled_statement"}
    for node in own_nodes(function):
        if node.kind == "goto_statement":
            label = node.child("label_name")
            if label is None or labels.get(label.text) is not region.holds(node):
                return False
    return True


def _declared_anew(region: Region, scopes: Scopes) -> Iterator[tuple[Node, Node]]:
    """Each ``:=`` of a region's list that gives another value to variables declared before it, with their names."""
    for statement in region.statements:
        while statement.kind == "labeled_statement":
            statement = statement.named_children[-1]
        if statement.kind == "short_var_declaration":
            for name in statement.need("left").named_children:
                binding = scopes.of.get(name)
                if binding is not None and binding.node.start < region.start:
                    yield statement, name


def _may_be_new(function: Node, statement: Node, name: Node, values: Values) -> bool:
    """Return True if it makes no difference to anybody that a new variable is declared, and both are used."""
    variable = values.scopes.of[name]
    if variable.kind == "result" or not values.untouched(variable) or any(function.find("goto_statement")):
        return False
    uses = [use for use in variable.uses if use is not variable.node]
    read = [use for use in uses if not assigns(use)]
    used_before = variable.kind in ("param", "receiver") or any(use.start < name.start for use in read)
    if not used_before or not any(use.start > name.start for use in read):
        return False
    if not all(enclosing_function(use) is function for use in uses):
        return False
    # A type that the function declares may be spelt as another one.
    given = _type_given(statement, name, values) if not any(function.find("type_declaration")) else None
    fact = values.types.expression(name)
    return fact is not None and given == fact.type


def _type_given(statement: Node, name: Node, values: Values) -> str | None:
    """The type of the value that a ``:=`` gives to a name, whatever the variable's; None where it isn't known."""
    names, given = statement.need("left").named_children, statement.need("right").named_children
    if len(given) != 1:
        return None
    if given[0].kind != "call_expression":
        return "bool" if name is names[1] else None
    fact = values.types.call(given[0])
    index = names.index(name)
    return fact.results[index].type if fact is not None and index < len(fact.results) else None


def _can_name(scopes: Scopes, function: Node, region: Region, results: Sequence[Result]) -> bool:
    """Return True if the types of the results mean the same where the literal stands."""
    outside = scopes.scope_at(function)
    first = region.statements[0]
    for result in results:
        if b"\n" in result.type.raw:
            return False
        for name in result.type.find("type_identifier", "package_identifier", "identifier"):
            there = scopes.meaning(name.text, first)
            if there is not scopes.of.get(name) and there is not outside.lookup(name.text, name.start):
                return False
    return True


def _bare_returns(region: Region, results: Sequence[Result]) -> list[Edit] | None:
    """Bare returns give the named results; None if one of these has no name to be given by."""
    edits: list[Edit] = []
    for node in region.own():
        if node.kind != "return_statement" or return_values(node) or not results:
            continue
        names = [result.binding.name if result.binding is not None else "_" for result in results]
        if "_" in names:
            return None
        edits.append(Edit(node.start, node.end, f"return {', '.join(names)}".encode()))
    return edits


__all__ = ["TITLE", "split", "why_not_open_coded"]
