"""Expressions with the same value before and after a call, and names for variables that keep the others."""

from __future__ import annotations

import re
from collections.abc import Iterable

from defermod.golang.defuse import address_taken
from defermod.golang.predeclared import KEYWORDS, LITERALS, PREDECLARED
from defermod.golang.scopes import Binding, Scopes, enclosing_function
from defermod.golang.types import Types
from defermod.syntax.tree import Node


class Values:
    """Facts about the variables and results of one function.

    Go decides: ``FunctionFact`` has what other code may change, and which results deferred calls can't touch.
    Where there are no facts, everything that is no literal may be another thing.
    """

    def __init__(self, function: Node, scopes: Scopes, types: Types) -> None:
        self.function = function
        self.scopes = scopes
        self.types = types
        self.about = types.function(function)

    def untouched(self, binding: Binding) -> bool:
        """Return True for a variable that only the statements of the function itself can change."""
        if self.about is None or binding.function is None:
            return False
        return (binding.node.start, binding.node.end) not in self.about.exposed

    def observed(self, result: Binding, besides: Iterable[Node] = ()) -> bool:
        """Return True if anything but the function's own statements, and ``besides``, may see the result before it
        is left."""
        if self.about is None:
            if any(address_taken(use) for use in result.uses[1:]):
                return True
        elif (result.node.start, result.node.end) in self.about.addressed:
            return True
        uses = (use for use in result.uses[1:] if not any(use.within(node) for node in besides))
        return any(enclosing_function(use) is not self.function for use in uses)

    def stays(self, node: Node) -> bool:
        """Return True if a result that is returned has the same value after the deferred calls as before them."""
        if node.kind in LITERALS:
            return True
        if self.about is not None and (node.start, node.end) in self.about.staying:
            return True
        binding = self.scopes.of.get(node) if node.kind == "identifier" else None
        return binding is not None and self._only_returned(binding)

    def risky(self, node: Node) -> bool:
        """Return True if evaluating the expression may panic, so that it has to be done where it was."""
        risks = self.about.risks if self.about is not None else ()
        return any(node.start <= risk.span[0] and risk.span[1] <= node.end for risk in risks)

    def _only_returned(self, binding: Binding) -> bool:
        """Return True for a variable of the function that is given one value and then only returned, as those are
        that a round before has made."""
        if binding.kind != "var" or binding.function is not self.function:
            return False
        uses = [use for use in binding.uses if use is not binding.node]
        lists = [use.parent for use in uses if use.parent is not None and use.parent.kind == "expression_list"]
        return len(lists) == len(uses) and all(
            each.parent is not None and each.parent.kind == "return_statement" for each in lists
        )

    def lasts(self, node: Node, more: int = 0) -> bool:
        """Return True if a deferred function value or argument has the same value at the exits as at the ``defer``.

        ``more``: bytes after ``node`` that belong to it as Go sees it.
        """
        if node.kind in LITERALS or node.kind == "func_literal":
            return True
        if node.kind == "identifier" and node.text in PREDECLARED and self.scopes.meaning(node.text, node) is None:
            return True
        return self.about is not None and (node.start, node.end + more) in self.about.lasting


def free_name(wishes: Iterable[str], place: Node, taken: frozenset[str], scopes: Scopes) -> str:
    """The first of the wishes that is free at ``place``, or the last with a number.

    Free: no keyword, nothing predeclared, no variable in sight there, and not in ``taken``.
    """
    last = "result"
    for wish in wishes:
        last = wish
        if _is_free(wish, place, taken, scopes):
            return wish
    return next(f"{last}{n}" for n in range(2, 1000) if _is_free(f"{last}{n}", place, taken, scopes))


def _is_free(name: str, place: Node, taken: frozenset[str], scopes: Scopes) -> bool:
    if name in KEYWORDS or name in PREDECLARED or name in taken:
        return False
    return scopes.meaning(name, place) is None


def hidden_name(top: Node, place: Node, scopes: Scopes) -> str:
    """A name in ``top`` that would mean something else at ``place``; empty if there is none."""
    for name in top.find("identifier", "type_identifier", "package_identifier"):
        binding = scopes.of.get(name)
        if binding is not None and binding.node.within(top):
            continue
        if scopes.meaning(name.text, place) is not binding:
            return name.text
    return ""


def names_in(*nodes: Node) -> frozenset[str]:
    """The names that the nodes mention, fields left out."""
    kinds = ("identifier", "type_identifier", "package_identifier")
    return frozenset(node.text for top in nodes for node in top.find(*kinds))


_BY_TYPE = {"error": ("err", "failure"), "bool": ("ok", "found", "yes"), "string": ("s", "text")}
_NUMBER = ("n", "count", "number")


def wishes(value: Node, kind: str) -> list[str]:
    """Names for a variable that holds ``value``, the best first.  ``kind``: its type as the source spells it."""
    found: list[str] = []
    if kind in ("error", "bool"):
        found += _BY_TYPE[kind]
    while value.kind in ("parenthesized_expression", "unary_expression") and value.named_children:
        value = value.named_children[-1]
    if value.kind == "selector_expression":
        found.append(_lower(value.need("field").text))
    elif value.kind in ("call_expression", "type_conversion_expression"):
        found += _of_call(value)
    elif value.kind == "index_expression":
        found += ["v", "value"]
    elif value.kind == "composite_literal":
        found.append(_lower(re.split(r"\W", value.need("type").text)[-1] or "value"))
    if kind in _BY_TYPE:
        found += _BY_TYPE[kind]
    elif kind.startswith(("int", "uint", "float")):
        found += _NUMBER
    return [name for name in found if re.fullmatch(r"[^\W\d]\w*", name)] + ["result"]


def wishes_for_saved(value: Node, call: Node | None = None) -> list[str]:
    """Names for a variable that keeps what ``value`` is at the defer; ``call``: the deferred call that takes it."""
    own = value.need("field").text if value.kind == "selector_expression" else value.text
    if re.fullmatch(r"[^\W\d]\w*", own):
        return [f"orig{own[:1].upper()}{own[1:]}"]
    function = value.get("function") if value.kind == "call_expression" else None
    if function is not None and call is not None and function.text == call.need("function").text:
        return ["prev", "previous"]  # x.Set(x.Set(v)) puts back what was there before
    stems = _of_call(value) if function is not None else []
    return [*(name for name in stems if re.fullmatch(r"[^\W\d]\w*", name)), "saved"]


def _of_call(call: Node) -> list[str]:
    function = call.get("function")
    if function is None:
        return []
    name = function.need("field").text if function.kind == "selector_expression" else function.text
    if function.text == "time.Now":
        return ["start", "now"]
    if name in ("len", "cap"):
        return ["n"]
    if name == "append":
        arguments = call.need("arguments").named_children
        return ["list"] if not arguments or arguments[0].kind != "identifier" else [f"{arguments[0].text}s", "list"]
    stem = re.sub(r"^(?:get|load|read|find|lookup|make|new|next|peek|pop)(?=[A-Z])", "", name, flags=re.IGNORECASE)
    return [_lower(stem)] if stem != name and stem else []


def _lower(name: str) -> str:
    """``Name`` as ``name``, ``ID`` as ``id``, ``HTTPClient`` as ``httpClient``."""
    head = re.match(r"[A-Z]+(?![a-z])", name)
    if head:
        return head[0].lower() + name[head.end() :]
    return name[:1].lower() + name[1:]
